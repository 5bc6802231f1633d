"""The verdicts (结论) to choose from by one key, each with when it fits."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from audit.questions import DIFFERENT, SAME, VERDICTS, verdicts_for
from audit.queue import QueueRow
from casebook.language import _
from tui.screens.desk_queue import kind_title
from tui.screens.page import Dialog
from tui.widgets.drawing import Drawing
from tui.widgets.lines import Line, cell, wrapped


class Verdicts(Dialog[int]):
    """Gives the number of a verdict; None when left with Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(verdict.number), f"choose({verdict.number})", verdict.word, tooltip=verdict.when)
        for verdict in VERDICTS.values()
    ]

    def __init__(self, row: QueueRow) -> None:
        super().__init__()
        self._row = row

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._lines)

    def _lines(self, width: int) -> list[Line]:
        row = self._row
        lines = wrapped([(_("结论"), "title"), (f"  {row.name}", "strong"), (f"  {kind_title(row)}", "")], width)
        lines.append([])
        names = 16 if width > 40 else 4
        for verdict in verdicts_for(row.kind, row.review):
            first, *rest = wrapped([(_(verdict.when), "dim")], width - names - 1)
            number, word = str(verdict.number), _(verdict.word)[1:].strip()
            head: Line = [(number, "key"), (cell(" " + word, names - 1), "strong")] if names > 4 else [(number, "key")]
            lines.append([*head, (" ", ""), *first])
            lines += [[(" " * (names + 1), ""), *line] for line in rest]
        return [*lines, [], [("Esc", "key"), (" " + _("关闭"), "")]]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "choose" or self._row.review or parameters[0] not in (SAME, DIFFERENT)

    def action_choose(self, verdict: int) -> None:
        self.dismiss(verdict)
