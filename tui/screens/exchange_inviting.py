"""What the keys of the exchange screen do with devices: invite, let in by the code, rename, give areas, close."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.progress import Progress, report
from casebook.store.accounts import accounts
from casebook.store.devices import Device, body_of
from casebook.store.folder import refuse_inside_a_casebook
from casebook.store.invitations import (
    Answer,
    Invitation,
    accept,
    code_text,
    invitation_name,
    invite,
    new_name,
    read_answer,
    withdraw,
)
from casebook.store.packets.carrying import content_of
from casebook.store.packets.checkouts import check_in
from casebook.store.platform import write_atomically
from casebook.store.rights import ROLES, areas_text
from tui.screens.ask_folder import AskFolder
from tui.screens.entry_confirm import Confirm
from tui.screens.exchange_dialogs import AskCode, AskName, PickCarried
from tui.screens.exchange_doing import PACKETS
from tui.screens.exchange_reading import first_place, places
from tui.screens.pick import Choice, Pick, Picked
from tui.screens.pick_many import PickMany
from tui.screens.progress import LongWork, Outcome

if TYPE_CHECKING:
    from tui.screens.exchange import ExchangePage

ANSWER = ".answer"


class DeviceWork:
    """Only somebody who may manage devices gets here."""

    def __init__(self, page: ExchangePage) -> None:
        self._page = page

    # Inviting: a name, who works there, in which role and where, a folder for the file

    def invite(self) -> None:
        about = [_("给新电脑起个短名字，最好是字母和数字，如 lap3；文件就叫这个名字。")]
        self._page.ask(AskName(_("邀请一台电脑"), about, _("名字，如 lap3")), self._named)

    def _named(self, name: str) -> None:
        self._page.background(partial(self._ask_account, name), "invite")

    async def _ask_account(self, name: str) -> None:
        page = self._page

        def check() -> dict[str, tuple[str, tuple[str, ...]]]:
            new_name(page.book.whole, name)
            return {one.name: (one.role, one.areas) for one in accounts(page.book.whole) if one.role}

        known = await asyncio.to_thread(check)
        about = [_("谁在「{name}」上填表？没有账号的，接受时一起开。").format(name=name)]

        def told(account: str) -> None:
            if account in known:
                role, areas = known[account]
                self._ask_folder(name, account, role, areas)
            else:
                self._ask_role(name, account)

        page.ask(AskName(_("邀请「{name}」").format(name=name), about, _("姓名"), list(known)), told)

    def _ask_role(self, name: str, account: str) -> None:
        choices = [Choice(role, _(role)) for role in ROLES.values()]

        def picked(chosen: Picked[str]) -> None:
            self._page.background(partial(self._ask_areas, name, account, chosen.value), "invite")

        self._page.ask(Pick(_("「{name}」是什么角色").format(name=account), choices), picked)

    async def _ask_areas(self, name: str, account: str, role: str) -> None:
        page = self._page
        found = await asyncio.to_thread(places, page.book, ("",))
        choices = [Choice(area, area, count) for area, count in found]
        title = _("管哪里（一个也不标就是全县）")

        def picked(areas: tuple[str, ...]) -> None:
            if areas:
                self._ask_folder(name, account, role, areas)
            else:
                page.ask(Confirm(_("管全县？"), whole, _("管全县")), whole_county)

        whole = [_("一个地方也没有标：这台电脑会拿到全县每个人的内容。")]

        def whole_county(_yes: bool) -> None:
            self._ask_folder(name, account, role, ())

        if choices:
            page.ask(PickMany(title, choices), picked)
        else:
            self._ask_folder(name, account, role, ())

    def _ask_folder(self, name: str, account: str, role: str, areas: Sequence[str]) -> None:
        about = [
            _("{account}，{role}，管 {areas}").format(
                account=account, role=_(role), areas=areas_text(areas) if areas else _("全县")
            ),
            _("写一个邀请文件 {file}，带到新电脑上：ruhu device join {file}").format(file=invitation_name(name)),
        ]
        usual = first_place(self._page.app.folder_written, self._page.book)
        beside = self._page.book.folder.resolve().parent
        dialog = AskFolder(_("邀请「{name}」").format(name=name), about, str(usual) if usual != beside else PACKETS)
        self._page.ask(dialog, lambda folder: self._write(name, account, role, areas, folder))

    def _write(self, name: str, account: str, role: str, areas: Sequence[str], folder: Path) -> None:
        self._page.in_order.add(partial(self._invite, name, account, role, areas, folder))

    async def _invite(self, name: str, account: str, role: str, areas: Sequence[str], folder: Path) -> None:
        page = self._page
        path = folder / invitation_name(name)

        def write() -> Invitation:
            refuse_inside_a_casebook(path)
            if path.exists():
                what, remedy = _("已有这个文件，没有替换"), _("请换一个文件夹")
                raise RuhuError("output_taken", what, remedy, Place(file=path.name), category="usage")
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                what, remedy = _("这个文件夹建不了"), _("请检查 U 盘还在不在、能不能写，或换一个文件夹")
                raise RuhuError("not_writable", what, remedy, Place(file=folder.name)) from error
            invitation, content = invite(page.book, name, areas=areas, role=role, account=account)
            try:
                write_atomically(path, content)
            except RuhuError:
                withdraw(page.book, invitation.digest)
                raise
            return invitation

        await asyncio.to_thread(write)
        await page.load()
        page.say(_("{file} 写好了，在 {folder}。它交回答复后按 a").format(file=path.name, folder=folder), "good")

    # The answer

    def accept(self) -> None:
        page = self._page
        about = _("新电脑交回的答复文件，以 .answer 结尾")
        folder = first_place(page.app.folder_written, page.book)
        page.ask(PickCarried(_("收答复"), about, folder, ANSWER), self._read)

    def _read(self, path: Path) -> None:
        book = self._page.book

        def work(progress: Progress) -> Answer:
            report(progress, _("算核对码，约一两秒"), 0, 1)
            return read_answer(book.whole, content_of(path), path.name)

        self._page.ask(LongWork(_("收答复"), work), self._ask_code)

    def _ask_code(self, outcome: Outcome[Answer]) -> None:
        page = self._page
        if outcome.error is not None:
            page.say_error(outcome.error)
            return
        if outcome.result is None:
            page.say(_("已停止"), "warn")
            return
        answer = outcome.result
        about = [
            _("{account} 用，{role}，管 {areas}。").format(
                account=answer.account, role=_(answer.device.role), areas=areas_text(answer.device.areas)
            ),
            _("请打电话给认得的那个人，让他念屏幕上的六位核对码，照他念的输入。"),
        ]
        dialog = AskCode(_("「{name}」的核对码").format(name=answer.device.name), about)
        page.ask(dialog, lambda code: page.in_order.add(partial(self._accept, answer, code)))

    async def _accept(self, answer: Answer, code: str) -> None:
        page = self._page
        device = await asyncio.to_thread(accept, page.book, answer, code)
        page.wanted = device.id
        await page.load()
        said = _("核对码 {code} 一样，「{name}」进来了。按回车给它做第一个交换包")
        page.say(said.format(code=code_text(code), name=device.name), "good")

    # Changing

    def rename(self) -> None:
        row = self._page.device()
        if row is None:
            return
        dialog = AskName(_("改名：{name}").format(name=row.device.name), [], _("新名字"))
        self._page.ask(dialog, lambda name: self._change(row.device, partial(self._renamed, name)))

    def _renamed(self, name: str, device: Device) -> Device:
        return replace(device, name=new_name(self._page.book.whole, name))

    def areas(self) -> None:
        row = self._page.device()
        if row is not None and not row.own:
            self._page.background(partial(self._offer_areas, row.device), "areas")

    async def _offer_areas(self, device: Device) -> None:
        page = self._page
        found = await asyncio.to_thread(places, page.book, ("",))
        every = dict.fromkeys([*(area for area in device.areas if area), *(area for area, _count in found)])
        counts = dict(found)
        choices = [Choice(area, area, counts.get(area, "")) for area in every]
        title = _("「{name}」管哪里（一个也不标就是全县）").format(name=device.name)

        def picked(areas: tuple[str, ...]) -> None:
            self._change(device, lambda old: replace(old, areas=areas or ("",)))

        page.ask(PickMany(title, choices, [area for area in device.areas if area]), picked)

    def close(self) -> None:
        """Close a device, open a closed one again, or take an invitation back."""
        page = self._page
        row = page.current()
        if isinstance(row, Invitation):
            title = _("撤销邀请：{name}").format(name=row.device.name)
            said = [_("撤销以后，它交回的答复不再接受。")]
            page.ask(Confirm(title, said, _("撤销")), lambda _yes: page.in_order.add(partial(self._withdraw, row)))
            return
        found = page.device()
        if found is None:
            return
        device = found.device
        if found.own:
            page.say(_("不能停用正在用的这台"), "warn")
        elif device.closed:
            said = [_("重新启用以后，又可以给它做包、收它的包。")]
            dialog = Confirm(_("重新启用「{name}」").format(name=device.name), said, _("启用"))
            page.ask(dialog, lambda _yes: self._change(device, lambda old: replace(old, closed=False)))
        else:
            said = [
                _("以后不给它做包，也不收它的包；借给它的村收回来。它上面的案卷有口令保护。"),
                _("丢了的电脑要马上停用。找回来了，可以再启用。恢复或拷贝出来接着用的也一起停用，还在用的请再启用。"),
            ]
            dialog = Confirm(_("停用「{name}」").format(name=device.name), said, _("停用"))
            page.ask(dialog, lambda _yes: self._change(device, lambda old: replace(old, closed=True)))

    async def _withdraw(self, row: Invitation) -> None:
        await asyncio.to_thread(withdraw, self._page.book, row.digest)
        await self._page.load()
        self._page.say(_("已撤销邀请：{name}").format(name=row.device.name), "good")

    def _change(self, device: Device, change: Callable[[Device], Device]) -> None:
        self._page.in_order.add(partial(self._write_change, device, change))

    async def _write_change(self, device: Device, change: Callable[[Device], Device]) -> None:
        page = self._page

        def write() -> Device:
            new = change(device)
            with page.book.writing() as writing:
                if new != device:
                    writing.append("device", body_of(new))
                if new.closed:
                    check_in(writing, new.id)
            return new

        new = await asyncio.to_thread(write)
        await page.load()
        if new.closed:
            said = _("「{name}」已停用").format(name=new.name)
        else:
            said = _("已改好：{name}，管 {areas}").format(name=new.name, areas=areas_text(new.areas))
        page.say(said, "good")
