"""Who may do what (角色与管辖): the roles, what each may write, and the one refusal.

It holds everybody to their role who uses the program; whoever writes to the file by other means is found by the chain
and by the other machines, not stopped here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casebook.errors import RuhuError
from casebook.language import N_, _
from casebook.store.areas import WHOLE_COUNTY, inside

SURVEYOR, AUDITOR, ADMINISTRATOR, READER = N_("调查员"), N_("审核员"), N_("管理员"), N_("查询员")
ROLES: Mapping[str, str] = {
    "surveyor": SURVEYOR,
    "auditor": AUDITOR,
    "administrator": ADMINISTRATOR,
    "reader": READER,
}
"""The word of a role on the command line, and as facts and screens have it."""

CLOSED = ""
"""The role of an account that was closed, and of somebody who has none."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody may do: a role (a value of `ROLES` or `CLOSED`), and inside which areas."""

    role: str
    areas: tuple[str, ...]

    @property
    def everywhere(self) -> bool:
        """Whether this is somebody of the whole county."""
        return "" in self.areas


UNRESTRICTED = Rights(ADMINISTRATOR, WHOLE_COUNTY)
NOTHING = Rights(CLOSED, ())


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that is done: in words, and whose it is. `anywhere`: it is of no place, whatever area the fact has."""

    words: str
    roles: frozenset[str]
    anywhere: bool = False


_EVERYBODY = frozenset((*ROLES.values(), CLOSED))
_FIELD = frozenset((SURVEYOR, AUDITOR, ADMINISTRATOR))
_DESK = frozenset((AUDITOR, ADMINISTRATOR))
_OFFICE = frozenset((ADMINISTRATOR,))

_UNKNOWN = Duty(N_("做这一步"), _OFFICE)

KINDS: Mapping[str, Duty] = {
    "account": Duty(N_("管账号"), _OFFICE),
    "anchor": Duty(N_("写下链头"), _EVERYBODY, anywhere=True),
    "answer": Duty(N_("填调查表"), _FIELD),
    "assignment": Duty(N_("派入户"), _FIELD),
    "batch": Duty(N_("做上报批次"), _DESK),
    "casebook": Duty(N_("新建案卷"), _OFFICE),
    "checkin": Duty(N_("还回借出的村"), _FIELD, anywhere=True),
    "checkout": Duty(N_("借出村"), _DESK),
    "countersign": Duty(N_("复签结论"), _DESK),
    "decision": Duty(N_("下结论"), _DESK),
    "device": Duty(N_("管设备"), _OFFICE),
    "erase": Duty(N_("删除某人的信息"), _OFFICE),
    "feedback": Duty(N_("导入省里的反馈"), _DESK),
    "form": Duty(N_("导入调查表"), _DESK),
    "format": Duty(N_("存上报格式"), _DESK),
    "notice": Duty(N_("确认保密告知"), _EVERYBODY, anywhere=True),
    "passphrase": Duty(N_("改自己的口令"), _EVERYBODY, anywhere=True),
    "persons": Duty(N_("导入各种名单"), _DESK),
    "rekey": Duty(N_("给案卷换密钥"), _OFFICE),
    "restored": Duty(N_("换设备号"), _EVERYBODY, anywhere=True),
    "review": Duty(N_("审核入户"), _DESK),
    "review recall": Duty(N_("撤回自己上交的"), _FIELD),
    "revoke": Duty(N_("撤销上报批次"), _DESK),
    "run": Duty(N_("做交叉核对"), _DESK),
    "source": Duty(N_("导入各种名单"), _DESK),
    "submission": Duty(N_("上交调查表"), _FIELD),
    "visit": Duty(N_("安排要入户的户"), _FIELD),
}
"""By kind of fact, `review` also by its step. An `undo` is whose what it takes back is; another kind is the
administrator's."""

ACTS: Mapping[str, Duty] = {
    "accounts": Duty(N_("管账号"), _OFFICE),
    "audit": Duty(N_("做交叉核对"), _DESK),
    "devices": Duty(N_("管设备"), _OFFICE),
    "erase": Duty(N_("删除某人的信息"), _OFFICE),
    "export": Duty(N_("写出上报表"), _DESK),
    "held": Duty(N_("导出某人的全部信息"), _OFFICE),
    "import": Duty(N_("导入各种名单"), _DESK),
    "log": Duty(N_("导出全部日志"), _DESK),
    "rekey": Duty(N_("给案卷换密钥"), _OFFICE),
    "restore": Duty(N_("用备份恢复案卷"), _OFFICE),
    "result": Duty(N_("看全县的核对结果"), frozenset((AUDITOR, ADMINISTRATOR, READER))),
}
"""What is done without a fact of its own; all of it is of the whole county."""


def duty_of(kind: str, body: Mapping[str, Any]) -> Duty:
    """What appending such a fact is."""
    special = KINDS.get(f"{kind} {body.get('step', '')}")
    return special or KINDS.get(kind, _UNKNOWN)


def refuse(rights: Rights, kind: str, body: Mapping[str, Any], area: str) -> None:
    """Raises RuhuError (usage, not_allowed) when somebody of these rights may not write such a fact."""
    duty = duty_of(kind, body)
    _refuse(rights, duty, "" if duty.anywhere else area, duty.anywhere)


def require(rights: Rights, act: str) -> None:
    """The same for one of `ACTS`."""
    _refuse(rights, ACTS[act], "", False)


def may(rights: Rights, what: str) -> bool:
    """Whether there is anything of this kind or act that somebody may do: for keys that are offered or not."""
    act = ACTS.get(what)
    duty = act or KINDS.get(what, _UNKNOWN)
    return rights.role in duty.roles and (act is None or rights.everywhere)


def _refuse(rights: Rights, duty: Duty, area: str, anywhere: bool) -> None:
    if rights.role not in duty.roles:
        raise _not_this_role(rights, duty)
    if not anywhere and not inside(area, rights.areas):
        what = _("你的账号只管{areas}，不能{what}").format(areas=areas_text(rights.areas), what=_(duty.words))
        remedy = _("请由管全县的{roles}来做").format(roles=_roles(duty))
        if area:
            what = _("{what}（这一条是{area}的）").format(what=what, area=area)
            remedy = _("请找管这个地方的人，或请管理员改账号的管辖")
        raise RuhuError("not_allowed", what, remedy, category="usage")


def _not_this_role(rights: Rights, duty: Duty) -> RuhuError:
    if rights.role == CLOSED:
        what = _("你在这个案卷里没有账号，或账号已停用，不能{what}").format(what=_(duty.words))
        return RuhuError("not_allowed", what, _("请找管理员开账号（ruhu account add）"), category="usage")
    what = _("你的账号是{role}，不能{what}").format(role=_(rights.role), what=_(duty.words))
    return RuhuError("not_allowed", what, _("请由{roles}来做").format(roles=_roles(duty)), category="usage")


def _roles(duty: Duty) -> str:
    return _("或").join(_(role) for role in ROLES.values() if role in duty.roles)


def areas_text(areas: Sequence[str]) -> str:
    """`永和镇、三溪镇/和平村`; 全县 for the whole county."""
    return _("、").join(areas) if areas and "" not in areas else _("全县") if areas else _("（没有）")
