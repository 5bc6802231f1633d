"""`ruhu device`: the machines that work on one casebook: invited, joined, listed, changed, closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.device_invite import INVITE_EXAMPLES, INVITE_HELP, AreasOption, RoleOption, device_invite, role_meant
from tui.commands.device_join import JOIN_EXAMPLES, JOIN_HELP, device_join
from tui.commands.help import Command
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from casebook.store.devices import Device
    from casebook.store.invitations import Invitation
    from casebook.store.packets.known import Known

DEVICE_HELP = N_("一起用这个案卷的电脑：邀请新的、列出、改名和管辖、停用。请新电脑要两个文件和一个核对码。")
DEVICE_EXAMPLES = N_("ruhu device list\nruhu device join U盘/lap3.invite")
LIST_HELP = N_("列出设备：名字、管辖、角色、最近一次给它做包和收它的包、还有多少条没给它；等着答复的邀请也列在后面。")
LIST_EXAMPLES = "ruhu device list\nruhu device list --json"
CHANGE_HELP = N_("改一台设备：名字、管辖、角色；--open 重新启用停用了的。新的管辖从下一个交换包起算。只有管理员能改。")
CHANGE_EXAMPLES = N_("ruhu device change lap3 --name 共安1号\nruhu device change lap3 --area 共安乡 --area 永和镇")
CLOSE_HELP = N_(
    "停用一台设备：以后不给它做交换包，也不再收它的。丢了的电脑要马上停用；它上面的案卷有口令保护。"
    "借给它的村收回来，别人可以接着填。"
)
CLOSE_EXAMPLES = "ruhu device close lap3"

NameArgument = Annotated[str, typer.Argument(metavar="DEVICE", help=N_("设备的名字，或设备号的开头几位"))]


def add_device_commands(group: typer.Typer) -> None:
    group.command("invite", cls=Command, help=INVITE_HELP, epilog=INVITE_EXAMPLES)(device_invite)
    group.command("join", cls=Command, help=JOIN_HELP, epilog=JOIN_EXAMPLES)(device_join)
    group.command("list", cls=Command, help=LIST_HELP, epilog=LIST_EXAMPLES)(device_list)
    group.command("change", cls=Command, help=CHANGE_HELP, epilog=CHANGE_EXAMPLES)(device_change)
    group.command("close", cls=Command, help=CLOSE_HELP, epilog=CLOSE_EXAMPLES)(device_close)


def device_list(casebook: CasebookOption = None, user: UserOption = None, json: JsonOption = False) -> int:
    from casebook.store.invitations import pending
    from casebook.store.packets.known import known_devices
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import say, tell

    with opened_casebook(casebook, user) as book:
        rows = known_devices(book)
        waiting = pending(book.whole)
    if json:
        print_json({"devices": [_as_json(row) for row in rows], "invitations": [_invited(one) for one in waiting]})
        return 0
    tell(line for row in rows for line in _lines(row))
    tell(_waiting_line(one) for one in waiting)
    if len(rows) == 1 and not waiting:
        say(_("还没有别的电脑。例：ruhu device invite lap3 --account 陈静 --role 调查员"))
    return 0


def device_change(
    device: NameArgument,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help=N_("新名字"))] = None,
    areas: AreasOption = None,
    role: RoleOption = "",
    reopen: Annotated[bool, typer.Option("--open", help=N_("重新启用停用了的设备"))] = False,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from casebook.store.areas import normal

    def changed(book: Casebook, found: Device) -> Device:
        from casebook.store.invitations import new_name

        if name is None and not areas and not role and not reopen:
            what, remedy = _("没有说要改什么"), _("例：ruhu device change lap3 --name 共安1号")
            raise RuhuError("usage_change", what, remedy, category="usage")
        kept = found.name if name is None or name.strip() == found.name else new_name(book.whole, name)
        return replace(
            found,
            name=kept,
            areas=normal(areas) if areas else found.areas,
            role=role_meant(role) or found.role,
            closed=found.closed and not reopen,
        )

    return _rewritten(device, changed, _("已改好设备「{name}」。"), casebook, user, json)


def device_close(
    device: NameArgument, casebook: CasebookOption = None, user: UserOption = None, json: JsonOption = False
) -> int:
    def changed(book: Casebook, found: Device) -> Device:
        if found.id == book.device:
            what, remedy = _("不能停用正在用的这台"), _("请在别的电脑上停用它")
            raise RuhuError("usage_own_device", what, remedy, category="usage")
        return replace(found, closed=True)

    return _rewritten(device, changed, _("设备「{name}」已停用：不给它做包，也不收它的包。"), casebook, user, json)


def _rewritten(device: str, changed: Any, said: str, casebook: Any, user: Any, json: bool) -> int:
    from casebook.store.devices import body_of, device_named, devices
    from casebook.store.packets.checkouts import check_in
    from casebook.store.packets.known import known_devices
    from tui.commands.opened import opened_casebook
    from tui.commands.sentences import listed
    from tui.commands.telling import say, tell

    with opened_casebook(casebook, user) as book:
        found = device_named(book.whole, device)
        new = changed(book, found)
        before = {one.id for one in devices(book.whole) if one.closed}
        with book.writing() as writing:
            if new != found:
                writing.append("device", body_of(new))
            if new.closed:
                check_in(writing, new.id)
        along = [one.name for one in devices(book.whole) if one.closed and one.id not in before | {new.id}]
        row = next(row for row in known_devices(book) if row.device.id == found.id)
    if json:
        print_json(_as_json(row))
    else:
        tell([said.format(name=new.name)])
    if along:
        text = _("从它接着用的也停用了：{names}。还在用的请再启用：ruhu device change 名字 --open")
        say(text.format(names=listed(along)))
    return 0


def _lines(row: Known) -> Iterator[str]:
    """A device in a line, and what is borrowed to it in a second."""
    from casebook.store.clock import local_text
    from casebook.store.rights import areas_text

    device = row.device
    told = [device.name, areas_text(device.areas), _(device.role) if device.role else ""]
    if row.own:
        told.append(_("这台电脑"))
    elif device.closed:
        told.append(_("已停用"))
    elif row.followed_by:
        told.append(_("由「{name}」接着用").format(name=row.followed_by))
    else:
        never = _("没有过")
        told.append(_("做包 {when}").format(when=local_text(row.made) if row.made else never))
        told.append(_("收包 {when}").format(when=local_text(row.taken) if row.taken else never))
        if row.waiting is not None:
            told.append(_("待给 {count} 条").format(count=f"{row.waiting:,}"))
    yield "  ".join(filter(None, told))
    if row.borrowed:
        yield "  " + _("借着：{areas}").format(areas=areas_text([one.area for one in row.borrowed]))


def _waiting_line(one: Invitation) -> str:
    from casebook.store.clock import local_text

    text = _("邀请 {name}，等答复，{when} 过期")
    return text.format(name=one.device.name, when=local_text(one.expires))


def _as_json(row: Known) -> dict[str, Any]:
    device = row.device
    return {
        "device": device.id,
        "name": device.name,
        "areas": list(device.areas),
        "role": device.role,
        "closed": device.closed,
        "before": device.before,
        "own": row.own,
        "made": row.made,
        "taken": row.taken,
        "waiting": row.waiting,
        "borrowed": [one.area for one in row.borrowed],
    }


def _invited(one: Invitation) -> dict[str, Any]:
    return {
        "name": one.device.name,
        "areas": list(one.device.areas),
        "role": one.device.role,
        "account": one.account,
        "made": one.made,
        "expires": one.expires,
    }
