"""`ruhu open`: a casebook in the interface, or what is in it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.opened import UserOption

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook

OPEN_HELP = N_("打开案卷的界面。以后不写 -c 的命令都用这个案卷。")
OPEN_EXAMPLES = N_("ruhu open 金口河.ruhu\nruhu open --no-tui")

_UNTIL_BACKUP = 3.0  # seconds the first screen has for itself


def open_(
    casebook: Annotated[
        Path | None,
        typer.Argument(
            metavar="CASEBOOK", readable=False, help=N_("案卷文件夹；不给时用环境变量 RUHU_CASEBOOK，再没有就用上次的")
        ),
    ] = None,
    user: UserOption = None,
    no_tui: Annotated[bool, typer.Option("--no-tui", help=N_("只说里面有什么，不打开界面"))] = False,
) -> int:
    from casebook.store.backup import daily_backup
    from casebook.store.recent import remember
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import tell

    with opened_casebook(casebook, user) as book:
        remember(book.folder)
        if not no_tui:
            return show(book)
        try:
            daily_backup(book)
        except RuhuError as error:
            _say_no_backup(error)
        tell(_contents(book))
        return 0


def show(book: Casebook) -> int:
    """The interface over an open casebook; the exit code."""
    gc.disable()  # what is loaded now stays: looking it through meanwhile takes a fifth of the way to the first screen
    from tui.screens.app import run_app

    with _backed_up_daily(book):
        return run_app(book)


@contextmanager
def _backed_up_daily(book: Casebook) -> Iterator[None]:
    """The day's backup beside the work; what went wrong is said when the screen is free again."""
    from casebook.store.backup import daily_backup

    failed: list[RuhuError] = []
    ended = threading.Event()

    def run() -> None:
        ended.wait(_UNTIL_BACKUP)
        try:
            daily_backup(book)
        except RuhuError as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="daily backup")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    for error in failed:
        _say_no_backup(error)


def _say_no_backup(error: RuhuError) -> None:
    from tui.commands.exits import line_of
    from tui.commands.telling import say

    say(_("今天的备份没有做成：{why}").format(why=line_of(error)))


def _contents(book: Casebook) -> list[str]:
    """What is in it, in a few lines without names of persons."""
    from audit.queue import counts_by_status
    from audit.statuses import STATUS_NAMES
    from casebook.store.backup import newest_backup
    from casebook.store.clock import local_text
    from casebook.store.sources import LIST_NAMES, LIST_SIDES, sources
    from tui.commands.next_step import next_step

    connection = book.connection
    facts, newest = connection.execute("SELECT count(*), max(wall) FROM envelope").fetchone()
    backup = newest_backup(book.folder)
    lines = [
        _("案卷「{name}」：{folder}").format(name=book.name, folder=book.folder),
        _("已加密") if book.encrypted else _("没有加密"),
        _("{facts} 条事实，最新一条 {when}").format(facts=f"{facts:,}", when=local_text(newest)),
    ]
    for side in LIST_SIDES:
        for identity, _arrival, _side in sources(connection, side)[:1]:
            rows, wall = connection.execute("SELECT rows, wall FROM source WHERE id = ?", (identity,)).fetchone()
            text = _("{list}：{rows} 行，{when} 导入")
            lines.append(text.format(list=_(LIST_NAMES[side]), rows=f"{rows:,}", when=local_text(wall)))
    counts = counts_by_status(book)
    for status, title in STATUS_NAMES.items():
        if counts.get(status):
            lines.append(_("疑点 {status}：{count} 条").format(status=_(title), count=f"{counts[status]:,}"))
    if then := next_step(book):
        lines.append(then)
    if backup is not None:
        when = backup.made.isoformat(sep=" ", timespec="minutes")
        lines.append(_("最近的备份：{made}").format(made=when))
    return lines
