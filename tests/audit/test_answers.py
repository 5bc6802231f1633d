"""Answers of a workbook as decisions: one batch, each row once, what can't be taken refused by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.answers import Answer, AnswersTaken, apply_answers
from audit.decisions import countersign, undo
from audit.earlier import earlier_decisions
from casebook.errors import RuhuError
from casebook.store.accounts import change_account
from casebook.store.casebook import Casebook
from casebook.store.rights import AUDITOR
from tests.audit.casebooks import acting, audited, finding, new_book, ruled, status
from tests.audit.histories import PEOPLE, changed

HOMOPHONE, CHECK_DIGIT, OTHER_NUMBER, SEX = 0b1, 0b10, 0b100, 0b1000
REGISTRY = changed(HOMOPHONE | CHECK_DIGIT | OTHER_NUMBER | SEX)
REVIEW = changed(0b1_0000_0000)


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with new_book(tmp_path / "a.ruhu") as made:
        audited(made, PEOPLE, REGISTRY)
        yield made


def key(book: Casebook, kind: str) -> str:
    ((found,),) = book.connection.execute("SELECT key FROM finding WHERE kind = ?", (kind,)).fetchall()
    return str(found)


def answer(
    book: Casebook, kind: str, verdict: int | None, reason: str = "看过户口本", row: int = 2, **told: str
) -> Answer:
    return Answer("云丰镇", row, key(book, kind), verdict, reason, **told)


def counts(taken: AnswersTaken) -> tuple[int, int, int]:
    return taken.decided, taken.already, len(taken.refused)


def facts(book: Casebook) -> int:
    return int(book.connection.execute("SELECT count(*) FROM envelope").fetchone()[0])


def test_answers_become_one_batch(book: Casebook) -> None:
    answers = [answer(book, "sex_wrong", 1), answer(book, "name_homophone", 2, row=3, note="第二次问的")]
    taken = apply_answers(book, answers)
    assert counts(taken) == (2, 0, 0) and len(taken.facts) == 2
    assert status(book, "sex_wrong") == ("settled", 1)
    assert status(book, "name_homophone") == ("settled", 2)
    reasons = book.connection.execute("SELECT DISTINCT batch, reason FROM decision ORDER BY reason").fetchall()
    assert reasons == [(taken.batch, "看过户口本"), (taken.batch, "看过户口本；第二次问的")]
    undone = undo(book, taken.batch)
    assert (undone.kind, undone.count) == ("batch", 2)
    assert status(book, "sex_wrong") == ("open", None)


def test_the_same_file_again_changes_nothing(book: Casebook) -> None:
    answers = [answer(book, "sex_wrong", 1), answer(book, "id_valid_other", 3, "身份证：990101", row=3)]
    apply_answers(book, answers)
    before = facts(book)
    taken = apply_answers(book, answers)
    assert counts(taken) == (0, 2, 0) and taken.batch == "" and taken.facts == ()
    assert facts(book) == before


def test_a_dry_run_writes_nothing(book: Casebook) -> None:
    before = facts(book)
    taken = apply_answers(book, [answer(book, "sex_wrong", 1)], dry_run=True)
    assert counts(taken) == (1, 0, 0) and taken.batch == ""
    assert facts(book) == before


def test_a_dry_run_tells_nothing_of_other_places(book: Casebook) -> None:
    change_account(book, "外乡", AUDITOR, ["没有这个镇"])
    with pytest.raises(RuhuError) as raised:
        apply_answers(book.acted_by("外乡"), [answer(book, "sex_wrong", 1)], dry_run=True)
    assert raised.value.code == "not_allowed"


def test_what_can_t_be_taken_is_refused_by_itself(book: Casebook) -> None:
    taken = apply_answers(
        book,
        [
            answer(book, "sex_wrong", 1),
            answer(book, "name_homophone", 3, "", row=3),  # which document?
            answer(book, "id_checkdigit", 8, row=4),  # no pair in doubt
            Answer("云丰镇", 5, "0123456789abcdef01234567", 1, "看过"),
            Answer("云丰镇", 6, "", None, problem="看不懂"),
            answer(book, "id_valid_other", None, row=7),  # not answered
        ],
    )
    assert counts(taken) == (1, 0, 4)
    assert [(one.sheet, one.row) for one in taken.refused] == [("云丰镇", row) for row in (3, 4, 5, 6)]
    assert all("。" in one.why or one.row in (5, 6) for one in taken.refused)
    assert status(book, "name_homophone") == ("open", None)


def test_different_answers_to_one_question_are_all_refused(book: Casebook) -> None:
    taken = apply_answers(book, [answer(book, "sex_wrong", 1), answer(book, "sex_wrong", 2, row=9)])
    assert counts(taken) == (0, 0, 2)
    assert all("第 2 行" in one.why and "第 9 行" in one.why for one in taken.refused)
    assert status(book, "sex_wrong") == ("open", None)


def test_one_answer_given_twice_is_one_decision(book: Casebook) -> None:
    taken = apply_answers(book, [answer(book, "sex_wrong", 1), answer(book, "sex_wrong", 1, "电话问过", row=9)])
    assert counts(taken) == (2, 0, 0) and len(taken.facts) == 1
    ((reason,),) = book.connection.execute("SELECT reason FROM decision").fetchall()
    assert reason == "看过户口本；电话问过"


def test_two_documents_for_one_question_are_two_answers(book: Casebook) -> None:
    answers = [answer(book, "sex_wrong", 3, "身份证：男"), answer(book, "sex_wrong", 3, "户口本：女", row=9)]
    assert counts(apply_answers(book, answers)) == (0, 0, 2)


def test_rows_alike_in_every_value_share_the_answer(tmp_path: Path) -> None:
    twins = (
        "王大山 | 600101-1 | 男 | 云丰镇 | 青桥村 | . | . | . | . | .\n"
        "王大山 | 600101-1 | 男 | 云丰镇 | 青桥村 | . | . | . | . | .\n"
    )
    with new_book(tmp_path / "b.ruhu") as book:
        audited(book, PEOPLE.replace("王大山", "张小花").replace("600101-1", "650101-2"), PEOPLE + twins)
        rows = book.connection.execute("SELECT key, count(*) FROM finding GROUP BY key HAVING count(*) > 1").fetchall()
        assert rows
        for one, count in rows:
            taken = apply_answers(book, [Answer("云丰镇", 2, one, 6, "查")])
            assert counts(taken) == (1, 0, 0) and len(taken.facts) == count
            assert counts(apply_answers(book, [Answer("云丰镇", 2, one, 6, "查")])) == (0, 1, 0)


def test_a_file_does_not_overrule_another_auditor(book: Casebook) -> None:
    with acting(book, "张伟"):
        ruled(book, "sex_wrong", 2)
    taken = apply_answers(book, [answer(book, "sex_wrong", 1)])
    assert counts(taken) == (1, 0, 0) and taken.disputed == 1
    assert status(book, "sex_wrong") == ("conflict", None)
    assert counts(apply_answers(book, [answer(book, "sex_wrong", 1)])) == (0, 1, 0)
    with acting(book, "陈静"):  # a third one doesn't settle it by a file
        assert counts(apply_answers(book, [answer(book, "sex_wrong", 4)])) == (0, 0, 1)


def test_what_another_auditor_said_too_stands_already(book: Casebook) -> None:
    with acting(book, "张伟"):
        ruled(book, "sex_wrong", 2, reason="打过电话")
    assert counts(apply_answers(book, [answer(book, "sex_wrong", 2)])) == (0, 1, 0)


def test_one_s_own_answer_may_be_corrected(book: Casebook) -> None:
    ruled(book, "sex_wrong", 2)
    assert counts(apply_answers(book, [answer(book, "sex_wrong", 1)])) == (1, 0, 0)
    assert status(book, "sex_wrong") == ("settled", 1)


def test_an_old_file_does_not_undo_a_later_change_of_mind(book: Casebook) -> None:
    answers = [answer(book, "sex_wrong", 1)]
    apply_answers(book, answers)
    ruled(book, "sex_wrong", 2)
    taken = apply_answers(book, answers)
    assert counts(taken) == (0, 0, 1) and "以前读过" in taken.refused[0].why
    assert status(book, "sex_wrong") == ("settled", 2)


def test_what_was_undone_may_be_read_again(book: Casebook) -> None:
    answers = [answer(book, "sex_wrong", 1)]
    undo(book, apply_answers(book, answers).batch)
    assert counts(apply_answers(book, answers)) == (1, 0, 0)
    assert status(book, "sex_wrong") == ("settled", 1)


def test_answers_to_an_earlier_run_hold_or_come_back(book: Casebook) -> None:
    answers = [
        answer(book, "sex_wrong", 1),
        answer(book, "name_homophone", 1, row=3),
        answer(book, "id_checkdigit", 1, row=4),
    ]
    later = REGISTRY.replace("李桂方", "李桂芬").replace("550707-1!", "550707-1")
    audited(book, registry=later.replace("880505-3 | 女", "880505-3 | 女 "))
    assert not {one.key for one in answers[1:]} & {row[0] for row in book.connection.execute("SELECT key FROM finding")}
    taken = apply_answers(book, answers)
    assert counts(taken) == (3, 0, 0) and taken.older >= 2
    assert status(book, "sex_wrong") == ("settled", 1)
    outcomes = {one.question: (one.outcome, one.reason) for one in earlier_decisions(book)}
    assert outcomes["sex"] == ("holds", "")
    assert outcomes["name"] == ("returned", "卫健的姓名由「李桂方」改为「李桂芬」")
    assert outcomes["number"][0] == "mended"
    assert counts(apply_answers(book, answers)) == (0, 3, 0)


def test_answers_to_an_earlier_run_leave_later_decisions_alone(book: Casebook) -> None:
    old = answer(book, "name_homophone", 1)
    apply_answers(book, [old])
    audited(book, registry=REGISTRY.replace("李桂方", "李桂芬"))
    number = book.connection.execute("SELECT id FROM finding WHERE name = '李桂芳'").fetchone()[0]
    from audit.decisions import Ruling, decide

    decide(book, [number], Ruling(1, "又看过"))
    assert counts(apply_answers(book, [old])) == (0, 1, 0)
    decide(book, [number], Ruling(2, "改主意"))
    assert counts(apply_answers(book, [old])) == (0, 1, 0)  # it was read, then answered anew
    other = Answer("云丰镇", 2, old.key, 4, "都错")
    taken = apply_answers(book, [other])
    assert counts(taken) == (0, 0, 1) and "另有结论" in taken.refused[0].why
    assert book.connection.execute("SELECT status, verdict FROM finding WHERE id = ?", (number,)).fetchone() == (
        "settled",
        2,
    )


def test_what_came_back_is_confirmed_by_a_file(book: Casebook) -> None:
    apply_answers(book, [answer(book, "name_homophone", 1)])
    audited(book, registry=REGISTRY.replace("李桂方", "李桂芬"))
    ((now,),) = book.connection.execute("SELECT key FROM finding WHERE name = '李桂芳'").fetchall()
    assert counts(apply_answers(book, [Answer("云丰镇", 2, now, 1, "看过户口本")])) == (1, 0, 0)
    assert {one.outcome for one in earlier_decisions(book)} == {"holds"}


def test_pairs_in_doubt(book: Casebook) -> None:
    audited(book, PEOPLE, REVIEW)
    same = [answer(book, "id_valid_other", 8), answer(book, "name_homophone", 8, row=3)]
    taken = apply_answers(book, same)
    assert counts(taken) == (2, 0, 0) and len(taken.facts) == 1
    assert counts(apply_answers(book, same)) == (0, 2, 0)
    undo(book, taken.batch)
    assert counts(apply_answers(book, [same[0], answer(book, "name_homophone", 9, row=3)])) == (0, 0, 2)
    both = [answer(book, "id_valid_other", 8), answer(book, "name_homophone", 1, row=3)]
    assert counts(apply_answers(book, both)) == (2, 0, 0)
    assert status(book, "name_homophone") == ("unsigned", 8)
    taken = apply_answers(book, [answer(book, "name_homophone", 2)])
    assert counts(taken) == (0, 0, 1) and "复签" in taken.refused[0].why
    with acting(book, "张伟"):
        countersign(book, [finding(book, "id_valid_other")])
    assert status(book, "name_homophone") == ("settled", 1)
