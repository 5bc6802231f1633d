"""Planning visits (排入户): which form, where, which households, to whom; and first of all, how many that makes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from casebook.errors import RuhuError
from casebook.language import N_, _
from casebook.store.casebook import Casebook
from survey_forms.stored_forms import StoredForm, forms
from survey_forms.visits.candidates import Candidates, Planned, candidates
from survey_forms.visits.candidates import Choice as Where
from survey_forms.visits.planning import plan
from tui.commands.exits import line_of
from tui.screens.page import Dialog
from tui.screens.pick import Choice, Pick, Picked
from tui.screens.pick_many import PickMany
from tui.screens.visits_assign import Assign
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, cell, cut, wrapped

WHICH = {
    "ill": (N_("有患者或待问的户"), N_("名单上有病的，或疑点要入户核实的")),
    "asks": (N_("只有待问的户"), N_("疑点要入户核实的")),
    "all": (N_("花名册上所有的户"), N_("不管有没有病")),
}
"""Name and explanation of each choice of households."""

STANDARD = ""
"""Instead of a form's id: the one that comes with ruhu, to be imported first."""


@dataclass(frozen=True)
class Plan:
    """What is to be planned: a form's fact id or `STANDARD`, the places and which households, to whom ('' nobody)."""

    form: str
    where: Where
    to: str = ""


