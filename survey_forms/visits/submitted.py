"""What was handed in (上交的答卷), as files that phones and ODK read: one folder with one XML file for each visit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook
from casebook.store.platform import write_atomically
from survey_forms.visits.states import State
from survey_forms.visits.visit_list import VisitRow, visit_rows
from survey_forms.visits.visit_view import fact_body

FOLDER = "instances"

_UNFIT = re.compile(r"[^0-9A-Za-z_.-]+")


@dataclass(frozen=True, slots=True)
class Submitted:
    """The last submission of a visit, sent back or not. `form_id` is the form's own id, `wall` ISO UTC, `before` how
    many there were before it."""

    visit: VisitRow
    form_id: str
    version: str
    instance: str
    xml: str
    wall: str
    before: int


def submitted(book: Casebook, ids: Sequence[str]) -> Iterator[Submitted]:
    """The submissions of these visits; visits never handed in are left out. Raises LookupError for one whose body is
    not on this machine."""
    connection = book.connection
    forms = {one: told for one, *told in connection.execute("SELECT id, form_id, version FROM form")}
    sql = "SELECT fact, wall FROM visit_step WHERE visit = ? AND kind = 'submission' ORDER BY clock, fact"
    for row in visit_rows(book, ids):
        if row.submission:
            body = fact_body(connection, row.submission)
            walls = dict(connection.execute(sql, (row.id,)).fetchall())
            form_id, version = forms.get(row.form, ("", ""))
            yield Submitted(
                row, form_id, version, body["instance"], body["xml"], walls[row.submission], len(walls) - 1
            )


def write_instances(book: Casebook, ids: Sequence[str], folder: Path) -> int:
    """Write `instances/NAME/NAME.xml` for each submission below a folder, made where it is missing, all or none;
    how many. Names are made of the form, the visit and the instance, of nobody's name.

    Raises RuhuError (usage) where there are instances already, (unusable) where nothing can be written.
    """
    target, part = folder / FOLDER, folder / f".{FOLDER}.part"
    try:
        target.mkdir(parents=True, exist_ok=True)
        taken = any(target.iterdir())
        if not taken:
            rmtree(part, ignore_errors=True)  # of an export that was cut off
            part.mkdir()
    except OSError as error:
        what, remedy = _("这个文件夹建不了，或不是文件夹"), _("请检查写入权限，或换一个位置")
        raise RuhuError("output_folder", what, remedy, Place(file=folder.name)) from error
    if taken:
        what = _("里面已经有答卷")
        raise RuhuError("output_taken", what, _("请给一个新的文件夹"), Place(file=folder.name), "usage")
    count = 0
    try:
        for one in submitted(book, ids):
            name = _UNFIT.sub("_", f"{one.form_id}_{one.visit.handle}_{one.instance.rpartition(':')[2][:8]}")
            (part / name).mkdir()
            write_atomically(part / name / f"{name}.xml", one.xml.encode())
            count += 1
        target.rmdir()
        part.rename(target)
    except BaseException:
        rmtree(part, ignore_errors=True)
        raise
    return count


_REVIEW_STATES: dict[State, str] = {"draft": "hasIssues", "passed": "approved", "reported": "approved"}
"""What ODK Central calls it; '' for what nobody has reviewed to the end."""


def write_odk_csv(book: Casebook, ids: Sequence[str], path: Path) -> int:
    """Write the submissions as ODK Central exports them: a zip of CSV tables for each form; how many submissions.

    Raises RuhuError (unusable) where nothing can be written.
    """
    from survey_forms.submissions.odk_csv import Submitted as OdkSubmitted
    from survey_forms.submissions.odk_csv import csv_files, write_csv_zip

    found: dict[str, list[OdkSubmitted]] = {}
    newest: dict[str, str] = {}
    for one in submitted(book, ids):
        newest[one.form_id] = max(newest.get(one.form_id, ""), one.visit.form, key=lambda form: _clock(book, form))
        found.setdefault(one.form_id, []).append(
            OdkSubmitted(
                instance_id=one.instance,
                created=one.wall,
                xml=one.xml,
                submitter_name=one.visit.submitted_by,
                review_state=_REVIEW_STATES.get(one.visit.state, ""),
                edits=one.before,
                form_version=one.version,
            )
        )
    files: dict[str, str] = {}
    for form_id, submissions in found.items():
        files |= csv_files(fact_body(book.connection, newest[form_id])["xml"], form_id, submissions)
    write_csv_zip(path, files)
    return sum(map(len, found.values()))


def _clock(book: Casebook, form: str) -> int:
    row = book.connection.execute("SELECT clock FROM form WHERE id = ?", (form,)).fetchone()
    return int(row[0]) if row else 0
