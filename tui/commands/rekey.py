"""`ruhu rekey`: the casebook under a new key, or encrypted at last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.accounts import Account
    from casebook.store.keys.key_file import KeyFile
    from casebook.store.keys.rekey import Rekeyed

REKEY_HELP = N_(
    "给案卷换一把新密钥：有人离开、口令或旧备份可能泄露时用。留下的人口令不变，恢复码不变；"
    "案卷文件夹里的备份一起换，别处的旧备份仍用旧密钥。没有加密的案卷用它加密。"
)
REKEY_EXAMPLES = N_("ruhu rekey\nruhu rekey -c 金口河.ruhu --keep-backups")

_MOST_NAMED = 12


def rekey(
    casebook: CasebookOption = None,
    user: UserOption = None,
    keep_backups: Annotated[
        bool, typer.Option("--keep-backups", help=N_("案卷文件夹里的备份不换，仍用旧密钥"))
    ] = False,
    json: JsonOption = False,
) -> int:
    from casebook.store.accounts import rights_of
    from casebook.store.casebook import open_casebook
    from casebook.store.folder import DATABASE, check_folder
    from casebook.store.keys.rekey import rekey as give_new_key
    from casebook.store.keys.slots import key_of_user, new_key, new_keys
    from casebook.store.platform import private_files
    from casebook.store.rights import require
    from tui.all_views import VIEWS
    from tui.commands.new import asked_passphrase, say_recovery_key
    from tui.commands.opened import meant_casebook, proven, user_and_key
    from tui.commands.progress_line import progress_line
    from tui.commands.telling import say, tell

    folder = meant_casebook(casebook)
    check_folder(folder)
    private_files()
    code, key, first, passphrase = None, None, None, ""
    author, keys = user_and_key(folder / DATABASE, user)
    if keys is not None:
        key, passphrase = proven(keys, author)
    with open_casebook(folder, author=author, views=VIEWS, key=key) as book:
        require(rights_of(book.whole, author, plain=False), "rekey")  # as it will be
        name = book.name
    if key is None:
        passphrase = asked_passphrase(author)
        first, after, code = new_keys(author, passphrase, name)
    else:
        after = new_key()

    def former(of: KeyFile) -> bytes | None:
        from casebook.errors import RuhuError

        try:
            return key_of_user(of, author, passphrase)
        except RuhuError:
            return None

    with progress_line() as progress:
        done = give_new_key(
            folder, key, after, author=author, views=VIEWS, first=first, backups=not keep_backups, old_key=former,
            progress=progress,
        )  # fmt: skip
    if json:
        told = {
            "casebook": str(folder),
            "key_id": after[-16:].hex(),
            "facts": done.facts,
            "backups": done.backups,
            "left": list(done.left),
            "people": list(done.people),
            "dropped": [name for name in done.dropped if name],
            "recovery_key_dropped": "" in done.dropped,
            "without_key": [one.name for one in done.keyless],
            "recovery_key": code,
        }
        print_json(told)
    else:
        text = _("已加密：{facts} 条事实，链条完整。") if key is None else _("已换密钥：{facts} 条事实，链条完整。")
        lines = [text.format(facts=f"{done.facts:,}")]
        lines.append(_("案卷文件夹里的备份换了 {count} 份。").format(count=done.backups))
        lines += [_("没有换的备份，仍用旧密钥，不要了就删掉：{name}").format(name=name) for name in done.left]
        tell([*lines, *_holders(done)])
        if code is not None:
            say_recovery_key(code)
    if key is None:
        say(_("原来没有加密的文件已删除，但在磁盘上可能还恢复得出来；要紧的话请换到加密的硬盘上。"))
    if not keep_backups:
        say(_("别处的旧备份仍用旧密钥，请另外备份（ruhu backup -o），旧的销毁。"))
    return 0


def _holders(done: Rekeyed) -> list[str]:
    """For whom the new key is, for whom it is no more, and how those get one who have none."""
    lines = [_("有钥匙的：{names}").format(names=_("、").join(done.people))]
    if dropped := [name for name in done.dropped if name]:
        what = _("去掉的钥匙（账号没有开、已停用，或不是案卷里记的那一把）：{names}")
        lines.append(what.format(names=_("、").join(dropped)))
    if "" in done.dropped:
        lines.append(_("恢复码不是案卷里记的那一个，已作废。请换一个：ruhu passphrase --new-recovery-key"))
    if done.keyless:
        lines.append(
            _("有账号、在这台电脑上没有钥匙的 {count} 人。也要用这台电脑的，请本人来输口令：").format(
                count=len(done.keyless)
            )
        )
        lines += [_command(one) for one in done.keyless[:_MOST_NAMED]]
        lines += ["……"] if len(done.keyless) > _MOST_NAMED else []
    return lines


def _command(account: Account) -> str:
    """What gives this account a key and leaves its role and places as they are."""
    words = ["ruhu", "account", "add", account.name, "--role", account.role]
    for area in account.areas:
        words += ["--area", area] if area else []
    return " ".join(f'"{word}"' if " " in word else word for word in words)
