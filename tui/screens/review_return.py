"""Returning a visit (退回): why, chosen by number or written, and which questions are meant. Enter returns it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType

from casebook.language import N_, _
from survey_forms.visits.history import reasons_given
from tui.screens.offering import Offering
from tui.screens.pick import Choice
from tui.screens.pick_many import PickMany
from tui.screens.review_sheet import ReviewSheet
from tui.widgets.lines import Line, wrapped

USUAL = (
    N_("待问没有答清楚"), N_("证件号要对着证件再抄一遍"), N_("费用合计和票据对不上"), N_("缺诊断证明"),
    N_("家里的人没有问全"), N_("签字不全"),
)  # fmt: skip
"""Reasons that are given most; a return keeps the Chinese words, in whatever language they were chosen."""

_OFFERED = 9


@dataclass(frozen=True)
class Returning:
    """Why, and the refs of the questions that are meant."""

    reason: str
    refs: tuple[str, ...]


class Return(Offering[Returning]):
    """None when left with Esc: nothing is returned."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "give_back", N_("退回"), priority=True, tooltip=N_("退回给调查员，带上理由和标出的题")),
        Binding("f4", "mark", N_("标题目"), tooltip=N_("标出要改的题，调查员打开就看到")),
        Binding("escape", "close", N_("不退"), tooltip=N_("关闭，不退回")),
    ]

    def __init__(self, sheet: ReviewSheet) -> None:
        super().__init__()
        self._sheet = sheet
        self._refs: tuple[str, ...] = ()

    def placeholder(self) -> str:
        return _("理由；空着时按数字取下面的")

    def offers(self) -> Sequence[str]:
        """What this office writes comes first, the usual ones fill up."""
        return list(dict.fromkeys([*reasons_given(self.app.book)[: _OFFERED - 3], *USUAL]))[:_OFFERED]

    def heading(self, width: int) -> list[Line]:
        row = self._sheet.row
        title: Line = [(_("退回"), "title"), ("  ", ""), (row.head, "strong"), ("  " + row.village, "")]
        told = _("退回给 {name} 改，改好再上交，从乡审重新审起。").format(name=row.assigned or row.submitted_by)
        return [*wrapped(title, width), *wrapped([(told, "dim")], width), []]

    def more(self, width: int) -> list[Line]:
        by_ref = {one.ref: one for one in self._sheet.questions}
        if not self._refs:
            return [[], [(_("没有标出题目，按 F4 标"), "dim")]]
        lines = [[], *wrapped([(_("标出的题"), "dim")], width)]
        for ref in self._refs:
            lines += wrapped([("▸ ", "title"), (by_ref[ref].name, "warn")], width, 2)
        return lines

    def keys(self) -> Line:
        return [
            (_("回车"), "key"), (" " + _("退回"), ""), ("   F4", "key"), (" " + _("标题目"), ""), ("   Esc", "key"),
            (" " + _("不退"), ""),
        ]  # fmt: skip

    def action_mark(self) -> None:
        changed = {one.ref for one in self._sheet.changed}
        choices = [
            Choice(one.ref, one.name, "*" if one.ref in changed else "", one.value)
            for one in self._sheet.questions
        ]

        def marked(refs: tuple[str, ...] | None) -> None:
            if refs is not None:
                self._refs = refs
                self.draw_anew()

        self.app.push_screen(PickMany(_("标出要改的题（* 有改动）"), choices, self._refs), marked)

    def action_give_back(self) -> None:
        reason = self.written()
        if reason and reason.isprintable():
            self.dismiss(Returning(reason, self._refs))
        else:
            self.refuse(_("退回要写明理由"))
