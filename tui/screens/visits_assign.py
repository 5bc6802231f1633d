"""To whom visits are given (派人): a name, those used before by number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from casebook.language import N_, _
from survey_forms.visits.assigning import people
from tui.screens.offering import Offering
from tui.widgets.lines import Line, wrapped


class Assign(Offering[str]):
    """Gives a name, '' for nobody; None when left with Esc. `about` says what is given away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "assign", N_("派给"), priority=True, tooltip=N_("派给框里的人；框空着就是先不派")),
        Binding("escape", "close", N_("不派"), tooltip=N_("关闭，不改派")),
    ]

    def __init__(self, about: str, now: str = "") -> None:
        super().__init__()
        self._about = about
        self._now = now

    def placeholder(self) -> str:
        return _("调查员姓名；空着就是先不派")

    def offers(self) -> Sequence[str]:
        return people(self.app.book)

    def heading(self, width: int) -> list[Line]:
        said: Line = [(_("派人"), "title"), ("  ", ""), (self._about, "strong")]
        now = _("现在派给 {name}").format(name=self._now) if self._now else _("现在没有派人")
        return [*wrapped(said, width), *wrapped([(now, "dim")], width), []]

    def keys(self) -> Line:
        return [(_("回车"), "key"), (" " + _("派给"), ""), ("   Esc", "key"), (" " + _("不派"), "")]

    def action_assign(self) -> None:
        name = self.written()
        if name.isprintable():
            self.dismiss(name)
        else:
            self.refuse(_("姓名里有不能显示的字"))
