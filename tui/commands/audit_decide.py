"""`ruhu audit decide`, `sign` and `undo`: rulings on findings one by one, in batches, from an answered workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.audit_findings import TownshipOption
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from audit.decisions import Ruling, Undone
    from casebook.store.casebook import Casebook

DECIDE_HELP = N_(
    "对疑点下结论：给出编号；或给出 --kind，先看抽样再把一类成批定下；或用 --from 读回填好的疑点工作簿。"
    "结论：1采用花名册、2采用卫健、3采用证件、4两者皆错、5待查、6退回扶贫办、7入户核实；"
    "待判的一对还可以 8同一人、9不是同一人。"
)
DECIDE_EXAMPLES = N_(
    "ruhu audit decide 3fa2c1 --verdict 1 --reason 看过户口本\n"
    "ruhu audit decide 0b77e4 91d0aa --verdict 3 --document 身份证 --value 证上的号码\n"
    "ruhu audit decide --kind id_format --verdict 1\n"
    "ruhu audit decide 3fa2c1 --from-visit\n"
    "ruhu audit decide --from 疑点.xlsx --dry-run"
)
SIGN_HELP = N_("复签：A 类疑点要另一位审核员签过才算定。")
SIGN_EXAMPLES = N_("ruhu audit sign 3fa2c1 --user 张伟")
UNDO_HELP = N_(
    "撤销：一个结论、一批结论、一次复签、一次核对或一次导入，用编号（写前几位即可）；--last 撤销自己最近的结论。"
)
UNDO_EXAMPLES = "ruhu audit undo --last\nruhu audit undo B1f2e3d4c5b6a798"

_HANDLES = N_("疑点的编号，见 ruhu audit findings")
Handles = Annotated[list[str] | None, typer.Argument(metavar="FINDING…", help=_HANDLES)]


def audit_decide(
    handles: Handles = None,
    verdict: Annotated[
        int | None, typer.Option("--verdict", metavar="N", min=1, max=9, help=N_("结论，1 到 9"))
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=N_("为什么这样定"))] = "",
    document: Annotated[str, typer.Option("--document", metavar="TEXT", help=N_("见到的证件，如身份证、户口本"))] = "",
    value: Annotated[str, typer.Option("--value", metavar="TEXT", help=N_("证件上的字或号；写 - 从标准输入读"))] = "",
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help=N_("成批：这一类里未定、建议相同的"))] = "",
    township: TownshipOption = "",
    seen: Annotated[str, typer.Option("--seen", metavar="CODE", help=N_("看过的抽样的代码"))] = "",
    answered: Annotated[
        Path | None, typer.Option("--from", metavar="FINDINGS.xlsx", readable=False, help=N_("填好的疑点工作簿"))
    ] = None,
    from_visit: Annotated[bool, typer.Option("--from-visit", help=N_("采纳入户的答复"))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("只看会怎样，不写入；用于 --from"))] = False,
    password_fd: Annotated[
        int | None,
        typer.Option("--file-password-fd", metavar="N", help=N_("从这个文件描述符读工作簿的打开密码")),
    ] = None,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from audit.decisions import Ruling
    from tui.commands.inputs import personal
    from tui.commands.opened import opened_casebook

    if [bool(handles), bool(kind), answered is not None].count(True) != 1:
        remedy = _("例：ruhu audit decide 3fa2c1 --verdict 1 --reason 看过户口本")
        raise _usage(_("请给出疑点编号，或 --kind，或 --from，只给一样。"), remedy)
    if answered is not None:
        if verdict is not None or reason or document or value or township or seen or from_visit:
            raise _usage(_("--from 的结论和理由都在工作簿里。"), _("请去掉其他选项"))
        from tui.commands.audit_answers import decide_from

        with opened_casebook(casebook, user) as book:
            return decide_from(book, answered, dry_run, password_fd, json)
    if from_visit and (kind or verdict is not None or reason or document or value):
        raise _usage(_("--from-visit 的结论和理由都来自入户的答复。"), _("请去掉其他选项"))
    if verdict is None and not kind and not from_visit:
        raise _usage(_("缺少 --verdict。"), _("结论写 1 到 9，见 ruhu audit decide --help"))
    if dry_run or password_fd is not None:
        raise _usage(_("--dry-run 和 --file-password-fd 只用于 --from。"), _("请去掉"))
    value = personal(value)
    with opened_casebook(casebook, user) as book:
        if kind:
            if document or value:
                raise _usage(_("成批的结论没有证件。"), _("要写证件的请逐条定"))
            from tui.commands.audit_batch import decide_kind, proposals

            if verdict is None:
                raise _usage(_("缺少 --verdict。"), proposals(book, kind, township))
            return decide_kind(book, kind, verdict, township, reason, seen, json)
        if township or seen:
            raise _usage(_("--township 和 --seen 只用于 --kind。"), _("请去掉"))
        return _decide(book, handles or [], None if from_visit else Ruling(verdict or 0, reason, document, value), json)


def _usage(what: str, remedy: str) -> RuhuError:
    return RuhuError("usage_decide", what, remedy, category="usage")


def _named(book: Casebook, handles: list[str]) -> tuple[list[int], str]:
    """The findings that are meant, and the run they stand in: in another their numbers would be others'."""
    from audit.finding_view import shown_run
    from audit.queue import findings_named

    with book.reading() as connection:
        numbers = [number for handle in handles for number in findings_named(book, handle)]
        return list(dict.fromkeys(numbers)), shown_run(connection)


