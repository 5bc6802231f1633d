"""The anchor (锚) that a command says when something has left the casebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casebook.language import _

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook


def say_anchor(book: Casebook) -> str:
    """Say the anchor of the casebook as it is on stderr; the line itself. Raises RuhuError as `anchor_line` does."""
    from casebook.store.anchor import anchor_line
    from tui.commands.telling import say

    line = str(anchor_line(book))
    say(_("锚：{line}").format(line=line))
    return line
