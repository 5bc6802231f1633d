"""Facts in words, for the log and the home screen: what was done, and to what. No names or numbers of persons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from audit.kinds import KINDS
from audit.questions import VERDICTS
from casebook.language import N_, _
from casebook.store.clock import local_text
from casebook.store.history import LogRow
from casebook.store.sources import LIST_NAMES
from survey_forms.visits.visit_list import HANDLE
from tui.commands.sentences import listed
from tui.screens.trail_words import TRAIL_SAYINGS

KIND_NAMES = {
    "casebook": N_("建案卷"),
    "account": N_("账号"),
    "notice": N_("保密告知"),
    "passphrase": N_("改口令"),
    "rekey": N_("换密钥"),
    "device": N_("设备"),
    "checkout": N_("借出"),
    "checkin": N_("还回"),
    "anchor": N_("锚"),
    "erase": N_("删除个人信息"),
    "source": N_("导入"),
    "persons": N_("编人号"),
    "run": N_("核对"),
    "decision": N_("结论"),
    "countersign": N_("复签"),
    "undo": N_("撤销"),
    "restored": N_("换设备号"),
    "form": N_("调查表"),
    "visit": N_("排入户"),
    "assignment": N_("派人"),
    "answer": N_("填答"),
    "submission": N_("上交"),
    "review": N_("审核"),
    "format": N_("上报格式"),
    "batch": N_("上报批次"),
    "revoke": N_("撤销批次"),
    "feedback": N_("省反馈"),
}

_WRITTEN = {"order": N_("文号"), "document": N_("看到的证件"), "reason": N_("理由"), "batch": N_("批次")}


def kind_name(kind: str) -> str:
    """A fact's kind in a word; one of a later release as it stands."""
    return _(KIND_NAMES[kind]) if kind in KIND_NAMES else kind


def told(row: LogRow, *, reasons: bool = True) -> str:
    """What a fact says, in one line; '' where the kind says it all. Without `reasons` nothing that somebody has written
    in their own words."""
    fact = row.fact
    if fact.body is None:
        return _("（内容不归你管，或不在这台电脑上）")
    body = fact.body if reasons else {**fact.body, "reason": ""}
    say, of_trail = _SAYINGS.get(fact.kind), TRAIL_SAYINGS.get(fact.kind)
    try:
        text = say(body, row) if say else of_trail(body) if of_trail else ""
    except (LookupError, TypeError, ValueError, AttributeError):  # of a later release, which says it otherwise
        text = ""
    return _("{text}（已撤销）").format(text=text) if row.undone else text


def _source(body: Mapping[str, Any], _row: LogRow) -> str:
    name = LIST_NAMES[body["side"]]
    text = _("{list} {rows} 行").format(list=_(name), rows=f"{body['table']['rows']:,}")
    changes = body.get("changes")
    if changes:
        text += _("，新增 {added}、不再有 {gone}、改动 {changed}").format(
            added=f"{changes['added']:,}", gone=f"{changes['gone']:,}", changed=f"{changes['changed']:,}"
        )
    return _("{text}（{file}）").format(text=text, file=body["table"]["source"]["name"])


def _persons(body: Mapping[str, Any], _row: LogRow) -> str:
    return _("新编 {count} 人").format(count=f"{len(body['ids']):,}")


def _run(_body: Mapping[str, Any], row: LogRow) -> str:
    return _("疑点 {count} 条").format(count=f"{row.findings:,}")


def _decision(body: Mapping[str, Any], _row: LogRow) -> str:
    kind = KINDS.get(body["kind"])
    verdict = VERDICTS.get(body["verdict"])
    text = _("{kind}：{verdict}").format(
        kind=_(kind.title) if kind else body["kind"], verdict=_(verdict.word) if verdict else body["verdict"]
    )
    if body.get("batch"):
        text += _("（批量）")
    return _("{text}，{reason}").format(text=text, reason=body["reason"]) if body.get("reason") else text


def _undo(body: Mapping[str, Any], _row: LogRow) -> str:
    return _("{count} 项").format(count=f"{len(body['targets']):,}")


def _form(body: Mapping[str, Any], _row: LogRow) -> str:
    text = " ".join(filter(None, (body["title"] or body["form_id"], body["version"])))
    return _("{text}（{file}）").format(text=text, file=body["file"]) if body.get("file") else text


def _visit(_body: Mapping[str, Any], row: LogRow) -> str:
    if row.facts > 1:
        return _("{count} 户").format(count=f"{row.facts:,}")
    return _("入户 {visit}").format(visit=row.fact.id[:HANDLE])


