"""The laptop of the demonstration: it joins the office's casebook, gets villages by packet, and its answers come back
by packet. Both machines are this one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.language import _

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from casebook.store.devices import Device

SURVEYOR = "易小满"
"""The invented person who works on the laptop."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What went to and fro: the areas lent, the facts that each packet brought."""

    areas: tuple[str, ...]
    to_laptop: int
    to_office: int


def carry_to_a_laptop(
    book: Casebook, areas: Sequence[str], folder: Path, fill: Callable[[Casebook], object]
) -> Carried:
    """Lend `areas` to a laptop, let it `fill` in its visits, and take what it brings back. Everything lies in
    `folder`: the laptop's casebook, plain as all of the demonstration, and the stick."""
    from casebook.store.devices import own_device
    from casebook.store.packets.carrying import hand_over

    folder.mkdir(parents=True)
    laptop, device = _joined(book, areas, folder)
    with laptop:
        hand_over(book, device, folder / "out", checkout=areas)
        brought = _take(laptop, folder / "out")
        fill(laptop)
        hand_over(laptop, own_device(book), folder / "back", checkin=True)
    return Carried(tuple(areas), brought, _take(book, folder / "back"))


def _joined(book: Casebook, areas: Sequence[str], folder: Path) -> tuple[Casebook, Device]:
    """The laptop's casebook, let in by the office. The code is compared here by the program, and cheaply: nobody stands
    between the two files."""
    from casebook.store.invitations import CodeCost, accept, invite, read_answer, read_invitation
    from casebook.store.joining import join
    from tui.all_views import VIEWS

    cost = CodeCost(memory_kib=1024, time=1)
    _invitation, file = invite(book, _("笔记本一号"), areas=areas, role="调查员", account=SURVEYOR)
    joined = join(folder / "laptop.ruhu", read_invitation(file), account=SURVEYOR, views=VIEWS, cost=cost)
    answer = read_answer(book.whole, joined.answer, cost=cost)
    return joined.book, accept(book, answer, joined.code)


def _take(book: Casebook, folder: Path) -> int:
    """Take the one packet in a folder; how many facts it brought. Raises what kept it from being taken."""
    from casebook.store.packets.carrying import take_all

    (tried,) = take_all(book, [folder]).tried
    if tried.taken is None:
        assert tried.error is not None
        raise tried.error
    return tried.taken.facts
