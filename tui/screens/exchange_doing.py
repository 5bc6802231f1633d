"""What the keys of the exchange screen do with packets: make one, take some, lend villages out, get them back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.language import _
from casebook.progress import Progress, report
from casebook.store.devices import Device
from casebook.store.packets.carrying import ENDING, TakenAll, Written, hand_over, take_all
from casebook.store.packets.checkouts import check_in
from casebook.store.packets.known import Known
from casebook.store.packets.peers import waiting
from casebook.store.rights import areas_text
from tui.commands.exits import line_of
from tui.commands.packet import lines_of, summary
from tui.screens.ask_folder import AskFolder
from tui.screens.entry_confirm import Confirm
from tui.screens.exchange_dialogs import PickCarried, Told
from tui.screens.exchange_reading import Lent, first_place, lendable
from tui.screens.pick import Choice, Pick, Picked
from tui.screens.pick_many import PickMany
from tui.screens.progress import LongWork, Outcome

if TYPE_CHECKING:
    from tui.screens.exchange import ExchangePage

PACKETS = "交换"
"""The folder beside the casebook that is offered where no stick is in; not translated, for it stays on the disk."""


class PacketWork:
    """A packet is called written when it has been read back, taken when it is stored."""

    def __init__(self, page: ExchangePage) -> None:
        self._page = page

    # Making

    def make(self, lend: Sequence[str] = ()) -> None:
        """For the device under the cursor, lending it these areas."""
        row = self._page.device()
        if row is None:
            self._page.say(_("先在设备里选一台"), "warn")
        elif row.own:
            self._page.say(_("这是这台电脑。把光标移到要给的那台上"), "warn")
        elif self._page.empty():
            self._page.say(_("还是空的：按 t 收办公室给这台电脑的第一个交换包"), "warn")
        else:
            self._ask_folder(row, lend, checkin=False)

    def _ask_folder(self, row: Known, lend: Sequence[str], *, checkin: bool) -> None:
        device = row.device
        text = _("它没有的约 {count} 条都在里面，只有它打得开。丢了再做一个就是。")
        about = [text.format(count=f"{waiting(self._page.book.whole, device.id):,}")]
        if lend:
            about.append(_("借给它：{areas}。还回以前，别的电脑不能填这些村。").format(areas=areas_text(lend)))
        if checkin:
            areas = areas_text(self._page.own_areas())
            about.append(_("还回：{areas}。还回以后，别的电脑也可以填这些村。").format(areas=areas))
        title = _("给「{name}」做交换包").format(name=device.name)
        usual = first_place(self._page.app.folder_written, self._page.book)
        dialog = AskFolder(title, about, str(usual) if usual != self._beside() else PACKETS)
        self._page.ask(dialog, partial(self._make, device, lend, checkin))

    def _beside(self) -> Path:
        return self._page.book.folder.resolve().parent

    def _make(self, device: Device, lend: Sequence[str], checkin: bool, folder: Path) -> None:
        book = self._page.book

        def work(progress: Progress) -> Written:
            report(progress, _("做交换包"), 0, 1)
            return hand_over(book, device, folder, checkout=lend, checkin=checkin)

        title = _("给「{name}」做交换包").format(name=device.name)
        self._page.ask(LongWork(title, work), self._made)

    def _made(self, outcome: Outcome[Written]) -> None:
        page = self._page
        if outcome.error is not None:
            page.say_error(outcome.error)
        elif outcome.result is None:
            page.say(_("已停止"), "warn")
        else:
            written = outcome.result
            text = _("{file} 已写好并读回核对，在 {folder}，交给「{name}」")
            page.say(text.format(file=written.path.name, folder=written.path.parent, name=written.device.name), "good")

    # Taking

    def take(self) -> None:
        page = self._page
        about = _("选一个交换包；按 F9 收这个文件夹里所有给这台电脑的，先后随便，收过的再收也没事")
        folder = first_place(page.app.folder_written, page.book)
        dialog = PickCarried(_("收交换包"), about, folder, ENDING, whole=True)
        page.ask(dialog, self._take)

    def _take(self, path: Path) -> None:
        book = self._page.book
        self._page.app.folder_written = path if path.is_dir() else path.parent
        work = partial(take_all, book, [path])
        self._page.ask(LongWork(_("收交换包"), lambda progress: work(progress)), self._taken)

    def _taken(self, outcome: Outcome[TakenAll]) -> None:
        page = self._page
        if outcome.error is not None:
            page.say_error(outcome.error)
        elif outcome.result is None:
            page.say(_("已停止；收完的都在，没收的可以再收"), "warn")
        else:
            took = outcome.result
            said: list[tuple[str, str]] = []
            for one in took.tried:
                if one.taken is not None:
                    first, *rest = lines_of(one.path.name, one.taken)
                    said.append((first, "strong" if not one.taken.already else "dim"))
                    said += [(line, "warn" if one.taken.conflicts and line == rest[-1] else "") for line in rest]
                elif one.error is not None:
                    said.append((line_of(one.error), "bad"))
            text = summary(took)
            page.say(text, "warn" if took.failed else "good")
            page.ask(Told(text, said), lambda _closed: None)

    # Lending

    def lend(self) -> None:
        row = self._page.device()
        if row is None or row.own or row.device.closed:
            self._page.say(_("先在设备里选要借给的那台"), "warn")
            return
        self._page.background(partial(self._offer, row), "lend")

    async def _offer(self, row: Known) -> None:
        page = self._page
        found = await asyncio.to_thread(lendable, page.book, row.device.areas)
        if not found:
            page.say(_("它管的地方还没有入户。先按 F8 排"), "warn")
            return
        choices = [Choice(area, area, count) for area, count in found]
        title = _("把哪些村借给「{name}」").format(name=row.device.name)
        page.ask(PickMany(title, choices), self._lend)

    def _lend(self, areas: tuple[str, ...]) -> None:
        if areas:
            self.make(areas)

    # Giving back

    def give_back(self) -> None:
        """What this machine has goes back with a packet; of another one the office takes it back."""
        page = self._page
        row = page.current()
        if isinstance(row, Lent):
            self._force(row.checkout.device, row.holder, (row.checkout.area,))
            return
        device = page.device()
        if device is None or not device.borrowed:
            page.say(_("这台没有借着的村"), "warn")
        elif not device.own:
            self._force(device.device.id, device.device.name, tuple(one.area for one in device.borrowed))
        else:
            offices = [one for one in page.others() if one.device.whole_county and not one.device.closed]
            choices = [Choice(one.device.id, one.device.name, areas_text(one.device.areas)) for one in offices]
            by_id = {one.device.id: one for one in offices}

            def picked(chosen: Picked[str]) -> None:
                self._ask_folder(by_id[chosen.value], (), checkin=True)

            page.ask(Pick(_("还回，包交给哪台"), choices), picked)

    def _force(self, device: str, name: str, areas: tuple[str, ...]) -> None:
        own = self._page.own()
        if device == own:
            self._page.say(_("这是借给这台电脑的：在「设备」里这台上按 r 还回"), "warn")
            return
        said = [
            _("「{name}」借着：{areas}。").format(name=name, areas=areas_text(areas)),
            _("收回以后别人可以填这些村；它如果已经填了，两边的都留着，不一样的算冲突。"),
            _("只在它丢了、坏了时这样做；它还在用，请让它自己还回。"),
        ]

        def sure(_yes: bool) -> None:
            self._page.in_order.add(partial(self._take_back, device, areas))

        self._page.ask(Confirm(_("收回借出"), said, _("收回")), sure)

    async def _take_back(self, device: str, areas: tuple[str, ...]) -> None:
        book = self._page.book

        def write() -> list[str]:
            with book.writing() as writing:
                return check_in(writing, device, areas)

        ended = await asyncio.to_thread(write)
        await self._page.load()
        self._page.say(_("已收回：{areas}").format(areas=areas_text(ended)), "good")
