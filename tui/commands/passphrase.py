"""`ruhu passphrase`: another passphrase, also when the old one is forgotten; another recovery key."""

from __future__ import annotations

from typing import Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

PASSPHRASE_HELP = N_(
    "换自己的口令。忘了口令用 --recovery，凭恢复码定新口令。--new-recovery-key 换一个恢复码，旧的从此作废。"
    "新口令由终端问，或用环境变量 RUHU_NEW_PASSPHRASE 给出。"
)
PASSPHRASE_EXAMPLES = N_(
    "ruhu passphrase\nruhu passphrase --user 李希楷 --recovery\nruhu passphrase --new-recovery-key"
)


def passphrase(
    casebook: CasebookOption = None,
    user: UserOption = None,
    recovery: Annotated[bool, typer.Option("--recovery", help=N_("忘了口令：凭恢复码定一个新的"))] = False,
    new_recovery_key: Annotated[
        bool, typer.Option("--new-recovery-key", help=N_("口令不换，换一个恢复码，打印一次"))
    ] = False,
    new_passphrase_fd: Annotated[
        int | None, typer.Option("--new-passphrase-fd", metavar="N", help=N_("从这个文件描述符读新口令"))
    ] = None,
    json: JsonOption = False,
) -> int:
    from casebook.store.casebook import open_casebook
    from casebook.store.folder import DATABASE, check_folder
    from casebook.store.keys.key_file import KeyFile
    from casebook.store.keys.noted import note_slot
    from casebook.store.keys.slots import change_passphrase, changed_keys
    from casebook.store.keys.slots import new_recovery_key as with_new_code
    from casebook.store.platform import private_files
    from casebook.store.rights import require
    from tui.all_views import VIEWS
    from tui.commands.new import say_recovery_key
    from tui.commands.opened import meant_casebook, proven, proven_by_recovery, user_and_key
    from tui.commands.passphrases import given_new_passphrase, new_passphrase, read_descriptor
    from tui.commands.telling import say

    if recovery and new_recovery_key:
        what = _("--recovery 与 --new-recovery-key 不能一起用。")
        raise RuhuError("usage_passphrase", what, _("请先定新口令，再换恢复码"), category="usage")
    folder = meant_casebook(casebook)
    check_folder(folder)
    private_files()
    author, keys = user_and_key(folder / DATABASE, user)
    if keys is None:
        what = _("这个案卷没有加密，没有口令")
        raise RuhuError("usage_not_encrypted", what, _("要加密请用 ruhu rekey"), category="usage")
    key, _secret = proven_by_recovery(keys) if recovery else proven(keys, author)
    code = ""
    with open_casebook(folder, author=author, views=VIEWS, key=key) as book:
        if new_recovery_key:
            require(book.rights, "rekey")
        else:
            given = given_new_passphrase()
            if new_passphrase_fd is not None:
                given = read_descriptor(new_passphrase_fd, "--new-passphrase-fd")
            chosen = new_passphrase(author, given)

        def change(of: KeyFile) -> KeyFile:
            nonlocal code
            if not new_recovery_key:
                return change_passphrase(of, key, author, chosen)
            after, code = with_new_code(of, key)
            return after

        with book.writing() as writing:  # first, so that no change is without its fact
            how = "recovery_key" if new_recovery_key else "recovery" if recovery else "own"
            writing.append("passphrase", {"name": author, "how": how})
        keys = changed_keys(folder, change)
        with book.writing() as writing:
            note_slot(writing.connection, keys, *(("recovery", "") if new_recovery_key else ("user", author)))
    if json:
        print_json({"casebook": str(folder), "user": author, "recovery_key": code or None})
        return 0
    if new_recovery_key:
        say(_("恢复码已换，旧的不能再用。"))
        say_recovery_key(code)
    else:
        say(_("{user} 的口令已换。旧备份旁的密钥文件里仍是旧口令。").format(user=author))
    return 0
