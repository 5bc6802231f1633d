"""Who may do what: roles, areas, and the one place that refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.store.accounts import ACCOUNTS, account_of, accounts, change_account
from casebook.store.areas import WHOLE_COUNTY, condition
from casebook.store.casebook import Casebook, open_casebook
from casebook.store.facts import Envelope, Fact
from casebook.store.rights import (
    ACTS,
    ADMINISTRATOR,
    AUDITOR,
    KINDS,
    NOTHING,
    READER,
    SURVEYOR,
    UNRESTRICTED,
    Rights,
    may,
    refuse,
    require,
)
from casebook.store.sqlite import Connection, DatabaseError, connect
from casebook.store.views import View, make_tables
from tests.casebook.made_books import KEYS, new_book
from tests.conftest import ROOMS, ROOT

KEY = KEYS[1]
HERE, THERE = "永和镇/三溪村", "甲镇/乙村"


def _apply(connection: Connection, fact: Fact) -> None:
    if fact.kind == "answer" and fact.body is not None:
        connection.execute("INSERT INTO said VALUES (?, ?)", (fact.envelope.area, fact.body["text"]))


SAID = View(
    "said", 1, ("said",), "CREATE TABLE said (area TEXT, text TEXT)", _apply, areas={"said": "area"},
    pieces={"page": "(SELECT area FROM main.envelope e WHERE e.arrival = piece.arrival)", "open": ""},
)  # fmt: skip


def code_of(call: object, *arguments: object) -> str:
    with pytest.raises(RuhuError) as raised:
        call(*arguments)  # type: ignore[operator]
    assert raised.value.category == "usage" and raised.value.remedy
    return raised.value.code


def say(book: Casebook, area: str, text: str, kind: str = "answer") -> None:
    with book.writing() as writing:
        pieces = {part: [f'"{part} {text}"'.encode()] for part in ("page", "open", "other")}
        writing.append(kind, {"text": text}, area=area, pieces=pieces)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An encrypted casebook: 甲 administrator, 陈静 and 王审 of one township, 看 a reader; an answer of two places."""
    with new_book(tmp_path / "a.ruhu", KEY) as book:
        change_account(book, "陈静", SURVEYOR, ["永和镇"])
        change_account(book, "王审", AUDITOR, ["永和镇"])
        change_account(book, "看", READER)
    with open_casebook(tmp_path / "a.ruhu", author="甲", views=(SAID,), key=KEY) as book:
        say(book, HERE, "近处的人")
        say(book, THERE, "远处的人")
    return tmp_path / "a.ruhu"


@pytest.fixture
def opened(folder: Path) -> Iterator[Casebook]:
    with open_casebook(folder, author="甲", views=(SAID,), key=KEY) as book:
        yield book


