"""Planning visits (排入户): which households, one visit each, with what is known of them filled in and their asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from secrets import token_hex
from typing import Any

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.areas import inside
from casebook.store.casebook import Casebook, Writing
from casebook.store.facts import area_of
from survey_forms.visits.assigning import assign_in, assignee
from survey_forms.visits.candidates import (
    Candidates,
    Choice,
    Planned,
    Which,
    candidates,
    found_now,
    this_round,
)
from survey_forms.visits.households import Household
from survey_forms.visits.visit_list import HANDLE, no_visit, rows_of

__all__ = ["Choice", "Planned", "Which", "last_plan", "plan", "withdraw"]


def plan(book: Casebook, choice: Choice, form: str, to: str = "", only_count: bool = False) -> Planned:
    """Plan a visit for each household chosen that has none, filled in with form `form` (the id of its fact; not looked
    at when `only_count`): all of them or none.

    Raises RuhuError (usage) for a township or village that no list names, (check) while there is no list.
    """
    from survey_forms.stored_forms import definition_of
    from survey_forms.visits.prefill import Prefiller

    if only_count:
        return candidates(book, choice.round).counted(choice)
    name, prefiller = assignee(to), Prefiller(definition_of(book, form))
    with book.writing() as writing:
        every, homeless = found_now(writing.connection, choice.round)
        found = [one for one in every if inside(one.candidate.area, writing.rights.areas)]
        planned = Candidates([one.candidate for one in found], homeless).counted(choice)
        chosen = [one for one in found if one.candidate.visited and one.candidate.meant(choice)]
        renewed = [one.before.id for one in chosen if one.before is not None]
        if renewed:
            _withdraw(writing, renewed)
        made, batch = [], token_hex(6)
        for one in chosen:
            told = {
                "form": form, "round": this_round(choice.round), "plan": batch,
                "prefill": prefiller.prefill(one.household),
            }  # fmt: skip
            assigned = name or (one.before.assigned if one.before is not None else "")
            made.append(_make(writing, one.household, told, assigned))
        return replace(planned, made=tuple(made))


def withdraw(book: Casebook, ids: Sequence[str]) -> str:
    """Take planned visits back (撤销): the id of the undo.

    Raises RuhuError (usage) for an unknown visit or one that was begun: then nothing is taken back.
    """
    with book.writing() as writing:
        rows = {row.id: row for row in rows_of(writing.connection, ids)}
        for identity in ids:
            if identity not in rows:
                raise no_visit(identity[:HANDLE])
            if rows[identity].state != "planned":
                what = _("入户 {visit} 已经开始填，不能撤销").format(visit=identity[:HANDLE])
                raise RuhuError("begun", what, _("只有待调查的入户可以撤销"), category="usage")
        return _withdraw(writing, list(rows))


def last_plan(book: Casebook) -> tuple[list[str], int]:
    """The visits of the acting user's newest plan that nobody has begun, and the number of those begun; nothing for
    somebody without one."""
    connection = book.connection
    row = connection.execute(
        "SELECT plan FROM visit WHERE NOT gone AND author = ? ORDER BY clock DESC, id DESC LIMIT 1", (book.author,)
    ).fetchone()
    if row is None:
        return [], 0
    rows = connection.execute("SELECT id, state FROM visit WHERE NOT gone AND plan = ? ORDER BY clock, id", row)
    states = rows.fetchall()
    waiting = [identity for identity, state in states if state == "planned"]
    return waiting, len(states) - len(waiting)


def _withdraw(writing: Writing, ids: Iterable[str]) -> str:
    targets = list(ids)
    return writing.append("undo", {"targets": targets}, parents=targets).id


def _make(writing: Writing, household: Household, told: Mapping[str, Any], to: str) -> str:
    body = {
        **told,
        "household": {
            "code": household.code,
            "township": household.township,
            "village": household.village,
            "head": household.head_name,
        },
        "people": [{"person": one.person, "name": one.name} for one in household.members],
        "asks": [ask.id for ask in household.asks],
    }
    area = area_of(household.township, household.village)
    visit = writing.append("visit", body, area=area, parents=[told["form"]]).id
    if to:
        assign_in(writing, visit, area, to)
    return visit
