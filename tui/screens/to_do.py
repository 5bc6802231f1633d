"""The to-do list (待办) of the home screen: what is waiting, and where it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.cells import cell_len

from audit.province import KIND
from audit.queue import Filter
from casebook.language import N_, _
from casebook.store.sources import LIST_NAMES
from survey_forms.visits.states import State
from survey_forms.visits.visit_list import VisitFilter
from tui.screens.home_facts import HomeFacts
from tui.widgets.lines import Line, cell, cut, spread


@dataclass(frozen=True)
class ToDo:
    """`label` is a word on a chip of this role; `screen` where it is done (`run`: an audit run), told `told`."""

    label: str
    role: str
    text: str
    screen: str
    told: Mapping[str, Any] = field(default_factory=dict)


_FIRST = (
    ("returned", N_("再议"), "chip-bad", N_("{count} 条，值变了要重新定")),
    ("conflict", N_("冲突"), "chip-bad", N_("{count} 条，两人结论不同")),
    ("answered", N_("已答"), "chip-good", N_("{count} 条疑点入户已答，可采纳")),
)
_LATER = (
    ("unsigned", N_("复签"), "chip-warn", N_("{count} 条，等第二人签")),
    ("pending", N_("待查"), "chip-title", N_("{count} 条，要再查资料")),
    ("open", N_("未定"), "chip-title", N_("{count} 条疑点未定")),
)


def to_do_list(facts: HomeFacts) -> list[ToDo]:
    """What is to be done, the most pressing first."""
    if facts.awaits:
        return [ToDo(_("收包"), "chip-warn", _("还是空的，先收办公室的交换包"), "exchange")]
    missing = facts.missing()
    found = [
        ToDo(_("导入"), "chip-warn", _("还没有{list}").format(list=_(LIST_NAMES[side])), "imports", {"side": side})
        for side in missing
    ]
    if not missing and facts.stale:
        text = _("名单有更新，还没有核对") if facts.run_wall else _("两份名单还没有核对")
        found.append(ToDo(_("未核对"), "chip-warn", text, "run"))
    found += _of_status(facts, _FIRST)
    if facts.sent_back:
        text = _("{count} 条退回还没有定").format(count=f"{facts.sent_back:,}")
        found.append(ToDo(_("省里"), "chip-bad", text, "desk", {"filter": Filter(statuses=("open",), kind=KIND)}))
    if facts.open_a:
        text = _("{count} 条未定，关系钱和资格").format(count=f"{facts.open_a:,}")
        found.append(ToDo(_("A类"), "chip-bad", text, "desk", {"filter": Filter(statuses=("open",), severity="A")}))
    return found + _of_visits(facts) + _of_status(facts, _LATER)


_STAGES: tuple[tuple[State, str, str, str], ...] = (
    ("township", N_("乡审"), N_("{count} 户等你乡审"), N_("{count} 户待乡审，要别人审")),
    ("county", N_("县审"), N_("{count} 户等你县审"), N_("{count} 户待县审，要别人审")),
)


def _of_visits(facts: HomeFacts) -> list[ToDo]:
    """Mending what was sent back, reviewing, handing in to the province, filling in, planning."""
    visits = facts.visits
    me = facts.author
    found = []
    if visits.returned:
        mine = visits.mine_returned
        text = _with_mine(_("{count} 户要改，你的 {mine} 户") if mine else _("{count} 户要改"), visits.returned, mine)
        filter = VisitFilter(returned=True, assigned=me if mine else "")
        found.append(ToDo(_("被退回"), "chip-bad", text, "visits", {"filter": filter}))
    for state, label, ours, others in _STAGES:
        if count := visits.reviews[state]:
            found.append(ToDo(_(label), "chip-warn", _(ours).format(count=f"{count:,}"), "review", {"state": state}))
        elif count := visits.counts[state]:
            found.append(ToDo(_(label), "chip-title", _(others).format(count=f"{count:,}"), "review", {"state": state}))
    if count := visits.counts["passed"]:
        found.append(ToDo(_("上报"), "chip-warn", _("{count} 户等着上报").format(count=f"{count:,}"), "upload"))
    if facts.unplanned:
        text = _("{count} 条待问还没有排入户").format(count=f"{facts.unplanned:,}")
        found.append(ToDo(_("待问"), "chip-warn", text, "visits"))
    drafts = visits.counts["draft"] - visits.returned
    unfinished: tuple[tuple[State, str, int], ...] = (
        ("draft", _("草稿"), drafts),
        ("planned", _("待调查"), visits.counts["planned"]),
    )
    for state, label, count in unfinished:
        if count:
            mine = visits.mine[state] - (visits.mine_returned if state == "draft" else 0)
            text = _with_mine(_("{count} 户，你的 {mine} 户") if mine else _("{count} 户"), count, mine)
            filter = VisitFilter(state=state, assigned=me if mine else "")
            found.append(ToDo(label, "chip-title", text, "visits", {"filter": filter}))
    return found


def _with_mine(text: str, count: int, mine: int) -> str:
    return text.format(count=f"{count:,}", mine=f"{mine:,}")


def _of_status(facts: HomeFacts, entries: Any) -> list[ToDo]:
    return [
        ToDo(_(label), role, _(text).format(count=f"{count:,}"), "desk", {"filter": Filter(statuses=(status,))})
        for status, label, role, text in entries
        if (count := facts.counts[status])
    ]


def draw_to_do(entry: ToDo, width: int, selected: bool) -> list[Line]:
    """The label on its chip, as wide as the longest of them, and the text."""
    labels = [_(label) for _status, label, _role, _text in (*_FIRST, *_LATER)]
    labels += [_("导入"), _("未核对"), _("被退回"), _("乡审"), _("县审"), _("待问"), _("草稿"), _("待调查"), _("上报")]
    labels += [_("省里"), _("收包")]
    chips = max(cell_len(label) for label in labels) + 2
    text = cut(entry.text, max(0, width - chips - 1))
    line: Line = [(cell(f" {entry.label}", chips), entry.role), (" ", ""), (text, "")]
    return [spread(line, [(_KEYS.get(entry.screen, ""), "dim")], width)]


_KEYS = {"run": "r", "desk": "F3", "imports": "F5", "exchange": "F6", "review": "F7", "visits": "F8", "upload": "F9"}
"""The key that goes to a screen, where it stands beside the entry."""
