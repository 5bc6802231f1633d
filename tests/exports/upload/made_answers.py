"""Submissions out of a few answers by ref, as a phone sends them: what nobody answered is blank."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

from casebook.store.casebook import Casebook
from survey_forms.visits.steps import pass_on
from survey_forms.visits.visit_list import visit_row
from survey_forms.visits.visit_view import visit_fact

_STEP = re.compile(r"([^/\[]+)(?:\[(\d+)\])?")


def xml_of(values: Mapping[str, str]) -> str:
    """`{"/data/member[2]/name": "王"}` as XML."""
    top: dict[tuple[str, int], object] = {}
    for ref, text in values.items():
        place = top
        *above, last = [(name, int(number or 0)) for name, number in _STEP.findall(ref)]
        for step in above:
            place = place.setdefault(step, {})  # type: ignore[assignment]
        place[last] = text
    return _inside(top)


def _inside(told: object) -> str:
    if not isinstance(told, dict):
        return escape(str(told))
    return "".join(f"<{name}>{_inside(inner)}</{name}>" for (name, _number), inner in sorted(told.items()))


def handed_in(book: Casebook, visit: str, answers: Mapping[str, str], by: str = "陈静") -> str:
    """A submission of what was prefilled and these answers: the id of the fact."""
    row = visit_row(book, visit)
    values = dict(visit_fact(book.connection, visit)["prefill"]) | dict(answers)
    body = {
        "visit": visit, "xml": xml_of({ref: text for ref, text in values.items() if text}), "instance": f"uuid:{visit}",
        "replaces": "", "asks": [], "outcome": {"consent": "1", "household": "1", "people": []}, "reasons": [],
    }  # fmt: skip
    with book.acted_by(by).writing() as writing:
        before = [row.submission] if row.submission else []
        return writing.append("submission", body, area=row.area, parents=[visit, *before]).id


def passed(book: Casebook, visit: str, answers: Mapping[str, str]) -> None:
    """The same, passed by 周平 in the township and by 吴县 in the county."""
    handed_in(book, visit, answers)
    for reviewer in ("周平", "吴县"):
        pass_on(book.acted_by(reviewer), [visit])
