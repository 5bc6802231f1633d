"""The elements of an XML part and where they stand in its bytes: parts are cut and mended, never written anew, so all
that is not named stays byte for byte, whatever prefixes, quotes, comments or blanks their writer liked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

Edit = tuple[int, int, bytes]
"""From a byte up to another, and what stands there instead."""

_TAG = re.compile(rb"<[^\"'>]*(?:(?:\"[^\"]*\"|'[^']*')[^\"'>]*)*>")


class OddPart(Exception):
    """A part that no spreadsheet program writes: another encoding than UTF-8, a document type, broken XML."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element. `name` without and `prefix` with its colon, `parent` the name of the one around it. The bytes of its
    start tag are `start` to `inside`, of what it holds `inside` to `outside`, of all `start` to `end`.
    `attributes` by their names as they are written, a prefix included where they have one."""

    name: str
    prefix: str
    namespace: str
    parent: str
    start: int
    inside: int
    outside: int
    end: int
    attributes: Mapping[str, str]

    @property
    def closed(self) -> bool:
        """Whether it is written as one tag, `<row/>`."""
        return self.inside == self.end


def elements(part: bytes, names: Collection[str]) -> list[Element]:
    """The elements of these names in the order in which they begin; the root always is the first. A piece of a part
    will do, whose prefixes are declared outside of it: their namespace is ''. Raises OddPart."""
    from xml.parsers import expat

    parser: Any = expat.ParserCreate()
    found: list[Element | None] = []
    path: list[str] = []
    begun: list[tuple[int, int, str, str, Mapping[str, str], Mapping[str, str]] | None] = []
    spaces: Mapping[str, str] = {}
    outer: list[tuple[int, Mapping[str, str]]] = []

    def begin(full: str, attributes: dict[str, str]) -> None:
        nonlocal spaces
        prefix, colon, name = full.rpartition(":")
        if declared := [key for key in attributes if key.startswith("xmlns")]:
            outer.append((len(path), spaces))
            spaces = {**spaces, **{key[5:].lstrip(":"): attributes[key] for key in declared}}
        if name in names or not path:
            begun.append((len(found), parser.CurrentByteIndex, prefix + colon, name, attributes, spaces))
            found.append(None)
        else:
            begun.append(None)
        path.append(name)

    def finish(_full: str) -> None:
        nonlocal spaces
        path.pop()
        if outer and outer[-1][0] == len(path):
            spaces = outer.pop()[1]
        told = begun.pop()
        if told is None:
            return
        index, start, prefix, name, attributes, known = told
        tag = _TAG.match(part, start)
        if tag is None:
            raise OddPart
        inside, outside = tag.end(), parser.CurrentByteIndex
        if part[inside - 2 : inside] == b"/>":
            outside = end = inside
        else:
            end = part.index(b">", outside) + 1
        parent = path[-1] if path else ""
        namespace = known.get(prefix[:-1], "")
        found[index] = Element(name, prefix, namespace, parent, start, inside, outside, end, attributes)

    parser.StartElementHandler = begin
    parser.EndElementHandler = finish
    _refuse_odd(parser)
    try:
        parser.Parse(part, True)
    except expat.ExpatError as error:
        raise OddPart from error
    return [one for one in found if one is not None]


def _refuse_odd(parser: Any) -> None:
    def document_type(*_told: object) -> None:
        raise OddPart

    def declaration(_version: str, encoding: str | None, _alone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "us-ascii", "ascii"):
            raise OddPart

    parser.StartDoctypeDeclHandler = document_type
    parser.XmlDeclHandler = declaration


def text_of(part: bytes, element: Element) -> str:
    """The text directly inside an element, escapes undone."""
    inner = part[element.inside : element.outside]
    if b"&" not in inner and b"<" not in inner:
        return inner.decode("utf-8")
    try:
        return ElementTree.fromstring(b"<t>" + inner + b"</t>").text or ""
    except ElementTree.ParseError:  # an element of its own inside, with a prefix that is declared outside
        return ""


def escaped_text(text: str) -> bytes:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode("utf-8")


def escaped_attribute(text: str) -> str:
    """An attribute's value for double quotes."""
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\n", "&#10;")):
        text = text.replace(sign, written)
    return text


def inner_edit(element: Element, text: str) -> Edit:
    """The element with this text inside."""
    return element.inside, element.outside, escaped_text(text)


def attribute_edit(part: bytes, element: Element, name: str, value: str) -> Edit:
    """The element with this attribute, changed or added."""
    tag = part[element.start : element.inside]
    found = re.search(rb"\s" + re.escape(name.encode()) + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    written = escaped_attribute(value).encode("utf-8")
    if found is None:
        at = element.start + len(re.match(rb"<[^\s/>]+", tag)[0])  # type: ignore[index]
        return at, at, b" " + name.encode() + b'="' + written + b'"'
    group = 1 if found.group(1) is not None else 2
    start, end = found.span(group)
    return element.start + start, element.start + end, written.replace(b"'", b"&apos;")


def attribute_edits(
    part: bytes, found: Iterable[Element], names: Mapping[str, Sequence[str]], change: Callable[[str], str]
) -> list[Edit]:
    """Edits of the attributes that `names` gives for the elements' names, where `change` makes them other ones."""
    edits = []
    for element in found:
        for name in names.get(element.name, ()):
            value = element.attributes.get(name)
            if value is not None and (changed := change(value)) != value:
                edits.append(attribute_edit(part, element, name, changed))
    return edits


def mended(part: bytes, edits: Iterable[Edit], start: int = 0, end: int | None = None) -> bytes:
    """The bytes from `start` to `end` with the edits that lie between."""
    end = len(part) if end is None else end
    pieces: list[bytes] = []
    at = start
    for begin, finish, instead in sorted(edit for edit in edits if start <= edit[0] and edit[1] <= end):
        pieces += (part[at:begin], instead)
        at = finish
    pieces.append(part[at:end])
    return b"".join(pieces)
