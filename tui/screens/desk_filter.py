"""What the queue shows (筛选): status, township, village, severity, kind, each chosen from a list with counts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from audit.kinds import KINDS
from audit.queue import Filter, FilterChoices, filter_choices
from audit.queue_places import villages_of
from audit.statuses import EVERY, STATUS_NAMES, TO_DO
from casebook.language import N_, _
from casebook.store.casebook import Casebook
from tui.screens.desk_queue import statuses_words
from tui.screens.page import Dialog
from tui.screens.pick import Choice, Pick, Picked
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, cell, cut, wrapped


@dataclass(frozen=True)
class Offered:
    """What there is to filter by, with counts."""

    choices: FilterChoices
    villages: Sequence[tuple[str, int]]


def offered_by(book: Casebook, filter: Filter) -> Offered:
    return Offered(filter_choices(book), villages_of(book, filter.township))


_PARTS = (
    ("statuses", N_("状态")),
    ("township", N_("乡镇")),
    ("village", N_("村")),
    ("severity", N_("级别")),
    ("kind", N_("疑点")),
)
_SEVERITY_NOTES = {"A": N_("关系钱和资格"), "B": N_("身份信息写错"), "C": N_("只是格式")}


class FilterPanel(Dialog[Filter]):
    """Gives the filter changed in one part; None when left with Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(number), f"choose('{part}')", title, tooltip=title)
            for number, (part, title) in enumerate(_PARTS, 1)
        ),
        Binding("0", "clear", N_("全部清除"), tooltip=N_("只留要办的，不限乡镇、级别和类别")),
    ]

    def __init__(self, filter: Filter) -> None:
        super().__init__()
        self._filter = filter
        self._offered: Offered | None = None
        self.ready = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._lines)

    def on_mount(self) -> None:
        self.run_worker(self._load())

    async def _load(self) -> None:
        """The panel is there before its choices: a key pressed at once must not reach the desk below."""
        try:
            self._offered = await asyncio.to_thread(offered_by, self.app.book, self._filter)
        finally:
            self.ready = True

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = [[(_("筛选"), "title"), (_("（按数字改一项，Esc 关闭）"), "dim")], []]
        for number, (part, title) in enumerate(_PARTS, 1):
            now = part_words(self._filter, part)
            role = "strong" if getattr(self._filter, part) != getattr(Filter(), part) else "dim"
            lines.append([(f" {number} ", "key"), (cell(_(title), 10), ""), (cut(now, width - 13), role)])
        lines += [[(" 0 ", "key"), (_("全部清除"), "")], []]
        return [*lines, *wrapped([(_("按姓名、拼音首字母或户编号找人：关闭后按 /"), "dim")], width)]

    def action_clear(self) -> None:
        self.dismiss(Filter())

    def action_choose(self, part: str) -> None:
        if self._offered is None:
            return

        def chosen(picked: Picked[Any] | None) -> None:
            if picked is not None:
                changed = replace(self._filter, **{part: picked.value})
                other = part == "township" and picked.value != self._filter.township
                self.dismiss(replace(changed, village="") if other else changed)

        title = _(dict(_PARTS)[part])
        self.app.push_screen(Pick(title, _choices(self._offered, part), getattr(self._filter, part)), chosen)


def _choices(offered: Offered, part: str) -> list[Choice[Any]]:
    choices = offered.choices
    if part == "statuses":
        counts = dict(choices.statuses)
        to_do = sum(counts[status] for status in TO_DO)
        found = [
            Choice[Any](TO_DO, statuses_words(TO_DO), f"{to_do:,}", _("再议、冲突、未定、待复签、待查")),
            Choice[Any](EVERY, statuses_words(EVERY), f"{sum(counts.values()):,}"),
        ]
        return found + [Choice((status,), _(STATUS_NAMES[status]), f"{counts[status]:,}") for status in EVERY]
    counted: Sequence[tuple[str, int]] = {
        "township": choices.townships, "village": offered.villages, "severity": choices.severities,
        "kind": choices.kinds,
    }[part]  # fmt: skip
    found = [Choice[Any]("", _("不限"), f"{sum(count for _name, count in counted):,}")]
    return found + [_choice(part, name, count) for name, count in counted if name]


def _choice(part: str, name: str, count: int) -> Choice[Any]:
    if part == "severity":
        return Choice(name, name, f"{count:,}", _(_SEVERITY_NOTES[name]))
    if part == "kind":
        return Choice(name, _(KINDS[name].title), f"{count:,}", KINDS[name].severity)
    return Choice(name, name, f"{count:,}")


def part_words(filter: Filter, part: str) -> str:
    if part == "statuses":
        return statuses_words(filter.statuses)
    value: str = getattr(filter, part)
    return (_(KINDS[value].title) if value in KINDS else value) or _("不限")
