"""What is to be done before findings can be settled: import a list, cross-check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casebook.language import _

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook


def next_step(book: Casebook) -> str:
    """The step as a sentence with its command; '' when the current run has seen the lists as they are."""
    from audit.finding_view import current_run
    from audit.stored_result import unseen_lists
    from casebook.store.lists import LISTED, current
    from casebook.store.sources import LIST_NAMES
    from tui.commands.sentences import listed

    for side in LISTED:
        if current(book.connection, side) is None:
            text = _("还没有{list}。下一步：ruhu import {side} 名单.xlsx")
            return text.format(list=_(LIST_NAMES[side]), side=side)
    if current_run(book.connection) is None:
        return _("下一步，核对：ruhu audit run")
    unseen = unseen_lists(book)
    text = _("{lists}在上次核对以后变了，疑点还是按以前的名单。下一步，核对：ruhu audit run")
    return text.format(lists=listed(_(LIST_NAMES[side]) for side in unseen)) if unseen else ""
