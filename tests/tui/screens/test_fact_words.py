"""The log in words: every kind of fact has a name, what the casebook's own facts say, and what none of them may say."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from casebook.store.access import Access, Way
from casebook.store.facts import Envelope, Fact
from casebook.store.history import LogRow
from casebook.store.rights import KINDS
from tui.screens.fact_words import KIND_NAMES, told
from tui.screens.trail_words import access_subject

DEVICE = "1a2b3c4d5e6f7081"


def row(kind: str, body: dict[str, Any] | None) -> LogRow:
    wall = "2026-11-23T00:00:00.000Z"
    return LogRow(Fact(1, Envelope("f", DEVICE, 1, "", kind, 1, "", (), wall, 1, "甲", ""), body), 0, False)


def test_every_kind_and_every_way_out_has_a_name() -> None:
    assert {kind for kind in KINDS if " " not in kind} | {"undo"} <= KIND_NAMES.keys()
    for way in get_args(Way):
        assert access_subject(Access(1, "", "甲", "exported", f"{way}:表.xlsx")).endswith("（表.xlsx）")
        assert way not in access_subject(Access(1, "", "甲", "exported", f"{way}:"))
    assert access_subject(Access(1, "", "甲", "opened", "P1")) == "P1"


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("account", {"name": "陈静", "role": "调查员", "areas": ["甲镇", "乙/丙村"]}, "陈静，调查员，甲镇、乙 丙村"),
        ("account", {"name": "陈静", "role": ""}, "陈静，已停用"),
        ("device", {"device": DEVICE, "name": "lap3", "areas": [""], "closed": True}, "lap3（1a2b3c4d），已停用"),
        ("checkout", {"areas": ["永和镇"], "device": DEVICE}, "永和镇，借给设备 1a2b3c4d"),
        ("anchor", {"heads": [[DEVICE, 1, ""]], "access": [1234, ""]}, "查阅记录到第 1,234 条，其他设备 1 台"),
        ("erase", {"person": "P1", "order": "文 3 号", "reason": "本人要求"}, "人员 P1，文号 文 3 号，本人要求"),
        ("restored", {"device_before": DEVICE, "lost": 3}, "恢复备份，接着设备 1a2b3c4d，备份里没有的 3 条"),
        ("restored", {"device_before": DEVICE, "lost": None, "why": "copied"}, "案卷文件夹是拷来的，接着设备 1a2b3c4d"),
        ("checkout", {"villages": 3}, ""),
        ("of a later release", {"x": 1}, ""),
        ("erase", None, "（内容不归你管，或不在这台电脑上）"),
    ],
)
def test_what_facts_say(kind: str, body: dict[str, Any] | None, said: str) -> None:
    assert told(row(kind, body)) == said


def test_reasons_are_left_out_where_asked() -> None:
    body = {"visit": "v1", "step": "return", "at": "", "reason": "病情写错"}
    assert "病情" in told(row("review", body)) and "病情" not in told(row("review", body), reasons=False)
