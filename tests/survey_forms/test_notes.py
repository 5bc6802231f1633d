"""Remarks and reasons stay with their question when repeat instances come and go."""

from __future__ import annotations

from survey_forms.filling.op import Op
from survey_forms.notes import Notes


def notes(**remarks: str) -> Notes:
    """`m1_x="说明"` is a remark on /data/m[1]/x."""
    return Notes(remarks={f"/data/{key[0]}[{key[1]}]/{key[3:]}": said for key, said in remarks.items()})


def test_a_remark_is_kept_by_its_question_until_it_is_emptied() -> None:
    after = Notes().after(Op("remark", "/data/a", "不在家"))
    assert after.remarks == {"/data/a": "不在家"} and after.reasons == {}
    assert after.after(Op("remark", "/data/a", "")).remarks == {}


def test_a_new_answer_wants_a_new_reason_but_keeps_its_remark() -> None:
    before = Notes(remarks={"/data/a": "说明"}, reasons={"/data/a": "属实", "/data/b": "属实"})
    after = before.after(Op("answer", "/data/a", "3"))
    assert after == Notes(remarks={"/data/a": "说明"}, reasons={"/data/b": "属实"})


def test_notes_move_up_when_an_instance_before_them_goes() -> None:
    before = notes(m1_x="甲", m2_x="乙", m3_x="丙", n2_x="别处")
    after = before.after(Op("remove", "/data/m[2]"))
    assert after.remarks == notes(m1_x="甲", m2_x="丙", n2_x="别处").remarks


def test_notes_make_room_when_an_instance_comes_back() -> None:
    before = notes(m1_x="甲", m2_x="丙")
    assert before.after(Op("put", "/data/m[2]")).remarks == notes(m1_x="甲", m3_x="丙").remarks


def test_notes_of_an_inner_repeat_move_with_its_own_instances_only() -> None:
    before = Notes(remarks={"/data/m[2]/d[1]/c": "一", "/data/m[2]/d[2]/c": "二", "/data/m[1]/d[2]/c": "他"})
    after = before.after(Op("remove", "/data/m[2]/d[1]"))
    assert after.remarks == {"/data/m[2]/d[1]/c": "二", "/data/m[1]/d[2]/c": "他"}


def test_what_takes_a_note_back_is_the_note_before_it() -> None:
    before = Notes(reasons={"/data/a": "属实"})
    assert before.before(Op("reason", "/data/a", "看过证")) == Op("reason", "/data/a", "属实")
    assert before.before(Op("remark", "/data/a", "看过证")) == Op("remark", "/data/a", "")
