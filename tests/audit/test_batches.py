"""Many decided at once: only kinds that are safe, only what was sampled, only while it is as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.batches import SHOWN, decide_batch, sample_batch
from audit.kinds import KINDS
from audit.questions import SAFE_KINDS
from audit.queue import Filter
from casebook.errors import RuhuError
from casebook.store.casebook import Casebook
from tests.audit.casebooks import audited, finding, live, new_book, rebuilt, ruled, status

KIND = "id_checkdigit"
NAMES = [f"{family}{given}" for family in "赵钱孙李周吴郑王冯陈褚卫" for given in ("大山", "二妹")]


def county(broken: int) -> tuple[str, str]:
    """A roster of 24 people and a registry in which the first ones' check digit is wrong."""
    line = "{} | 7{}0101-{}{} | . | {} | 青桥村 | H{:03} | P{:03} | 户主 | 1 | ."
    roster, registry = (
        "\n".join(
            line.format(name, n % 10, n + 1, "!" if n < count else "", "云丰镇" if n % 2 else "河口乡", n, n)
            for n, name in enumerate(NAMES)
        )
        for count in (0, broken)
    )
    return roster, registry


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with new_book(tmp_path / "a.ruhu") as made:
        audited(made, *county(15))
        yield made
        assert live(made) == rebuilt(made)


def refused(book: Casebook, kind: str, verdict: int = 1) -> str:
    with pytest.raises(RuhuError) as raised:
        sample_batch(book, kind, verdict)
    assert raised.value.category == "usage"
    return raised.value.code


def test_a_sample_is_drawn_from_all_that_would_be_decided(book: Casebook) -> None:
    sample = sample_batch(book, KIND, 1)
    assert (len(sample.ids), len(sample.shown)) == (15, SHOWN)
    assert set(sample.shown) < set(sample.ids) and sorted(sample.shown) == list(sample.shown)
    assert sample == sample_batch(book, KIND, 1), "the same set, the same sample"


def test_another_set_is_another_code(book: Casebook) -> None:
    one = sample_batch(book, KIND, 1)
    half = sample_batch(book, KIND, 1, Filter(township="河口乡"))
    assert half.code != one.code and set(half.ids) < set(one.ids)
    ruled(book, KIND, 7, NAMES[0])
    fewer = sample_batch(book, KIND, 1)
    assert len(fewer.ids) == 14 and fewer.code not in (one.code, half.code)
    audited(book)
    assert sample_batch(book, KIND, 1).code != fewer.code, "numbers of another run"


def test_a_batch_decides_what_was_sampled(book: Casebook) -> None:
    sample = sample_batch(book, KIND, 1, Filter(township="河口乡"))
    batch = decide_batch(book, sample, sample.code, "校验位")
    found = book.connection.execute(
        "SELECT f.status, d.verdict, d.reason, d.batch FROM finding f JOIN decision d ON d.id = f.decision"
    ).fetchall()
    assert found == [("settled", 1, "校验位", batch)] * len(sample.ids)
    settled = book.connection.execute("SELECT id FROM finding WHERE status = 'settled'").fetchall()
    assert {identity for (identity,) in settled} == set(sample.ids)


def test_without_the_samples_code_nothing_is_decided(book: Casebook) -> None:
    sample = sample_batch(book, KIND, 1)
    for code in ("", "00000000", sample.code[:4]):
        with pytest.raises(RuhuError) as raised:
            decide_batch(book, sample, code)
        assert (raised.value.code, raised.value.category) == ("sample_not_seen", "usage")
    assert book.connection.execute("SELECT count(*) FROM decision").fetchone() == (0,)


def test_a_set_that_changed_is_sampled_again(book: Casebook) -> None:
    sample = sample_batch(book, KIND, 1)
    ruled(book, KIND, 7, NAMES[3])
    with pytest.raises(RuhuError) as raised:
        decide_batch(book, sample, sample.code)
    assert raised.value.code == "sample_not_seen"
    assert status(book, KIND, NAMES[3]) == ("visit", 7) and status(book, KIND, NAMES[4]) == ("open", None)


def test_a_run_since_the_sample_gives_numbers_another_meaning(book: Casebook) -> None:
    sample = sample_batch(book, KIND, 1)
    audited(book, "", county(20)[1])
    with pytest.raises(RuhuError) as raised:
        decide_batch(book, sample, sample.code)
    assert raised.value.code == "sample_not_seen"
    assert book.connection.execute("SELECT count(*) FROM decision").fetchone() == (0,)


def test_only_what_proposes_the_verdict(book: Casebook) -> None:
    """The roster is right each time: nobody is to be decided for the registry."""
    assert refused(book, KIND, 2) == "nothing_to_decide"
    assert refused(book, "id_blank", 1) == "nothing_to_decide"
    for verdict in (3, 5, 8):
        assert refused(book, KIND, verdict) == "nothing_to_decide"


def test_what_is_decided_or_came_back_is_not_in_a_batch(book: Casebook) -> None:
    ruled(book, KIND, 5, NAMES[0])
    ruled(book, KIND, 1, NAMES[1])
    sample = sample_batch(book, KIND, 1)
    assert not {finding(book, KIND, NAMES[0]), finding(book, KIND, NAMES[1])} & set(sample.ids)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - SAFE_KINDS))
def test_kinds_that_must_be_looked_at_one_by_one(book: Casebook, kind: str) -> None:
    assert refused(book, kind) == "not_safe"


def test_an_unknown_kind(book: Casebook) -> None:
    assert refused(book, "no_such") == "not_safe"


def test_nothing_at_stake_is_ever_in_a_batch() -> None:
    assert not {KINDS[kind].severity for kind in SAFE_KINDS} & {"A"}
