"""A form and what is done to it in, the states of its nodes out: the engine as a black box (`ruhu forms replay`)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from casebook.errors import RuhuError
from survey_forms.filling.filling import Filling
from survey_forms.form.check_types import fits
from survey_forms.form.load import load_form
from survey_forms.tree import Node

State = dict[str, dict[str, Any]]


def replayed(asked: Mapping[str, Any]) -> dict[str, Any]:
    """`{"states": [...]}`: the state of every node after loading, then after each operation that of the nodes that
    differ from before. Raises whatever a wrong question leads to: FormRefused, RuhuError, ValueError, TypeError …"""
    return {"states": _states(asked)}


def _states(asked: Mapping[str, Any]) -> list[State]:
    form, ops = asked.get("form"), asked.get("ops") or []
    if not isinstance(form, str) or not isinstance(ops, list):
        raise ValueError("form, ops")
    resources = asked.get("resources") or {}
    definition = load_form(form, {str(url): str(text) for url, text in dict(resources).items()})
    filling = Filling.begin(definition, now=_now(asked))
    before = _state(filling)
    states = [before]
    for op in ops:
        try:
            _do(filling, op)
        except RuhuError:
            states.append({})
            continue
        after = _state(filling)
        states.append({ref: node for ref, node in after.items() if before.get(ref) != node})
        before = after
    return states


def _now(asked: Mapping[str, Any]) -> datetime:
    text = asked.get("now")
    moment = datetime.fromisoformat(text) if isinstance(text, str) and text else datetime.now(UTC)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(_zone(asked.get("tz")))


def _zone(name: Any) -> tzinfo:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(str(name)) if name else UTC
    except (KeyError, ValueError, OSError):
        return UTC


def _do(filling: Filling, op: Mapping[str, Any]) -> None:
    name, ref, value = op.get("op"), str(op.get("ref") or ""), op.get("value")
    if name == "answer":
        text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        filling.answer(ref, filling.fitted(ref, text))
    elif name == "add_repeat":
        filling.add(ref)
    elif name == "remove_repeat":
        filling.remove(ref)
    elif name == "set_language":
        filling.set_language(str(value or ref or ""))
    else:
        raise ValueError(f"op {name}")


def _state(filling: Filling) -> State:
    return dict(_nodes(filling, filling.sheet.root, filling.sheet.root.path, False))


def _told(kind: str, text: str) -> str:
    """As web forms tell values: a decimal without exponent and with one place at least, a point in such numbers."""
    if kind == "geopoint":
        return " ".join(_told("decimal", part) for part in text.split())
    if kind != "decimal" or not text:
        return text
    plain = format(Decimal(repr(float(text))), "f") if fits("decimal", text) else text
    return plain if "." in plain else f"{plain}.0"


def _nodes(filling: Filling, node: Node, ref: str, readonly: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    sheet, definition = filling.sheet, filling.definition
    readonly = readonly or node in sheet.readonly
    state: dict[str, Any] = {"rel": node.relevant, "req": node in sheet.required, "ro": readonly}
    question = definition.questions.get(node.path)
    ranges = [name for name in definition.order.get(node.path, ()) if f"{node.path}/{name}" in definition.repeats]
    if not node.children and not ranges:
        state["v"] = _told(definition.types.get(node.path, ""), node.text) if node.relevant else ""
        kind = sheet.bad.get(node)
        state["viol"] = kind if kind in ("constraint", "required") else None
    if question is not None:
        state["label"] = filling.label(ref)
        if question.chooses:
            state["opts"] = [[choice.value, choice.label] for choice in filling.choosing.choices(question, node)]
    yield ref, state
    positions: dict[str, int] = {}
    for child in node.children:
        child_ref = f"{ref}/{child.name}"
        if child.repeat:
            positions[child.name] = positions.get(child.name, 0) + 1
            child_ref = f"{child_ref}[{positions[child.name]}]"
        yield from _nodes(filling, child, child_ref, readonly)
    for name in ranges:
        relevant = node.relevant and filling._range_relevant(node, name)
        yield f"{ref}/{name}", {"rel": relevant, "req": False, "ro": readonly, "n": positions.get(name, 0)}
