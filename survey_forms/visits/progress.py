"""How far the visits are (进度): counts by state for each township, village or person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from casebook.store.casebook import Casebook
from survey_forms.visits.states import STATES, State

By = Literal["township", "village", "assigned"]

_COLUMNS: dict[By, str] = {"township": "township", "village": "township, village", "assigned": "assigned"}


@dataclass(frozen=True, slots=True)
class Progress:
    """Visits of a township, a village of it, or a person; what they are not counted by is ''. `counts` has every state;
    `returned` are drafts that were sent back."""

    township: str
    village: str
    assigned: str
    total: int
    counts: Mapping[State, int]
    returned: int

    @property
    def done(self) -> int:
        """Visits that passed (通过), reported ones too."""
        return self.counts["passed"] + self.counts["reported"]


def progress(book: Casebook, by: By = "township") -> list[Progress]:
    """One entry a township, village or person, in the order of names; nobody (未分派) first."""
    columns = _COLUMNS[by]
    rows = book.connection.execute(
        f"SELECT {columns}, state, count(*), sum(returned <> '' AND state = 'draft') FROM visit WHERE NOT gone "
        f"GROUP BY {columns}, state ORDER BY {columns}"
    )
    counted: dict[tuple[str, ...], dict[State, int]] = {}
    returned: dict[tuple[str, ...], int] = {}
    for *place, state, number, back in rows:
        key = tuple(place)
        counted.setdefault(key, dict.fromkeys(STATES, 0))[state] = number
        returned[key] = returned.get(key, 0) + back
    found = []
    for key, counts in counted.items():
        told = dict(zip(columns.split(", "), key, strict=True))
        found.append(
            Progress(
                told.get("township", ""), told.get("village", ""), told.get("assigned", ""), sum(counts.values()),
                counts, returned[key],
            )
        )  # fmt: skip
    return found
