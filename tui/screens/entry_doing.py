"""What the keys of the entry screen do: one job after the other, the form only ever touched in the job's thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from casebook.errors import RuhuError
from casebook.language import _, language
from tui.commands.exits import line_of
from tui.screens.entry_codes import match, toggled
from tui.screens.entry_looking import view_of
from tui.screens.entry_session import After, Session, is_refusal
from tui.screens.entry_sheet import Hand
from tui.screens.entry_view import QuestionView, View

if TYPE_CHECKING:
    from tui.screens.entry import EntryPage

CONFIRMED = "OK"
"""The answer of a question that is only confirmed."""

_ROOM = 3  # lines of the screen that the outline can't have at least


class Doing:
    """`wanted` is a visit to open, `back` the screen to go to at the end, `household` what the breadcrumb says of the
    visit, `said` what stands where there is no question."""

    def __init__(self, page: EntryPage) -> None:
        self._page = page
        self.session: Session | None = None
        self.wanted = self.back = self.household = self.said = ""

    # Opening and leaving

    async def open(self) -> None:
        """Open the wanted visit where it was left."""
        page, visit = self._page, self.wanted
        self.wanted, self.session, self.household, self.said = "", None, "", _("正在打开")
        page.show(View(), Hand(), text="")
        try:
            session, view = await asyncio.to_thread(self._opened, visit)
        except RuhuError:
            self.said = _("打不开。按 Esc 离开。")
            page.show(View(), Hand(), text="")
            raise
        self.session = session
        row = session.interview.visit
        self.household = " ".join(filter(None, (row.household, row.head)))
        page.crumbs_changed()
        page.say(_("退回：{reason}").format(reason=row.reason) if row.returned else "", "warn")
        self.shown(view)

    def _opened(self, visit: str) -> tuple[Session, View]:
        from survey_forms.interview import open_interview

        interview = open_interview(self._page.book, visit)
        wanted = next((one for one in interview.definition.languages if _is_of(one, language())), "")
        if wanted:
            interview.filling.set_language(wanted)
        session = Session(interview, self._sent_back(visit) if interview.visit.returned else {})
        return session, self._look(session)

    def _sent_back(self, visit: str) -> dict[str, str]:
        """Why the last review sent answers back, by their refs."""
        from survey_forms.visits.history import history

        past = next((one for one in reversed(history(self._page.book, visit)) if one.what == "return"), None)
        return dict.fromkeys(past.refs, past.text) if past is not None else {}

    async def leave(self) -> None:
        """Save what stands in the field and where one stands, then go. What can't be saved holds it up once."""
        page, session = self._page, self.session
        text = self._unsaved()
        if session is not None:
            try:
                await asyncio.to_thread(self._left, session, text if not page.hand.refused else None)
            except RuhuError as error:
                if is_refusal(error) and text is not None:
                    again = _("再按 Esc 就不保存这一题，离开")
                    page.renew(Hand(refused=f"{line_of(error)}\n{again}"))
                    return
                if error.code != "changed_elsewhere":
                    raise
        self.session = None
        page.view = View()
        if self.back:
            page.app.go(self.back)
        else:
            page.app.back()

    def _left(self, session: Session, text: str | None) -> None:
        if text is not None:
            session.answer(text)
        session.leave()

    # What every key has in common

    def _look(self, session: Session) -> View:
        room = self._page.size.height - _ROOM
        return view_of(session, room)

    def _unsaved(self) -> str | None:
        """What stands in the text field and is not the answer, None where there is no such thing."""
        page, question = self._page, self._page.view.question
        if question is None or not page.typing or page.typed.value == question.field:
            return None
        return page.typed.value

    async def run(self, work: Callable[[Session], After], *, save: bool = True) -> None:
        """Save what stands in the text field, do the work in a thread, show what came of it. What can't be an answer
        stays in the field; what could not be saved is said, and the answer from before is shown."""
        page, session = self._page, self.session
        if session is None:
            return
        text = self._unsaved() if save else None
        try:
            after, view = await asyncio.to_thread(self._ran, session, text, work)
        except RuhuError as error:
            view = await asyncio.to_thread(self._look, session)
            if is_refusal(error) and page.typing:
                page.show(view, Hand(refused=line_of(error)))
            else:
                self.shown(view)
                page.say(_("没有保存：{why}").format(why=line_of(error)), "bad")
            return
        page.say("")
        self.shown(view, keep=text is None)
        if after == "end":
            page.say(_("到表的末尾了。按 F10 检查全卷并上交"), "good")
        elif after == "reason":
            page.asking.reason()
        elif after == "clash" and session.here is not None:
            told = session.interview.clash_at(session.here.ref)
            page.say(_("{clash}。改好，或再按回车定为现在这样").format(clash=told), "warn")

    def _ran(self, session: Session, text: str | None, work: Callable[[Session], After]) -> tuple[After, View]:
        if text is not None:
            session.answer(text)
        return work(session), self._look(session)

    def shown(self, view: View, *, keep: bool = False) -> None:
        """Show a view. `keep` leaves what is being typed while the question and its answer are the same."""
        page, question, before = self._page, view.question, self._page.view.question
        if question is None or before is None or before.ref != question.ref:
            page.show(view, text=question.field if question is not None and question.types else "")
            return
        hand = replace(page.hand, digits="", refused="")
        if question.value != before.value and not question.several:
            # On an answer that was taken back the cursor would give it again with Enter.
            hand = Hand(question.first_chosen if view.grid is None else -1)
        page.show(view, hand, text=None if keep and before.field == question.field else question.field)

    def _question(self) -> QuestionView | None:
        """The question that can be answered now; said why not, where there is none."""
        page = self._page
        if page.view.locked:
            page.say(page.view.locked, "warn")
            return None
        question = page.view.question
        if question is not None and question.note:
            page.say(_("这一题是只读的"), "warn")
            return None
        return question

    async def move(self, work: Callable[[Session], bool]) -> None:
        def moved(session: Session) -> After:
            work(session)
            return ""

        await self.run(moved)

    # Keys

    async def enter(self) -> None:
        """Take what is meant, and go on."""
        page, question = self._page, self._page.view.question
        if question is None:
            return
        if page.view.locked or (question.note and question.mark == "note") or question.kind == "add":
            locked = bool(page.view.locked) and page.view.grid is None
            await self.run(lambda session: _stepped(session, 1) if locked else session.on())
            return
        if page.hand.digits:
            found = match([choice.code for choice in question.choices], page.hand.digits)
            if found is not None and found.at is not None:
                await self.take(found.at)
                return
        if question.kind == "select1" and 0 <= page.hand.cursor < len(question.choices):
            choice = question.choices[page.hand.cursor]
            if choice.value not in question.chosen:
                await self.run(lambda session: session.choose(choice.value))
                return
        if question.kind == "trigger" and not question.value:
            await self.run(lambda session: session.choose(CONFIRMED))
            return
        changed = self._unsaved() is not None
        await self.run(lambda session: session.enter(changed))

    async def digit(self, digit: str) -> None:
        question = self._question()
        if question is None:
            return
        if question.kind == "trigger":
            await self.take(0)
            return
        if not question.chooses:
            return
        page, typed = self._page, self._page.hand.digits + digit
        found = match([choice.code for choice in question.choices], typed)
        if found is None:
            page.say(_("没有编码 {code}").format(code=typed), "warn")
            page.renew(replace(page.hand, digits=""))
        elif found.waits:
            cursor = page.hand.cursor if found.at is None else found.at
            page.renew(Hand(cursor=cursor, digits=typed))
        else:
            await self.take(found.at or 0)

    async def take(self, at: int) -> None:
        """Take a choice: of a single choice for good, in a multiple one in or out."""
        question = self._question()
        if question is None or not (question.kind == "trigger" or at < len(question.choices)):
            return
        if question.kind == "trigger":
            await self.run(lambda session: session.choose(CONFIRMED))
            return
        value = question.choices[at].value
        if not question.several:
            await self.run(lambda session: session.choose(value))
            return
        self._page.hand = Hand(cursor=at)
        order = [choice.value for choice in question.choices]
        if question.kind == "rank":
            order = [one for one in (*question.chosen, value) if one in order]
        values = toggled(question.chosen, value, order, question.exclusive)
        await self.run(lambda session: _changed(session, " ".join(values)))

    async def toggle(self) -> None:
        page, question = self._page, self._question()
        if question is None:
            return
        if question.kind == "trigger":
            await self.take(0)
        elif question.chooses and question.choices:
            if page.hand.cursor < 0:
                page.renew(Hand(cursor=0))
            else:
                await self.take(page.hand.cursor)

    async def left_or_right(self, by: int) -> None:
        """The cursor in the choices, in the grid a cell."""
        page, question = self._page, self._page.view.question
        if page.view.grid is not None:
            await self.move(lambda session: session.move(by, 0))
        elif question is not None and question.choices:
            cursor = max(0, min(page.hand.cursor + by, len(question.choices) - 1))
            page.renew(Hand(cursor=cursor))

    async def special(self, which: str) -> None:
        """不知道 or 拒答, where the form lists them."""
        page, question = self._page, self._question()
        if question is None:
            return
        value = question.unknown_value if which == "unknown" else question.refused_value
        if not value:
            said = _("这一题没有列「不知道」") if which == "unknown" else _("这一题没有列「拒答」")
            page.say(said, "warn")
        else:
            await self.run(lambda session: session.choose(value), save=False)

    async def same(self) -> None:
        """As in the instance before."""
        question, session = self._question(), self.session
        if question is None or session is None:
            return
        value = await asyncio.to_thread(session.as_before)
        if value is None:
            self._page.say(_("前面没有可以照抄的一份"), "warn")
        else:
            await self.run(lambda session: session.choose(value), save=False)

    async def clear(self) -> None:
        """First the digits that wait, then the answer."""
        page, question = self._page, self._question()
        if question is None:
            return
        if page.hand.digits:
            page.renew(replace(page.hand, digits=""))
        elif question.chooses or question.kind == "trigger":
            await self.run(lambda session: _changed(session, ""))

    async def grid(self) -> None:
        """The grid, or back to one question at a time."""
        found: list[bool] = []

        def work(session: Session) -> After:
            found.append(session.toggle_grid())
            return ""

        await self.run(work)
        if found == [False]:
            self._page.say(_("这张表没有成员表可看"), "warn")

    async def problem(self) -> None:
        found: list[bool] = []

        def look(session: Session) -> After:
            found.append(session.problem())
            return ""

        await self.run(look)
        if found == [False]:
            self._page.say(_("没有问题了。按 F10 上交"), "good")

    async def add(self) -> None:
        session = self.session
        if session is None or self._locked():
            return
        repeat = await asyncio.to_thread(session.repeat_here)
        if repeat is None:
            self._page.say(_("这里没有可以添加的"), "warn")
        else:
            await self.run(lambda session: _did(lambda: session.add(repeat)))

    async def undo(self) -> None:
        """First what is being typed, then the newest step."""
        page, question = self._page, self._page.view.question
        if question is not None and self._unsaved() is not None:
            page.show(page.view, Hand(), text=question.field)
            return
        await self._take_back(lambda session: session.undo(), _("没有可撤销的"), _("已撤销"))

    async def redo(self) -> None:
        await self._take_back(lambda session: session.redo(), _("没有可重做的"), _("已重做"))

    async def _take_back(self, take: Callable[[Session], bool], nothing: str, done: str) -> None:
        if self._locked():
            return
        found: list[bool] = []

        def work(session: Session) -> After:
            found.append(take(session))
            return ""

        await self.run(work)
        if found:
            self._page.say(done if found[0] else nothing, "good" if found[0] else "warn")

    def _locked(self) -> bool:
        locked = self._page.view.locked
        if locked:
            self._page.say(locked, "warn")
        return bool(locked)


def _stepped(session: Session, by: int) -> After:
    return "on" if session.step(by) else "end"


def _changed(session: Session, text: str) -> After:
    session.answer(text)
    return ""


def _did(work: Callable[[], None]) -> After:
    work()
    return ""


def _is_of(name: str, wanted: str) -> bool:
    """Whether a form's language (`English (en)`, `中文 (zh)`) is the one of the interface."""
    return name == wanted or name.endswith(f"({wanted})") or {"zh": "中文", "en": "English"}[wanted] in name
