"""One safe kind of findings decided in one go: first a sample to look at, then the whole."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from casebook.errors import RuhuError
from casebook.language import _
from tui.commands.audit_findings import findings_filter
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from audit.batches import Sample
    from audit.detail import Detail
    from casebook.store.casebook import Casebook

_YES = ("y", "yes", "是", "确定")


def decide_kind(book: Casebook, kind: str, verdict: int, township: str, reason: str, seen: str, json: bool) -> int:
    """Without `seen` show a sample (and on a terminal ask); with its code decide all of it."""
    from audit.batches import decide_batch, sample_batch
    from audit.detail import finding_detail
    from casebook.store.access import record
    from tui.commands.telling import say

    wanted = findings_filter(book, ["all"], township, "", kind)
    sample = sample_batch(book, wanted.kind, verdict, wanted)
    if not seen:
        shown = [finding_detail(book, number) for number in sample.shown]
        record(book, "revealed", [detail.finding.key for detail in shown])
        if json:
            _print_json(sample, shown)
            return 0
        _show(sample, shown)
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            print(_command(sample, township, reason))
            return 0
        if not _confirmed():
            say(_("没有定，案卷没有改动。"))
            return 0
        seen = sample.code
    batch = decide_batch(book, sample, seen, reason)
    if json:
        print_json({"decided": len(sample.ids), "batch": batch})
    else:
        text = _("定了 {count} 条。整批撤销：ruhu audit undo {batch}")
        print(text.format(count=f"{len(sample.ids):,}", batch=batch))
    return 0


def _show(sample: Sample, looked_at: list[Detail]) -> None:
    from audit.kinds import KINDS
    from audit.questions import VERDICTS
    from tui.commands.cells import shown
    from tui.commands.telling import tell

    text = _("「{kind}」{count} 条未定，按建议都定为「{verdict}」。抽看 {shown} 条：")
    lines = [
        text.format(
            kind=_(KINDS[sample.kind].title),
            verdict=_(VERDICTS[sample.verdict].word),
            count=f"{len(sample.ids):,}",
            shown=f"{len(looked_at):,}",
        )
    ]
    for detail in looked_at:
        row, finding = detail.row, detail.finding
        lines.append(
            _("{finding}  {village} {name}  花名册「{roster}」  卫健「{registry}」").format(
                finding=row.handle,
                village=shown(row.village),
                name=shown(row.name),
                roster=shown(finding.roster.text if finding.roster else ""),
                registry=shown(finding.registry.text if finding.registry else ""),
            )
        )
    tell(lines)


def _confirmed() -> bool:
    """What the person at the terminal answers."""
    print(_("确定？（y/n）"), end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in _YES


def _command(sample: Sample, township: str, reason: str) -> str:
    """The command that goes on."""
    words = ["ruhu", "audit", "decide", "--kind", sample.kind, "--verdict", str(sample.verdict), "--seen", sample.code]
    if township:
        words += ["--township", township]
    if reason:
        words += ["--reason", reason]
    return _("都对就运行：{command}").format(command=" ".join(map(_quoted, words)))


def _quoted(word: str) -> str:
    """As a shell wants it; Chinese words stand as they are, for the Windows console knows no single quotes."""
    return word if word and all(char.isalnum() or char in "-_./:=，。、" for char in word) else shlex.quote(word)


def proposals(book: Casebook, kind: str, township: str) -> str:
    """How many open findings of a kind propose which verdict, as the remedy where none was given. Raises RuhuError
    (usage) as `sample_batch` does when they propose none."""
    from audit.batches import sample_batch
    from audit.questions import REGISTRY, ROSTER, VERDICTS
    from tui.commands.sentences import listed

    wanted = findings_filter(book, ["all"], township, "", kind)
    found, refused = [], None
    for verdict in (ROSTER, REGISTRY):
        try:
            count = len(sample_batch(book, wanted.kind, verdict, wanted).ids)
        except RuhuError as error:
            refused = error
            continue
        found.append(_("{verdict} {count} 条").format(verdict=_(VERDICTS[verdict].word), count=f"{count:,}"))
    if refused is not None and not found:
        raise refused
    return _("按建议可定：{proposals}").format(proposals=listed(found))


def _print_json(sample: Sample, shown: list[Detail]) -> None:
    told = {
        "kind": sample.kind,
        "verdict": sample.verdict,
        "count": len(sample.ids),
        "code": sample.code,
        "sample": [
            {
                "finding": detail.row.handle,
                "name": detail.row.name,
                "roster": detail.finding.roster.text if detail.finding.roster else None,
                "registry": detail.finding.registry.text if detail.finding.registry else None,
            }
            for detail in shown
        ],
    }
    print_json(told)
