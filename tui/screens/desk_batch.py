"""A batch (批量) before it is decided: a sample of it with both values, looked at and then confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from audit.batches import Sample
from audit.detail import Detail
from audit.kinds import KINDS
from audit.questions import VERDICTS
from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.screens.page import Dialog, Page
from tui.widgets.differences import side_by_side
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field
from tui.widgets.lines import Line, cell, wrapped
from tui.widgets.scrolled import Scrolled

Confirmed = tuple[Sample, str]
"""The sample that was looked at and the reason, which may be ''."""


class Batch(Dialog[Confirmed]):
    """Gives what was looked at when the batch is to be decided; None when not. `draw` draws the sample in a thread."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "confirm", N_("全部照此定"), tooltip=N_("看过抽样，整批定下")),
        Binding("escape", "close", N_("不定"), tooltip=N_("关闭，什么也不定")),
        Binding("enter", "from_field", N_("写好理由"), show=False, priority=True, tooltip=N_("从理由框回到抽样")),
    ]
    DEFAULT_CSS = """
    Batch > .box { width: 92; }
    Batch Scrolled { height: auto; max-height: 100%; margin: 1 0; }
    """

    def __init__(self, draw: Callable[[], tuple[Sample, Sequence[Detail]]], where: str) -> None:
        super().__init__()
        self._draw_sample = draw
        self.sample: Sample | None = None
        self.shown_findings: Sequence[Detail] = ()
        self._where = where

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._heading)
            with Scrolled():
                yield Drawing(self._table)
            yield Field(id="reason", placeholder=_("理由（可以不写；Tab 到这里）"))
            yield Drawing(self._foot)

    def on_mount(self) -> None:
        self.query_one(Scrolled).focus()
        self.run_worker(self._load())

    async def _load(self) -> None:
        """The dialog is there before its sample: a key pressed at once must not reach the desk below."""
        try:
            self.sample, self.shown_findings = await asyncio.to_thread(self._draw_sample)
        except RuhuError as error:
            below = self.app.screen_stack[-2]
            self.dismiss(None)
            if isinstance(below, Page):
                below.say_error(error)
            return
        for drawing in self.query(Drawing):
            drawing.changed()

    def _heading(self, width: int) -> list[Line]:
        sample = self.sample
        if sample is None:
            return [[(_("批量"), "title"), ("  " + _("正在抽样"), "dim")]]
        title: Line = [(_("批量"), "title"), ("  " + _(KINDS[sample.kind].title), "strong"), ("  ", "")]
        title += [(_(VERDICTS[sample.verdict].word), "good"), ("  " + _(VERDICTS[sample.verdict].meaning), "dim")]
        counted = _("{where}共 {count} 条，抽出 {shown} 条请看：").format(
            where=self._where + " " if self._where else "", count=f"{len(sample.ids):,}", shown=len(sample.shown)
        )
        return [*wrapped(title, width), *wrapped([(counted, "")], width)]

    def _table(self, width: int) -> list[Line]:
        names = 10
        column = (width - names - 1) // 2
        lines: list[Line] = [
            [(cell(_("姓名"), names), "dim"), (cell(_("左 花名册"), column + 1), "warn"), (_("右 卫健"), "good")]
        ]
        for detail in self.shown_findings:
            asked = next(one for one in detail.compared if one.asked)
            for number, line in enumerate(side_by_side(asked.roster, asked.registry, column)):
                lines.append([(cell(detail.row.name if not number else "", names), ""), *line])
        return lines

    def _foot(self, width: int) -> list[Line]:
        if self.sample is None:
            return [[("Esc", "key"), (" " + _("不定"), "")]]
        said = _("全部 {count} 条照此定").format(count=f"{len(self.sample.ids):,}")
        keys: Line = [("y", "key"), (" " + said, ""), ("   Esc", "key"), (" " + _("不定"), "")]
        return wrapped([*keys, ("   Tab", "key"), (" " + _("写理由"), "")], width)

    def action_from_field(self) -> None:
        self.query_one(Scrolled).focus()

    def action_confirm(self) -> None:
        if self.sample is not None:
            self.dismiss((self.sample, self.query_one(Field).value.strip()))
