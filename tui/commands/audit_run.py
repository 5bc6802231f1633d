"""`ruhu audit run` and `ruhu audit links`: the cross-check of the casebook's lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.findings import Scope
from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from audit.earlier import Earlier
    from audit.run import RunSummary

AUDIT_HELP = N_(
    "核对案卷里的两份名单，对疑点下结论。"
    "结论跟着人走：重新导入、再核对以后仍有效，依据的值变了才回来再议。"
)
AUDIT_EXAMPLES = "ruhu audit run\nruhu audit findings\nruhu audit decide --help"
RUN_HELP = N_(
    "核对花名册和卫健名单，疑点重新编号，并说明以前的结论各成了什么："
    "仍有效、再议、冲突、已改好、此人已不在名单、不再是疑点。"
)
RUN_EXAMPLES = "ruhu audit run\nruhu audit run --registry-scope patients --json"
LINKS_HELP = N_("写出哪一行对应哪一行（csv），案卷里定了的对应标 decided；不给 -o 就写到标准输出。")
LINKS_EXAMPLES = N_("ruhu audit links -o 对应.csv")


def audit_run(
    casebook: CasebookOption = None,
    user: UserOption = None,
    roster_scope: Annotated[
        Scope | None,
        typer.Option(
            "--roster-scope",
            metavar="SCOPE",
            help=N_("花名册的范围：people 全部人口、households 因病户、patients 患者；不给时同上次，或由程序判断"),
        ),
    ] = None,
    registry_scope: Annotated[
        Scope | None, typer.Option("--registry-scope", metavar="SCOPE", help=N_("卫健名单的范围，写法同上"))
    ] = None,
    json: JsonOption = False,
) -> int:
    from audit.earlier import earlier_decisions
    from audit.queue import queue_rows
    from audit.run import run_audit
    from tui.commands.opened import opened_casebook
    from tui.commands.progress_line import progress_line

    with opened_casebook(casebook, user) as book:
        with progress_line() as progress:
            summary = run_audit(book, progress, roster_scope, registry_scope)
        earlier = earlier_decisions(book)
        returned = [one.finding for one in earlier if one.outcome == "returned" and one.finding is not None]
        handles = {row.id: row.handle for row in queue_rows(book, returned)}
    if json:
        print_json(_as_json(summary, earlier, handles))
        return 0
    from tui.commands.check_summary import summary_lines
    from tui.commands.telling import tell

    tell([*summary_lines(summary.result), *_earlier_lines(earlier)])
    return 0


def _as_json(summary: RunSummary, earlier: Sequence[Earlier], handles: Mapping[int, str]) -> dict[str, object]:
    """Counts, and the decisions that came back, with the handle of the finding and the fields that changed, without
    their values."""
    from audit.earlier import OUTCOME_NAMES

    findings = summary.result.findings
    counts = Counter(one.outcome for one in earlier)
    outcomes: dict[str, int] = {outcome: counts[outcome] for outcome in OUTCOME_NAMES}
    return {
        "run": summary.run,
        "states": summary.states,
        "links": summary.links,
        "findings": len(findings),
        "severities": dict(sorted(Counter(finding.severity for finding in findings).items())),
        "kinds": dict(sorted(Counter(finding.kind for finding in findings).items())),
        "earlier": {"total": len(earlier)} | outcomes,
        "returned": [
            {
                "decision": one.decision,
                "finding": handles.get(one.finding or 0),
                "verdict": one.verdict,
                "author": one.author,
                "at": one.at,
                "changed": sorted({f"{side}.{field}" for side, field, _before, _now in one.changed}),
            }
            for one in earlier
            if one.outcome == "returned"
        ],
    }


def _earlier_lines(earlier: Sequence[Earlier]) -> list[str]:
    from audit.earlier import OUTCOME_NAMES
    from tui.commands.sentences import listed

    if not earlier:
        return []
    counts = Counter(one.outcome for one in earlier)
    told = listed(f"{_(title).lower()} {counts[outcome]:,}" for outcome, title in OUTCOME_NAMES.items())
    lines = ["", _("以前的结论 {total} 条：{told}。").format(total=f"{len(earlier):,}", told=told)]
    why = Counter(reason for one in earlier if one.outcome == "returned" for reason in _reasons(one))
    if why:
        reasons = listed(f"{reason} {count:,}" for reason, count in why.most_common())
        lines.append(_("再议的缘由：{reasons}。").format(reasons=reasons))
        lines.append(_("看再议的疑点：ruhu audit findings --status returned"))
    return lines


def _reasons(one: Earlier) -> list[str]:
    """Why a decision came back, without the values."""
    from audit.findings import SIDE_NAMES
    from audit.words import field_title

    fields = dict.fromkeys((side, field) for side, field, _before, _now in one.changed)
    text = _("{list}的{field}变了")
    reasons = [text.format(list=_(SIDE_NAMES[side]), field=field_title(field)) for side, field in fields]
    return reasons or [_("涉及的人变了")]


def audit_links(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="F.csv", readable=False, help=N_("写到哪里"))
    ] = None,
    casebook: CasebookOption = None,
    user: UserOption = None,
) -> int:
    from audit.stored_result import stored_result, with_judged_links
    from casebook.store.access import exported
    from exports.links import links_text, write_links
    from tui.commands.anchored import say_anchor
    from tui.commands.opened import opened_casebook
    from tui.commands.outputs import refuse_outputs
    from tui.commands.telling import say

    with opened_casebook(casebook, user) as book:
        refuse_outputs(None, output, [book.path])
        judged = with_judged_links(book, stored_result(book))
        exported(book, "links", [output.name if output is not None else ""])
        if output is None:
            print(links_text(judged.result), end="")
        else:
            write_links(judged.result, output)
            print(output)
        say_anchor(book)
    if judged.decided or judged.parted:
        text = _("核对以后判为同一人的 {decided} 对、判为两个人的 {parted} 对已照办；再核对一次，别的疑点才会跟着变。")
        say(text.format(decided=f"{judged.decided:,}", parted=f"{judged.parted:,}"))
    return 0
