"""What a finding's status is: decided, signed, passed on, come back, in conflict; over runs and over devices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.decisions import Ruling, countersign, decide, undo
from audit.detail import finding_detail
from casebook.errors import RuhuError
from casebook.store.casebook import Casebook
from tests.audit.casebooks import (
    HEAD,
    KEY_NAMES,
    KEYS,
    acting,
    audited,
    carry,
    finding,
    give,
    kinds,
    live,
    new_book,
    rebuilt,
    ruled,
    second_device,
    status,
)
from tests.audit.histories import PEOPLE, changed

HOMOPHONE, CHECK_DIGIT, OTHER_NUMBER, SEX = 0b1, 0b10, 0b100, 0b1000
REVIEW = 0b1_0000_0000
REGISTRY = changed(HOMOPHONE | CHECK_DIGIT | OTHER_NUMBER | SEX)
BIGGER = PEOPLE.replace("户主 | 3", "户主 | 4").replace("配偶 | 3", "配偶 | 4").replace("之子 | 3", "之子 | 4")


@pytest.fixture(params=KEYS, ids=KEY_NAMES)
def book(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Casebook]:
    """With four findings of a pair each; whatever a test does, views are what a rebuild comes to."""
    with new_book(tmp_path / "a.ruhu", key=request.param) as made:
        audited(made, PEOPLE, REGISTRY)
        yield made
        assert live(made) == rebuilt(made)


@pytest.fixture
def other(book: Casebook, tmp_path: Path) -> Iterator[Casebook]:
    """Another device, of 张伟, that has all of this one's facts so far."""
    with second_device(book, tmp_path / "b.ruhu", "张伟") as made:
        yield made


def signed(book: Casebook, kind: str, by: str) -> tuple[str, ...]:
    with acting(book, by):
        return countersign(book, [finding(book, kind)])


def test_nothing_is_decided_at_first(book: Casebook) -> None:
    assert [status(book, kind) for kind, _name in kinds(book)] == [("open", None)] * 4


@pytest.mark.parametrize(
    ("verdict", "then"),
    [(1, "settled"), (2, "settled"), (3, "settled"), (4, "settled"), (5, "pending"), (6, "referred"), (7, "visit")],
)
def test_a_verdict_settles_or_passes_on(book: Casebook, verdict: int, then: str) -> None:
    ruled(book, "id_checkdigit", verdict, document="身份证", value="x")
    assert status(book, "id_checkdigit") == (then, verdict)
    assert status(book, "name_homophone") == ("open", None)


def test_severity_a_wants_another_signer(book: Casebook) -> None:
    ruled(book, "id_valid_other", 1)
    assert status(book, "id_valid_other") == ("unsigned", 1)
    with pytest.raises(RuhuError) as raised:
        signed(book, "id_valid_other", "刘敏")
    assert (raised.value.code, raised.value.category) == ("same_signer", "usage")
    (signature,) = signed(book, "id_valid_other", "张伟")
    assert status(book, "id_valid_other") == ("settled", 1)
    assert finding_detail(book, finding(book, "id_valid_other")).history[-1].countersigned_by == "张伟"
    undo(book, signature)
    assert status(book, "id_valid_other") == ("unsigned", 1)
    signed(book, "id_valid_other", "陈静")
    assert status(book, "id_valid_other") == ("settled", 1)


def test_the_deciders_own_signature_from_elsewhere_does_not_count(book: Casebook, other: Casebook) -> None:
    """Another device may hold it, made by a program that did not ask."""
    (decision,) = ruled(book, "id_valid_other", 1)
    carry(book, other)
    with acting(other, "刘敏"), other.writing() as writing:
        writing.append("countersign", {"decision": decision}, parents=[decision])
    carry(other, book)
    assert status(book, "id_valid_other") == ("unsigned", 1)


def test_only_what_waits_is_signed(book: Casebook) -> None:
    ruled(book, "id_valid_other", 7)
    ruled(book, "id_checkdigit", 1)
    for kind in ("id_valid_other", "id_checkdigit", "sex_wrong"):
        with pytest.raises(RuhuError) as raised:
            signed(book, kind, "张伟")
        assert raised.value.code == "not_unsigned"


def test_a_new_decision_wants_a_new_signature(book: Casebook) -> None:
    ruled(book, "id_valid_other", 1)
    signed(book, "id_valid_other", "张伟")
    ruled(book, "id_valid_other", 2)
    assert status(book, "id_valid_other") == ("unsigned", 2)


