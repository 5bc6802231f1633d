"""`ruhu notice`: the confidentiality notice, and who accepted it; asking for it when somebody signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from casebook.store.notice import Notice

NOTICE_HELP = N_(
    "保密告知的全文，谁在什么时候确认过。每人在每个案卷里确认一次；"
    "案卷文件夹里放一个 notice.txt（UTF-8），就用它代替自带的，大家再确认一次。"
)
NOTICE_EXAMPLES = "ruhu notice\nruhu notice --accept"


def notice(
    accept: Annotated[bool, typer.Option("--accept", help=N_("我看过了，照此遵守"))] = False,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from casebook.store.clock import local_text
    from casebook.store.notice import accept as accept_notice
    from casebook.store.notice import acceptances, has_accepted, notice_of
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import tell

    with opened_casebook(casebook, user, notice=False) as book:
        current = notice_of(book.folder)
        if accept:
            accept_notice(book, current)
        found = [one for one in acceptances(book.connection) if one.sha256 == current.sha256]
        if json:
            who = [{"name": one.name, "at": one.wall} for one in found]
            told = {"version": current.version, "sha256": current.sha256, "text": current.text, "accepted": who}
            print_json(told)
            return 0
        tell([*current.text.split("\n"), ""])
        tell(_("{when}  {name} 已确认").format(when=local_text(one.wall), name=one.name) for one in reversed(found))
        if not has_accepted(book, current):
            tell([_("{name} 还没有确认。确认请运行 ruhu notice --accept").format(name=book.author)])
    return 0


def ask_notice(book: Casebook) -> None:
    """At a terminal the acting person accepts the notice once before going on; without one it goes on record that they
    have not. A plain casebook, where nobody signs in, asks nobody. Raises RuhuError (usage) for a no."""
    from casebook.store.devices import awaits_first_packet
    from casebook.store.notice import accept, has_accepted, note_not_accepted, notice_of
    from casebook.store.rights import CLOSED
    from tui.commands.passphrases import at_terminal

    if not book.encrypted or book.rights.role == CLOSED or awaits_first_packet(book.whole):
        return
    current = notice_of(book.folder)
    if has_accepted(book, current):
        return
    if not at_terminal():
        note_not_accepted(book, current)
        return
    if not _agreed(current):
        what = _("没有确认保密告知，不能打开案卷")
        raise RuhuError("notice_refused", what, _("看过后请再运行一次"), category="usage")
    accept(book, current)


def _agreed(current: Notice) -> bool:
    import sys
    from shutil import get_terminal_size

    from tui.commands.cells import wrap
    from tui.commands.telling import say

    width = get_terminal_size((80, 24)).columns
    for line in current.text.split("\n"):
        say("\n".join(wrap(line, width)))
    say("")
    while True:
        print(_("看过并照此遵守，输入「是」或 y；不同意输入「否」或 n："), end="", file=sys.stderr, flush=True)
        typed = input().strip().lower()
        if typed in ("是", "y", "yes", "同意"):
            return True
        if typed in ("否", "n", "no", "不同意"):
            return False
