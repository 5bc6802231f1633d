"""`ruhu log export`: the log and the access log as a workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from casebook.errors import Place, RuhuError
from casebook.language import N_, _, in_all_languages
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
    from tui.commands.opened import opened_casebook
    from tui.commands.progress_line import progress_line
    from tui.commands.telling import say
    from tui.screens.log_book import write_log_book

    wanted = LogFilter(first=_day(first), last=_day(last), silent=True)
    with opened_casebook(casebook, user) as book:
        require(book.rights, "log")
        path = _checked(output, book.path)
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


def _checked(output: Path | None, database: Path) -> Path:
    """Where to write. Raises RuhuError (usage) for no place, another kind of file, one that is no log."""
    from exports.log_workbook import TITLE
    from exports.visit_workbook import made_here
    from tui.commands.outputs import refuse_overwriting

    if output is None or output.suffix.lower() != ".xlsx":
        what = _("请用 -o 给出文件名，以 .xlsx 结尾。")
        raise RuhuError("usage_export", what, _("例：ruhu log export -o 日志.xlsx"), category="usage")
    refuse_overwriting([output], [database])
    if output.exists() and not made_here(output, in_all_languages(TITLE)):
        what, remedy = _("已有这个文件，它不是案卷日志，没有替换"), _("请换一个文件名")
        raise RuhuError("output_taken", what, remedy, Place(file=output.name), "usage")
    return output
