"""The commands of `ruhu forms`, gathered."""

from __future__ import annotations

import typer

from casebook.language import N_
from tui.commands.forms_check import CHECK_EXAMPLES, CHECK_HELP, forms_check
from tui.commands.forms_csv import EXPORT_CSV_EXAMPLES, EXPORT_CSV_HELP, export_odk_csv
from tui.commands.forms_eval import EVAL_EXAMPLES, EVAL_HELP, eval_
from tui.commands.forms_import import IMPORT_EXAMPLES, IMPORT_HELP, forms_import
from tui.commands.forms_list import LIST_EXAMPLES, LIST_HELP, forms_list
from tui.commands.forms_replay import REPLAY_EXAMPLES, REPLAY_HELP, replay
from tui.commands.help import Command

FORMS_HELP = N_("调查表（XLSForm）：检查、导入、列出。手机上的 ODK Collect、KoboToolbox 用同一张表。")
FORMS_EXAMPLES = N_("ruhu forms check 入户表.xlsx\nruhu forms list")


def add_form_commands(group: typer.Typer) -> None:
    group.command("check", cls=Command, help=CHECK_HELP, epilog=CHECK_EXAMPLES)(forms_check)
    group.command("import", cls=Command, help=IMPORT_HELP, epilog=IMPORT_EXAMPLES)(forms_import)
    group.command("list", cls=Command, help=LIST_HELP, epilog=LIST_EXAMPLES)(forms_list)
    group.command("eval", cls=Command, help=EVAL_HELP, epilog=EVAL_EXAMPLES)(eval_)
    group.command("replay", cls=Command, help=REPLAY_HELP, epilog=REPLAY_EXAMPLES)(replay)
    group.command("export-odk-csv", cls=Command, help=EXPORT_CSV_HELP, epilog=EXPORT_CSV_EXAMPLES)(export_odk_csv)
