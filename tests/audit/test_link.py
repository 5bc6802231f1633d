"""How partners are found: sure pairs, the best first, second rows in their turn, households, leftovers."""

from __future__ import annotations

from audit.link import Linking, link
from audit.records import records
from tests.audit.notation import table

HEAD = "姓名 | 证件号 | 性别 | 乡 | 村 | 户 | 人 | 关系 | 人数 | 电话\n"
FAMILY = """\
王大山 | 600101-1 | 男 | 云丰镇 | 青桥村 | H001 | P001 | 户主 | 4 | 13900000001
李桂芳 | 620303-2 | 女 | 云丰镇 | 青桥村 | H001 | P002 | 配偶 | 4 | 13900000001
王小山 | 880505-3 | 男 | 云丰镇 | 青桥村 | H001 | P003 | 之子 | 4 | 13900000001
王小兰 | 900606-2 | 女 | 云丰镇 | 青桥村 | H001 | P004 | 之女 | 4 | 13900000001
"""
OTHERS = """\
赵铁柱 | 550707-1 | 男 | 云丰镇 | 白石村 | H002 | P005 | 户主 | 1 | 13900000002
孙二妹 | 590909-4 | 女 | 云丰镇 | 白石村 | H003 | P006 | 户主 | 1 | 13900000003
周老幺 | 330808-1 | 男 | 河口乡 | 柳林村 | H004 | P007 | 户主 | 1 | 13900000004
吴春来 | 410202-5 | 男 | 河口乡 | 柳林村 | H005 | P008 | 户主 | 1 | 13900000005
"""


def linking(roster: str, registry: str) -> Linking:
    return link(records(table(HEAD + registry)), records(table(HEAD + roster)))


def found(roster: str, registry: str) -> dict[tuple[int, int], tuple[str, str]]:
    """(registry row, roster row), counted from 1, with how the pair was found and its state."""
    return {(m.registry + 1, m.roster + 1): (m.how, m.state) for m in linking(roster, registry).matches}


def test_equal_numbers_and_names_are_sure() -> None:
    assert set(found(FAMILY, FAMILY).values()) == {("fast", "auto")}


def test_a_sure_pair_wants_the_place_or_a_code_too() -> None:
    """A namesake elsewhere may bear the number; then all evidence is weighed."""
    registry = "周老幺 | 330808-1 | 男 | 云丰镇 | 青桥村 | . | . | 户主 | 1 | .\n"
    assert found(OTHERS, registry) == {(1, 3): ("model", "auto")}


def test_a_damaged_number_is_weighed() -> None:
    assert found(FAMILY + OTHERS, FAMILY.replace("880505-3", "880505-3!"))[3, 3] == ("model", "auto")


def test_a_second_row_waits_behind_the_person_who_fits_better() -> None:
    """Registry row 2 has the number of row 1 with a slip: of one person, while the son stays free for row 3."""
    registry = """\
王大山 | 600101-1  | 男 | 云丰镇 | 青桥村 | H001 | P001 | 户主 | 4 | 13900000001
王大山 | 600101-1! | 男 | 云丰镇 | 青桥村 | H001 | P001 | 户主 | 4 | 13900000001
王小山 | 880505-3! | 男 | 云丰镇 | 青桥村 | H001 | P003 | 之子 | 4 | 13900000001
"""
    pairs = found(FAMILY + OTHERS, registry)
    assert set(pairs) == {(1, 1), (2, 1), (3, 3)}
    assert pairs[2, 1][0] == "duplicate" and pairs[3, 3][0] == "model"


def test_twins_are_no_second_row_of_each_other() -> None:
    roster = """\
王春雨 | 880505-3 | 男 | 云丰镇 | 青桥村 | H001 | P003 | 之子 | 2 | 13900000001
王春雷 | 880505-5 | 男 | 云丰镇 | 青桥村 | H001 | P004 | 之子 | 2 | 13900000001
"""
    registry = roster.replace("880505-5", ".").replace("P004", ".")
    assert set(found(roster + OTHERS, registry)) == {(1, 1), (2, 2)}


def test_members_meet_who_is_left_in_the_household_of_their_kin() -> None:
    """The number lost, the name half another, codes and phone gone: the linked kin tell who the fourth row is."""
    registry = FAMILY.replace("王小兰 | 900606-2", "王春兰 | .").replace("P004", ".").replace("H001", "H777")
    registry = registry.replace("| 13900000001", "| .")
    assert found(FAMILY + OTHERS, registry)[4, 4] == ("household", "review")


def test_equal_numbers_left_over_are_proposed_to_a_person() -> None:
    registry = "郑万里 | 410202-5 | 女 | 云丰镇 | 青桥村 | H090 | P090 | 之女 | 5 | 13911111111\n"
    assert found(FAMILY + OTHERS, registry) == {(1, 8): ("leftover", "review")}


def test_the_loser_is_kept_with_its_score() -> None:
    """The fourth row could, at worst, be the mother: a surname and a village apart."""
    registry = FAMILY.replace("王小兰 | 900606-2", "王春兰 | .").replace("P004", ".").replace("H001", "H777")
    result = linking(FAMILY + OTHERS, registry)
    chosen = next(m for m in result.matches if m.registry == 3)
    other, score = result.next_roster[3]
    assert (chosen.roster, other) == (3, 1)
    assert score < 0 < chosen.score


def test_two_who_fit_alike_are_ambiguous() -> None:
    roster = """\
王秀兰 | 650412-2 | 女 | 云丰镇 | 青桥村 | H001 | P001 | 户主 | 1 | .
王秀兰 | 650512-4 | 女 | 云丰镇 | 青桥村 | H002 | P002 | 户主 | 1 | .
"""
    result = linking(roster + OTHERS, "王秀兰 | . | 女 | 云丰镇 | 青桥村 | . | . | 户主 | 1 | .\n")
    assert len(result.ambiguous) == 1
