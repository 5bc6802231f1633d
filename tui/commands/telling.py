"""Lines on stdout: broken at the edge of a terminal, whole in files and pipes; and a word beside them on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from shutil import get_terminal_size

from tui.commands.cells import cell_width, wrap

_INDENT = "  "


def tell(lines: Iterable[str]) -> None:
    """Print lines; on a terminal those that are too wide go on indented, broken as Chinese text is."""
    width = get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 0
    for line in lines:
        if not width or cell_width(line) <= width:
            print(line)
            continue
        first, *rest = wrap(line, width - len(_INDENT))
        print(first)
        for more in rest:
            print(_INDENT + more)


def print_json(value: object) -> None:
    """A value on stdout, for programs."""
    from json import dumps

    print(dumps(value, ensure_ascii=False, indent=1))


def say(text: str) -> None:
    """A sentence to the person, not to the program that reads stdout."""
    print(text, file=sys.stderr, flush=True)
