"""Answers from a file (逐行填答): JSON lines, each run and saved like a key on the screen, the next one after it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook
from survey_forms.visits.form_words import form_language

if TYPE_CHECKING:
    from survey_forms.interview import Interview

OPS = ("answer", "add", "remove", "remark", "reason")

_TRIES = 3
"""Times a line is tried when another process keeps changing the same visit."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was not taken: its 1-based number and why."""

    line: int
    error: RuhuError


@dataclass(frozen=True, slots=True)
class Filled:
    """What became of the lines: how many were taken and saved, which were refused; the interview after them."""

    taken: int
    refused: tuple[Refused, ...]
    interview: Interview


def fill_from(book: Casebook, visit: str, lines: Iterable[str]) -> Filled:
    """Run lines `{"ref", "value"}` or `{"op", "ref", "value"}`, op one of `OPS` (answer when left out); blank lines are
    passed over, a line that is refused does not stop the others.

    An `add` names the repeat (`/data/member`), a `remove` the instance. Raises RuhuError when the visit can't be opened
    or is handed in, or the casebook can't be written.
    """
    interview = _opened(book, visit)
    taken, refused = 0, list[Refused]()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        interview.refuse_handed_in()
        try:
            told = _read(line)
            interview = _run(interview, told)
        except RuhuError as error:
            if error.category in ("unusable", "locked"):
                raise
            refused.append(Refused(number, error))
        else:
            taken += 1
    return Filled(taken, tuple(refused), interview)


def _opened(book: Casebook, visit: str) -> Interview:
    """The interview with its labels and messages in the user's language, where the form has it."""
    from survey_forms.interview import open_interview

    interview = open_interview(book, visit)
    interview.filling.set_language(form_language(interview.definition))
    return interview


def _read(line: str) -> tuple[str, str, str]:
    """The op, ref and value of a line. Raises RuhuError (usage) for another shape."""
    try:
        told: Any = json.loads(line)
    except (ValueError, RecursionError):  # the latter of brackets in brackets
        raise _malformed(_("这一行不是 JSON")) from None
    if not isinstance(told, dict):
        raise _malformed(_("这一行不是 JSON 对象"))
    op, ref, value = told.get("op", "answer"), told.get("ref"), told.get("value", "")
    if op not in OPS:
        raise _malformed(_("op 只能是 {ops}").format(ops=_("、").join(OPS)))
    if not isinstance(ref, str) or not ref:
        raise _malformed(_("缺少 ref"))
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = " ".join(value)
    if op == "remove" and not ref.endswith("]"):  # a ref without a number means the first
        raise _malformed(_("去掉哪一份要写明，如 /data/member[4]"))
    no_number = isinstance(value, float) and not isfinite(value)
    if no_number or isinstance(value, bool) or not isinstance(value, str | int | float | None):
        raise _malformed(_("value 要是文字或数字"))
    return op, ref, "" if value is None else str(value)


def _malformed(what: str) -> RuhuError:
    remedy = _('例：{"ref": "/data/visit/visit_date", "value": "20261122"}')
    return RuhuError("answer_line", what, remedy, category="usage")


def _run(interview: Interview, told: tuple[str, str, str]) -> Interview:
    """Run one line; the interview, opened anew when another process has changed the visit meanwhile."""
    op, ref, value = told
    for left in reversed(range(_TRIES)):
        try:
            if op == "answer":
                interview.answer(ref, value)
            elif op == "add":
                interview.add(ref)
            elif op == "remove":
                interview.remove(ref)
            elif op == "remark":
                interview.remark(ref, value)
            else:
                interview.reason(ref, value)
        except RuhuError as error:
            if error.code != "changed_elsewhere" or not left:
                raise
            interview = _opened(interview.book, interview.visit.id)
        else:
            break
    return interview
