"""What the list of visits shows (筛选): state, township, village, surveyor, each chosen from a list with counts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from casebook.language import N_, _
from casebook.store.casebook import Casebook
from survey_forms.visits.states import STATE_NAMES
from survey_forms.visits.visit_list import NOBODY, VisitFilter, filter_choices
from tui.screens.page import Dialog
from tui.screens.pick import Choice, Pick, Picked
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, cell, cut, wrapped

PARTS = (
    ("state", N_("状态")),
    ("township", N_("乡镇")),
    ("village", N_("村")),
    ("assigned", N_("调查员")),
)

Counted = Sequence[tuple[str, int]]


class VisitFilterPanel(Dialog[VisitFilter]):
    """Gives the filter changed in one part; None when left with Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"choose('{part}')", title, tooltip=title)
            for number, (part, title) in enumerate(PARTS, 1)
        ),
        Binding("0", "clear", N_("全部清除"), tooltip=N_("不限状态、地方和调查员")),
    ]

    def __init__(self, filter: VisitFilter) -> None:
        super().__init__()
        self._filter = filter
        self._offered: Mapping[str, Counted] | None = None
        self.ready = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._lines)

    def on_mount(self) -> None:
        self.run_worker(self._load())

    async def _load(self) -> None:
        """The panel is there before its choices: a key pressed at once must not reach the list below."""
        try:
            self._offered = await asyncio.to_thread(offered, self.app.book, self._filter)
        finally:
            self.ready = True

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = [[(_("筛选"), "title"), (_("（按数字改一项，Esc 关闭）"), "dim")], []]
        for number, (part, title) in enumerate(PARTS, 1):
            value = getattr(self._filter, part)
            lines.append(
                [
                    (f" {number} ", "key"),
                    (cell(_(title), 10), ""),
                    (cut(_named(part, value), width - 13), "strong" if value else "dim"),
                ]
            )
        lines += [[(" 0 ", "key"), (_("全部清除"), "")], []]
        return [*lines, *wrapped([(_("按户编号、户主姓名或拼音首字母找一户：关闭后按 /"), "dim")], width)]

    def action_clear(self) -> None:
        self.dismiss(VisitFilter())

    def action_choose(self, part: str) -> None:
        if self._offered is None:
            return

        def chosen(picked: Picked[Any] | None) -> None:
            if picked is not None:
                changed = replace(self._filter, **{part: picked.value})
                other = part == "township" and picked.value != self._filter.township
                self.dismiss(replace(changed, village="") if other else changed)

        counted = self._offered[part]
        choices = [Choice("", _("不限"), f"{sum(count for _value, count in counted):,}")]
        choices += [Choice(value, _named(part, value), f"{count:,}") for value, count in counted if value]
        self.app.push_screen(Pick(_(dict(PARTS)[part]), choices, getattr(self._filter, part)), chosen)


def offered(book: Casebook, filter: VisitFilter) -> dict[str, Counted]:
    """What there is to filter by, with the number of visits of each; villages of the filter's township."""
    choices = filter_choices(book)
    villages: dict[str, int] = {}
    for township, village, count in choices.villages:
        if filter.township in ("", township):
            villages[village] = villages.get(village, 0) + count
    return {
        "state": [(str(state), count) for state, count in choices.states],
        "township": choices.townships,
        "village": list(villages.items()),
        "assigned": [(name or NOBODY, count) for name, count in choices.assigned],
    }


def _named(part: str, value: str) -> str:
    if not value:
        return _("不限")
    if part == "assigned" and value == NOBODY:
        return _("没有派人")
    return _(STATE_NAMES[value]) if part == "state" and value in STATE_NAMES else value
