"""links.csv: which row of one list is which row of the other, for programs."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import IO, TextIO

from audit.findings import CrossCheck, ListResult, row_names

HEADER = ("registry_row", "roster_row", "score", "state", "kinds")


def write_links(result: CrossCheck, path: Path) -> None:
    """Write every link, then the rows without a partner, as UTF-8 with LF.

    Rows are 1-based sheet rows, `Sheet!row` where a list has more than one sheet, blank on the side that has no row.
    Rows outside the other list's scope are not listed.
    """
    from casebook.store.platform import write_atomically

    def write(out: IO[bytes]) -> None:
        text = TextIOWrapper(out, encoding="utf-8", newline="")
        _write(result, text)
        text.flush()
        text.detach()

    write_atomically(path, write)


def links_text(result: CrossCheck) -> str:
    """The same as one text."""
    text = StringIO(newline="")
    _write(result, text)
    return text.getvalue()


def _write(result: CrossCheck, text: TextIO) -> None:
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(link_rows(result))


def link_rows(result: CrossCheck) -> Iterator[tuple[str, str, str, str, str]]:
    """The rows of links.csv: links by registry row and roster row, then registry rows alone, then roster rows alone."""
    registry, roster = row_names(result.registry.table), row_names(result.roster.table)
    for link in sorted(result.links, key=lambda link: (link.registry, link.roster)):
        score = round(link.score, 1) + 0.0  # never -0.0
        yield registry[link.registry], roster[link.roster], f"{score:.1f}", link.state, ";".join(link.kinds)
    for index, kinds in _alone(result.registry, result):
        yield registry[index], "", "", "auto", kinds
    for index, kinds in _alone(result.roster, result):
        yield "", roster[index], "", "auto", kinds


def _alone(of_list: ListResult, result: CrossCheck) -> Iterator[tuple[int, str]]:
    """Rows without a partner in their order, with the kinds of their findings (`missing_in_roster`, `deceased`)."""
    only = f"{of_list.side}_only"
    kinds: dict[int, list[str]] = {}
    for finding in result.findings:
        mine, other = finding.roster_rows, finding.registry_rows
        if of_list.side == "registry":
            mine, other = other, mine
        if not other:
            for index in mine:
                kinds.setdefault(index, []).append(finding.kind)
    for index, state in enumerate(of_list.states):
        if state == only:
            yield index, ";".join(kinds.get(index, ()))
