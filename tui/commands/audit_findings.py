"""`ruhu audit findings`: the findings of the casebook, as a list or as the workbook to answer in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from audit.answers import Answer
    from audit.queue import Filter, QueueRow
    from audit.statuses import Status
    from casebook.store.casebook import Casebook

FINDINGS_HELP = N_(
    "列出疑点：编号、级别、类别、乡镇、村、姓名、状态；号码不显示。不给条件时只列还要处理的。"
    "用 -o 写成疑点工作簿（含完整证件号），已定的填好结论，填完用 ruhu audit decide --from 读回。"
)
FINDINGS_EXAMPLES = N_(
    "ruhu audit findings --township 永和镇 --severity A\n"
    "ruhu audit findings --status returned --json\n"
    "ruhu audit findings -o 疑点.xlsx"
)

_SHOWN = 50

TownshipOption = Annotated[str, typer.Option("--township", metavar="TOWNSHIP", help=N_("只要这个乡镇的"))]


def audit_findings(
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status",
            metavar="STATUS",
            help=N_(
                "只要这种状态的，可多次给：returned 再议、conflict 冲突、open 未定、unsigned 待复签、pending 待查、"
                "referred 已退回、visit 待入户、settled 已定，all 全部"
            ),
        ),
    ] = None,
    township: TownshipOption = "",
    severity: Annotated[str, typer.Option("--severity", metavar="A|B|C", help=N_("只要这一级的"))] = "",
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help=N_("只要这一类的，英文名或中文名"))] = "",
    text: Annotated[
        str,
        typer.Option("--text", metavar="TEXT", help=N_("姓名、姓名拼音首字母或户编号以此开头的；写 - 从标准输入读")),
    ] = "",
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="OUT.xlsx", readable=False, help=N_("写成疑点工作簿"))
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=0, help=N_("最多列多少条；不给时 50 条，0 为全部"))
    ] = None,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from audit.queue import counts_by_status, queue_ids, queue_rows
    from audit.stored_result import run_here
    from tui.commands.inputs import personal
    from tui.commands.next_step import next_step
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import say

    if output is not None and limit is not None and not json:
        what, remedy = _("--limit 只用于列表，-o 总是写全。"), _("请去掉一个")
        raise RuhuError("usage_limit", what, remedy, category="usage")
    text = personal(text)
    with opened_casebook(casebook, user) as book:
        if not any(counts_by_status(book).values()):
            run_here(book)  # says so when there was no run yet, or it is elsewhere
        wanted = findings_filter(book, status, township, severity, kind, text, everything=output is not None)
        ids = queue_ids(book, wanted)
        if output is not None:
            _write(book, ids, output)
            if not json:
                print(output)
        most = limit if limit is not None else (0 if json else _SHOWN)
        rows = queue_rows(book, ids[:most] if most else ids) if json or output is None else []
        then = next_step(book)
    if json:
        print_json({"total": len(ids), "findings": [_as_json(row) for row in rows]})
    elif output is None:
        _tell(rows, len(ids))
    if then:
        say(then)
    return 0


def findings_filter(
    book: Casebook,
    status: Sequence[str] | None = None,
    township: str = "",
    severity: str = "",
    kind: str = "",
    text: str = "",
    *,
    everything: bool = False,
) -> Filter:
    """What the options mean; without a status what is still to do, or `everything`. Raises RuhuError (usage) for a
    status, township, severity or kind that the findings don't have."""
    from audit.kinds import KINDS
    from audit.queue import Filter, filter_choices
    from audit.statuses import EVERY, TO_DO

    choices = filter_choices(book)
    titles = {_(of_kind.title): name for name, of_kind in KINDS.items()}
    kind, severity = titles.get(kind, kind), severity.upper()
    for given, known, what in (
        (township, choices.townships, _("没有这个乡镇的疑点：{value}")),
        (severity, choices.severities, _("没有这一级的疑点：{value}")),
        (kind, choices.kinds, _("没有这一类的疑点：{value}")),
    ):
        names = [name for name, _count in known]
        if given and given not in names:
            shown = [_(KINDS[name].title) for name in names] if known is choices.kinds else filter(None, names)
            remedy = _("可用的值：{values}").format(values=_("、").join(shown))
            raise RuhuError("usage_filter", what.format(value=given), remedy, category="usage")
    statuses = _statuses(status) if status else (EVERY if everything else TO_DO)
    return Filter(statuses=statuses, township=township, severity=severity, kind=kind, text=text)


