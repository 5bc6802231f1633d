"""Submissions as ODK Central exports them: CSV tables that refer to each other by KEY and PARENT_KEY."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from casebook.store.platform import write_atomically
from survey_forms.submissions.csv_fields import CsvField, csv_form
from survey_forms.submissions.csv_tables import CsvTable, SelectValues, csv_tables
from survey_forms.submissions.instance_xml import lenient_root, local_name, own_text

MISSING = "missing encrypted form data"
NOT_DECRYPTED = "not decrypted"


@dataclass(frozen=True, slots=True)
class Submitted:
    """A submission and what is known about it. `created` is ISO 8601; without `xml` only that is written, and `status`
    says why."""

    instance_id: str
    created: str
    xml: str | None
    status: str = ""
    submitter_id: str = ""
    submitter_name: str = ""
    attachments_present: int = 0
    attachments_expected: int = 0
    review_state: str = ""
    device_id: str = ""
    edits: int = 0
    form_version: str = ""


def csv_files(
    form_xml: str,
    form_id: str,
    submissions: Iterable[Submitted],
    *,
    select_values: SelectValues | None = None,
    group_paths: bool = True,
    root_only: bool = False,
) -> dict[str, str]:
    """File name → text: the form's own table, then those of the repeats."""
    form = csv_form(form_xml)
    tables = csv_tables(form.fields, form_id, select_values, group_paths)
    writing = _Writing(form.fields, tables)
    for submission in submissions:
        writing.write(submission)
    kept = tables[:1] if root_only else tables
    return {table.file: "".join(map(csv_line, [list(table.header), *writing.rows[table.repeat]])) for table in kept}


def write_csv_zip(path: Path, files: Mapping[str, str]) -> None:
    """The tables as one zip, whole or not at all; the same tables give the same bytes. Raises RuhuError (unusable)."""

    def write(out: IO[bytes]) -> None:
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:
            for name, text in files.items():
                entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                entry.compress_type = ZIP_DEFLATED
                archive.writestr(entry, text.encode("utf-8"))

    write_atomically(path, write)


def csv_line(cells: list[str]) -> str:
    return ",".join(_cell(cell) for cell in cells) + "\n"


def _cell(text: str) -> str:
    if "," in text or '"' in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


class _Writing:
    def __init__(self, fields: Iterable[CsvField], tables: list[CsvTable]) -> None:
        self.fields = {field.path: field for field in fields}
        self.tables = {table.repeat: table for table in tables}
        self.rows: dict[str, list[list[str]]] = {table.repeat: [] for table in tables}

    def write(self, submission: Submitted) -> None:
        table = self.tables[""]
        status = submission.status
        root = None if submission.xml is None else lenient_root(submission.xml)
        if root is None:
            row = [""] * len(table.header)
        else:
            row = table.blank()
            self._read(root, "", table, row, submission.instance_id, submission.instance_id, {})
        self._describe(table, row, submission, status)
        self.rows[""].append(row)

    def _read(
        self, element: Any, path: str, table: CsvTable, row: list[str], key: str, parent: str, counts: dict[str, int]
    ) -> None:
        """`key` names this element, `parent` the instance of a repeat it lies in, `counts` the instances within it."""
        for child in element:
            name = local_name(child)
            field = self.fields.get(f"{path}/{name}")
            if field is None:
                continue
            if field.kind == "structure":
                self._read(child, field.path, table, row, f"{key}/{name}", parent, counts)
            elif field.kind == "repeat":
                counts[field.path] = counts.get(field.path, 0) + 1
                self._read_instance(child, field, f"{key}/{name}[{counts[field.path]}]", parent)
            else:
                self._put(child, field, table, row)

    def _read_instance(self, element: Any, field: CsvField, key: str, parent: str) -> None:
        table = self.tables[field.path]
        row = table.blank()
        row[-2:] = [parent, key]
        self._read(element, field.path, table, row, key, key, {})
        self.rows[field.path].append(row)

    def _put(self, element: Any, field: CsvField, table: CsvTable, row: list[str]) -> None:
        text, column = own_text(element), table.columns[field.path]
        if field.kind == "geopoint":
            for at, part in enumerate(text.split()[:4]):
                row[column + at] = part
            return
        row[column] += text
        for choice in row[column].split():
            chosen = table.choices.get(field.path, {}).get(choice)
            if chosen is not None:
                row[chosen] = "1"

    def _describe(self, table: CsvTable, row: list[str], submission: Submitted, status: str) -> None:
        row[0] = iso_in_utc(submission.created)
        row[-10:] = [
            submission.instance_id,
            submission.submitter_id,
            submission.submitter_name,
            str(submission.attachments_present),
            str(submission.attachments_expected),
            status,
            submission.review_state,
            submission.device_id,
            str(submission.edits),
            submission.form_version,
        ]


def iso_in_utc(text: str) -> str:
    """`2018-01-01T00:00:00.000Z`; as it is where it is no time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
