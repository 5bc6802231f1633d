"""Is a casebook whole, and is it safe where it lies (`ruhu doctor`)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from casebook.errors import RuhuError
from casebook.language import N_, _
from casebook.progress import Progress, report
from casebook.store.backup import newest_backup
from casebook.store.beside import open_locks
from casebook.store.casebook import Casebook
from casebook.store.folder import DATABASE, leftovers, private_file, temporary_folder
from casebook.store.platform import free_bytes
from casebook.store.sqlite import DatabaseError, connect, explained, wal_is_safe
from casebook.store.verify import Broken, What, verify
from casebook.store.views import contents, rebuild

State = Literal["ok", "notice", "bad"]

OLD_BACKUP = 7
"""Days after which a casebook without a newer backup is worth a word."""

_SPARE = 256 * 1024**2

_BROKEN: dict[What, str] = {
    "envelope": N_("事实的信封与它的摘要不符，被改动过"),
    "chain": N_("事实没有接着上一条，链条断了"),
    "gap": N_("这个编号的事实不见了"),
    "head": N_("最新一条与记下的不符，后面的事实被删过或改过"),
    "body": N_("事实的内容与它的摘要不符，被改动过或删掉了"),
    "pieces": N_("名单的行或核对的结果与摘要不符，被改动过"),
    "access": N_("查阅记录从这一条起被改动过或缺了"),
    "device": N_("这台电脑的设备号与记录不符，被改动过"),
    "name": N_("案卷的名字与建案卷时的不符，被改动过"),
    "keys": N_("这台设备的密钥与公布的不符，被改动过或丢了"),
    "anchor": N_("锚里记着这一条，它不见了或换成了别的"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `name` is a stable English word; `what` and `remedy` are the user's language."""

    name: str
    state: State
    what: str
    remedy: str = ""


def examine(casebook: Casebook, progress: Progress | None = None) -> list[Check]:
    """Look at everything, in this order; nothing is changed. Never raises for what it finds."""
    looked: tuple[tuple[str, Callable[[Casebook], Check]], ...] = (
        ("pages", _pages),
        ("references", _references),
        ("trail", lambda book: _trail(book, progress)),
        ("views", _views),
        ("journal", _journal),
        ("keys", _keys),
        ("permissions", _permissions),
        ("backup", _backup),
        ("space", _space),
        ("temporary", _temporary),
    )
    checks = []
    for done, (name, look) in enumerate(looked):
        report(progress, _("检查案卷"), done, len(looked))
        try:
            checks.append(look(casebook))
        except DatabaseError as error:
            told = explained(error, casebook.path)
            checks.append(Check(name, "bad", told.what, told.remedy))
        except RuhuError as error:
            checks.append(Check(name, "bad" if error.code == "damaged" else "notice", error.what, error.remedy))
    return checks


def whole(checks: list[Check]) -> bool:
    return all(check.state != "bad" for check in checks)


def broken_text(broken: Broken) -> str:
    """What is wrong with one fact, and which it is."""
    what = _(_BROKEN[broken.what])
    if broken.what == "access":
        return _("查阅记录第 {seq} 条：{what}").format(seq=broken.seq, what=what)
    if broken.what == "name":
        return what
    if not broken.seq:
        return _("设备 {device}：{what}").format(device=broken.device, what=what)
    text = _("设备 {device} 第 {seq} 条事实：{what}")
    return text.format(device=broken.device, seq=broken.seq, what=what)


def _pages(book: Casebook) -> Check:
    """The second check reads the file alone, past the log in which a page may stand that is torn in the file: so the
    log is brought in first. The first has read every page in use as it counts."""
    found = [str(row[0]) for row in book.whole.execute("PRAGMA integrity_check(1)")]
    if book.encrypted:
        busy, frames, moved = book.whole.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        if not busy and frames == moved:
            found += ["damaged" for _row in book.whole.execute("PRAGMA cipher_integrity_check")]
    if found != ["ok"]:
        return Check("pages", "bad", _("数据库已损坏"), _("请用 ruhu restore 恢复最近的备份"))
    return Check("pages", "ok", _("数据库文件完好"))


def _references(book: Casebook) -> Check:
    if book.whole.execute("PRAGMA foreign_key_check").fetchone() is not None:
        return Check("references", "bad", _("有内容找不到它的事实"), _("请用 ruhu restore 恢复最近的备份"))
    if open_locks(book.whole):
        remedy = _("案卷文件被别的程序动过：用 ruhu log verify 核对，再用 ruhu restore 恢复备份")
        return Check("references", "bad", _("不让改动事实的锁被拆了"), remedy)
    return Check("references", "ok", _("每份内容都有它的事实"))


def _trail(book: Casebook, progress: Progress | None) -> Check:
    verified = verify(book.whole, progress)
    if verified.broken:
        remedy = _("共 {count} 处，用 ruhu log verify 看全部；备份里可能有没动过的").format(count=len(verified.broken))
        return Check("trail", "bad", broken_text(verified.broken[0]), remedy)
    what = _("{facts} 条事实，链条完整").format(facts=f"{verified.facts:,}")
    return Check("trail", "ok", what)


