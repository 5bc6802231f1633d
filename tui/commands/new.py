"""`ruhu new`: an empty casebook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.opened import UserOption

NEW_HELP = N_("新建一个案卷：一个以 .ruhu 结尾的文件夹，名单、裁定、记录都在里面。你成为它的管理员。")
NEW_EXAMPLES = N_("ruhu new 金口河\nruhu new 核查/金口河.ruhu --county 金口河区 --user 李希楷")


def new(
    name: Annotated[Path, typer.Argument(metavar="NAME", readable=False, help=N_("案卷的名字；.ruhu 可以不写"))],
    county: Annotated[
        str | None, typer.Option("--county", metavar="COUNTY", help=N_("哪个县，显示在界面上；不给时同案卷名"))
    ] = None,
    user: UserOption = None,
) -> int:
    from casebook.store.casebook import create_casebook
    from casebook.store.folder import folder_named
    from casebook.store.platform import private_files
    from casebook.store.recent import remember
    from tui.all_views import VIEWS
    from tui.commands.opened import acting_user
    from tui.commands.telling import say

    if not name.name:
        raise RuhuError("usage_name", _("案卷要有名字。"), _("例：ruhu new 金口河"), category="usage")
    folder, author = folder_named(name), acting_user(user)
    private_files()
    title = (county or "").strip() or folder.stem
    create_casebook(folder, name=title, author=author, views=VIEWS).close()
    remember(folder)
    say(_("已建好案卷「{name}」，管理员：{user}。").format(name=title, user=author))
    say(_("这个案卷没有加密：能读这个文件夹的人就能读里面的名单。请放在加密的硬盘上，不要拷到 U 盘。"))
    print(folder)
    return 0
