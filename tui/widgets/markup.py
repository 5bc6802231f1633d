"""The markup that XLSForm allows in labels and hints (**bold**, headings, links, spans), as pieces with roles."""

from __future__ import annotations

import html
import re

from tui.widgets.lines import Line, Piece

_BREAK = re.compile(r"<br\s*/?>|</p>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_HEADING = re.compile(r"(?m)^#{1,6}[ \t]+(.+?)[ \t]*$")
_LINK = re.compile(r"\[([^\]\n]+)\]\(\S+?\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_EMPHASIS = re.compile(r"(?<![\w*])(\*|_)(?=[^\s*_])([^*\n]+?)(?<=[^\s*_])\1(?![\w*])")
_ESCAPED = re.compile(r"\\([\\*_#\[\]<>])")
_ON, _OFF, _SAVED = "\ue000", "\ue001", 0xE100  # private characters that no label has


def marked(text: str, role: str = "") -> Line:
    """Pieces of the text: what is bold or emphasised `strong`, the rest in `role`."""
    if not any(mark in text for mark in "*_#[<&\\"):
        return [(text, role)] if text else []
    text = _ESCAPED.sub(lambda found: chr(_SAVED + ord(found[1])), text)
    text = _TAG.sub("", _BREAK.sub("\n", text))
    text = _HEADING.sub(rf"{_ON}\1{_OFF}", _LINK.sub(r"\1", text))
    text = _EMPHASIS.sub(rf"{_ON}\2{_OFF}", _STRONG.sub(rf"{_ON}\2{_OFF}", text))
    text = "".join(chr(ord(char) - _SAVED) if _SAVED < ord(char) < _SAVED + 128 else char for char in text)
    pieces: list[Piece] = []
    depth = 0
    for part in re.split(f"([{_ON}{_OFF}])", html.unescape(text)):
        if part in (_ON, _OFF):
            depth += 1 if part == _ON else -1
        elif part:
            pieces.append((part, "strong" if depth > 0 else role))
    return pieces


def plain(text: str) -> str:
    """The text without its markup, in one line."""
    return " ".join("".join(part for part, _role in marked(text)).split())
