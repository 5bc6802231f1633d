"""Villages under two names, learned from people with equal numbers; townships by their names alone."""

from __future__ import annotations

import pytest

from audit.places import learn, written
from audit.records import records
from tests.audit.notation import table


def village(rows: str, township: str = "云丰镇") -> str:
    """A person a character, each in the village that `rows` names there: 青青白 is two of 青桥村, one of 白石村."""
    names = {"青": "青桥村", "白": "白石村", "新": "新建村", "东": "东风村", "无": "."}
    return "乡 | 村\n" + "\n".join(f"{township} | {names[c]}" for c in rows)


def learned(roster: str, registry: str) -> list[tuple[str, str, int]]:
    ours, theirs = records(table(village(roster))), records(table(village(registry)))
    pairs = [(i, i) for i in range(len(theirs))]
    found = learn(theirs, ours, pairs, written(theirs, ours))
    assert {found.registry["云丰", alias.registry] for alias in found.aliases} <= {*found.roster.values()}
    return [(alias.registry, alias.roster, alias.votes) for alias in found.aliases]


@pytest.mark.parametrize(
    ("roster", "registry", "aliases"),
    [
        ("青青青青", "新新新新", [("新建村", "青桥村", 4)]),
        ("青青青", "新新新", []),  # three people are too few
        ("青青青青青青青白白白", "新新新新新新新新新新", [("新建村", "青桥村", 7)]),
        ("青青青青青青白白白白", "新新新新新新新新新新", []),  # less than 70 % of the village
        ("青青青青白白白白", "新新新新东东东东", [("东风村", "白石村", 4), ("新建村", "青桥村", 4)]),
        ("青青青青", "青青青青", []),
        ("青青青青", "无无无无", []),
        ("无无无无", "新新新新", []),
    ],
)
def test_an_alias_wants_four_votes_and_seven_in_ten(roster: str, registry: str, aliases: list[tuple[str, ...]]) -> None:
    assert learned(roster, registry) == aliases


@pytest.mark.parametrize(
    ("roster", "registry", "same"),
    [
        ("云丰彝族乡", "云丰乡", True),
        ("云丰乡", "云丰彝族乡", True),
        ("云丰镇", "云禾镇", False),
        ("云丰镇", "云丰山镇", False),
    ],
)
def test_a_township_may_lack_its_ethnic_part(roster: str, registry: str, same: bool) -> None:
    ours, theirs = records(table(village("青", roster))), records(table(village("青", registry)))
    places = written(theirs, ours)
    assert (places.registry[theirs[0].village] == places.roster[ours[0].village]) is same


def test_of_two_townships_that_could_be_meant_none_is() -> None:
    ours = records(table("乡 | 村\n云丰彝族乡 | 青桥村\n云丰苗族乡 | 青桥村"))
    theirs = records(table("乡 | 村\n云丰乡 | 青桥村"))
    assert written(theirs, ours).registry == {("云丰", "青桥村"): ("云丰", "青桥")}
