"""Submissions from phones (手机上填的答卷) into the casebook: each finds its visit by form and household code, becomes
its answers, and is handed in when nothing is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook
from casebook.store.sqlite import Connection
from survey_forms.filling.op import Op
from survey_forms.form.definition import FormDefinition
from survey_forms.interview import Interview, open_interview
from survey_forms.stored_forms import definition_of, forms
from survey_forms.submissions.csv_in import csv_names, is_csv_export, read_csv_export
from survey_forms.submissions.csv_tables import safe_file_name
from survey_forms.submissions.instance_xml import Instance
from survey_forms.submissions.xml_in import ReadValues, read_instances, values_of
from survey_forms.visits.phone_values import laid_over, paths_of
from survey_forms.visits.states import FILLABLE
from survey_forms.visits.steps import submission_in
from survey_forms.visits.visit_list import VisitRow, rows_of
from survey_forms.visits.visit_view import fact_body

Became = Literal["submitted", "draft", "already", "left"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one submission: handed in; kept as a draft because it has `problems`; known already; or left out,
    for `why`. `name` is the file's, `visit` the id of the visit, '' for none."""

    name: str
    became: Became
    visit: str = ""
    problems: int = 0
    why: str = ""


def import_submissions(
    book: Casebook, path: Path, done: Callable[[Taken], None] = lambda _taken: None, dry_run: bool = False
) -> list[Taken]:
    """Take every submission in a folder, a zip, an XML file or ODK Central's CSV tables, one transaction each; `done`
    hears of each.

    Raises RuhuError (unusable) when the folder or zip itself can't be read or has none, or the casebook can't be
    written; (check) for tables of a form that the casebook does not have.
    """
    found: list[Taken] = []

    def note(taken: Taken) -> None:
        found.append(taken)
        done(taken)

    def refused(error: RuhuError) -> None:
        note(Taken(error.place.file, "left", why=error.what))

    for instance in _instances(book, path, refused):
        try:
            note(_take(book, instance, dry_run))
        except RuhuError as error:
            if error.category in ("unusable", "locked") and not error.code.startswith("instance"):
                raise
            note(Taken(instance.name, "left", why=error.what))
    if not found:
        what = _("里面没有答卷")
        raise RuhuError("no_instances", what, _("请给出手机上复制的 instances 文件夹"), Place(file=path.name))
    return found


def _instances(book: Casebook, path: Path, refused: Callable[[RuhuError], None]) -> Iterator[Instance]:
    if not is_csv_export(path):
        yield from read_instances(path, refused)
        return
    names = csv_names(path)
    newest = {form.form_id: form.id for form in reversed(forms(book)) if f"{safe_file_name(form.form_id)}.csv" in names}
    if not newest:
        what = _("案卷里没有这张调查表")
        raise RuhuError("no_form", what, _("请先用 ruhu forms import 导入"), Place(file=path.name), "check")
    for form_id, form in newest.items():
        yield from read_csv_export(path, fact_body(book.connection, form)["xml"], form_id, refused)


def _take(book: Casebook, instance: Instance, dry_run: bool) -> Taken:
    connection = book.connection
    if not instance.instance_id:
        return Taken(instance.name, "left", why=_("没有 instanceID"))
    if known := _known(connection, instance.instance_id):
        return Taken(instance.name, "already", known)
    definitions = {one.id: definition_of(book, one.id) for one in forms(book) if one.form_id == instance.form_id}
    if not definitions:
        return Taken(instance.name, "left", why=_("案卷里没有这张调查表"))
    row, why = _visit_of(connection, definitions, instance)
    if row is None:
        return Taken(instance.name, "left", why=why)
    read = values_of(instance.xml, definitions[row.form])
    interview = open_interview(book, row.id, fills_in=False)
    op = laid_over(interview.filling, read.values, read.instances)
    before = tuple(interview.filling.sheet.entries(interview.filling.sheet.root))
    start = interview.filling.start
    if op is not None:
        interview.filling.apply(op)
    finished = interview.finish()
    if not dry_run:
        _write(interview, instance, (start, op, before))
    became: Became = "draft" if finished.problems else "submitted"
    return Taken(instance.name, became, row.id, len(finished.problems))


