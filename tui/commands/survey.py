"""The commands of `ruhu survey`, gathered."""

from __future__ import annotations

import typer

from casebook.language import N_
from tui.commands.help import Command
from tui.commands.survey_export import EXPORT_EXAMPLES, EXPORT_HELP, survey_export
from tui.commands.survey_fill import FILL_EXAMPLES, FILL_HELP, survey_fill
from tui.commands.survey_import import IMPORT_EXAMPLES, IMPORT_HELP, survey_import
from tui.commands.survey_list import (
    ASSIGN_EXAMPLES,
    ASSIGN_HELP,
    LIST_EXAMPLES,
    LIST_HELP,
    PROGRESS_EXAMPLES,
    PROGRESS_HELP,
    survey_assign,
    survey_list,
    survey_progress,
)
from tui.commands.survey_plan import PLAN_EXAMPLES, PLAN_HELP, survey_plan
from tui.commands.survey_print import PRINT_EXAMPLES, PRINT_HELP, survey_print
from tui.commands.survey_review import REVIEW_EXAMPLES, REVIEW_HELP, survey_review

SURVEY_HELP = N_("入户：按村排户、分派、打印、填答、审核、导入手机上填的、导出。每个命令都有 --help。")
SURVEY_EXAMPLES = "ruhu survey plan\nruhu survey list\nruhu survey progress"


def add_survey_commands(group: typer.Typer) -> None:
    for name, text, examples, run in (
        ("plan", PLAN_HELP, PLAN_EXAMPLES, survey_plan),
        ("list", LIST_HELP, LIST_EXAMPLES, survey_list),
        ("assign", ASSIGN_HELP, ASSIGN_EXAMPLES, survey_assign),
        ("print", PRINT_HELP, PRINT_EXAMPLES, survey_print),
        ("fill", FILL_HELP, FILL_EXAMPLES, survey_fill),
        ("review", REVIEW_HELP, REVIEW_EXAMPLES, survey_review),
        ("import", IMPORT_HELP, IMPORT_EXAMPLES, survey_import),
        ("export", EXPORT_HELP, EXPORT_EXAMPLES, survey_export),
        ("progress", PROGRESS_HELP, PROGRESS_EXAMPLES, survey_progress),
    ):
        group.command(name, cls=Command, help=text, epilog=examples)(run)
