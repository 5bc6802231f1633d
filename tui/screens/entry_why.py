"""Why a question is asked or not, must be answered, or is wrong (为何): the form's own rules with the values of now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from casebook.language import N_, _
from tui.screens.entry_looking import check_of
from tui.screens.entry_session import Session
from tui.screens.entry_side import CHECK_NAMES, check_lines
from tui.screens.entry_view import Check
from tui.screens.page import Dialog
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, wrapped
from tui.widgets.markup import marked, plain
from tui.widgets.scrolled import Scrolled


@dataclass(frozen=True, slots=True)
class Reasons:
    """What is told of one question; `state` in a sentence, by `role`."""

    title: str
    text: str
    state: str
    role: str
    checks: tuple[Check, ...]


def reasons_of(session: Session, ref: str) -> Reasons:
    """All rules of a question and of what it is in, with their results and the values they look at."""
    filling = session.filling
    place = session.marks.place(ref)
    mark = session.marks.marks[place] if place is not None else ""
    problem, warning = filling.problem(ref), filling.warning(ref)
    required = filling.required(ref)
    state, role = {
        "hidden": (_("不问：下面有一条规则不成立"), "warn"),
        "note": (_("只读，不用答"), "dim"),
        "due": (_("必答，还没有答"), "warn"),
        "wrong": (_("答案有错：{why}").format(why=plain(problem.message) if problem is not None else ""), "bad"),
        "warn": (_("提醒：{why}").format(why=plain(warning)), "warn"),
    }.get(mark, (_("问，必答") if required else _("问，可以不答"), "good"))
    checks = tuple(check_of(part) for part in filling.why(ref).parts)
    number = session.marks.entries[place].number if place is not None else ""
    return Reasons(number, filling.label(ref), state, role, checks)


class Why(Dialog[None]):
    """Closed with any of the keys that close a help."""

    OWN_F10 = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f6,enter", "close", N_("关闭"), show=False, tooltip=N_("关闭这个窗口"))
    ]
    DEFAULT_CSS = "Why Scrolled { height: auto; max-height: 100%; }"

    def __init__(self, reasons: Reasons) -> None:
        super().__init__()
        self._reasons = reasons

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"), Scrolled():
            yield Drawing(self._lines)

    def on_mount(self) -> None:
        self.query_one(Scrolled).focus()

    def _lines(self, width: int) -> list[Line]:
        reasons = self._reasons
        head = [(_("为何"), "title"), ("  ", ""), (reasons.title + " ", "title"), *marked(reasons.text)]
        lines = [*wrapped(head, width), [], *wrapped([(reasons.state, reasons.role)], width)]
        for attribute, name in CHECK_NAMES.items():
            checks = [check for check in reasons.checks if check.attribute == attribute]
            if checks:
                lines += [[], [(_(name), "title")], *_told(checks, width)]
        if not reasons.checks:
            lines += [[], *wrapped([(_("表里没有关于这一题的规则：总是问。"), "dim")], width)]
        return [*lines, [], [("Esc", "key"), (" " + _("关闭"), "")]]


def _told(checks: Sequence[Check], width: int) -> list[Line]:
    return [line for check in checks for line in check_lines(check, width)]
