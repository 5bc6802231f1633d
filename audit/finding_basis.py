"""What a stored finding says of people: whose it is, what question it puts, which values its answer will rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from audit.finding_json import finding_to_json
from audit.findings import CrossCheck, Finding, Side
from audit.questions import FORM_QUESTIONS, LINK, basis_fields, question_of, subject_of
from casebook.tables.table import Table, text_of

Basis = list[list[str]]
"""side, person, field, text of the cell: the values that a decision rests on"""

_UNKNOWN = "?"


class People:
    """The person of each row of both lists, and the rows of each person."""

    def __init__(self, roster: Sequence[str | None], registry: Sequence[str | None]) -> None:
        self.roster = [person or _UNKNOWN for person in roster]
        self.registry = [person or _UNKNOWN for person in registry]
        self._rows: dict[tuple[Side, str], list[int]] = defaultdict(list)
        for side in ("roster", "registry"):
            for row, person in enumerate(self.of(side)):
                self._rows[side, person].append(row)

    def of(self, side: Side) -> list[str]:
        return self.roster if side == "roster" else self.registry

    def rows(self, side: Side, person: str) -> list[int]:
        return self._rows.get((side, person), [])


def finding_piece(finding: Finding, result: CrossCheck, people: People) -> dict[str, Any]:
    """A finding as the casebook keeps it: with its people, its question and the values the answer will rest on.

    A village is no person: it stands by the names that the lists give it.
    """
    question = question_of(finding.kind)
    if question == "village":
        roster = [f"{finding.township}/{finding.village}"]
        registry = [f"{finding.township}/{finding.registry.text if finding.registry else ''}"]
        basis = [["roster", roster[0], "village", roster[0]], ["registry", registry[0], "village", registry[0]]]
        pair: list[str] = []
        link_basis: Basis = []
    else:
        roster = _distinct(people.roster[row] for row in finding.roster_rows)
        registry = _distinct(people.registry[row] for row in finding.registry_rows)
        basis = _basis(finding, question, result, people)
        pair = [registry[0], roster[0]] if finding.state == "review" else []
        link_basis = _basis(finding, LINK, result, people, first=True) if pair else []
    return finding_to_json(finding) | {
        "question": question,
        "subject": subject_of(question, roster, registry),
        "people": {"roster": roster, "registry": registry},
        "basis": basis,
        "pair": pair,
        "link_basis": link_basis,
    }


def _distinct(people: Any) -> list[str]:
    return list(dict.fromkeys(people))


def _basis(finding: Finding, question: str, result: CrossCheck, people: People, *, first: bool = False) -> Basis:
    """The cells of the question's fields in every row of the finding, or in the first row of each side."""
    found: Basis = []
    for of_list, rows in ((result.roster, finding.roster_rows), (result.registry, finding.registry_rows)):
        persons = people.of(of_list.side)
        for row in rows[:1] if first else rows:
            for field in basis_fields(question):
                found.append([of_list.side, persons[row], field, cell_text(of_list.table, row, field, question)])
    return found


def cell_text(table: Table, row: int, field: str, question: str) -> str:
    """A cell as decisions on a question cite it; '' where the list has no such column."""
    at = table.rows[row]
    index = table.blocks[at.block].index_of(field)
    text = text_of(at.values[index]) if index is not None and index < len(at.values) else ""
    return text if question in FORM_QUESTIONS else text.strip()
