"""XML into the tree that forms are filled in; nothing outside of the text is ever fetched or expanded."""

from __future__ import annotations

import re
from typing import Any

from survey_forms.tree import Node

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


class XmlError(Exception):
    """Not well-formed; the message says where."""


def parsed(xml: str) -> Any:
    """The root element, by lxml. Raises XmlError."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(_DECLARATION.sub("", xml.lstrip("\ufeff"), count=1).encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlError(getattr(error, "msg", None) or str(error)) from error
    if root is None:
        raise XmlError("empty")
    return root


def local(element: Any) -> str:
    """The name without namespace; '' for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def name_of(element: Any) -> str:
    """The name as written, prefix and all."""
    name = local(element)
    return f"{element.prefix}:{name}" if element.prefix else name


def attribute_names(element: Any) -> dict[str, str]:
    """The attributes by their names as written."""
    prefixes = {uri: prefix for prefix, uri in element.nsmap.items() if prefix}
    found = {}
    for name, value in element.attrib.items():
        uri, _brace, plain = name[1:].rpartition("}") if name.startswith("{") else ("", "", name)
        found[f"{prefixes.get(uri, '')}:{plain}" if uri else plain] = value
    return found


def tree_of(element: Any) -> Node:
    """The node of an element and all below it. Text is trimmed; that beside elements is left out."""
    top = Node(name_of(element), (element.text or "").strip() if not len(element) else "", attribute_names(element))
    waiting = [(element, top)]
    while waiting:
        above, node = waiting.pop()
        for child in above:
            if not isinstance(child.tag, str):
                continue
            text = "" if len(child) else (child.text or "").strip()
            attributes = attribute_names(child) if child.attrib else None
            made = node.append(Node(name_of(child), text, attributes))
            if len(child):
                waiting.append((child, made))
    return top


def child(element: Any, name: str) -> Any | None:
    """The first child of this local name."""
    return next((one for one in element if local(one) == name), None)


def attribute(element: Any, name: str, uri: str = "") -> str | None:
    """An attribute by local name, with this namespace or, failing that, with any or none."""
    value: str | None = element.get(f"{{{uri}}}{name}" if uri else name)
    if value is None and uri:
        value = element.get(name)
    return value
