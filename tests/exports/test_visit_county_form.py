"""A county's own form, without any `ruhu:field`, on paper; and the skip hints."""

from __future__ import annotations

import pytest

from exports.visit_form_lines import answer_text, boxes, form_blocks
from exports.visit_form_parts import Asked, Choice, Filled, Words
from exports.visit_form_skips import Condition, Skips
from exports.visit_masking import masked_value, masked_words
from tests.audit.notation import number
from tests.exports.made_surveys import fields, ledgers, paper, rosters
from tests.survey_forms.forms import begun

OWN = """
about      group   基本情况
  size     int     家里几口人
  income   select1 收入来源  [a 种地, b 打工, c 低保]
  why      text    为什么不看病 relevant={${income} = 'c'}
member     repeat  家里人 count={${size}}
  name     text    姓名
  ill      select1 有没有病 [1 有, 2 没有]
  what     text    什么病 relevant={${ill} = '1'}
"""


def test_a_repeat_that_a_question_counts_has_blank_columns() -> None:
    of = paper(OWN, people=4)
    columns, filled = rosters(of)["家里人"]
    assert columns == ("家里人 1", "家里人 2", "家里人 3", "家里人 4")
    assert all(one == Filled() for of_row in filled.values() for one in of_row)
    assert not fields(of)["家里几口人"][1].words  # what paper needs nobody answered
    assert of.people == ("某0", "某1", "某2", "某3")


def test_questions_without_codes_have_numbers_that_hold_for_everyone() -> None:
    of = paper(OWN)
    assert fields(of)["收入来源"][0].code == "1.2"
    asked = next(asked for part in of.parts for asked, _filled in getattr(part, "rows", ()) if asked.label == "什么病")
    assert asked.code == "2.3" and asked.skip == "2.2 选 1 的填"


def test_choices_without_numbers_are_named_in_hints() -> None:
    assert fields(paper(OWN))["为什么不看病"][0].skip == "1.2 选 低保 的填"


def test_many_choices_are_a_list_at_the_end() -> None:
    many = ", ".join(f"{value} 病{value}" for value in range(20))
    of = paper(f"a select1 病名 [{many}]\nb select1 性别 [1 男, 2 女]\nc select1 已知病名 [{many}] readonly={{true()}}")
    asked, filled = fields(of)["病名"]
    assert asked.listed and answer_text(asked, filled, 80) == ""
    assert [(one.title, len(one.choices)) for one in of.lists] == [("病名", 20)]


def test_numbers_in_a_row_are_a_table() -> None:
    costs = "\n".join(f"  c{place} decimal 费用{place}" for place in range(6))
    (ledger,) = ledgers(paper(f"t repeat 治疗\n  name text 医院\n{costs}"))
    assert [asked.label for asked in ledger.columns] == ["", *(f"费用{place}" for place in range(6))]


def test_what_can_never_be_asked_is_not_printed() -> None:
    of = paper(
        """
        listed   calc              calculate={'1'}
        new      text   新来的     relevant={${listed} = '0'}
        old      text   原来的     relevant={${listed} = '1'}
        done     select1 完成      [1 是, 2 否]
        wrong    note   请再核对   relevant={string-length(${old}) > 3}
        thanks   note   多谢       relevant={${done} = '1'}
        """
    )
    assert set(fields(of)) == {"原来的", "完成"}
    assert [part.text for part in of.parts if isinstance(part, Words)] == ["多谢"]


def test_a_known_answer_is_ticked_and_a_default_is_not() -> None:
    table = "a select1 性别 [1 男, 2 女]\nb select1 民族 [1 汉, 2 其他] default=1\nc select 病 [1 高, 2 糖, 3 其他]"
    of = paper(table, [("/data/a", "2"), ("/data/c", "1 3")])
    assert fields(of)["性别"][1].ticked == ("2",)
    assert fields(of)["民族"][1].ticked == ()
    asked, filled = fields(of)["病（可多选）"]
    assert answer_text(asked, filled, 80) == "☑1 高  □2 糖  ☑3 其他"


def test_a_known_illness_is_told_with_its_code_class_and_date() -> None:
    of = paper(
        """
        member               repeat 人员
          person.id          text   编号
          person.name        text   姓名 readonly={true()}
          disease            repeat 疾病
            suspected.name   note   摸底疾病
            suspected.code   calc
            suspected.class  calc
            suspected.date   calc
            sure             select1 确诊 [1 是, 2 否]
            cause            select1 要紧 [1 是, 2 否]
        """,
        [
            ("/data/member[1]/name", "王大山"),
            ("/data/member[1]/disease[1]/name", "高血压"),
            ("/data/member[1]/disease[1]/code", "I10"),
            ("/data/member[1]/disease[1]/date", "2015-03-01"),
            ("/data/member[2]/name", "李桂芳"),
        ],
    )
    columns, _filled = rosters(of)["疾病"]
    assert columns == ("王大山\n高血压（I10，2015-03-01）", "姓名：____\n疾病：____")


