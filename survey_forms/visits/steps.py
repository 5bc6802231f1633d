"""The way of a visit through the house (上交、审核、退回、撤回). Whoever reviews is never who handed in, and 县审 is
never done by the person of 乡审."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook, Writing
from casebook.store.sqlite import Connection
from survey_forms.submissions.xml_in import values_of
from survey_forms.visits.handed_in import other_answers, refusal
from survey_forms.visits.outcomes import asks_answered, outcome
from survey_forms.visits.phone_values import says_all
from survey_forms.visits.states import FILLABLE, IN_REVIEW, RETURNABLE, STATE_NAMES
from survey_forms.visits.visit_list import HANDLE, VisitRow, no_visit, rows_of

if TYPE_CHECKING:
    from survey_forms.interview import Finished, Interview

_SHOWN = 8
"""Questions that an error names."""


class NotReady(RuhuError):
    """A case that can't be handed in; `finished` holds what is in its way."""

    def __init__(self, finished: Finished, what: str) -> None:
        super().__init__("not_ready", what, _("请改正，或给软检查写明理由，再上交"), category="check")
        self.finished = finished


def submit(interview: Interview) -> str:
    """Hand in (上交) what was filled: the id of the submission.

    Raises NotReady while there are problems, or soft checks without a reason; RuhuError (check) when the visit was
    changed elsewhere meanwhile.
    """
    finished = interview.finish()
    if not finished.ready:
        raise NotReady(finished, _in_the_way(interview, finished))
    with interview.book.writing() as writing:
        interview.refuse_changed_elsewhere(writing.connection)
        return submission_in(writing, interview, f"uuid:{uuid.uuid4()}", interview.reasons)


def submission_in(
    writing: Writing, interview: Interview, instance: str, reasons: Mapping[str, str], received: str = ""
) -> str:
    """The submission inside an open transaction; its id. `received` is the XML of a phone that was laid over the
    filling: it is handed in as it is where it says all that the filling does, else it is kept beside that. Raises
    RuhuError (usage) for a visit that is handed in already."""
    connection, filling = writing.connection, interview.filling
    row = _row(connection, interview.visit.id)
    if row.state not in FILLABLE:
        raise _usage("handed_in", _("入户 {visit} 已经上交").format(visit=row.handle), _("要改请先撤回"))
    whole = bool(received) and says_all(filling, values_of(received, filling.definition).values)
    before, taken_along = _instance(connection, row.submission), _taken_along(connection, row.id)
    body: dict[str, Any] = {
        "visit": row.id,
        "xml": received if whole else filling.submission_xml(deprecated=before, instance=instance),
        "instance": instance,
        "replaces": row.submission,
        "asks": [answer for answer in asks_answered(filling) if answer["ask"] in taken_along],
        "outcome": outcome(filling),
        "reasons": sorted(reasons.items()),
        "remarks": sorted(interview.remarks.items()),
        "answers": list(interview.heads),
    }
    if received and not whole:
        body["received"] = received
    return writing.append("submission", body, area=row.area, parents=[row.id, *_heads(connection, row.id)]).id


def _taken_along(connection: Connection, visit: str) -> frozenset[str]:
    """The asks of a visit: a phone's file may name any."""
    rows = connection.execute("SELECT ask FROM visit_ask WHERE visit = ?", (visit,))
    return frozenset(ask for (ask,) in rows)


def _in_the_way(interview: Interview, finished: Finished) -> str:
    """How many problems there are, and the numbers of the first questions: a label may hold a name."""
    numbers = {entry.ref: entry.number for entry in interview.filling.outline()}
    refs = dict.fromkeys([problem.ref for problem in finished.problems] + [ref for ref, _said in finished.warnings])
    told = [numbers.get(ref) or ref for ref in refs]
    what = _("还有 {problems} 处错误、{warnings} 处没写理由的提醒：{questions}").format(
        problems=len(finished.problems), warnings=len(finished.warnings), questions=_("、").join(told[:_SHOWN])
    )
    return what + (_("……") if len(told) > _SHOWN else "")


def _heads(connection: Connection, visit: str) -> list[str]:
    """The submissions of a visit that no other one replaces."""
    import json

    rows = connection.execute(
        "SELECT fact, parents FROM visit_step WHERE visit = ? AND kind = 'submission' ORDER BY clock, fact", (visit,)
    ).fetchall()
    replaced = {parent for _fact, parents in rows for parent in json.loads(parents)}
    return [fact for fact, _parents in rows if fact not in replaced]


def _instance(connection: Connection, submission: str) -> str:
    row = connection.execute("SELECT instance FROM visit_step WHERE fact = ?", (submission,)).fetchone()
    return row[0] if row else ""


# Reviews


