"""The text of a format file as TOML, within bounds: deep nesting and endless keys take the parser minutes or more."""

from __future__ import annotations

import re
from typing import Any

MOST_CHARACTERS = 2_000_000
"""Of a file: a format of all columns that a sheet can have needs half of it."""
_MOST_DOTS = 200
_STRINGS = re.compile(r'"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'')


class NoToml(ValueError):
    """The text is none. `line` is where, 1-based."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def toml_of(text: str) -> dict[str, Any]:
    """The tables of a text. Raises NoToml."""
    import tomllib

    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        # Each part of a dotted key is looked up from the top.
        if line.count(".") > _MOST_DOTS and _STRINGS.sub("", line).count(".") > _MOST_DOTS:
            raise NoToml(number)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = re.search(r"line (\d+)", str(error))
        raise NoToml(int(told[1]) if told else len(lines)) from error
    except (ValueError, RecursionError) as error:  # thousands of digits, thousands of brackets
        nested = isinstance(error, RecursionError)
        raise NoToml(max(range(len(lines)), key=lambda n: _weight(lines[n], nested)) + 1) from error


def _weight(line: str, nested: bool) -> int:
    """How likely a line is the one that the parser could not take."""
    if nested:
        return line.count("[") + line.count("{")
    return max(map(len, re.findall(r"\d[\d_]*", line)), default=0)
