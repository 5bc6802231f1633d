"""`ruhu log export`: the log and the access log as a workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

EXPORT_HELP = N_(
    "把日志和查阅记录写成工作簿，首页有锚，可以打印签字。"
    "只写做了什么、谁、什么时候、哪一条，不写证件号、病情和别人写下的理由。"
)
EXPORT_EXAMPLES = N_("ruhu log export -o 日志.xlsx\nruhu log export -o 十一月.xlsx --from 2026-11-01 --to 2026-11-30")


def log_export(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="F.xlsx", readable=False, help=N_("写到哪里"))
    ] = None,
    first: Annotated[str, typer.Option("--from", metavar="DAY", help=N_("从哪天起，例 2026-11-01"))] = "",
    last: Annotated[str, typer.Option("--to", metavar="DAY", help=N_("到哪天为止，含这一天"))] = "",
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from casebook.store.history import LogFilter
    from casebook.store.rights import require
    from exports.log_workbook import TITLE
    from tui.commands.opened import opened_casebook
    from tui.commands.outputs import list_to_write
    from tui.commands.progress_line import progress_line
    from tui.commands.telling import say
    from tui.screens.log_book import write_log_book

    wanted = LogFilter(first=_day(first), last=_day(last), silent=True)
    with opened_casebook(casebook, user) as book:
        require(book.rights, "log")
        path = list_to_write(output, [book.path], TITLE, _("例：ruhu log export -o 日志.xlsx"))
        with progress_line() as progress:
            written = write_log_book(book, path, wanted, wanted, progress)
    if json:
        print_json(
            {"output": str(path), "facts": written.facts, "accesses": written.accesses, "anchor": written.anchor}
        )
        return 0
    print(path)
    text = _("{facts} 条事实，{accesses} 条查阅记录。")
    say(text.format(facts=f"{written.facts:,}", accesses=f"{written.accesses:,}"))
    say(_("锚：{line}").format(line=written.anchor))
    return 0


def _day(given: str) -> str:
    """The day as ISO, '' for none. Raises RuhuError (usage)."""
    try:
        return date.fromisoformat(given).isoformat() if given else ""
    except ValueError:
        what = _("日期写得不对：{value}").format(value=given[:20])
        raise RuhuError("usage_day", what, _("请写成 2026-11-01 这样"), category="usage") from None
