"""What becomes of a decision when the lists are imported anew: one outcome each, with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.decisions import Ruling, countersign, decide, undo, undo_last
from audit.earlier import Earlier, earlier_decisions
from audit.run import run_audit
from casebook.errors import RuhuError
from casebook.store.casebook import Casebook
from tests.audit.casebooks import acting, audited, carry, new_book, ruled, run_of, second_device
from tests.audit.histories import PEOPLE, changed

ROSTER = """
王大山 | 600101-1 | 男 | 云丰镇 | 青桥村 | H001 | P001 | 户主 | 2 | .
王小草 | 900202-2 | 女 | 云丰镇 | 青桥村 | H001 | P002 | 之女 | 2 | .
赵铁柱 | 550707-3 | 男 | 云丰镇 | 白石村 | H002 | P003 | 户主 | 1 | .
钱多多 | 770707-4 | 女 | 云丰镇 | 白石村 | H003 | P004 | 户主 | 1 | .
"""
REGISTRY = """
王大山 | 600101-1 | 女 | 云丰镇 | 青桥村 | H001 | P001 | 户主 | 2 | .
王小艹 | 900202-2 | 女 | 云丰镇 | 青桥村 | H001 | P002 | 之女 | 2 | .
赵铁柱 | 550707-3 | 男 | 云丰镇 | 白石村 | H002 | P003 | 户主 | 1 | .
"""


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with new_book(tmp_path / "案卷.ruhu") as book:
        audited(book, ROSTER, REGISTRY)
        yield book


def only(book: Casebook) -> Earlier:
    (one,) = earlier_decisions(book)
    return one


def told(one: Earlier) -> tuple[str, str]:
    return one.outcome, one.reason


def test_without_a_run_there_is_nothing_to_say(book: Casebook) -> None:
    ruled(book, "sex_wrong", 1)
    undo(book, run_of(book))
    with pytest.raises(RuhuError) as caught:
        earlier_decisions(book)
    assert (caught.value.code, caught.value.category) == ("no_run", "check")


def test_it_holds(book: Casebook) -> None:
    (fact,) = ruled(book, "sex_wrong", 1)
    audited(book, registry=REGISTRY.replace("王小艹", "王小早"))
    one = only(book)
    assert told(one) == ("holds", "") and one.changed == ()
    assert (one.decision, one.verdict, one.author, one.question) == (fact, 1, "刘敏", "sex")


def test_a_value_changed_and_it_came_back(book: Casebook) -> None:
    ruled(book, _name_kind(book), 1, "王小草")
    audited(book, registry=REGISTRY.replace("王小艹", "王小早"))
    one = only(book)
    assert told(one) == ("returned", "卫健的姓名由「王小艹」改为「王小早」")
    assert one.changed == (("registry", "name", "王小艹", "王小早"),)
    assert one.finding is not None


def _name_kind(book: Casebook) -> str:
    ((kind,),) = book.connection.execute("SELECT kind FROM finding WHERE name = '王小草'").fetchall()
    return str(kind)


def test_the_correction_came_in(book: Casebook) -> None:
    ruled(book, _name_kind(book), 1, "王小草")
    audited(book, registry=REGISTRY.replace("王小艹", "王小草"))
    assert told(only(book)) == ("mended", "卫健的姓名由「王小艹」改为「王小草」")


def test_the_person_left_the_list(book: Casebook) -> None:
    ruled(book, "sex_wrong", 1)
    audited(book, registry="\n".join(REGISTRY.strip().splitlines()[1:]))
    assert told(only(book)) == ("gone", "卫健名单里不再有此人")


def test_the_missing_one_is_there_now(book: Casebook) -> None:
    ruled(book, "missing_in_registry", 6, "钱多多")
    audited(book, registry=REGISTRY + "钱多多 | 770707-4 | 女 | 云丰镇 | 白石村 | H003 | P004 | 户主 | 1 | .")
    assert told(only(book)) == ("mended", "对方名单里现在有此人")


def test_outside_the_scope_it_is_no_finding_any_more(book: Casebook) -> None:
    ruled(book, "missing_in_registry", 6, "钱多多")
    run_audit(book, registry_scope="patients")
    assert told(only(book)) == ("over", "现在不在对方名单的范围内")


def test_a_second_row_that_was_taken_off(tmp_path: Path) -> None:
    twice = ROSTER + "赵铁柱 | 550707-3 | 男 | 云丰镇 | 白石村 | H002 | P003 | 户主 | 1 | 第二次"
    with new_book(tmp_path / "案卷.ruhu") as book:
        audited(book, twice, REGISTRY)
        ruled(book, "dup", 2)
        audited(book, ROSTER)
        assert told(only(book)) == ("mended", "重复的行已去掉")


def test_two_auditors_disagree(book: Casebook, tmp_path: Path) -> None:
    with second_device(book, tmp_path / "另一台.ruhu", "张伟") as other:
        ruled(book, "sex_wrong", 1)
        ruled(other, "sex_wrong", 2)
        carry(other, book)
    found = earlier_decisions(book)
    assert [(one.outcome, one.author, one.verdict) for one in found] == [
        ("conflict", "刘敏", 1),
        ("conflict", "张伟", 2),
    ]
    audited(book, registry=REGISTRY.replace("600101-1 | 女", "600101-1 | 男"))
    assert [one.outcome for one in earlier_decisions(book)] == ["mended", "mended"]


def test_two_auditors_agree(book: Casebook, tmp_path: Path) -> None:
    with second_device(book, tmp_path / "另一台.ruhu", "张伟") as other:
        ruled(book, "sex_wrong", 1)
        ruled(other, "sex_wrong", 1)
        carry(other, book)
    assert [one.outcome for one in earlier_decisions(book)] == ["holds", "holds"]


def test_only_decisions_that_stand_are_counted(book: Casebook) -> None:
    ruled(book, "sex_wrong", 1)
    (second,) = ruled(book, "sex_wrong", 2)
    assert [one.decision for one in earlier_decisions(book)] == [second]
    undo_last(book)
    assert [one.verdict for one in earlier_decisions(book)] == [1]
    undo_last(book)
    assert earlier_decisions(book) == ()


DOUBTFUL = changed(0b1_0000_0000)
"""吴小曼 of the registry, who may be 吴小满 of the roster."""


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Casebook]:
    with new_book(tmp_path / "案卷.ruhu") as book:
        audited(book, PEOPLE, DOUBTFUL)
        yield book


def _in_review(book: Casebook) -> list[tuple[int, str]]:
    return book.connection.execute("SELECT id, status FROM finding WHERE review").fetchall()


def _judge(book: Casebook, verdict: int) -> None:
    number = _in_review(book)[0][0]
    decide(book, [number], Ruling(verdict, "问过本人"))
    with acting(book, "陈静"):
        countersign(book, [number])


@pytest.mark.parametrize("verdict", [8, 9])
def test_a_judged_pair_holds(pair: Casebook, verdict: int) -> None:
    _judge(pair, verdict)
    assert told(only(pair)) == ("holds", "")
    audited(pair, registry=DOUBTFUL.replace("李桂芳", "李桂方"))
    assert told(only(pair)) == ("holds", "")
    assert _in_review(pair) == []


@pytest.mark.parametrize("verdict", [8, 9])
def test_a_judged_pair_comes_back_when_its_values_change(pair: Casebook, verdict: int) -> None:
    _judge(pair, verdict)
    audited(pair, registry=DOUBTFUL.replace("吴小曼", "吴小慢"))
    assert told(only(pair)) == ("returned", "卫健的姓名由「吴小曼」改为「吴小慢」")
    assert {status for _id, status in _in_review(pair)} == {"returned"}


def test_two_people_whose_rows_come_closer_are_asked_about_again(pair: Casebook) -> None:
    """However sure the program is by now: a person said that they are two."""
    _judge(pair, 9)
    audited(pair, registry=DOUBTFUL.replace("710909-4", "701010-2"))
    assert only(pair).outcome == "returned"
    assert len(_in_review(pair)) == 1


def test_one_person_whose_rows_come_closer_is_mended(pair: Casebook) -> None:
    _judge(pair, 8)
    audited(pair, registry=DOUBTFUL.replace("710909-4", "701010-2"))
    assert only(pair).outcome == "mended"
    assert _in_review(pair) == []


def test_a_pair_of_which_one_left(pair: Casebook) -> None:
    _judge(pair, 8)
    audited(pair, registry="".join(line for line in DOUBTFUL.splitlines(keepends=True) if "吴小曼" not in line))
    assert told(only(pair)) == ("gone", "卫健名单里不再有此人")


def test_another_user_of_the_same_machine(book: Casebook) -> None:
    with acting(book, "张伟"):
        ruled(book, "sex_wrong", 1)
    assert only(book).author == "张伟"
