"""Binds (数据约束) read in."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from survey_forms.form.definition import NO_WORDS, RUHU, Bind
from survey_forms.form.reading_in import Troubles, absolute
from survey_forms.form.words import message_of
from survey_forms.form.xml_tree import attribute, local

JAVAROSA = "http://openrosa.org/javarosa"
_NOTHING = Bind("")


def binds_of(model: Any, root: str, troubles: Troubles) -> dict[str, Bind]:
    """The binds by generic path."""
    found: dict[str, Bind] = {}
    for element in model:
        if local(element) == "bind":
            ref = attribute(element, "nodeset") or attribute(element, "ref")
            if not ref:
                continue
            path = absolute(ref, root)
            bind = _bind(element, path, troubles)
            found[path] = _merged(found[path], bind) if path in found else bind
    return found


def _merged(first: Bind, second: Bind) -> Bind:
    """Two binds of one path: what the second says holds, what it leaves out stays."""
    said = {
        each.name: getattr(second, each.name)
        for each in fields(Bind)
        if getattr(second, each.name) != getattr(_NOTHING, each.name)
    }
    return replace(first, **said | {"path": first.path, "extra": {**first.extra, **second.extra}})


def _bind(element: Any, path: str, troubles: Troubles) -> Bind:
    extra = {
        name.rpartition("}")[2]: value for name, value in element.attrib.items() if name.startswith(f"{{{RUHU}}}")
    }

    def jr(name: str) -> str | None:
        return attribute(element, name, JAVAROSA)

    kind = (attribute(element, "type") or "string").rpartition(":")[2]
    warning = troubles.compile(extra.get("warning"), path, "warning")
    return Bind(
        path,
        kind,
        relevant=troubles.compile(attribute(element, "relevant"), path, "relevant"),
        required=troubles.compile(attribute(element, "required"), path, "required"),
        readonly=troubles.compile(attribute(element, "readonly"), path, "readonly"),
        constraint=troubles.compile(attribute(element, "constraint"), path, "constraint"),
        calculate=troubles.compile(attribute(element, "calculate"), path, "calculate"),
        warning=warning,
        constraint_message=message_of(jr("constraintMsg"), path, "constraint", troubles),
        required_message=message_of(jr("requiredMsg"), path, "required", troubles),
        warning_message=message_of(extra.get("warning_msg"), path, "warning", troubles) if warning else NO_WORDS,
        preload=jr("preload") or "",
        preload_params=jr("preloadParams") or "",
        extra=extra,
    )
