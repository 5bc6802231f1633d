"""What the tests of the cross-check desk share: finding a finding, going there, what stands in the casebook."""

from __future__ import annotations

from textual.pilot import Pilot

from audit.decisions import Ruling, lacking
from audit.detail import finding_detail
from audit.queue import Filter, QueueRow, queue_ids, queue_rows
from audit.statuses import EVERY
from casebook.store.casebook import Casebook
from tests.tui.screens.looking import settle
from tui.screens.app import RuhuApp
from tui.screens.desk import DeskPage


def rows(book: Casebook, **wanted: str) -> list[QueueRow]:
    """All findings, or those of a filter, in queue order."""
    return queue_rows(book, queue_ids(book, Filter(statuses=EVERY, **wanted)))  # type: ignore[arg-type]


def plain(book: Casebook) -> list[QueueRow]:
    """Findings that verdict 1 settles without a further word."""
    return [row for row in rows(book) if lacking(row.kind, Ruling(1), row.review) is None and not row.review]


def proposing(book: Casebook) -> QueueRow:
    """A finding that proposes a verdict, of a kind that may be decided in batches."""
    from audit.questions import SAFE_KINDS

    return next(row for row in plain(book) if row.kind in SAFE_KINDS and finding_detail(book, row.id).proposed)


def now(book: Casebook, identity: int) -> tuple[str, int | None]:
    """Status and verdict of a finding as the casebook has them."""
    row = queue_rows(book, [identity])[0]
    return row.status, row.verdict


def decisions(book: Casebook) -> list[tuple[int, str, str, str, str]]:
    """Verdict, value, reason, document, author of every decision that was not undone, oldest first."""
    return book.connection.execute(
        "SELECT verdict, value, reason, document, author FROM decision "
        "WHERE id NOT IN (SELECT target FROM withdrawn) ORDER BY clock"
    ).fetchall()


async def desk(pilot: Pilot[None], finding: int | None = None, **told: object) -> DeskPage:
    """The desk, the cursor on a finding that is shown."""
    app = pilot.app
    assert isinstance(app, RuhuApp)
    await settle(pilot)
    app.go("desk", finding=finding, **told)
    await _shown(pilot)
    page = app.screen
    assert isinstance(page, DeskPage)
    return page


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Keys one after the other, each with all that follows from it: on the desk until the finding is shown."""
    for key in keys:
        await pilot.press(key)
        await _shown(pilot)


async def _shown(pilot: Pilot[None]) -> None:
    for _turn in range(500):
        await settle(pilot)
        page = pilot.app.screen
        if not isinstance(page, DeskPage) or (page.in_order.idle and _is_shown(page)):
            return
        await pilot.pause(0.01)
    raise AssertionError("the finding is never shown")


def _is_shown(page: DeskPage) -> bool:
    detail, identity = page.panel.detail, page.queue.row_id
    return identity is None or (detail is not None and detail.row.id == identity)