def _assignment(body: Mapping[str, Any], row: LogRow) -> str:
    visit, name = body["visit"][:HANDLE], body["to"]
    if row.facts > 1:
        text = _("{count} 户，派给 {name}") if name else _("{count} 户先不派")
        return text.format(count=f"{row.facts:,}", name=name)
    text = _("入户 {visit} 派给 {name}") if name else _("入户 {visit} 先不派")
    return text.format(visit=visit, name=name)


_OPS = {
    "start": N_("打开表"), "answer": N_("答一题"), "add": N_("加一份"), "remove": N_("去掉一份"),
    "put": N_("放回一份"), "remark": N_("写备注"), "reason": N_("写软检查的理由"), "left": N_("离开"),
}  # fmt: skip


def _answer(body: Mapping[str, Any], row: LogRow) -> str:
    """Of a whole sitting how many; of one which question, never what was answered."""
    visit = body["visit"][:HANDLE]
    if row.facts > 1:
        return _("入户 {visit}，{count} 步").format(visit=visit, count=f"{row.facts:,}")
    op = _OPS.get(body["op"])
    words = [_("撤销一步") if body.get("undoes") else _(op) if op else body["op"], body["ref"]]
    return _("入户 {visit}，{what}").format(visit=visit, what=" ".join(filter(None, words)))


def _submission(body: Mapping[str, Any], _row: LogRow) -> str:
    text = _("入户 {visit}").format(visit=body["visit"][:HANDLE])
    count = len(body.get("asks", ()))
    return _("{text}，答了 {count} 条待问").format(text=text, count=count) if count else text


_REVIEWS = {
    ("pass", "township"): N_("乡审通过"), ("pass", "county"): N_("县审通过"), ("return", ""): N_("退回"),
    ("recall", ""): N_("撤回上交"), ("return", "reported"): N_("省退回"),
}  # fmt: skip


def _review(body: Mapping[str, Any], _row: LogRow) -> str:
    step = body["step"]
    at = body.get("at", "")
    word = _REVIEWS.get((step, at)) or _REVIEWS.get((step, ""))
    text = _("入户 {visit}，{what}").format(visit=body["visit"][:HANDLE], what=_(word) if word else step)
    return _("{text}，{reason}").format(text=text, reason=body["reason"]) if body.get("reason") else text


def _format(body: Mapping[str, Any], _row: LogRow) -> str:
    return " ".join(filter(None, (body["title"], body["version"])))


def _batch(body: Mapping[str, Any], _row: LogRow) -> str:
    text = _("第 {number} 批，{title}，{rows} 行").format(
        number=body["number"], title=body["format"]["title"], rows=f"{body['rows']:,}"
    )
    count = len(body["included"])
    return _("{text}，写了理由照报 {count} 行").format(text=text, count=f"{count:,}") if count else text


def _revoke(body: Mapping[str, Any], _row: LogRow) -> str:
    text = _("批次 {batch}").format(batch=body["batch"][:HANDLE])
    return _("{text}，{reason}").format(text=text, reason=body["reason"]) if body.get("reason") else text


def _feedback(body: Mapping[str, Any], _row: LogRow) -> str:
    return _("批次 {batch}，退回 {rejected} 人，对不上 {unmatched} 行").format(
        batch=body["batch"][:HANDLE], rejected=f"{len(body['rejected']):,}", unmatched=f"{body['unmatched']:,}"
    )


_SAYINGS = {
    "format": _format,
    "batch": _batch,
    "revoke": _revoke,
    "feedback": _feedback,
    "source": _source,
    "persons": _persons,
    "run": _run,
    "decision": _decision,
    "undo": _undo,
    "form": _form,
    "visit": _visit,
    "assignment": _assignment,
    "answer": _answer,
    "submission": _submission,
    "review": _review,
}


def account(row: LogRow) -> list[tuple[str, str]]:
    """A fact in full: (name, text) pairs, without the people's values that a decision rests on."""
    fact, envelope = row.fact, row.fact.envelope
    found = [
        (_("时间"), local_text(envelope.wall, seconds=True)),
        (_("经手人"), envelope.author),
        (_("种类"), kind_name(fact.kind)),
        (_("内容"), told(row)),
    ]
    body = fact.body or {}
    found += [(_(name), str(body[key])) for key, name in _WRITTEN.items() if body.get(key)]
    found += [
        (_("地方"), envelope.area.replace("/", " ")),
        (_("编号"), envelope.id),
        (_("设备"), _("{device} 第 {seq} 条").format(device=envelope.device, seq=f"{envelope.seq:,}")),
        (_("摘要"), envelope.digest),
        (_("承接"), listed(envelope.parents)),
    ]
    return [(name, text) for name, text in found if text]
