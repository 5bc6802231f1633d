"""Labels, hints, messages, choices in the languages of the form."""

from __future__ import annotations

from survey_forms.filling.filling import Filling
from survey_forms.form.load import load_form
from tests.survey_forms.forms import NOW, begun, xform

ITEXT = """<itext>
 <translation lang="中文" default="true()">
  <text id="q"><value>你好 <output value=" ../name "/>，几岁？</value><value form="image">jr://images/a.png</value></text>
  <text id="hint"><value>周岁</value><value form="guidance">按身份证算</value></text>
  <text id="bad"><value>不对</value></text><text id="only"><value>只有中文</value></text>
  <text id="l-1"><value>男</value></text><text id="l-2"><value>女</value></text>
 </translation>
 <translation lang="English">
  <text id="q"><value>Hello <output value="../name"/>, how old?</value></text>
  <text id="hint"><value>in years</value></text><text id="bad"><value>wrong</value></text>
  <text id="l-1"><value>male</value></text><text id="l-2"><value>female</value></text>
 </translation>
</itext>"""


def translated() -> Filling:
    xml = xform(
        """
        name text 姓名
        age int AGE constraint={. < 150} constraint_msg={jr:itext('bad')} hint=HINT
        other text OTHER
        sex select1 性别 from={instance('sexes')/root/item}
        told calc calculate={jr:choice-name(${sex}, '/data/sex')}
        """,
        itext=ITEXT,
        lists={"sexes": [{"name": "1", "itextId": "l-1"}, {"name": "2", "itextId": "l-2"}]},
    )
    for plain, ref in (("AGE", "q"), ("OTHER", "only")):
        xml = xml.replace(f"<label>{plain}</label>", f"<label ref=\"jr:itext('{ref}')\"/>")
    xml = xml.replace("<hint>HINT</hint>", "<hint ref=\"jr:itext('hint')\"/>")
    return Filling.begin(load_form(xml.replace('<label ref="label"/>', '<label ref="jr:itext(itextId)"/>')), now=NOW)


def test_two_languages() -> None:
    filling = translated()
    assert filling.definition.languages == ("中文", "English") and filling.language == "中文"
    filling.answer("/data/name", "甲")
    filling.answer("/data/age", "200")
    filling.answer("/data/sex", "2")
    assert filling.label("/data/age") == "你好 甲，几岁？"
    assert (filling.hint("/data/age"), filling.guidance("/data/age")) == ("周岁", "按身份证算")
    assert filling.problems()[0].message == "不对"
    assert filling.shown("/data/sex") == "女" and filling.value("/data/told") == "女"
    filling.set_language("English")
    assert filling.label("/data/age") == "Hello 甲, how old?" and filling.problems()[0].message == "wrong"
    assert [choice.label for choice in filling.choices("/data/sex")] == ["male", "female"]
    assert filling.value("/data/told") == "female"
    assert filling.label("/data/other") == "只有中文"  # better than nothing
    assert filling.guidance("/data/age") == ""
    filling.set_language("Klingon")
    assert filling.language == "中文"


def test_outputs_read_their_own_instance() -> None:
    filling = begun("member repeat 成员\n  name text 姓名\n  age int ${name}的年龄", prefill=[("/data/member", "2")])
    filling.answer("/data/member[2]/name", "乙")
    assert filling.label("/data/member[2]/age") == "乙的年龄" and filling.label("/data/member[1]/age") == "的年龄"
    assert filling.label("/data/member") == "成员" == filling.label("/data/member[2]")


def test_a_label_that_asks_for_itself_ends() -> None:
    xml = xform("q select1 题 [1 ONE]\na calc calculate={jr:choice-name(/data/q, '/data/q')}").replace(
        "<label>ONE</label>", "<label>一<output value=\"jr:choice-name('1', '/data/q')\"/></label>"
    )
    filling = Filling.begin(load_form(xml), now=NOW)
    filling.answer("/data/q", "1")
    assert filling.shown("/data/q").startswith("一一") and filling.value("/data/a").startswith("一")


def test_a_shuffled_list_stays_as_it_was_shuffled() -> None:
    rows = [{"name": str(n), "label": str(n)} for n in range(20)]
    filling = begun("q select1 题 from={randomize(instance('list')/root/item)}", lists={"list": rows})
    first = filling.choices("/data/q")
    assert first == filling.choices("/data/q") and {choice.value for choice in first} == {str(n) for n in range(20)}
