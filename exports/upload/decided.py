"""What was decided (结论) about the fields that an upload carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audit.province import stored_row
from audit.questions import DOCUMENT, NEITHER, PROVINCE, REGISTRY, ROSTER
from casebook.store.facts import decoded
from casebook.store.sqlite import Connection

_COLUMNS = {
    "number": "id_number", "number_form": "id_number", "name": "name", "name_form": "name", "sex": "sex",
    "birth": "birth_date", "relation": "relation", "head": "relation", "size": "household_size",
    "household_code": "household_code", "split": "household_code", "moved": "village", "village": "village",
    "person_code": "person_code",
}  # fmt: skip
"""The list column that the answer to a question gives; other questions give none."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A settled decision on one column. `texts` are the cells it rests on by (list side, person id), `value` what a
    document says, `clock` when it was decided."""

    column: str
    verdict: int
    value: str
    clock: int
    texts: Mapping[tuple[str, str], str]

    def text(self, people: Iterable[tuple[str, str]]) -> str | None:
        """What holds for a person: a text, '' for nothing at all (4两者皆错), None where this says nothing of them."""
        told = [(side, self.texts[side, person]) for side, person in people if (side, person) in self.texts]
        if not told:
            return None
        if self.verdict in (ROSTER, REGISTRY):
            side = "roster" if self.verdict == ROSTER else "registry"
            return next((text.strip() for of, text in told if of == side and text.strip()), None)
        several = max(sum(of == side for of, _person in self.texts) for side in ("roster", "registry")) > 1
        if self.verdict == DOCUMENT:
            each = several and self.column in ("relation", "person_code")  # one word can't be true of all of them
            return None if each else self.value.strip() or None
        return "" if not several or len({text.strip() for _of, text in told}) > 1 else None


def _of_province(connection: Connection, finding: int) -> tuple[str, dict[tuple[str, str], str]]:
    """The column that the province's message is about ('' where it does not say), and what the lists have there now: a
    decision on it rests on what was sent."""
    told = stored_row(connection, finding) or {"field": "", "people": {}}
    cells = {side: told[side][-1] if side in told else "" for side in told["people"]}
    return told["field"], {(side, one): cells[side] for side, persons in told["people"].items() for one in persons}


class Rulings:
    """All settled decisions on values, by person."""

    def __init__(self, connection: Connection) -> None:
        self._of: defaultdict[tuple[str, str], list[Ruling]] = defaultdict(list)
        rows = connection.execute(
            "SELECT f.id, f.question, f.verdict, f.basis, d.value, d.clock FROM finding f "
            "JOIN decision d ON d.id = f.decision WHERE f.status = 'settled' AND f.verdict IN (?, ?, ?, ?) "
            "ORDER BY d.clock, d.id, f.id",
            (ROSTER, REGISTRY, DOCUMENT, NEITHER),
        )
        for finding, question, verdict, basis, value, clock in rows.fetchall():
            if question == PROVINCE:
                column, texts = _of_province(connection, finding)
            else:
                column = _COLUMNS.get(question, "")
                texts = {(side, person): text for side, person, field, text in decoded(basis) if field == column}
            ruling = Ruling(column, verdict, value, clock, texts)
            for about in texts if column else ():
                self._of[about].append(ruling)

    def of(self, people: Iterable[tuple[str, str]]) -> dict[str, tuple[str, int]]:
        """What was decided of a person by column: the text that holds and the clock, the latest of several."""
        pairs = tuple(people)
        found: dict[str, tuple[str, int]] = {}
        for pair in pairs:
            for ruling in self._of.get(pair, ()):
                text = ruling.text(pairs)
                before = found.get(ruling.column)
                if text is not None and (before is None or before[1] <= ruling.clock):
                    found[ruling.column] = text, ruling.clock
        return found