def _statuses(given: Sequence[str]) -> tuple[Status, ...]:
    from audit.statuses import EVERY, STATUS_NAMES

    by_name: dict[str, Status] = {name: status for status, title in STATUS_NAMES.items() for name in (status, _(title))}
    found: dict[Status, None] = {}
    for text in given:
        for name in text.replace("，", ",").split(","):
            if name.strip() in ("all", _("全部")):
                found.update(dict.fromkeys(EVERY))
            elif name.strip() in by_name:
                found[by_name[name.strip()]] = None
            else:
                what = _("没有这种状态：{value}").format(value=name.strip())
                remedy = _("可用的值：{values}").format(values=_("、").join((*STATUS_NAMES, "all")))
                raise RuhuError("usage_status", what, remedy, category="usage")
    return tuple(found)


def _write(book: Casebook, ids: Sequence[int], output: Path) -> None:
    """The workbook of these findings, whole names and numbers in it: the access log says so first. What the province
    sent back is no finding of the run, and is not in it."""
    from dataclasses import replace

    from audit.province import is_of_province
    from audit.stored_result import stored_result
    from casebook.store.access import exported
    from exports.findings_workbook import write_findings
    from exports.given_answers import given_answers
    from exports.page_anchor import foot_line
    from tui.commands.anchored import say_anchor
    from tui.commands.outputs import refuse_lost_answers, refuse_outputs
    from tui.commands.telling import say

    refuse_outputs(output, None, [book.path])
    remedy = _("请先读回：ruhu audit decide --from {file}，或换一个文件名").format(file=output)
    refuse_lost_answers(output, partial(_unread, book), remedy)
    result = stored_result(book)
    of_run = [number for number in ids if not is_of_province(number)]
    result = replace(result, findings=tuple(result.findings[number - 1] for number in of_run))
    answers = given_answers(book)
    exported(book, "findings", [output.name])
    write_findings(result, output, answers, foot_line(book))
    say_anchor(book)
    count = f"{len(of_run):,}"
    say(_("{count} 条疑点。工作簿含完整证件号，请妥善保管。").format(count=count))
    if sent_back := len(ids) - len(of_run):
        text = _("省退回的 {count} 条不在工作簿里，请在核对台（F3）或用 ruhu audit decide 定。")
        say(text.format(count=f"{sent_back:,}"))


def _unread(book: Casebook, answers: Sequence[Answer]) -> int:
    """How many rows of an answered workbook the casebook does not have."""
    from audit.answers import apply_answers

    taken = apply_answers(book, answers, dry_run=True)
    return taken.decided + len(taken.refused)


def _as_json(row: QueueRow) -> dict[str, object]:
    from dataclasses import asdict

    data = asdict(row)
    for of_the_screen in ("id", "head", "subject"):
        del data[of_the_screen]
    return {"finding": row.handle, **data}


def _tell(rows: Sequence[QueueRow], total: int) -> None:
    from audit.kinds import KINDS
    from audit.questions import VERDICTS
    from audit.statuses import STATUS_NAMES
    from tui.commands.cells import cell_width, pad, shown
    from tui.commands.telling import say

    table = [
        (
            row.severity + ("?" if row.review else ""),
            _(KINDS[row.kind].title),
            shown(f"{row.township} {row.village}".strip()),
            shown(row.name),
            _(STATUS_NAMES[row.status]),
            _(VERDICTS[row.verdict].word) if row.verdict else "",
        )
        for row in rows
    ]
    widths = [max(map(cell_width, column)) for column in zip(*table, strict=True)]
    for row, cells in zip(rows, table, strict=True):
        padded = "  ".join(map(pad, cells, widths))
        print(f"{row.handle}  {padded}".rstrip())
    if len(rows) < total:
        text = _("共 {total} 条，只列出 {shown} 条；--limit 0 列出全部。")
        say(text.format(total=f"{total:,}", shown=f"{len(rows):,}"))
    else:
        say(_("共 {total} 条。").format(total=f"{total:,}"))
