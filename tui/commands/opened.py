"""Which casebook a command means, who acts, and that casebook open with every view; the options that say so."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook

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


def opened_casebook(path: Path | None, user: str | None) -> Casebook:
    """The casebook meant, open, for the user meant; the caller closes it. Raises RuhuError as `open_casebook` does, and
    (usage) when neither an option nor the environment nor the last time says which or who."""
    from casebook.store.casebook import open_casebook
    from casebook.store.platform import private_files
    from tui.all_views import VIEWS

    folder, author = meant_casebook(path), acting_user(user)
    private_files()
    return open_casebook(folder, author=author, views=VIEWS)


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
        try:
            name = getpass.getuser()
        except (OSError, KeyError, ImportError):  # an account without a name, as in a container
            name = ""
    if not name or not name.isprintable():
        raise RuhuError("usage_user", _("不知道是谁在操作。"), _("请用 --user 给出姓名"), category="usage")
    return name
