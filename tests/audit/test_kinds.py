"""One person in two lists, damaged in one way: the kind that comes out."""

from __future__ import annotations

import pytest

from tests.audit.notation import check, kinds_of, links, number

HEAD = "姓名 | 证件号 | 性别 | 乡 | 村 | 户 | 人 | 关系 | 人数 | 电话"


def one(name: str = "王秀兰", id: str = "650412-2", sex: str = "女", village: str = "青桥村", **more: str) -> str:
    cells = [name, id, sex, "云丰镇", village, more.get("household", "H001"), more.get("person", "P001")]
    cells += [more.get("relation", "户主"), more.get("size", "3"), more.get("phone", "13900000001")]
    return HEAD + "\n" + " | ".join(cells)


SOUND = number("650412-2")


@pytest.mark.parametrize(
    ("registry", "kinds"),
    [
        (one(), ""),
        (one(id="'" + SOUND), "id_format"),
        (one(id=SOUND[:6] + " " + SOUND[6:14] + " " + SOUND[14:]), "id_format"),
        (one(id=SOUND + "44"), "id_20"),
        (one(id=SOUND + "44B1"), "id_20"),
        (one(id=SOUND[:6] + SOUND[8:17]), "id_15"),
        (one(id="9.9010119650412e17"), "id_precision"),
        (one(id="9.90101E+17"), "id_sci"),
        (one(id="650412-2!"), "id_checkdigit"),
        (one(id=SOUND[:6] + "********" + SOUND[14:]), "id_masked"),
        (one(id="未办理"), "id_blank"),
        (one(id="730920-8"), "id_valid_other"),
        (one(name="王秀岚"), "name_homophone"),
        (one(name="王秀蘭"), "name_variant"),
        (one(name="王秀？"), "name_rare"),
        (one(name="王兰秀"), "name_order"),
        (one(name="王 秀兰"), "name_format"),
        (one(name="王秀兰（户主）"), "name_format"),
        (one(name="王秀"), "name_missing"),
        (one(name="王林秀兰"), "name_extra"),
        (one(name="赵金凤"), "name_different"),
        (one(name="."), "name_missing"),
        (one(name="某某"), "name_rare"),
        (one(sex="男"), "sex_wrong"),
        (one(size="4"), "hh_size"),
        (one(village="白石村"), "hh_moved"),
        (one(household="H999"), "hh_code_stale"),
        (one(person="P999"), "pid_stale"),
        (one(relation="之母"), "relation_typo"),
        (one(id="650412-2!", name="王秀岚"), "id_checkdigit name_homophone"),
    ],
)
def test_one_damage(registry: str, kinds: str) -> None:
    assert kinds_of(one(), registry) == set(kinds.split())


def test_a_column_that_a_list_lacks_is_no_finding_of_each_row() -> None:
    assert kinds_of(one(), one().replace("证件号", "旧号")) == set()
    assert kinds_of(one(), one().replace("姓名", "旧名")) == set()


def test_a_name_not_given_is_told_as_such() -> None:
    (finding,) = check(one(), one(name=".")).findings
    assert (finding.kind, finding.wrong, str(finding.sentence)) == ("name_missing", "registry", "卫健名单没有填姓名。")


@pytest.mark.parametrize(
    ("birth", "kinds"), [("1965-04-12", ""), ("19650412", ""), ("1965-04-21", "birth_wrong"), (".", "")]
)
def test_a_birth_date_against_the_number_beside_it(birth: str, kinds: str) -> None:
    registry = one().replace("电话", "电话 | 生日") + f" | {birth}"
    assert kinds_of(one(), registry) == set(kinds.split())


@pytest.mark.parametrize(
    ("remark", "kinds"),
    [
        ("2018年病故", "deceased"),
        ("已死亡，户口未销", "deceased"),
        ("外嫁云禾区", "married_out"),
        ("丈夫2016年病故", ""),
        ("女儿已出嫁", ""),
        ("儿子因病去世，2019年本人死亡", "deceased"),
        ("误报，未死亡", ""),
    ],
)
def test_remarks_on_the_person_and_on_relatives(remark: str, kinds: str) -> None:
    registry = one().replace("电话", "电话 | 备注") + f" | {remark}"
    assert kinds_of(one(), registry) == set(kinds.split())


