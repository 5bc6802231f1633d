"""`ruhu survey print`: the prefilled household forms, or the summaries after entry, as workbooks to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casebook.errors import Place, RuhuError
from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from exports.visit_form import Printed
    from survey_forms.visits.visit_list import VisitRow

PRINT_HELP = N_(
    "打印用的工作簿：预填好的入户调查表，每户一张工作表，前面有清单；--summary 是填完以后的一页小结。"
    "给编号就只印这些户；不给就印待调查和草稿的（小结印已上交的）。-o 写 .xlsx 是全部放在一个文件里，"
    "写文件夹是每村一个文件。证件号和电话打码，待问的疑点两边的值是全的。"
)
PRINT_EXAMPLES = N_(
    "ruhu survey print --village 青桥村 -o 青桥村.xlsx\n"
    "ruhu survey print --township 永和镇 -o 打印\n"
    "ruhu survey print 3fa2c1 --summary -o 小结.xlsx"
)
_MOST_SHEETS = 400
"""Households of one workbook; with more Excel gets slow."""


def survey_print(
    visit: Annotated[
        list[str] | None,
        typer.Argument(metavar="[VISIT…]", help=N_("入户的编号（写前几位即可）或户编号，见 ruhu survey list")),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE.xlsx|DIR",
            readable=False,
            help=N_("写到哪里：.xlsx 一个文件，文件夹则每村一个文件"),
        ),
    ] = None,
    village: Annotated[str, typer.Option("--village", metavar="VILLAGE", help=N_("只要这个村的"))] = "",
    township: Annotated[str, typer.Option("--township", metavar="TOWNSHIP", help=N_("只要这个乡镇的"))] = "",
    to: Annotated[str, typer.Option("--to", metavar="NAME", help=N_("只要派给这个人的；- 是还没派的"))] = "",
    summary: Annotated[bool, typer.Option("--summary", help=N_("填完以后的一页小结，有签字的地方"))] = False,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from tui.commands.anchored import say_anchor
    from tui.commands.opened import opened_casebook

    if output is None:
        remedy = _("例：ruhu survey print --village 青桥村 -o 青桥村.xlsx")
        raise RuhuError("usage_output", _("没有写明写到哪里"), remedy, category="usage")
    with opened_casebook(casebook, user) as book:
        rows = _chosen(book, visit or [], village, township, to, summary)
        files = _files(rows, output, summary)
        _refuse(files, book.path, summary)
        printed = _write(book, files, summary)
        say_anchor(book)
    if json:
        told = [{"file": str(one.path), "households": one.households, "pages": one.pages} for one in printed]
        print_json(told)
    else:
        _tell(printed)
    return 0


def _chosen(
    book: Casebook, names: Sequence[str], village: str, township: str, to: str, summary: bool
) -> list[VisitRow]:
    """The visits meant. Raises RuhuError (usage) for an unknown one, for both names and a filter, and for none."""
    from survey_forms.visits.states import FILLABLE, STATES
    from survey_forms.visits.visit_list import VisitFilter, visit_ids, visit_rows
    from tui.commands.survey_visits import named_visits

    if names:
        if village or township or to:
            what = _("给了编号，就不能再按村、乡镇或人挑选")
            raise RuhuError("usage_filter", what, _("请去掉一个"), category="usage")
        return named_visits(book, names)
    states = tuple(state for state in STATES if (state in FILLABLE) != summary)
    rows = visit_rows(book, visit_ids(book, VisitFilter(states, township, village, to)))
    if not rows:
        what = _("没有上交的入户可以印小结") if summary else _("没有待调查的入户可以印")
        raise RuhuError("no_visit", what, _("用 ruhu survey list 看现有的入户"), category="usage")
    return rows


def _files(rows: Sequence[VisitRow], output: Path, summary: bool) -> dict[Path, list[VisitRow]]:
    """The files to write and the visits in each. Raises RuhuError (usage) when one would hold too many."""
    if output.suffix.lower() == ".xlsx":
        if len(rows) > _MOST_SHEETS:
            what = _("一个工作簿放不下 {count} 户").format(count=f"{len(rows):,}")
            raise RuhuError("usage_output", what, _("-o 请写文件夹，每村一个文件"), category="usage")
        return {output: list(rows)}
    kind = _("小结") if summary else _("调查表")
    files: dict[Path, list[VisitRow]] = {}
    for row in rows:
        place = "-".join(filter(None, (_plain(row.township), _plain(row.village)))) or _("未写村名")
        files.setdefault(output / f"{place}-{kind}.xlsx", []).append(row)
    return files


def _plain(name: str) -> str:
    """A name as every file system takes it."""
    return "".join(char for char in name if char.isprintable() and char not in '<>:"/\\|?*').strip(" .")


def _refuse(files: Mapping[Path, Sequence[VisitRow]], book: Path, summary: bool) -> None:
    """A file of ours may be replaced by a newer one, no other. Raises RuhuError (usage) and as `refuse_overwriting`."""
    from casebook.store.folder import refuse_inside_a_casebook
    from exports import visit_form, visit_summary_reading
    from exports.visit_workbook import made_here
    from tui.commands.outputs import refuse_overwriting

    title = visit_summary_reading.TITLE if summary else visit_form.TITLE
    folders = {path.parent for path in files}
    for folder in folders:
        refuse_inside_a_casebook(folder)
        if not folder.exists() and folder.parent.is_dir():
            folder.mkdir()
    refuse_overwriting(files, [book])
    for path in files:
        if path.exists() and not made_here(path, (title, _(title))):
            what, remedy = _("已有这个文件，它不是打印出来的同一种表，没有替换"), _("请换一个文件名")
            raise RuhuError("output_taken", what, remedy, Place(file=path.name), "usage")


def _write(book: Casebook, files: Mapping[Path, Sequence[VisitRow]], summary: bool) -> list[Printed]:
    """Write the workbooks; the access log says so first."""
    from casebook.store.access import exported
    from exports.visit_form import write_forms
    from exports.visit_summary import write_summaries
    from tui.commands.progress_line import progress_line

    exported(book, "summaries" if summary else "forms", [path.name for path in files])
    write = write_summaries if summary else write_forms
    with progress_line() as progress:
        return [write(book, [row.id for row in rows], path, progress) for path, rows in files.items()]


def _tell(printed: Sequence[Printed]) -> None:
    from tui.commands.telling import say

    for one in printed:
        print(one.path)
    text = _("{households} 户，{pages} 页，A4 纸竖排，可以双面打印。含个人信息，用后按规定销毁。")
    households, pages = sum(one.households for one in printed), sum(one.pages for one in printed)
    say(text.format(households=f"{households:,}", pages=f"{pages:,}"))
