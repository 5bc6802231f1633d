"""`ruhu export`: the upload checked, written as a numbered batch, and what stays out told with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.survey_visits import TownshipOption, VillageOption, refuse_unknown_places
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from exports.upload.batches import BatchRow
    from exports.upload.prepare import Prepared
    from exports.upload.problem import Problem
    from exports.upload.summary import Group

EXPORT_HELP = N_(
    "按一种上报格式检查已经通过的入户，写成一批：每个文件、链头和校验值记进案卷，以后不能改，只能撤销。"
    "只写上次以后新增和改过的人。有错误的行不写，另存 未上报.xlsx，写明原因，退出码为 1。"
    "文件里有完整姓名和证件号。"
)
EXPORT_EXAMPLES = N_(
    "ruhu export sichuan_2016 -o 上报\n"
    "ruhu export 省模板.toml -o 上报 --township 永和镇\n"
    "ruhu export sichuan_2016 --dry-run\n"
    "ruhu export sichuan_2016 -o 上报 --include 3fa2c1=证件已核对原件"
)

_SHOWN = 40
"""People who stay out, told one by one in a dry run."""


def export(
    format: Annotated[
        str, typer.Argument(metavar="FORMAT", help=N_("上报格式的名字（见 ruhu formats list），或一个 .toml 文件"))
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", readable=False, help=N_("写到哪个文件夹，没有就新建")),
    ] = None,
    township: TownshipOption = "",
    village: VillageOption = "",
    everything: Annotated[bool, typer.Option("--all", help=N_("没有变化的也再写一遍"))] = False,
    include: Annotated[
        list[str] | None,
        typer.Option(
            "--include",
            metavar="KEY=REASON",
            help=N_("有错误也照样上报，写明理由；KEY 是 --dry-run 列出的编号，或入户的编号。可多次给"),
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("只检查，什么都不写"))] = False,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from exports.formats.load import find_format
    from exports.upload.placing import check_room
    from exports.upload.prepare import prepare
    from exports.upload.writing import write_batch, write_left_out
    from survey_forms.visits.visit_list import VisitFilter
    from tui.commands.anchored import say_anchor
    from tui.commands.opened import opened_casebook
    from tui.commands.progress_line import progress_line

    if output is None and not dry_run:
        raise _usage(_("缺少 -o。"))
    reasons = dict(_reason(one) for one in include or ())
    with opened_casebook(casebook, user) as book:
        loaded = find_format(format, book)
        refuse_unknown_places(book, township, village)
        if output is not None and not dry_run:
            check_room(output, [])
        with progress_line() as progress:
            places = VisitFilter(township=township, village=village)
            prepared = prepare(book, loaded, places, everything=everything, included=reasons, progress=progress)
            batch, written = None, list[Path]()
            if output is not None and not dry_run:
                if prepared.rows:
                    batch = write_batch(book, prepared, output, progress)
                    written = [output / file.name for file in batch.files]
                elif prepared.left_out:
                    written = [write_left_out(book, prepared, output)]
            if written:
                say_anchor(book)
    if json:
        print_json(as_json(prepared, batch, written))
    else:
        _tell(prepared, batch, written, dry_run)
    return 1 if prepared.left_out else 0


def _reason(given: str) -> tuple[str, str]:
    """`KEY=REASON` in two. Raises RuhuError (usage)."""
    key, equals, reason = given.partition("=")
    if not (key.strip() and equals and reason.strip()):
        what = _("--include 要写成 KEY=理由。")
        remedy = _("例：--include 3fa2c1=证件已核对原件，KEY 见 ruhu export --dry-run 列出的")
        raise RuhuError("usage_export", what, remedy, category="usage")
    return key.strip(), reason.strip()


def _usage(what: str) -> RuhuError:
    return RuhuError("usage_export", what, _("例：ruhu export sichuan_2016 -o 上报"), category="usage")


def as_json(prepared: Prepared, batch: BatchRow | None, written: Sequence[Path]) -> dict[str, Any]:
    """What a program reads of an export; `batch` None where none was written. Values of rows are never in it."""
    from exports.upload.summary import waiting_counts
    from survey_forms.visits.visit_list import HANDLE

    format = prepared.loaded.format
    return {
        "format": {"name": format.name, "title": format.title, "version": format.version},
        "batch": batch and {"number": batch.number, "id": batch.id},
        "files": [{"name": file.name, "rows": len(file.rows), "people": file.people} for file in prepared.files],
        "written": [str(path) for path in written],
        "rows": len(prepared.rows),
        "people": prepared.people,
        "unchanged": prepared.unchanged,
        "left_out": [
            {
                "key": left.record.key,
                "visit": left.record.visit[:HANDLE],
                "household": left.record.household,
                "person": left.place,
                "rows": len(left.rows),
                "can_be_included": not left.never,
                "problems": [_problem_as_json(one, prepared) for one in left.problems],
            }
            for left in prepared.left_out
        ],
        "notices": [
            {"key": one.key, "visit": one.visit[:HANDLE], "person": prepared.places[one.key]}
            | _problem_as_json(one, prepared)
            for one in prepared.notices
        ],
        "included": [{"key": key, "reason": reason} for key, reason in prepared.included],
        "gone": [{"key": one.key, "visit": one.visit[:HANDLE], "batch": one.batch} for one in prepared.gone],
        "waiting": {
            state: {"visits": visits, "people": people}
            for state, (visits, people) in waiting_counts(prepared.waiting).items()
        },
    }


def _problem_as_json(problem: Problem, prepared: Prepared) -> dict[str, Any]:
    from casebook.tables.table import column_letter
    from exports.upload.summary import headers_of

    return {
        "code": problem.code,
        "grade": problem.grade,
        "column": column_letter(problem.column) if problem.column >= 0 else "",
        "header": headers_of(prepared.loaded.format).get(problem.column, ""),
        "what": str(problem.what),
        "remedy": str(problem.remedy),
        "finding": problem.finding,
    }


def _tell(prepared: Prepared, batch: BatchRow | None, written: Sequence[Path], dry_run: bool) -> None:
    """Files on stdout, or in a dry run who stays out; all else on stderr."""
    from tui.commands.telling import say, tell

    if dry_run:
        tell(_left_out_lines(prepared))
    for path in written:
        print(path)
    for line in _summary_lines(prepared):
        say(line)
    if batch is not None:
        say(
            _("第 {number} 批：{files} 个文件，{people} 人，{rows} 行。内含完整姓名和证件号，请妥善保管。").format(
                number=batch.number,
                files=sum(file.upload for file in batch.files),
                people=f"{prepared.people:,}",
                rows=f"{len(prepared.rows):,}",
            )
        )
    elif prepared.rows:
        say(
            _("可以写出 {people} 人，{rows} 行，{files} 个文件；什么都没有写。").format(
                people=f"{prepared.people:,}", rows=f"{len(prepared.rows):,}", files=len(prepared.files)
            )
        )
    elif not prepared.left_out:
        say(_("没有要上报的：没有新通过的，也没有改过的。"))
    for line in _standing_lines(prepared):
        say(line)


def _left_out_lines(prepared: Prepared) -> list[str]:
    """A line a problem: the key, where the person is found, what is wrong, what to do. The keys come first so that
    they can be cut out for `--include`."""
    from exports.upload.summary import headers_of
    from survey_forms.visits.visit_list import HANDLE

    headers = headers_of(prepared.loaded.format)
    lines = []
    for left in prepared.left_out[:_SHOWN]:
        where = _("入户 {visit} 第 {person} 人").format(visit=left.record.visit[:HANDLE], person=left.place)
        for one in left.problems:
            if one.grade == "error":
                header = headers.get(one.column, "")
                what = _("「{header}」列：{what}").format(header=header, what=one.what) if header else str(one.what)
                lines.append(f"{left.record.key}  {where}  {what}  → {one.remedy}")
    if len(prepared.left_out) > _SHOWN:
        more = len(prepared.left_out) - _SHOWN
        lines.append(_("还有 {count} 人没有列出，--json 列出全部。").format(count=f"{more:,}"))
    return lines


def _summary_lines(prepared: Prepared) -> list[str]:
    """Problems by kind and column, errors first."""
    from exports.upload.summary import summary

    format = prepared.loaded.format
    lines = []
    if prepared.left_out:
        errors = [one for left in prepared.left_out for one in left.problems if one.grade == "error"]
        lines.append(_("不能上报 {count} 人：").format(count=f"{len(prepared.left_out):,}"))
        lines += [_group_line(group) for group in summary(errors, format)]
    if prepared.notices:
        lines.append(_("照样写出，请留意："))
        lines += [_group_line(group) for group in summary(prepared.notices, format)]
    return lines


def _group_line(group: Group) -> str:
    return f"  {group.line}  → {group.remedy}" if group.remedy else f"  {group.line}"


def _standing_lines(prepared: Prepared) -> list[str]:
    """What was not written for other reasons."""
    from exports.upload.summary import WAITING_NAMES, waiting_counts

    lines = []
    if prepared.included:
        lines.append(_("有错误、写明理由照样上报的：{count} 人。").format(count=f"{len(prepared.included):,}"))
    if prepared.unchanged:
        told = _("以前上报过、没有变化的：{count} 人；--all 连他们一起写。")
        lines.append(told.format(count=f"{prepared.unchanged:,}"))
    if prepared.gone:
        told = _("以前上报过、这次没有的：{count} 人（已退回、改了名单，或不再符合这个格式）；要撤回请撤销那一批。")
        lines.append(told.format(count=f"{len(prepared.gone):,}"))
    if waiting := waiting_counts(prepared.waiting):
        told = _("还在等的：{states}。")
        each = (
            _("{state} {visits} 户 {people} 人").format(
                state=_(WAITING_NAMES[state]), visits=f"{visits:,}", people=f"{people:,}"
            )
            for state, (visits, people) in waiting.items()
        )
        lines.append(told.format(states=_("、").join(each)))
    return lines
