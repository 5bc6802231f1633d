"""Facts that are one piece of work (合并): the answers of a sitting, the visits of a plan, a hundred visits given to
somebody; the log shows each as one entry, its newest fact. Only envelopes are looked at."""

from __future__ import annotations

from dataclasses import dataclass

from casebook.store.facts import Envelope
from casebook.store.sqlite import Connection

_PARENTS = "substr({0}.parents, 1, 34) = substr({1}.parents, 1, 34)"
"""The same first parent: `["` and an id; what an answer names besides are the answers before it."""
_MINUTE = "substr({0}.wall, 1, 16) = substr({1}.wall, 1, 16)"
# What a day is here takes five times as long to work out as the hour, which mostly is the same one.
_DAY = (
    "(substr({0}.wall, 1, 13) = substr({1}.wall, 1, 13) "
    "OR date({0}.wall, 'localtime') = date({1}.wall, 'localtime'))"
)


@dataclass(frozen=True, slots=True)
class _Fold:
    """Facts of `kind` of one author go together where they are the `same`; `between` are kinds that may stand between
    two of them."""

    kind: str
    same: tuple[str, ...]
    between: tuple[str, ...] = ()

    def together(self, one: str, other: str) -> str:
        """The condition that two facts of the kind are of one piece."""
        same = " AND ".join(condition.format(one, other) for condition in self.same)
        return f"{other}.kind = '{self.kind}' AND {one}.author = {other}.author AND {same}"


_FOLDS = {
    fold.kind: fold
    for fold in (
        _Fold("answer", (_PARENTS, _DAY)),
        # a plan gives each visit away as it makes it
        _Fold("visit", (_PARENTS, _DAY), between=("assignment",)),
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


def facts_of_entry(connection: Connection, arrival: int, envelope: Envelope) -> int:
    """How many facts of its kind an entry stands for; 1 where nothing is folded."""
    fold = _FOLDS.get(envelope.kind)
    if fold is None:
        return 1
    between = "".join(f" AND NOT (p.kind = '{kind}' AND p.author = e.author)" for kind in fold.between)
    row = connection.execute(
        f"SELECT p.arrival FROM envelope e JOIN envelope p ON p.arrival < e.arrival WHERE e.arrival = ? "
        f"AND NOT ({fold.together('e', 'p')}){between} ORDER BY p.arrival DESC LIMIT 1",
        (arrival,),
    ).fetchone()
    (count,) = connection.execute(
        "SELECT count(*) FROM envelope WHERE arrival > ? AND arrival <= ? AND kind = ?",
        (row[0] if row else 0, arrival, envelope.kind),
    ).fetchone()
    return int(count)
