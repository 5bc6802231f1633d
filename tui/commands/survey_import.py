"""`ruhu survey import`: submissions copied from phones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from survey_forms.visits.importing import Taken

IMPORT_HELP = N_(
    "导入手机（ODK Collect）上填的答卷：从手机复制的 instances 文件夹、它的 zip、一个 xml，"
    "或 ODK Central 导出的 CSV 压缩包。按调查表和户编号找到入户，"
    "没有错误的直接上交，有错误的存成草稿待补正；导入过的不重复导入。没有收的列出原因，退出码 1。"
)
IMPORT_EXAMPLES = N_("ruhu survey import 手机/instances\nruhu survey import 答卷.zip --dry-run")


def survey_import(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER|FILE", readable=False, help=N_("instances 文件夹、zip 或 xml，或 CSV 压缩包")
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("只看会怎样，不写入"))] = False,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from survey_forms.visits.importing import import_submissions
    from tui.commands.opened import opened_casebook

    with opened_casebook(casebook, user) as book:
        taken = import_submissions(book, path, dry_run=dry_run)
    counts = {name: sum(one.became == name for one in taken) for name in ("submitted", "draft", "already", "left")}
    if json:
        from dataclasses import asdict

        print_json({**counts, "dry_run": dry_run, "instances": [asdict(one) for one in taken]})
    else:
        _tell(taken, counts, dry_run)
    return 1 if counts["left"] else 0


def _tell(taken: Sequence[Taken], counts: dict[str, int], dry_run: bool) -> None:
    from survey_forms.visits.visit_list import HANDLE
    from tui.commands.cells import shown
    from tui.commands.telling import say, tell

    lines = []
    for one in taken:
        if one.became == "draft":
            text = _("{visit}  {file}  存成草稿，还有 {count} 处错误")
            lines.append(text.format(visit=one.visit[:HANDLE], file=shown(one.name), count=one.problems))
        elif one.became == "submitted":
            lines.append(_("{visit}  {file}  上交").format(visit=one.visit[:HANDLE], file=shown(one.name)))
    tell(lines)
    for one in taken:
        if one.became == "left":
            say(_("没有收：{file}：{why}").format(file=shown(one.name), why=one.why))
    told = _("上交 {submitted} 份，草稿 {draft} 份，导入过的 {already} 份，没有收的 {left} 份。")
    say(told.format(**{name: f"{count:,}" for name, count in counts.items()}))
    if dry_run:
        say(_("只作比对，没有写入（--dry-run）。"))
