"""Facts that are one piece of work (合并): the answers of a sitting, the visits of a plan, a hundred visits given to
somebody; the log shows each as one entry, its newest fact. Only envelopes are looked at."""

from __future__ import annotations

from dataclasses import dataclass

from casebook.store.facts import Envelope
from casebook.store.sqlite import Connection

_DAY = "date({}.wall, 'localtime')"
_MINUTE = "substr({}.wall, 1, 16)"


@dataclass(frozen=True, slots=True)
class _Fold:
    """Facts of `kind` go together while author and `same` are equal; `between` are kinds that may stand between two of
    them."""

    kind: str
    same: tuple[str, ...]
    between: tuple[str, ...] = ()

    def together(self, one: str, other: str) -> str:
        """The condition that two facts of the kind are of one piece."""
        equal = [f"{part.format(one)} = {part.format(other)}" for part in ("{}.author", *self.same)]
        return f"{other}.kind = '{self.kind}' AND {' AND '.join(equal)}"


_FOLDS = {
    fold.kind: fold
    for fold in (
        _Fold("answer", ("{}.parents", _DAY)),
        # a plan gives each visit away as it makes it
        _Fold("visit", ("{}.parents", _DAY), between=("assignment",)),
        _Fold("assignment", (_MINUTE,)),
    )
}

FOLDED = frozenset(_FOLDS)
"""Kinds of facts that may share an entry."""

_WITH_ITS_VISIT = (
    "kind = 'assignment' AND EXISTS (SELECT 1 FROM envelope v WHERE v.arrival = envelope.arrival - 1 "
    "AND v.kind = 'visit' AND envelope.parents = json_array(v.id))"
)
"""An assignment made with its visit is told by that."""


def folded(kind: str) -> str:
    """The condition on `envelope` that a fact has no entry of its own; facts of `kind` are not folded."""
    conditions = [] if kind == "assignment" else [_WITH_ITS_VISIT]
    for fold in _FOLDS.values():
        if fold.kind != kind:
            steps = 2 if fold.between else 1
            conditions.append(
                f"kind = '{fold.kind}' AND EXISTS (SELECT 1 FROM envelope n WHERE n.arrival > envelope.arrival "
                f"AND n.arrival <= envelope.arrival + {steps} AND {fold.together('envelope', 'n')})"
            )
    return " OR ".join(f"({condition})" for condition in conditions)


def run_of(connection: Connection, arrival: int, envelope: Envelope) -> list[int]:
    """The arrival numbers of the facts that an entry stands for, oldest first; itself alone where nothing is folded."""
    fold = _FOLDS.get(envelope.kind)
    if fold is None:
        return [arrival]
    between = "".join(f" AND NOT (p.kind = '{kind}' AND p.author = e.author)" for kind in fold.between)
    row = connection.execute(
        f"SELECT p.arrival FROM envelope e JOIN envelope p ON p.arrival < e.arrival WHERE e.arrival = ? "
        f"AND NOT ({fold.together('e', 'p')}){between} ORDER BY p.arrival DESC LIMIT 1",
        (arrival,),
    ).fetchone()
    rows = connection.execute(
        "SELECT arrival FROM envelope WHERE arrival > ? AND arrival <= ? AND kind = ? ORDER BY arrival",
        (row[0] if row else 0, arrival, envelope.kind),
    )
    return [number for (number,) in rows]
