"""How households are made up: who lives together, how old they are, whose family name they bear."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SIZES = (1, 2, 3, 4, 5, 6, 7)
SHARES = (25.0, 27.0, 22.0, 14.0, 7.0, 3.0, 1.5)
OLDEST = 96


@dataclass(slots=True)
class Member:
    """`family` tells whether the person bears the household's family name, `generation` counts from the head's down.

    `twin` marks a child born with the one before it.
    """

    relation: str
    sex: str
    age: int
    family: bool
    generation: int
    twin: bool = False


def household_sizes(households: int, people: int, rng: Random) -> list[int]:
    """Sizes of `households` households which sum up to `people`, most of them of one to four."""
    sizes = rng.choices(SIZES, SHARES, k=households)
    difference = people - sum(sizes)
    step = 1 if difference > 0 else -1
    while difference:
        i = rng.randrange(households)
        if 1 <= sizes[i] + step <= SIZES[-1]:
            sizes[i] += step
            difference -= step
    return sizes


def compose(size: int, rng: Random) -> list[Member]:
    """The members of one household, the head first."""
    if size == 1:
        age = rng.randint(60, 88) if rng.random() < 0.6 else rng.randint(22, 59)
        return [Member("户主", rng.choice("男男女"), age, True, 0)]
    return _elders(size, rng) if rng.random() < 0.5 else _parents(size, rng)


def _couple(age: int, rng: Random, spouse_share: float) -> tuple[list[Member], int]:
    """The head, mostly with a spouse, and the age of the mother of their children."""
    if rng.random() >= spouse_share:
        sex = rng.choice("男女")
        return [Member("户主", sex, age, sex == "男", 0)], age - (3 if sex == "男" else 0)
    sex = "男" if rng.random() < 0.86 else "女"
    other = max(20, age + (rng.randint(-6, 2) if sex == "男" else rng.randint(-2, 6)))
    pair = [
        Member("户主", sex, age, sex == "男", 0),
        Member("配偶", "女" if sex == "男" else "男", other, sex == "女", 0),
    ]
    return pair, other if sex == "男" else age


def _parents(size: int, rng: Random) -> list[Member]:
    """A head of 26 to 50 with a spouse, children, perhaps the head's parents or a brother or sister."""
    members, mother = _couple(rng.randint(26, 50), rng, 0.8)
    head = members[0]
    choices = ["child"] * 4 + (["father", "mother", "sibling"] if head.family else [])
    children = 0
    while len(members) < size:
        choice = rng.choice(choices) if choices else "child"
        if choice == "child":
            children += 1
            if children >= 4 and "child" in choices:
                choices = [other for other in choices if other != "child"]
        else:
            choices.remove(choice)
            members.append(_relative(choice, head.age, rng))
            continue
        members.append(Member("子女", rng.choice("男女"), 0, True, 1))
    _age_children(members, mother, rng, youngest=0)
    return members


def _relative(kind: str, age: int, rng: Random) -> Member:
    if kind == "father":
        return Member("之父", "男", min(OLDEST, age + rng.randint(20, 30)), True, -1)
    if kind == "mother":
        return Member("之母", "女", min(OLDEST, age + rng.randint(18, 28)), False, -1)
    return Member("之兄弟姐妹", rng.choice("男女"), max(18, age + rng.choice((-7, -4, -3, 2, 3, 5))), True, 0)


def _elders(size: int, rng: Random) -> list[Member]:
    """A head of 52 to 80 with a spouse, grown children, a daughter-in-law, grandchildren."""
    members, mother = _couple(rng.randint(52, 80), rng, 0.75)
    choices = ["child", "child", "wife", "grandchild", "grandchild", "grandchild", "mother"]
    head = members[0]
    if not head.family or head.age > 68:
        choices.remove("mother")
    sons = 0
    while len(members) < size:
        choice = rng.choice(choices) if choices else "grandchild"
        if choice in choices:
            choices.remove(choice)
        if choice == "mother":
            members.append(_relative("mother", head.age, rng))
        elif choice == "child":
            sex = rng.choice("男男女")
            sons += sex == "男"
            members.append(Member("子女", sex, 0, True, 1))
        elif choice == "wife" and sons:
            members.append(Member("之儿媳", "女", 0, False, 1))
        elif choice == "grandchild" or not choices:
            members.append(Member("孙辈", rng.choice("男女"), 0, True, 2))
    _age_children(members, mother, rng, youngest=22)
    eldest = max((m.age for m in members if m.generation == 1 and m.family), default=mother - 24)
    for member in members:
        if member.relation == "之儿媳":
            son = max(m.age for m in members if m.relation == "之子")
            member.age = max(20, son + rng.randint(-4, 2))
    _age_grandchildren(members, eldest, rng)
    return members


def _age_children(members: list[Member], mother: int, rng: Random, youngest: int) -> None:
    """Ages of the head's children, the eldest first; now and then two are twins."""
    age = mother - rng.randint(20, 27)
    before: Member | None = None
    married = any(member.relation == "之儿媳" for member in members)  # her husband must stay a son
    for member in members:
        if member.relation != "子女":
            continue
        if before is not None and rng.random() < 0.045:
            member.age, member.twin = before.age, True
            if not married and rng.random() < 0.7:
                member.sex = before.sex
        else:
            member.age = max(youngest, age)
            age = member.age - rng.randint(2, 5)
        member.relation = "之子" if member.sex == "男" else "之女"
        before = member


def _age_grandchildren(members: list[Member], parent: int, rng: Random) -> None:
    age = parent - rng.randint(21, 27)
    for member in members:
        if member.relation == "孙辈":
            member.age = max(0, age)
            age = member.age - rng.randint(2, 4)
            member.relation = "之孙子" if member.sex == "男" else "之孙女"
