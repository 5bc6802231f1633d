"""Erasing a person out of a casebook with everything in it: decisions, visits, a batch, the province's answer."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook

from audit.decisions import Ruling, decide
from audit.queue import Filter, queue_ids, queue_rows
from audit.run import run_audit
from casebook.errors import RuhuError
from casebook.people.lookup import look_up
from casebook.store.access import newest
from casebook.store.casebook import Casebook, open_casebook
from casebook.store.cleaning import clean, left_over
from casebook.store.erased_backups import older_backups
from casebook.store.erasure import came_later
from casebook.store.health import examine, whole
from casebook.store.verify import verify
from casebook.store.views import contents, rebuild
from exports.erasing import Erasing, erase, find
from exports.upload.batches import batch_files, batch_rows, batches
from exports.upload.feedback import import_feedback
from exports.upload.records import records
from survey_forms.interview import open_interview
from survey_forms.visits.visit_list import visit_named
from tests.exports.upload.made_feedback import error_file, people, sent
from tui.all_views import VIEWS
from tui.commands.app import run_command

OFFICE = "刘敏"


def person_called(book: Casebook, name: str) -> str:
    (person,) = book.connection.execute("SELECT person FROM listed WHERE name = ? AND side = 'roster'", (name,))
    return str(person[0])


@pytest.fixture(scope="module")
def full(passed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Handed in, and 王大山 sent back by the province; somebody wrote his name into a reason about another."""
    folder = tmp_path_factory.mktemp("full") / "县.ruhu"
    shutil.copytree(passed_folder / "县.ruhu", folder)
    with open_casebook(folder, author=OFFICE, views=VIEWS) as book:
        (number,) = queue_ids(book, Filter())
        decide(book, [number], Ruling(7, reason="问过王大山，他说认识"))
        batch = sent(book, folder.parent / "一")
        wang = people(book, batch)["王大山"]
        line = ("王大山", wang.number, "身份证号与公安人口信息不一致")
        import_feedback(book, error_file(folder.parent / "错.xlsx", ("姓名", "证件号", "错误说明"), line))
    return folder


@dataclass(frozen=True)
class Erased:
    """The casebook after 王大山 was erased; what was held on his wife before."""

    book: Casebook
    done: Erasing
    wife: dict[object, str]


@pytest.fixture(scope="module")
def erased(full: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Erased]:
    folder = tmp_path_factory.mktemp("erased") / "县.ruhu"
    shutil.copytree(full, folder)
    with open_casebook(folder, author=OFFICE, views=VIEWS) as book:
        wife = held_on(book, "李桂芳")
        done = erase(book, person_called(book, "王大山"), reason="本人申请删除", order="府函12号")
        assert clean(book)
        yield Erased(book, done, wife)


def held_on(book: Casebook, name: str) -> dict[object, str]:
    return {spot.place: spot.told for spot in find(book, person_called(book, name)).told}


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_nothing_of_the_person_is_left(erased: Erased, full: Path) -> None:
    book, done = erased.book, erased.done
    with open_casebook(full, author=OFFICE, views=VIEWS) as before:
        ((number, code),) = before.connection.execute(
            "SELECT number, phone FROM listed WHERE name = '王大山' AND side = 'roster'"
        )
        assert {number, code, "王大山"} <= set(done.words.own)
        there = bytes_of(full)
        assert all(word.encode() in there for word in (number, "王大山"))
    assert left_over(book.connection, done.words.own) == {}
    assert [word for word in done.words.own if word.encode() in bytes_of(book.folder)] == []
    kept = b"".join(content for batch in batches(book) for _name, content in batch_files(book, batch.number))
    assert number.encode() not in kept
    assert find(book, done.person).told == ()
    assert came_later(book.connection, VIEWS) == []
    assert erase(book, done.person, reason="再来").fact == ""
    row = book.connection.execute("SELECT person, reason, document, author FROM erasure").fetchone()
    assert row == (done.person, "本人申请删除", "府函12号", OFFICE)


def test_the_casebook_is_whole(erased: Erased) -> None:
    book = erased.book
    assert verify(book.connection).broken == ()
    assert [check for check in examine(book) if check.state == "bad"] == [] and whole(examine(book))
    before = contents(book.connection, VIEWS)
    book.connection.execute("BEGIN")
    rebuild(book.connection, VIEWS)
    assert contents(book.connection, VIEWS) == before
    book.connection.execute("ROLLBACK")
    with pytest.raises(Exception, match="never changed"):
        book.connection.execute("UPDATE body SET content = x'00'")


def test_the_household_is_untouched(erased: Erased) -> None:
    """But for what named him, the head of the household, and his telephone, that stood for hers."""
    book = erased.book
    after = held_on(book, "李桂芳")
    lost = {place: told for place, told in erased.wife.items() if after.get(place) != told}
    assert {told for told in lost.values() if "王大山" not in told} == {"13800000001"}
    assert len(after) > 60
    (batch,) = batches(book)
    upload = next(content for name, content in batch_files(book, batch.number) if "未上报" not in name)
    sheet = load_workbook(io.BytesIO(upload)).active
    assert sheet is not None
    names = [sheet.cell(row, 5).value for row in range(4, sheet.max_row + 1)]
    assert "李桂芳" in names and "王大山" not in names and None in names
    assert [row.name for row in batch_rows(book, batch.id)].count("已删除") == 1


