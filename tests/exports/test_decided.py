"""Pairs that people decided, in what is handed out: named as such, and counted."""

from __future__ import annotations

from audit.findings import CrossCheck
from audit.told import Told
from exports.findings_json import findings_json
from exports.findings_layout import overview_sheet
from exports.findings_overview import overview_rows
from exports.links import link_rows
from tests.audit.notation import check

LIST = """
姓名   | 证件号   | 性别 | 乡     | 村     | 户
王大山 | 600101-1 | 男   | 云丰镇 | 青桥村 | H001
赵铁柱 | 550707-1 | 男   | 云丰镇 | 白石村 | H002
"""


def result(told: Told) -> CrossCheck:
    return check(LIST, LIST, told=told)


def link_counts(result: CrossCheck) -> list[tuple[object, object]]:
    """Titles and figures of the overview's table of pairs."""
    rows = [row.values for row in overview_rows(result, overview_sheet("总览").columns, {}, {})]
    start = next(i for i, values in enumerate(rows) if values and values[0] == "三、两边对上的人")
    stop = next(i for i, values in enumerate(rows) if i > start and not values)
    return [(values[0], values[-1]) for values in rows[start + 2 : stop]]


def test_decided_pairs_are_named_and_counted() -> None:
    decided = result(Told(same=frozenset({(1, 1)})))
    assert [row[3] for row in link_rows(decided)] == ["auto", "decided"]
    assert findings_json(decided)["links"] == {"auto": 1, "review": 0, "decided": 1, "total": 2}
    assert link_counts(decided) == [("自动认定", 1), ("待判", 0), ("已定", 1), ("合计", 2)]


def test_without_decisions_none_are_told_of() -> None:
    assert link_counts(result(Told())) == [("自动认定", 2), ("待判", 0), ("合计", 2)]
