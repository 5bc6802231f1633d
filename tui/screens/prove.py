"""Another person at this machine proves who they are: their own passphrase, against their own key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.areas import inside
from casebook.store.casebook import Casebook
from casebook.store.rights import CLOSED, may
from tui.screens.page import Dialog, Page
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field
from tui.widgets.lines import Line, wrapped

TRIES = 3


class Prove(Dialog[str]):
    """Gives the name back when the passphrase opened that person's key; None when left, or wrong three times."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._who = name
        self._left = TRIES
        self._told = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Drawing(self._heading)
            field = Field(placeholder=_("口令（不显示），回车确定"))
            field.password = True
            yield field
            yield Drawing(self._foot)

    def _heading(self, width: int) -> list[Line]:
        title = _("{name} 的口令").format(name=self._who)
        said = _("请 {name} 本人输入。口令对了，这一步才记在他名下。").format(name=self._who)
        return [*wrapped([(title, "title")], width), *wrapped([(said, "dim")], width), []]

    def _foot(self, width: int) -> list[Line]:
        keys: Line = [(_("回车"), "key"), (" " + _("确定"), ""), ("   Esc", "key"), (" " + _("不做了"), "")]
        told = wrapped([("! " + self._told, "warn")], width) if self._told else []
        return [[], *told, *wrapped(keys, width)]

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        if event.value and self.ready:
            self.ready = False  # keys wait until it is known what they are for
            self.run_worker(self._check(event.value))

    async def _check(self, typed: str) -> None:
        try:
            await asyncio.to_thread(_prove, self.app.book, self._who, typed)
        except RuhuError as error:
            self._refused(error)
        else:
            self.dismiss(self._who)
        finally:
            self.ready = True

    def _refused(self, error: RuhuError) -> None:
        self._left -= error.code == "wrong_passphrase"
        if not self._left:
            self.dismiss(None)
            return
        self._told = error.what
        if error.code == "wrong_passphrase":
            self._told = _("{what}，还可以试 {left} 次").format(what=error.what, left=self._left)
        self.query_one(Field).value = ""
        for drawing in self.query(Drawing):
            drawing.changed()


def as_another(page: Page, name: str, then: Callable[[str], None]) -> None:
    """`then` with the name once that person has proved who they are; at once in a plain casebook, which knows no
    passphrases, and for who is signed in."""
    if page.book.encrypted and name != page.book.author:
        page.ask(Prove(name), then)
    else:
        then(name)


def others_who_may(book: Casebook, what: str, but: str, area: str | None = None) -> Sequence[str]:
    """The people with an account and a key who may do something (in an area, where one is given); for an encrypted
    casebook. In a thread."""
    from casebook.store.accounts import accounts
    from casebook.store.keys.slots import slot_names

    keyed = frozenset(slot_names(book.folder))
    every = (one for one in accounts(book.connection) if one.role != CLOSED and one.name in keyed)
    able = (one for one in every if one.name != but and may(one.rights, what))
    return [one.name for one in able if area is None or inside(area, one.areas)]


def _prove(book: Casebook, name: str, passphrase: str) -> None:
    """Raises RuhuError: nobody of this name has a key, a wrong passphrase. That they have not accepted the
    confidentiality notice goes on record, as where nobody can be asked."""
    from casebook.store.keys.slots import unlock, wrong_passphrase
    from casebook.store.notice import has_accepted, note_not_accepted, notice_of

    if unlock(book.folder, name, passphrase) != book.key:
        raise wrong_passphrase(book.folder.name)
    other, notice = book.acted_by(name), notice_of(book.folder)
    if not has_accepted(other, notice):
        note_not_accepted(other, notice)
