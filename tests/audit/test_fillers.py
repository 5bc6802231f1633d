"""One number, code or phone for a whole village tells nobody apart."""

from __future__ import annotations

from collections import Counter

from audit.fillers import MOST_PEOPLE, without_fillers
from audit.records import records
from tests.audit.notation import check, links, number, table

HEAD = "姓名 | 证件号 | 村 | 户 | 人 | 关系 | 电话"
SURNAMES, GIVEN = "王李张刘陈杨黄赵", "国建明志文德永春"


def village(people: int = MOST_PEOPLE + 10, **same: str) -> str:
    """So many heads of their own households; `same` gives a column one value on every row."""
    lines = [HEAD]
    for i in range(people):
        cells = {
            "姓名": SURNAMES[i % 8] + GIVEN[i // 8 % 8] + GIVEN[i % 7],
            "证件号": f"{600101 + i // 28 * 100 + i % 28}-{i + 1}",
            "村": "青桥村",
            "户": f"H{i:03}",
            "人": f"P{i:03}",
            "关系": "户主",
            "电话": f"139000{i:05}",
        }
        lines.append(" | ".join({**cells, **same}.values()))
    return "\n".join(lines)


def test_a_code_of_the_village_is_no_household_and_a_phone_of_its_secretary_no_kinship() -> None:
    rows, fields = without_fillers(records(table(village(户="511113001", 电话="13900000001"))))
    assert fields == ["household_code", "phone"]
    assert {(row.household, row.phone) for row in rows} == {("", "")}
    assert all(row.person and row.number.key for row in rows)


def test_so_many_may_share() -> None:
    rows = records(table(village(MOST_PEOPLE, 户="511113001")))
    assert without_fillers(rows) == (rows, [])


def test_many_rows_of_one_person_are_one_person() -> None:
    head, *lines = village(1).splitlines()
    rows = records(table("\n".join([head, *lines * 2 * MOST_PEOPLE])))
    assert without_fillers(rows) == (rows, [])


def test_one_number_for_all_is_a_placeholder_and_joins_nobody() -> None:
    shared = number("600101-1")
    (told,) = {row.number for row in without_fillers(records(table(village(证件号=shared))))[0]}
    assert (told.form, told.key, told.text) == ("placeholder", "", shared)
    result = check(village(), village(证件号=shared))
    assert Counter(links(result).values()) == {"id_placeholder": MOST_PEOPLE + 10}
    assert all(registry == roster for registry, roster in links(result))
    assert [note for note in map(str, result.notes) if "「证件号」" in note and str(MOST_PEOPLE) in note]
