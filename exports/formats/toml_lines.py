"""In which line of a TOML file an entry stands, which tomllib does not tell."""

from __future__ import annotations

import re
from collections import Counter

_TABLE = re.compile(r"\s*\[\[?\s*([A-Za-z_]+)\s*\]\]?\s*(?:#.*)?\s*$")
_KEY = re.compile(r"""\s*["']?([\w.\-\u4e00-\u9fff]+)["']?\s*=""")
_LONG = re.compile(r'"""|\'\'\'')


class TomlLines:
    """1-based lines of the tables and keys of a file; long texts are skipped over."""

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, int, str], int] = {}
        table, index = "", 0
        seen: Counter[str] = Counter()
        within = ""
        for number, line in enumerate(text.split("\n"), 1):
            marks = _LONG.findall(line)
            if within:
                if within in marks and marks.count(within) % 2:
                    within = ""
                continue
            if opened := _TABLE.match(line):
                table = opened[1]
                index = seen[table]
                seen[table] += 1
                self._lines.setdefault((table, index, ""), number)
            elif found := _KEY.match(line):
                self._lines.setdefault((table, index, found[1]), number)
            if marks and marks.count(marks[0]) % 2:
                within = marks[0]

    def line(self, table: str = "", index: int = 0, key: str = "", within: str = "") -> int:
        """The line of a key of the index-th `[[table]]`, else of that table, else 1; of the entry `within` the key
        where the key is a table of its own."""
        own = [(key, 0, within)] if within else []
        places = (*own, (table, index, key), (table, index, ""))
        return next((self._lines[place] for place in places if place in self._lines), 1)
