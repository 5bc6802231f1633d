"""Who reviews (审核人), where several share one machine: never who handed in, and 县审 not by who did 乡审."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from casebook.language import N_, _
from survey_forms.visits.assigning import people
from tui.screens.offering import Offering
from tui.screens.prove import others_who_may
from tui.widgets.lines import Line, wrapped


class ReviewAs(Offering[str]):
    """Gives the name under which reviews are recorded from now on; None when left with Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", N_("换人"), priority=True, tooltip=N_("以后的审核记在这个人名下")),
    ]

    def __init__(self, now: str) -> None:
        super().__init__()
        self._now = now

    def placeholder(self) -> str:
        return _("审核人姓名")

    def offers(self) -> Sequence[str]:
        book = self.app.book
        if book.encrypted:
            return others_who_may(book, "review", self._now)[:9]
        return [name for name in people(book) if name != self._now][:9]

    def heading(self, width: int) -> list[Line]:
        said = _("现在是 {name}。谁坐到这台电脑前审，就写谁的名字；上交的人不能审自己的，县审不能由做乡审的人来做。")
        return [
            *wrapped([(_("换审核人"), "title")], width),
            *wrapped([(said.format(name=self._now), "dim")], width),
            [],
        ]

    def keys(self) -> Line:
        return [(_("回车"), "key"), (" " + _("换人"), ""), ("   Esc", "key"), (" " + _("不换"), "")]

    def action_take(self) -> None:
        name = self.written()
        if name and name.isprintable():
            self.dismiss(name)
        else:
            self.refuse(_("请写审核人的姓名"))