def may_review(row: VisitRow, author: str) -> RuhuError | None:
    """Why this person can't pass or return this visit now; None when they can."""
    if row.state == "reported":
        what = _("入户 {visit} 已经上报，不能退回").format(visit=row.handle)
        return _usage("reported", what, _("请先撤销那一批（ruhu batch revoke），或导入省里的反馈"))
    if row.state not in RETURNABLE:
        what = _("入户 {visit} 现在是「{state}」，不在审核中").format(visit=row.handle, state=_(STATE_NAMES[row.state]))
        return _usage("not_in_review", what, _("待乡审、待县审的才能审"))
    if author == row.submitted_by:
        what = _("入户 {visit} 是你自己上交的，不能自己审").format(visit=row.handle)
        return _usage("own_submission", what, _("请换一个人审核（--user）"))
    return None


def may_pass(row: VisitRow, author: str) -> RuhuError | None:
    """The same for passing alone."""
    if row.state not in IN_REVIEW:
        what = _("入户 {visit} 现在是「{state}」，不在审核中").format(visit=row.handle, state=_(STATE_NAMES[row.state]))
        return _usage("not_in_review", what, _("待乡审、待县审的才能审"))
    if row.conflict:
        what = _("入户 {visit} 在两台电脑上填的不一样，或各交过一份").format(visit=row.handle)
        return _usage("two_submissions", what, _("请先退回，由调查人核对后重交"))
    if row.state == "county" and author == row.reviewer:
        what = _("入户 {visit} 的乡审是你做的，县审要换一个人").format(visit=row.handle)
        return _usage("same_reviewer", what, _("请换一个人审核（--user）"))
    return may_review(row, author)


def may_recall(row: VisitRow, author: str) -> RuhuError | None:
    """Why this person can't take this visit back (撤回)."""
    if row.state != "township":
        what = _("入户 {visit} 现在是「{state}」，不能撤回").format(visit=row.handle, state=_(STATE_NAMES[row.state]))
        return _usage("not_to_recall", what, _("上交以后、乡审以前可以撤回；再往后请审核人退回"))
    if author != row.submitted_by:
        what = _("入户 {visit} 不是你上交的").format(visit=row.handle)
        return _usage("not_own_submission", what, _("请由上交的人撤回，或由审核人退回"))
    return None


def pass_on(book: Casebook, ids: Sequence[str]) -> tuple[str, ...]:
    """Pass visits (通过) in the state each is in, 乡审 or 县审: all of them or none; the ids of the new facts.

    Raises RuhuError (usage) for an unknown visit, one that is not in review, and when this person may not; (check) for
    one whose submission is not what its answers say.
    """
    with book.writing() as writing:
        rows = _allowed(writing.connection, ids, lambda row: may_pass(row, book.author))
        for row in rows:
            if other_answers(book, writing.connection, row):
                raise refusal(row)
        return tuple(_review(writing, row, "pass") for row in rows)


def send_back(book: Casebook, identity: str, reason: str, refs: Sequence[str] = ()) -> str:
    """Return a visit (退回) to its surveyor: for what reason, which questions are meant; the id of the new fact.

    Raises RuhuError (usage) without a reason, and as `pass_on`.
    """
    return send_back_all(book, [identity], reason, refs)[0]


def send_back_all(book: Casebook, ids: Sequence[str], reason: str, refs: Sequence[str] = ()) -> tuple[str, ...]:
    """The same for several, all of them or none."""
    if not reason.strip():
        raise _usage("no_reason", _("退回要写明理由"), _("请写清楚哪里不对、要怎么改"))
    with book.writing() as writing:
        rows = _allowed(writing.connection, ids, lambda row: may_review(row, book.author))
        return tuple(_review(writing, row, "return", reason.strip(), refs) for row in rows)


def recall(book: Casebook, identity: str) -> str:
    """Take back (撤回) what one handed in oneself, before anybody reviewed it; the id of the new fact.

    Raises RuhuError (usage) when it was passed already, or somebody else handed it in.
    """
    return recall_all(book, [identity])[0]


def recall_all(book: Casebook, ids: Sequence[str]) -> tuple[str, ...]:
    """The same for several, all of them or none."""
    with book.writing() as writing:
        rows = _allowed(writing.connection, ids, lambda row: may_recall(row, book.author))
        return tuple(_review(writing, row, "recall") for row in rows)


def _allowed(
    connection: Connection, ids: Sequence[str], why_not: Callable[[VisitRow], RuhuError | None]
) -> list[VisitRow]:
    """The visits of these ids, each once. Raises what `why_not` says of the first that may not."""
    rows = [_row(connection, identity) for identity in dict.fromkeys(ids)]
    for row in rows:
        if (error := why_not(row)) is not None:
            raise error
    return rows


def _review(writing: Writing, row: VisitRow, step: str, reason: str = "", refs: Sequence[str] = ()) -> str:
    body = {
        "visit": row.id, "submission": row.submission, "step": step, "at": row.state, "reason": reason,
        "refs": list(refs),
    }  # fmt: skip
    return writing.append("review", body, area=row.area, parents=[row.id, row.submission]).id


def _row(connection: Connection, identity: str) -> VisitRow:
    rows = rows_of(connection, [identity])
    if not rows:
        raise no_visit(identity[:HANDLE])
    return rows[0]


def _usage(code: str, what: str, remedy: str) -> RuhuError:
    return RuhuError(code, what, remedy, category="usage")
