"""The tables of ODK Central's CSV export: one for the form, one for each repeat, and which column holds what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_forms.submissions.csv_fields import CsvField

FIRST_COLUMN = "SubmissionDate"
LAST_COLUMNS = (
    "KEY",
    "SubmitterID",
    "SubmitterName",
    "AttachmentsPresent",
    "AttachmentsExpected",
    "Status",
    "ReviewState",
    "DeviceID",
    "Edits",
    "FormVersion",
)
_GEOPOINT = ("Latitude", "Longitude", "Altitude", "Accuracy")
SelectValues = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class CsvTable:
    """`repeat` is '' for the form's own table, else the path of the repeat. `columns` gives the first column of each
    field by path, `choices` the column of each choice of a select_multiple."""

    file: str
    repeat: str
    header: tuple[str, ...]
    columns: Mapping[str, int]
    choices: Mapping[str, Mapping[str, int]]

    def blank(self) -> list[str]:
        """A row without answers: a choice that was not chosen is 0."""
        row = [""] * len(self.header)
        for columns in self.choices.values():
            for column in columns.values():
                row[column] = "0"
        return row


def csv_tables(
    fields: Sequence[CsvField],
    form_id: str,
    select_values: SelectValues | None = None,
    group_paths: bool = True,
) -> list[CsvTable]:
    """The form's own table first, then those of the repeats, depth first. `select_values` (by path) are the choices
    of a select_multiple that get columns of their own; `group_paths` puts the names of groups into the headers."""
    repeats = [field for field in fields if field.kind == "repeat"]
    files = _file_names(repeats, form_id)
    tables = [_table(fields, "", files[""], select_values or {}, group_paths)]
    tables += [_table(fields, field.path, files[field.path], select_values or {}, group_paths) for field in repeats]
    return tables


def _file_names(repeats: Sequence[CsvField], form_id: str) -> dict[str, str]:
    """By path of the repeat; repeats of one name are numbered."""
    names = {"": f"{safe_file_name(form_id)}.csv"}
    for field in repeats:
        alike = [one.path for one in repeats if one.name == field.name]
        number = f"~{alike.index(field.path) + 1}" if len(alike) > 1 else ""
        names[field.path] = safe_file_name(f"{form_id}-{field.name}{number}.csv")
    return names


def safe_file_name(name: str) -> str:
    """Without what a file name cannot have on some system."""
    kept = "".join(char for char in name if char not in '/?<>\\:*|"' and ord(char) >= 32 and not 128 <= ord(char) < 160)
    return kept.rstrip(". ")[:255]


def _table(
    fields: Sequence[CsvField], repeat: str, file: str, select_values: SelectValues, group_paths: bool
) -> CsvTable:
    header = [] if repeat else [FIRST_COLUMN]
    around = repeats_around(fields)
    columns: dict[str, int] = {}
    choices: dict[str, dict[str, int]] = {}
    for field in fields:
        if not field.is_leaf or around[field.path] != repeat:
            continue
        columns[field.path] = len(header)
        name = field.path[len(repeat) + 1 :].replace("/", "-") if group_paths else field.name
        if field.kind == "geopoint":
            header += [f"{name}-{part}" for part in _GEOPOINT]
            continue
        header.append(name)
        if field.several and field.path in select_values:
            values = select_values[field.path]
            choices[field.path] = {value: len(header) + at for at, value in enumerate(values)}
            header += [f"{name}/{value}" for value in values]
    header += ["PARENT_KEY", "KEY"] if repeat else LAST_COLUMNS
    return CsvTable(file, repeat, tuple(header), columns, choices)


def repeats_around(fields: Sequence[CsvField]) -> dict[str, str]:
    """By path of the field the path of the innermost repeat around it, '' for none; fields are depth first."""
    repeats = {field.path for field in fields if field.kind == "repeat"}
    around: dict[str, str] = {}
    for field in fields:
        above = field.path.rpartition("/")[0]
        around[field.path] = above if above in repeats else around.get(above, "")
    return around
