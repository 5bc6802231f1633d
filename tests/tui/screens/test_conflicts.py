"""Two machines that answered the same question: the reviewer sees both, whoever fills in settles it on the question."""

from __future__ import annotations

from pathlib import Path

from casebook.store.casebook import create_casebook
from survey_forms.interview import open_interview
from survey_forms.stored_forms import import_form
from survey_forms.visits.visit_list import visit_row
from tests.audit.casebooks import carry
from tests.survey_forms.forms import xform
from tests.survey_forms.test_interview import planned
from tui.all_views import VIEWS
from tui.screens.entry_finish import troubles_of
from tui.screens.entry_session import Session
from tui.screens.review_lines import sheet_lines
from tui.screens.review_sheet import review_sheet

FORM = """
sick    select1  是否患病  [1 是, 2 否]
income  int      收入
"""


def test_from_both_answers_to_one(tmp_path: Path) -> None:
    (tmp_path / "户表.xml").write_text(xform(FORM), encoding="utf-8")
    with (
        create_casebook(tmp_path / "a.ruhu", name="县", author="刘敏", views=VIEWS) as here,
        create_casebook(tmp_path / "b.ruhu", name="县", author="陈静", views=VIEWS) as there,
    ):
        visit = planned(here, import_form(here, tmp_path / "户表.xml").id, {}, ())
        carry(here, there)
        for book, code in ((here, "1"), (there, "2")):
            open_interview(book, visit).answer("/data/sick", code)
        carry(there, here)
        sheet = review_sheet(here, visit)
        assert sheet is not None
        said = ["".join(text for text, _role in line) for line in sheet_lines(sheet, None, 60)]
        assert said[0] == "冲突" and "是否患病" in said[1]
        assert "是  刘敏" in said[2] and "否  陈静" in said[3]

        session = Session(open_interview(here, visit))
        (trouble,) = troubles_of(session, session.interview.finish())
        assert trouble.ref == "/data/sick" and trouble.kind == "wrong" and "陈静" in trouble.said
        assert session.go_to(trouble.ref)
        assert session.enter() == "clash" and visit_row(here, visit).conflict
        assert session.enter() == "on" and not visit_row(here, visit).conflict
        assert session.here is not None and session.here.ref == "/data/income"
        assert session.interview.finish().ready and session.interview.filling.value("/data/sick") == "2"
