"""A casebook with a small form and visits filled by it, for the screens of visits and reviews."""

from __future__ import annotations

from pathlib import Path

from audit.decisions import Ruling, decide
from audit.imports import import_list
from audit.queue import Filter, queue_ids
from audit.run import run_audit
from casebook.store.casebook import Casebook, create_casebook
from survey_forms.interview import Interview, open_interview
from survey_forms.stored_forms import import_form
from survey_forms.visits.planning import Choice, plan
from tests.audit.notation import table
from tui.all_views import VIEWS

SURVEYOR, TOWN, COUNTY = "陈静", "张伟", "刘敏"

ROSTER = """\
乡|村|户|姓名|证件号|关系|健康|电话
云丰镇|青桥村|99000000001|王大山|700101-1|户主|长期慢性病|13900000001
云丰镇|青桥村|99000000001|李桂芳|720202-2|配偶|健康|
云丰镇|青桥村|99000000002|欧阳明|680303-1|户主|患有大病|13900000002
河口乡|柳林村|99000000003|周小兰|750505-2|户主|长期慢性病|13900000003
"""
REGISTRY = """\
乡|村|户|姓名|证件号|疾病
云丰镇|青桥村|99000000001|王大山|700110-1|高血压
云丰镇|青桥村|99000000002|欧阳明|680303-1|胃癌
河口乡|柳林村|99000000003|周小兰|750505-2|糖尿病
"""

FORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" xmlns:ruhu="urn:ruhu:forms">
<h:head><h:title>小表</h:title><model>
<instance><data id="small" version="1">
 <phone/><present/>
 <ask jr:template=""><id/><answer/><value/></ask>
 <member jr:template=""><id/><name/><outcome/></member>
 <orx:meta><orx:instanceID/></orx:meta>
</data></instance>
<bind nodeset="/data/phone" type="string" ruhu:code="101" ruhu:field="household.phone"
 ruhu:warning=". != '' and string-length(.) &lt; 11" ruhu:warning_msg="电话不足十一位"/>
<bind nodeset="/data/present" type="string" ruhu:code="102" ruhu:field="visit.outcome" required="true()"/>
<bind nodeset="/data/ask/id" type="string" ruhu:field="ask.id"/>
<bind nodeset="/data/ask/answer" type="string" ruhu:code="201" ruhu:field="ask.answer"/>
<bind nodeset="/data/ask/value" type="string" ruhu:code="202" ruhu:field="ask.value"/>
<bind nodeset="/data/member/id" type="string" ruhu:field="person.id"/>
<bind nodeset="/data/member/name" type="string" ruhu:code="301" ruhu:field="person.name"/>
<bind nodeset="/data/member/outcome" type="string" ruhu:code="302" ruhu:field="person.outcome"/>
<bind nodeset="/data/orx:meta/orx:instanceID" type="string" jr:preload="uid"/>
</model></h:head>
<h:body>
<input ref="/data/phone"><label>联系电话</label></input>
<select1 ref="/data/present"><label>入户结果</label>
 <item><label>在家完成</label><value>1</value></item><item><label>外出</label><value>2</value></item></select1>
<group ref="/data/ask"><label>待问</label><repeat nodeset="/data/ask">
 <select1 ref="/data/ask/answer"><label>答复</label>
  <item><label>花名册对</label><value>1</value></item><item><label>卫健对</label><value>2</value></item></select1>
 <input ref="/data/ask/value"><label>应该是什么</label></input>
</repeat></group>
<group ref="/data/member"><label>家庭成员</label><repeat nodeset="/data/member">
 <input ref="/data/member/name"><label>姓名</label></input>
 <select1 ref="/data/member/outcome"><label>疾病确诊</label>
  <item><label>确诊</label><value>1</value></item><item><label>未患病</label><value>2</value></item></select1>
</repeat></group>
</h:body></h:html>
"""


def surveyed_book(folder: Path) -> Casebook:
    """Three households planned with the small form for one surveyor, the first with an ask; who opened it reviews."""
    book = create_casebook(folder, name="测试县", author=TOWN, views=VIEWS)
    import_list(book, table(ROSTER), "roster", {})
    import_list(book, table(REGISTRY), "registry", {})
    run_audit(book)
    for finding in queue_ids(book, Filter()):
        decide(book, [finding], Ruling(7))
    path = folder.parent / "small.xml"
    path.write_text(FORM, encoding="utf-8")
    plan(book, Choice(which="all"), import_form(book, path).id, SURVEYOR)
    return book


def fill(book: Casebook, visit: str, **answers: str) -> Interview:
    """The form of a visit with its required answer and those given by the last part of their refs (`phone="1"`)."""
    interview = open_interview(book.acted_by(SURVEYOR), visit)
    given = {"present": "1", **answers}
    for entry in interview.filling.outline():
        name = entry.ref.rpartition("/")[2]
        if entry.kind == "question" and name in given:
            interview.answer(entry.ref, given[name])
    return interview


def hand_in(book: Casebook, visit: str, **answers: str) -> str:
    """Fill in a visit and hand it in: the submission's id."""
    return fill(book, visit, **answers).submit()
