"""Reading the log: order, filters, choices; the access log beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audit.decisions import Ruling, decide, undo
from audit.imports import import_list
from audit.queue import Filter, queue_ids
from audit.run import run_audit
from audit.views import VIEWS
from casebook.store.access import record
from casebook.store.casebook import Casebook, create_casebook, open_casebook
from casebook.store.history import (
    LogFilter,
    access_choices,
    access_ids,
    access_rows,
    log_choices,
    log_ids,
    log_rows,
)
from tests.audit.notation import table

ROSTER = "姓名|证件号|乡|村|户\n张三|600101-1|东乡|红星|990001\n李四|700202-1|东乡|红星|990002"
REGISTRY = "姓名|证件号|乡|村|户|疾病\n张三|600101-3|东乡|红星|990001|高血压\n李四|700202-1|东乡|红星|990002|高血压"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casebook]:
    folder: Path = tmp_path_factory.mktemp("history") / "甲.ruhu"
    with create_casebook(folder, name="甲县", author="甲", views=VIEWS) as made:
        import_list(made, table(ROSTER, name="花名册.xlsx"), "roster", {})
        import_list(made, table(REGISTRY, name="返回.xlsx"), "registry", {})
        run_audit(made)
    with open_casebook(folder, author="乙", views=VIEWS) as made:
        finding = queue_ids(made, Filter())[0]
        (fact,) = decide(made, [finding], Ruling(5, reason="等派出所回函"))
        undo(made, fact)
        record(made, "revealed", ["P000000000001"])
        record(made, "opened", ["7", "8"])
        yield made


def kinds(book: Casebook, **filter: str) -> list[str]:
    return [row.fact.kind for row in log_rows(book, log_ids(book, LogFilter(**filter)))]


def test_newest_first_without_what_goes_along(book: Casebook) -> None:
    assert kinds(book) == ["undo", "decision", "run", "source", "source", "account", "casebook"]


def test_a_run_tells_its_findings_and_an_undone_decision_that_it_is(book: Casebook) -> None:
    rows = {row.fact.kind: row for row in log_rows(book, log_ids(book, LogFilter()))}
    assert rows["run"].findings == len(queue_ids(book, Filter()))
    assert rows["decision"].undone and not rows["run"].undone


def test_filters(book: Casebook) -> None:
    assert kinds(book, kind="source") == ["source", "source"]
    assert kinds(book, author="乙") == ["undo", "decision"]
    assert kinds(book, kind="run", author="乙") == []
    assert kinds(book, text="派出所") == ["decision"]
    assert kinds(book, text="返回") == ["source"]
    assert kinds(book, text="甲县") == ["casebook"]
    (newest, *_older) = log_rows(book, log_ids(book, LogFilter()))
    assert kinds(book, text=newest.fact.id[:8]) == ["undo"]


def test_people_are_not_found_in_the_log_by_their_names_or_numbers(book: Casebook) -> None:
    assert kinds(book, text="张三") == [] and kinds(book, text="600101") == []


def test_days_are_those_of_this_machine(book: Casebook) -> None:
    today = datetime.now().date()
    assert len(kinds(book, day=today.isoformat())) == len(kinds(book))
    assert kinds(book, day=(today - timedelta(days=2)).isoformat()) == []
    assert [count for _day, count in log_choices(book).days] == [7]
    assert log_choices(book).days[0][0] == datetime.now(UTC).astimezone().date().isoformat()


def test_what_there_is_to_filter_by(book: Casebook) -> None:
    choices = log_choices(book)
    assert dict(choices.kinds) == {"source": 2, "undo": 1, "decision": 1, "run": 1, "account": 1, "casebook": 1}
    assert dict(choices.authors) == {"甲": 5, "乙": 2}


def test_the_access_log(book: Casebook) -> None:
    rows = access_rows(book, access_ids(book, LogFilter()))
    assert [(row.what, row.subject, row.author) for row in rows] == [
        ("opened", "8", "乙"),
        ("opened", "7", "乙"),
        ("revealed", "P000000000001", "乙"),
    ]
    assert len(access_ids(book, LogFilter(kind="opened"))) == 2
    assert len(access_ids(book, LogFilter(text="p0000"))) == 1
    assert dict(access_choices(book).kinds) == {"opened": 2, "revealed": 1}
