"""What to do first: the findings in the order in which working them off costs least."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from audit.findings import CrossCheck, Finding
from audit.kinds import KINDS
from casebook.language import _
from exports.row_counts import row_counts

KINDS_NAMED = 4


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, how, and for how many findings (or unreadable rows)."""

    what: str
    how: str
    count: int


def first_steps(result: CrossCheck) -> list[Step]:
    """Steps that have something to do, in order: rows lost, one decision for many, severity A, pairs in doubt, the
    rest, form last. Every finding belongs to one step."""
    unread = sum(row_counts(one).by_state["unreadable"] for one in (result.roster, result.registry))
    unsure = [finding for finding in result.findings if finding.state == "review"]
    sure = [finding for finding in result.findings if finding.state != "review"]
    village = [finding for finding in sure if KINDS[finding.kind].unit == "village"]
    household = [finding for finding in sure if KINDS[finding.kind].unit == "household"]
    single = [finding for finding in sure if KINDS[finding.kind].unit not in ("village", "household")]
    steps = (
        (_("村名写法不同的，先定村名"), _("一个村一次定下来，管全村的人：{kinds}"), village),
        (_("A 类：关系到钱和资格"), _("逐条核实：{kinds}"), _of_severity(single, "A")),
        (_("待判的，先判是不是同一个人"), _("在「严重程度」列筛选「待判」；一人有几条的，判一次即可"), unsure),
        (_("户的问题，一户一次定"), _("同一户的几行排在一起：{kinds}"), household),
        (_("B 类：身份信息有误"), _("多数按建议改即可：{kinds}"), _of_severity(single, "B")),
        (_("C 类：只是写法"), _("可以成批照建议整理：{kinds}"), _of_severity(single, "C")),
    )
    found = [Step(what, how.format(kinds=most(of)), len(of)) for what, how, of in steps if of]
    if unread:
        lost = Step(_("把读不出来的行在原表里改好，再核对一次"), _("见「未读入的行」表，标「不可读」"), unread)
        found.insert(0, lost)
    return found


def _of_severity(findings: Sequence[Finding], severity: str) -> list[Finding]:
    return [finding for finding in findings if finding.severity == severity]


def most(findings: Sequence[Finding]) -> str:
    """The commonest kinds with their counts: 证件号错一位 12、姓名同音字 7."""
    counts = Counter(finding.kind for finding in findings)
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    named = [f"{_(KINDS[kind].title)} {count:,}" for kind, count in order[:KINDS_NAMED]]
    if len(order) > KINDS_NAMED:
        named.append(_("其他 {count}").format(count=f"{sum(count for _kind, count in order[KINDS_NAMED:]):,}"))
    return _("、").join(named)
