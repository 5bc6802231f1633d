"""The body read in: groups, repeats and questions in order, and the actions that stand in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casebook.language import _
from survey_forms.form.actions import action_of
from survey_forms.form.binds import JAVAROSA
from survey_forms.form.definition import (
    NO_WORDS,
    Action,
    Bind,
    BodyElement,
    Group,
    Item,
    Itemset,
    Question,
    Repeat,
    Words,
)
from survey_forms.form.reading_in import Troubles, absolute
from survey_forms.form.words import words_of
from survey_forms.form.xml_tree import attribute, child, local
from survey_forms.xpath.references import RANDOM

CONTROLS = ("input", "select1", "select", "rank", "trigger", "upload", "range", "secret")
_KINDS = {
    "int": "int",
    "integer": "int",
    "long": "int",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "dateTime": "datetime",
    "geopoint": "geo",
    "geotrace": "geo",
    "geoshape": "geo",
    "barcode": "barcode",
    "binary": "upload",
}
_TRUE = ("true()", "1", "true", "'true'", "yes")


class BodyReading:
    """Reads a body; afterwards `actions` has those that stood in it."""

    def __init__(self, root: str, binds: Mapping[str, Bind], troubles: Troubles) -> None:
        self.root = root
        self.binds = binds
        self.troubles = troubles
        self.actions: list[Action] = []

    def read(self, body: Any) -> tuple[BodyElement, ...]:
        return self._children(body, self.root, "")

    def _children(self, element: Any, context: str, repeat: str) -> tuple[BodyElement, ...]:
        found: list[BodyElement] = []
        for one in element:
            name = local(one)
            if name == "group":
                found.append(self._group(one, context, repeat))
            elif name == "repeat":
                found.append(self._repeat(one, context, NO_WORDS, ""))
            elif name in CONTROLS:
                question = self._question(one, context, repeat)
                if question is not None:
                    found.append(question)
            elif name == "setvalue":
                self._act(one, "", repeat, context)
        return tuple(found)

    def _act(self, element: Any, source: str, repeat: str, context: str) -> None:
        action = action_of(element, source, repeat, context, self.troubles)
        if action is not None:
            self.actions.append(action)

    def _group(self, element: Any, context: str, repeat: str) -> BodyElement:
        ref = attribute(element, "ref") or attribute(element, "nodeset")
        path = absolute(ref, context) if ref else ""
        label = words_of(child(element, "label"), path or context, "label", self.troubles)
        parts = [one for one in element if local(one) in ("group", "repeat", *CONTROLS)]
        if len(parts) == 1 and local(parts[0]) == "repeat":
            nodeset = absolute(attribute(parts[0], "nodeset") or attribute(parts[0], "ref") or "", path or context)
            if not path or path == nodeset:  # a repeat with its heading around it
                for one in element:
                    if local(one) == "setvalue":
                        self._act(one, "", repeat, path or context)
                return self._repeat(parts[0], path or context, label, attribute(element, "appearance") or "")
        extra = self.binds[path].extra if path in self.binds else {}
        children = self._children(element, path or context, repeat)
        return Group(path, label, attribute(element, "appearance") or "", children, extra.get("code", ""), extra)

    def _repeat(self, element: Any, context: str, label: Words, appearance: str) -> Repeat:
        path = absolute(attribute(element, "nodeset") or attribute(element, "ref") or "", context)
        count = self.troubles.compile(attribute(element, "count", JAVAROSA), path, "count")
        fixed = (attribute(element, "noAddRemove", JAVAROSA) or "").strip() in _TRUE
        extra = self.binds[path].extra if path in self.binds else {}
        return Repeat(
            path,
            label or words_of(child(element, "label"), path, "label", self.troubles),
            appearance or attribute(element, "appearance") or "",
            self._children(element, path, path),
            count,
            fixed,
            extra.get("code", ""),
            extra,
        )

    def _question(self, element: Any, context: str, repeat: str) -> Question | None:
        ref = attribute(element, "ref") or attribute(element, "nodeset")
        if not ref:
            self.troubles.add("", "ref", _("有一个题目没有写它填在哪里（ref）"))
            return None
        path = absolute(ref, context)
        bind = self.binds.get(path, Bind(path))
        for one in element:
            if local(one) == "setvalue":
                self._act(one, path, repeat, context)
        control = local(element)
        return Question(
            path,
            _kind(control, bind),
            control,
            attribute(element, "appearance") or "",
            words_of(child(element, "label"), path, "label", self.troubles),
            words_of(child(element, "hint"), path, "hint", self.troubles),
            self._items(element, path),
            self._itemset(element, path),
            _range(element) if control == "range" else None,
            bind.extra.get("code", ""),
            bind.extra.get("unknown", ""),
            bind.extra.get("refused", ""),
            bind.extra.get("field", ""),
            bind.extra,
        )

    def _items(self, element: Any, path: str) -> tuple[Item, ...]:
        found = []
        for one in element.iter():
            if local(one) == "item":
                value = child(one, "value")
                text = "".join(value.itertext()).strip() if value is not None else ""
                found.append(Item(text, words_of(child(one, "label"), path, "label", self.troubles)))
        return tuple(found)

    def _itemset(self, element: Any, path: str) -> Itemset | None:
        itemset = child(element, "itemset")
        if itemset is None:
            return None
        value, label = child(itemset, "value"), child(itemset, "label")
        nodes = self.troubles.compile(attribute(itemset, "nodeset"), path, "itemset")
        ref = attribute(value, "ref") if value is not None else None
        picked = self.troubles.compile(ref or ".", path, "itemset")
        if nodes is None or picked is None:
            return None
        constant = set(nodes.references(path)) <= {RANDOM}  # shuffled once, then it stays
        return Itemset(nodes, picked, words_of(label, path, "label", self.troubles), constant)


def _kind(control: str, bind: Bind) -> str:
    if control in ("input", "secret"):
        kind = _KINDS.get(bind.type, "text")
        readonly = bind.readonly is not None and bind.readonly.text in _TRUE
        return "note" if kind == "text" and readonly else kind
    return control


def _range(element: Any) -> tuple[str, str, str]:
    start, end, step = (attribute(element, name) or "" for name in ("start", "end", "step"))
    return start, end, step