def test_a_decision_holds_while_its_values_stand(book: Casebook) -> None:
    ruled(book, "id_checkdigit", 1)
    lines = REGISTRY.replace("李桂方", "李桂访").splitlines()
    audited(book, PEOPLE, "\n".join(reversed(lines)))
    assert status(book, "id_checkdigit") == ("settled", 1)


def test_a_decision_comes_back_when_a_value_changes(book: Casebook) -> None:
    ruled(book, "name_homophone", 1)
    audited(book, "", REGISTRY.replace("李桂方", "李贵芳"))
    assert status(book, "name_homophone") == ("returned", 1)
    told = finding_detail(book, finding(book, "name_homophone")).returned
    assert "1采用花名册" in told and "刘敏" in told and "卫健的姓名由「李桂方」改为「李贵芳」" in told
    ruled(book, "name_homophone", 2)
    assert status(book, "name_homophone") == ("settled", 2)
    audited(book, "", REGISTRY)
    assert status(book, "name_homophone") == ("returned", 2)


def test_values_that_come_back_bring_the_decision_back(book: Casebook) -> None:
    ruled(book, "name_homophone", 1)
    audited(book, "", REGISTRY.replace("李桂方", "李贵芳"))
    audited(book, "", REGISTRY)
    assert status(book, "name_homophone") == ("settled", 1)


def test_who_was_left_out_for_a_month_brings_the_decision_back_in_force(book: Casebook) -> None:
    ruled(book, "id_checkdigit", 1)
    without = "".join(line for line in REGISTRY.splitlines(keepends=True) if "赵铁柱" not in line)
    audited(book, "", without)
    assert status(book, "missing_in_registry", "赵铁柱") == ("open", None)
    audited(book, "", REGISTRY)
    assert status(book, "id_checkdigit") == ("settled", 1)


def test_a_decision_comes_back_when_the_people_are_others(book: Casebook) -> None:
    """Left out for so many imports, whoever is listed there now counts as somebody else."""
    ruled(book, "id_checkdigit", 1)
    without = "".join(line for line in REGISTRY.splitlines(keepends=True) if "赵铁柱" not in line)
    for month in range(5):
        give(book, "registry", without.replace("柳林村", f"柳林村{month}组"))
    audited(book, "", REGISTRY)
    assert status(book, "id_checkdigit") == ("returned", 1)
    assert "涉及的人变了" in finding_detail(book, finding(book, "id_checkdigit")).returned


def test_a_household_is_decided_once(book: Casebook) -> None:
    audited(book, PEOPLE, BIGGER)
    ruled(book, "hh_size", 1)
    assert status(book, "hh_size") == ("settled", 1)


def test_a_households_decision_holds_while_shared_members_stand(book: Casebook) -> None:
    audited(book, PEOPLE, BIGGER)
    ruled(book, "hh_size", 1)
    born = "王新生 | 200101-5 | 男 | 云丰镇 | 青桥村 | H001 | P009 | 之子 | {} | .\n"
    audited(book, PEOPLE + born.format(3), BIGGER + born.format(4))
    assert status(book, "hh_size") == ("settled", 1)
    audited(book, "", (BIGGER + born.format(4)).replace("| 4 |", "| 5 |"))
    assert status(book, "hh_size") == ("returned", 1)
    assert "由「4」改为「5」" in finding_detail(book, finding(book, "hh_size")).returned


def test_deciding_one_half_of_a_household_leaves_the_other_half_decided(book: Casebook) -> None:
    """The son has a household of his own by now; what was decided for all holds for both."""
    audited(book, PEOPLE, BIGGER)
    ruled(book, "hh_size", 6)
    apart = ("H001 | P003 | 之子", "H009 | P003 | 户主")
    audited(book, PEOPLE.replace(*apart), BIGGER.replace(*apart))
    assert status(book, "hh_size", "王大山") == status(book, "hh_size", "王小山") == ("referred", 6)
    (own,) = ruled(book, "hh_size", 1, "王大山")
    assert status(book, "hh_size", "王大山") == ("settled", 1)
    assert status(book, "hh_size", "王小山") == ("referred", 6)
    undo(book, own)
    assert status(book, "hh_size", "王大山") == ("referred", 6)


