"""A form filled in for a visit: each change a fact, taken back and done again over sittings, resumed as it was left."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks.torture.operations import digest, random_change
from casebook.errors import RuhuError
from casebook.store.casebook import Casebook, Writing, create_casebook
from casebook.store.clock import local_text
from survey_forms.interview import open_interview
from survey_forms.stored_forms import import_form
from survey_forms.visits.visit_list import visit_row
from tests.survey_forms.forms import xform
from tui.all_views import VIEWS

HOUSEHOLD = """
household.code  text     户编号    readonly={true()}
inner           int      内部编号  default=7
opened          calc     开始      calculate={once(random())}
size            int      人数      required={true()} constraint={. > 0 and . < 30}
income          decimal  收入      warning={. > 50000} warning_msg=太高了
member          repeat   家庭成员
  person.id     text     编号
  name          text     姓名
  sick          select1  是否患病  [1 是, 2 否]
  disease       text     病名      relevant={${sick} = '1'}
"""


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with create_casebook(tmp_path / "a.ruhu", name="县", author="刘敏", views=VIEWS) as made:
        yield made


@pytest.fixture
def visit(book: Casebook, tmp_path: Path) -> str:
    (tmp_path / "户表.xml").write_text(xform(HOUSEHOLD), encoding="utf-8")
    form = import_form(book, tmp_path / "户表.xml").id
    return planned(book, form, {"/data/code": "H1"}, ())


def planned(
    book: Casebook, form: str, prefill: dict[str, str], asks: tuple[str, ...], people: tuple[str, ...] = ()
) -> str:
    household = {"code": "H1", "township": "永和镇", "village": "青桥村", "head": "某某"}
    pairs = [["/data/code", "8"], *([ref, said] for ref, said in prefill.items() if ref != "/data/code")]
    body: dict[str, Any] = {"form": form, "household": household, "prefill": pairs, "asks": list(asks)}
    body["people"] = [{"person": person, "name": ""} for person in people]
    with book.writing() as writing:
        return writing.append("visit", body, area="永和镇/青桥村").id


def facts(book: Casebook) -> int:
    return int(book.connection.execute("SELECT count(*) FROM envelope WHERE kind = 'answer'").fetchone()[0])


@contextmanager
def no_room(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The casebook cannot be written."""

    def full(*_args: Any, **_told: Any) -> Any:
        raise RuhuError("disk_full", "磁盘满了")

    with monkeypatch.context() as patch:
        patch.setattr(Writing, "append", full)
        yield


def refused(change: Callable[[], object]) -> str:
    with pytest.raises(RuhuError) as raised:
        change()
    return raised.value.code


def test_looking_writes_nothing_and_the_first_answer_begins_it(book: Casebook, visit: str) -> None:
    interview = open_interview(book, visit)
    interview.leave("/data/size")
    assert facts(book) == 0 and visit_row(book, visit).state == "planned"
    assert interview.filling.value("/data/code") == "8"
    interview.answer("/data/size", "５")
    assert interview.filling.value("/data/size") == "5" and interview.visit.state == "draft"
    assert facts(book) == 2  # what the form was begun with, and the answer


def test_it_opens_again_exactly_as_it_was_left(book: Casebook, visit: str) -> None:
    interview = open_interview(book, visit)
    interview.answer("/data/size", "3")
    interview.answer("/data/member[1]/sick", "1")
    interview.answer("/data/member[1]/disease", "高血压")
    interview.answer("/data/member[1]/sick", "2")
    interview.remark("/data/size", "含新生儿")
    interview.leave("/data/member[1]/name")
    again = open_interview(book, visit)
    assert digest(again) == digest(interview)
    assert again.place == "/data/member[1]/name" and again.saved >= interview.saved
    assert again.filling.value("/data/opened") == interview.filling.value("/data/opened") != ""
    again.answer("/data/member[1]/sick", "1")
    assert again.filling.value("/data/member[1]/disease") == "高血压"


