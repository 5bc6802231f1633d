"""A form with groups, nested repeats, a place and a choice of several; and submissions of it."""

from __future__ import annotations

FORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
        xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms">
  <h:head><h:title>入户</h:title><model>
    <instance><data id="household" version="3">
      <orx:meta><orx:instanceID/><orx:deprecatedID/></orx:meta>
      <code/>
      <home><kind/><place/></home>
      <member jr:template=""><name/><ills/><drug jr:template=""><what/></drug></member>
      <member><name/><ills/><drug><what/></drug></member>
      <visitor><name/></visitor>
      <note/>
    </data></instance>
    <bind nodeset="/data/code" type="string"/>
    <bind nodeset="/data/home/kind" type="string"/>
    <bind nodeset="/data/home/place" type="geopoint"/>
    <bind nodeset="/data/member/name" type="string"/>
    <bind nodeset="/data/member/ills" type="string"/>
    <bind nodeset="/data/member/drug/what" type="string"/>
    <bind nodeset="/data/note" type="string"/>
  </model></h:head>
  <h:body>
    <input ref="/data/code"/>
    <group ref="/data/home"><input ref="/data/home/kind"/><input ref="/data/home/place"/></group>
    <group ref="/data/member"><repeat nodeset="/data/member">
      <input ref="/data/member/name"/>
      <select ref="/data/member/ills"><item><label>高血压</label><value>I10</value></item></select>
      <group ref="/data/member/drug"><repeat nodeset="/data/member/drug">
        <input ref="/data/member/drug/what"/>
      </repeat></group>
    </repeat></group>
    <group ref="/data/visitor"><repeat nodeset="/data/visitor"><input ref="/data/visitor/name"/></repeat></group>
    <input ref="/data/note"/>
  </h:body>
</h:html>"""


HEAD = 'id="household" version="3"'


def submission(inner: str, instance: str = "uuid:a", deprecated: str = "", head: str = HEAD) -> str:
    old = f"<n0:deprecatedID>{deprecated}</n0:deprecatedID>" if deprecated else ""
    meta = f'<n0:meta xmlns:n0="http://openrosa.org/xforms"><n0:instanceID>{instance}</n0:instanceID>{old}</n0:meta>'
    return f"<?xml version='1.0' ?><data {head}>{meta}{inner}</data>"


TWO_PEOPLE = submission(
    "<code>H1</code><home><place>29.2 103.1 500 5</place><kind>砖, &quot;瓦&quot;</kind></home>"
    "<member><name>甲</name><ills>I10 E11</ills><drug><what>一</what></drug><drug><what>二</what></drug></member>"
    "<member><name>乙</name><ills/><drug><what>三</what></drug></member>"
    "<note>两行\n字 &#171;</note>"
)