class PlanVisits(Dialog[Plan]):
    """Gives what to plan; None when left with Esc. The lists are read once; what is chosen is counted at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "form", N_("调查表"), tooltip=N_("选用哪份调查表")),
        Binding("2", "townships", N_("乡镇"), tooltip=N_("选哪些乡镇，可以多选")),
        Binding("3", "villages", N_("村"), tooltip=N_("选哪些村，可以多选")),
        Binding("4", "which", N_("哪些户"), tooltip=N_("选有患者的户、只有待问的户，或所有的户")),
        Binding("5", "to", N_("派给"), tooltip=N_("选派给谁，也可以以后再派")),
        Binding("enter", "plan", N_("排定"), priority=True, tooltip=N_("照这些选择排定入户")),
        Binding("escape", "close", N_("不排"), tooltip=N_("关闭，什么也不排")),
    ]

    def __init__(self, townships: Sequence[str] = (), villages: Sequence[str] = ()) -> None:
        super().__init__()
        self._plan = Plan(STANDARD, Where(townships=tuple(townships), villages=tuple(villages)))
        self._forms: Sequence[StoredForm] = ()
        self._candidates: Candidates | None = None
        self._counted: Planned | None = None
        self._told = ""
        self.ready = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._lines)

    def on_mount(self) -> None:
        self.run_worker(self._load())

    async def _load(self) -> None:
        book = self.app.book
        try:
            self._forms, self._candidates = await asyncio.to_thread(lambda: (forms(book)[::-1], candidates(book)))
            if self._forms:
                self._plan = replace(self._plan, form=self._forms[0].id)
        except RuhuError as error:
            self._told = line_of(error)
            self.query_one(Drawing).changed()
        else:
            self._count()
        finally:
            self.ready = True

    def _count(self) -> None:
        self._counted = None
        try:
            if self._candidates is not None:
                self._counted, self._told = self._candidates.counted(self._plan.where), ""
        except RuhuError as error:
            self._told = line_of(error)
        self.query_one(Drawing).changed()

    # What stands there

    def _lines(self, width: int) -> list[Line]:
        where = self._plan.where
        entries = [
            (_("调查表"), self._form_words()),
            (_("乡镇"), _many(list(where.townships))),
            (_("村"), _many([village.partition("/")[2] for village in where.villages])),
            (_("哪些户"), _(WHICH[where.which][0])),
            (_("派给"), self._plan.to or _("先不派")),
        ]
        lines: list[Line] = [[(_("排入户"), "title"), (_("（数字改一项）"), "dim")], []]
        for number, (name, text) in enumerate(entries, 1):
            lines.append([(f" {number} ", "key"), (cell(name, 10), ""), (cut(text, width - 13), "strong")])
        keys: Line = [(_("回车"), "key"), (" " + _("排定"), ""), ("   Esc", "key"), (" " + _("不排"), "")]
        return [*lines, [], *self._count_lines(width), [], keys]

    def _form_words(self) -> str:
        form = next((form for form in self._forms if form.id == self._plan.form), None)
        if form is None:
            return _("自带的健康扶贫帮扶表（排定时导入）")
        return f"{form.title} {form.version}".strip()

    def _count_lines(self, width: int) -> list[Line]:
        if self._told:
            return wrapped([("! " + self._told, "bad")], width)
        counted = self._counted
        if counted is None:
            return [[(_("正在数有多少户"), "dim")]]
        if not counted.households:
            lines = wrapped([("! " + _("没有要排的户"), "warn")], width, 2)
        else:
            said = _("将排 {households} 户，{people} 人，带 {asks} 条待问").format(
                households=f"{counted.households:,}", people=f"{counted.people:,}", asks=f"{counted.asks:,}"
            )
            lines = wrapped([(said, "good")], width)
        for count, said in (
            (counted.renewed, _("其中 {count} 户有了新的待问，没动过的入户重排")),
            (counted.skipped_open, _("另有 {count} 户的入户还没有办完，不重复排")),
            (counted.skipped_done, _("另有 {count} 户这一轮已经办完，不再排")),
            (counted.homeless, _("另有 {count} 条待问的人已不在名单上，带不上")),
        ):
            if count:
                lines += wrapped([(said.format(count=f"{count:,}"), "dim")], width)
        return lines

    # What is changed

    def _changed(self, **changes: Any) -> None:
        self._plan = replace(self._plan, where=replace(self._plan.where, **changes))
        self._count()

    def _choose(self, title: str, choices: Sequence[Choice[Any]], now: Any, then: Callable[[Any], None]) -> None:
        def chosen(picked: Picked[Any] | None) -> None:
            if picked is not None:
                then(picked.value)

        self.app.push_screen(Pick(title, choices, now), chosen)

    def _choose_many(self, title: str, counted: Sequence[tuple[str, int, str]], now: Sequence[str], part: str) -> None:
        def chosen(values: tuple[str, ...] | None) -> None:
            if values is not None:
                dropped = {"villages": ()} if part == "townships" else {}
                self._changed(**{part: values, **dropped})

        choices = [Choice(value, name, f"{count:,}") for value, count, name in counted]
        self.app.push_screen(PickMany(title, choices, now), chosen)

    def action_form(self) -> None:
        choices = [Choice(form.id, form.title, form.version, form.form_id) for form in self._forms]
        standard = Choice(STANDARD, _("自带的健康扶贫帮扶表"), "", _("排定时导入"))

        def take(form: str) -> None:
            self._plan = replace(self._plan, form=form)
            self.query_one(Drawing).changed()

        self._choose(_("用哪份调查表"), choices or [standard], self._plan.form, take)

    def action_townships(self) -> None:
        counts: dict[str, int] = {}
        for township, _village, count in self._places():
            counts[township] = counts.get(township, 0) + count
        counted = [(township, count, township) for township, count in counts.items() if township]
        self._choose_many(_("选乡镇"), counted, tuple(self._plan.where.townships), "townships")

    def action_villages(self) -> None:
        within = self._plan.where.townships
        counted = [
            (f"{township}/{village}", count, f"{village}  {township}" if len(within) != 1 else village)
            for township, village, count in self._places()
            if village and (not within or township in within)
        ]
        self._choose_many(_("选村"), counted, tuple(self._plan.where.villages), "villages")

    def action_which(self) -> None:
        choices = [Choice(which, _(name), "", _(note)) for which, (name, note) in WHICH.items()]

        def take(which: str) -> None:
            self._changed(which=which)

        self._choose(_("哪些户"), choices, self._plan.where.which, take)

    def _places(self) -> Sequence[tuple[str, str, int]]:
        """Township, village, households to choose from."""
        return self._candidates.places(self._plan.where.which) if self._candidates is not None else ()

    def action_to(self) -> None:
        def take(name: str | None) -> None:
            if name is not None:
                self._plan = replace(self._plan, to=name)
                self.query_one(Drawing).changed()

        self.app.push_screen(Assign(_("这次排的户"), self._plan.to), take)

    def action_plan(self) -> None:
        if self._counted is not None and self._counted.households:
            self.dismiss(self._plan)


def carry_out(book: Casebook, wanted: Plan) -> Planned:
    """Plan the visits, the form that comes with ruhu imported first where it is wanted. In a thread."""
    from survey_forms.stored_forms import import_form, standard_form

    form = wanted.form or import_form(book, standard_form()).id
    return plan(book, wanted.where, form, wanted.to)


def _many(names: Sequence[str]) -> str:
    if len(names) < 2:
        return names[0] if names else _("不限")
    return _("{count} 个：{names}").format(count=len(names), names=_("、").join(names))
