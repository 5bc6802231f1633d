"""What was decided already, as it stands in the yellow columns of a findings workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from audit.answers import decision_text
from audit.detail import why_returned
from audit.placing import heads_of
from audit.questions import SAME, VERDICTS
from audit.statuses import STATUS_NAMES, Status
from casebook.language import _
from casebook.store.casebook import Casebook
from casebook.store.clock import local_text
from casebook.store.facts import decoded
from casebook.store.sqlite import Connection
from exports.answers import OURS_BEGIN, OURS_END


class Given(NamedTuple):
    """The answer of a row: a verdict (None: still to be given), the reason, a note of ours between 〔 and 〕."""

    verdict: int | None
    reason: str
    note: str


NOTHING_GIVEN: Mapping[str, Given] = {}

_DAY = 10  # characters of an ISO date


def given_answers(book: Casebook) -> dict[str, Given]:
    """The answers of the current findings by their keys. A finding that came back or is in conflict has no verdict:
    only a note of what was said before. Nor have findings of one key that were decided differently."""
    given: dict[str, Given] = {}
    for key, one in _given(book.connection):
        other = given.setdefault(key, one)
        if other != one:
            given[key] = Given(None, "", other.note + one.note)
    return given


def _given(connection: Connection) -> Iterator[tuple[str, Given]]:
    rows = connection.execute(
        "SELECT id, key, status, verdict, decision, because FROM finding "
        "WHERE status <> 'open' OR (pair <> '' AND NOT review) ORDER BY id"
    ).fetchall()
    for identity, key, status, verdict, decision, because in rows:
        if status == "conflict" or decision is None:
            heads = [_told(connection, head) for head in heads_of(connection, identity)]
            said = [_("{verdict}（{author}，{at}）").format(**head) for head in heads]
            yield key, Given(None, "", _ours(status, _("、").join(said)))
            continue
        head = _told(connection, decision)
        if status == "returned":
            why = why_returned(decoded(because)) if because is not None else ""
            said_before = _("曾定「{verdict}」（{author}，{at}）；{why}").format(why=why, **head)
            yield key, Given(None, "", _ours(status, said_before))
        else:
            yield key, Given(verdict, head["text"], _ours(status, _("{author}，{at}").format(**head)))


def _told(connection: Connection, decision: str) -> dict[str, str]:
    verdict, author, wall, document, value, reason = connection.execute(
        "SELECT verdict, author, wall, document, value, reason FROM decision WHERE id = ?", (decision,)
    ).fetchone()
    return {
        "verdict": _(VERDICTS[verdict].word),
        "author": author,
        "at": local_text(wall)[:_DAY],
        "text": decision_text(document, value, reason),
    }


def _ours(status: Status, text: str) -> str:
    plain = text.replace(OURS_BEGIN, "（").replace(OURS_END, "）")
    title = _(VERDICTS[SAME].word) if status == "open" else _(STATUS_NAMES[status])
    return f"{OURS_BEGIN}{title}：{plain}{OURS_END}"
