"""Households to visit, out of two lists that do not quite agree."""

from __future__ import annotations

from pathlib import Path

from casebook.store.casebook import Casebook
from survey_forms.visits.households import Household, households
from tests.audit.casebooks import audited, give
from tests.survey_forms.visits.made_visits import new_book


def homes(book: Casebook) -> dict[str, Household]:
    return {one.code or one.head_name: one for one in households(book.connection)}


def test_people_of_both_lists_stand_in_one_household(surveyed: Casebook) -> None:
    found = homes(surveyed)
    assert list(found) == ["H002", "H003", "H001", "H004", "H005", "H999"], "by place, then code"
    assert [one.name for one in found["H001"].members] == ["王大山", "李桂芳", "王小山"]
    wife = found["H001"].members[1]
    assert (wife.roster["name"], wife.registry["name"]) == ("李桂芳", "李桂芬")
    assert len(wife.ids) == 2 and wife.person in wife.ids
    assert (wife.told("sex"), wife.told("birth_date")) == ("女", "1962-03-03")
    assert (found["H001"].head_name, found["H001"].size) == ("王大山", "3")


def test_people_of_the_registry_alone(surveyed: Casebook) -> None:
    found = homes(surveyed)
    assert [one.name for one in found["H004"].members] == ["吴春来", "吴小满", "钱冬梅"], "by household code"
    alone = found["H999"]
    assert [one.name for one in alone.members] == ["冯石头"]
    assert (alone.village, alone.size, alone.members[0].roster) == ("柳林村", "0", {}), "the roster's spelling"


def test_who_is_ill(surveyed: Casebook) -> None:
    found = homes(surveyed)
    assert {code for code, one in found.items() if one.ill} == {"H001", "H004", "H999"}
    man = found["H001"].members[0]
    assert [one.name for one in man.diseases] == ["高血压", "糖尿病"]
    assert [one.ill for one in found["H004"].members] == [True, False, True]


def test_a_second_row_of_a_person_is_no_second_person(tmp_path: Path) -> None:
    row = "王大山 | 600101-1 | 男 | 云丰镇 | 青桥村 | H001 | P001 | 户主 | 2 | .\n"
    wife = "李桂芳 | 620303-2 | 女 | 云丰镇 | 青桥村 | H001 | P002 | 配偶 | 2 | .\n"
    with new_book(tmp_path / "县.ruhu") as book:
        audited(book, row + wife + row, row + row + wife)
        assert [one.name for one in households(book.connection)[0].members] == ["王大山", "李桂芳"]


def test_households_of_a_list_without_codes(tmp_path: Path) -> None:
    text = "姓名 | 证件号 | 村 | 关系\n"
    text += "王大山 | 600101-1 | 青桥村 | 户主\n李桂芳 | 620303-2 | 青桥村 | 配偶\n"
    text += "赵铁柱 | 550707-1 | 青桥村 | 户主\n孙二妹 | 590909-4 | 白石村 | 配偶\n"
    with new_book(tmp_path / "县.ruhu") as book:
        give(book, "roster", text)
        found = [[one.name for one in home.members] for home in households(book.connection)]
    assert sorted(found) == [["孙二妹"], ["王大山", "李桂芳"], ["赵铁柱"]]


def test_no_list_no_household(tmp_path: Path) -> None:
    with new_book(tmp_path / "县.ruhu") as book:
        assert households(book.connection) == []
