"""`ruhu device invite`: an invitation for a new machine; its answer, checked by a code that is read out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casebook.errors import Place, RuhuError
from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook

INVITE_HELP = N_(
    "请一台新电脑进来。先写一个邀请文件带过去，新电脑用 ruhu device join 打开，交回一个答复文件，并显示六位核对码；"
    "再用 --answer 打开答复，输入对方念的核对码，这台电脑才算进来。邀请七天内有效，只有管理员能发。"
)
INVITE_EXAMPLES = N_(
    "ruhu device invite lap3 --account 陈静 --role 调查员 --area 共安乡 -o U盘/lap3.invite\n"
    "ruhu device invite --answer U盘/lap3.answer"
)

AreasOption = Annotated[
    list[str] | None,
    typer.Option(
        "--area", metavar="AREA", help=N_("管哪里：乡镇，或 乡镇/村；可以写几次。不给时同账号，新账号是全县")
    ),
]
RoleOption = Annotated[
    str,
    typer.Option("--role", metavar="ROLE", help=N_("什么角色：调查员、审核员、管理员、查询员；不给时同账号")),
]


def device_invite(
    name: Annotated[str, typer.Argument(metavar="NAME", help=N_("给新电脑起的名字，如 lap3"))] = "",
    areas: AreasOption = None,
    role: RoleOption = "",
    account: Annotated[
        str, typer.Option("--account", metavar="NAME", help=N_("谁用它；还没有账号的，接受时一起开"))
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", readable=False, help=N_("邀请写到哪；不给时写在当前文件夹")),
    ] = None,
    answer: Annotated[
        Path | None, typer.Option("--answer", metavar="FILE", readable=False, help=N_("新电脑交回的答复文件"))
    ] = None,
    code: Annotated[str, typer.Option("--code", metavar="CODE", help=N_("对方念的六位核对码；不给时在终端里问"))] = "",
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from tui.commands.opened import opened_casebook

    if (answer is None) == (not name):
        what = _("要么给新电脑的名字，要么用 --answer 给出答复文件。")
        remedy = _("例：ruhu device invite lap3 --account 陈静 --role 调查员")
        raise RuhuError("usage_invite", what, remedy, category="usage")
    with opened_casebook(casebook, user) as book:
        if answer is not None:
            return _accept(book, answer, code, json)
        return _invite(book, name, areas or [], role_meant(role), account, output, json)


def role_meant(role: str) -> str:
    """A role as facts have it, from its English or Chinese word; what is none stays as it is, to be refused."""
    from casebook.store.rights import ROLES

    return ROLES.get(role.strip().lower(), role.strip())


def _invite(
    book: Casebook, name: str, areas: list[str], role: str, account: str, output: Path | None, json: bool
) -> int:
    from casebook.store.clock import local_text
    from casebook.store.invitations import invitation_name, invite, unlisted
    from casebook.store.platform import write_atomically
    from tui.commands.outputs import refuse_overwriting
    from tui.commands.sentences import listed
    from tui.commands.telling import say

    path = output if output is not None else Path(invitation_name(name))
    if path.is_dir():
        path = path / invitation_name(name)
    refuse_overwriting([path], [])
    if path.exists():
        what, remedy = _("已有这个文件，没有替换"), _("请换一个文件名")
        raise RuhuError("output_taken", what, remedy, Place(file=path.name), category="usage")
    invitation, content = invite(book, name, areas=areas, role=role, account=account)
    write_atomically(path, content)
    if json:
        print_json({"invitation": str(path), "name": invitation.device.name, "expires": invitation.expires})
    else:
        print(path)
    if missing := unlisted(book.whole, invitation.device.areas):
        say(_("名单里现在没有这些地方：{areas}。写错了就重新邀请。").format(areas=listed(missing)))
    text = _("带到新电脑上：ruhu device join {file}。{when} 前有效，只能用一次。")
    say(text.format(file=path.name, when=local_text(invitation.expires)))
    return 0


def _accept(book: Casebook, path: Path, code: str, json: bool) -> int:
    from casebook.store.invitations import accept, read_answer
    from casebook.store.packets.carrying import content_of
    from casebook.store.rights import areas_text, require
    from tui.commands.telling import say, tell

    require(book.rights, "devices")
    content = content_of(path)
    if not code and not (sys.stdin.isatty() and sys.stderr.isatty()):
        what, remedy = _("要对方念的六位核对码"), _("请用 --code 给出，或在终端里运行")
        raise RuhuError("usage_code", what, remedy, category="usage")
    answer = read_answer(book.whole, content, path.name)
    device = answer.device
    if not code:
        text = _("设备「{name}」，{account} 用，{role}，管 {areas}。请打电话让对方念他屏幕上的核对码。")
        say(
            text.format(
                name=device.name, account=answer.account, role=_(device.role), areas=areas_text(device.areas)
            )
        )
        print(_("六位核对码："), end="", file=sys.stderr, flush=True)
        code = input()
    accept(book, answer, code)
    if json:
        told: dict[str, Any] = {"device": device.id, "name": device.name, "account": answer.account}
        print_json(told)
    else:
        tell([_("设备「{name}」进来了。").format(name=device.name)])
    say(_("下一步，给它第一个交换包：ruhu packet make --to {name} -o U盘").format(name=device.name))
    return 0
