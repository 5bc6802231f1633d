"""What was learned of a template (认模板): its header, and a proposal for each column."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as made_by

from casebook.tables.table import column_letter
from casebook.texts import Text
from exports.formats.format import CellKind, Write


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a column is taken for. `column` is 0-based; `header` the texts above it as `FormatColumn.header` has them;
    `field` a name of `fields.toml` and `title` its Chinese name, both '' for a column that nobody knows. `sure` only
    when the wording is known and nothing speaks against it. `alternatives` are other fields it may be, the likeliest
    first. `values` are the codes that the header or its drop-down names, (code, name) each; `options` the drop-down's
    own entries as they stand. The rest is as in `FormatColumn`. `hidden`: the column is hidden in the template."""

    column: int
    header: tuple[str, ...]
    field: str = ""
    title: str = ""
    nth: int = 0
    sure: bool = False
    reason: Text = made_by(default_factory=Text)
    alternatives: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    options: tuple[str, ...] = ()
    write: Write = "name"
    required: bool = False
    length: int = 0
    date: str = "YYYY-MM-DD"
    cell: CellKind = "text"
    width: float = 0.0
    hidden: bool = False

    @property
    def letter(self) -> str:
        return column_letter(self.column)

    @property
    def header_line(self) -> str:
        """The header in one line: `疾病一/疾病名称`."""
        return "/".join(dict.fromkeys(text for text in self.header if text))


@dataclass(frozen=True, slots=True)
class OtherSheet:
    """A sheet that was not taken for the form, and why."""

    name: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Learned:
    """A template as it was understood. `header_rows` are its first and last 1-based row, `first_row` that of the first
    person; rows between them (column numbers, units) stay. `titles` are (1-based row, 1-based column, text) above the
    header; `notes` what the user should know; `template` the file's bytes."""

    file: str
    sheet: str
    header_rows: tuple[int, int]
    first_row: int
    columns: tuple[Proposal, ...]
    titles: tuple[tuple[int, int, str], ...] = ()
    other_sheets: tuple[OtherSheet, ...] = ()
    notes: tuple[Text, ...] = ()
    template: bytes = b""
    sha256: str = ""
