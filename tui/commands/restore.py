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
RESTORE_EXAMPLES = N_(
    "ruhu restore 金口河-备份.db\nruhu restore 移动硬盘/备份.db -c 金口河.ruhu\nruhu restore 备份.db --recovery"
)


def restore(
    backup: Annotated[Path, typer.Argument(metavar="BACKUP", readable=False, help=N_("备份文件"))],
    casebook: CasebookOption = None,
    user: UserOption = None,
    recovery: Annotated[bool, typer.Option("--recovery", help=N_("忘了口令：凭恢复码恢复，以后再定新口令"))] = False,
    json: JsonOption = False,
) -> int:
    from casebook.store.platform import private_files
    from casebook.store.recent import last_opened, remember
    from casebook.store.restore import check_backup, restore
    from tui.all_views import VIEWS
    from tui.commands.opened import meant_casebook, proven, proven_by_recovery, user_and_key
    from tui.commands.telling import say, tell

    folder = meant_casebook(casebook)
    check_backup(folder, backup)
    author, keys = user_and_key(backup, user, folder)
    key, old_key = None, None
    if keys is not None:
        key, secret = proven_by_recovery(keys) if recovery else proven(keys, author)
        old_key = _key_in_place(folder, author, key, secret, recovery)
    private_files()
    done = restore(folder, backup, author=author, views=VIEWS, key=key, old_key=old_key)
    if last_opened() is None:  # another computer; beside a casebook in use a copy must not become what is written to
        remember(folder)
    if json:
        told = {
            "casebook": str(folder),
            "facts": done.facts,
            "heads": [{"device": device, "seq": seq, "digest": digest} for device, seq, digest in done.heads],
            "device": done.device,
            "lost": done.lost,
            "kept_as": None if done.kept_as is None else str(done.kept_as),
            "encrypted": key is not None,
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
    if key is None:
        say(_("恢复的案卷没有加密；要加密请用 ruhu rekey。"))
    return 0


def _key_in_place(folder: Path, author: str, key: bytes, secret: str, recovery: bool) -> bytes | None:
    """The key of the casebook that is there, which may have been given another since the backup: with the same
    passphrase or recovery key, else asked for. None where it is plain, or its key file is gone or damaged."""
    from casebook.errors import RuhuError
    from casebook.store.folder import DATABASE
    from casebook.store.keys.key_file import key_id_of, keys_of
    from casebook.store.keys.slots import key_of_recovery, key_of_user
    from tui.commands.opened import asked_key
    from tui.commands.passphrases import at_terminal
    from tui.commands.telling import say

    database = folder / DATABASE
    if key_id_of(database) in (None, key[-16:]):
        return None
    try:
        keys = keys_of(database)
    except RuhuError:
        return None
    if keys is None:
        return None
    try:
        return key_of_recovery(keys, secret) if recovery else key_of_user(keys, author, secret)
    except RuhuError as error:
        if error.code not in ("wrong_passphrase", "wrong_recovery_key") or not at_terminal():
            raise
    say(_("现在的案卷用的是另一个口令。"))
    return asked_key(keys, author)
