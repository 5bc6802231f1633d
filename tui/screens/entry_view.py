"""What the entry screen shows, all of one moment: the question, the outline, how far it is. Made by the thread that
fills in the form; drawn from as often as need be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tui.screens.entry_grid import GridView
from tui.screens.entry_marks import NONE, Count, Mark

INPUTS = ("text", "int", "decimal", "date", "time", "datetime", "geo", "barcode", "range")
"""Kinds of questions that are answered in a text field."""


REPLACED = ("int", "decimal", "date", "time", "datetime")
"""Of these, kinds whose answer the next digit replaces: 50 typed on 120 is never meant as 12050."""


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """`code` is what digits choose it by, `value` what is stored, `alias` other names to find it by."""

    value: str
    label: str
    code: str
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A rule of the form about this question: whether its expression is true now, and the values in it as (label,
    value). `attribute` is relevant, required, constraint, warning or readonly; `said` the rule in the form's words."""

    attribute: str
    expression: str
    result: bool
    values: tuple[tuple[str, str], ...]
    said: str = ""


@dataclass(frozen=True, slots=True)
class Follower:
    """A question whose being asked depends on this one."""

    number: str
    title: str
    asked: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question, or (`kind` add) the end of a repeat that may grow. `value` is as stored, `shown` in words, `field` as
    the text field has it. `last` is the answer of last time and where it stands. `trouble` is what is wrong with the
    value in words, by `mark`; `stopped`: Enter was pressed although it has to be answered. `unknown` and `refused` name
    the answers 不知道 and 拒答, `exclusive` are values that stand alone."""

    ref: str
    kind: str
    number: str = ""
    title: str = ""
    around: str = ""
    text: str = ""
    hint: str = ""
    guidance: str = ""
    value: str = ""
    shown: str = ""
    field: str = ""
    required: bool = False
    note: bool = False
    mark: Mark = "open"
    trouble: str = ""
    stopped: bool = False
    reason: str = ""
    remark: str = ""
    sent_back: str = ""
    """Why the reviewer sent this answer back."""
    last: tuple[str, str] | None = None
    choices: tuple[ChoiceView, ...] = ()
    unknown: str = ""
    refused: str = ""
    unknown_value: str = ""
    refused_value: str = ""
    exclusive: tuple[str, ...] = ()
    range: str = ""
    checks: tuple[Check, ...] = ()
    followers: tuple[Follower, ...] = ()
    before: tuple[tuple[str, str, str], ...] = ()
    """Of the same part, the last answered ones: number, title, answer."""

    @property
    def several(self) -> bool:
        return self.kind in ("select", "rank")

    @property
    def chooses(self) -> bool:
        return self.kind in ("select1", "select", "rank")

    @property
    def types(self) -> bool:
        """Whether it is answered in the text field."""
        return self.kind in INPUTS and not self.note

    @property
    def first_chosen(self) -> int:
        """The place of the first chosen one among the choices, -1 for none."""
        chosen = self.chosen
        if not chosen:
            return -1
        return next((place for place, choice in enumerate(self.choices) if choice.value in chosen), -1)

    @property
    def chosen(self) -> tuple[str, ...]:
        return tuple(self.value.split()) if self.several else (self.value,) if self.value else ()


Sign = Literal["", "done", "trouble", "here", "hidden"]


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """A line of the outline. `kind` is section, part, question or add; `sign` what stands before it."""

    means: str
    kind: Literal["section", "part", "question", "add"]
    depth: int
    number: str
    title: str
    sign: Sign
    count: Count = NONE
    here: bool = False
    open: bool = False
    """Of a part: its questions have rows here."""


@dataclass(frozen=True, slots=True)
class View:
    """`part` and `parts`: which of the parts at the top this is, 0 outside of all. `steps` can be undone. `locked` says
    why nothing can be changed, '' when it can. `checked`: the whole case was checked, so what lacks is wrong."""

    question: QuestionView | None = None
    outline: tuple[OutlineRow, ...] = ()
    part: int = 0
    part_count: Count = NONE
    count: Count = NONE
    steps: int = 0
    saved: str = ""
    locked: str = ""
    checked: bool = False
    grid: GridView | None = None
