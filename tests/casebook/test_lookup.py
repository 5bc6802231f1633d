"""Look-up by everything a counter is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.imports import import_list
from audit.run import run_audit
from audit.views import VIEWS
from casebook.people.lookup import hits, look_up, person_of
from casebook.store.casebook import Casebook, create_casebook
from tests.audit.notation import number, table

ROSTER = """
    姓名       | 证件号    | 性别 | 乡   | 村   | 户          | 关系 | 电话
    张建国     | 600101-1  | 男   | 东乡 | 红星 | 99000000001 | 户主 | 13800000001
    张建国     | 700202-3  | 男   | 西镇 | 前进 | 99000000002 | 户主 | 13800000002
    李春花     | 620303-2  | 女   | 东乡 | 红星 | 99000000001 | 配偶 | .
    阿依·买买提 | 800404-4  | 女   | 西镇 | 前进 | HH-07       | 户主 | .
"""
REGISTRY = """
    姓名   | 证件号   | 性别 | 乡   | 村   | 户          | 疾病
    张建國 | 600101-1 | 男   | 东乡 | 红星 | 99000000001 | 高血压
    王五   | 550505-5 | 男   | 西镇 | 前进 | 99000000009 | 糖尿病
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casebook]:
    folder: Path = tmp_path_factory.mktemp("lookup") / "甲.ruhu"
    with create_casebook(folder, name="甲", author="审核员", views=VIEWS) as made:
        import_list(made, table(ROSTER), "roster", {})
        import_list(made, table(REGISTRY, name="返回.xlsx"), "registry", {})
        run_audit(made)
        yield made


def names(book: Casebook, text: str) -> list[str]:
    return [f"{hit.name} {hit.township}" for hit in hits(book, look_up(book, text))]


@pytest.mark.parametrize("text", ["张建国", "張建國", " 张建国 "])
def test_by_name_whoever_is_joined_once(book: Casebook, text: str) -> None:
    assert sorted(names(book, text)) == ["张建国 东乡", "张建国 西镇"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("建国", ["张建国 东乡", "张建国 西镇"]),
        ("zjg", ["张建国 东乡", "张建国 西镇"]),
        ("ZJ", ["张建国 东乡", "张建国 西镇"]),
        ("lch", ["李春花 东乡"]),
        ("买买提", ["阿依·买买提 西镇"]),
        ("阿依·买", ["阿依·买买提 西镇"]),
        (number("620303-2"), ["李春花 东乡"]),
        (number("620303-2")[-4:], ["李春花 东乡"]),
        ("13800000002", ["张建国 西镇"]),
        ("0000002", ["张建国 西镇"]),
        ("hh-07", ["阿依·买买提 西镇"]),
        ("99000000009", ["王五 西镇"]),
        ("东乡 张", ["张建国 东乡"]),
        ("前进 zjg", ["张建国 西镇"]),
        ("张 " + number("600101-1")[-4:], ["张建国 东乡"]),
    ],
)
def test_by(book: Casebook, text: str, found: list[str]) -> None:
    assert sorted(names(book, text)) == sorted(found)


def test_a_household_code_finds_the_household(book: Casebook) -> None:
    assert sorted(names(book, "99000000001")) == ["张建国 东乡", "李春花 东乡"]


@pytest.mark.parametrize("text", ["", "  ", "1", "123", "没有这人", "%", "_", "'", '"', "\\", "*"])
def test_nobody_by(book: Casebook, text: str) -> None:
    assert names(book, text) == []


def test_the_whole_name_comes_first(book: Casebook) -> None:
    assert names(book, "张建国")[0].startswith("张建国")
    assert names(book, number("600101-1")[-4:])[0] == "张建国 东乡"


def test_a_person_has_the_rows_of_both_lists_and_the_household(book: Casebook) -> None:
    (identity,) = look_up(book, number("600101-1"))
    (hit,) = hits(book, [identity])
    assert hit.sides == ("roster", "registry") and hit.number == number("600101-1")
    person = person_of(book, identity)
    assert person is not None
    assert [(row.side, row.row) for row in person.rows] == [("roster", 2), ("registry", 2)]
    assert ("疾病名称", "disease", "高血压") in person.rows[1].cells
    assert [member.name for member in person.household] == ["张建国", "李春花"]


def test_whoever_stands_in_one_list_only(book: Casebook) -> None:
    (identity,) = look_up(book, "王五")
    person = person_of(book, identity)
    assert person is not None and [row.side for row in person.rows] == ["registry"]


def test_a_row_that_is_gone(book: Casebook) -> None:
    assert hits(book, [999_999]) == [] and person_of(book, 999_999) is None


@pytest.mark.parametrize(
    "text", ["张 " * 2000, "张" * 30_000, "9" * 70_000, "张\udcff", "\udcff", "不详", "无", "（）", "%", "_"]
)
def test_what_was_pasted_by_mistake_finds_few_or_none(book: Casebook, text: str) -> None:
    assert len(names(book, text)) <= 2


def test_more_people_than_one_statement_takes(book: Casebook) -> None:
    listed = "SELECT row * 2 + (side = 'registry') FROM listed"
    every = [identity for (identity,) in book.connection.execute(listed)]
    assert [hit.id for hit in hits(book, [*range(1000, 300_000), *every])] == every
