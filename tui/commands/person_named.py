"""Which person a command is about: an id as an argument; an identity number never, it would stay in the shell's
history."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.passphrases import ask, at_terminal

if TYPE_CHECKING:
    from casebook.store.sqlite import Connection

PersonArgument = Annotated[
    str | None, typer.Argument(metavar="PERSON", help=N_("人员编号，P 开头；不给就问证件号（不显示），或用 --stdin"))
]
StdinOption = Annotated[bool, typer.Option("--stdin", help=N_("从标准输入读一行：证件号或人员编号"))]

_LONGEST = 64
_HOW = N_("请给人员编号，或用 --stdin 从标准输入给证件号")


def person_named(connection: Connection, given: str | None, stdin: bool) -> str:
    """The id of the person meant. Raises RuhuError (usage) for an unknown one, for a number that several people have,
    and for one that was written as an argument."""
    from casebook.store.who import people_of_number

    typed = (given or "").strip()
    if typed == "-":  # as other arguments that carry a person's data
        typed, stdin = "", True
    if typed and (stdin or not _is_id(typed)):
        what = _("证件号不要写在命令里：它会留在终端的历史记录里")
        raise RuhuError("number_in_argument", what, _(_HOW), category="usage")
    if not typed:
        typed = (sys.stdin.readline(_LONGEST) if stdin else _asked()).strip()
    if _is_id(typed):
        return typed.upper()
    people = people_of_number(connection, typed)
    if len(people) > 1:
        what = _("这个证件号在名单上是 {count} 个人的").format(count=len(people))
        remedy = _("请用其中一个编号：{people}；是同一个人就先在疑点里定下来").format(people=_("、").join(people))
        raise RuhuError("several_people", what, remedy, category="usage")
    return people[0]


def _is_id(typed: str) -> bool:
    """Whether this is a person's id: P and 12 letters or digits."""
    return len(typed) == 13 and typed[:1] in "Pp" and typed.isascii() and typed.isalnum()


def _asked() -> str:
    if not at_terminal():
        what = _("不知道是哪个人。")
        raise RuhuError("usage_person", what, _(_HOW), category="usage")
    return ask(_("证件号（不显示）："))
