"""An upload format (上报格式): one workbook of a province or county, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Literal

from exports.formats.fields import Field, Part

Status = Literal["sourced", "reconstructed", "county"]
"""How well a format is known: read in a public source; put together from several; the county's own template."""
Write = Literal["code", "name", "both"]
CellKind = Literal["text", "number"]
How = Literal["columns", "rows", "sum", "latest"]
Split = Literal["none", "township", "village"]
Condition = Mapping[str, tuple[str, ...]]
"""Field to the codes or texts it may have; every field named must have one of its own."""
FILE_NAME = "{county}_{township}_{title}_{date}_{count}.xlsx"


@dataclass(frozen=True, slots=True)
class FormatColumn:
    """One column. `column` is its 0-based place in the sheet; `header` the texts above it, top row first, a group's
    text repeated over each of its columns; `field` a name of `fields.toml`, '' for a column that stays blank or has the
    `constant`. `nth` is which disease or treatment, from 1, when they lie side by side, else 0.

    `write`: of a coded value its code, its name, or both (`01一般贫困户`). `values` are the column's own codes, (code,
    name) each; empty when the form's or the code list's are taken. `required` holds where `required_when` does;
    `length` is the longest text in characters, 0 any; `pattern` a regular expression for the whole text; `date` how a
    date is written (`YYYY-MM-DD`, `YYYYMMDD`, `YYYY/M/D`, `YYYY年M月D日`, `YYYY-MM`, `YYYY`).
    `between` parts several values in one cell.

    A header of fewer texts than there are header rows reaches down to the last of them. A condition on a field of a
    disease or treatment is about the same one as the column's.
    """

    column: int
    header: tuple[str, ...]
    field: str = ""
    nth: int = 0
    write: Write = "name"
    values: tuple[tuple[str, str], ...] = ()
    required: bool = False
    required_when: Condition = made_by(default_factory=dict)
    length: int = 0
    pattern: str = ""
    date: str = "YYYY-MM-DD"
    cell: CellKind = "text"
    constant: str = ""
    width: float = 0.0
    between: str = "、"

    @property
    def title(self) -> str:
        """The header in one line: `疾病一/疾病名称`."""
        return "/".join(dict.fromkeys(text for text in self.header if text))


@dataclass(frozen=True, slots=True)
class Repeat:
    """How a part that a person may have several of goes into rows: side by side (`columns`, at most `most`), a row for
    each (`rows`), money added up and the latest one's other values (`sum`), or the latest alone (`latest`)."""

    part: Part
    how: How
    most: int = 0


@dataclass(frozen=True, slots=True)
class Sum:
    """`total` is the sum of `parts` to the 分; field names, of one treatment or added up as the repeat says."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Format:
    """A format. `titles` are (1-based row, 1-based column, text) above the header, where `{county}`, `{township}`,
    `{village}`, `{date}`, `{count}` are filled in, only in a workbook that we build; `header_rows` its first and last
    1-based row, `first_row` that of the first person. `only`: which people are handed in, all when empty.
    `file_name` takes `{city}`, `{county}`, `{township}`, `{village}`, `{title}`, `{date}`, `{count}`, `{part}`;
    `most_rows` to a file, 0 any. `encoding`: '' or `gb2312`, what names must be writable in. `constants` are values of
    fields that nothing in the casebook tells, such as `place.city`. `template` names the province's workbook beside
    the file, '' when we build a blank; `template_sha256` is of its bytes. `signers` are titles of who signs below.
    """

    name: str
    title: str
    version: str
    status: Status
    region: str
    evidence: str
    sheet: str
    header_rows: tuple[int, int]
    first_row: int
    columns: tuple[FormatColumn, ...]
    repeats: tuple[Repeat, ...] = ()
    sums: tuple[Sum, ...] = ()
    titles: tuple[tuple[int, int, str], ...] = ()
    only: Condition = made_by(default_factory=dict)
    split: Split = "none"
    most_rows: int = 0
    file_name: str = FILE_NAME
    encoding: str = ""
    constants: Mapping[str, str] = made_by(default_factory=dict)
    template: str = ""
    template_sha256: str = ""
    signers: tuple[str, ...] = ()

    def repeat_of(self, part: Part) -> Repeat | None:
        return next((one for one in self.repeats if one.part == part), None)


@dataclass(frozen=True, slots=True)
class LoadedFormat:
    """A format with the bytes it came from: `text` is the file's own, `template` the workbook's, b'' when there is
    none; `sha256` is of both and says which format a batch was written by. `origin`: built-in, casebook, or a file."""

    format: Format
    text: str
    template: bytes
    sha256: str
    origin: Literal["built-in", "casebook", "file"]


def part_of(field: Field | None) -> Part:
    return field.part if field is not None else ""
