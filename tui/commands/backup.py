"""`ruhu backup`: a checked copy of the casebook."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from casebook.errors import Place, RuhuError
from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

BACKUP_HELP = N_(
    "备份案卷：复制成一个文件，读回核对，案卷开着也可以。不给 -o 就放在案卷的 backups 文件夹里。"
    "加密的案卷，备份也加密，旁边放它的密钥文件。"
)
BACKUP_EXAMPLES = N_("ruhu backup\nruhu backup -o 移动硬盘/\nruhu backup -c 金口河.ruhu -o 金口河-备份.db")


def backup(
    casebook: CasebookOption = None,
    user: UserOption = None,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE", help=N_("备份文件，或放它的文件夹"))
    ] = None,
    json: JsonOption = False,
) -> int:
    from datetime import datetime

    from casebook.store.access import exported
    from casebook.store.backup import back_up, backup_name
    from casebook.store.folder import KEY_ENDING
    from tui.commands.anchored import say_anchor
    from tui.commands.opened import opened_casebook
    from tui.commands.outputs import refuse_overwriting
    from tui.commands.telling import say

    with opened_casebook(casebook, user) as book:
        target = None if output is None else Path(output)
        if target is not None and output and (target.is_dir() or output.endswith(("/", os.sep))):
            target = target / backup_name("ruhu", datetime.now())  # a disk that is not there is no name for a file
        refuse_overwriting([target], [book.path])
        for path in () if target is None else (target, target.with_name(target.name + KEY_ENDING)):
            if path.exists():
                what, remedy = _("已有这个文件，备份不替换它"), _("请换一个文件名，或给出文件夹")
                raise RuhuError("output_taken", what, remedy, Place(file=path.name), category="usage")
        if target is not None:
            exported(book, "backup", [target.name])
            say_anchor(book)
        made = back_up(book, target)
        encrypted = book.encrypted
    if json:
        told = {
            "path": str(made.path),
            "key_file": None if made.key_file is None else str(made.key_file),
            "bytes": made.size,
            "sha256": made.sha256,
            "facts": made.facts,
            "head": made.head,
            "broken": made.broken,
        }
        print_json(told)
    else:
        print(made.path)
        if made.key_file is not None:
            print(made.key_file)
        text = _("{facts} 条事实，{size} KB，已读回核对。SHA-256 {sha256}")
        size = f"{made.size // 1024:,}"
        say(text.format(facts=f"{made.facts:,}", size=size, sha256=made.sha256))
    if output is not None and not encrypted:
        say(_("备份没有加密，里面是完整的名单，请妥善保管。"))
    if made.key_file is not None:
        say(_("备份已加密；恢复时两个文件都要，口令或恢复码照旧。"))
    if made.broken:
        say(_("案卷的记录有 {count} 处断了，备份里也一样；用 ruhu log verify 查看。").format(count=made.broken))
    return 1 if made.broken else 0
