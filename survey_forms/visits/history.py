"""What was done with a visit (经过): planned, assigned, handed in, passed, returned, reported; reasons given before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from casebook.store.casebook import Casebook
from survey_forms.visits.visit_list import VisitRow, visit_rows
from survey_forms.visits.visit_view import fact_body

What = Literal["planned", "assigned", "submitted", "pass", "return", "recall", "reported", "revoked"]


@dataclass(frozen=True, slots=True)
class Past:
    """One step, `wall` ISO UTC. `at` is the state a review was made in, of the province's return (省退回) `reported`;
    `text` whom an assignment names ('' nobody), why it was returned, the number of the batch it was reported with, or
    why that was revoked; `refs` the questions a return means."""

    wall: str
    author: str
    what: What
    at: str
    text: str
    refs: tuple[str, ...]


def history(book: Casebook, visit: str) -> list[Past]:
    """Every step of a visit, oldest first; of reviews also those that did not fit where it stood."""
    connection = book.connection
    rows = connection.execute("SELECT wall, author FROM visit WHERE id = ?", (visit,)).fetchall()
    found = [Past(wall, author, "planned", "", "", ()) for wall, author in rows]
    steps = connection.execute(
        "SELECT fact, kind, step, at, text, wall, author, clock FROM visit_step WHERE visit = ?1 UNION ALL "
        "SELECT r.fact, 'revoke', '', '', r.reason, r.wall, r.author, r.clock FROM visit_revoked r "
        "JOIN visit_step s ON s.fact = r.batch AND s.visit = ?1 ORDER BY 8, 1",
        (visit,),
    ).fetchall()
    names: dict[str, What] = {
        "assignment": "assigned", "submission": "submitted", "batch": "reported", "revoke": "revoked"
    }  # fmt: skip
    for fact, kind, step, at, text, wall, author, _clock in steps:
        refs = tuple(fact_body(connection, fact).get("refs", ())) if step == "return" else ()
        found.append(Past(wall, author, names.get(kind, step), at, text, refs))
    return found


def reasons_given(book: Casebook, limit: int = 9) -> list[str]:
    """Why visits were returned before, the newest reason first."""
    rows = book.connection.execute(
        "SELECT text FROM visit_step WHERE step = 'return' AND text <> '' GROUP BY text "
        "ORDER BY max(clock) DESC LIMIT ?",
        (limit,),
    )
    return [text for (text,) in rows]


def visits_of_people(book: Casebook, people: Sequence[str]) -> list[VisitRow]:
    """The visits in which any of these persons was, the newest first."""
    marks = ", ".join("?" * len(people))
    rows = book.connection.execute(
        f"SELECT id FROM visit WHERE NOT gone AND id IN (SELECT visit FROM visit_person WHERE person IN ({marks})) "
        "ORDER BY clock DESC, id",
        list(people),
    )
    return visit_rows(book, [identity for (identity,) in rows])
