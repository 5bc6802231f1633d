"""`ruhu import feedback`: what the province sends back, onto the right people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.import_ import DryRun, PasswordFd
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from exports.upload.feedback import Feedback

FEEDBACK_HELP = N_(
    "导入省里的反馈：错误清单（有姓名、证件号或人编号，和错误说明一类的列）、我们的上报表加了错误说明，"
    "或者省里下一次返回的名单（--as list：不在里面的、值不一样的算退回）。"
    "退回的人成为疑点，入户退回调查人，改好通过以后自动再报。认不准是谁的行一条条列出，退出码为 1。"
)
FEEDBACK_EXAMPLES = N_(
    "ruhu import feedback 校验错误.xlsx\n"
    "ruhu import feedback 校验错误.xlsx --batch 3 --dry-run\n"
    "ruhu import feedback 返回名单.xlsx --batch 3 --as list"
)

_LIST = ("list", "名单")
_MOST = 50
"""Rows that were not taken, of which each is told."""


def import_feedback(
    file: Annotated[Path, typer.Argument(metavar="FILE", readable=False, help=N_("省里发回的文件"))],
    batch: Annotated[
        str | None, typer.Option("--batch", metavar="N", help=N_("是哪一批的；不给时看里面的人是哪一批的"))
    ] = None,
    kind: Annotated[
        str, typer.Option("--as", metavar="KIND", help=N_("list：这是省里下一次返回的名单，逐人对比"))
    ] = "",
    casebook: CasebookOption = None,
    user: UserOption = None,
    password_fd: PasswordFd = None,
    dry_run: DryRun = False,
    json: JsonOption = False,
) -> int:
    from casebook.store.backup import rolling_backup
    from exports.upload import feedback
    from tui.commands.inputs import password_source
    from tui.commands.opened import opened_casebook
    from tui.commands.progress_line import progress_line
    from tui.commands.telling import tell

    if kind and kind not in _LIST:
        what = _("--as 在这里只能是 list。")
        raise RuhuError("usage_as", what, _("错误清单不用写 --as"), category="usage")
    ask = password_source(password_fd)
    password: Callable[[], str | None] | None = (lambda: ask(file.name)) if ask is not None else None
    with opened_casebook(casebook, user) as book, progress_line() as progress:
        done = feedback.import_feedback(
            book, file, batch, as_list=bool(kind), dry_run=dry_run, password=password, progress=progress,
            before_writing=lambda: rolling_backup(book, "import"),
        )  # fmt: skip
    if json:
        print_json(_as_json(done, dry_run))
    else:
        tell(_lines(done, dry_run))
    return 1 if done.unmatched else 0


def _as_json(done: Feedback, dry_run: bool) -> dict[str, Any]:
    from survey_forms.visits.visit_list import HANDLE

    return {
        "batch": {"number": done.batch.number, "id": done.batch.id},
        "file": done.file,
        "sha256": done.sha256,
        "as": done.shape,
        "dry_run": dry_run,
        "already": bool(done.already),
        "lines": done.lines,
        "accepted": done.accepted,
        "rejected": [
            {
                "key": one.row.key,
                "visit": one.row.visit[:HANDLE],
                "messages": [
                    {"text": str(told.text), "field": told.field, "column": told.title} for told in one.messages
                ],
            }
            for one in done.rejected
        ],
        "unmatched": [{"sheet": one.sheet, "row": one.row, "why": str(one.why)} for one in done.unmatched],
        "returned": [one.visit[:HANDLE] for one in done.returned],
    }  # fmt: skip


def _lines(done: Feedback, dry_run: bool) -> list[str]:
    text = _("第 {number} 批的反馈，{lines} 行：退回 {rejected} 人，通过 {accepted} 人")
    lines = [
        text.format(
            number=done.batch.name, lines=f"{done.lines:,}", rejected=f"{len(done.rejected):,}",
            accepted=f"{done.accepted:,}",
        )
    ]  # fmt: skip
    for one in done.unmatched[:_MOST]:
        told = _("没有采用：{sheet} 第 {row} 行，{why}") if one.sheet else _("没有采用：第 {row} 行，{why}")
        lines.append(told.format(sheet=one.sheet, row=one.row, why=one.why))
    if len(done.unmatched) > _MOST:
        more = _("没有采用的还有 {count} 行，用 --json 全部列出")
        lines.append(more.format(count=f"{len(done.unmatched) - _MOST:,}"))
    if done.already:
        lines.append(_("这个文件已经导入过（{when}），没有改动。").format(when=done.already))
    elif dry_run:
        lines.append(_("只作比对，没有写入（--dry-run）。"))
    elif done.rejected:
        told = _("疑点 {findings} 条（F3 核对，类别「省退回」），{visits} 户退回调查人；改好、通过后再上报。")
        lines.append(told.format(findings=f"{len(done.rejected):,}", visits=f"{len(done.returned):,}"))
    if done.unmatched:
        lines.append(_("没有采用的行，请看清是谁，补上人编号或证件号再导入一次。"))
    return lines
