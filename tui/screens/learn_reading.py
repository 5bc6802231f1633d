"""What the screen of learning a template (认模板) reads and stores. Called in threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.language import _
from casebook.people.masking import mask_number, mask_phone, masked
from casebook.progress import Progress, report
from casebook.store.casebook import Casebook
from exports.formats.fields import upload_fields
from exports.formats.format import Format, FormatColumn, LoadedFormat, Write
from survey_forms.visits.visit_list import HANDLE, VisitFilter, visit_ids
from tui.commands.exits import line_of
from tui.screens.learn_sample import sample_records

if TYPE_CHECKING:
    from exports.learning.learned import Learned, Proposal
    from exports.upload.record import Record, Records

SHOWN = 3
"""People in the preview."""

_VISITS = 12
"""Visits that are read for them at most."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person said of a column: the field ('' stays blank), how a code is written, whether it must be filled;
    None where nothing was said. `seen`: the proposal was looked at and found right."""

    field: str | None = None
    write: Write | None = None
    required: bool | None = None
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Taught:
    """A template as it stands on the screen: what was learned, what a person said of it, the format that both make."""

    learned: Learned
    choices: Mapping[int, Choice]
    format: Format
    remarks: Mapping[int, str]

    def column(self, column: int) -> FormatColumn:
        return next(one for one in self.format.columns if one.column == column)

    def doubtful(self, proposal: Proposal) -> bool:
        """Whether a person is to look at this column."""
        said = self.choices.get(proposal.column, Choice())
        return not (proposal.sure or said.seen or said.field is not None)


@dataclass(frozen=True, slots=True)
class Unstored:
    """A template that a person has said something of and not stored."""

    path: Path
    taught: Taught


def read_template(path: Path, sheet: str, progress: Progress) -> Taught:
    """Learn a template. Raises RuhuError for a file or sheet that is none."""
    from exports.learning import learn

    report(progress, _("读取"), 0, 1)
    learned = learn(path, sheet)
    report(progress, _("认列"), 0, 1)
    return taught(learned, {})


def taught(learned: Learned, choices: Mapping[int, Choice]) -> Taught:
    """The format of a template with what a person said of its columns."""
    from exports.learning import learned_format

    fields = {column: one.field for column, one in choices.items() if one.field is not None}
    made = learned_format(learned, fields)
    columns = tuple(_said(column, choices.get(column.column, Choice())) for column in made.format.columns)
    looked_at = {column for column, one in choices.items() if one.seen or one.field is not None}
    remarks = {column: text for column, text in made.remarks.items() if column not in looked_at}
    return Taught(learned, dict(choices), replace(made.format, columns=columns), remarks)


def _said(column: FormatColumn, choice: Choice) -> FormatColumn:
    if choice.write is not None:
        column = replace(column, write=choice.write)
    return column if choice.required is None else replace(column, required=choice.required)


# The preview


@dataclass(frozen=True, slots=True)
class Shown:
    """The first rows as they would be written, numbers masked: `rows` has a text for each column of the format.
    `invented`: there is nobody in the casebook to show."""

    rows: tuple[tuple[str, ...], ...]
    invented: bool


def people_to_show(book: Casebook) -> Records | None:
    """People of the first visits that passed, those with a disease first: most columns are about it. None where nobody
    is."""
    from exports.upload.records import records

    found: Records | None = None
    ill = 0
    for visit in visit_ids(book, VisitFilter(state=("passed", "reported")))[:_VISITS]:
        more = records(book, VisitFilter(text=visit[:HANDLE]))
        found = more if found is None else replace(found, people=(*found.people, *more.people))
        ill += sum(_fullness(one) > 0 for one in more.people)
        if ill >= SHOWN:
            break
    if found is None or not found.people:
        return None
    return replace(found, people=tuple(sorted(found.people, key=_fullness, reverse=True)))


def _fullness(record: Record) -> int:
    """0 of nobody ill, 1 with a disease, 2 with a treatment."""
    named = any("disease.name" in one.values or "disease.code" in one.values for one in record.diseases)
    return named + any(one.treatments for one in record.diseases)


def preview(known: Records | None, format: Format) -> Shown:
    """The first rows of these people, or of invented ones."""
    from exports.upload.rows import rows_of

    whole = replace(format, only={})
    records = known if known is not None else sample_records()
    rows = rows_of(records, whole).rows[:SHOWN]
    return Shown(tuple(tuple(_cells(row.cells, format)) for row in rows), known is None)


def _cells(cells: Sequence[object], format: Format) -> list[str]:
    texts = ("" if cell is None else str(cell) for cell in cells)
    return [_masked(column, text) for text, column in zip(texts, format.columns, strict=True)]


def _masked(column: FormatColumn, text: str) -> str:
    """A cell as lists show it: numbers never whole, no address; villages stand in every list of visits."""
    field = upload_fields().get(column.field)
    if field is None or not text:
        return text
    if field.kind in ("id", "phone"):
        return mask_number(text) if field.kind == "id" else mask_phone(text)
    return masked(field.column, text) if field.column and field.column != "village" else text


# Storing


@dataclass(frozen=True, slots=True)
class Checked:
    """A format ready to be stored, and what `check_format` says of it: (grade, sentence) each."""

    loaded: LoadedFormat
    said: tuple[tuple[str, str], ...]

    @property
    def errors(self) -> int:
        return sum(grade == "error" for grade, _text in self.said)


def checked(taught: Taught, name: str, title: str) -> Checked:
    """The format under a name and title, checked. Raises RuhuError where it can't be read back."""
    from exports.formats.check import check_format
    from exports.formats.load import parse_format
    from exports.formats.write import format_text

    format = replace(taught.format, name=name, title=title)
    loaded = parse_format(format_text(format, taught.remarks), taught.learned.template, name, "casebook")
    return Checked(loaded, tuple((one.grade, line_of(one.error)) for one in check_format(loaded)))


def store(book: Casebook, loaded: LoadedFormat) -> str:
    from exports.formats.stored import store_format

    return store_format(book, loaded)


def write_beside(loaded: LoadedFormat, folder: Path) -> list[Path]:
    """The format and its template as files side by side."""
    from exports.upload.placing import place_files

    format = loaded.format
    files = [(f"{format.name}.toml", loaded.text.encode())]
    if format.template:
        files.append((format.template, loaded.template))
    return place_files(folder, files)
