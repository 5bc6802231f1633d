"""`ruhu survey export`: what was handed in, as XML instances, as ODK's CSV files or as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casebook.errors import Place, RuhuError
from casebook.language import N_, _, in_all_languages
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.survey_visits import (
    StatesOption,
    TownshipOption,
    VillageOption,
    meant_states,
    refuse_unknown_places,
)
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook

EXPORT_HELP = N_(
    "导出上交的答卷：xml 是 ODK 的 instances 文件夹，一户一个文件；odk-csv 是 ODK Central 那样的 CSV 压缩包；"
    "xlsx 是一个工作簿，每个重复组一张表，带代码本。"
    "不给 --state 时导出所有上交过的。内含完整姓名、证件号和健康信息，写出会记入查阅记录。"
)
EXPORT_EXAMPLES = N_(
    "ruhu survey export -o 答卷\n"
    "ruhu survey export -o 答卷.zip --format odk-csv\n"
    "ruhu survey export -o 答卷.xlsx --format xlsx --state passed --township 永和镇"
)

_FORMATS = ("xml", "odk-csv", "xlsx")


def survey_export(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="OUT", readable=False, help=N_("写到哪里：文件夹、.zip 或 .xlsx")),
    ] = None,
    format: Annotated[
        str, typer.Option("--format", metavar="xml|odk-csv|xlsx", help=N_("写成什么；不给时是 xml"))
    ] = "xml",
    state: StatesOption = None,
    township: TownshipOption = "",
    village: VillageOption = "",
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from survey_forms.visits.visit_list import VisitFilter, visit_ids, visit_rows
    from tui.commands.anchored import say_anchor
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import say

    if output is None:
        raise _usage(_("缺少 -o。"))
    if format not in _FORMATS:
        raise RuhuError(
            "usage_format",
            _("没有这种格式：{value}").format(value=format[:20]),
            _("可用的值：{values}").format(values=_("、").join(_FORMATS)),
            category="usage",
        )
    states = meant_states(state or [])
    with opened_casebook(casebook, user) as book:
        refuse_unknown_places(book, township, village)
        rows = visit_rows(book, visit_ids(book, VisitFilter(states, township, village)))
        ids = [row.id for row in rows if row.submission]
        if not ids:
            what = _("没有上交过的答卷可以导出")
            raise RuhuError("nothing_submitted", what, _("用 ruhu survey list 看各户的状态"), category="check")
        count = _write(book, ids, output, format)
        say_anchor(book)
    if json:
        print_json({"format": format, "output": str(output), "submissions": count})
        return 0
    print(output)
    say(_("{count} 份答卷，内含完整信息，请妥善保管。").format(count=f"{count:,}"))
    return 0


def _usage(what: str) -> RuhuError:
    return RuhuError("usage_export", what, _("例：ruhu survey export -o 答卷"), category="usage")


def _refuse_replacing(output: Path, format: str) -> None:
    """A workbook of answers may be replaced by a newer one, no other file. Raises RuhuError (usage)."""
    from exports.visit_answers import TITLE
    from exports.visit_workbook import made_here

    if output.exists() and not (format == "xlsx" and made_here(output, in_all_languages(TITLE))):
        what = _("已有这个文件，没有替换")
        raise RuhuError("output_taken", what, _("请换一个文件名"), Place(file=output.name), "usage")


def _write(book: Casebook, ids: list[str], output: Path, format: str) -> int:
    from casebook.store.access import exported
    from casebook.store.folder import refuse_inside_a_casebook
    from survey_forms.visits.submitted import write_instances, write_odk_csv
    from tui.commands.outputs import refuse_overwriting

    if format == "xml":
        refuse_inside_a_casebook(output)
        exported(book, "submissions", [output.name])
        return write_instances(book, ids, output)
    ending = ".xlsx" if format == "xlsx" else ".zip"
    if output.suffix.lower() != ending:
        raise _usage(_("这种格式的文件名要以 {ending} 结尾").format(ending=ending))
    refuse_overwriting([output], [book.path])
    _refuse_replacing(output, format)
    exported(book, "submissions" if format == "odk-csv" else "answers", [output.name])
    if format == "odk-csv":
        return write_odk_csv(book, ids, output)
    from exports.visit_answers import write_answers

    return write_answers(book, ids, output)
