"""What is written beside the answers: remarks (备注) and the reasons for values that a soft check objects to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from survey_forms.filling.op import Op

NOTES = ("remark", "reason")
"""The ops that change no answer."""

_INSTANCE = re.compile(r"(?P<repeat>.*)\[(?P<position>\d+)\]")


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Notes:
    """Texts by the ref of their question."""

    remarks: Mapping[str, str] = field(default_factory=_nothing)
    reasons: Mapping[str, str] = field(default_factory=_nothing)

    def after(self, op: Op) -> Notes:
        """The notes after a change. A new answer needs a new reason; notes move with their repeat instance."""
        if op.op == "remark":
            return replace(self, remarks=_with(self.remarks, op.ref, op.value))
        if op.op == "reason":
            return replace(self, reasons=_with(self.reasons, op.ref, op.value))
        if op.op == "answer" and op.ref in self.reasons:
            return replace(self, reasons=_with(self.reasons, op.ref, ""))
        if op.op in ("remove", "put") and (match := _INSTANCE.fullmatch(op.ref)):
            repeat, position = match["repeat"], int(match["position"])
            return Notes(*(_moved(notes, repeat, position, op.op) for notes in (self.remarks, self.reasons)))
        return self

    def before(self, op: Op) -> Op:
        """What takes back a remark or a reason."""
        notes = self.remarks if op.op == "remark" else self.reasons
        return Op(op.op, op.ref, notes.get(op.ref, ""), ())


def _with(notes: Mapping[str, str], ref: str, text: str) -> Mapping[str, str]:
    others = {other: said for other, said in notes.items() if other != ref}
    return others | {ref: text} if text else others


def _moved(notes: Mapping[str, str], repeat: str, position: int, op: str) -> Mapping[str, str]:
    """The notes after the instance at a position was taken out, or put in there."""
    moved: dict[str, str] = {}
    within = re.compile(re.escape(repeat) + r"\[(\d+)\](?P<rest>(?:/.*)?)")
    for ref, said in notes.items():
        match = within.fullmatch(ref)
        if match is None or int(match[1]) < position:
            moved[ref] = said
        elif op == "put":
            moved[f"{repeat}[{int(match[1]) + 1}]{match['rest']}"] = said
        elif int(match[1]) > position:
            moved[f"{repeat}[{int(match[1]) - 1}]{match['rest']}"] = said
    return moved
