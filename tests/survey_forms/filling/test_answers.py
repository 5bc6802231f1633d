"""One answer, and what follows from it."""

from __future__ import annotations

import pytest

from casebook.errors import RuhuError
from survey_forms.filling.filling import Filling
from survey_forms.xpath import patterns
from tests.survey_forms.forms import begun

VILLAGES = {
    "villages": [
        {"name": "a1", "label": "甲一村", "town": "a"},
        {"name": "a2", "label": "甲二村", "town": "a"},
        {"name": "b1", "label": "乙一村", "town": "b"},
    ]
}


def refused(filling: Filling, ref: str, text: str) -> str:
    before = dict(filling.values())
    with pytest.raises(RuhuError) as caught:
        filling.answer(ref, text)
    assert dict(filling.values()) == before
    return f"{caught.value.category} {caught.value.code}"


def kinds(filling: Filling) -> dict[str, str]:
    return {problem.ref: problem.kind for problem in filling.problems()}


def test_relevance_is_inherited_and_hides_from_others_but_keeps_the_answer() -> None:
    filling = begun("""
        ill      select1 是否患病  [1 是, 2 否]
        care     group   就医      relevant={${ill} = '1'}
          place  text    医院      required={true()}
          cost   int     费用
        double   calc              calculate={${cost} * 2} type=int
    """)
    assert not filling.relevant("/data/care/cost") and filling.problems() == ()
    change = filling.answer("/data/ill", "1")
    assert set(change.changed) == {"/data/ill", "/data/care", "/data/care/place", "/data/care/cost"}
    assert kinds(filling) == {"/data/care/place": "required"}
    filling.answer("/data/care/cost", "40")
    assert filling.value("/data/double") == "80"
    filling.answer("/data/ill", "2")
    assert filling.value("/data/double") == "" and filling.values()["/data/care/cost"] == "40"
    assert "<cost/>" in filling.submission_xml()
    filling.answer("/data/ill", "1")
    assert filling.value("/data/double") == "80"


def test_calculations_follow_each_other_and_blank_is_no_number() -> None:
    filling = begun("""
        a   decimal 甲
        b   decimal 乙
        sum calc       calculate={${a} + ${b}} type=decimal
        ten calc       calculate={${sum} * 10} type=decimal
        int calc       calculate={${ten} div 4} type=int
    """)
    assert filling.value("/data/sum") == "" and filling.value("/data/int") == ""
    filling.answer("/data/a", "0.1")
    filling.answer("/data/b", "0.2")
    assert filling.value("/data/sum") == "0.3"  # and no 0.30000000000000004
    assert filling.value("/data/ten") == "3" and filling.value("/data/int") == "0"


def test_checks() -> None:
    filling = begun("""
        age   int  年龄 required={true()} required_msg={请填年龄} constraint={. <= 120} constraint_msg={太大}
        day   date 日期 constraint={. <= today()}
        wage  int  收入 warning={. > 9000} warning_msg={这么多？}
    """)
    assert filling.problem("/data/age") is not None and filling.problems()[0].message == "请填年龄"
    filling.answer("/data/age", "130")
    assert [(p.ref, p.kind, p.message) for p in filling.problems()] == [("/data/age", "constraint", "太大")]
    filling.answer("/data/age", "12")
    filling.answer("/data/day", "2026-11-23")
    filling.answer("/data/wage", "9001")
    assert kinds(filling) == {"/data/day": "constraint"}
    assert filling.warnings() == (("/data/wage", "这么多？"),) and filling.warning("/data/wage") == "这么多？"
    filling.answer("/data/day", "someday")
    assert kinds(filling) == {"/data/day": "type"}
    filling.answer("/data/day", "")
    filling.answer("/data/wage", "100")
    assert filling.problems() == () and filling.warnings() == ()


def test_a_pattern_that_runs_out_of_time_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "SECONDS", 0.02)
    filling = begun("""
        a text 甲 constraint={regex(., '(a|b|ab)*c')} required={regex(${b}, '(a|b|ab)*c')}
        b text 乙 relevant={not(regex(${a}, '(a|b|ab)*c'))}
        c calc   calculate={regex(${a}, '(a|b|ab)*c')}
    """)
    filling.answer("/data/a", "ab" * 2000 + "dc")
    filling.answer("/data/b", "ab" * 2000 + "dc")
    assert filling.problems() == () and filling.relevant("/data/b") and filling.value("/data/c") == ""
    filling.answer("/data/a", "x")
    assert kinds(filling) == {"/data/a": "constraint"}
    assert filling.why("/data/a").parts


