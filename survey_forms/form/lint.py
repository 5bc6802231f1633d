"""Expressions that phones (Collect) and web forms read differently: notes, never refusals."""

from __future__ import annotations

from collections.abc import Iterable

from survey_forms.form.definition import Note
from survey_forms.xpath.compile import Compiled


def notes_of(expressions: Iterable[tuple[str, str, Compiled]]) -> tuple[Note, ...]:
    return ()
