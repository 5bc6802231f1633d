"""Households that a plan may mean (候选户), each with what a plan would make of it. Looked at once, they are chosen
among without another look at the lists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook
from casebook.store.facts import area_of
from casebook.store.sqlite import Connection
from survey_forms.visits.households import Household, households
from survey_forms.visits.planned_already import Known, KnownVisits, with_asks
from survey_forms.visits.states import OPEN

Which = Literal["ill", "asks", "all"]
Becomes = Literal["new", "renewed", "open", "done"]


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


@dataclass(frozen=True, slots=True)
class Candidate:
    """A household by its counts. `waiting`: it has asks that no visit takes along; `asks`: how many a visit would. What
    a plan makes of it: a `new` visit, one `renewed` for its new asks, nothing while one is `open` or of this round
    `done`."""

    township: str
    village: str
    ill: bool
    people: int
    asks: int
    waiting: bool
    becomes: Becomes

    @property
    def visited(self) -> bool:
        """Whether a plan makes a visit for it."""
        return self.becomes in ("new", "renewed")

    @property
    def places(self) -> tuple[str, str]:
        """How its village may be given."""
        return self.village, f"{self.township}/{self.village}"

    @property
    def area(self) -> str:
        return area_of(self.township, self.village)

    def meant(self, choice: Choice) -> bool:
        if choice.townships and self.township not in choice.townships:
            return False
        if choice.villages and not any(name in choice.villages for name in self.places):
            return False
        return choice.which == "all" or self.waiting or (choice.which == "ill" and self.ill)


@dataclass(frozen=True, slots=True)
class Candidates:
    """All households of the lists, by township, village and code, and the number of asks about nobody of them."""

    every: Sequence[Candidate]
    homeless: int

    def counted(self, choice: Choice) -> Planned:
        """What a choice comes to. Raises RuhuError (usage) for a township or village that no list names."""
        self._refuse_unknown_places(choice)
        meant = [one for one in self.every if one.meant(choice)]
        visited = [one for one in meant if one.visited]
        return Planned(
            made=(),
            households=len(visited),
            people=sum(one.people for one in visited),
            asks=sum(one.asks for one in visited),
            renewed=sum(one.becomes == "renewed" for one in visited),
            skipped_open=sum(one.becomes == "open" for one in meant),
            skipped_done=sum(one.becomes == "done" for one in meant),
            homeless=self.homeless,
        )

    def places(self, which: Which) -> list[tuple[str, str, int]]:
        """Every village with a household to visit, and how many it has."""
        counts: dict[tuple[str, str], int] = {}
        for one in self.every:
            if one.visited and one.meant(Choice(which=which)):
                counts[one.township, one.village] = counts.get((one.township, one.village), 0) + 1
        return [(township, village, count) for (township, village), count in counts.items()]

    def _refuse_unknown_places(self, choice: Choice) -> None:
        townships = {one.township for one in self.every}
        villages = {name for one in self.every for name in one.places} if choice.villages else set()
        for name in (*(set(choice.townships) - townships), *(set(choice.villages) - villages)):
            what = _("名单里没有「{place}」").format(place=name[:40])
            raise RuhuError("no_place", what, _("请照名单上的写法写乡镇和村"), category="usage")


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate with its household, the asks that its visit takes along among it, and the visit planned anew."""

    candidate: Candidate
    household: Household
    before: Known | None


def candidates(book: Casebook, round: str = "") -> Candidates:
    """The households of the lists as they are now. Raises RuhuError (check) while there is no list."""
    with book.reading() as connection:
        found, homeless = found_now(connection, round)
        return Candidates([one.candidate for one in found], homeless)


def found_now(connection: Connection, round: str) -> tuple[list[Found], int]:
    """The same with everything that is known of them, and the number of homeless asks. Raises as `candidates`."""
    everyone = households(connection)
    if not everyone:
        what = _("案卷里还没有名单，不知道要走访谁")
        raise RuhuError("no_list", what, _("请先导入，例：ruhu import roster 花名册.xlsx"), category="check")
    visits = KnownVisits(connection)
    everyone, homeless = with_asks(connection, everyone, visits)
    return [_found(one, visits, this_round(round)) for one in everyone], homeless


def this_round(given: str) -> str:
    return given or str(date.today().year)


def _found(household: Household, visits: KnownVisits, round: str) -> Found:
    earlier, waiting = visits.of(household), bool(household.asks)
    open_ones = [one for one in earlier if one.state in OPEN]
    becomes: Becomes = "new"
    before = None
    if len(open_ones) == 1 and open_ones[0].state == "planned" and waiting:
        (before,) = open_ones
        becomes = "renewed"
        household = replace(household, asks=(*visits.open_asks_of(before.id), *household.asks))
    elif open_ones:
        becomes = "open"
    elif not waiting and any(one.round == round for one in earlier):
        becomes = "done"
    candidate = Candidate(
        household.township, household.village, household.ill, len(household.members), len(household.asks), waiting,
        becomes,
    )  # fmt: skip
    return Found(candidate, household, before)
