"""`ruhu packet`: facts carried between machines on a stick: what one of them lacks goes, what it brings is taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casebook.language import N_, _
from tui.commands.help import Command
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.packets.carrying import TakenAll, Tried
    from casebook.store.packets.take import Taken

PACKET_HELP = N_("交换包：在电脑之间带数据。每台只带对方还没有的；加密只给那一台，丢了就再做一个。")
PACKET_EXAMPLES = N_("ruhu packet take U盘")
MAKE_HELP = N_(
    "给一台设备做交换包：它还没有的都在里面，只有它打得开。写完读回核对。"
    "--checkout 把几个村借给它填，借出期间别的电脑不能填这些村；--checkin 把借来的还回去。"
)
MAKE_EXAMPLES = N_(
    "ruhu packet make --to lap3 -o U盘\n"
    "ruhu packet make --to lap3 -o U盘 --checkout 共安乡/新河村\n"
    "ruhu packet make --to 办公室 -o U盘 --checkin"
)
TAKE_HELP = N_(
    "收交换包：一个文件，或一个文件夹里所有给这台电脑的。先后随便，收过的再收也没事；坏的、不是给这台的，一条也不收。"
    "收完说明带来了什么、哪里说法不一。"
)
TAKE_EXAMPLES = N_("ruhu packet take U盘\nruhu packet take U盘/lap3-20261123-3f9a.packet")


def add_packet_commands(group: typer.Typer) -> None:
    group.command("make", cls=Command, help=MAKE_HELP, epilog=MAKE_EXAMPLES)(packet_make)
    group.command("take", cls=Command, help=TAKE_HELP, epilog=TAKE_EXAMPLES)(packet_take)


def packet_make(
    to: Annotated[str, typer.Option("--to", metavar="DEVICE", help=N_("给哪台设备，见 ruhu device list"))],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR", readable=False, help=N_("写到哪个文件夹，如 U 盘；不给时写在当前文件夹")
        ),
    ] = None,
    full: Annotated[bool, typer.Option("--full", help=N_("不管对方有什么，全部再带一遍"))] = False,
    checkout: Annotated[
        list[str] | None,
        typer.Option("--checkout", metavar="AREA", help=N_("借给它填：乡镇，或 乡镇/村；可以写几次")),
    ] = None,
    checkin: Annotated[bool, typer.Option("--checkin", help=N_("把借给这台电脑的都还回去"))] = False,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from casebook.store.devices import device_named
    from casebook.store.invitations import unlisted
    from casebook.store.packets.carrying import hand_over
    from casebook.store.packets.known import own_borrowed
    from casebook.store.packets.peers import waiting
    from tui.commands.anchored import say_anchor
    from tui.commands.opened import opened_casebook
    from tui.commands.sentences import listed
    from tui.commands.telling import say

    with opened_casebook(casebook, user) as book:
        device = device_named(book.whole, to)
        returned = own_borrowed(book) if checkin else ()
        new, missing = waiting(book.whole, device.id), unlisted(book.whole, checkout or [])
        written = hand_over(book, device, output or Path(), full=full, checkout=checkout or [], checkin=checkin)
        anchor = say_anchor(book)
    if json:
        told = {
            "packet": str(written.path),
            "device": device.id,
            "bytes": written.size,
            "sha256": written.sha256,
            "checked_out": checkout or [],
            "checked_in": list(returned),
            "anchor": anchor,
        }
        print_json(told)
    else:
        print(written.path)
    if missing:
        say(_("借出了，但名单里现在没有这些地方：{areas}。").format(areas=listed(missing)))
    if returned:
        say(_("已还回：{areas}").format(areas=listed(returned)))
    text = _("给「{name}」的交换包，它没有的约 {count} 条，{size} KB，已读回核对。")
    say(text.format(name=device.name, count=f"{new:,}", size=f"{max(1, written.size // 1024):,}"))
    return 0


def packet_take(
    places: Annotated[
        list[Path], typer.Argument(metavar="FILE|DIR", readable=False, help=N_("交换包，或放着交换包的文件夹"))
    ],
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from casebook.store.packets.carrying import take_all
    from tui.commands.exits import line_of
    from tui.commands.opened import opened_casebook
    from tui.commands.progress_line import progress_line
    from tui.commands.telling import say, tell

    with opened_casebook(casebook, user) as book, progress_line() as progress:
        took = take_all(book, places, progress)
    if json:
        print_json({"packets": [_as_json(one) for one in took.tried], "foreign": took.foreign})
        return 1 if took.failed else 0
    if len(places) == 1 and not places[0].is_dir() and took.failed and took.failed[0].error is not None:
        raise took.failed[0].error
    tell(line for one in took.tried if one.taken is not None for line in lines_of(one.path.name, one.taken))
    for one in took.failed:
        if one.error is not None:
            say(line_of(one.error))
    say(summary(took))
    return 1 if took.failed else 0


def lines_of(name: str, taken: Taken) -> list[str]:
    """What a packet of this file name brought, and what is to be noticed about it."""
    if taken.already:
        return [_("{file}：「{sender}」的，以前收过").format(file=name, sender=taken.sender_name)]
    head = _("{file}：来自「{sender}」").format(file=name, sender=taken.sender_name)
    return [head, *(f"  {line}" for line in (*taken.words, *taken.notices))]


def summary(took: TakenAll) -> str:
    """How many were taken, were taken before, failed, are for others."""
    taken = [one.taken for one in took.tried if one.taken is not None]
    new = [one for one in taken if not one.already]
    parts = [_("收了 {count} 个交换包").format(count=len(new))]
    if len(taken) > len(new):
        parts.append(_("{count} 个以前收过").format(count=len(taken) - len(new)))
    if took.failed:
        parts.append(_("{count} 个没有收").format(count=len(took.failed)))
    if took.foreign:
        parts.append(_("{count} 个是给别的电脑的，没有动").format(count=took.foreign))
    if not took.tried and not took.foreign:
        return _("这里没有交换包。")
    return _("，").join(parts) + _("。")


def _as_json(one: Tried) -> dict[str, Any]:
    told: dict[str, Any] = {"file": one.path.name, "taken": one.taken is not None}
    if one.error is not None:
        told |= {"error": one.error.code, "what": one.error.what, "remedy": one.error.remedy}
    if one.taken is not None:
        told |= {
            "already": one.taken.already,
            "from": one.taken.sender_name,
            "facts": one.taken.facts,
            "bodies": one.taken.bodies,
            "kinds": dict(one.taken.kinds),
            "conflicts": [{"what": what, "id": identity} for what, identity in one.taken.conflicts],
            "words": list(one.taken.words),
            "notices": list(one.taken.notices),
        }
    return told
