"""Villages on a laptop: its rows of the lists and who is who, lending out, a folder that is copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.people.lookup import look_up
from casebook.store.casebook import Casebook, open_casebook
from casebook.store.devices import device_of
from casebook.store.facts import fact_by_id
from casebook.store.lists import current
from casebook.store.packets.checkouts import borrowed, check_in, check_out, checkouts, give_back, give_back_own
from casebook.store.packets.make import make_packet
from casebook.store.packets.take import take_packet
from casebook.store.sources import stored_list
from casebook.store.verify import verify
from tests.audit.casebooks import audited
from tests.audit.histories import PEOPLE, changed
from tests.audit.notation import table
from tests.casebook.packets.machines import joined, note, office, seen, send, tell
from tui.all_views import VIEWS

A1, A2, B1 = "云丰镇/青桥村", "云丰镇/白石村", "河口乡/柳林村"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casebook]:
    """An office with lists and a cross-check; tests only read it."""
    with office(tmp_path_factory.mktemp("county") / "office.ruhu", VIEWS) as book:
        audited(book, PEOPLE, changed(0b0001_0010_1111))
        yield book


@pytest.fixture(scope="module")
def lap(county: Casebook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casebook]:
    with joined(county, tmp_path_factory.mktemp("lap") / "lap.ruhu", "lap1", [A1, B1]) as book:
        send(county, book)
        yield book


def listed(book: Casebook) -> list[tuple[int, str, str]]:
    sql = "SELECT row, name, township || '/' || village FROM listed WHERE side = 'roster' ORDER BY row"
    return [tuple(row) for row in book.whole.execute(sql)]


def test_a_laptop_has_the_rows_of_its_villages(county: Casebook, lap: Casebook) -> None:
    assert listed(lap) == [row for row in listed(county) if row[2] in (A1, B1)] != []
    assert {row[2] for row in listed(county)} > {A1, B1}
    source = current(lap.whole, "roster")
    assert source is not None
    here, people = stored_list(lap.whole, source)
    assert len(here.rows) == len(people) == len(listed(lap)) < here.total_rows
    assert verify(lap.whole).broken == ()


def test_a_laptop_knows_who_is_who_and_no_finding(county: Casebook, lap: Casebook) -> None:
    joins = "SELECT registry, roster, state FROM joined ORDER BY 1, 2"
    assert lap.whole.execute(joins).fetchall() == county.whole.execute(joins).fetchall() != []
    assert lap.whole.execute("SELECT count(*) FROM finding").fetchone() == (0,)
    name = listed(lap)[0][1]
    assert look_up(lap, name) and not look_up(lap, "赵铁柱")


def test_a_row_changed_or_taken_out_on_a_laptop_is_found(lap: Casebook, tmp_path: Path) -> None:
    fact = current(lap.whole, "registry")
    assert fact is not None
    rows = lap.whole.execute("SELECT n, content FROM piece WHERE arrival = ? AND part = 'row'", (fact.arrival,))
    stored = rows.fetchall()
    (n, content), homes = stored[0], {row[1][:20] for row in stored}
    assert len(homes) > 1
    for statement, values in (
        ("UPDATE piece SET content = ? WHERE arrival = ? AND part = 'row' AND n = ?",
         (content.replace("男".encode(), "女".encode()).replace(b"1", b"2"), fact.arrival, n)),
        ("DELETE FROM piece WHERE arrival = ? AND part = 'row' AND n = ?", (fact.arrival, n)),
        ("DELETE FROM partial WHERE arrival = ?", (fact.arrival,)),
        ("DELETE FROM body WHERE arrival = ?", (fact.arrival,)),
        ("DELETE FROM body WHERE arrival IN (SELECT arrival FROM envelope WHERE kind = 'device')", ()),
    ):  # fmt: skip
        connection = lap.whole
        connection.execute("BEGIN")
        for trigger in ("piece_update", "piece_delete", "body_delete"):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement, values)
        broken = verify(connection).broken
        connection.execute("ROLLBACK")
        assert {one.what for one in broken} & {"pieces", "body"}, statement


def test_texts_of_skipped_rows_stay_at_the_office(tmp_path: Path) -> None:
    from dataclasses import replace

    from audit.imports import import_list
    from casebook.tables.table import Skipped

    with office(tmp_path / "office.ruhu", VIEWS) as book:
        people = "姓名 | 证件号 | 性别 | 乡 | 村 | 户 | 人\n王大山 | 600101-1 | 男 | 云丰镇 | 青桥村 | H1 | P1"
        skipped = Skipped("表", 9, 9, "signature", "填表人：签名的人")
        lists = replace(table(people, "花名册", "a"), skipped=(skipped,), total_rows=3)
        source = import_list(book, lists, "roster", {}).source
        with joined(book, tmp_path / "lap.ruhu", "lap1", [A1]) as lap:
            send(book, lap)
            for one, text in ((book, "填表人：签名的人"), (lap, "")):
                fact = fact_by_id(one.whole, source)
                assert fact is not None and "签名的人" not in str(fact.body)
                assert [skipped.text for skipped in stored_list(one.whole, fact)[0].skipped] == [text]
            assert verify(lap.whole).broken == verify(book.whole).broken == ()
            assert "签名的人".encode() not in (tmp_path / "lap.ruhu" / "casebook.db").read_bytes()


# Lending out


def refused(book: Casebook, kind: str, area: str) -> str:
    try:
        tell(book, kind, {"text": ""}, area)
    except RuhuError as error:
        return error.what
    return ""


def test_a_village_lent_out_is_filled_in_on_one_machine(tmp_path: Path) -> None:
    with office(tmp_path / "office.ruhu") as head, joined(head, tmp_path / "1.ruhu", "lap1", ["云丰镇"]) as one, joined(
        head, tmp_path / "2.ruhu", "lap2", ["云丰镇"]
    ) as two:  # fmt: skip
        take_packet(one, make_packet(head, one.device, checkout=[A1]))
        assert borrowed(head.whole) == borrowed(one.whole) == {A1: one.device}
        assert "lap1" in refused(head, "answer", A1) and refused(head, "answer", A2) == ""
        assert refused(one, "submission", A1) == "" and refused(head, "note", A1) == ""
        with pytest.raises(RuhuError, match="checked_out"):
            make_packet(head, two.device, checkout=["云丰镇"])
        with pytest.raises(RuhuError, match="not_its_area"):
            make_packet(head, two.device, checkout=[B1])
        assert give_back_own(one) == [A1] and checkouts(one.whole) == []
        send(one, head)
        assert refused(head, "answer", A1) == ""
        take_packet(two, make_packet(head, two.device, checkout=["云丰镇"]))
        assert give_back(head, [""]) == ["云丰镇"]  # the laptop is lost


def test_two_offices_that_lend_out_the_same(tmp_path: Path) -> None:
    with office(tmp_path / "office.ruhu") as head, joined(head, tmp_path / "1.ruhu", "lap1") as other:
        send(head, other)
        with joined(head, tmp_path / "2.ruhu", "lap2", ["云丰镇"]) as lap, head.writing() as writing:
            check_out(writing, lap.device, [A1])
        with other.writing() as writing:
            check_out(writing, head.device, ["云丰镇"])
        taken = send(other, head)
        assert [what for what, _id in taken.conflicts] == ["checkout"] * 2
        assert any("冲突" in line for line in taken.words)
        assert all(one.conflict for one in checkouts(head.whole))
        with head.writing() as writing:
            assert check_in(writing, head.device) == ["云丰镇"]
        assert not any(one.conflict for one in checkouts(head.whole))


# Copied folders


def test_a_copied_folder_goes_on_as_a_device_of_its_own(tmp_path: Path) -> None:
    with office(tmp_path / "office.ruhu") as head, joined(head, tmp_path / "lap.ruhu", "lap1", ["云丰镇"]) as lap:
        take_packet(lap, make_packet(head, lap.device, checkout=[A1]))
        device = lap.device
        lap.close()
        shutil.copytree(tmp_path / "lap.ruhu", tmp_path / "copy.ruhu")
        (tmp_path / "lap.ruhu").rename(tmp_path / "moved.ruhu")
        with open_casebook(tmp_path / "moved.ruhu", author="乙", views=lap.views) as same:
            assert same.device == device
            note(same, "same", A1)
            send(same, head)
        with open_casebook(tmp_path / "copy.ruhu", author="乙", views=lap.views) as copy:
            assert copy.device != device
            own = device_of(copy.whole, copy.device)
            assert own is not None and own.before == device and own.areas == ("云丰镇",)
            assert refused(copy, "answer", A1) == ""  # it has what it was lent before
            note(copy, "copy", A1)
            taken = send(copy, head)
            assert taken.facts == 3 and taken.sender == copy.device
            send(head, copy)
            assert {"same", "copy"} <= {row[0] for row in copy.whole.execute("SELECT text FROM note")}
            assert verify(head.whole).broken == verify(copy.whole).broken == ()
        with open_casebook(tmp_path / "copy.ruhu", author="乙", views=lap.views) as again:
            assert again.device == copy_device(head, device)
            assert seen(again) != b""


def copy_device(book: Casebook, before: str) -> str:
    return str(book.whole.execute("SELECT device FROM device WHERE before = ?", (before,)).fetchone()[0])
