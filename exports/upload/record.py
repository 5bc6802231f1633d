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
    lists, else `visit:instance` of one added at the door. `people` are the (list side, person id) pairs that are this person.
    `submission` is the fact that was passed. `values` are all fields that are of neither disease nor treatment."""

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


@dataclass(frozen=True, slots=True)
class NotReady:
    """A person of a visit that is not passed yet, or whose body is not on this machine: counted, never written."""

    visit: str
    state: str
    people: int


@dataclass(frozen=True, slots=True)
class Records:
    """Everyone of the passed visits, by township, village, household, in form order; and how many wait where."""

    people: tuple[Record, ...]
    waiting: tuple[NotReady, ...] = field(default=())
