"""What the desk (核对) needs beside decisions: answering a finding as it was seen, words used before, who may sign."""

from __future__ import annotations

from audit.decisions import Ruling, decide_in, refuse_other_run
from audit.queue import QueueRow, queue_rows
from audit.statuses import Status
from casebook.errors import RuhuError
from casebook.language import N_, _
from casebook.store.casebook import Casebook

DOCUMENT_NAMES = (N_("身份证"), N_("户口本"), N_("残疾证"), N_("村委证明"), N_("死亡证明"), N_("其他"))
"""Documents that are seen (看到的证件). A decision keeps the Chinese word, in whatever language it was chosen."""


def decide_as_seen(book: Casebook, seen: QueueRow, ruling: Ruling, run: str) -> str | None:
    """Rule on one finding of `run`, which was as `seen` when the user answered; the id of the new fact, None when it
    stands so already.

    Raises RuhuError as `decide` does, and (check) when its status or decision is another one since, so that an answer
    given to what was on the screen never lands on something else.
    """
    with book.writing() as writing:
        refuse_other_run(writing.connection, run)
        rows = queue_rows(book, [seen.id])
        if rows and _as_shown(rows[0]) != _as_shown(seen):
            what = _("这条疑点在你回答之前已经变了，没有保存")
            raise RuhuError("changed_since", what, _("请看过现在的情况再定"), category="check")
        return decide_in(writing, seen.id, ruling)


def _as_shown(row: QueueRow) -> tuple[Status, str | None, bool]:
    return row.status, row.decision, row.review


def findings_of(book: Casebook, facts: tuple[str, ...]) -> list[int]:
    """The findings of the current run that these decisions and signatures speak of."""
    marks = ", ".join("?" * len(facts))
    rows = book.connection.execute(
        "SELECT DISTINCT f.id FROM decision d JOIN finding f ON f.subject = d.subject "
        f"WHERE d.id IN ({marks}) OR d.id IN (SELECT decision FROM countersign WHERE id IN ({marks})) "
        "UNION SELECT DISTINCT f.id FROM decision d JOIN finding f ON f.pair = d.subject "
        f"WHERE f.pair <> '' AND d.id IN ({marks}) ORDER BY 1",
        facts * 3,
    )
    return [identity for (identity,) in rows]


def reasons_used(book: Casebook, verdict: int, limit: int = 9) -> list[str]:
    """Reasons that were given before, the newest first, those for this verdict before the others."""
    rows = book.connection.execute(
        "SELECT reason FROM decision WHERE reason <> '' GROUP BY reason "
        "ORDER BY max(verdict = ?) DESC, max(clock) DESC LIMIT ?",
        (verdict, limit),
    )
    return [reason for (reason,) in rows]


def other_signers(book: Casebook, decider: str, limit: int = 9) -> list[str]:
    """Who else has acted in this casebook, the latest first."""
    rows = book.connection.execute(
        "SELECT author FROM envelope WHERE author <> ? GROUP BY author ORDER BY max(clock) DESC LIMIT ?",
        (decider, limit),
    )
    return [author for (author,) in rows]


def newest_fact(book: Casebook) -> int:
    """The arrival number of the newest fact: whether anything was added since."""
    (newest,) = book.connection.execute("SELECT coalesce(max(arrival), 0) FROM envelope").fetchone()
    return int(newest)
