"""What an invented county is made of: people, households, villages, and the rows that two offices keep of them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Person:
    """`birth` is YYYYMMDD, `household` indexes `County.households`, `tags` name what makes the person a hard case."""

    uid: int
    household: int
    name: str
    sex: str
    birth: str
    number: str
    relation: str
    nationality: str
    code: str = ""
    education: str = ""
    schooling: str = ""
    health: str = "健康"
    labour: str = ""
    work: str = ""
    months: str = ""
    disease: str = ""
    tags: tuple[str, ...] = ()

    def age(self, year: int = 2016) -> int:
        return year - int(self.birth[:4])


@dataclass(slots=True)
class Household:
    """`village` indexes `County.villages`, `members` `County.people`, the head first; money is in 元."""

    hid: int
    village: int
    hamlet: str
    code: str
    phone: str
    members: tuple[int, ...]
    cause: str = ""
    lifted: str = ""
    lifted_year: str = ""
    household_class: str = ""
    unsafe_house: str = "否"
    safe_water: str = "是"
    water_shortage: str = "否"
    income: float = 0.0


@dataclass(slots=True)
class Village:
    """`written` is the registry's spelling of the name, `alias` whether it is another name altogether."""

    county: str
    township: str
    name: str
    written: str
    alias: bool = False


@dataclass(slots=True)
class Listed:
    """One row of a list: what an office wrote. `kinds` are the damages on it, KIND or KIND@side (`ros`, `reg`).

    `copied` marks a second row of a person (dup) that stands in another household.
    """

    person: Person
    county: str
    township: str
    village: str
    household_code: str
    person_code: str
    name: str
    sex: str
    number: str | float
    relation: str
    size: int
    phone: str
    remark: str = ""
    copied: bool = False
    kinds: list[str] = field(default_factory=list)


@dataclass(slots=True)
class County:
    """An invented county: its people, and its two lists in sheet order. `scope` is the registry's: patients or people.

    `absent` gives the kind of a person who stands in one list only; `aliases` are (township, registry's name of a
    village, roster's name).
    """

    seed: int
    scope: str
    codes: bool
    names: tuple[str, ...]
    townships: tuple[str, ...]
    villages: tuple[Village, ...]
    households: tuple[Household, ...]
    people: tuple[Person, ...]
    patients: tuple[int, ...] = ()
    roster: list[Listed] = field(default_factory=list)
    registry: list[Listed] = field(default_factory=list)
    absent: dict[int, str] = field(default_factory=dict)
    aliases: tuple[tuple[str, str, str], ...] = ()
