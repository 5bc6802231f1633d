"""What a packet brought (带来了什么), in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from casebook.language import N_, _

WORDS: Mapping[str, str] = {
    "answer": N_("填答"),
    "submission": N_("上交"),
    "review": N_("审核"),
    "visit": N_("入户"),
    "assignment": N_("分派"),
    "decision": N_("结论"),
    "countersign": N_("复签"),
    "undo": N_("撤销"),
    "source": N_("名单"),
    "run": N_("交叉核对"),
    "form": N_("调查表"),
    "batch": N_("上报批次"),
    "feedback": N_("省反馈"),
    "account": N_("账号"),
    "device": N_("设备"),
    "checkout": N_("借出"),
    "checkin": N_("还回"),
    "erase": N_("删除个人信息"),
}
"""Kinds that are worth a word of their own; the others are counted together."""

_CONFLICTS: Mapping[str, str] = {
    "visit": N_("入户 {count} 次：两台电脑填的不一样，要在审核页核对"),
    "finding": N_("疑点 {count} 条：两人结论不同，要再议"),
    "checkout": N_("借出 {count} 处：同一个地方借给了两台设备，要收回一处"),
}


def lines(new: Mapping[str, int], late: Mapping[str, int], conflicts: Sequence[tuple[str, str]]) -> Iterator[str]:
    """One line of what is new, one of contents that came later than their facts, one for each sort of conflict."""
    if new:
        yield _("新收：{what}").format(what=_counted(new))
    if late:
        yield _("补来内容：{what}").format(what=_counted(late))
    if not new and not late:
        yield _("没有新的")
    for what, count in Counter(what for what, _id in conflicts).items():
        yield _("冲突：{what}").format(what=_(_CONFLICTS.get(what, N_("{count} 处"))).format(count=count))


def _counted(kinds: Mapping[str, int]) -> str:
    told = [
        _("{kind} {count} 条").format(kind=_(word), count=f"{kinds[kind]:,}")
        for kind, word in WORDS.items()
        if kinds.get(kind)
    ]
    others = sum(count for kind, count in kinds.items() if kind not in WORDS)
    if others:
        told.append(_("其他 {count} 条").format(count=f"{others:,}"))
    return _("、").join(told)