def _views(book: Casebook) -> Check:
    """On a copy: the tables as they are, and made anew from the facts."""
    remedy = _("事实若完好，请报告这个问题；否则用 ruhu restore 恢复备份")
    with temporary_folder(book.folder) as folder:
        copy = private_file(folder / DATABASE)
        with closing(connect(copy, book.key)) as connection:
            book.whole.backup(connection)
            before = contents(connection, book.views)
            connection.execute("BEGIN")
            try:
                rebuild(connection, book.views)
            except DatabaseError:
                raise
            except Exception:  # a body that was changed may break the rules of any view, in any way
                return Check("views", "bad", _("事实的内容不合规则，查询用的表算不出来"), remedy)
            after = contents(connection, book.views)
    differing = [table for table, rows in before.items() if rows != after[table]]
    if differing:
        what = _("查询用的表与事实不符：{tables}").format(tables=", ".join(differing))
        return Check("views", "bad", what, remedy)
    return Check("views", "ok", _("查询用的表与事实一致"))


def _journal(book: Casebook) -> Check:
    mode = str(book.whole.execute("PRAGMA journal_mode").fetchone()[0]).upper()
    (synchronous,) = book.whole.execute("PRAGMA synchronous").fetchone()
    if (mode, synchronous) not in ((("WAL", 2),) if wal_is_safe() else (("DELETE", 3),)):
        return Check("journal", "notice", _("断电时可能丢最后一步"), _("请关掉所有打开它的程序，再打开一次"))
    return Check("journal", "ok", _("每一步保存后断电也不丢"))


def _keys(book: Casebook) -> Check:
    """Both copies of the key file: there, whole, the same, and as somebody with the key wrote them."""
    from casebook.store.keys.key_file import both_copies, read_key_file, seal_holds
    from casebook.store.keys.wrapping import KEY, KEY_ID

    if book.key is None:
        return Check("keys", "notice", _("案卷没有加密"), _("里面有真名单时，请用 ruhu rekey 加密"))
    if len(book.key) != KEY:
        return Check("keys", "ok", _("案卷已加密"))
    found = []
    for path in both_copies(book.folder, book.key[-KEY_ID:]):
        try:
            found.append(read_key_file(path))
        except (RuhuError, FileNotFoundError):
            what = _("两份密钥文件少了或坏了一份：{folder}").format(folder=path.parent.name)
            return Check("keys", "bad", what, _("请运行 ruhu backup，会重写两份"))
    newest = max(found, key=lambda one: one.edition)
    if not seal_holds(newest, book.key):
        what = _("密钥文件被人改动过，不再往里写")
        return Check("keys", "bad", what, _("请把备份旁边的密钥文件拷回 keys 和 backups 文件夹"))
    if found[0] != found[1]:
        return Check("keys", "notice", _("两份密钥文件不一样"), _("请运行 ruhu backup，会重写两份"))
    people = sum(slot.kind == "user" for slot in newest.slots)
    what = _("案卷已加密，{people} 个人有钥匙，两份密钥文件完好").format(people=people)
    return Check("keys", "ok", what)


def _permissions(book: Casebook) -> Check:
    if os.name != "posix":
        return Check("permissions", "ok", _("文件权限随所在的文件夹"))
    if any(path.stat().st_mode & 0o077 for path in _private_paths(book.folder)):
        what, remedy = _("这台电脑的其他用户也能读案卷的文件"), _("在终端运行：chmod -R go= 案卷文件夹")
        return Check("permissions", "notice", what, remedy)
    return Check("permissions", "ok", _("只有你能读案卷的文件"))


def _private_paths(folder: Path) -> Iterator[Path]:
    """The folder and what lies in it."""
    yield folder
    yield from (path for path in folder.iterdir())
    yield from (path for inner in folder.iterdir() if inner.is_dir() for path in inner.iterdir())


def _backup(book: Casebook) -> Check:
    newest = newest_backup(book.folder)
    remedy = _("请运行 ruhu backup，并用 -o 在别的盘上也放一份")
    if newest is None:
        return Check("backup", "notice", _("还没有备份"), remedy)
    days = (datetime.now() - newest.made).days
    if days > OLD_BACKUP:
        return Check("backup", "notice", _("最近的备份是 {days} 天前的").format(days=days), remedy)
    what = _("最近的备份：{made}").format(made=newest.made.isoformat(sep=" ", timespec="minutes"))
    return Check("backup", "ok", what)


def _space(book: Casebook) -> Check:
    free = free_bytes(book.folder)
    if free is None:
        return Check("space", "ok", _("这个系统不说还剩多少空间"))
    megabytes = f"{free // 1024**2:,}"
    if free < 2 * book.path.stat().st_size + _SPARE:
        what = _("磁盘只剩 {megabytes} MB").format(megabytes=megabytes)
        return Check("space", "notice", what, _("请清理磁盘；太满时备份和导入会停下"))
    return Check("space", "ok", _("磁盘还有 {megabytes} MB").format(megabytes=megabytes))


def _temporary(book: Casebook) -> Check:
    if leftovers(book.folder):
        what = _("临时文件夹里有东西：别的程序正在用，或上次被强行关掉")
        return Check("temporary", "notice", what, _("下次打开案卷时会自动清掉"))
    return Check("temporary", "ok", _("临时文件夹是空的"))
