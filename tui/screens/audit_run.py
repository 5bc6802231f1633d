"""An audit run (核对) started from a screen: progress, Esc to stop, the outcome on the status line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from casebook.language import _
from casebook.progress import Progress
from tui.screens.progress import LongWork, Outcome

if TYPE_CHECKING:
    from audit.run import RunSummary
    from tui.screens.page import Page


def run_and_tell(page: Page) -> None:
    """Cross-check the current lists; the screen is resumed when that is over and says how it went."""
    book, scopes = page.book, page.app.given_scopes

    def work(progress: Progress) -> RunSummary:
        from audit.run import run_audit

        return run_audit(book, progress, scopes.get("roster"), scopes.get("registry"))

    page.ask(LongWork(_("核对两份名单"), work), partial(_tell, page))


def _tell(page: Page, outcome: Outcome[RunSummary]) -> None:
    if outcome.error is not None:
        page.say_error(outcome.error)
    elif outcome.result is None:
        page.say(_("已停止，没有留下核对结果"), "warn")
    else:
        links, findings = f"{outcome.result.links:,}", f"{outcome.result.findings:,}"
        text = _("核对完成：对应 {links}，疑点 {findings} 条。按 F3 逐条裁定")
        page.say(text.format(links=links, findings=findings), "good")
