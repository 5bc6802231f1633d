"""One change to a form being filled, as it is stored and applied again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

OpKind = Literal["start", "answer", "add", "remove", "put", "remark", "reason", "left"]


@dataclass(frozen=True, slots=True)
class Op:
    """`ref` is a question's (answer), a repeat's (add) or an instance's (remove, put); `value` the text of an answer;
    `also` the values (ref, text) that were set besides it: of a start the defaults, of a put what the instance held.
    """

    op: OpKind
    ref: str
    value: str = ""
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was made: `undo` takes it back, `changed` are the refs whose state is another one since."""

    op: Op
    undo: Op
    changed: tuple[str, ...] = ()
