"""`ruhu new`: an empty casebook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.opened import JsonOption, UserOption
from tui.commands.telling import print_json

NEW_HELP = N_(
    "新建一个案卷：一个以 .ruhu 结尾的文件夹，名单、裁定、记录都在里面。你成为它的管理员。"
    "案卷用你的口令加密；打印出来的恢复码只出现这一次，忘了口令时用它。"
)
NEW_EXAMPLES = N_("ruhu new 金口河\nruhu new 核查/金口河.ruhu --county 金口河区 --user 李希楷\nruhu new 练习 --plain")


def new(
    name: Annotated[Path, typer.Argument(metavar="NAME", readable=False, help=N_("案卷的名字；.ruhu 可以不写"))],
    county: Annotated[
        str | None, typer.Option("--county", metavar="COUNTY", help=N_("哪个县，显示在界面上；不给时同案卷名"))
    ] = None,
    user: UserOption = None,
    plain: Annotated[bool, typer.Option("--plain", help=N_("不加密，只用来练习"))] = False,
    json: JsonOption = False,
) -> int:
    from casebook.store.folder import folder_named
    from casebook.store.platform import private_files
    from casebook.store.recent import remember
    from casebook.store.sqlite import ENCRYPTION
    from tui.commands.opened import acting_user
    from tui.commands.telling import say

    if not name.name:
        raise RuhuError("usage_name", _("案卷要有名字。"), _("例：ruhu new 金口河"), category="usage")
    folder, author = folder_named(name), acting_user(user)
    private_files()
    title = (county or "").strip() or folder.stem
    encrypted = ENCRYPTION and not plain
    code = None
    if encrypted:
        code = _encrypted(folder, title, author)
    else:
        _plain(folder, title, author)
    remember(folder)
    say(_("已建好案卷「{name}」，管理员：{user}。").format(name=title, user=author))
    if not ENCRYPTION and not plain:
        say(_("这台电脑没有加密组件（sqlcipher3），只能建不加密的案卷。"))
    if not encrypted:
        say(_("这个案卷没有加密：能读这个文件夹的人就能读里面的名单。请放在加密的硬盘上，不要拷到 U 盘。"))
    if json:
        print_json({"casebook": str(folder), "encrypted": encrypted, "recovery_key": code})
        return 0
    print(folder)
    if code is not None:
        say_recovery_key(code)
    return 0


def say_recovery_key(code: str) -> None:
    """The recovery key on stdout, what it is for on stderr."""
    from tui.commands.telling import say

    say(_("恢复码，只显示这一次。请抄在纸上，锁好，不要和电脑放在一起；忘了口令只有它能打开案卷："))
    print(code)


def _plain(folder: Path, title: str, author: str) -> None:
    from casebook.store.casebook import create_casebook
    from tui.all_views import VIEWS

    create_casebook(folder, name=title, author=author, views=VIEWS).close()


def _encrypted(folder: Path, title: str, author: str) -> str:
    """The recovery key of the casebook made."""
    from casebook.store.folder import refuse_taken
    from casebook.store.keys.creating import create_encrypted
    from tui.all_views import VIEWS

    refuse_taken(folder)  # before anything is asked
    passphrase = asked_passphrase(author)
    book, code = create_encrypted(folder, name=title, author=author, views=VIEWS, passphrase=passphrase)
    book.close()
    return code


def asked_passphrase(author: str) -> str:
    """The passphrase of a casebook that is to be encrypted: the one given, else typed twice. Raises RuhuError (usage)
    for one that will not do, and without a terminal."""
    from tui.commands.passphrases import at_terminal, given_passphrase, new_passphrase

    given = given_passphrase()
    if given is None and not at_terminal():
        what = _("案卷要用口令加密，没有给口令")
        remedy = _("请在终端里运行，或用环境变量 RUHU_PASSPHRASE、选项 --passphrase-fd 给出；新建不加密的用 --plain")
        raise RuhuError("usage_passphrase", what, remedy, category="usage")
    return new_passphrase(author, given)
