"""Joining (加入): a laptop takes an invitation up. It gets a casebook of its own that is the office's, but empty: its
first facts come with the first packet, and until then nothing is written in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook, create_casebook
from casebook.store.device_keys import keep_keys, new_keys, public_keys
from casebook.store.devices import body_of, joined, note_joining
from casebook.store.invitations import CodeCost, Invitation, answer_to, code_of, digest_of, file_of
from casebook.store.views import View

if TYPE_CHECKING:
    from casebook.store.sqlite import Connection


@dataclass(frozen=True, slots=True)
class Joined:
    """The empty casebook, open; the answer file for the office; the code to read out."""

    book: Casebook
    answer: bytes
    code: str


def join(
    folder: Path,
    invitation: Invitation,
    *,
    account: str,
    views: Sequence[View],
    key: bytes | None = None,
    cost: CodeCost | None = None,
) -> Joined:
    """Make the casebook of an invitation in `folder`. Raises RuhuError where the folder is taken or unfit."""

    def joining(connection: Connection, device: str) -> None:
        keys = new_keys(device)
        keep_keys(connection, keys)
        sign, seal = public_keys(keys)
        own = replace(invitation.device, id=device, sign=sign, seal=seal)
        told = {
            "casebook": invitation.casebook,
            "office": body_of(invitation.office),
            "own": body_of(own),
            "invitation": invitation.digest,
            "answer": answer_to(invitation, own, keys, account),
        }
        note_joining(connection, told)

    book = create_casebook(folder, name=invitation.title, author=account, views=views, key=key, joining=joining)
    try:
        return answered(book, invitation, cost)
    except BaseException:
        book.close()
        raise


def answered(book: Casebook, invitation: Invitation, cost: CodeCost | None = None) -> Joined:
    """The answer that a casebook made for an invitation, once more, with its code. Raises RuhuError (usage) for one
    that is no answer to it."""
    told = joined(book.whole) or {}
    if told.get("invitation") != invitation.digest:
        what = _("这个案卷不是用这份邀请建的")
        raise RuhuError("other_casebook", what, _("请换一个名字：-c 新名字"), Place(file=book.folder.name), "usage")
    answer = told["answer"]
    code = code_of(invitation.digest, digest_of(answer), cost or CodeCost())
    return Joined(book, file_of(answer), code)
