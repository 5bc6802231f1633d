"""What became of every row of a list: counts that add up to the rows of its sheets."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from audit.findings import ListResult
from casebook.language import N_

PERSON_STATES = ("agrees", "differs", "review", "roster_only", "registry_only", "duplicate", "out_of_scope")
STATES = (*PERSON_STATES, "no_person", "unreadable")

STATE_TITLES = {
    "agrees": N_("一致"),
    "differs": N_("有差异"),
    "review": N_("待判"),
    "roster_only": N_("仅花名册"),
    "registry_only": N_("仅台账"),
    "duplicate": N_("重复"),
    "out_of_scope": N_("范围外"),
    "no_person": N_("非人员行"),
    "unreadable": N_("不可读"),
}

STATE_MEANINGS = {
    "agrees": N_("两边是同一个人，所比各项都相同"),
    "differs": N_("两边是同一个人，至少一项不同"),
    "review": N_("像是同一个人，但把握不足，要人来判"),
    "roster_only": N_("花名册有，卫健名单没有"),
    "registry_only": N_("卫健名单有，花名册没有"),
    "duplicate": N_("同一个人在本名单里又登记一次"),
    "out_of_scope": N_("不在另一份名单的范围内，没有不算疑点"),
    "no_person": N_("标题、表头、小计、空行、落款等"),
    "unreadable": N_("读不出来，没有参加核对"),
}


@dataclass(frozen=True, slots=True)
class RowCounts:
    """Rows of a list by state, in the order of `STATES`, and the rows of its sheets."""

    by_state: dict[str, int]
    total: int

    @property
    def people(self) -> int:
        return sum(self.by_state[state] for state in PERSON_STATES)

    @property
    def adds_up(self) -> bool:
        return sum(self.by_state.values()) == self.total


def row_counts(of_list: ListResult) -> RowCounts:
    """Count the rows of one list; skipped rows are 不可读 when their reason is `unreadable`, else 非人员行."""
    states: Counter[str] = Counter(of_list.states)
    for skipped in of_list.table.skipped:
        states["unreadable" if skipped.reason == "unreadable" else "no_person"] += skipped.count
    return RowCounts({state: states[state] for state in STATES}, of_list.table.total_rows)
