"""What the keys of the visits screen write: plans, assignments, taking back what was handed in; and undoing them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from casebook.errors import RuhuError
from casebook.language import _
from casebook.progress import Progress, report
from survey_forms.visits.assigning import assign
from survey_forms.visits.planning import Planned, withdraw
from survey_forms.visits.visit_list import VisitRow, visit_rows
from tui.screens.progress import LongWork, Outcome

if TYPE_CHECKING:
    from tui.screens.visits import VisitsPage
    from tui.screens.visits_plan import Plan


@dataclass(frozen=True)
class Done:
    """Something written in this session that `u` takes back: visits planned, or to whom visits were given before."""

    planned: Sequence[str] = ()
    given: Mapping[str, str] = field(default_factory=dict)


class VisitWork:
    """Each key goes to its job with the visits that were meant; nothing is called done before it is stored."""

    def __init__(self, page: VisitsPage) -> None:
        self._page = page
        self._done: list[Done] = []

    # Planning

    def plan(self) -> None:
        from tui.screens.visits_plan import PlanVisits

        filter = self._page.filter
        townships = [filter.township] if filter.township else []
        villages = [f"{filter.township}/{filter.village}"] if filter.township and filter.village else []
        self._page.ask(PlanVisits(townships, villages), self._carry_out)

    def _carry_out(self, wanted: Plan) -> None:
        book = self._page.book

        def work(progress: Progress) -> Planned:
            from tui.screens.visits_plan import carry_out

            report(progress, _("排入户"), 0, 1)
            return carry_out(book, wanted)

        self._page.ask(LongWork(_("排入户"), work), self._planned)

    def _planned(self, outcome: Outcome[Planned]) -> None:
        page = self._page
        if outcome.error is not None:
            page.say_error(outcome.error)
        elif outcome.result is None:
            page.say(_("已停止，一户也没有排"), "warn")
        else:
            planned = outcome.result
            self._done.append(Done(planned=planned.made))
            self._said(_("排了 {count} 户").format(count=f"{len(planned.made):,}"))

    # Assigning

    def assign(self) -> None:
        ids = self._page.chosen()
        if not ids:
            return
        from tui.screens.visits_assign import Assign

        row = self._page.row()
        now = row.assigned if row is not None and len(ids) == 1 and row.id == ids[0] else ""
        about = _("{count} 户").format(count=f"{len(ids):,}")
        if row is not None and len(ids) == 1 and row.id == ids[0]:
            about = "  ".join(filter(None, (row.head, row.village)))
        self._page.ask(Assign(about, now), partial(self._assign, ids))

    def _assign(self, ids: Sequence[str], to: str) -> None:
        self._page.in_order.add(partial(self._write_assignment, ids, to))

    async def _write_assignment(self, ids: Sequence[str], to: str) -> None:
        book, page = self._page.book, self._page

        def write() -> tuple[dict[str, str], int]:
            given = {row.id: row.assigned for row in visit_rows(book, ids)}
            return given, len(assign(book, ids, to))

        given, made = await asyncio.to_thread(write)
        page.clear_marks()
        if not made:
            page.say(_("已经是这样派的"), "warn")
            return
        self._done.append(Done(given={visit: before for visit, before in given.items() if before != to}))
        count = f"{made:,}"
        said = _("{count} 户派给 {name}") if to else _("{count} 户先不派")
        self._said(said.format(count=count, name=to))
        page.load()

    # Taking back what was handed in

    def recall(self) -> None:
        row = self._page.row()
        if row is not None:
            self._page.in_order.add(partial(self._recall, row))

    async def _recall(self, row: VisitRow) -> None:
        from survey_forms.visits.steps import may_recall, recall

        page = self._page
        error = may_recall(row, page.book.author)
        if error is not None:
            raise error
        await asyncio.to_thread(recall, page.book, row.id)
        page.say(_("已撤回 {visit}，回到草稿，改好再上交").format(visit=row.handle), "good")
        page.load()

    # Undoing

    def undo(self) -> None:
        self._page.in_order.add(self._undo)

    async def _undo(self) -> None:
        page = self._page
        if not self._done:
            page.say(_("这次打开以来没有可撤销的。排好的户没填过可以不管，派错了再派一次"), "warn")
            return
        done = self._done[-1]
        take_back: Callable[[], int] = partial(self._withdraw if done.planned else self._give_back, done)
        try:
            count = await asyncio.to_thread(take_back)
        except RuhuError:
            self._done.pop()  # what stands in the way now will stand there later
            raise
        self._done.pop()
        text = _("已撤销排入户，{count} 户") if done.planned else _("已撤销派人，{count} 户")
        page.say(text.format(count=f"{count:,}"), "good")
        page.load()

    def _withdraw(self, done: Done) -> int:
        withdraw(self._page.book, done.planned)
        return len(done.planned)

    def _give_back(self, done: Done) -> int:
        book = self._page.book
        by_name: dict[str, list[str]] = {}
        for visit, name in done.given.items():
            by_name.setdefault(name, []).append(visit)
        return sum(len(assign(book, ids, name)) for name, ids in by_name.items())

    def _said(self, what: str) -> None:
        """Say that it is in the casebook, and how to take it back."""
        at = datetime.now().strftime("%H:%M:%S")
        self._page.say(_("已保存 {at}  {what}  撤销：u").format(at=at, what=what), "good")
