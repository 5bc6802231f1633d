"""`ruhu forms list`: the questionnaires of the casebook; the built-in one as a workbook to edit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from survey_forms.stored_forms import StoredForm

LIST_HELP = N_("列出案卷里的调查表，新的在前。--save-built-in 把程序自带的入户表另存出来，好用 Excel 或 WPS 修改。")
LIST_EXAMPLES = N_("ruhu forms list\nruhu forms list --save-built-in 入户表.xlsx")


def forms_list(
    save: Annotated[
        Path | None,
        typer.Option("--save-built-in", metavar="FILE.xlsx", readable=False, help=N_("把自带的入户表另存到这里")),
    ] = None,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    if save is not None:
        return _save(save)
    from survey_forms.stored_forms import forms
    from tui.commands.opened import opened_casebook

    with opened_casebook(casebook, user) as book:
        found = forms(book)
    if json:
        from dataclasses import asdict
        print_json([asdict(form) for form in found])
    else:
        _tell(found)
    return 0


def _tell(found: list[StoredForm]) -> None:
    from casebook.store.clock import local_text
    from tui.commands.cells import shown
    from tui.commands.telling import say, tell

    tell(
        _("{when}  {form} {version}  {title}  {file}").format(
            when=local_text(form.wall),
            form=shown(form.form_id),
            version=shown(form.version),
            title=shown(form.title),
            file=shown(form.file),
        )
        for form in found
    )
    if not found:
        say(_("案卷里还没有调查表。导入自带的：ruhu forms import --built-in"))


def _save(path: Path) -> int:
    from casebook.errors import Place, RuhuError
    from casebook.store.platform import write_atomically
    from survey_forms.stored_forms import standard_form
    from tui.commands.outputs import refuse_overwriting
    from tui.commands.telling import say

    refuse_overwriting([path], [])
    if path.exists() or path.suffix.lower() != ".xlsx":
        what = _("已有这个文件，没有替换") if path.exists() else _("调查表的文件名要以 .xlsx 结尾")
        raise RuhuError("output_taken", what, _("请换一个文件名"), Place(path.name), "usage")
    write_atomically(path, standard_form().read_bytes())
    say(_("{file}：自带的入户表，改好后用 ruhu forms check 检查。").format(file=path.name))
    return 0
