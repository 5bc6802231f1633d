"""Planning visits (排入户): which households, one visit each, with what is known of them filled in and their asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from secrets import token_hex
from typing import Any, Literal

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook, Writing
from casebook.store.facts import area_of
from casebook.store.sqlite import Connection
from survey_forms.visits.assigning import assign_in, assignee
from survey_forms.visits.households import Household, households
from survey_forms.visits.planned_already import KnownVisits, with_asks
from survey_forms.visits.states import OPEN
from survey_forms.visits.visit_list import HANDLE, no_visit, rows_of

Which = Literal["ill", "asks", "all"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom to visit: of these townships and villages (none given: all) the households with somebody ill, with an ask,
    or all. A village may be given as `township/village`. `round` (轮次) is a year or what the county calls it; '' for
    this year."""

    townships: Collection[str] = ()
    villages: Collection[str] = ()
    which: Which = "ill"
    round: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """What was planned, or would be. `made`: ids of the new visits, empty when only counted; `households`, `people`,
    `asks`: what they are about; `renewed`: visits nobody had begun that were planned anew because of new asks.

    Left out: `skipped_open` households with an open visit, `skipped_done` with one of the same round that passed;
    `homeless` asks about people whom the lists no longer name.
    """

    made: tuple[str, ...]
    households: int
    people: int
    asks: int
    renewed: int
    skipped_open: int
    skipped_done: int
    homeless: int


def plan(book: Casebook, choice: Choice, form: str, to: str = "", only_count: bool = False) -> Planned:
    """Plan a visit for each household chosen that has none, filled in with form `form` (the id of its fact; not looked
    at when `only_count`): all of them or none.

    Raises RuhuError (usage) for a township or village that no list names, (check) while there is no list.
    """
    from survey_forms.stored_forms import definition_of
    from survey_forms.visits.prefill import Prefiller

    if only_count:
        with book.reading() as connection:
            return _candidates(connection, choice).planned(())
    name, prefiller = assignee(to), Prefiller(definition_of(book, form))
    with book.writing() as writing:
        chosen = _candidates(writing.connection, choice)
        if chosen.renewed:
            _withdraw(writing, chosen.renewed.values())
        made, batch = [], token_hex(6)
        for household in chosen.households:
            before = chosen.renewed.get(household.ids, "")
            assigned = name or chosen.assigned.get(before, "")
            told = {"form": form, "round": chosen.round, "plan": batch, "prefill": prefiller.prefill(household)}
            made.append(_make(writing, household, told, assigned))
        return chosen.planned(made)


def candidate_households(book: Casebook, choice: Choice) -> list[Household]:
    """The households that `plan` would make a visit for, with their asks. Raises as `plan`."""
    with book.reading() as connection:
        return list(_candidates(connection, choice).households)


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


@dataclass(frozen=True)
class _Candidates:
    """Households chosen, and what was left out; `renewed` has, by the people of a household, the visit that is planned
    anew, `assigned` who had it."""

    households: Sequence[Household]
    round: str
    renewed: dict[frozenset[str], str]
    assigned: dict[str, str]
    skipped_open: int
    skipped_done: int
    homeless: int

    def planned(self, made: Sequence[str]) -> Planned:
        return Planned(
            made=tuple(made),
            households=len(self.households),
            people=sum(len(one.members) for one in self.households),
            asks=sum(len(one.asks) for one in self.households),
            renewed=len(self.renewed),
            skipped_open=self.skipped_open,
            skipped_done=self.skipped_done,
            homeless=self.homeless,
        )


def _candidates(connection: Connection, choice: Choice) -> _Candidates:
    everyone = households(connection)
    if not everyone:
        what = _("案卷里还没有名单，不知道要走访谁")
        raise RuhuError("no_list", what, _("请先导入，例：ruhu import roster 花名册.xlsx"), category="check")
    _refuse_unknown_places(everyone, choice)
    visits = KnownVisits(connection)
    everyone, homeless = with_asks(connection, everyone, visits)
    round = choice.round or str(date.today().year)
    found: list[Household] = []
    renewed: dict[frozenset[str], str] = {}
    assigned: dict[str, str] = {}
    skipped_open = skipped_done = 0
    for household in everyone:
        if not _chosen(household, choice):
            continue
        earlier = visits.of(household)
        open_ones = [one for one in earlier if one.state in OPEN]
        if open_ones:
            one = open_ones[0]
            if len(open_ones) == 1 and one.state == "planned" and household.asks:
                renewed[household.ids] = one.id
                assigned[one.id] = one.assigned
                household = replace(household, asks=(*visits.open_asks_of(one.id), *household.asks))
            else:
                skipped_open += 1
                continue
        elif not household.asks and any(one.round == round for one in earlier):
            skipped_done += 1
            continue
        found.append(household)
    return _Candidates(found, round, renewed, assigned, skipped_open, skipped_done, homeless)


def _chosen(household: Household, choice: Choice) -> bool:
    if choice.townships and household.township not in choice.townships:
        return False
    names = (household.village, f"{household.township}/{household.village}")
    if choice.villages and not any(name in choice.villages for name in names):
        return False
    if choice.which == "all" or household.asks:
        return True
    return choice.which == "ill" and household.ill


def _refuse_unknown_places(everyone: Sequence[Household], choice: Choice) -> None:
    townships = {one.township for one in everyone}
    villages = {name for one in everyone for name in (one.village, f"{one.township}/{one.village}")}
    for name in (*(set(choice.townships) - townships), *(set(choice.villages) - villages)):
        what = _("名单里没有「{place}」").format(place=name[:40])
        raise RuhuError("no_place", what, _("请照名单上的写法写乡镇和村"), category="usage")
