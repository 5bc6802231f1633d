"""`ruhu forms import`: a questionnaire into the casebook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

IMPORT_HELP = N_(
    "把调查表导入案卷。编译好的表存在案卷里，入户时不再需要原文件。同一张表再导入没有影响；改过的表要把 version 加大。"
)
IMPORT_EXAMPLES = N_("ruhu forms import --built-in\nruhu forms import 入户表.xlsx -c 金口河.ruhu")


def forms_import(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", readable=False, help=N_("调查表：XLSForm（.xlsx、.xls）或 XForm（.xml）")),
    ] = None,
    built_in: Annotated[bool, typer.Option("--built-in", help=N_("导入程序自带的入户表（内置，可替换）"))] = False,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from survey_forms.stored_forms import import_form, standard_form
    from tui.commands.cells import shown
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import tell

    if (file is None) is not built_in:
        what = _("FILE 和 --built-in 只给一样。") if built_in else _("请给出调查表文件。")
        remedy = _("程序自带的入户表：ruhu forms import --built-in")
        raise RuhuError("usage_form", what, remedy, category="usage")
    with opened_casebook(casebook, user) as book:
        done = import_form(book, file or standard_form())
    if json:
        from dataclasses import asdict
        print_json(asdict(done))
        return 0
    text = _("已导入「{title}」（{form} {version}）。")
    if not done.new:
        text = _("案卷里已有这张表，没有改动：「{title}」（{form} {version}）。")
    tell([shown(text.format(title=done.title, form=done.form_id, version=done.version))])
    return 0