def test_every_kind_has_its_people() -> None:
    """Each kind of fact that any room writes is some role's; nobody without an account writes anything of substance."""
    source = "\n".join(path.read_text("utf-8") for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    written = set(re.findall(r'writing\.append\(\s*"([a-z_]+)"', source))
    assert {"decision", "answer", "batch", "account", "notice"} <= written
    assert written - KINDS.keys() == {"undo"}
    free = {kind for kind, duty in KINDS.items() if "" in duty.roles}
    assert free == {"notice", "restored", "anchor", "passphrase"}
    assert all(KINDS[kind].anywhere for kind in free)


@pytest.mark.parametrize(
    ("role", "able"),
    [
        (SURVEYOR, {"answer", "submission", "visit", "assignment", "review recall", "checkin"}),
        (READER, set()),
        (AUDITOR, KINDS.keys() - {"account", "casebook", "device", "erase", "rekey", "notice", "restored", "anchor",
                                  "passphrase"}),
        (ADMINISTRATOR, KINDS.keys() - {"notice", "restored", "anchor", "passphrase"}),
    ],
)  # fmt: skip
def test_roles(role: str, able: set[str]) -> None:
    everybody = {"notice", "restored", "anchor", "passphrase"}
    for kind in KINDS:
        name, _space, step = kind.partition(" ")
        body = {"step": step} if step else {}
        if kind in able | everybody:
            refuse(Rights(role, WHOLE_COUNTY), name, body, "")
            refuse(Rights(role, ("永和镇",)), name, body, HERE)
            if kind not in everybody | {"checkin"}:
                assert code_of(refuse, Rights(role, ("永和镇",)), name, body, THERE) == "not_allowed"
                assert code_of(refuse, Rights(role, ("永和镇",)), name, body, "") == "not_allowed"
        else:
            assert code_of(refuse, Rights(role, WHOLE_COUNTY), name, body, "") == "not_allowed"
        assert code_of(refuse, NOTHING, name, body, "") == "not_allowed" if kind not in everybody else True
    for act, duty in ACTS.items():
        assert may(Rights(role, WHOLE_COUNTY), act) == (role in duty.roles)
        assert code_of(require, Rights(role, (HERE,)), act) == "not_allowed" and not may(Rights(role, (HERE,)), act)
    assert code_of(refuse, Rights(AUDITOR, WHOLE_COUNTY), "of a later release", {}, "") == "not_allowed"


def test_the_newest_word_about_an_account_stands_in_any_order(tmp_path: Path) -> None:
    facts = []
    for clock, (name, role) in enumerate([("甲", ADMINISTRATOR), ("陈静", SURVEYOR), ("陈静", AUDITOR), ("甲", "")]):
        envelope = Envelope(f"{clock}", "d", clock, "", "account", 1, "", (), "w", clock // 2, "甲", "")
        facts.append(Fact(clock, envelope, {"name": name, "role": role, "areas": ["永和镇"]}))
    found, connection = set(), connect(tmp_path / "any.db")
    for order in permutations(facts):
        make_tables(connection, ACCOUNTS)
        for fact in order:
            ACCOUNTS.apply(connection, fact)
        found.add(tuple(accounts(connection)))
    connection.close()
    assert len(found) == 1
    assert [(one.name, one.role) for one in found.pop()] == [("甲", ""), ("陈静", AUDITOR)]


def test_accounts_are_opened_changed_and_closed(opened: Casebook) -> None:
    assert [(one.name, one.role, one.areas) for one in accounts(opened.connection)] == [
        ("王审", AUDITOR, ("永和镇",)),
        ("甲", ADMINISTRATOR, ("",)),
        ("看", READER, ("",)),
        ("陈静", SURVEYOR, ("永和镇",)),
    ]
    (before,) = opened.connection.execute("SELECT max(arrival) FROM envelope").fetchone()
    change_account(opened, " 陈静 ", SURVEYOR, ["永和镇", HERE])
    assert opened.connection.execute("SELECT max(arrival) FROM envelope").fetchone() == (before,)  # nothing new
    for role, areas in ((AUDITOR, WHOLE_COUNTY), ("", WHOLE_COUNTY), (ADMINISTRATOR, ["永和镇"])):
        assert code_of(change_account, opened, "甲", role, areas) == "last_administrator"
    assert code_of(change_account, opened, "乙", "省长") == "usage_role"
    assert code_of(change_account, opened, " ", READER) == "usage_account"
    change_account(opened, "乙", ADMINISTRATOR)
    change_account(opened, "甲", READER)  # one's own last act
    assert code_of(change_account, opened, "乙", READER) == "not_allowed"
    change_account(opened.acted_by("乙"), "陈静", "")
    assert code_of(say, opened.acted_by("陈静"), HERE, "再说") == "not_allowed"
    assert code_of(lambda: open_casebook(opened.folder, author="陈静", views=(SAID,), key=KEY)) == "account_closed"


def test_writing_is_held_to_role_and_area(opened: Casebook) -> None:
    say(opened.acted_by("陈静"), HERE, "又一句")
    for who, area, kind in (
        ("陈静", THERE, "answer"), ("陈静", "", "answer"), ("陈静", HERE, "decision"), ("看", HERE, "answer"),
        ("没有账号的人", HERE, "answer"), ("王审", "", "source"), ("王审", THERE, "decision"),
    ):  # fmt: skip
        (before,) = opened.whole.execute("SELECT count(*) FROM envelope").fetchone()
        assert code_of(say, opened.acted_by(who), area, "不行", kind) == "not_allowed"
        assert opened.whole.execute("SELECT count(*) FROM envelope").fetchone() == (before,)


def test_what_one_may_not_do_one_may_not_undo(opened: Casebook) -> None:
    def undo(who: str, of: str) -> None:
        ids = [fact for (fact,) in opened.whole.execute("SELECT id FROM envelope WHERE kind = ?", (of,))]
        with opened.acted_by(who).writing() as writing:
            writing.append("undo", {"targets": ids[:1]}, parents=ids[:1])

    undo("陈静", "answer")
    say(opened, HERE, "结论", "decision")
    assert code_of(undo, "陈静", "decision") == "not_allowed"
    undo("王审", "decision")
    assert code_of(undo, "王审", "account") == "not_allowed"


def test_reading_is_held_to_the_area(opened: Casebook) -> None:
    """By every road: the room's table, bodies, pieces, the access log, aggregates, joins."""
    from casebook.store import access
    from casebook.store.facts import facts, pieces

    access.record(opened, "opened", ["别人看的"])
    seen = opened.acted_by("陈静")
    access.record(seen, "opened", ["自己看的"])
    query = seen.connection.execute
    assert query("SELECT text FROM said").fetchall() == [("近处的人",)]
    assert query("SELECT count(*) FROM said s, said t").fetchone() == (1,)
    assert [one.subject for one in access.newest(seen.connection)] == ["自己看的"]
    told = {fact.envelope.area: fact for fact in facts(seen.connection, "e.kind = 'answer'")}
    assert told[HERE].body == {"text": "近处的人"} and told[THERE].body is None  # its envelope is there
    parts = {
        area: [list(pieces(seen.connection, fact.arrival, part)) for part in ("page", "open", "other")]
        for area, fact in told.items()
    }
    assert parts[HERE] == [[(0, "page 近处的人")], [(0, "open 近处的人")], []]
    assert parts[THERE] == [[], [(0, "open 远处的人")], []]
    for (table,) in seen.whole.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        assert table == "piece" or "远处" not in str(query(f"SELECT * FROM {table}").fetchall())
    with pytest.raises(DatabaseError, match=r"readonly|read-only"):
        query("DELETE FROM main.said")
    # whoever writes sees all, and less again afterwards
    with seen.writing() as writing:
        assert seen.connection is writing.connection is seen.whole
        assert seen.connection.execute("SELECT count(*) FROM said").fetchone() == (2,)
        writing.append("answer", {"text": "刚写的"}, area=HERE)
    assert seen.connection is not seen.whole
    assert query("SELECT text FROM said ORDER BY 1").fetchall() == [("刚写的",), ("近处的人",)]
    assert opened.connection is opened.whole


def test_an_account_that_is_changed_meanwhile(opened: Casebook) -> None:
    """At the latest with the next thing that is saved."""
    with open_casebook(opened.folder, author="陈静", views=(SAID,), key=KEY) as other:
        assert other.connection.execute("SELECT text FROM said").fetchall() == [("近处的人",)]
        change_account(opened, "陈静", SURVEYOR, ["甲镇"])
        assert code_of(say, other, HERE, "不行") == "not_allowed"
        say(other, THERE, "行")
        assert {text for (text,) in other.connection.execute("SELECT text FROM said")} == {"远处的人", "行"}


def test_a_plain_casebook_holds_only_whom_it_knows(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu") as book:
        change_account(book, "陈静", SURVEYOR, ["永和镇"])
        assert book.acted_by("随便谁").rights == UNRESTRICTED
        assert code_of(say, book.acted_by("陈静"), THERE, "不行") == "not_allowed"
    with new_book(tmp_path / "b.ruhu", KEY) as book:
        assert book.acted_by("随便谁").rights == NOTHING and account_of(book.whole, "随便谁") is None
        assert condition("area", NOTHING.areas) == "0"