def test_everything_goes_on(erased: Erased, tmp_path: Path) -> None:
    """Nobody asks about him any more, and a draft can be handed in without him."""
    folder = tmp_path / "县.ruhu"
    shutil.copytree(erased.book.folder, folder)
    with open_casebook(folder, author=OFFICE, views=VIEWS) as book:
        assert len(look_up(book, "大山")) == 0 and len(look_up(book, "李桂芳")) == 1
        summary = run_audit(book)
        assert summary.states["roster"]["out_of_scope"] >= 1
        assert "已删除" not in {row.name for row in queue_rows(book, queue_ids(book, Filter()))}
        assert "已删除" not in {one.name for one in records(book).people}
        home = visit_named(book, "H001")
        assert (home.state, home.reason) == ("draft", "＊＊＊：身份证号与公安人口信息不一致")
        interview = open_interview(book.acted_by("陈静"), home.id)
        told = [interview.filling.value(ref) for ref in interview.filling.field_nodes("person.name")]
        assert told == ["已删除", "李桂芳", "王小山"]
        interview.remove("/data/member[1]")
        interview.submit()
        assert visit_named(book, "H001").state == "township"
        decision = book.connection.execute("SELECT reason FROM decision WHERE reason <> ''").fetchone()
        assert decision == ("问过＊＊＊，他说认识",)


def test_refusals(full: Path) -> None:
    with open_casebook(full, author=OFFICE, views=VIEWS) as book:
        person = person_called(book, "王大山")
        for reason, code in (("", "no_reason"), ("王大山要求", "name_in_reason")):
            with pytest.raises(RuhuError) as refused:
                erase(book, person, reason=reason)
            assert refused.value.code == code and "王大山" not in str(refused.value)
        with pytest.raises(RuhuError) as refused:
            find(book, "P0000000000000")
        assert refused.value.code == "no_person"


def test_commands(
    full: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "县.ruhu"
    shutil.copytree(full, folder)
    with open_casebook(folder, author=OFFICE, views=VIEWS) as book:
        person = person_called(book, "王大山")
        (number,) = book.connection.execute("SELECT number FROM listed WHERE person = ?", (person,)).fetchone()
    where = ["-c", str(folder), "--user", OFFICE]

    def typed(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    typed(f"{number}\n")
    assert run_command(["held", "--stdin", "-o", str(tmp_path / "清单.xlsx"), *where]) == 0
    workbook = load_workbook(tmp_path / "清单.xlsx")
    places = list(workbook["信息"].iter_rows(values_only=True))
    assert {row[1] for row in places[1:]} >= {"导入", "结论", "排入户", "填答", "上交", "上报批次", "省反馈"}
    assert ("花名册：姓名", "王大山") in {row[2:4] for row in places}
    assert all(row[3] for row in places) and [row[3] for row in workbook["查阅记录"].iter_rows(values_only=True)][-1]
    for arguments, code in (
        ([number], "number_in_argument"), ([], "usage_person"), ([person, "--reason", "x"], "usage_yes")
    ):  # fmt: skip
        typed("")
        with pytest.raises(RuhuError) as refused:
            run_command(["erase", *arguments, *where])
        assert (refused.value.code, refused.value.category) == (code, "usage")
        assert number not in str(refused.value)
    assert run_command(["backup", *where]) == 0
    capsys.readouterr()
    assert run_command(["erase", person, "--dry-run", *where]) == 0
    said = capsys.readouterr().out
    assert "现有备份 1 份" in said and "王大山" not in said and number not in said
    typed(f"{number}\n")
    assert run_command(["erase", "--stdin", "--reason", "本人申请", "--yes", *where]) == 0
    told = capsys.readouterr()
    assert "王大山" not in told.out + told.err and "还有这个人的旧备份" in told.err
    assert number.encode() in bytes_of(folder / "backups")
    assert run_command(["erase", person, "--reason", "本人申请", "--yes", "--backups", "--json", *where]) == 0
    assert '"backups_removed": 1' in capsys.readouterr().out
    assert number.encode() not in bytes_of(folder)
    with open_casebook(folder, author=OFFICE, views=VIEWS) as book:
        assert older_backups(book) == []
        looks = [(one.what, one.subject) for one in newest(book.connection)]
        assert ("exported", "held:清单.xlsx") in looks and looks.count(("looked_up", person)) == 5
        with book.writing() as writing:
            writing.append("account", {"name": "陈静", "role": "调查员", "areas": ["云丰镇"]})
    for command in (["held", person, "-o", "x.xlsx"], ["erase", person, "--reason", "x", "--yes"]):
        with pytest.raises(RuhuError) as refused:
            run_command([*command, "-c", str(folder), "--user", "陈静"])
        assert refused.value.code == "not_allowed"
