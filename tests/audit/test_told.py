"""What people decided steers the matcher: pairs that must be linked, pairs that never are, villages known by name."""

from __future__ import annotations

import pytest

from audit.findings import CrossCheck, VillageAlias
from audit.link import Linking, link
from audit.records import records
from audit.told import Told
from tests.audit.notation import check, links, table
from tests.audit.test_link import FAMILY, HEAD, OTHERS

Pair = tuple[int, int]

NAMESAKES = """\
王秀兰 | 650412-2 | 女 | 云丰镇 | 青桥村 | H001 | P001 | 户主 | 1 | .
王秀兰 | 650512-4 | 女 | 云丰镇 | 青桥村 | H002 | P002 | 户主 | 1 | .
"""
NAMESAKE = "王秀兰 | . | 女 | 云丰镇 | 青桥村 | . | . | 户主 | 1 | .\n"


def told(same: set[Pair] | None = None, different: set[Pair] | None = None) -> Told:
    """Rows counted from 1, registry first."""
    return Told(*(frozenset((left - 1, right - 1) for left, right in pairs or ()) for pairs in (same, different)))


def linking(roster: str, registry: str, told: Told) -> Linking:
    return link(records(table(HEAD + registry)), records(table(HEAD + roster)), told=told)


def found(roster: str, registry: str, told: Told) -> dict[Pair, tuple[str, str]]:
    matches = linking(roster, registry, told).matches
    return {(m.registry + 1, m.roster + 1): (m.how, m.state) for m in matches}


def test_a_must_link_is_taken_whatever_its_score() -> None:
    result = linking(OTHERS, "郑万里 | 990909-5 | 女 | 云丰镇 | 青桥村 | H090 | P090 | 之女 | 5 | .\n", told({(1, 4)}))
    (match,) = result.matches
    assert (match.registry, match.roster, match.state, match.main) == (0, 3, "decided", True)
    assert match.score < -10


def test_a_must_link_comes_before_equal_numbers() -> None:
    """The rows that lose their partner find none, or another."""
    pairs = found(FAMILY + OTHERS, FAMILY, told({(3, 5)}))
    assert pairs[3, 5] == ("decided", "decided")
    assert set(pairs) == {(1, 1), (2, 2), (3, 5), (4, 4)}


def test_a_row_has_one_must_link_the_first_in_order() -> None:
    decided = told({(2, 6), (1, 6), (1, 5), (3, 7)})
    assert decided.pairs == ((0, 4), (1, 5), (2, 6))
    contradicted = Told(decided.same, frozenset({(0, 4)}))
    assert contradicted.pairs == ((0, 5), (2, 6))


def test_a_decided_pair_is_no_longer_ambiguous_or_in_doubt() -> None:
    roster = NAMESAKES + OTHERS
    assert linking(roster, NAMESAKE, told()).ambiguous
    result = linking(roster, NAMESAKE, told({(1, 2)}))
    assert [(m.roster, m.state) for m in result.matches] == [(1, "decided")] and not result.ambiguous
    done = check(HEAD + roster, HEAD + NAMESAKE, told=told({(1, 2)}))
    assert done.registry.states == ("differs",) and "ambiguous" not in links(done)[2, 3].split()


def test_the_one_told_different_is_no_rival_and_no_runner_up() -> None:
    result = linking(NAMESAKES + OTHERS, NAMESAKE, told(different={(1, 1)}))
    assert [(m.registry, m.roster) for m in result.matches] == [(0, 1)]
    assert not result.ambiguous and result.next_roster.get(0, (9, 0.0))[0] != 0 and 0 not in result.next_registry


@pytest.mark.parametrize(
    ("roster", "registry", "pair"),
    [
        (FAMILY, FAMILY, (3, 3)),  # fast
        (FAMILY + OTHERS, FAMILY.replace("880505-3", "880505-3!"), (3, 3)),  # by the model
        (  # by household
            FAMILY + OTHERS,
            FAMILY.replace("王小兰 | 900606-2", "王春兰 | .")
            .replace("P004", ".")
            .replace("H001", "H777")
            .replace("| 13900000001", "| ."),
            (4, 4),
        ),
        (  # left over
            FAMILY + OTHERS,
            "郑万里 | 410202-5 | 女 | 云丰镇 | 青桥村 | H090 | P090 | 之女 | 5 | 13911111111\n",
            (1, 8),
        ),
    ],
)
def test_a_pair_told_different_is_never_linked(roster: str, registry: str, pair: Pair) -> None:
    before = found(roster, registry, told())
    assert pair in before
    assert set(found(roster, registry, told(different={pair}))) == set(before) - {pair}


def test_a_forbidden_equal_number_proposes_no_third_row() -> None:
    """Left over, the row has weak candidates beside the one it must not have."""
    registry = "郑万里 | 410202-5 | 男 | 河口乡 | 柳林村 | . | . | 户主 | 1 | 13900000004\n"
    assert set(found(FAMILY + OTHERS, registry, told())) == {(1, 8)}
    result = linking(FAMILY + OTHERS, registry, told(different={(1, 8)}))
    assert not result.matches and result.next_roster[0][0] == 6


