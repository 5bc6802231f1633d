"""An erasure goes to every machine, and all come to the same: late answers, old packets, two offices at once."""

from __future__ import annotations

from pathlib import Path

from casebook.store.casebook import Casebook
from casebook.store.cleaning import clean, left_over
from casebook.store.erasure import came_later
from casebook.store.packets.make import make_packet
from casebook.store.packets.take import take_packet
from casebook.store.verify import verify
from exports.erasing import erase, find
from survey_forms.interview import open_interview
from survey_forms.visits.visit_list import VisitFilter, visit_ids, visit_rows
from tests.casebook.packets.machines import joined, seen, send
from tests.tui.screens.visit_flows import surveyed_book
from tui.all_views import VIEWS


def person_called(book: Casebook, name: str) -> str:
    sql = "SELECT person FROM listed WHERE name = ? ORDER BY side DESC"
    return str(book.connection.execute(sql, (name,)).fetchone()[0])


def bodies(book: Casebook) -> dict[str, tuple[bytes, bytes]]:
    rows = book.whole.execute("SELECT e.id, b.salt, b.content FROM envelope e JOIN body b USING (arrival)")
    return {identity: (salt, content) for identity, salt, content in rows}


def assert_whole(*books: Casebook) -> None:
    for book in books:
        assert [broken for broken in verify(book.whole).broken if broken.what != "name"] == []


def test_travels(tmp_path: Path) -> None:
    office = surveyed_book(tmp_path / "office.ruhu")
    second = joined(office, tmp_path / "second.ruhu", "第二办公室", author="刘敏")
    laptop = joined(office, tmp_path / "laptop.ruhu", "笔记本", areas=("云丰镇/青桥村",), author="陈静")
    for book in (second, laptop):
        send(office, book)
    person = person_called(office, "李桂芳")
    old = make_packet(office, laptop.device, full=True)
    (visit,) = [row for row in visit_rows(laptop, visit_ids(laptop, VisitFilter())) if row.head == "王大山"]
    interview = open_interview(laptop, visit.id)
    place = [interview.filling.value(ref) for ref in interview.filling.field_nodes("person.id")].index(person) + 1
    interview.answer(f"/data/member[{place}]/name", "李桂芳芳")
    send(laptop, office)
    interview.answer(f"/data/member[{place}]/outcome", "2")  # not known at the office yet

    done = erase(office, person, reason="本人申请")
    words = {*done.words.own, "李桂芳芳"}
    assert done.fact and "李桂芳" in words and clean(office)
    assert send(office, second).notices == ()
    assert "又带来已删除人员的 1 条" in " ".join(send(office, laptop).notices)
    assert take_packet(laptop, old).facts == 0
    for book in (office, second, laptop):
        assert left_over(book.whole, words) == {} and clean(book)
        raw = b"".join(path.read_bytes() for path in book.folder.glob("casebook.db*"))
        assert not any(word.encode() in raw for word in words)
    assert seen(second) == seen(office)

    assert "又带来已删除人员的 1 条" in " ".join(send(laptop, office).notices)
    assert len(came_later(office.connection, VIEWS)) == 1
    assert erase(office, person, reason="本人申请").facts == 1
    for book in (second, laptop):
        send(office, book)
        assert came_later(book.whole, VIEWS) == []
    assert_whole(office, second, laptop)
    assert seen(second) == seen(office)

    # two offices at once, in the same lists and the same run; a third machine gets both together
    here, there = erase(office, person_called(office, "王大山"), reason="甲"), "欧阳明"
    other = erase(second, person_called(second, there), reason="乙")
    assert {one for one, _after, _earlier in _told(office, here.fact)} & {
        one for one, _after, _earlier in _told(second, other.fact)
    }
    send(second, office)
    send(office, second)
    send(office, laptop)
    third = joined(office, tmp_path / "third.ruhu", "第三办公室", author="张伟")
    send(office, third)
    send(office, second)
    words = {*here.words.own, *other.words.own}
    for book in (office, second, laptop, third):
        assert left_over(book.whole, words) == {}
    assert bodies(office) == bodies(second) == bodies(third)
    assert seen(office) == seen(second) == seen(third)
    last = erase(third, person_called(third, "周小兰"), reason="丙")
    send(third, office)
    send(office, second)
    assert_whole(office, second, laptop, third)
    assert find(second, last.person).told == () and bodies(office) == bodies(second) == bodies(third)
    for book in (office, second, laptop, third):
        book.close()


def _told(book: Casebook, erasure: str) -> list[tuple[str, str, list[str]]]:
    from casebook.store.facts import fact_by_id

    fact = fact_by_id(book.whole, erasure)
    assert fact is not None and fact.body is not None
    return [tuple(one) for one in fact.body["facts"]]
