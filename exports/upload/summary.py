"""Problems put together (问题汇总): the same one of a whole column is told once, with how many people it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casebook.language import N_, _
from casebook.texts import Text
from exports.formats.format import Format
from exports.upload.problem import Grade, Problem
from exports.upload.record import NotReady
from survey_forms.visits.states import STATE_NAMES

CODE_NAMES: dict[str, str] = {
    "required": N_("必填，没有值"),
    "code": N_("不在代码表里"),
    "type": N_("类型不对"),
    "length": N_("太长"),
    "too_long": N_("一格放不下"),
    "pattern": N_("写法不合规定"),
    "phone": N_("不像电话号码"),
    "control": N_("有看不见的字符"),
    "private_use": N_("有造字"),
    "gb2312": N_("有 GB2312 以外的字"),
    "nameless": N_("没有姓名和证件号"),
    "id_number": N_("证件号不对"),
    "id_birth": N_("出生日期与证件号不符"),
    "id_sex": N_("性别与证件号不符"),
    "date_order": N_("日期先后不对"),
    "same_disease": N_("同一种病写了两次"),
    "sum": N_("合计不对"),
    "own_over_total": N_("自付多于总计"),
    "same_signer": N_("填报人和审核人是同一个人"),
    "same_number": N_("证件号与另一人相同"),
    "same_name": N_("同名、同出生日期"),
    "sent_number": N_("证件号已按另一人上报"),
    "household_differs": N_("同户不一致"),
    "no_head": N_("没有户主"),
    "two_heads": N_("不止一个户主"),
    "household_size": N_("人数不符"),
    "finding": N_("有严重疑点未定"),
    "dropped": N_("放不下的没有写"),
}
"""What a problem is called where many are told together."""

WAITING_NAMES: dict[str, str] = {str(state): name for state, name in STATE_NAMES.items()} | {
    "elsewhere": N_("内容不在这台电脑上"), "unreadable": N_("读不出"), "nobody": N_("没有问到人"),
    "later": N_("后来又入户"), "conflict": N_("两台电脑填的不一样，要先核对"),
}  # fmt: skip
"""Why the people of a visit bring no row (`NotReady.state`)."""


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of problem of one column: `header` '' for a problem of the whole row; `people` and `visits` it is
    about; `remedy` when all have the same."""

    code: str
    grade: Grade
    column: int
    header: str
    people: int
    visits: int
    remedy: Text

    @property
    def name(self) -> str:
        """`「户编号」列：必填，没有值`, in the language of the moment."""
        name = _(CODE_NAMES.get(self.code, self.code))
        return _("「{header}」列：{what}").format(header=self.header, what=name) if self.header else name

    @property
    def line(self) -> str:
        """The same with the number of people."""
        return _("{what}：{count} 人").format(what=self.name, count=f"{self.people:,}")


def summary(problems: Iterable[Problem], format: Format) -> tuple[Group, ...]:
    """Errors before notices, then by how many people they are about."""
    found: dict[tuple[str, str, int], list[Problem]] = {}
    for one in problems:
        found.setdefault((one.grade, one.code, one.column), []).append(one)
    headers = headers_of(format)
    groups = [
        Group(
            code=code,
            grade=some[0].grade,
            column=column,
            header=headers.get(column, ""),
            people=len({one.key for one in some}),
            visits=len({one.visit for one in some}),
            remedy=some[0].remedy if len({one.remedy for one in some}) == 1 else Text(),
        )
        for (_grade, code, column), some in found.items()
    ]
    return tuple(sorted(groups, key=lambda one: (one.grade, -one.people, one.column, one.code)))


def waiting_counts(found: Iterable[NotReady]) -> dict[str, tuple[int, int]]:
    """How many visits and people wait in each state."""
    counts: dict[str, tuple[int, int]] = {}
    for one in found:
        visits, people = counts.get(one.state, (0, 0))
        counts[one.state] = visits + 1, people + one.people
    return counts


def headers_of(format: Format) -> dict[int, str]:
    """The header in one line by sheet column."""
    return {column.column: column.title for column in format.columns}
