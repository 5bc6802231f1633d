"""What was answered last time (上次答案): in this household's visit before, else what the lists say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from casebook.language import N_
from casebook.store.clock import local_text
from casebook.store.facts import decoded
from casebook.store.sqlite import Connection
from casebook.texts import Text, text
from survey_forms.form.definition import FormDefinition
from survey_forms.form.xml_tree import parsed, tree_of
from survey_forms.visits.visit_list import VisitRow
from survey_forms.visits.visit_view import fact_body, visit_fact

Key = tuple[str, str, tuple[int, ...]]
"""A person's id ('' outside the members), a question's path, the positions of the repeats inside the member."""


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The stored text (codes, not labels), and where it is from: who and when, or the lists."""

    text: str
    where: Text


class LastAnswers:
    """By ref, for one interview. Members are found by their person's id, wherever they stand in the form now."""

    def __init__(self, prefilled: Mapping[str, str], earlier: Mapping[Key, str], where: Text, people: str) -> None:
        self._prefilled = prefilled
        self._earlier = earlier
        self._where = where
        self._people = people

    def of(self, ref: str, value: Callable[[str], str]) -> LastAnswer | None:
        """The last answer to the question at a ref, None when there is none; `value` tells a ref's text."""
        said = self._earlier.get(key_of(ref, value, self._people)) if self._earlier else None
        if said:
            return LastAnswer(said, self._where)
        listed = self._prefilled.get(ref)
        return LastAnswer(listed, Text(N_("名单预填"))) if listed else None


def last_answers(connection: Connection, visit: VisitRow, definition: FormDefinition) -> LastAnswers:
    """What the last submission of the same household and the visit's own prefill say."""
    prefilled = dict(visit_fact(connection, visit.id)["prefill"])
    people = next((path for path, bind in definition.binds.items() if bind.extra.get("field") == "person.id"), "")
    row = connection.execute(
        "SELECT v.submission, v.submitted_by, s.wall FROM visit v JOIN visit_step s ON s.fact = v.submission "
        "WHERE id <> ? AND ((household <> '' AND household = ? AND township = ? AND village = ?) OR EXISTS "
        "(SELECT 1 FROM visit_person p JOIN visit_person q USING (person) WHERE p.visit = v.id AND q.visit = ?)) "
        "ORDER BY v.clock DESC, id DESC LIMIT 1",
        (visit.id, visit.household, visit.township, visit.village, visit.id),
    ).fetchone()
    if row is None:
        return LastAnswers(prefilled, {}, Text(), people)
    submission, author, wall = row
    try:
        earlier = dict(_answers(fact_body(connection, submission)["xml"], definition, people))
    except LookupError:  # of another area, not on this machine
        earlier = {}
    where = text(N_("{author}，{day}"), author=author, day=local_text(wall)[:10])
    return LastAnswers(prefilled, earlier, where, people)


def as_before(connection: Connection, visit: VisitRow, author: str, ref: str) -> str | None:
    """What this person answered to the same question in the household before (同上一户): the one they worked on last
    with the same form; None when they have not."""
    others = connection.execute(
        "SELECT v.id FROM visit v WHERE id <> ? AND form = ? AND state <> 'planned' AND (SELECT e.author "
        "FROM visit_op o JOIN envelope e USING (arrival) WHERE o.visit = v.id "
        "ORDER BY o.clock DESC, o.fact DESC LIMIT 1) = ? "
        "ORDER BY updated DESC, id DESC LIMIT 1",
        (visit.id, visit.form, author),
    ).fetchone()
    if others is None:
        return None
    answers = (
        "SELECT b.content FROM visit_op o JOIN body b USING (arrival) WHERE o.visit = ? AND o.op = ? "
        "AND (o.op = 'start' OR o.ref = ?) ORDER BY o.clock DESC, o.fact DESC LIMIT 1"
    )
    if told := connection.execute(answers, (*others, "answer", ref)).fetchone():
        return str(decoded(told[0])["value"]) or None
    begun = connection.execute(answers, (*others, "start", ref)).fetchone()
    return dict(decoded(begun[0])["also"]).get(ref) or None if begun else None


_FILLER = ("signer.filler", "signer.filler_unit", "signer.filler_phone")


def filler(connection: Connection, visit: VisitRow, definition: FormDefinition, author: str) -> list[tuple[str, str]]:
    """Who fills in (填报人), as they told it in the household before: (ref, text)."""
    refs = {field: path for path, bind in definition.binds.items() if (field := bind.extra.get("field")) in _FILLER}
    told = {field: as_before(connection, visit, author, ref) for field, ref in refs.items()}
    told["signer.filler"] = told.get("signer.filler") or author
    return [(ref, said) for field, ref in refs.items() if (said := told[field])]


def key_of(ref: str, value: Callable[[str], str], people: str) -> Key:
    """The key of the question at a ref; `people` is the path of the question that holds a person's id."""
    above = people.rpartition("/")[0]
    path, here, person, positions = "", "", "", list[int]()
    for name, position in _steps(ref):
        path, here = f"{path}/{name}", f"{here}/{name}" + (f"[{position}]" if position else "")
        if people and path == above:
            person, positions = value(here + people[len(above) :]), []
        elif position:
            positions.append(position)
    return person, path, tuple(positions)


def _steps(ref: str) -> Iterator[tuple[str, int]]:
    """Names and positions of a ref, 0 for no position."""
    for step in ref.split("/")[1:]:
        name, _bracket, position = step.partition("[")
        yield name, int(position.rstrip("]") or 0)


def _answers(xml: str, definition: FormDefinition, people: str) -> Iterator[tuple[Key, str]]:
    root = tree_of(parsed(xml))
    for node in root.walk():
        node.repeat = node.path in definition.repeats
    values = {node.ref: node.text for node in root.walk() if not node.children and node.text}
    for ref, said in values.items():
        yield key_of(ref, lambda one: values.get(one, ""), people), said
