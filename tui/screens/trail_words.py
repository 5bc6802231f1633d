"""Who looked at what, in words; what the casebook's own facts say: accounts, keys, devices, anchors, erasures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from casebook.language import N_, _
from casebook.store.access import Access, way_and_name
from casebook.store.rights import ROLES

ACCESS_NAMES = {
    "opened": N_("打开疑点或入户"),
    "revealed": N_("看全信息"),
    "looked_up": N_("查人"),
    "exported": N_("导出"),
    "notice_due": N_("未确认保密告知"),
}

_WAYS = {
    "findings": N_("疑点清册"),
    "links": N_("对应关系"),
    "answers": N_("调查答卷"),
    "forms": N_("打印的调查表"),
    "summaries": N_("打印的一户小结"),
    "submissions": N_("给别的程序的答卷"),
    "batch": N_("上报批次"),
    "left_out": N_("未上报名单"),
    "log": N_("日志"),
    "backup": N_("备份"),
    "packet": N_("交换包"),
    "held": N_("个人信息汇总"),
}
_KEY = 8
"""Characters of a device's id or a key's that are shown."""


def access_name(what: str) -> str:
    return _(ACCESS_NAMES[what]) if what in ACCESS_NAMES else what


def access_subject(access: Access) -> str:
    """What was looked at, by its id; of a file that left, what it held and its name."""
    way, name = way_and_name(access.subject)
    if not way:
        return access.subject
    return _("{what}（{file}）").format(what=_(_WAYS[way]), file=name) if name else _(_WAYS[way])


def _account(body: Mapping[str, Any]) -> str:
    """A name, and the role and the areas it has from here on; without a role it was closed."""
    if not body["role"]:
        return _("{name}，已停用").format(name=body["name"])
    text = _("{name}，{role}").format(name=body["name"], role=_role(body["role"]))
    return _with_areas(text, body.get("areas", ()))


def _role(role: str) -> str:
    return _(role) if role in ROLES.values() else role


def _with_areas(text: str, areas: Sequence[str]) -> str:
    """The text and, where they are not the whole county, the areas."""
    return text if "" in areas or not areas else _("{text}，{areas}").format(text=text, areas=_areas(areas))


def _areas(areas: Sequence[str]) -> str:
    return _("、").join(area.replace("/", " ") for area in areas) if areas and all(areas) else _("全县")


def _notice(body: Mapping[str, Any]) -> str:
    return _("已阅读，版本 {version}").format(version=body["version"])


_HOWS = {"own": N_("用原口令"), "recovery": N_("用恢复码"), "recovery_key": N_("换了恢复码")}


def _passphrase(body: Mapping[str, Any]) -> str:
    how = body.get("how", "")
    return _("{name}，{how}").format(name=body["name"], how=_(_HOWS[how])) if how in _HOWS else str(body["name"])


def _rekey(body: Mapping[str, Any]) -> str:
    return _("{before} 换成 {after}").format(before=body["before"][:_KEY], after=body["after"][:_KEY])


def _device(body: Mapping[str, Any]) -> str:
    text = _("{name}（{device}）").format(name=body.get("name", ""), device=body["device"][:_KEY])
    return _("{name}，已停用").format(name=text) if body.get("closed") else _with_areas(text, body.get("areas", ()))


def _checkout(body: Mapping[str, Any]) -> str:
    return _("{areas}，借给设备 {device}").format(areas=_areas(body["areas"]), device=body["device"][:_KEY])


def _checkin(body: Mapping[str, Any]) -> str:
    return _("{areas}，从设备 {device}").format(areas=_areas(body["areas"]), device=body["device"][:_KEY])


def _anchor(body: Mapping[str, Any]) -> str:
    text = _("查阅记录到第 {entry} 条").format(entry=f"{body['access'][0]:,}")
    count = len(body["heads"])
    return _("{text}，其他设备 {count} 台").format(text=text, count=count) if count else text


def _erase(body: Mapping[str, Any]) -> str:
    text = _("人员 {person}，文号 {order}").format(person=body["person"], order=body["order"])
    return _("{text}，{reason}").format(text=text, reason=body["reason"]) if body.get("reason") else text


_RESTORED = N_("恢复备份，接着设备 {device}")
_WHYS = {
    "copied": N_("案卷文件夹是拷来的，接着设备 {device}"),
    "rolled_back": N_("换回了较旧的案卷文件，接着设备 {device}"),
}


def _restored(body: Mapping[str, Any]) -> str:
    """A book that goes on as a new device: from a backup, because its folder was copied, or an older one put back."""
    before = str(body.get("device_before", ""))[:_KEY]
    text = _(_WHYS.get(body.get("why", ""), _RESTORED)).format(device=before)
    lost = body.get("lost")
    return _("{text}，备份里没有的 {count} 条").format(text=text, count=f"{lost:,}") if lost else text


TRAIL_SAYINGS = {
    "casebook": lambda body: str(body["name"]),
    "account": _account,
    "notice": _notice,
    "passphrase": _passphrase,
    "rekey": _rekey,
    "device": _device,
    "checkout": _checkout,
    "checkin": _checkin,
    "anchor": _anchor,
    "erase": _erase,
    "restored": _restored,
}
"""What a fact of the kind says, by its body. Each may raise LookupError and the like for one it does not know."""
