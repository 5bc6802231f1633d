"""What the entry screen asks in a window of its own: remarks, reasons, finding, why, taking out, handing in."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from casebook.language import _
from tui.screens.entry_confirm import Confirm
from tui.screens.entry_find import Find, Target, choice_targets, target
from tui.screens.entry_names import around, part_title, question_title
from tui.screens.entry_note import USUAL_REASONS, Note
from tui.screens.entry_session import After, Session
from tui.screens.entry_why import Why, reasons_of
from tui.widgets.markup import plain

if TYPE_CHECKING:
    from survey_forms.interview import Finished
    from tui.screens.entry import EntryPage
    from tui.screens.entry_view import ChoiceView

_SIGNS = {"done": "✓", "wrong": "!", "warn": "!", "hidden": "-"}


class Asking:
    """Each is a job; what a window gives is a further job."""

    def __init__(self, page: EntryPage) -> None:
        self._page = page
        self._listed: tuple[ChoiceView, ...] = ()
        self._kept: tuple[Target, ...] = ()

    # A few words

    async def remark(self) -> None:
        page, question = self._page, self._page.view.question
        if question is None or question.kind == "add":
            return
        if page.view.locked:
            page.say(page.view.locked, "warn")
            return
        ref = question.ref

        def save(text: str) -> None:
            def work(session: Session) -> After:
                session.remark(ref, text)
                return ""

            page.add_job(partial(page.doing.run, work, save=False))

        page.ask(Note(_("备注"), question.text, question.remark, may_be_empty=bool(question.remark)), save)

    def reason(self) -> None:
        """Why the answer here stands although a soft check objects."""
        page, question = self._page, self._page.view.question
        if question is None:
            return

        def save(text: str) -> None:
            page.add_job(partial(page.doing.run, lambda session: session.reason(text)))

        page.ask(Note(_("说明理由"), question.trouble, offered=USUAL_REASONS), save)

    # Finding

    async def search(self) -> None:
        """A choice of this question."""
        page, question = self._page, self._page.view.question
        if question is None or not question.choices:
            page.say(_("这一题没有选项可找"), "warn")
            return
        choices = question.choices
        targets = await asyncio.to_thread(self._targets, choices)
        now = question.chosen[0] if question.chosen else ""

        def take(value: str) -> None:
            at = next(number for number, choice in enumerate(choices) if choice.value == value)
            page.add_job(lambda: page.doing.take(at))

        page.ask(Find(plain(question.text), targets, now), take)

    def _targets(self, choices: tuple[ChoiceView, ...]) -> tuple[Target, ...]:
        """The choices with their pinyin initials; kept, for a list of thousands takes a while."""
        if self._listed != choices:
            self._listed, self._kept = choices, choice_targets(choices)
        return self._kept

    async def jump(self) -> None:
        """To any question of the form; of one that is not asked, why."""
        page, session = self._page, self._page.doing.session
        if session is None:
            return
        targets = await asyncio.to_thread(jump_targets, session)
        hidden = {target.value for target in targets if target.quiet}

        def go(ref: str) -> None:
            if ref in hidden:
                page.add_job(partial(self.why, ref))
            else:
                page.add_job(lambda: page.doing.move(lambda session: session.go_to(ref)))

        here = session.here.ref if session.here is not None else ""
        page.ask(Find(_("到哪一题"), targets, here), go)

    async def why(self, ref: str = "") -> None:
        page, session = self._page, self._page.doing.session
        ref = ref or (page.view.question.ref if page.view.question is not None else "")
        if session is None or not ref or (session.here is not None and session.here.add and session.here.ref == ref):
            return
        page.app.push_screen(Why(await asyncio.to_thread(reasons_of, session, ref)))

    # Taking out, handing in

    async def remove(self) -> None:
        page, session = self._page, self._page.doing.session
        if session is None:
            return
        if page.view.locked:
            page.say(page.view.locked, "warn")
            return
        found = await asyncio.to_thread(_to_remove, session)
        if found is None:
            page.say(_("这里没有可以去掉的一份"), "warn")
            return
        instance, name, answers = found

        def remove(_yes: bool) -> None:
            def work(session: Session) -> After:
                session.remove(instance)
                return ""

            page.add_job(partial(page.doing.run, work, save=False))

        said = _("里面有 {count} 个答案。去掉后可以用 Ctrl+Z 找回。").format(count=answers)
        page.ask(Confirm(_("去掉「{name}」？").format(name=name), [said], _("去掉")), remove)

    async def finish(self) -> None:
        """Check the whole case; then the list of what is wrong, or the question whether to hand in."""
        page, session = self._page, self._page.doing.session
        if session is None:
            return
        if page.view.locked:
            page.say(page.view.locked, "warn")
            return
        told: list[Finished] = []

        def work(session: Session) -> After:
            told.append(session.finish())
            return ""

        await page.doing.run(work)
        if not told:
            return
        if told[0].ready:
            said = [_("全卷检查过，没有问题。"), _("上交后等乡镇审核（待乡审），自己不能再改；要改先撤回。")]
            page.ask(Confirm(_("上交这一户？"), said, _("上交这户")), lambda _yes: page.add_job(self._submit))
        else:
            from tui.screens.entry_finish import Troubles, troubles_of

            troubles = await asyncio.to_thread(troubles_of, session, told[0])
            page.ask(
                Troubles(troubles),
                lambda ref: page.add_job(lambda: page.doing.move(lambda session: session.go_to(ref))),
            )

    async def _submit(self) -> None:
        page = self._page

        def work(session: Session) -> After:
            session.submit()
            return ""

        await page.doing.run(work)
        if page.view.locked:
            page.say(_("已上交，等乡镇审核。按 Esc 离开"), "good")


def jump_targets(session: Session) -> tuple[Target, ...]:
    """Every question of the form with its number, its sign, and whose it is."""
    filling, marks = session.filling, session.marks
    found: list[Target] = []
    for place, entry in enumerate(marks.entries):
        if entry.kind != "question":
            continue
        mark = marks.marks[place]
        title = question_title(filling, marks, place)
        above = marks.section(place)
        where = around(filling, marks, place) or (part_title(filling, marks, above) if above is not None else "")
        here = session.here is not None and session.here.place == place and not session.here.add
        sign = ">" if here else _SIGNS.get(mark, "")
        found.append(target(entry.ref, entry.number, title, sign, where, mark == "hidden"))
    return tuple(found)


def _to_remove(session: Session) -> tuple[str, str, int] | None:
    """The instance here, what it is called, how many answers it holds."""
    instance = session.instance_here()
    place = session.marks.place(instance, "instance") if instance is not None else None
    if instance is None or place is None:
        return None
    count = session.marks.count(place)
    return instance, part_title(session.filling, session.marks, place), count.done + count.wrong
