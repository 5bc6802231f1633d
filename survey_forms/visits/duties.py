"""What the visits ask of a person (入户的待办): to be filled in, to be mended, to be reviewed; counted in one look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casebook.store.casebook import Casebook
from casebook.store.sqlite import Connection
from survey_forms.visits.states import OPEN, STATES, State


@dataclass(frozen=True, slots=True)
class Duties:
    """Numbers of visits. `counts` has every state; `returned` are drafts that were sent back. `mine` has the states of
    those assigned to this person, `mine_returned` those of them that were sent back; `reviews` by stage what this
    person may pass: handed in by somebody else, and 县审 not of what they passed in 乡审."""

    counts: Mapping[State, int]
    returned: int
    mine: Mapping[State, int]
    mine_returned: int
    reviews: Mapping[State, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """Those that passed (通过), reported ones too."""
        return self.counts["passed"] + self.counts["reported"]


def duties(book: Casebook, author: str) -> Duties:
    """What there is to do, and what of it is this person's."""
    rows = book.connection.execute(
        "SELECT state, count(*), sum(returned <> ''), sum(assigned = ?), sum(assigned = ? AND returned <> ''), "
        "sum(NOT conflict AND submitted_by <> ? AND (state = 'township' OR passed_by <> ?)) "
        "FROM visit WHERE NOT gone GROUP BY state",
        (author,) * 4,
    ).fetchall()
    found = {state: numbers for state, *numbers in rows}
    drafts = found.get("draft", (0,) * 5)

    def column(number: int) -> dict[State, int]:
        return {state: found[state][number] if state in found else 0 for state in STATES}

    reviews = column(4)
    return Duties(
        counts=column(0),
        returned=drafts[1],
        mine=column(2),
        mine_returned=drafts[3],
        reviews={"township": reviews["township"], "county": reviews["county"]},
    )


def asks_on_their_way(connection: Connection) -> set[str]:
    """The ids of the asks that a visit not yet passed takes along."""
    marks = ", ".join("?" * len(OPEN))
    rows = connection.execute(
        f"SELECT DISTINCT a.ask FROM visit_ask a JOIN visit v ON v.id = a.visit WHERE NOT v.gone "
        f"AND v.state IN ({marks})",
        sorted(OPEN),
    )
    return {ask for (ask,) in rows}
