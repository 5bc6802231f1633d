"""What the province sends back stands on the desk, whatever run counts, until somebody decides it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.decisions import Ruling, countersign, decide
from audit.detail import finding_detail
from audit.finding_view import shown_run
from audit.queue import Filter, findings_named, progress_by_township, queue_ids, queue_rows
from audit.queue_places import next_to_do
from audit.statuses import EVERY
from casebook.people.asks import open_asks
from casebook.store.casebook import Casebook
from tests.audit.casebooks import acting, audited, give, live, new_book, rebuilt, sent_back

PEOPLE = """\
王大山 | 600101-1 | 男 | 云丰镇 | 青桥村 | H001 | P001 | 户主 | 2 | .
李桂芳 | 620303-2 | 女 | 云丰镇 | 青桥村 | H001 | P002 | 配偶 | 2 | .
赵铁柱 | 550707-1 | 男 | 河口乡 | 柳林村 | H002 | P004 | 户主 | 1 | .
"""
REGISTRY = PEOPLE.replace("李桂芳", "李桂方")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with new_book(tmp_path / "县.ruhu") as made:
        yield made


def province(book: Casebook) -> dict[str, tuple[int, str]]:
    """Number and status of what the province sent back, by name."""
    rows = book.connection.execute("SELECT name, id, status FROM finding WHERE kind = 'province_error'")
    return {name: (number, status) for name, number, status in rows}


def test_it_outlives_runs_and_is_decided_like_any_other(book: Casebook) -> None:
    audited(book, PEOPLE, REGISTRY)
    sent_back(book, "李桂芳", "赵铁柱", "外来人")
    found = province(book)
    assert {name: status for name, (_number, status) in found.items()} == dict.fromkeys(found, "open")
    assert set(found) == {"李桂芳", "赵铁柱", "外来人"}
    first = queue_ids(book, Filter())
    assert list(first) == sorted(first) and {number for number, _status in found.values()} == set(first[:3])
    rows = queue_rows(book, first[:3])
    assert {(row.kind, row.severity, row.review) for row in rows} == {("province_error", "A", False)}
    assert findings_named(book, rows[0].handle) == [rows[0].id]
    assert next_to_do(book, Filter(), first[-1]) == first[0], "the last one is followed by the first"
    number = found["李桂芳"][0]
    decide(book, [number], Ruling(1, "证件属实"), shown_run(book.connection))
    assert province(book)["李桂芳"] == (number, "unsigned")
    with acting(book, "张伟"):
        countersign(book, [number])
    audited(book, registry=PEOPLE.replace("H002", "H003"))
    assert province(book)["李桂芳"][1] == "settled" and province(book)["赵铁柱"][1] == "open"
    assert rebuilt(book) == live(book)
    done = {one.township: (one.total, one.settled) for one in progress_by_township(book)}
    assert done["云丰镇"][1] == 1
    sent_back(book, "李桂芳", file="1" * 64)
    statuses = [row.status for row in queue_rows(book, queue_ids(book, Filter(statuses=EVERY))) if row.name == "李桂芳"]
    assert sorted(statuses) == ["open", "settled"], "what comes later is a question of its own"


def test_without_any_run_and_read_twice(book: Casebook) -> None:
    give(book, "roster", PEOPLE)
    before = shown_run(book.connection)
    sent_back(book, "王大山")
    assert shown_run(book.connection) != before
    sent_back(book, "王大山", "赵铁柱")
    assert len(province(book)) == 2
    assert rebuilt(book) == live(book)


def test_what_is_seen_of_it_and_asked_at_the_door(book: Casebook) -> None:
    audited(book, PEOPLE, REGISTRY)
    sent_back(book, "李桂芳", "外来人")
    give(book, "roster", "周老幺 | 330808-1 | 男 | 云丰镇 | 白石村 | H003 | P006 | 户主 | 1 | .\n" + PEOPLE)
    number = province(book)["李桂芳"][0]
    detail = finding_detail(book, number)
    assert str(detail.finding.sentence) == "省里退回了第 3 批里这个人的行：姓名与公安信息不一致、缺电话。"
    assert [(one.title, one.sent) for one in detail.sent_back] == [("姓名", "李桂芳"), ("联系电话", "")]
    name = next(one for one in detail.compared if one.asked)
    assert (name.field, name.roster, name.registry) == ("name", "李桂芳", None)
    assert detail.roster_place.endswith("A4"), "where the list that counts now has it"
    assert {row.kind for row in detail.others} >= {"province_error", "name_homophone"}
    unlisted = finding_detail(book, province(book)["外来人"][0])
    assert [(one.roster, one.registry) for one in unlisted.compared] == [(None, None)]
    assert unlisted.roster_place == unlisted.registry_place == ""
    decide(book, [number], Ruling(7))
    (ask,) = open_asks(book.connection)
    assert (ask.name, ask.field, ask.roster, ask.township) == ("李桂芳", "name", "李桂芳", "云丰镇")
    assert "姓名与公安信息不一致" in str(ask.question)
    assert province(book)["李桂芳"] == (number, "visit")
