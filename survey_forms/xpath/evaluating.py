"""One expression on one XML document, as a black box: what the conformance data asks (`ruhu forms eval --jsonl`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from survey_forms.tree import Node
from survey_forms.xpath.axes import attribute_node, is_attribute
from survey_forms.xpath.compile import compiled
from survey_forms.xpath.context import Context, Plain
from survey_forms.xpath.documents import read_document

_SPECIAL = {"text()": "#text", "comment()": "#comment", "processing-instruction()": "#pi:"}


def evaluate(question: Mapping[str, Any]) -> Any:
    """The value asked for: a number (`"NaN"`, `"Infinity"` as text), a text, true or false, or the paths of nodes.
    Raises ExpressionError, NotXml, or KeyError and ValueError for a question that is none."""
    document = _document(question["doc"])
    root = node_at(document, question.get("root") or "/")
    node = node_at(document, question.get("context") or "/")
    surroundings = Plain(
        root=root,
        clock=_moment(question.get("now"), question.get("tz")),
        language=question.get("lang") or "",
        instances=_instances(document),
        texts=_itext(document, question.get("lang")),
    )
    dialect = question.get("dialect") or "collect"
    if dialect not in ("collect", "webforms"):
        raise ValueError(dialect)
    expression = compiled(question["expression"], dialect, lenient=True)
    context = Context(node, surroundings)
    match question.get("as") or "string":
        case "string":
            return expression.string(context)
        case "boolean":
            return expression.boolean(context)
        case "number":
            return as_json(expression.number(context))
        case "nodeset":
            return [path_of(one) for one in expression.nodes(context)]
        case other:
            raise ValueError(other)


def as_json(number: float) -> float | str:
    if number != number:
        return "NaN"
    if number in (float("inf"), float("-inf")):
        return "Infinity" if number > 0 else "-Infinity"
    return number


@lru_cache(maxsize=128)
def _document(xml: str) -> Node:
    return read_document(xml)


def _moment(now: str | None, zone: str | None) -> datetime:
    local: tzinfo = ZoneInfo(zone) if zone else UTC
    if not now:
        return datetime.now(local)
    return datetime.fromisoformat(now).astimezone(local)


def node_at(document: Node, path: str) -> Node:
    """The node at `/data[1]/m[2]`, `…/@id`, `…/text()[1]`. Raises ValueError."""
    node = document
    for piece in path.split("/")[1:]:
        if not piece:
            continue
        if piece.startswith("@"):
            if piece[1:] not in node.attributes:
                raise ValueError(path)
            node = attribute_node(node, piece[1:])
            continue
        name, _bracket, number = piece.partition("[")
        position = int(number.rstrip("]") or 1)
        found = [child for child in node.children if _same_kind(child, name)]
        if not 1 <= position <= len(found):
            raise ValueError(path)
        node = found[position - 1]
    return node


def _same_kind(node: Node, name: str) -> bool:
    special = _SPECIAL.get(name)
    return node.name == name if special is None else node.name.startswith(special)


def path_of(node: Node) -> str:
    """`/data[1]/m[2]`, a position on every element."""
    if node.parent is None:
        return "/"
    above = path_of(node.parent).rstrip("/")
    if is_attribute(node):
        return f"{above}/{node.name}"
    name = next((test for test, special in _SPECIAL.items() if node.name.startswith(special)), node.name)
    position = 0
    for sibling in node.parent.children:
        if _same_kind(sibling, name) and ("cdata" in sibling.attributes) == ("cdata" in node.attributes):
            position += 1
        if sibling is node:
            break
    return f"{above}/{name}[{position}]"


def _instances(document: Node) -> dict[str, Node]:
    """Every `instance` element with an `id`, as the document of a secondary instance."""
    return {
        node.attributes["id"]: node for node in document.walk() if node.name == "instance" and "id" in node.attributes
    }


def _itext(document: Node, language: str | None) -> dict[str, str]:
    """Text by id, in this language, else the default one, else the first."""
    translations = [node for node in document.walk() if node.name == "translation" and "lang" in node.attributes]
    if not translations:
        return {}
    chosen = next((one for one in translations if language and one.attributes["lang"] == language), None)
    chosen = chosen or next((one for one in translations if "default" in one.attributes), translations[0])
    texts: dict[str, str] = {}
    for text in chosen.named("text"):
        values = [value for value in text.named("value") if "form" not in value.attributes]
        if values and "id" in text.attributes:
            texts[text.attributes["id"]] = values[0].value()
    return texts

