"""Which nodes a step's test lets through, by name and namespace (XPath 1.0, 2.3)."""

from __future__ import annotations

from collections.abc import Callable

from survey_forms.tree import Node
from survey_forms.xpath.axes import is_attribute, is_element
from survey_forms.xpath.syntax import Step

KNOWN_PREFIXES = {
    "h": "http://www.w3.org/1999/xhtml",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "mathml": "http://www.w3.org/1998/Math/MathML",
    "jr": "http://openrosa.org/javarosa",
    "orx": "http://openrosa.org/xforms",
    "odk": "http://www.opendatakit.org/xforms",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
XFORMS = "http://www.w3.org/2002/xforms"


def node_test(step: Step) -> Callable[[Node], bool]:
    """Attributes on the attribute and namespace axes, elements on the others, unless a kind of node is named."""
    test, target = step.test, step.target
    if test == "node()":
        return lambda node: True
    if test == "text()":
        return lambda node: node.name == "#text"
    if test == "comment()":
        return lambda node: node.name == "#comment"
    if test == "processing-instruction()":
        return lambda node: node.name == f"#pi:{target}" if target else node.name.startswith("#pi:")
    principal = is_attribute if step.axis in ("attribute", "namespace") else is_element
    if test == "*":
        return principal
    prefix, _colon, local = test.rpartition(":")

    def matches(node: Node) -> bool:
        if not principal(node):
            return False
        if local not in ("*", local_name(node)):
            return False
        return _same_namespace(node, prefix)

    return matches


def _same_namespace(node: Node, prefix: str) -> bool:
    uri = namespace_of(node)
    if not prefix:
        return uri in ("", XFORMS)
    wanted = KNOWN_PREFIXES.get(prefix) or _declared(node, f"xmlns:{prefix}")
    return uri == wanted


def local_name(node: Node) -> str:
    return node.name.lstrip("@").rpartition(":")[2] if is_element(node) or is_attribute(node) else ""


def namespace_of(node: Node) -> str:
    """The namespace of an element or an attribute; '' for none and for other nodes."""
    if not (is_element(node) or is_attribute(node)):
        return ""
    prefix, _colon, _local = node.name.lstrip("@").rpartition(":")
    if is_attribute(node):
        return _declared(node, f"xmlns:{prefix}") or KNOWN_PREFIXES.get(prefix, "") if prefix else ""
    return _declared(node, f"xmlns:{prefix}" if prefix else "xmlns") or KNOWN_PREFIXES.get(prefix, "")


def _declared(node: Node, name: str) -> str:
    one: Node | None = node
    while one is not None:
        if name in one.attributes:
            return one.attributes[name]
        one = one.parent
    return ""