def _write(interview: Interview, instance: Instance, told: tuple[Op, Op | None, tuple[tuple[str, str], ...]]) -> None:
    """The answers and, when nothing is wrong, the submission, in one transaction. Phones know no soft checks, so nobody
    was asked for a reason there."""
    start, op, before = told
    book, visit = interview.book, interview.visit
    finished = interview.finish()
    with book.writing() as writing:
        if _known(writing.connection, instance.instance_id):
            return
        interview.refuse_changed_elsewhere(writing.connection)
        begun = writing.connection.execute("SELECT 1 FROM visit_op WHERE visit = ? LIMIT 1", (visit.id,)).fetchone()
        ops = ([] if begun else [(start, start)]) + ([] if op is None else [(op, Op(op.op, op.ref, "", before))])
        known = interview.heads
        for one, undo in ops or [(Op("left", ""), Op("left", ""))]:
            body = {
                "visit": visit.id, **_told(one), "undo": _told(undo), "undoes": "", "redoes": "",
                "instance": instance.instance_id,
            }  # fmt: skip
            known = (writing.append("answer", body, area=visit.area, parents=[visit.id, *known]).id,)
        interview.heads = known
        if not finished.problems:
            said = _("手机上填的，没有问理由")
            reasons = {ref: said for ref, _message in finished.warnings} | dict(interview.reasons)
            submission_in(writing, interview, instance.instance_id, reasons, instance.xml)


def _told(op: Op) -> dict[str, Any]:
    return asdict(op) | {"also": [list(pair) for pair in op.also]}


def _known(connection: Connection, instance: str) -> str:
    """The visit that has this submission already, '' for none."""
    row = connection.execute(
        "SELECT visit FROM visit_step WHERE instance = ?1 UNION ALL SELECT visit FROM visit_op WHERE instance = ?1",
        (instance,),
    ).fetchone()
    return row[0] if row else ""


def _visit_of(
    connection: Connection, definitions: dict[str, FormDefinition], instance: Instance
) -> tuple[VisitRow | None, str]:
    """The visit that a submission is of, or why there is none."""
    for form, definition in definitions.items():
        told = _household_of(definition, values_of(instance.xml, definition))
        if not told["household.code"]:
            continue
        ids = [one for (one,) in connection.execute(
            "SELECT id FROM visit WHERE NOT gone AND form = ? AND household = ? ORDER BY clock DESC, id DESC",
            (form, told["household.code"]),
        )]  # fmt: skip
        rows = [row for row in rows_of(connection, ids) if _here(row, told)]
        waiting = [row for row in rows if row.state in FILLABLE]
        if len({(row.township, row.village) for row in waiting}) > 1:
            return None, _("不止一户有这个户编号，答卷里没有写清乡镇和村")
        if waiting:
            return waiting[0], ""
        if rows:
            return None, _("这一户的入户已经上交")
    if not any(_household_of(one, values_of(instance.xml, one))["household.code"] for one in definitions.values()):
        return None, _("答卷里没有户编号")
    return None, _("没有为这一户排入户")


def _household_of(definition: FormDefinition, read: ReadValues) -> dict[str, str]:
    values = dict(read.values)
    fields = ("household.code", "household.township", "household.village")
    return {
        field: next((text for path in paths_of(definition, field) if (text := values.get(path, ""))), "")
        for field in fields
    }


def _here(row: VisitRow, told: dict[str, str]) -> bool:
    """Whether a visit is in the township and village that are told, as far as they are."""
    return all(
        not told[f"household.{name}"] or told[f"household.{name}"] == place
        for name, place in (("township", row.township), ("village", row.village))
    )
