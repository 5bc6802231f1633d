"""`ruhu restore`: a backup in the place of a casebook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

RESTORE_HELP = N_(
    "用备份恢复案卷。先核验备份，再一步换上；原来的案卷留在 backups 文件夹里，没有备份到的事实会报出条数。"
    "-c 给一个还没有的名字，就恢复成新案卷。"
)
RESTORE_EXAMPLES = N_("ruhu restore 金口河-备份.db\nruhu restore 移动硬盘/备份.db -c 金口河.ruhu")


def restore(
    backup: Annotated[Path, typer.Argument(metavar="BACKUP", readable=False, help=N_("备份文件"))],
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from casebook.store.platform import private_files
    from casebook.store.restore import restore
    from tui.all_views import VIEWS
    from tui.commands.opened import acting_user, meant_casebook
    from tui.commands.telling import tell

    folder, author = meant_casebook(casebook), acting_user(user)
    private_files()
    done = restore(folder, backup, author=author, views=VIEWS)
    if json:
        told = {
            "casebook": str(folder),
            "facts": done.facts,
            "heads": [{"device": device, "seq": seq, "digest": digest} for device, seq, digest in done.heads],
            "device": done.device,
            "lost": done.lost,
            "kept_as": None if done.kept_as is None else str(done.kept_as),
        }
        print_json(told)
        return 0
    text = _("已恢复：{facts} 条事实，链条完整。这个案卷从此用新的设备号 {device}。")
    lines = [text.format(facts=f"{done.facts:,}", device=done.device)]
    if done.kept_as is not None:
        lines.append(_("原来的案卷留作：{path}").format(path=done.kept_as))
        if done.lost is None:
            lines.append(_("原来的案卷已读不出来，不知道少了几条事实。"))
        else:
            lines.append(_("原来的案卷里有而备份里没有的事实：{lost} 条。").format(lost=f"{done.lost:,}"))
    tell(lines)
    return 0