def test_a_choice_that_a_filter_no_longer_offers_does_not_count_and_comes_back() -> None:
    filling = begun(
        """
        town    select1 乡镇 [a 甲乡, b 乙乡]
        village select1 村   required={true()} from={instance('villages')/root/item[town = ${town}]}
        there   calc         calculate={concat('在', ${village})}
        """,
        lists=VILLAGES,
    )
    assert filling.choices("/data/village") == ()
    filling.answer("/data/town", "a")
    assert [choice.label for choice in filling.choices("/data/village")] == ["甲一村", "甲二村"]
    filling.answer("/data/village", "a2")
    assert filling.shown("/data/village") == "甲二村" and filling.value("/data/there") == "在a2"
    filling.answer("/data/town", "b")
    assert filling.value("/data/village") == "" and filling.value("/data/there") == "在"
    assert kinds(filling) == {"/data/village": "required"}
    assert refused(filling, "/data/village", "a2") == "check not_a_choice"
    filling.answer("/data/town", "a")
    assert filling.value("/data/village") == "a2" and filling.problems() == ()


def test_several_choices_are_kept_in_the_order_of_the_list() -> None:
    filling = begun("what select 病种 [1 高血压, 2 糖尿病, 3 其他] constraint={count-selected(.) < 3}")
    assert filling.answer("/data/what", "3 1").op.value == "1 3"
    assert filling.shown("/data/what") == "高血压、其他"
    filling.answer("/data/what", "1 2 3")
    assert kinds(filling) == {"/data/what": "constraint"}


def test_choices_out_of_a_repeat() -> None:
    filling = begun("""
        member  repeat 成员
          name  text   姓名
          label text   称呼
        head    select1 户主 from={/data/member[name != '']}
    """)
    assert filling.choices("/data/head") == ()
    filling.answer("/data/member[1]/name", "p1")
    filling.answer("/data/member[1]/label", "父")
    assert [(one.value, one.label) for one in filling.choices("/data/head")] == [("p1", "父")]
    filling.answer("/data/head", "p1")
    filling.answer("/data/member[1]/name", "p2")
    assert filling.value("/data/head") == ""


def test_what_cannot_be_answered() -> None:
    filling = begun("""
        a    text 甲
        b    text 乙 relevant={${a} = '1'}
        c    text 丙 readonly={${a} = '2'}
        d    calc    calculate={${a}}
        grp  group 组 readonly={${a} = '2'}
          e  text 戊
    """)
    assert refused(filling, "/data/nope", "x") == "usage no_such_ref"
    assert refused(filling, "/data/b", "x") == "usage not_relevant"
    assert refused(filling, "/data/d", "x") == "usage no_question"
    filling.answer("/data/a", "2")
    assert refused(filling, "/data/c", "x") == "usage read_only"
    assert filling.readonly("/data/grp/e") and refused(filling, "/data/grp/e", "x") == "usage read_only"


def test_conditions_may_depend_on_each_other() -> None:
    filling = begun("""
        a int 甲 relevant={${b} > 0 or ${c} = 1}
        b int 乙 relevant={${a} > 0 or ${c} = 1}
        c int 丙
    """)
    assert not filling.relevant("/data/a") and not filling.relevant("/data/b")
    filling.answer("/data/c", "1")
    filling.answer("/data/a", "1")
    assert filling.relevant("/data/a") and filling.relevant("/data/b")


def test_why() -> None:
    filling = begun("""
        sex    select1 性别 [1 男, 2 女]
        births group   生育 relevant={${sex} = '2'}
          due  date    预产期 constraint={. > today()} required={true()}
    """)
    filling.answer("/data/sex", "1")
    hidden, required, constraint = filling.why("/data/births/due").parts
    assert (hidden.ref, hidden.attribute, hidden.result) == ("/data/births", "relevant", False)
    assert hidden.text == "「性别」 = “女”" and hidden.values == (("性别", "/data/sex", "男"),)
    assert required.attribute == "required" and required.result
    assert constraint.text == "本题 > today()" and constraint.expression == ". > today()"


def test_fields_are_found_hidden_or_not() -> None:
    filling = begun(
        """
        household.code text   户编号
        member         repeat 成员
          person.id    calc
          person.name  text   姓名
          disease      repeat 患病
            code       text   病种
        """,
        prefill=[("/data/code", "h1"), ("/data/member[2]/id", "p2"), ("/data/member[2]/disease[2]/code", "x")],
    )
    assert filling.field_nodes("person.id") == ("/data/member[1]/id", "/data/member[2]/id")
    assert filling.nearest("/data/member[2]/disease[1]/code", "person.id") == "p2"
    assert filling.nearest("/data/member[2]/name", "household.code") == "h1"
    assert filling.nearest("/data/member[2]/name", "nothing") == ""
