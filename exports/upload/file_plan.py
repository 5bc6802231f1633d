"""Which rows go into which workbook (分文件): by township, village or number of rows, and what each is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from casebook.errors import RuhuError
from casebook.language import _
from exports.formats.format import Format
from exports.sheet_xml import LAST_ROW
from exports.upload.file_names import all_different, filled, safe_name

if TYPE_CHECKING:
    from exports.upload.rows import UploadRow

_PART = "{part}"
_ROOM_BELOW = 100
"""Sheet rows kept free for what a template has below its data: signers, notes."""


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A workbook to write: its name, its rows from top to bottom, the place it is for ('' for several), which part of
    that place's rows it is (0 the only one), and what its title rows and its name are filled in with."""

    name: str
    rows: tuple[UploadRow, ...]
    township: str
    village: str
    part: int
    values: Mapping[str, str]

    @property
    def people(self) -> int:
        return len({row.key for row in self.rows})


def planned_files(
    rows: Sequence[UploadRow], format: Format, *, county: str, day: date, suffix: str = ".xlsx"
) -> tuple[PlannedFile, ...]:
    """The rows in files, in their order; the rows of one person stay together. Raises RuhuError (usage) where one
    person's rows are more than a file may have."""
    files: list[PlannedFile] = []
    for (township, village), found in _places(rows, format):
        parts = list(_cut(found, format))
        for number, part in enumerate(parts, 1):
            values = {
                "city": format.constants.get("place.city", ""),
                "county": format.constants.get("place.county", "") or county,
                "township": township,
                "village": village,
                "title": format.title,
                "date": f"{day:%Y%m%d}",
                "count": str(len({row.key for row in part})),
                "part": str(number) if len(parts) > 1 else "",
            }
            name = safe_name(filled(_pattern(format, several=len(parts) > 1), values), suffix)
            files.append(PlannedFile(name, part, township, village, number if len(parts) > 1 else 0, values))
    names = all_different([one.name for one in files], suffix)
    return tuple(
        PlannedFile(name, one.rows, one.township, one.village, one.part, one.values)
        for name, one in zip(names, files, strict=True)
    )


def _pattern(format: Format, *, several: bool) -> str:
    """The pattern of the name, with the part's number where there are parts and it names none."""
    pattern = format.file_name
    if several and _PART not in pattern:
        stem, dot, suffix = pattern.rpartition(".")
        return f"{stem}_{_PART}.{suffix}" if dot else f"{pattern}_{_PART}"
    return pattern


def _places(rows: Sequence[UploadRow], format: Format) -> Iterator[tuple[tuple[str, str], tuple[UploadRow, ...]]]:
    """The rows by what the format splits by; a place that all rows share is named even where it does not split."""

    def place(row: UploadRow) -> tuple[str, str]:
        record = row.record
        if format.split == "village":
            return record.township, record.village
        return (record.township, "") if format.split == "township" else ("", "")

    found: dict[tuple[str, str], list[UploadRow]] = {}
    for row in rows:
        found.setdefault(place(row), []).append(row)
    for some in found.values():
        townships = {row.record.township for row in some}
        villages = {(row.record.township, row.record.village) for row in some}
        township = townships.pop() if len(townships) == 1 else ""
        village = villages.pop()[1] if len(villages) == 1 else ""
        yield (township, village), tuple(some)


def _cut(rows: Sequence[UploadRow], format: Format) -> Iterator[tuple[UploadRow, ...]]:
    room = LAST_ROW - format.first_row - _ROOM_BELOW
    most = min(format.most_rows or room, room)
    part: list[UploadRow] = []
    for person in _people(rows):
        if len(person) > most:
            what = _("一个人的行数比一个文件能放的还多")
            remedy = _("把上报格式的 most_rows 改大，现在是 {most}").format(most=most)
            raise RuhuError("person_too_long", what, remedy, category="usage")
        if len(part) + len(person) > most:
            yield tuple(part)
            part = []
        part += person
    if part:
        yield tuple(part)


def _people(rows: Iterable[UploadRow]) -> Iterator[list[UploadRow]]:
    for _key, found in groupby(rows, key=lambda row: (row.key, row.record.visit)):
        yield list(found)