def test_a_dot_left_out_or_of_another_form() -> None:
    assert kinds_of(one("沙玛·依洛"), one("沙玛依洛")) == {"name_dot"}
    assert kinds_of(one("沙玛·依洛"), one("沙玛．依洛")) == {"name_dot"}


FAMILY = """
姓名   | 证件号   | 性别 | 乡     | 村     | 户   | 人   | 关系 | 人数 | 电话
王大山 | 600101-1 | 男   | 云丰镇 | 青桥村 | H001 | P001 | 户主 | 3    | 13900000001
李桂芳 | 620303-2 | 女   | 云丰镇 | 青桥村 | H001 | P002 | 配偶 | 3    | 13900000001
王小山 | 880505-3 | 男   | 云丰镇 | 青桥村 | H001 | P003 | 之子 | 3    | 13900000001
"""


def swapped(text: str, a: str, b: str) -> str:
    return text.replace(a, "\0").replace(b, a).replace("\0", b)


def test_two_numbers_swapped() -> None:
    assert links(check(FAMILY, swapped(FAMILY, "600101-1", "880505-3"))) == {
        (2, 2): "id_swapped",
        (3, 3): "",
        (4, 4): "id_swapped",
    }


def test_the_number_of_another_member() -> None:
    assert links(check(FAMILY, FAMILY.replace("880505-3", "600101-1")))[4, 4] == "id_of_member"


def test_the_name_of_another_member_slipped_a_row() -> None:
    registry = FAMILY.replace("王小山 | 880505-3", "李桂芳 | 880505-3")
    assert links(check(FAMILY, registry)) == {(2, 2): "", (3, 3): "", (4, 4): "name_of_member"}


def test_another_head_stands_on_every_member() -> None:
    registry = FAMILY.replace("户主", "\0").replace("配偶", "户主").replace("\0", "配偶")
    assert set(links(check(FAMILY, registry)).values()) == {"head_swapped"}


def test_the_person_code_of_another_member() -> None:
    assert links(check(FAMILY, FAMILY.replace("P003", "P001")))[4, 4] == "code_of_member"


def test_a_household_split_in_the_roster() -> None:
    registry = FAMILY.replace("H001", ".")
    *couple, son = FAMILY.strip().splitlines()
    roster = "\n".join([line.replace("| 3 ", "| 2 ") for line in couple] + [son.replace("H001", "H002")])
    roster = roster.replace("之子 | 3 ", "户主 | 1 ")
    assert all("hh_split" in kinds for kinds in links(check(roster, registry)).values())


def test_twins_are_two_people() -> None:
    twins = """
    姓名   | 证件号   | 性别 | 乡     | 村     | 户   | 关系 | 人数
    王大山 | 600101-1 | 男   | 云丰镇 | 青桥村 | H001 | 户主 | 3
    王春雨 | 880505-3 | 男   | 云丰镇 | 青桥村 | H001 | 之子 | 3
    王春雷 | 880505-5 | 男   | 云丰镇 | 青桥村 | H001 | 之子 | 3
    """
    damaged = twins.replace("880505-5", "880505-5!")
    assert links(check(twins, damaged)) == {(2, 2): "", (3, 3): "", (4, 4): "id_checkdigit"}


def test_one_person_twice_in_the_registry() -> None:
    registry = FAMILY + "王大山 | 600101-1 | 男 | 河口乡 | 白石村 | . | . | 户主 | 3 | 13900000001\n"
    found = links(check(FAMILY, registry))
    assert found[2, 2] == "dup"
    assert found[5, 2] == "hh_moved dup" or found[5, 2] == "dup hh_moved"


def test_one_person_twice_in_both_lists_gives_all_pairs() -> None:
    twice = FAMILY + "王大山 | 600101-1 | 男 | 河口乡 | 白石村 | H077 | P077 | 其他 | 3 | 13900000001\n"
    found = links(check(twice, twice))
    assert {pair for pair, kinds in found.items() if "dup" in kinds} == {(2, 2), (2, 5), (5, 2), (5, 5)}


def test_a_namesake_elsewhere_is_nobody_here() -> None:
    registry = HEAD + "\n王秀兰 | 811111-6 | 女 | 河口乡 | 白石村 | H801 | P801 | 配偶 | 5 | 13911111111"
    assert links(check(one(), registry)) == {}
