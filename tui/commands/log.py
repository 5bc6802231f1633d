"""`ruhu log`: the trail of facts, whole or not, and its newest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook

LOG_HELP = N_("案卷的记录：谁在什么时候做了什么，有没有被人动过。")
LOG_EXAMPLES = "ruhu log verify\nruhu log list -n 20"
VERIFY_HELP = N_(
    "逐条核对事实的链条、内容和查阅记录，看有没有被改动、删除或调换。"
    "完整退出码为 0；否则为 1，并说出断的是哪几条。"
)
VERIFY_EXAMPLES = N_("ruhu log verify -c 金口河.ruhu\nruhu log verify --json")
LIST_HELP = N_("列出最新的事实：时间、编号（成批的结论是批次）、做了什么、谁。编号可用于 ruhu audit undo。")
LIST_EXAMPLES = "ruhu log list -n 50\nruhu log list --json"

_KIND_WIDTH = 14
SHOWN_ID = 9
"""Characters of an id that are shown: enough to name it by; a batch begins with B."""

_PAGE = 500
_SHOWN_DIGEST = 16


def log_verify(casebook: CasebookOption = None, user: UserOption = None, json: JsonOption = False) -> int:
    from casebook.store.health import broken_text
    from casebook.store.sqlite import DatabaseError, explained
    from casebook.store.verify import verify
    from tui.commands.opened import opened_casebook
    from tui.commands.progress_line import progress_line
    from tui.commands.telling import tell

    with opened_casebook(casebook, user) as book, progress_line() as progress:
        try:
            verified = verify(book.connection, progress)
        except DatabaseError as error:
            raise explained(error, book.path) from error
    if json:
        heads = [{"device": device, "seq": seq, "digest": digest} for device, seq, digest in verified.heads]
        broken = [{"what": b.what, "device": b.device, "seq": b.seq, "id": b.id} for b in verified.broken]
        print_json({"whole": not broken, "facts": verified.facts, "heads": heads, "broken": broken})
    elif verified.broken:
        tell(broken_text(broken) for broken in verified.broken)
    else:
        tell([_("{facts} 条事实，链条完整").format(facts=f"{verified.facts:,}")])
        for device, seq, digest in verified.heads:
            text = _("设备 {device}：到第 {seq} 条，摘要 {digest}")
            print(text.format(device=device, seq=seq, digest=digest[:_SHOWN_DIGEST]))
    return 1 if verified.broken else 0


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
