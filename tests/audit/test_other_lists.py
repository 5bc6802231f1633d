"""Other offices' lists as evidence: only who is surely meant, whatever little such a list says."""

from __future__ import annotations

from audit.findings import Side
from audit.other_lists import found_in
from audit.records import Record, records
from tests.audit.notation import table

NAMES = [f"{surname}{a}{b}" for surname in "郑冯褚卫" for a in "春夏秋冬" for b in "生荣华林海涛平安"]
ROSTER = """
姓名   | 证件号   | 乡     | 村     | 户
王大山 | 600101-1 | 云丰镇 | 青桥村 | H001
李桂芳 | 620303-2 | 云丰镇 | 青桥村 | H001
赵铁柱 | 550707-1 | 云丰镇 | 白石村 | H002
孙二妹 | 590909-4 | 云丰镇 | 白石村 | H003
王秀兰 | 650412-2 | 河口乡 | 柳林村 | H004
王秀兰 | 700512-4 | 河口乡 | 柳林村 | H005
""" + "\n".join(f"{name} | . | 河口乡 | {name[1:]}村 | ." for name in NAMES)
REGISTRY = """
姓名   | 证件号    | 乡     | 村
赵铁柱 | 550707-1! | 云丰镇 | 白石村
吴春来 | 410202-5  | 河口乡 | 柳林村
"""
STRANGERS = [f"{name[0]}家{name[1:]} | 云丰镇 | 白石村" for name in NAMES * 12]


def lists() -> dict[Side, list[Record]]:
    return {"roster": records(table(ROSTER)), "registry": records(table(REGISTRY))}


def found(other: str) -> list[tuple[int, str, int]]:
    """(row of the other list, side, row of that side), counted from 1."""
    return [(f.other + 1, f.side, f.row + 1) for f in found_in(records(table(other)), lists())]


def test_names_and_numbers_are_enough() -> None:
    deaths = "姓名 | 证件号\n赵铁柱 | 550707-1\n钱多多 | 480808-3\n王大山 | 600101-1"
    assert found(deaths) == [(1, "roster", 3), (1, "registry", 1), (3, "roster", 1)]


def test_a_disability_certificate_carries_the_number() -> None:
    """残疾人证号: the number, then category and grade."""
    number = str(records(table("证件号\n590909-4"))[0].number.key)
    assert found(f"姓名 | 证件号\n孙二妹 | {number}43") == [(1, "roster", 4)]


def test_name_and_village_are_enough_for_the_only_one_of_the_name() -> None:
    dibao = "姓名 | 乡 | 村\n孙二妹 | 云丰镇 | 白石村\n王秀兰 | 河口乡 | 柳林村\n李桂芳 | 河口乡 | 柳林村"
    assert found(dibao) == [(1, "roster", 4)]


def test_a_name_alone_is_nobody() -> None:
    assert found("姓名\n孙二妹\n赵铁柱") == []


def test_two_rows_of_one_name_may_be_two_people() -> None:
    assert found("姓名 | 乡 | 村\n孙二妹 | 云丰镇 | 白石村\n孙二妹 | 云丰镇 | 白石村") == []


def test_a_number_makes_two_rows_one_person() -> None:
    roster = ROSTER + "\n孙二妹 | 590909-4 | 云丰镇 | 白石村 | H009\n"
    people: dict[Side, list[Record]] = {"roster": records(table(roster)), "registry": []}
    rows = records(table("姓名 | 证件号\n孙二妹 | 590909-4"))
    assert [(f.other, f.row) for f in found_in(rows, people)] == [(0, 3), (0, 6 + len(NAMES))]


def test_another_number_is_another_person() -> None:
    assert found("姓名 | 证件号 | 乡 | 村\n孙二妹 | 830101-6 | 云丰镇 | 白石村") == []


def test_of_a_whole_county_more_must_speak_for_one() -> None:
    """Among many who are not ours, a name and a village may be a namesake's; a number may not."""
    insured = "\n".join(["姓名 | 乡 | 村", "孙二妹 | 云丰镇 | 白石村", *STRANGERS])
    assert found(insured) == []
    numbered = [stranger.replace("|", "| . |", 1) for stranger in STRANGERS]
    insured = "\n".join(["姓名 | 证件号 | 乡 | 村", "孙二妹 | 590909-4 | . | .", *numbered])
    assert found(insured) == [(1, "roster", 4)]


def test_empty_lists_name_nobody() -> None:
    assert found_in([], lists()) == []
    assert found_in(records(table("姓名\n孙二妹")), {"roster": [], "registry": []}) == []
    assert found_in(records(table("姓名\n孙二妹")), {}) == []
