"""What a filling tells of itself: problems, lines of its outline, reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from survey_forms.form.definition import Question


@dataclass(frozen=True, slots=True)
class Problem:
    """What keeps a question from being right."""

    ref: str
    kind: Literal["required", "constraint", "type"]
    message: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the outline. `kind` is group, repeat (the range), instance or question; `depth` counts from 0; `number`
    is the code of the form or a running `1.2`."""

    ref: str
    path: str
    kind: Literal["group", "repeat", "instance", "question"]
    depth: int
    question: Question | None
    number: str


@dataclass(frozen=True, slots=True)
class WhyPart:
    """One rule of a node or of what it stands in. `text` is the expression in the form's words, `result` what it gives,
    `values` what it reads: (label, ref, value in words), `message` what the form says when a constraint or soft check
    objects, '' for nothing."""

    ref: str
    attribute: Literal["relevant", "required", "readonly", "constraint", "warning", "calculate", "count"]
    expression: str
    text: str
    result: bool
    values: tuple[tuple[str, str, str], ...]
    message: str = ""


@dataclass(frozen=True, slots=True)
class Why:
    ref: str
    parts: tuple[WhyPart, ...]