def test_a_change_that_cannot_be_saved_leaves_the_form_as_it_was(
    book: Casebook, visit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview = open_interview(book, visit)
    interview.answer("/data/size", "3")
    before, stored = digest(interview), facts(book)
    with no_room(monkeypatch):
        assert refused(lambda: interview.answer("/data/size", "4")) == "disk_full"
        assert refused(lambda: interview.add("/data/member")) == "disk_full"
        assert refused(lambda: interview.remark("/data/size", "说明")) == "disk_full"
        assert refused(interview.undo) == "disk_full"
    assert digest(interview) == before and facts(book) == stored
    interview.answer("/data/size", "4")
    assert digest(open_interview(book, visit)) == digest(interview)


def test_the_first_change_that_cannot_be_saved_begins_nothing(
    book: Casebook, visit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview = open_interview(book, visit)
    with no_room(monkeypatch):
        assert refused(lambda: interview.answer("/data/size", "4")) == "disk_full"
    assert facts(book) == 0
    interview.answer("/data/size", "4")
    assert digest(open_interview(book, visit)) == digest(interview)


def test_undo_and_redo_go_over_the_whole_interview_and_over_sittings(book: Casebook, visit: str) -> None:
    interview = open_interview(book, visit)
    states = []
    for change in (
        lambda: interview.answer("/data/size", "3"),
        lambda: interview.answer("/data/size", "4"),
        lambda: interview.add("/data/member"),
        lambda: interview.answer("/data/member[2]/name", "某乙"),
        lambda: interview.remark("/data/member[2]/name", "小名"),
        lambda: interview.remove("/data/member[1]"),
    ):
        states.append(dict(interview.filling.values()))
        change()
    last, notes = dict(interview.filling.values()), dict(interview.remarks)
    assert notes == {"/data/member[1]/name": "小名"}
    interview = open_interview(book, visit)
    for before in reversed(states):
        assert interview.undo() is not None
        assert interview.filling.values() == before
    assert interview.undo() is None and interview.undo_steps == 0 and interview.remarks == {}
    interview = open_interview(book, visit)
    assert interview.redo_steps == len(states)
    while interview.redo() is not None:
        pass
    assert interview.filling.values() == last and interview.remarks == notes


def test_an_answer_after_undo_leaves_nothing_to_redo(book: Casebook, visit: str) -> None:
    interview = open_interview(book, visit)
    interview.answer("/data/size", "3")
    interview.undo()
    interview.answer("/data/size", "4")
    assert interview.redo() is None and open_interview(book, visit).redo_steps == 0


def test_a_soft_check_wants_a_reason_and_a_new_value_a_new_one(book: Casebook, visit: str) -> None:
    interview = open_interview(book, visit)
    interview.answer("/data/size", "3")
    interview.answer("/data/income", "60000")
    assert interview.finish().warnings == (("/data/income", "太高了"),) and not interview.finish().ready
    interview.reason("/data/income", "当年卖房")
    assert interview.finish().ready
    interview.answer("/data/income", "70000")
    assert not interview.finish().ready and interview.reasons == {}
    interview.undo()
    assert interview.finish().ready and interview.reasons == {"/data/income": "当年卖房"}
    interview.answer("/data/income", "100")
    assert interview.finish().ready


def test_what_was_changed_elsewhere_is_never_written_over(book: Casebook, visit: str) -> None:
    here, there = open_interview(book, visit), open_interview(book, visit)
    there.answer("/data/size", "3")
    before = digest(here)
    assert refused(lambda: here.answer("/data/size", "4")) == "changed_elsewhere"
    assert refused(lambda: here.remark("/data/size", "说明")) == "changed_elsewhere"
    assert digest(here) == before and here.filling.value("/data/size") == ""
    assert open_interview(book, visit).filling.value("/data/size") == "3"


def test_a_visit_that_is_handed_in_can_be_looked_at_only(book: Casebook, visit: str) -> None:
    interview = open_interview(book, visit)
    assert refused(interview.submit) == "not_ready"
    interview.answer("/data/size", "3")
    interview.submit()
    assert interview.readonly and interview.visit.state == "township"
    stored = facts(book)
    for looked in (interview, open_interview(book, visit)):
        assert refused(lambda one=looked: one.answer("/data/size", "4")) == "handed_in"  # type: ignore[misc]
        looked.leave("/data/income")
    assert facts(book) == stored


def test_what_cannot_be_typed_is_refused_and_not_stored(book: Casebook, visit: str) -> None:
    interview = open_interview(book, visit)
    assert refused(lambda: interview.answer("/data/size", "三")) == "typed"
    assert refused(lambda: interview.answer("/data/nothing", "3")) == "no_such_ref"
    assert refused(lambda: interview.remark("/data/nothing", "说明")) == "no_such_ref"
    assert refused(lambda: interview.answer("/data/code", "3")) == "read_only"
    assert facts(book) == 0


def test_last_time_is_found_by_person_wherever_they_stand_now(book: Casebook, visit: str) -> None:
    first = open_interview(book, visit)
    first.answer("/data/size", "2")
    for ref, said in {"id": "P1", "name": "某甲", "sick": "1", "disease": "高血压"}.items():
        first.answer(f"/data/member[1]/{ref}", said)
    first.submit()
    form = visit_row(book, visit).form
    prefill = {"/data/member[1]/id": "P2", "/data/member[1]/name": "某乙"}
    second = open_interview(book, planned(book, form, prefill, ()))
    second.add("/data/member")
    second.answer("/data/member[2]/id", "P1")
    said = second.last_answer("/data/member[2]/disease")
    assert said is not None and said.text == "高血压" and str(said.where).startswith("刘敏，20")
    assert second.last_answer("/data/member[1]/disease") is None
    listed = second.last_answer("/data/member[1]/name")
    assert listed is not None and (listed.text, str(listed.where)) == ("某乙", "名单预填")
    size = second.last_answer("/data/size")
    assert size is not None and size.text == "2"


def test_last_time_is_the_day_it_was_handed_in(book: Casebook, visit: str) -> None:
    first = open_interview(book, visit)
    first.answer("/data/size", "2")
    first.submit()
    book.connection.execute("UPDATE visit SET updated = '2099-01-01T00:00:00.000Z'")  # by a review, say
    second = open_interview(book, planned(book, visit_row(book, visit).form, {}, ()))
    said = second.last_answer("/data/size")
    assert said is not None and str(said.where) == f"刘敏，{local_text(first.saved)[:10]}"


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_done_the_next_sitting_finds_it(book: Casebook, visit: str, seed: int) -> None:
    rng = random.Random(seed)
    interview = open_interview(book, visit)
    for _ in range(40):
        try:
            random_change(interview, rng)
        except RuhuError as error:
            assert error.category == "check", error.code
        if rng.random() < 0.1:
            assert digest(open_interview(book, visit)) == digest(interview)
            interview = open_interview(book, visit)
    assert digest(open_interview(book, visit)) == digest(interview)


def test_an_unknown_visit_is_told(book: Casebook) -> None:
    assert refused(lambda: open_interview(book, "0" * 32)) == "no_visit"



def test_the_household_before_answers_for_what_stays_the_same(book: Casebook, visit: str) -> None:
    first = open_interview(book, visit)
    assert first.as_before("/data/size") is None
    first.answer("/data/size", "2")
    first.answer("/data/size", "4")
    form = visit_row(book, visit).form
    second = open_interview(book, planned(book, form, {}, ()))
    assert second.as_before("/data/size") == "4" and second.as_before("/data/income") is None
    assert second.as_before("/data/code") == "8"
    other = book.acted_by("王小川")
    assert open_interview(other, second.visit.id).as_before("/data/size") is None


def test_a_person_of_the_lists_stays_and_an_added_one_may_go(book: Casebook, visit: str) -> None:
    form = visit_row(book, visit).form
    prefill = {"/data/member[1]/id": "P1", "/data/member[2]/id": "P2"}
    interview = open_interview(book, planned(book, form, prefill, (), ("P1", "P2")))
    interview.add("/data/member")
    before = digest(interview)
    assert refused(lambda: interview.remove("/data/member[2]")) == "listed"
    assert digest(interview) == before
    interview.remove("/data/member[3]")
    assert interview.filling.count("/data/member") == 2
