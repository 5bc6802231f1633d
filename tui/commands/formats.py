"""The commands of `ruhu formats`, gathered."""

from __future__ import annotations

import typer

from casebook.language import N_
from tui.commands.formats_check import CHECK_EXAMPLES, CHECK_HELP, formats_check
from tui.commands.formats_learn import LEARN_EXAMPLES, LEARN_HELP, formats_learn
from tui.commands.formats_list import LIST_EXAMPLES, LIST_HELP, formats_list
from tui.commands.help import Command

FORMATS_HELP = N_("上报格式：省里要的表有哪些列、每列填什么。列出、检查，或从省里的模板认出来。")
FORMATS_EXAMPLES = N_("ruhu formats list\nruhu formats check 本县上报表.toml")


def add_format_commands(group: typer.Typer) -> None:
    group.command("list", cls=Command, help=LIST_HELP, epilog=LIST_EXAMPLES)(formats_list)
    group.command("check", cls=Command, help=CHECK_HELP, epilog=CHECK_EXAMPLES)(formats_check)
    group.command("learn", cls=Command, help=LEARN_HELP, epilog=LEARN_EXAMPLES)(formats_learn)
