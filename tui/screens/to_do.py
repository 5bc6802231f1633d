"""The to-do list (待办) of the home screen: what is waiting, and where it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.cells import cell_len

from audit.queue import Filter
from casebook.language import N_, _
from casebook.store.sources import LIST_NAMES
from tui.screens.home_facts import HomeFacts
from tui.widgets.lines import Line, cell, cut


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
)
_LATER = (
    ("unsigned", N_("复签"), "chip-warn", N_("{count} 条，等第二人签")),
    ("pending", N_("待查"), "chip-title", N_("{count} 条，要再查资料")),
    ("open", N_("未定"), "chip-title", N_("{count} 条疑点未定")),
)


def to_do_list(facts: HomeFacts) -> list[ToDo]:
    """What is to be done, the most pressing first."""
    missing = facts.missing()
    found = [
        ToDo(_("导入"), "chip-warn", _("还没有{list}").format(list=_(LIST_NAMES[side])), "imports", {"side": side})
        for side in missing
    ]
    if not missing and facts.stale:
        text = _("名单有更新，还没有核对") if facts.run_wall else _("两份名单还没有核对")
        found.append(ToDo(_("未核对"), "chip-warn", text, "run"))
    found += _of_status(facts, _FIRST)
    if facts.open_a:
        text = _("{count} 条未定，关系钱和资格").format(count=f"{facts.open_a:,}")
        found.append(ToDo(_("A类"), "chip-bad", text, "desk", {"filter": Filter(statuses=("open",), severity="A")}))
    return found + _of_status(facts, _LATER)


def _of_status(facts: HomeFacts, entries: Any) -> list[ToDo]:
    return [
        ToDo(_(label), role, _(text).format(count=f"{count:,}"), "desk", {"filter": Filter(statuses=(status,))})
        for status, label, role, text in entries
        if (count := facts.counts[status])
    ]


def draw_to_do(entry: ToDo, width: int, selected: bool) -> list[Line]:
    """The label on its chip, as wide as the longest of them, and the text."""
    labels = [_(label) for _status, label, _role, _text in (*_FIRST, *_LATER)]
    chips = max(cell_len(label) for label in (*labels, _("导入"), _("未核对"))) + 2
    return [[(cell(f" {entry.label}", chips), entry.role), (" ", ""), (cut(entry.text, max(0, width - chips - 1)), "")]]
