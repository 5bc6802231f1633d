"""The shared strings of a workbook: each text once, cells hold its number; plain texts and texts with marked runs."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from casebook.errors import RuhuError
from casebook.language import _
from exports.layout import FONT, FONT_SIZE
from exports.xml_parts import Element, OddPart, attribute_edit, elements, mended, text_of

LONGEST_TEXT = 32767
"""Characters of one cell in Excel, counted as UTF-16 units."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NEEDS_CARE = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff&<>]|_x")
_ITEMS_AT_ONCE = 2000
_SHORT = LONGEST_TEXT // 2
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Rich:
    """A text in runs, each marked or not; a marked run is bold, red and underlined."""

    runs: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        return "".join(text for text, _marked in self.runs)


def clean(text: str) -> str:
    """The text as a cell can hold it: no control characters or lone surrogates, line ends as `\\n`."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _FORBIDDEN.sub("", text)


def escaped(text: str) -> str:
    """XML text of a cleaned cell text; a literal `_x0041_` is kept from being read as an escape (ECMA-376 22.9.2.19).

    >>> escaped("a<b _x0041_")
    'a&lt;b _x005F_x0041_'
    """
    if "_x" in text:
        text = _LOOKS_ESCAPED.sub("_x005F_", text)
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


def _is_plain(text: str) -> bool:
    return _NEEDS_CARE.search(text) is None and text.strip() == text


def _element(text: str, prefix: str) -> str:
    space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() or "\n" in text else ""
    return f"<{prefix}t{space}>{escaped(text)}</{prefix}t>"


def _run(text: str, marked: bool, p: str) -> str:
    font = f'<{p}sz val="{FONT_SIZE:g}"/><{p}color rgb="{"FFC00000" if marked else "FF000000"}"/>'
    font += f'<{p}rFont val="{FONT}"/><{p}family val="3"/><{p}charset val="134"/>'
    return f"<{p}r><{p}rPr>{f'<{p}b/><{p}u/>' if marked else ''}{font}</{p}rPr>{_element(text, p)}</{p}r>"


class SharedStrings:
    """The table of texts, begun from a template's own part (its items stay as they are) and grown while stamping. What
    was added is kept packed: a county has more different texts than should lie in memory."""

    def __init__(self, part: bytes = b"") -> None:
        self._part = part
        found = elements(part, ("si", "extLst")) if part else []
        if part and (not found or found[0].name != "sst"):
            raise OddPart
        items = [one for one in found[1:] if one.name == "si" and one.parent == "sst"]
        extra = next((one for one in found[1:] if one.name == "extLst" and one.parent == "sst"), None)
        self._root = found[0] if found else None
        self._prefix = self._root.prefix if self._root else ""
        self._plain = f"<{self._prefix}si><{self._prefix}t>", f"</{self._prefix}t></{self._prefix}si>"
        self._own = items
        self._tail = part[extra.start : self._root.outside] if extra and self._root else b""
        self._size = len(items)
        self._waiting: list[str] = []
        self._packing = zlib.compressobj(1)
        self._packed: list[bytes] = []

    def own_text(self, index: int) -> str:
        """The text of one of the template's own items, without marks of how it is spoken (phonetic runs)."""
        if not 0 <= index < len(self._own):
            return ""
        item = self._own[index]
        piece = self._part[item.start : item.end]
        found = elements(piece, ("t",))[1:]
        return "".join(text_of(piece, one) for one in found if one.parent != "rPh")

    def cell_text(self, part: bytes, cell: Element) -> str:
        """The text that a cell of a sheet part holds, '' for none."""
        piece = part[cell.start : cell.end]
        found = [one for one in elements(piece, ("v", "t"))[1:] if one.parent != "rPh"]
        text = "".join(text_of(piece, one) for one in found)
        return self.own_text(int(text)) if cell.attributes.get("t") == "s" and text.isdecimal() else text

    def add(self, value: str | Rich) -> int:
        """The number of a text that is added. Raises RuhuError for one longer than a cell can hold."""
        if value.__class__ is str and len(value) < _SHORT and (value.isalnum() or _is_plain(value)):
            before, behind = self._plain
            return self._add(f"{before}{value}{behind}")
        return self._add(f"<{self._prefix}si>{self._inside(value)}</{self._prefix}si>")

    def add_inline(self, inner: bytes, prefix: str) -> int:
        """Add the inside of an inline string (`<is>`), which has the form of a shared one; `prefix` is its sheet's."""
        if prefix != self._prefix:
            inner = re.sub(rb"(</?)" + re.escape(prefix.encode()) + rb"(?=[\w])", rb"\1" + self._prefix.encode(), inner)
        p = self._prefix
        return self._add(f"<{p}si>{inner.decode('utf-8') or f'<{p}t></{p}t>'}</{p}si>")

    def _add(self, item: str) -> int:
        self._waiting.append(item)
        index = self._size
        self._size = index + 1
        if not self._size % _ITEMS_AT_ONCE:
            self._pack()
        return index

    def _pack(self) -> None:
        self._packed.append(self._packing.compress("".join(self._waiting).encode("utf-8")))
        self._waiting.clear()

    def _inside(self, value: str | Rich) -> str:
        text = value if isinstance(value, str) else value.text
        if len(text) > LONGEST_TEXT or (
            len(text) * 2 > LONGEST_TEXT and len(text.encode("utf-16-le", "surrogatepass")) > 2 * LONGEST_TEXT
        ):
            raise RuhuError(
                "cell_too_long",
                _("有一格文字超过 {limit} 个字，工作簿放不下").format(limit=LONGEST_TEXT),
                _("缩短这格文字后再写"),
            )
        if isinstance(value, str):
            return _element(clean(value), self._prefix)
        runs = "".join(_run(run, marked, self._prefix) for text, marked in value.runs if (run := clean(text)))
        return runs or f"<{self._prefix}t></{self._prefix}t>"

    def xml(self, references: int) -> Iterator[bytes]:
        """The part in pieces; `references` is how many cells of the workbook hold a shared string."""
        if self._root is None:
            yield f'{_DECLARATION}<sst xmlns="{_NAMESPACE}" count="{references}" uniqueCount="{self._size}">'.encode()
        else:
            yield self._own_beginning(references)
        self._pack()
        self._packed.append(self._packing.flush())
        unpacking = zlib.decompressobj()
        for piece in self._packed:
            yield unpacking.decompress(piece)
        yield unpacking.flush() + self._tail + f"</{self._prefix}sst>".encode()

    def _own_beginning(self, references: int) -> bytes:
        """The template's part up to the last of its items, with the counts of now."""
        assert self._root is not None
        part, root = self._part, self._root
        counts = [
            attribute_edit(part, root, name, str(count))
            for name, count in (("count", references), ("uniqueCount", self._size))
        ]
        end = self._own[-1].end if self._own else root.inside
        beginning = mended(part, counts, 0, end)
        return beginning[:-2].rstrip() + b">" if root.closed else beginning
