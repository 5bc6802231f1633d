"""The second signer's name (复签), where the one who decided sits at the machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from audit.answering import other_signers
from audit.detail import History
from audit.questions import VERDICTS
from audit.queue import QueueRow
from casebook.language import N_, _
from casebook.store.facts import area_of
from tui.screens.desk_queue import kind_title
from tui.screens.offering import Offering
from tui.screens.prove import others_who_may
from tui.widgets.lines import Line, wrapped


class Sign(Offering[str]):
    """Gives the name of another user, under which the signature is recorded; None when left with Esc."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "sign", N_("复签"), priority=True, tooltip=N_("以这个姓名复签")),
        Binding("escape", "close", N_("不签"), tooltip=N_("关闭，不复签")),
    ]

    def __init__(self, row: QueueRow, decided: History) -> None:
        super().__init__()
        self._row = row
        self._decided = decided

    def placeholder(self) -> str:
        return _("复签人姓名")

    def offers(self) -> Sequence[str]:
        book = self.app.book
        if book.encrypted:
            area = area_of(self._row.township, self._row.village)
            return others_who_may(book, "countersign", self._decided.author, area)[:9]
        return other_signers(book, self._decided.author)

    def heading(self, width: int) -> list[Line]:
        decided = self._decided
        title: Line = [(_("复签"), "title"), ("  ", ""), (self._row.name, "strong"), ("  " + kind_title(self._row), "")]
        said: Line = [(_(VERDICTS[decided.verdict].word), "strong")]
        said += [("  " + text, "") for text in (decided.value, decided.document, decided.reason) if text]
        by = _("{author} {at} 下的结论；复签要换一个人，签名记在他名下").format(author=decided.author, at=decided.at)
        return [*wrapped(title, width), *wrapped(said, width), *wrapped([(by, "dim")], width), []]

    def keys(self) -> Line:
        return [(_("回车"), "key"), (" " + _("复签"), ""), ("   Esc", "key"), (" " + _("不签"), "")]

    def action_sign(self) -> None:
        name = self.written()
        if name and name != self._decided.author and name.isprintable():
            self.dismiss(name)
        else:
            self.refuse(_("复签人不能是下结论的人") if name else _("请写复签人的姓名"))
