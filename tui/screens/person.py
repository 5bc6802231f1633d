"""One person: everything that the current lists say, both sides beside each other, and the household."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from audit.queue import Filter
from audit.statuses import EVERY
from casebook.language import N_, _
from casebook.people.lookup import Hit, Person, person_of
from casebook.store import access
from survey_forms.visits.history import visits_of_people
from survey_forms.visits.visit_list import VisitFilter, VisitRow
from tui.screens.page import Page
from tui.screens.person_lines import full_account, lists_of, sex_word, visits_part
from tui.widgets.drawing import Drawing
from tui.widgets.scrolled import Scrolled


class PersonPage(Page):
    """Opened from the look-up, which has recorded it: the values are whole until F6 masks them."""

    TITLE = N_("个人")
    ABOUT = N_(
        "这个人在每份名单里的整行内容。两份名单都有时并排，! 标出不同的一栏；下面是同户的人和这户的入户。\n"
        "打开这一页已记入查阅记录。身边有人时按 F6 遮住号码和住址；再按 F6 看全，再记一次。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f6", "mask", N_("遮住/看全"), tooltip=N_("遮住号码和住址，或再看全；看全会记入查阅记录")),
        Binding("f3", "findings", N_("这户的疑点"), tooltip=N_("到核对画面，只看这一户的疑点")),
        Binding("f8", "visits", N_("这户的入户"), tooltip=N_("到入户清单，只看这一户")),
    ]
    DEFAULT_CSS = """
    PersonPage .panel { margin: 1; height: 1fr; }
    PersonPage #head { margin: 0 0 1 0; }
    PersonPage.-low .panel { margin: 0; }
    PersonPage.-low #head { margin: 0; }
    """

    def __init__(self, hit: Hit) -> None:
        super().__init__()
        self._hit = hit
        self._person: Person | None = None
        self._visits: list[VisitRow] = []
        self._whole = True

    def crumb(self) -> str:
        return self._hit.name or _(self.TITLE)

    def body(self) -> ComposeResult:
        with Vertical(classes="panel"):
            yield Drawing(id="head")
            with Scrolled():
                yield Drawing(id="account")

    def on_mount(self) -> None:
        hit = self._hit
        self.query_one("#head", Drawing).say(
            (hit.name, "title"), ("  ", ""), (sex_word(hit.sex), ""), ("  ", ""), (lists_of(hit), "dim")
        )
        self.query_one(Scrolled).focus()

    def resumed(self) -> None:
        self.background(self._load, "load")

    async def _load(self) -> None:
        person, self._visits = await asyncio.to_thread(self._read)
        if person is None or person.hit.person != self._hit.person:
            self.say(_("名单已更新，这个人不在原处了。请返回重新查。"), "warn")
            return
        self._person = person
        self._show()

    def _read(self) -> tuple[Person | None, list[VisitRow]]:
        """In a thread: the person, and the visits of anybody of the household."""
        person = person_of(self.book, self._hit.id)
        if person is None:
            return None, []
        people = {person.hit.person, *(member.person for member in person.household)}
        return person, visits_of_people(self.book, sorted(people))

    def _show(self) -> None:
        if self._person is not None:
            draw = partial(full_account, self._person, whole=self._whole)
            self.query_one("#account", Drawing).show(lambda width: [*draw(width=width), *visits_part(self._visits)])

    def action_mask(self) -> None:
        self.background(self._mask, "mask")

    async def _mask(self) -> None:
        if not self._whole:
            await asyncio.to_thread(access.record, self.book, "revealed", [self._hit.person])
        self._whole = not self._whole
        self._show()

    def action_findings(self) -> None:
        self.app.go("desk", filter=Filter(statuses=EVERY, text=self._hit.household or self._hit.name))

    def action_visits(self) -> None:
        newest = self._visits[0].id if self._visits else ""
        text = self._hit.household or self._hit.name
        self.app.go("visits", filter=VisitFilter(text=text), visit=newest)