def test_two_devices_that_disagree_are_in_conflict(book: Casebook, other: Casebook) -> None:
    ruled(book, "sex_wrong", 1)
    ruled(other, "sex_wrong", 2)
    carry(other, book)
    carry(book, other)
    for one in (book, other):
        assert status(one, "sex_wrong") == ("conflict", None)
        told = finding_detail(one, finding(one, "sex_wrong")).conflict
        assert {(entry.author, entry.verdict) for entry in told} == {("刘敏", 1), ("张伟", 2)}
    ruled(other, "sex_wrong", 1)
    carry(other, book)
    assert status(book, "sex_wrong") == status(other, "sex_wrong") == ("settled", 1)


def test_one_verdict_with_another_value_is_a_conflict(book: Casebook, other: Casebook) -> None:
    ruled(book, "id_checkdigit", 3, document="身份证", value="一")
    ruled(other, "id_checkdigit", 3, document="身份证", value="二")
    carry(other, book)
    assert status(book, "id_checkdigit") == ("conflict", None)


@pytest.mark.parametrize("verdict", [3, 4])
def test_one_verdict_with_another_text_is_a_conflict_where_the_text_is_what_is_decided(
    book: Casebook, other: Casebook, verdict: int
) -> None:
    ruled(book, "id_checkdigit", verdict, reason="身份证上是一")
    ruled(other, "id_checkdigit", verdict, reason="身份证上是二")
    carry(other, book)
    assert status(book, "id_checkdigit") == ("conflict", None)


def test_a_conflict_ends_when_one_side_takes_back(book: Casebook, other: Casebook) -> None:
    ruled(book, "sex_wrong", 1)
    (theirs,) = ruled(other, "sex_wrong", 2)
    carry(other, book)
    undo(other, theirs)
    carry(other, book)
    assert status(book, "sex_wrong") == ("settled", 1)


def test_two_devices_that_agree_are_no_conflict(book: Casebook, other: Casebook) -> None:
    ruled(book, "sex_wrong", 1)
    ruled(other, "sex_wrong", 1, reason="我也查过")
    carry(other, book)
    assert status(book, "sex_wrong") == ("settled", 1)


def test_an_answer_to_anothers_decision_is_no_conflict(book: Casebook, other: Casebook) -> None:
    ruled(book, "sex_wrong", 1)
    carry(book, other)
    ruled(other, "sex_wrong", 2)
    carry(other, book)
    assert status(book, "sex_wrong") == ("settled", 2)


def test_a_signature_that_arrives_before_its_decision(book: Casebook, other: Casebook, tmp_path: Path) -> None:
    ruled(book, "id_valid_other", 1)
    carry(book, other)
    signed(other, "id_valid_other", "张伟")
    with new_book(tmp_path / "c.ruhu", "陈静") as third:
        carry(other, third, max)
        assert status(third, "id_valid_other") == ("settled", 1)
        assert live(third) == rebuilt(third)


def review(book: Casebook) -> list[tuple[str, str | None]]:
    return book.connection.execute(
        "SELECT kind, status FROM finding WHERE name = '吴小满' AND review ORDER BY kind"
    ).fetchall()


def test_a_pair_told_to_be_one_person(book: Casebook) -> None:
    audited(book, PEOPLE, changed(REVIEW))
    assert review(book) == [("id_valid_other", "open"), ("name_homophone", "open")]
    ruled(book, "id_valid_other", 8)
    assert review(book) == [("id_valid_other", "unsigned"), ("name_homophone", "unsigned")]
    signed(book, "id_valid_other", "张伟")
    assert ruled(book, "id_valid_other", 8) == ()
    assert review(book) == []
    assert status(book, "id_valid_other") == status(book, "name_homophone") == ("open", None)
    ruled(book, "name_homophone", 1)
    audited(book)
    assert review(book) == []
    assert status(book, "name_homophone") == ("settled", 1)
    states = book.connection.execute("SELECT DISTINCT state FROM joined").fetchall()
    assert ("review",) not in states


def test_a_pair_told_to_be_two_people(book: Casebook) -> None:
    audited(book, PEOPLE, changed(REVIEW))
    (decision,) = ruled(book, "name_homophone", 9)
    assert status(book, "name_homophone") == status(book, "id_valid_other") == ("unsigned", 9)
    signed(book, "name_homophone", "张伟")
    assert status(book, "name_homophone") == status(book, "id_valid_other") == ("settled", 9)
    audited(book)
    assert kinds(book) == [("missing_in_registry", "吴小满"), ("missing_in_roster", "吴小曼")]
    undo(book, decision)
    audited(book)
    assert len(review(book)) == 2