def test_every_kind_of_form_can_be_set() -> None:
    of = paper(OWN, people=9)
    lines = [line for block in form_blocks(of) for line in block.lines]
    assert all(sum(cell.span for cell in line.cells) == 30 for line in lines)


@pytest.mark.parametrize(
    ("relevant", "rule"),
    [
        ("${a} = '1'", (Condition("/data/a", ("1",)),)),
        ("${a} = 1", (Condition("/data/a", ("1",)),)),
        ("${a} != '1'", (Condition("/data/a", ("1",), True),)),
        ("selected(${a}, '1') or selected(${a}, '2')", (Condition("/data/a", ("1", "2")),)),
        ("not(selected(${a}, '1'))", (Condition("/data/a", ("1",), True),)),
        ("${a} != ''", (Condition("/data/a", ()),)),
        ("${a} = '1' and ${b} = '2'", (Condition("/data/a", ("1",)), Condition("/data/b", ("2",)))),
        ("${sure} = '1' and ${a} = '1'", (Condition("/data/a", ("1",)),)),
        ("${sure} = '0' and ${a} = '1'", False),
        ("${sure} = '1' or ${a} = '1'", True),
        ("${both} = '1'", (Condition("/data/a", ("1",)), Condition("/data/b", ("2",)))),
        ("${a} = '1' or ${b} = '2'", None),
        ("string-length(${a}) > 3", None),
        ("true()", True),
    ],
)
def test_when_a_question_is_filled_in(relevant: str, rule: object) -> None:
    filling = begun(
        f"""
        sure calc    calculate={{'1'}}
        a    select1 甲 [1 一, 2 二]
        b    select1 乙 [1 一, 2 二]
        both calc    calculate={{if(${{a}} = '1' and ${{b}} = '2', '1', '0')}}
        c    text    丙 relevant={{{relevant}}}
        """
    )
    skips = Skips(filling, filling.definition)
    assert skips.rule("/data/c") == rule
    assert skips.possible("/data/c") is (rule is not False)


def test_what_goes_without_saying_is_not_said() -> None:
    filling = begun(
        """
        a    select1 甲 [1 一, 2 二]
        part group   部分 relevant={${a} = '1'}
          b  select1 乙 [1 一, 2 二]
          c  text    丙 relevant={${a} = '1' and ${b} = '2'}
        """
    )
    assert Skips(filling, filling.definition).conditions("/data/part/c") == (Condition("/data/part/b", ("2",)),)


def test_boxes_break_between_choices() -> None:
    choices = (Choice("1", "有此人"), Choice("2", "无此人"), Choice("x", "说不清"))
    assert boxes(choices, ("2",), 100) == "□1 有此人  ☑2 无此人  □ 说不清"
    assert boxes(choices, (), 12) == "□1 有此人\n□2 无此人\n□ 说不清"
    assert boxes(choices[:2], (), 100, labelled=False) == "□1 □2"


def test_a_date_has_room_to_write() -> None:
    asked = Asked("", "日期", "date")
    assert answer_text(asked, Filled(), 40) == "____年__月__日"
    assert answer_text(asked, Filled("2026-11-22"), 40) == "2026-11-22"
    assert answer_text(asked, Filled("", (), False), 40) == ""


@pytest.mark.parametrize(
    ("field", "text", "shown"),
    [
        ("person.id_number", number("600101-1"), "99*************" + number("600101-1")[-3:]),
        ("household.phone", "13800001234", "138****1234"),
        ("ask.roster", number("600101-1"), number("600101-1")),
        ("", "没有电话", "没有电话"),
        ("household.code", "51113200010001000123", "51113200010001000123"),
    ],
)
def test_masking(field: str, text: str, shown: str) -> None:
    assert masked_value(field, text, "51113200010001000123") == shown


def test_numbers_in_a_remark_are_masked() -> None:
    told = f"号码是{number('600101-1')}，电话13800001234，花了123456元，户编号990101196001010016"
    shown = masked_words(told, "990101196001010016")
    assert "99*************" in shown and "138****1234" in shown and "123456元" in shown
    assert shown.endswith("990101196001010016")
