"""Why a column is taken for a field (理由), in words."""

from __future__ import annotations

from casebook.language import N_
from casebook.texts import Text
from casebook.texts import text as said
from exports.learning.meaning import Meaning
from exports.learning.vocabulary import Vocabulary


def reason_of(one: Meaning, options: tuple[str, ...], words: Vocabulary) -> Text:
    """Why, and what speaks against it where it is not sure."""
    title = words.fields[one.field].title if one.field else ""
    others = tuple(words.fields[name].title for name in one.others[:3] if name in words.fields)
    if not one.field:
        return _unknown(one, others)
    group = one.group.text.replace("\n", "") if one.group else ""
    match one.how:
        case "title":
            why = said(N_("表头就是「{title}」"), title=title)
        case "wording":
            why = said(N_("「{word}」是「{title}」的一种写法"), word=one.leaf.replace("\n", ""), title=title)
        case "group" | "ordinal" if group:
            why = said(N_("在「{group}」下面，是「{title}」"), group=group, title=title)
        case "ordinal":
            why = said(N_("带序号的「{title}」"), title=title)
        case "beside":
            why = said(N_("看左右的列，是「{title}」"), title=title)
        case "options":
            why = said(N_("下拉选项是「{title}」的取值"), title=title)
        case "bracket":
            why = said(N_("去掉括号里的字，是「{title}」"), title=title)
        case _:
            why = said(N_("写法和「{title}」相近"), title=title)
    if one.sure:
        return why
    if "万元" in one.leaf + group:
        return said(N_("{why}；表头的单位是万元，填进去的是元，差一万倍，请先问清楚"), why=why)
    if others:
        return said(N_("{why}；也可能是「{others}」，请确认"), why=why, others=others)
    return said(N_("{why}；不能确定，请确认"), why=why)


def _unknown(one: Meaning, others: tuple[str, ...]) -> Text:
    if one.how == "foreign":
        return said(N_("说的是别人或别的事，不填；要填请指定字段"))
    if one.how == "aside":
        return said(N_("备注一般留空；要填名单上的备注请指定字段"))
    if others:
        return said(N_("认不准，可能是「{others}」，先留空"), others=others)
    return said(N_("不认得这一列，先留空"))
