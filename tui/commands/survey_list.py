"""`ruhu survey list`, `assign` and `progress`: which visits there are, whose they are, how far they have come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.survey_visits import (
    StatesOption,
    TownshipOption,
    VillageOption,
    Visits,
    meant_states,
    named_visits,
    refuse_unknown_places,
    state_name,
    tell_visits,
    visit_as_json,
)
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from survey_forms.visits.progress import By, Progress
    from survey_forms.visits.visit_list import VisitRow

LIST_HELP = N_("列出入户：编号、乡镇、村、户编号、户主、人数、疑点、状态、派给谁；证件号不显示。")
LIST_EXAMPLES = N_(
    "ruhu survey list --village 青桥村 --state draft\nruhu survey list --to 陈静 --json\nruhu survey list --returned"
)
ASSIGN_HELP = N_("把入户派给一个人；已经上交的不能再派。")
ASSIGN_EXAMPLES = N_("ruhu survey assign 3fa2c1 0b77e4 --to 陈静\nruhu survey assign 3fa2c1 --to ''")
PROGRESS_HELP = N_("入户走到哪一步：按乡镇、村或人数一数，各状态多少户。")
PROGRESS_EXAMPLES = "ruhu survey progress\nruhu survey progress --by village\nruhu survey progress --by assigned --json"

_SHOWN = 50

ToFilter = Annotated[str, typer.Option("--to", metavar="NAME", help=N_("只要派给这个人的；- 是还没派的"))]


def survey_list(
    state: StatesOption = None,
    township: TownshipOption = "",
    village: VillageOption = "",
    to: ToFilter = "",
    returned: Annotated[bool, typer.Option("--returned", help=N_("只要审核退回的"))] = False,
    text: Annotated[
        str,
        typer.Option(
            "--text", metavar="TEXT", help=N_("户编号、编号、家里人的姓名或拼音首字母以此开头的；写 - 从标准输入读")
        ),
    ] = "",
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=0, help=N_("最多列多少条；不给时 50 条，0 为全部"))
    ] = None,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from survey_forms.visits.visit_list import VisitFilter, visit_ids, visit_rows
    from tui.commands.inputs import personal
    from tui.commands.opened import opened_casebook

    states, text = meant_states(state or []), personal(text)
    with opened_casebook(casebook, user) as book:
        refuse_unknown_places(book, township, village)
        ids = visit_ids(book, VisitFilter(states, township, village, to, text, returned=returned))
        most = limit if limit is not None else (0 if json else _SHOWN)
        rows = visit_rows(book, ids[:most] if most else ids)
    if json:
        print_json({"total": len(ids), "visits": [visit_as_json(row) for row in rows]})
    else:
        _tell(rows, len(ids))
    return 0


def _tell(rows: Sequence[VisitRow], total: int) -> None:
    from tui.commands.cells import cell_width, pad, shown
    from tui.commands.telling import say

    table = [
        (
            shown(f"{row.township} {row.village}".strip()),
            shown(row.household),
            shown(row.head),
            _("{people} 人").format(people=row.people),
            _("疑点 {asks}").format(asks=row.asks) if row.asks else "",
            _told_state(row),
            shown(row.assigned),
        )
        for row in rows
    ]
    widths = [max(map(cell_width, column)) for column in zip(*table, strict=True)]
    for row, cells in zip(rows, table, strict=True):
        print(f"{row.handle}  {'  '.join(map(pad, cells, widths))}".rstrip())
    if len(rows) < total:
        text = _("共 {total} 条，只列出 {shown} 条；--limit 0 列出全部。")
        say(text.format(total=f"{total:,}", shown=f"{len(rows):,}"))
    else:
        say(_("共 {total} 条。").format(total=f"{total:,}"))


def _told_state(row: VisitRow) -> str:
    name = state_name(row.state)
    if row.conflict:
        return _("{state}（冲突）").format(state=name)
    return _("{state}（退回）").format(state=name) if row.returned else name


def survey_assign(
    visits: Visits,
    to: Annotated[str | None, typer.Option("--to", metavar="NAME", help=N_("派给谁；'' 是收回"))] = None,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from survey_forms.visits.assigning import assign
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import say

    if to is None:
        raise RuhuError("usage_to", _("缺少 --to。"), _("例：ruhu survey assign 3fa2c1 --to 陈静"), category="usage")
    with opened_casebook(casebook, user) as book:
        rows = named_visits(book, visits)
        facts = assign(book, [row.id for row in rows], to)
        already = len(rows) - len(facts)
        if json:
            print_json({"assigned": len(facts), "already": already, "visits": [row.handle for row in rows]})
            return 0
        tell_visits(book, [row.id for row in rows])
    if already:
        say(_("{count} 次本来就是派给这个人的。").format(count=f"{already:,}"))
    say(_("分派了 {count} 次入户。").format(count=f"{len(facts):,}"))
    return 0


_BY: dict[str, By] = {"township": "township", "village": "village", "assigned": "assigned"}


def survey_progress(
    by: Annotated[
        str,
        typer.Option(
            "--by", metavar="township|village|assigned", help=N_("township 按乡镇、village 按村、assigned 按派给谁")
        ),
    ] = "township",
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from dataclasses import asdict

    from survey_forms.visits.progress import progress
    from tui.commands.opened import opened_casebook

    if by not in _BY:
        remedy = _("可用的值：{values}").format(values=_("、").join(_BY))
        raise RuhuError("usage_by", _("没有这种 --by。"), remedy, category="usage")
    with opened_casebook(casebook, user) as book:
        rows = progress(book, _BY[by])
    if json:
        print_json({"by": by, "rows": [asdict(row) | {"done": row.done} for row in rows]})
    else:
        _tell_progress(rows)
    return 0


def _tell_progress(rows: Sequence[Progress]) -> None:
    """A table: a line a place or person, a column a state, the sums below."""
    from survey_forms.visits.states import STATE_NAMES, STATES
    from tui.commands.cells import cell_width, pad, shown

    head = ["", *(_(STATE_NAMES[state]) for state in STATES), _("退回"), _("合计")]
    table = [head]
    for row in rows:
        name = shown(f"{row.township} {row.village}".strip() or row.assigned) or _("（未分派）")
        table.append([name, *(f"{row.counts[state]:,}" for state in STATES), f"{row.returned:,}", f"{row.total:,}"])
    sums = [sum(row.counts[state] for row in rows) for state in STATES]
    sums += [sum(row.returned for row in rows), sum(row.total for row in rows)]
    table.append([_("合计"), *(f"{total:,}" for total in sums)])
    widths = [max(map(cell_width, column)) for column in zip(*table, strict=True)]
    for name, *numbers in table:
        cells = [pad(cell, width, right=True) for cell, width in zip(numbers, widths[1:], strict=True)]
        print("  ".join([pad(name, widths[0]), *cells]).rstrip())
