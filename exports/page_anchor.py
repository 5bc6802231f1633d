"""The anchor (锚) at the foot of each printed page: whoever keeps the paper can show later that nothing was altered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from casebook.language import _
from exports.layout import page_text

if TYPE_CHECKING:
    from casebook.store.anchor import Anchor
    from casebook.store.casebook import Casebook

_SMALL = "&8"
_LONGEST_NAME = 40
"""Characters of a casebook's name: all texts at a page's foot together may have 255."""


def anchored(book: Casebook, foot: str) -> str:
    """The left text of a page's foot (Excel codes such as `&P` are meant), and below it the anchor of the casebook as
    it is now. Raises RuhuError as `anchor_line` does."""
    line = foot_line(book)
    return f"{foot}\n{line}" if foot else line


def foot_line(book: Casebook) -> str:
    """The anchor of the casebook as it is now, for a page's foot."""
    from casebook.store.anchor import anchor_line

    return page_line(anchor_line(book))


def page_line(anchor: Anchor) -> str:
    """An anchor in small letters, with Excel's codes."""
    short = replace(anchor, casebook=anchor.casebook[:_LONGEST_NAME])
    return _SMALL + page_text(_("锚 {line}").format(line=short))
