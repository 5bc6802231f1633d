"""The submission (上交的答卷) as XML, the way phones send it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4
from xml.sax.saxutils import escape, quoteattr

from survey_forms.tree import Node
from survey_forms.xml_text import fit_for_xml
from survey_forms.xpath.values import stored

if TYPE_CHECKING:
    from survey_forms.filling.looking import Looking

JAVAROSA = "http://openrosa.org/javarosa"
OPENROSA = "http://openrosa.org/xforms"


def submission_xml(filling: Looking, deprecated: str, instance: str) -> str:
    """The primary instance: values of non-relevant questions blank, instances of repeats as repeated elements, with
    `instanceID` (`instance`, else the one it has, else a new one), and `deprecatedID` of what it replaces."""
    return _Submitting(filling, deprecated, instance).xml()


class _Submitting:
    def __init__(self, filling: Looking, deprecated: str, instance: str) -> None:
        self.sheet = filling.sheet
        self.binds = filling.definition.binds
        self.around = filling.around
        self.deprecated = deprecated
        self.instance = instance

    def xml(self) -> str:
        root = self.sheet.root
        spaces = dict(self.sheet.definition.namespaces)
        used = {node.name.partition(":")[0] for node in root.walk() if ":" in node.name}
        used |= {name.partition(":")[0] for node in root.walk() for name in node.attributes if ":" in name}
        if "orx" in used:
            spaces.setdefault("orx", OPENROSA)
        told = "".join(
            f" xmlns{':' if prefix else ''}{prefix}={quoteattr(uri)}"
            for prefix, uri in sorted(spaces.items())
            if prefix in used or (not prefix and not uri.startswith("http://www.w3.org/2002/xforms"))
        )
        return f"<?xml version='1.0' encoding='UTF-8'?>{self._element(root, told)}"

    def _element(self, node: Node, spaces: str = "") -> str:
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in node.attributes.items())
        inner = "".join(self._element(child) for child in node.children) if node.children else self._text(node)
        name = node.name.rpartition(":")[2]
        if name == "meta" and self.deprecated and node.parent is self.sheet.root:
            prefix = node.name[: -len("meta")]
            if not node.named(f"{prefix}deprecatedID"):
                inner += f"<{prefix}deprecatedID>{escape(self.deprecated)}</{prefix}deprecatedID>"
        head = f"{node.name}{spaces}{attributes}"
        return f"<{head}>{inner}</{node.name}>" if inner else f"<{head}/>"

    def _text(self, node: Node) -> str:
        if not node.relevant:
            return ""
        in_meta = node.parent is not None and node.parent.name.rpartition(":")[2] == "meta"
        if in_meta and node.name.rpartition(":")[2] == "instanceID":
            return escape(self.instance or node.text or f"uuid:{uuid4()}")
        if in_meta and node.name.rpartition(":")[2] == "deprecatedID" and self.deprecated:
            return escape(self.deprecated)
        bind = self.binds.get(node.path)
        if bind is not None and bind.preload == "timestamp" and bind.preload_params == "end":
            return stored(self.around.now(), bind.type if bind.type in ("date", "time") else "dateTime")
        return escape(fit_for_xml(node.text))
