"""Repeats: adding, removing, counting, nesting."""

from __future__ import annotations

import pytest

from casebook.errors import RuhuError
from survey_forms.filling.filling import Filling
from survey_forms.filling.sheet import MOST_INSTANCES
from tests.survey_forms.forms import begun

FAMILY = """
    member    repeat 成员
      name    text   姓名 required={true()}
      place   calc        calculate={position(..)}
      disease repeat 患病 start=0
        cost  decimal 费用
      spent   calc        calculate={sum(../disease/cost)}
      all     calc        calculate={count(/data/member)}
    spent_all calc        calculate={sum(${spent})}
"""


def column(filling: Filling, name: str) -> list[str]:
    return [filling.value(f"/data/member[{n}]/{name}") for n in range(1, filling.count("/data/member") + 1)]


def test_instances_come_and_go() -> None:
    filling = begun(FAMILY)
    assert filling.add("/data/member").op.ref == "/data/member[2]"
    filling.add("/data/member")
    for number, name in enumerate("甲乙丙", 1):
        filling.answer(f"/data/member[{number}]/name", name)
    assert column(filling, "place") == ["1", "2", "3"] and column(filling, "all") == ["3", "3", "3"]
    change = filling.remove("/data/member[2]")
    assert column(filling, "name") == ["甲", "丙"] and column(filling, "place") == ["1", "2"]
    filling.apply(change.undo)
    assert column(filling, "name") == ["甲", "乙", "丙"] and column(filling, "all") == ["3", "3", "3"]


def test_totals_of_nested_repeats_stay_in_their_instance() -> None:
    filling = begun(FAMILY, prefill=[("/data/member", "2")])
    for number, cost in ((1, "10.5"), (2, "2")):
        filling.add(f"/data/member[{number}]/disease")
        filling.answer(f"/data/member[{number}]/disease[1]/cost", cost)
    assert column(filling, "spent") == ["10.5", "2"] and filling.value("/data/spent_all") == "12.5"
    change = filling.add("/data/member[1]/disease")
    assert change.op.ref == "/data/member[1]/disease[2]"
    assert "/data/member[2]/spent" not in filling.answer("/data/member[1]/disease[2]/cost", "1").changed
    assert column(filling, "spent") == ["11.5", "2"]


def test_the_outline_has_everything_in_order() -> None:
    filling = begun(FAMILY, prefill=[("/data/member", "2"), ("/data/member[2]/disease", "1")])
    assert [(entry.ref, entry.kind, entry.depth, entry.number) for entry in filling.outline()] == [
        ("/data/member", "repeat", 0, "1"),
        ("/data/member[1]", "instance", 1, "1.1"),
        ("/data/member[1]/name", "question", 2, "1.1.1"),
        ("/data/member[1]/disease", "repeat", 2, "1.1.2"),
        ("/data/member[2]", "instance", 1, "1.2"),
        ("/data/member[2]/name", "question", 2, "1.2.1"),
        ("/data/member[2]/disease", "repeat", 2, "1.2.2"),
        ("/data/member[2]/disease[1]", "instance", 3, "1.2.2.1"),
        ("/data/member[2]/disease[1]/cost", "question", 4, "1.2.2.1.1"),
    ]
    assert [problem.ref for problem in filling.problems()] == ["/data/member[1]/name", "/data/member[2]/name"]


def test_a_count_says_how_many_and_loses_nothing() -> None:
    filling = begun("""
        number int    人数 default=2
        card   repeat 卡   count={${number}}
          text text   内容
          all  calc        calculate={count(../../card)}
    """)
    assert filling.count("/data/card") == 2
    assert not filling.can_add("/data/card") and not filling.can_remove("/data/card[1]")
    filling.answer("/data/card[2]/text", "乙")
    filling.answer("/data/number", "1")
    assert filling.count("/data/card") == 1 and "/data/card[2]/text" not in filling.values()
    assert filling.value("/data/card[1]/all") == "1"
    filling.answer("/data/number", "3")
    assert filling.value("/data/card[2]/text") == "乙" and filling.value("/data/card[3]/all") == "3"
    filling.answer("/data/number", "")
    assert filling.count("/data/card") == 0


def test_a_count_beyond_all_bounds_is_cut_and_said() -> None:
    filling = begun("number int 人数\ncard repeat 卡 count={${number}}\n  text text 内容")
    filling.answer("/data/number", "1000000000")
    assert filling.count("/data/card") == MOST_INSTANCES
    assert [problem.ref for problem in filling.problems()] == ["/data/card"]
    filling.answer("/data/number", "2")
    assert filling.problems() == ()


def test_what_cannot_be_added_or_removed() -> None:
    filling = begun("""
        fixed  repeat 定 fixed=yes start=0
          a    text   甲
        free   repeat 可 relevant={${b} = '1'}
          c    text   丙
        b      text   乙
    """)
    assert filling.count("/data/fixed") == 1  # nobody could add the first one
    for ref in ("/data/fixed", "/data/free", "/data/nope", "/data/b"):
        with pytest.raises(RuhuError):
            filling.add(ref)
    for ref in ("/data/fixed[1]", "/data/free[2]", "/data/b"):
        with pytest.raises(RuhuError):
            filling.remove(ref)
    assert not filling.relevant("/data/free")
    filling.answer("/data/b", "1")
    filling.remove("/data/free[1]")
    assert filling.relevant("/data/free") and filling.count("/data/free") == 0
    filling.add("/data/free")


def test_a_range_without_instances_is_as_relevant_as_its_first_would_be() -> None:
    filling = begun("r repeat 表 start=0 relevant={position(.) = 1 and ${b} = '1'}\n  a text 甲\nb text 乙")
    assert not filling.relevant("/data/r")
    filling.answer("/data/b", "1")
    assert filling.relevant("/data/r") and filling.why("/data/r").parts[0].result
    assert filling.add("/data/r").op.ref == "/data/r[1]"


def test_a_running_total_reads_the_instance_before() -> None:
    filling = begun(
        """
        day      repeat 日
          cost   int    费用
          before calc   calculate={if(position(..) = 1, 0, indexed-repeat(${total}, ${day}, position(..) - 1))}
          total  calc   calculate={${before} + coalesce(${cost}, 0)}
        """,
        prefill=[("/data/day", "4")],
    )
    for number in (4, 1, 3, 2):
        filling.answer(f"/data/day[{number}]/cost", str(10**number))
    assert [filling.value(f"/data/day[{n}]/total") for n in range(1, 5)] == ["10", "110", "1110", "11110"]
    filling.remove("/data/day[2]")
    assert [filling.value(f"/data/day[{n}]/total") for n in range(1, 4)] == ["10", "1010", "11010"]