def test_a_pair_on_which_two_disagree_is_in_conflict(book: Casebook, tmp_path: Path) -> None:
    audited(book, PEOPLE, changed(REVIEW))
    with second_device(book, tmp_path / "c.ruhu", "张伟") as third:
        ruled(book, "name_homophone", 8)
        ruled(third, "name_homophone", 9)
        carry(third, book)
    assert status(book, "name_homophone") == status(book, "id_valid_other") == ("conflict", None)
    ruled(book, "name_homophone", 8)
    signed(book, "name_homophone", "张伟")
    assert review(book) == []


@pytest.mark.parametrize("verdict", [8, 9])
def test_a_pair_of_severity_a_waits_for_its_signature_over_runs(book: Casebook, verdict: int) -> None:
    """Else the next run would part or join the two, and with the finding the missing signature would be gone."""
    audited(book, PEOPLE, changed(REVIEW))
    ruled(book, "name_homophone", verdict)
    for _again in range(2):
        audited(book)
        assert review(book) == [("id_valid_other", "unsigned"), ("name_homophone", "unsigned")]
    signed(book, "id_valid_other", "张伟")
    audited(book)
    assert review(book) == []


def test_a_conflict_about_a_pair_is_shown_again_by_the_next_run(book: Casebook, tmp_path: Path) -> None:
    """The program takes no side: neither are they joined, nor parted, until the two agree."""
    audited(book, PEOPLE, changed(REVIEW))
    with second_device(book, tmp_path / "c.ruhu", "张伟") as third:
        for one, verdict in ((book, 8), (third, 9)):
            ruled(one, "name_homophone", verdict)
            signed(one, "name_homophone", "陈静")
        carry(third, book)
    for _again in range(2):
        audited(book)
        assert review(book) == [("id_valid_other", "conflict"), ("name_homophone", "conflict")]


def test_a_pair_without_severity_a_is_told_at_once(book: Casebook) -> None:
    """Its numbers are blank: nothing of severity A is in it."""
    audited(book, PEOPLE, changed(0b10_0000_0000))
    (number,) = book.connection.execute("SELECT id FROM finding WHERE review ORDER BY id LIMIT 1").fetchone()
    assert book.connection.execute("SELECT count(*) FROM finding WHERE review AND severity = 'A'").fetchone() == (0,)
    decide(book, [number], Ruling(8))
    assert book.connection.execute("SELECT count(*) FROM finding WHERE review").fetchone() == (0,)


def test_values_of_a_pair_are_not_decided_under_a_verdict_about_the_pair(book: Casebook) -> None:
    """It would be saved and never shown."""
    audited(book, PEOPLE, changed(REVIEW))
    ruled(book, "name_homophone", 9)
    for verdict in (1, 7):
        with pytest.raises(RuhuError) as raised:
            ruled(book, "name_homophone", verdict)
        assert (raised.value.code, raised.value.category) == ("pair_judged", "usage")
    ruled(book, "name_homophone", 8)
    with pytest.raises(RuhuError):
        ruled(book, "name_homophone", 1)
    signed(book, "name_homophone", "张伟")
    ruled(book, "name_homophone", 1)
    assert status(book, "name_homophone") == ("settled", 1)


def test_only_a_pair_in_review_is_told_to_be_one_or_two(book: Casebook) -> None:
    for verdict in (8, 9):
        with pytest.raises(RuhuError) as raised:
            ruled(book, "name_homophone", verdict)
        assert raised.value.code == "not_in_review"


def test_a_decision_outlives_a_run_that_is_taken_back(book: Casebook) -> None:
    ruled(book, "id_checkdigit", 1)
    second = audited(book, "", changed(HOMOPHONE))
    undo(book, second.run)
    assert status(book, "id_checkdigit") == ("settled", 1)


def test_findings_of_one_question_share_the_answer(book: Casebook) -> None:
    """A village name is one question, however many people live there."""
    homes = "".join(
        f"{name} | 6{n}0101-{n} | 男 | 河口乡 | {{}} | H10{n} | P10{n} | 户主 | 1 | .\n"
        for n, name in enumerate(("冯一", "陈二", "褚三", "卫四", "蒋五", "沈六"))
    )
    audited(book, HEAD + PEOPLE + homes.format(*["松林村"] * 6), HEAD + PEOPLE + homes.format(*["新风村"] * 6))
    assert ("village_alias", "") in kinds(book), kinds(book)
    decide(book, [finding(book, "village_alias")], Ruling(1))
    assert status(book, "village_alias") == ("settled", 1)
    audited(book)
    assert status(book, "village_alias") == ("settled", 1)
