"""`ruhu forms check`: everything that is wrong with a questionnaire, with sheet, row and column."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.opened import JsonOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from survey_forms.xlsform import CheckedForm
    from survey_forms.xlsform_messages import FormTrouble

CHECK_HELP = N_(
    "检查调查表（XLSForm 的 .xlsx，或 XForm 的 .xml）：一次说出所有要改的地方，写明哪张表、第几行、哪一列、怎么改；"
    "两种手机程序读法不同的表达式也会提醒。有要改的，退出码为 1。"
)
CHECK_EXAMPLES = N_("ruhu forms check 入户表.xlsx\nruhu forms check 入户表.xlsx --json")

FormFile = Annotated[
    Path, typer.Argument(metavar="FILE", readable=False, help=N_("调查表：XLSForm（.xlsx、.xls）或 XForm（.xml）"))
]


def forms_check(file: FormFile, json: JsonOption = False) -> int:
    from survey_forms.xlsform import check_form

    checked = check_form(file)
    if json:
        print_json(_as_json(file.name, checked))
    else:
        _tell(file.name, checked)
    return 1 if checked.troubles else 0


def _tell(file: str, checked: CheckedForm) -> None:
    from tui.commands.cells import shown
    from tui.commands.telling import say, tell

    tell(_line(trouble) for trouble in checked.troubles)
    tell(_("提醒：{line}").format(line=_line(notice)) for notice in checked.notices)
    if checked.troubles:
        say(_("{file}：{count} 处要改，改好以后再检查一次。").format(file=file, count=len(checked.troubles)))
    elif checked.compiled is not None and checked.definition is not None:
        form, count = checked.compiled, len(checked.definition.questions)
        text = _("{file}：可以用。「{title}」（{form} {version}），{count} 道题。")
        told = text.format(file=file, title=form.title, form=form.form_id, version=form.version, count=count)
        tell([shown(told)])


def _line(trouble: FormTrouble) -> str:
    from tui.commands.cells import shown
    from tui.commands.exits import line_of

    return shown(line_of(RuhuError("form_trouble", trouble.what, trouble.remedy, trouble.place)))


def _as_json(file: str, checked: CheckedForm) -> dict[str, Any]:
    form, definition = checked.compiled, checked.definition
    return {
        "file": file,
        "form_id": form.form_id if form else None,
        "version": form.version if form else None,
        "title": form.title if form else None,
        "questions": len(definition.questions) if definition else None,
        "troubles": [_told(trouble) for trouble in checked.troubles],
        "notices": [_told(notice) for notice in checked.notices],
    }


def _told(trouble: FormTrouble) -> dict[str, Any]:
    place = trouble.place
    where = {"sheet": place.sheet or None, "row": place.row, "column": place.column or None}
    return {**where, "what": trouble.what, "remedy": trouble.remedy}
