"""A reason that is kept (理由): why a row goes in spite of its problem, why a batch is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from casebook.language import N_, _
from tui.screens.offering import Offering
from tui.widgets.lines import Line, wrapped

_LONGEST = 200  # characters of a reason


class AskReason(Offering[str]):
    """Gives the reason; None when left with Esc. `usual` are offered by number, in Chinese whatever the language: they
    stay in the casebook."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", N_("确定"), priority=True, tooltip=N_("记下理由")),
    ]

    def __init__(self, title: str, about: Sequence[str], usual: Sequence[str], does: str) -> None:
        super().__init__()
        self._title = title
        self._about = about
        self._usual = usual
        self._does = does

    def placeholder(self) -> str:
        return _("理由；空着时按数字取下面的")

    def offers(self) -> Sequence[str]:
        return self._usual

    def heading(self, width: int) -> list[Line]:
        told = [line for one in self._about for line in wrapped([(one, "dim")], width, 2)]
        return [*wrapped([(self._title, "title")], width), *told, []]

    def keys(self) -> Line:
        return [(_("回车"), "key"), (" " + self._does, ""), ("   Esc", "key"), (" " + _("不改"), "")]

    def action_take(self) -> None:
        reason = self.written()
        if not reason or not reason.isprintable():
            self.refuse(_("要写明理由"))
        elif len(reason) > _LONGEST:
            self.refuse(_("理由最多 {count} 个字").format(count=_LONGEST))
        else:
            self.dismiss(reason)
