"""An office and laptops that were really invited, in plain casebooks; codes are reckoned cheaply."""

from __future__ import annotations

from pathlib import Path

from casebook.store.casebook import Casebook, create_casebook
from casebook.store.invitations import CodeCost, accept, invite, read_answer, read_invitation
from casebook.store.joining import join
from casebook.store.rights import SURVEYOR

CHEAP = CodeCost(memory_kib=64, time=1)


def office_in(folder: Path, key: bytes | None = None) -> Casebook:
    return create_casebook(folder / "office.ruhu", name="试验县", author="刘敏", views=(), key=key)


def laptop_of(
    office: Casebook, folder: Path, name: str, areas: tuple[str, ...] = ("甲乡",), account: str = "陈静"
) -> Casebook:
    """A laptop that has joined, without its first packet."""
    _invitation, content = invite(office, name, areas=areas, role=SURVEYOR, account=account)
    invitation = read_invitation(content)
    joined = join(folder / f"{name}.ruhu", invitation, account=account, views=(), key=bytes(48), cost=CHEAP)
    answer = read_answer(office.whole, joined.answer, cost=CHEAP)
    assert answer.code == joined.code
    accept(office, answer, joined.code)
    return joined.book
