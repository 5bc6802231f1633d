"""What still keeps a visit from being handed in (全卷检查): a list to jump from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from casebook.language import N_, _
from tui.screens.entry_names import around, question_title
from tui.screens.entry_session import Session
from tui.screens.page import Dialog
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, cell, cut, line_width
from tui.widgets.markup import plain
from tui.widgets.paged_list import PagedList

if TYPE_CHECKING:
    from survey_forms.interview import Finished

_SIGNS = {"wrong": ("✗ ", "bad"), "warn": ("! ", "warn"), "due": ("? ", "warn")}


@dataclass(frozen=True, slots=True)
class Trouble:
    """`kind` is wrong, warn or due."""

    ref: str
    kind: str
    number: str
    title: str
    around: str
    said: str


def troubles_of(session: Session, finished: Finished) -> tuple[Trouble, ...]:
    """In the order of the form."""
    found = [
        (one.ref, "due" if one.kind == "required" else "wrong", one.message) for one in finished.problems
    ]
    told = {ref for ref, _kind, _said in found}
    found += [(ref, "warn", said) for ref, said in finished.warnings if ref not in told]
    marks = session.marks
    places = {ref: marks.place(ref) for ref, _kind, _said in found}
    troubles: list[Trouble] = []
    for ref, kind, said in sorted(found, key=lambda one: places[one[0]] or 0):
        place = places[ref]
        if place is None:
            troubles.append(Trouble(ref, kind, "", plain(session.filling.label(ref)), "", plain(said)))
            continue
        title, where = question_title(session.filling, marks, place), around(session.filling, marks, place)
        troubles.append(Trouble(ref, kind, marks.entries[place].number, title, where, plain(said)))
    return tuple(troubles)


class Troubles(Dialog[str]):
    """Gives the ref to go to."""

    OWN_F10 = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f10", "close", N_("关闭"), show=False, tooltip=N_("关闭这个窗口"))
    ]
    DEFAULT_CSS = """
    Troubles > .box { width: 92; }
    Troubles PagedList { height: auto; max-height: 100%; margin: 1 0 0 0; }
    """

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        super().__init__()
        self._troubles = troubles

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._heading)
            yield PagedList(lambda _ids: [], self._draw)

    def on_mount(self) -> None:
        listed = self.query_one(PagedList)
        listed.show_rows(self._troubles)
        listed.focus()

    def _heading(self, width: int) -> list[Line]:
        counts = [sum(one.kind == kind for one in self._troubles) for kind in ("wrong", "due", "warn")]
        said = _("错误 {wrong}，必答未答 {due}，提醒未说明 {warn}").format(
            wrong=counts[0], due=counts[1], warn=counts[2]
        )
        title: Line = [(_("还不能上交"), "title"), ("  ", "")]
        return [[*title, (cut(said, width - line_width(title)), "")], [(_("回车到那一题，Esc 关闭"), "dim")]]

    def _draw(self, trouble: Trouble, width: int, selected: bool) -> list[Line]:
        line: Line = [_SIGNS[trouble.kind]]
        if trouble.number:
            line.append((trouble.number + " ", "strong"))
        line.append((cell(trouble.title, max(4, min(24, width // 3))) + "  ", ""))
        said = trouble.said or (_("这题必答") if trouble.kind == "due" else _("这个答案不合要求"))
        tail = said + (f"  {trouble.around}" if trouble.around else "")
        return [[*line, (cut(tail, max(0, width - line_width(line))), "dim")]]

    def on_paged_list_chosen(self, event: PagedList.Chosen) -> None:
        event.stop()
        trouble: Trouble = event.list.row
        self.dismiss(trouble.ref)
