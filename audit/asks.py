"""What a decision「7入户核实」 sends along with the visit: the ask (待问), in words that are read out at the door."""

from __future__ import annotations

from typing import Any

from audit.province import said
from audit.questions import PROVINCE, VISIT
from casebook.language import N_
from casebook.texts import Text, text, to_json

_AT_THE_DOOR = {
    "number": N_("请看身份证或户口本：证件号是哪一个？"),
    "number_form": N_("请看身份证或户口本：证件号是哪一个？"),
    "name": N_("请看身份证或户口本：姓名是哪几个字？"),
    "name_form": N_("请看身份证或户口本：姓名怎样写？"),
    "sex": N_("请看身份证或户口本：性别是哪一个？"),
    "birth": N_("请看身份证或户口本：出生日期是哪一天？"),
    "relation": N_("与户主是什么关系？"),
    "head": N_("这一户的户主是谁？"),
    "size": N_("这一户现有几口人？"),
    "split": N_("这一家人是一户还是几户？"),
    "moved": N_("这个人现在住在哪个村？"),
    "household_code": N_("请看扶贫手册：户编号是哪一个？"),
    "person_code": N_("请看扶贫手册：人编号是哪一个？"),
    "village": N_("这个村现在叫什么？"),
    "deceased": N_("备注说此人已死亡，是否属实？何时？"),
    "married": N_("备注说此人已婚嫁迁出，是否属实？迁往何处？"),
    "dup": N_("同一个人登记了不止一行，是不是同一个人？"),
    "ambiguous": N_("名单上另有一人很像，两人是不是同一个人？"),
    "link": N_("两份名单上的这两行是不是同一个人？"),
}
_ABSENT = {
    "missing_in_roster": N_("卫健名单有此人，花名册没有：是不是这一户的人？"),
    "missing_in_registry": N_("花名册有此人，卫健名单没有：有没有患病？"),
}


def ask_told(told: dict[str, Any], verdict: int) -> dict[str, Any]:
    """The `ask` of a decision's body on a stored finding: who, which field, both cells' texts, the question; nothing
    for any other verdict than 7."""
    if verdict != VISIT:
        return {}
    return {
        "ask": {
            "question": to_json(_question(told)),
            "field": told["field"],
            "name": told.get("name", ""),
            "household": told.get("household", ""),
            "roster": _cell_text(told, "roster"),
            "registry": _cell_text(told, "registry"),
        }
    }


def _question(told: dict[str, Any]) -> Text:
    if told["question"] == PROVINCE:
        messages = tuple(said(message) for message, _title, _sent in told.get("messages", ()))
        if not messages:
            return text(N_("省里退回了上报的内容。请看证件和单据：哪里要改？"))
        return text(N_("省里退回了上报的内容：{messages}。请看证件和单据：哪里要改？"), messages=messages)
    return text(_ABSENT.get(told["kind"]) or _AT_THE_DOOR[told["question"]])


def _cell_text(told: dict[str, Any], side: str) -> str:
    """A cell's text; blanks around it, which may be all that differs, as ␣ for each."""
    cell = told.get(side)
    text = str(cell[-1]) if cell else ""
    plain = text.strip()
    before, _plain, after = text.partition(plain) if plain else ("", "", "")
    return f"{'␣' * len(before)}{plain}{'␣' * len(after)}"
