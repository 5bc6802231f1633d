"""Visits for tests without a form: facts as the program writes them, and who does what with them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from casebook.store.casebook import Casebook, create_casebook
from casebook.store.facts import area_of
from survey_forms.visits.visit_list import VisitRow, visit_row
from tui.all_views import VIEWS

PLACES = (("云丰镇", "青桥村"), ("云丰镇", "白石村"), ("河口乡", "柳林村"))
FORM = "f" * 32


def new_book(folder: Path, author: str = "刘敏") -> Casebook:
    return create_casebook(folder, name="测试县", author=author, views=VIEWS)


def plan_one(
    book: Casebook,
    household: str = "H001",
    names: Sequence[str] = ("王大山", "李桂芳"),
    place: tuple[str, str] = PLACES[0],
    plan: str = "p1",
    asks: Sequence[str] = (),
) -> str:
    """A planned visit: its id."""
    township, village = place
    body = {
        "form": FORM, "round": "2026", "plan": plan, "prefill": [["/data/household/head", names[0]]],
        "household": {"code": household, "township": township, "village": village, "head": names[0]},
        "people": [{"person": f"P{household}{number}", "name": name} for number, name in enumerate(names)],
        "asks": list(asks),
    }  # fmt: skip
    with book.writing() as writing:
        return writing.append("visit", body, area=area_of(township, village), parents=[FORM]).id


def enter(book: Casebook, visit: str, ref: str = "/data/a", value: str = "1", op: str = "answer") -> str:
    """Something entered into a visit: the id of the fact."""
    told = {"op": op, "ref": ref, "value": value, "also": []}
    body = {"visit": visit, **told, "undo": told | {"value": ""}, "undoes": "", "redoes": ""}
    with book.writing() as writing:
        return writing.append("answer", body, area=row(book, visit).area, parents=[visit]).id


def hand_in(book: Casebook, visit: str, by: str = "", replaces: Sequence[str] = ()) -> str:
    """A submission: the id of the fact."""
    body = {
        "visit": visit, "xml": "<data/>", "instance": f"uuid:{visit[:4]}{len(replaces)}", "replaces": "", "asks": [],
        "outcome": {"consent": "1", "household": "1", "people": []}, "reasons": [],
    }  # fmt: skip
    with (book.acted_by(by) if by else book).writing() as writing:
        return writing.append("submission", body, area=row(book, visit).area, parents=[visit, *replaces]).id


def report(book: Casebook, *visits: str, earlier: Sequence[str] = (), number: int = 1) -> str:
    """A batch that has these visits as they stand, by what is in it and in earlier ones: the id of the fact."""
    body = {
        "number": number, "format": {"name": "t", "title": "表", "version": "1", "sha256": "0" * 64}, "files": [],
        "rows": 0, "left_out": 0, "included": [], "head": {"device": "", "seq": 0, "digest": ""}, "digests": {},
        "visits": [[visit, row(book, visit).submission, list(earlier)] for visit in visits],
    }  # fmt: skip
    with book.writing() as writing:
        return writing.append("batch", body).id


def unreport(book: Casebook, batch: str, reason: str = "换模板") -> str:
    """A batch revoked: the id of the fact."""
    with book.writing() as writing:
        return writing.append("revoke", {"batch": batch, "reason": reason}, parents=[batch]).id


def reject(book: Casebook, visit: str, reason: str = "疾病代码不存在", submission: str = "") -> str:
    """The province's return of a visit, of what was handed in last unless told: the id of the fact."""
    submission = submission or row(book, visit).submission
    body = {
        "visit": visit, "submission": submission, "step": "return", "at": "reported", "reason": reason,
        "refs": ["/data/a"],
    }  # fmt: skip
    with book.writing() as writing:
        return writing.append("review", body, area=row(book, visit).area, parents=[visit, submission]).id


def row(book: Casebook, visit: str) -> VisitRow:
    return visit_row(book, visit)
