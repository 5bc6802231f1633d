"""What a list is a list of, and whose absence is a finding."""

from __future__ import annotations

from collections import Counter

from tests.audit.notation import check

ROSTER = """
姓名   | 证件号   | 村     | 户   | 关系 | 健康       | 致贫
王大山 | 600101-1 | 青桥村 | H001 | 户主 | 健康       | 因病
李桂芳 | 620303-2 | 青桥村 | H001 | 配偶 | 长期慢性病 | 因病
赵铁柱 | 550707-1 | 白石村 | H002 | 户主 | 患有大病   | 因学
孙二妹 | 590909-4 | 白石村 | H003 | 户主 | 健康       | 因残
"""
PATIENTS = """
姓名   | 证件号   | 村     | 关系 | 疾病
李桂芳 | 620303-2 | 青桥村 | 配偶 | 高血压
"""


def states(result: object, side: str) -> list[str]:
    return list(getattr(result, side).states)


def test_absence_from_a_list_of_patients_counts_for_the_ill_alone() -> None:
    result = check(ROSTER, PATIENTS, registry_title="因病致贫人员核准台账")
    assert result.registry.scope == "patients"
    assert states(result, "roster") == ["out_of_scope", "agrees", "roster_only", "out_of_scope"]
    assert [f.kind for f in result.findings] == ["missing_in_registry"]


def test_absence_from_a_list_of_households_by_illness() -> None:
    result = check(ROSTER, PATIENTS, registry_scope="households")
    assert states(result, "roster") == ["roster_only", "agrees", "out_of_scope", "out_of_scope"]


def test_absence_from_a_list_of_everybody() -> None:
    result = check(ROSTER, PATIENTS, registry_title="台账（全部人口）")
    assert result.registry.scope == "people"
    assert states(result, "roster") == ["roster_only", "agrees", "roster_only", "roster_only"]


def test_a_title_that_says_patients_over_a_list_that_names_the_healthy() -> None:
    registry = PATIENTS + "王大山 | 600101-1 | 青桥村 | 户主 | .\n"
    assert check(ROSTER, registry, registry_title="因病致贫人员核准台账").registry.scope == "people"


def test_a_registry_that_tells_health_is_judged_by_it_save_for_a_few_slips() -> None:
    for ill, healthy, scope in ((20, 0, "patients"), (20, 1, "patients"), (18, 2, "people")):
        healths = ["长期慢性病"] * ill + ["健康"] * healthy + ["."]
        people = (f"李桂芳 | {620301 + i}-2 | 青桥村 | H{i:03} | 户主 | {one} | 因学" for i, one in enumerate(healths))
        registry = "\n".join([ROSTER.strip().splitlines()[0], *people])
        assert check(ROSTER, registry, registry_title="").registry.scope == scope


def test_a_health_column_without_a_word_in_it_tells_nothing() -> None:
    registry = ROSTER.replace("健康       |", ".          |").replace("长期慢性病", ".").replace("患有大病", ".")
    assert check(ROSTER, registry, registry_title="因病致贫人员核准台账").registry.scope == "patients"


def test_without_a_column_that_tells_nobody_is_inside_and_it_is_said() -> None:
    roster = "\n".join(" | ".join(line.split(" | ")[:5]) for line in ROSTER.strip().splitlines())
    result = check(roster, PATIENTS, registry_title="因病致贫人员核准台账")
    assert "roster_only" not in states(result, "roster")
    assert len(result.notes) == 1


def test_a_remark_names_the_reason_of_an_absence() -> None:
    registry = PATIENTS.replace("疾病", "疾病 | 备注") + "周老幺 | 330808-1 | 青桥村 | 之父 | 高血压 | 2018年死亡\n"
    result = check(ROSTER, registry, registry_title="因病致贫人员核准台账")
    assert Counter(f.kind for f in result.findings if f.registry_rows) == {"deceased": 1}


def test_a_person_twice_in_one_list_and_never_in_the_other() -> None:
    registry = PATIENTS + "周老幺 | 330808-1 | 青桥村 | 之父 | 高血压\n" * 2
    result = check(ROSTER, registry, registry_title="因病致贫人员核准台账")
    assert states(result, "registry") == ["agrees", "registry_only", "duplicate"]
