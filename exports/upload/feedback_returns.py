"""Visits that go back (退回) because the province did not take somebody of them: why, and which questions are meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook
from casebook.store.sqlite import Connection
from exports.formats.fields import upload_fields
from exports.formats.format import Format
from exports.upload.batches import BatchRow

if TYPE_CHECKING:
    from exports.upload.feedback import Rejected
    from exports.upload.form_plan import FormPlan
    from survey_forms.form.definition import FormDefinition
    from survey_forms.submissions.xml_in import ReadValues


@dataclass(frozen=True, slots=True)
class Returned:
    """A visit that goes back: the submission that is meant, its area, the reason, refs of questions."""

    visit: str
    submission: str
    area: str
    reason: str
    refs: tuple[str, ...]


def returned_visits(
    book: Casebook, connection: Connection, batch: BatchRow, format: Format, rejected: Sequence[Rejected]
) -> Iterator[Returned]:
    """The visits of rejected people, in the order of the batch. One that was handed in anew since stays: what the
    province saw is not what it says now."""
    from survey_forms.visits.visit_list import rows_of

    by_visit: defaultdict[str, list[Rejected]] = defaultdict(list)
    for one in rejected:
        by_visit[one.row.visit].append(one)
    forms: dict[str, tuple[FormDefinition, FormPlan] | None] = {}
    for row in rows_of(connection, list(by_visit)):
        people = by_visit[row.id]
        if row.submission not in _meant(connection, batch.id, row.id, people):
            continue
        if row.form not in forms:
            forms[row.form] = _form(book, row.form)
        found = forms[row.form]
        refs = _refs(connection, row.submission, people, format, *found) if found is not None else ()
        yield Returned(row.id, row.submission, row.area, _reason(people), tuple(refs))


def _meant(connection: Connection, batch: str, visit: str, people: Sequence[Rejected]) -> set[str]:
    """The submissions of a visit that a batch speaks of: what was sent, and later ones that left somebody as they were
    sent."""
    found = {one.row.submission for one in people}
    for submission, later in connection.execute(
        "SELECT submission, batch FROM batch_visit WHERE visit = ? AND earlier = ?", (visit, batch)
    ).fetchall():
        marks = ", ".join("?" * len(people))
        (anew,) = connection.execute(
            f"SELECT count(*) FROM batch_person WHERE batch = ? AND key IN ({marks})",
            (later, *(one.row.key for one in people)),
        ).fetchone()
        if anew < len(people):
            found.add(submission)
    return found


def _reason(people: Sequence[Rejected]) -> str:
    """`王大山：证件号与公安信息不一致；李桂芳：……`, for each person what the province says."""
    told = [_("、").join(str(message.text).rstrip("。；;") for message in one.messages) for one in people]
    named = zip((one.row.name for one in people), told, strict=True)
    return "；".join(f"{name}：{said}" if name else said for name, said in named)


def _form(book: Casebook, form: str) -> tuple[FormDefinition, FormPlan] | None:
    """A form and what it asks; None when it is not on this machine."""
    from exports.upload.form_plan import plan_of
    from survey_forms.stored_forms import definition_of

    try:
        definition = definition_of(book, form)
    except RuhuError:
        return None
    return definition, plan_of(definition)


def _refs(
    connection: Connection,
    submission: str,
    people: Sequence[Rejected],
    format: Format,
    definition: FormDefinition,
    plan: FormPlan,
) -> list[str]:
    """The questions that the messages are about, where they can be told."""
    from survey_forms.submissions.xml_in import values_of
    from survey_forms.visits.visit_view import fact_body

    try:
        read = values_of(fact_body(connection, submission)["xml"], definition)
    except (LookupError, RuhuError):
        return []
    answered = _Answered(read, plan)
    found: dict[str, None] = {}
    for one in people:
        instance = answered.instance_of(one.row.key, one.row.person)
        for message in one.messages:
            for place in message.columns:
                column = format.columns[place]
                for ref in answered.refs(instance, column.field, column.nth):
                    found[ref] = None
    return list(found)


class _Answered:
    """A submission's instances, and where in them a field is asked."""

    def __init__(self, read: ReadValues, plan: FormPlan) -> None:
        self._plan = plan
        self._instances = read.instances
        self._filled = {ref[: ref.rfind("]") + 1] for ref, _text in read.values}
        self._people = [ref for ref in read.instances if plan.scopes.get(_path(ref)) == "person"]
        self._ids: Mapping[str, str] = {
            text.strip(): ref[: ref.rfind("]") + 1] for ref, text in read.values if _path(ref) in plan.person_ids
        }
        self._paths: defaultdict[str, list[str]] = defaultdict(list)
        for path, asked in plan.asked.items():
            self._paths[asked.field.name].append(path)

    def instance_of(self, key: str, person: str) -> str | None:
        """Where a person stands: '' in a form of one person, None for nobody to be found."""
        if self._plan.scopes.get("") == "person":
            return ""
        _visit, _colon, number = key.partition(":")
        if number.isdecimal() and 0 < int(number) <= len(self._people):
            return self._people[int(number) - 1]
        return self._ids.get(person or key)

    def refs(self, instance: str | None, name: str, nth: int) -> Iterator[str]:
        """The refs of the questions that answer a field of a person; of the household's own where no person's do."""
        part = upload_fields()[name].part if name in upload_fields() else ""
        for path in self._paths.get(name, ()):
            repeat = self._repeat(path)
            scope = self._plan.scopes.get(repeat, "")
            if scope == "household" and not repeat:
                yield path
            elif instance is not None and repeat == _path(instance):
                yield instance + path[len(repeat) :]
            elif instance is not None and part and scope in ("disease", "treatment"):
                inside = [
                    one for one in self._instances
                    if _path(one) == repeat and one.startswith(f"{instance}/") and one in self._filled
                ]  # fmt: skip
                if 0 < nth <= len(inside) or (not nth and len(inside) == 1):
                    yield inside[max(nth, 1) - 1] + path[len(repeat) :]

    def _repeat(self, path: str) -> str:
        """The repeat that a question stands in directly, '' for none."""
        inside = [one for one in self._plan.scopes if one and path.startswith(f"{one}/")]
        return max(inside, key=len, default="")


def _path(ref: str) -> str:
    """The generic path of a ref."""
    return "/".join(part.partition("[")[0] for part in ref.split("/"))
