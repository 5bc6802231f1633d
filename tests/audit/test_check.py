"""The whole result: counts that add up, keys that outlive a new order of rows."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.words import evidence_lines
from tests.audit.notation import check, links

ROSTER = """
姓名   | 证件号   | 性别 | 乡     | 村     | 户   | 人   | 关系 | 人数 | 电话
王大山 | 600101-1 | 男   | 云丰镇 | 青桥村 | H001 | P001 | 户主 | 3    | 13900000001
李桂芳 | 620303-2 | 女   | 云丰镇 | 青桥村 | H001 | P002 | 配偶 | 3    | 13900000001
王小山 | 880505-3 | 男   | 云丰镇 | 青桥村 | H001 | P003 | 之子 | 3    | 13900000001
赵铁柱 | 550707-1 | 男   | 云丰镇 | 白石村 | H002 | P004 | 户主 | 2    | 13900000002
孙二妹 | 590909-4 | 女   | 云丰镇 | 白石村 | H002 | P005 | 配偶 | 2    | 13900000002
周老幺 | 330808-1 | 男   | 云丰镇 | 白石村 | H003 | P006 | 户主 | 1    | 13900000003
"""
REGISTRY = (
    ROSTER.replace("李桂芳", "李桂方")
    .replace("550707-1", "550707-1!")
    .replace("周老幺 | 330808-1", "钱多多 | 410202-5")
    .replace("H003 | P006", "H088 | P099")
    .replace("13900000003", "13911111111")
)


def shuffled(text: str, order: list[int]) -> str:
    head, *lines = text.strip().splitlines()
    return "\n".join([head, *(lines[i] for i in order)])


def people(text: str, other: str) -> set[tuple[str, str, str]]:
    result = check(other, text)
    registry, roster = list(result.registry.table.values("name")), list(result.roster.table.values("name"))
    return {(str(registry[k.registry]), str(roster[k.roster]), " ".join(k.kinds)) for k in result.links}


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(6)), st.permutations(range(6)))
def test_the_order_of_rows_changes_nothing(left: list[int], right: list[int]) -> None:
    mixed = check(shuffled(ROSTER, right), shuffled(REGISTRY, left))
    plain = check(ROSTER, REGISTRY)
    assert people(shuffled(REGISTRY, left), shuffled(ROSTER, right)) == people(REGISTRY, ROSTER)
    assert sorted(f.key for f in mixed.findings) == sorted(f.key for f in plain.findings)


def test_every_row_has_one_state() -> None:
    result = check(ROSTER, REGISTRY)
    assert result.roster.states == ("agrees", "differs", "agrees", "differs", "agrees", "roster_only")
    assert result.registry.states == ("agrees", "differs", "agrees", "differs", "agrees", "registry_only")


def test_a_key_changes_with_the_values_it_rests_on_and_with_no_others() -> None:
    before = {f.kind: f.key for f in check(ROSTER, REGISTRY).findings}
    after = {f.kind: f.key for f in check(ROSTER, REGISTRY.replace("李桂方", "李贵方")).findings}
    assert before["name_homophone"] != after["name_homophone"]
    assert before["id_checkdigit"] == after["id_checkdigit"]


def test_a_finding_says_which_cells_which_side_and_who_decides() -> None:
    found = next(f for f in check(ROSTER, REGISTRY).findings if f.kind == "id_checkdigit")
    assert found.roster is not None and found.registry is not None
    assert (found.roster.address, found.registry.address) == ("B5", "B5")
    assert (found.wrong, found.office, found.severity) == ("registry", "health", "B")
    assert any(line.startswith("姓名 相同") for line in evidence_lines(found.lines))
    assert "采用花名册" in str(found.action)


def test_an_empty_list_is_compared() -> None:
    head = ROSTER.strip().splitlines()[0]
    result = check(ROSTER, head)
    assert set(result.roster.states) == {"roster_only"}
    assert links(check(head, head)) == {}


def test_a_township_without_its_ethnic_part_is_the_same() -> None:
    roster, registry = ROSTER.replace("云丰镇", "云丰彝族乡"), ROSTER.replace("云丰镇", "云丰乡")
    assert set(links(check(roster, registry)).values()) == {""}


def test_a_village_under_another_name_is_one_finding_and_no_move() -> None:
    head, *lines = ROSTER.strip().splitlines()
    lines = [line for line in lines if "青桥村" in line] + [
        f"孙大{c} | 60010{i}-{i} | 男 | 云丰镇 | 青桥村 | H10{i} | P10{i} | 户主 | 1 | 1390000010{i}"
        for i, c in enumerate("甲乙丙丁", 1)
    ]
    roster = "\n".join([head, *lines])
    result = check(roster, roster.replace("青桥村", "新建村"))
    assert set(links(result).values()) == {""}
    assert [(f.kind, len(f.roster_rows), len(f.registry_rows)) for f in result.findings] == [("village_alias", 7, 7)]