def _decide(book: Casebook, handles: list[str], ruling: Ruling | None, json: bool) -> int:
    """Rule on the findings; without a ruling as their visits answered."""
    from audit.accepting import accept
    from audit.decisions import decide
    from audit.questions import SAME
    from tui.commands.telling import say

    numbers, run = _named(book, handles)
    facts = accept(book, numbers, run) if ruling is None else decide(book, numbers, ruling, run)
    already = len(numbers) - len(facts)
    if json:
        told = {"decided": len(facts), "already": already, "facts": list(facts)}
        print_json(told | {"findings": _stand(book, numbers)})
        return 0
    _tell(book, numbers)
    if already:
        say(_("{count} 条已经是这个结论，没有改动。").format(count=f"{already:,}"))
    if facts and ruling is not None and ruling.verdict == SAME:
        say(_("判为同一人。两边不同的地方还要另下结论（1 到 7）。"))
    if facts:
        say(_("写下 {count} 条结论。逐条撤销：ruhu audit undo --last").format(count=f"{len(facts):,}"))
    return 0


def _stand(book: Casebook, numbers: list[int]) -> list[dict[str, object]]:
    from audit.queue import queue_rows

    return [
        {"finding": row.handle, "kind": row.kind, "status": row.status, "verdict": row.verdict}
        for row in queue_rows(book, numbers)
    ]


def _tell(book: Casebook, numbers: list[int]) -> None:
    """A line a finding: its handle, its status, the verdict."""
    from audit.questions import VERDICTS
    from audit.queue import queue_rows
    from audit.statuses import STATUS_NAMES

    for row in queue_rows(book, numbers):
        verdict = _(VERDICTS[row.verdict].word) if row.verdict else ""
        print(f"{row.handle}  {_(STATUS_NAMES[row.status])}  {verdict}".rstrip())


def audit_sign(
    handles: Annotated[list[str], typer.Argument(metavar="FINDING…", help=_HANDLES)],
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from audit.decisions import countersign
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import say

    with opened_casebook(casebook, user) as book:
        numbers, run = _named(book, handles)
        facts = countersign(book, numbers, run)
        if json:
            print_json({"signed": len(facts), "facts": list(facts), "findings": _stand(book, numbers)})
            return 0
        _tell(book, numbers)
    say(_("复签 {count} 条。").format(count=f"{len(facts):,}"))
    return 0


_UNDONE = {
    "decision": N_("撤销了 {count} 个结论。"),
    "batch": N_("撤销了一批，{count} 个结论。"),
    "countersign": N_("撤销了 {count} 个复签。"),
    "run": N_("撤销了这次核对，疑点回到上一次核对。"),
    "source": N_("撤销了这次导入。"),
}


def audit_undo(
    identity: Annotated[str, typer.Argument(metavar="ID", help=N_("编号，见 ruhu log list"))] = "",
    last: Annotated[bool, typer.Option("--last", help=N_("自己最近的一个结论，成批的整批"))] = False,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from audit.decisions import undo, undo_last
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import tell

    if bool(identity) == last:
        remedy = _("例：ruhu audit undo --last")
        raise RuhuError("usage_undo", _("请给出编号，或 --last，只给一样。"), remedy, category="usage")
    with opened_casebook(casebook, user) as book:
        undone: Undone | None = undo_last(book) if last else undo(book, identity)
        now = _lists_now(book) if undone is not None and undone.kind == "source" else []
    if undone is None:
        what, remedy = _("你在这个案卷里没有可以撤销的结论"), _("撤销别的，请给出编号")
        raise RuhuError("nothing_to_undo", what, remedy, category="check")
    if json:
        print_json({"undone": undone.kind, "count": undone.count, "ids": list(undone.ids)})
    else:
        tell([_(_UNDONE[undone.kind]).format(count=f"{undone.count:,}"), *now])
    return 0


def _lists_now(book: Casebook) -> list[str]:
    """The lists that count after an import was taken back, and what is to be done."""
    from casebook.store.lists import LISTED, current
    from casebook.store.sources import LIST_NAMES
    from tui.commands.next_step import next_step

    lines = []
    for side in LISTED:
        fact = current(book.connection, side)
        if fact is None or fact.body is None:
            continue
        told, text = fact.body["table"], _("现在的{list}：{file}，{rows} 行")
        lines.append(text.format(list=_(LIST_NAMES[side]), file=told["source"]["name"], rows=f"{told['rows']:,}"))
    return [*lines, *filter(None, [next_step(book)])]
