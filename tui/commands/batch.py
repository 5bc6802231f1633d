"""`ruhu batch`: what was handed in, by number; the same files once more; revoking with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casebook.language import N_, _
from tui.commands.help import Command
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from exports.upload.batches import BatchRow

BATCH_HELP = N_("报出去的各批：清单、再取一次文件、撤销。批次写下以后不能改。")
BATCH_EXAMPLES = N_("ruhu batch list\nruhu batch show 3 -o 上报")
LIST_HELP = N_("列出各批：编号、日期、格式、行数、省退回多少人、是否撤销。两台电脑给了同一个编号的，后面另有编号。")
LIST_EXAMPLES = "ruhu batch list\nruhu batch list --json"
SHOW_HELP = N_(
    "看一批的内容：文件、校验值、格式版本、锚的摘要、带错上报的理由。"
    "加 -o 再取一次文件，和当时写出的一个字节也不差；文件里有完整姓名和证件号。"
)
SHOW_EXAMPLES = N_("ruhu batch show 3\nruhu batch show 3 -o 上报")
REVOKE_HELP = N_("撤销一批，要写明理由。这一批的入户回到「通过」（别的批也有的除外），下次上报再写。文件仍可取出。")
REVOKE_EXAMPLES = N_("ruhu batch revoke 3 --reason 省里要求换新模板 --user 刘敏")

_SHOWN_DIGEST = 16

Number = Annotated[str, typer.Argument(metavar="N", help=N_("批次编号，见 ruhu batch list"))]


def add_batch_commands(group: typer.Typer) -> None:
    group.command("list", cls=Command, help=LIST_HELP, epilog=LIST_EXAMPLES)(batch_list)
    group.command("show", cls=Command, help=SHOW_HELP, epilog=SHOW_EXAMPLES)(batch_show)
    group.command("revoke", cls=Command, help=REVOKE_HELP, epilog=REVOKE_EXAMPLES)(batch_revoke)


def batch_list(casebook: CasebookOption = None, user: UserOption = None, json: JsonOption = False) -> int:
    from casebook.store.rights import require
    from exports.upload.batches import batches
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import say, tell

    with opened_casebook(casebook, user) as book:
        require(book.rights, "export")
        rows = batches(book)
    if json:
        print_json({"batches": [_as_json(row) for row in rows]})
    elif rows:
        tell(_line(row) for row in rows)
    else:
        say(_("还没有上报过。例：ruhu export sichuan_2016 -o 上报"))
    return 0


def batch_show(
    number: Number,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", readable=False, help=N_("把文件取到哪个文件夹，没有就新建")),
    ] = None,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from exports.upload.batches import batch_named
    from exports.upload.placing import hand_out
    from tui.commands.anchored import say_anchor
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import say, tell

    written: Sequence[Path] = ()
    with opened_casebook(casebook, user) as book:
        batch = batch_named(book, number)
        if output is not None:
            written = hand_out(book, batch.id, output)
            say_anchor(book)
    if json:
        print_json(_as_json(batch) | {"written": [str(path) for path in written]})
        return 0
    if output is None:
        tell(_whole(batch))
        return 0
    tell(str(path) for path in written)
    say(_("第 {number} 批的 {count} 个文件，和当时写出的相同。文件里有完整证件号，请妥善保管。").format(
        number=batch.name, count=f"{len(written):,}"
    ))  # fmt: skip
    return 0


def batch_revoke(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=N_("为什么撤销"))] = "",
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from exports.upload.batches import batch_named, revoke
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import tell

    with opened_casebook(casebook, user) as book:
        fact = revoke(book, number, reason)
        (target,) = book.connection.execute("SELECT batch FROM batch_revoked WHERE id = ?", (fact,)).fetchone()
        batch = batch_named(book, target)
    if json:
        print_json(_as_json(batch))
    else:
        tell([_("第 {number} 批已撤销。里面的人下次上报时再写。").format(number=batch.name)])
    return 0


def _line(row: BatchRow) -> str:
    """One batch in a line."""
    from casebook.store.clock import local_text

    told = [
        _("第 {number} 批").format(number=row.name),
        local_text(row.wall)[:16],
        row.title,
        _("{rows} 行，{files} 个文件").format(
            rows=f"{row.rows:,}", files=f"{sum(file.upload for file in row.files):,}"
        ),
    ]  # fmt: skip
    if row.left_out:
        told.append(_("未上报 {count} 人").format(count=f"{row.left_out:,}"))
    if row.rejected:
        told.append(_("省退回 {count} 人").format(count=f"{row.rejected:,}"))
    elif row.feedbacks:
        told.append(_("省已反馈"))
    if row.revoked:
        told.append(_("已撤销（{reason}）").format(reason=row.reason))
    return "  ".join([*told, row.author])


def _whole(row: BatchRow) -> list[str]:
    from casebook.store.anchor import grouped
    from casebook.store.clock import local_text

    lines = [
        _line(row),
        _("格式：{name} {version}，摘要 {digest}").format(
            name=row.format, version=row.version, digest=row.format_sha256[:_SHOWN_DIGEST]
        ),
        _("锚的摘要：{digest}").format(digest=grouped(row.head)),
    ]
    lines += [
        _("{file}：{rows} 行，{size} 字节，SHA-256 {digest}").format(
            file=file.name, rows=f"{file.rows:,}", size=f"{file.size:,}", digest=file.sha256
        )
        for file in row.files
    ]
    lines += [_("带错上报 {key}：{reason}").format(key=key, reason=reason) for key, reason in row.included]
    if row.revoked:
        text = _("{at} 由 {author} 撤销：{reason}")
        lines.append(text.format(at=local_text(row.revoked_at)[:16], author=row.revoked_by, reason=row.reason))
    return lines


def _as_json(row: BatchRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "id": row.id,
        "at": row.wall,
        "author": row.author,
        "format": {
            "name": row.format, "title": row.title, "version": row.version, "sha256": row.format_sha256
        },
        "rows": row.rows,
        "left_out": row.left_out,
        "files": [
            {"name": file.name, "sha256": file.sha256, "size": file.size, "rows": file.rows, "upload": file.upload}
            for file in row.files
        ],
        "included": [{"key": key, "reason": reason} for key, reason in row.included],
        "head": row.head,
        "feedbacks": row.feedbacks,
        "rejected": row.rejected,
        "revoked": {"at": row.revoked_at, "by": row.revoked_by, "reason": row.reason} if row.revoked else None,
    }  # fmt: skip