TWICE = """\
王大山 | 600101-1  | 男 | 云丰镇 | 青桥村 | H001 | P001 | 户主 | 4 | 13900000001
王大山 | 600101-1{slip} | 男 | 云丰镇 | 青桥村 | H001 | P001 | 户主 | 4 | 13900000001
"""


@pytest.mark.parametrize("slip", ["", "!"])
def test_nor_as_a_second_row(slip: str) -> None:
    registry = TWICE.format(slip=slip)
    assert set(found(FAMILY + OTHERS, registry, told())) == {(1, 1), (2, 1)}
    assert set(found(FAMILY + OTHERS, registry, told(different={(2, 1)}))) == {(1, 1)}
    assert set(found(FAMILY + OTHERS, registry, told(different={(1, 1)}))) == {(2, 1)}
    result = check(HEAD + FAMILY, HEAD + registry, told=told(different={(2, 1)}))
    assert result.registry.states == ("agrees", "registry_only")


def test_nor_through_another_row_of_the_person() -> None:
    """Both lists name him twice; one of the four pairs is told different, so one row stays apart from that person."""
    twice = TWICE.format(slip="")
    assert len(found(twice, twice, told())) == 4
    pairs = found(twice, twice, told(different={(2, 2)}))
    assert (2, 2) not in pairs and (1, 1) in pairs


def test_a_second_row_of_a_decided_pair_is_in_no_doubt() -> None:
    pairs = found(FAMILY + OTHERS, TWICE.format(slip="!"), told({(2, 1)}))
    assert pairs == {(2, 1): ("decided", "decided"), (1, 1): ("duplicate", "auto")}


def test_a_decided_row_counts_like_an_automatic_one() -> None:
    registry = FAMILY.replace("王大山", "钱多多")
    result = check(HEAD + FAMILY, HEAD + registry, told=told({(1, 1), (2, 2)}))
    assert result.registry.states[:2] == ("differs", "agrees")
    assert {link.state for link in result.links} == {"decided", "auto"}
    assert all(finding.state != "review" for finding in result.findings)


def village(name: str, count: int, other: str = "", others: int = 0) -> str:
    """People 1 to `count` in the village `name`, the rest in `other`."""
    rows = [f"王{c}山 | 6{i}0101-1" for i, c in enumerate("甲乙丙丁戊己庚辛")][: count + others]
    return "姓名 | 证件号 | 乡 | 村\n" + "\n".join(
        f"{row} | 云丰镇 | {name if i < count else other}" for i, row in enumerate(rows)
    )


def aliases(result: CrossCheck) -> list[tuple[str, str, str, int]]:
    return [(a.township, a.registry, a.roster, a.votes) for a in result.aliases]


def known(registry: str, roster: str, township: str = "云丰镇") -> Told:
    return Told(aliases=(VillageAlias(township, registry, roster, 87),))


def test_a_known_alias_wants_no_votes() -> None:
    roster, registry = village("青桥村", 2), village("新建村", 2)
    assert not aliases(check(roster, registry))
    result = check(roster, registry, told=known("新建村", "青桥村"))
    assert aliases(result) == [("云丰镇", "新建村", "青桥村", 2)]
    assert "village_alias" in {f.kind for f in result.findings}
    assert set(links(result).values()) == {""}


def test_nobody_need_vote() -> None:
    nobody = "姓名 | 证件号 | 乡 | 村\n钱多多 | . | 云丰镇 | 新建村"
    result = check(village("青桥村", 3), nobody, told=known("新建村", "青桥村"))
    assert aliases(result) == [("云丰镇", "新建村", "青桥村", 0)]


def test_learned_and_known_alike_are_one_alias() -> None:
    result = check(village("青桥村", 5), village("新建村", 5), told=known("新建村", "青桥村"))
    assert aliases(result) == [("云丰镇", "新建村", "青桥村", 5)]


@pytest.mark.parametrize(
    ("roster", "registry", "expected"),
    [
        # four who live elsewhere outweigh what was known, three do not, nor six among ten
        (village("白石村", 4, "青桥村", 1), village("新建村", 5), [("云丰镇", "新建村", "白石村", 4)]),
        (village("白石村", 3, "青桥村", 1), village("新建村", 4), [("云丰镇", "新建村", "青桥村", 1)]),
        (village("白石村", 4, "青桥村", 2), village("新建村", 6), [("云丰镇", "新建村", "青桥村", 2)]),
        # and four who live in the roster's village of the very name
        (village("新建村", 4, "青桥村", 1), village("新建村", 5), []),
    ],
)
def test_many_votes_outweigh_a_known_alias(roster: str, registry: str, expected: list[object]) -> None:
    assert aliases(check(roster, registry, told=known("新建村", "青桥村"))) == expected


@pytest.mark.parametrize(
    "told", [known("东风村", "青桥村"), known("新建村", "东风村"), known("新建村", "青桥村", "河口乡")]
)
def test_an_alias_of_villages_that_no_list_names_is_left_out(told: Told) -> None:
    assert not aliases(check(village("青桥村", 2), village("新建村", 2), told=told))


def test_an_alias_may_cross_townships() -> None:
    """The registry still writes the township as it was before the merger."""
    registry = village("新建村", 2).replace("云丰镇", "老林乡")
    result = check(village("青桥村", 2), registry, told=known("新建村", "青桥村"))
    assert aliases(result) == [("云丰镇", "新建村", "青桥村", 2)]
