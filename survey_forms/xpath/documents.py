"""Any XML document as a tree: names and attributes as written, text, comments and instructions as nodes."""

from __future__ import annotations

from xml.parsers import expat

from survey_forms.tree import Node

LARGEST = 50_000_000
DEEPEST = 200


class NotXml(Exception):
    """`what` in the words of the parser, `line` from 1."""

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.line = line


class _Element(Node):
    """What it holds, without comments and instructions."""

    __slots__ = ()

    def value(self) -> str:
        if not self.children:
            return self.text
        return "".join(child.value() for child in self.children if child.name[:2] not in ("#c", "#p"))


def read_document(xml: str) -> Node:
    """The document node. Raises NotXml; declares no entities and reads no other file."""
    if len(xml) > LARGEST:
        raise NotXml("too large")
    reader = _Reader()
    try:
        reader.parser.Parse(xml.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        raise NotXml(expat.ErrorString(error.code), error.lineno) from None
    reader.top.set_path("")
    return reader.top


class _Reader:
    def __init__(self) -> None:
        parser = self.parser = expat.ParserCreate("utf-8")
        parser.ordered_attributes = True
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.CommentHandler = lambda text: self.add("#comment", text)
        parser.ProcessingInstructionHandler = lambda target, text: self.add(f"#pi:{target}", text)
        parser.StartCdataSectionHandler = lambda: self.section(True)
        parser.EndCdataSectionHandler = lambda: self.section(False)
        parser.EntityDeclHandler = self.entity
        self.top: Node = _Element("")
        self.open: Node = self.top
        self.depth = 0
        self.cdata = False

    def start(self, name: str, given: list[str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotXml("too deep", self.parser.CurrentLineNumber)
        node = _Element(name, "", dict(zip(given[::2], given[1::2], strict=True)))
        node.parent = self.open
        self.open.children.append(node)
        self.open = node

    def end(self, name: str) -> None:
        self.depth -= 1
        assert self.open.parent is not None
        self.open = self.open.parent

    def text(self, text: str) -> None:
        if self.depth:
            self.add("#text", text)

    def add(self, name: str, text: str) -> None:
        if name == "#text" and not text:
            return
        node = Node(name, text, {"cdata": ""} if self.cdata else None)
        node.parent = self.open
        self.open.children.append(node)

    def section(self, begins: bool) -> None:
        self.cdata = begins

    def entity(self, *declared: object) -> None:
        raise NotXml("entity declared", self.parser.CurrentLineNumber)
