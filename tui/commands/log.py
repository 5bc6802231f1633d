"""`ruhu log` and `ruhu log list`: the trail of facts, its newest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casebook.language import N_
from tui.commands.help import Command
from tui.commands.log_anchor import ANCHOR_EXAMPLES, ANCHOR_HELP, log_anchor
from tui.commands.log_export import EXPORT_EXAMPLES, EXPORT_HELP, log_export
from tui.commands.log_verify import VERIFY_EXAMPLES, VERIFY_HELP, log_verify
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook

LOG_HELP = N_("案卷的记录：谁在什么时候做了什么，有没有被人动过。")
LOG_EXAMPLES = N_("ruhu log verify\nruhu log anchor\nruhu log export -o 日志.xlsx")
LIST_HELP = N_("列出最新的事实：时间、编号（成批的结论是批次）、做了什么、谁。编号可用于 ruhu audit undo。")
LIST_EXAMPLES = "ruhu log list -n 50\nruhu log list --json"

_KIND_WIDTH = 14
SHOWN_ID = 9
"""Characters of an id that are shown: enough to name it by; a batch begins with B."""

_PAGE = 500


def add_log_commands(group: typer.Typer) -> None:
    group.command("verify", cls=Command, help=VERIFY_HELP, epilog=VERIFY_EXAMPLES)(log_verify)
    group.command("anchor", cls=Command, help=ANCHOR_HELP, epilog=ANCHOR_EXAMPLES)(log_anchor)
    group.command("list", cls=Command, help=LIST_HELP, epilog=LIST_EXAMPLES)(log_list)
    group.command("export", cls=Command, help=EXPORT_HELP, epilog=EXPORT_EXAMPLES)(log_export)


def log_list(
    casebook: CasebookOption = None,
    user: UserOption = None,
    count: Annotated[
        int, typer.Option("-n", "--count", metavar="N", min=1, max=100_000, help=N_("最新的多少条；不给时 20 条"))
    ] = 20,
    json: JsonOption = False,
) -> int:
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import tell

    with opened_casebook(casebook, user) as book:
        if json:
            print_json(_newest(book, count))
        else:
            tell(_lines(book, count))
    return 0


def _newest(book: Casebook, count: int) -> list[dict[str, Any]]:
    """The envelopes, newest first, as they are stored."""
    columns = ("arrival", "id", "device", "seq", "kind", "area", "wall", "author")
    rows = book.connection.execute(
        f"SELECT {', '.join(columns)} FROM envelope ORDER BY arrival DESC LIMIT ?", (count,)
    ).fetchall()
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _lines(book: Casebook, count: int) -> Iterator[str]:
    """What was done, as the log screen says it."""
    from casebook.store.clock import local_text
    from casebook.store.history import LogFilter, log_ids, log_rows
    from tui.commands.cells import pad
    from tui.screens.fact_words import kind_name, told

    ids = log_ids(book, LogFilter(), count, fold=True)
    for start in range(0, len(ids), _PAGE):
        for row in log_rows(book, ids[start : start + _PAGE], fold=True):
            envelope = row.fact.envelope
            when = local_text(envelope.wall, seconds=True)
            kind = pad(kind_name(envelope.kind), _KIND_WIDTH)
            identity = ((row.fact.body or {}).get("batch") or envelope.id)[:SHOWN_ID]
            yield f"{when}  {identity}  {kind}{envelope.author}  {told(row)}".rstrip()
