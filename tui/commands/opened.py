"""Which casebook a command means, who acts and proves it, that casebook open with every view; the options for it."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.passphrases import at_terminal, given_passphrase, tried

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from casebook.store.keys.key_file import KeyFile

CasebookOption = Annotated[
    Path | None,
    typer.Option(
        "-c",
        "--casebook",
        metavar="CASEBOOK",
        readable=False,
        help=N_("哪个案卷；不给时用环境变量 RUHU_CASEBOOK，再没有就用上次打开的"),
    ),
]
UserOption = Annotated[
    str | None,
    typer.Option("--user", metavar="NAME", help=N_("谁在操作；不给时用环境变量 RUHU_USER，再没有就用系统账号")),
]
JsonOption = Annotated[bool, typer.Option("--json", help=N_("结果以 JSON 写到标准输出"))]


def opened_casebook(path: Path | None, user: str | None, *, notice: bool = True) -> Casebook:
    """The casebook meant, open, for the user meant; the caller closes it. Raises RuhuError as `open_casebook` and
    `signed_in` do, and (usage) when neither an option nor the environment nor the last time says which or who.
    `notice`: who signs in for the first time is asked to accept the confidentiality notice."""
    from casebook.store.casebook import open_casebook
    from casebook.store.folder import DATABASE, check_folder
    from casebook.store.platform import private_files
    from tui.all_views import VIEWS

    folder = meant_casebook(path)
    check_folder(folder)
    author, key = signed_in(folder / DATABASE, user)
    private_files()
    book = open_casebook(folder, author=author, views=VIEWS, key=key)
    if notice and key is not None:
        from tui.commands.notice import ask_notice

        try:
            ask_notice(book)
        except BaseException:
            book.close()
            raise
    return book


def signed_in(database: Path, user: str | None) -> tuple[str, bytes | None]:
    """Who acts on a casebook's database or a backup, and its key after their passphrase; None for a plain one.

    Raises RuhuError: nobody says who (usage), no passphrase without a terminal (usage), a wrong one, no key file.
    """
    name, keys = user_and_key(database, user)
    return name, None if keys is None else proven(keys, name)[0]


def user_and_key(database: Path, user: str | None, folder: Path | None = None) -> tuple[str, KeyFile | None]:
    """Who acts on a database, not proven yet, and its key file; None for a plain one. `folder`: a casebook that may
    have a newer edition of the key file. Raises RuhuError as `signed_in`."""
    from casebook.store.keys.key_file import keys_of
    from casebook.store.sqlite import refuse_without_encryption

    keys = keys_of(database, folder)
    if keys is None:
        return acting_user(user), None
    refuse_without_encryption(database)
    return user_with_key(keys, user), keys


def proven(keys: KeyFile, name: str) -> tuple[bytes, str]:
    """The key from a user's slot, and the passphrase: the one given, else asked for. Raises RuhuError as
    `signed_in`."""
    return _proven(keys, name, given_passphrase())


def asked_key(keys: KeyFile, name: str) -> bytes:
    """The key from a user's slot with a passphrase asked for, whatever was given."""
    return _proven(keys, name, None)[0]


def _proven(keys: KeyFile, name: str, given: str | None) -> tuple[bytes, str]:
    from casebook.store.keys.slots import key_of_user

    prompt = _("「{casebook}」{name} 的口令：").format(casebook=keys.casebook, name=name)
    return tried(prompt, given, lambda typed: (key_of_user(keys, name, typed), typed))


def proven_by_recovery(keys: KeyFile) -> tuple[bytes, str]:
    """The same by the recovery key, given or asked for in the passphrase's place."""
    from casebook.store.keys.slots import key_of_recovery

    wrong = ("wrong_recovery_key", "usage_recovery_key")
    return tried(_("恢复码："), given_passphrase(), lambda typed: (key_of_recovery(keys, typed), typed), wrong)


def user_with_key(keys: KeyFile, user: str | None) -> str:
    """Who of those with a key acts: the one named, else RUHU_USER, the only one, the system's account, the one chosen
    at the terminal. Raises RuhuError (usage) for one without a key, and when nobody says who."""
    from casebook.store.keys.slots import names_in, slot_named

    if user is not None or os.environ.get("RUHU_USER"):
        return slot_named(keys, acting_user(user)).name
    names = names_in(keys)
    if len(names) == 1:
        return names[0]
    account = _system_account()
    if account in names:
        return account
    if not at_terminal():
        what = _("这个案卷有 {count} 个人的钥匙，不知道是谁在操作").format(count=len(names))
        raise RuhuError("usage_user", what, _("请用 --user 给出姓名"), category="usage")
    return _chosen(names)


def _chosen(names: tuple[str, ...]) -> str:
    from tui.commands.telling import say

    say(_("是谁在操作？"))
    for number, name in enumerate(names, 1):
        say(f"{number:3} {name}")
    while True:
        print(_("输入序号或姓名："), end="", file=sys.stderr, flush=True)
        typed = input().strip()
        if typed in names:
            return typed
        if typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(names):
            return names[int(typed) - 1]


def meant_casebook(path: Path | None) -> Path:
    """The folder of the casebook a command is about. Raises RuhuError (usage) when nothing says which."""
    folder = known_casebook(path)
    if folder is None:
        what = _("不知道是哪个案卷。")
        raise RuhuError("usage_casebook", what, _("请用 -c 指定，或先用 ruhu open 打开一次"), category="usage")
    return folder


def known_casebook(path: Path | None) -> Path | None:
    """The one named, else RUHU_CASEBOOK, else the one opened last; None without any. `.ruhu` may be left out."""
    from casebook.store.folder import folder_named
    from casebook.store.recent import last_opened

    named = path or Path(os.environ.get("RUHU_CASEBOOK", ""))
    if not named.name:
        return last_opened()
    return named if named.exists() else folder_named(named)


def acting_user(user: str | None) -> str:
    """The one named, else RUHU_USER, else the system's account. Raises RuhuError (usage) when none has a name."""
    name = (user if user is not None else os.environ.get("RUHU_USER", "")).strip()
    if not name and user is None:
        name = _system_account()
    if not name or not name.isprintable():
        raise RuhuError("usage_user", _("不知道是谁在操作。"), _("请用 --user 给出姓名"), category="usage")
    return name


def _system_account() -> str:
    """The account's name, '' where it has none, as in a container."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
