"""What is known of one person for an upload (一人的上报材料), before any format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Origin = Literal["visit", "decision", "roster", "registry", "account", "format"]


@dataclass(frozen=True, slots=True)
class Value:
    """One value. `text` as stored: an ISO date, yuan with two decimals (`12.50`), codes parted by one blank, a text;
    `names` the words of the codes, in their order; `origin` where it was taken from."""

    text: str
    names: tuple[str, ...] = ()
    origin: Origin = "visit"

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self.text.split())


Values = Mapping[str, Value]
"""By field name of `exports/formats/fields.toml`; a field without a value is left out."""


@dataclass(frozen=True, slots=True)
class DiseasePart:
    """One disease with its treatments, the earliest first."""

    values: Values
    treatments: tuple[Values, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One person of a visit that was passed (通过). `key` tells the person in every batch: the person's id in the
    lists, else `visit:instance` of one added at the door. `people` are the (list side, person id) pairs of this person.
    `submission` is the fact that was passed. `values` are all fields that are of neither disease nor treatment;
    `treatments` those of which nobody wrote down the disease, where there are several."""

    key: str
    person: str
    people: tuple[tuple[str, str], ...]
    visit: str
    submission: str
    township: str
    village: str
    household: str
    name: str
    values: Values
    diseases: tuple[DiseasePart, ...] = ()
    treatments: tuple[Values, ...] = ()


@dataclass(frozen=True, slots=True)
class NotReady:
    """The people of a visit who bring no row, counted. `state` says why: the visit's own (planned, draft, township,
    county); `elsewhere`, what was handed in or its form is not on this machine; `unreadable`, it is damaged; `nobody`,
    the household was passed without anyone asked (not at home, refused, moved); `later`, a later visit asked them."""

    visit: str
    state: str
    people: int


@dataclass(frozen=True, slots=True)
class Records:
    """Everyone of the passed visits, by township, village, household, in form order. `waiting` are those still to
    come (not passed, elsewhere, unreadable), `aside` those passed who bring no row (nobody, later). `choices` are the
    (code, name) that the forms offer, by field."""

    people: tuple[Record, ...]
    waiting: tuple[NotReady, ...] = field(default=())
    aside: tuple[NotReady, ...] = field(default=())
    choices: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
