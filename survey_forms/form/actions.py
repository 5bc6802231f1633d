"""Actions (setvalue) read in, wherever they stand."""

from __future__ import annotations

import re
from typing import Any

from survey_forms.form.definition import Action
from survey_forms.form.reading_in import Troubles, absolute
from survey_forms.form.xml_tree import attribute

EVENTS = ("odk-instance-first-load", "odk-instance-load", "odk-new-repeat", "xforms-value-changed", "xforms-revalidate")
_PREDICATE = re.compile(r"\[[^\[\]]*\]")


def action_of(element: Any, source: str, repeat: str, context: str, troubles: Troubles) -> Action | None:
    """A setvalue; `context` is what a relative target is relative to. None without a target or an event we know."""
    events = tuple(
        event if event != "xforms-ready" else "odk-instance-first-load"
        for event in (attribute(element, "event", "http://www.w3.org/2001/xml-events") or "").split()
    )
    target = attribute(element, "ref") or attribute(element, "bind") or ""
    if not target.strip() or not any(event in EVENTS for event in events):
        return None
    target, _at, name = target.strip().partition("/@")
    plain = target
    while "[" in plain and plain != (shorter := _PREDICATE.sub("", plain)):
        plain = shorter
    path = absolute(plain, context)
    value = attribute(element, "value")
    return Action(
        events,
        target,
        path,
        troubles.compile(target, source or path, "setvalue") if "[" in target else None,
        name,
        troubles.compile(value, path, "setvalue"),
        "" if value is not None else "".join(element.itertext()).strip(),
        source,
        repeat,
    )
