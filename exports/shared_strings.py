"""The shared strings of a workbook: each text once, cells hold its number; plain texts and texts with marked runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from casebook.errors import RuhuError
from casebook.language import _
from exports.layout import FONT, FONT_SIZE

LONGEST_TEXT = 32767
"""Characters of one cell in Excel, counted as UTF-16 units."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NEEDS_CARE = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff&<>]|_x")
_ITEMS_AT_ONCE = 2000
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_HEAD = re.compile(r"<sst\b[^>]*?(/?)>")
_ITEM = re.compile(r"<si\s*/>|<si\b")
_COUNTS = re.compile(r'\s(?:count|uniqueCount)="[^"]*"')
_FONT_OF_RUN = f'<sz val="{FONT_SIZE:g}"/>%s<rFont val="{FONT}"/><family val="3"/><charset val="134"/>'
_PLAIN_RUN = "<rPr>" + _FONT_OF_RUN % '<color rgb="FF000000"/>' + "</rPr>"
_MARKED_RUN = "<rPr><b/><u/>" + _FONT_OF_RUN % '<color rgb="FFC00000"/>' + "</rPr>"


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


def _element(text: str) -> str:
    if text[:1].isspace() or text[-1:].isspace() or "\n" in text:
        return f'<t xml:space="preserve">{escaped(text)}</t>'
    return f"<t>{escaped(text)}</t>"


class SharedStrings:
    """The table of texts, begun from a template's own part (its items stay as they are) and grown while stamping."""

    def __init__(self, part: str = "") -> None:
        head = _HEAD.search(part)
        self._head = _COUNTS.sub("", head.group(0).rstrip("/>")) if head else f'<sst xmlns="{_NAMESPACE}"'
        own = part[head.end() : part.rindex("</sst>")] if head and not head.group(1) else ""
        self._tail = ""
        cut = own.find("<extLst")
        if cut >= 0:
            own, self._tail = own[:cut], own[cut:]
        self._items = [own]
        self._size = len(_ITEM.findall(own))
        self.known: dict[str | Rich, int] = {}
        """Texts added so far with their numbers."""

    def add(self, value: str | Rich) -> int:
        """The number of a text, added unless known. Raises RuhuError for one longer than a cell can hold."""
        index = self.known.get(value)
        if index is None:
            index = self.known[value] = self._add(self._item(value))
        return index

    def add_raw(self, inner: str) -> int:
        """Add the inside of an inline string (`<is>`), which has the form of a shared one."""
        return self._add(f"<si>{inner}</si>")

    def _add(self, item: str) -> int:
        self._items.append(item)
        self._size += 1
        return self._size - 1

    def _item(self, value: str | Rich) -> str:
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
            if _NEEDS_CARE.search(value) is None and value.strip() == value:
                return f"<si><t>{value}</t></si>"
            return f"<si>{_element(clean(value))}</si>"
        runs = "".join(
            f"<r>{_MARKED_RUN if marked else _PLAIN_RUN}{_element(run)}</r>"
            for text, marked in value.runs
            if (run := clean(text))
        )
        return f"<si>{runs}</si>" if runs else "<si><t></t></si>"

    def xml(self, references: int) -> Iterator[str]:
        """The part in pieces; `references` is how many cells of the workbook hold a shared string."""
        yield '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        yield f'{self._head} count="{references}" uniqueCount="{self._size}">'
        for start in range(0, len(self._items), _ITEMS_AT_ONCE):
            yield "".join(self._items[start : start + _ITEMS_AT_ONCE])
        yield f"{self._tail}</sst>"
