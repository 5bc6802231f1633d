"""`ruhu survey review`: passing, returning and taking back what was handed in; without either, what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.survey_visits import Visits, named_visits, state_name, tell_visits, visit_as_json
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from survey_forms.visits.changes import Changed
    from survey_forms.visits.conflicts import Conflict
    from survey_forms.visits.visit_list import VisitRow

REVIEW_HELP = N_(
    "审核上交的入户：--pass 通过（先乡审，再由另一个人县审），--return 退回（要写明 --reason），"
    "--recall 由上交的人在审核前撤回。都不给时，列出和名单、和上次上交相比改了什么。"
)
REVIEW_EXAMPLES = N_(
    "ruhu survey review 3fa2c1 --user 张伟\n"
    "ruhu survey review 3fa2c1 0b77e4 --pass --user 张伟\n"
    "ruhu survey review 3fa2c1 --return --reason 费用没有单据 --user 张伟"
)


def survey_review(
    visits: Visits,
    passed: Annotated[bool, typer.Option("--pass", help=N_("通过"))] = False,
    back: Annotated[bool, typer.Option("--return", help=N_("退回"))] = False,
    recalled: Annotated[bool, typer.Option("--recall", help=N_("撤回自己上交的"))] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=N_("为什么退回"))] = "",
    refs: Annotated[
        list[str] | None, typer.Option("--ref", metavar="REF", help=N_("退回时指明哪一题，可多次给"))
    ] = None,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from tui.commands.opened import opened_casebook

    if [passed, back, recalled].count(True) > 1:
        raise _usage(_("--pass、--return、--recall 只给一样。"))
    if (reason or refs) and not back:
        raise _usage(_("--reason 和 --ref 只用于 --return。"))
    with opened_casebook(casebook, user) as book:
        rows = named_visits(book, visits)
        if refs and len(rows) > 1:
            raise _usage(_("--ref 只用于一次入户。"))
        if refs:
            _refuse_unknown_refs(book, rows[0], refs)
        if not (passed or back or recalled):
            return _show(book, rows, json)
        return _do(book, rows, "pass" if passed else "return" if back else "recall", (reason, refs or []), json)


def _refuse_unknown_refs(book: Casebook, row: VisitRow, refs: list[str]) -> None:
    """Raise RuhuError (usage) for what is no question of the visit: nobody would find it marked."""
    from survey_forms.interview import open_interview

    filling = open_interview(book, row.id).filling
    for ref in refs:
        filling.entry(ref)


def _usage(what: str) -> RuhuError:
    remedy = _("例：ruhu survey review 3fa2c1 --return --reason 费用没有单据")
    return RuhuError("usage_review", what, remedy, category="usage")


def _do(book: Casebook, rows: list[VisitRow], step: str, why: tuple[str, list[str]], json: bool) -> int:
    from survey_forms.visits.steps import pass_on, recall_all, send_back_all
    from survey_forms.visits.visit_list import visit_rows
    from tui.commands.telling import say

    ids = [row.id for row in rows]
    if step == "pass":
        pass_on(book, ids)
    elif step == "return":
        send_back_all(book, ids, *why)
    else:
        recall_all(book, ids)
    if json:
        print_json({"step": step, "visits": [visit_as_json(row) for row in visit_rows(book, ids)]})
        return 0
    tell_visits(book, ids)
    told = {"pass": _("通过 {count} 次。"), "return": _("退回 {count} 次。"), "recall": _("撤回 {count} 次。")}
    say(told[step].format(count=f"{len(ids):,}"))
    return 0


def _show(book: Casebook, rows: list[VisitRow], json: bool) -> int:
    """What changed, whole values in it: opening a visit is noted in the access log."""
    from dataclasses import asdict

    from casebook.store.access import record
    from survey_forms.visits.changes import changes
    from survey_forms.visits.conflicts import conflicts
    from survey_forms.visits.handed_in import other_answers
    from survey_forms.visits.states import IN_REVIEW

    record(book, "opened", [row.id for row in rows])
    found = [
        (
            row,
            other_answers(book, book.connection, row) * (row.state in IN_REVIEW) + changes(book, row.id),
            conflicts(book, row.id) if row.conflict else [],
        )
        for row in rows
    ]
    if json:
        told = [
            visit_as_json(row)
            | {"changes": [asdict(one) for one in changed], "conflicts": [asdict(one) for one in clashing]}
            for row, changed, clashing in found
        ]
        print_json({"visits": told})
        return 0
    for row, changed, clashing in found:
        _tell(row, changed, clashing)
    return 0


def _tell(row: VisitRow, changed: list[Changed], clashing: list[Conflict]) -> None:
    from tui.commands.cells import shown
    from tui.commands.telling import tell

    lines = [f"{row.handle}  {shown(row.head)}  {state_name(row.state)}"]
    if not row.submission:
        lines.append(_("还没有上交。"))
    elif not changed:
        lines.append(_("和名单、和上次上交都一样。"))
    if clashing:
        lines.append(_("{heading}：").format(heading=_("冲突")))
    lines += [f"  {shown(' · '.join(filter(None, (one.number, one.label))))}  {shown(one.words)}" for one in clashing]
    headings = {"answers": _("上交的和答的不一样"), "prefill": _("和名单比"), "submission": _("和上次上交比")}
    for origin, heading in headings.items():
        told = [one for one in changed if one.origin == origin]
        if told:
            lines.append(_("{heading}：").format(heading=heading))
        for one in told:
            what = " · ".join(filter(None, (one.number, one.who, one.label)))
            lines.append(f"  {shown(what)}  {shown(one.before) or _('（空）')} → {shown(one.now) or _('（空）')}")
    tell(lines)
