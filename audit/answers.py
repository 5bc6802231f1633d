"""Answers given on paper: the rows of an answered findings workbook as decisions, one batch a file.

An answer names its finding by the finding's key. Of the current run it decides that finding; of an earlier run it
decides on that run's people and values, so that it holds, or comes back, as if it had been given then.
"""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from audit.decisions import Ruling, area_told, decision_body, judged_already, lacking
from audit.placing import heads_of, is_head
from audit.questions import ON_ITS_TEXT, said
from audit.queue import HANDLE
from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook, Writing
from casebook.store.facts import decoded
from casebook.store.rights import refuse
from casebook.store.sqlite import Connection


@dataclass(frozen=True, slots=True)
class Answer:
    """A row of an answered workbook: sheet, sheet row (0: the whole sheet), the finding's key, verdict, reason, note.

    `problem` says what is wrong with the row itself, '' when nothing is.
    """

    sheet: str
    row: int
    key: str
    verdict: int | None
    reason: str = ""
    note: str = ""
    problem: str = ""

    @property
    def text(self) -> str:
        """Reason and note as a decision keeps them."""
        return _joined((self.reason, self.note))


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken, and why, with the remedy."""

    sheet: str
    row: int
    why: str


@dataclass(frozen=True, slots=True)
class AnswersTaken:
    """How many answers were decided, how many stood so already; the rows refused. `batch` undoes them as a whole, ''
    when nothing was written; `facts` are the decisions; `older` of them rest on an earlier run, `disputed` now stand
    against another auditor's."""

    decided: int
    already: int
    refused: tuple[Refused, ...]
    batch: str = ""
    facts: tuple[str, ...] = ()
    older: int = 0
    disputed: int = 0


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is to be written for one question about some people."""

    answers: tuple[Answer, ...]
    body: dict[str, Any]
    area: str
    parents: tuple[str, ...]
    older: bool
    disputed: bool


@dataclass(frozen=True, slots=True)
class _Meant:
    """A finding that an answer means: as it is stored, and its number in the current run, None in an earlier one."""

    told: dict[str, Any]
    number: int | None


def apply_answers(book: Casebook, answers: Sequence[Answer], *, dry_run: bool = False) -> AnswersTaken:
    """Decide what the rows answer, as one batch; a row that can't be taken is refused, the others are decided.

    Raises RuhuError when the casebook can't be written. With `dry_run` nothing is written.
    """
    with book.writing() as writing:
        plan = _Plan(writing)
        plan.take(answers)
        for one in plan.decisions:  # a dry run would tell of findings of other places
            refuse(writing.rights, "decision", one.body, one.area)
        if dry_run or not plan.decisions:
            return plan.taken("", ())
        batch = "B" + secrets.token_hex(8)
        facts = tuple(
            writing.append("decision", one.body | {"batch": batch}, area=one.area, parents=one.parents).id
            for one in plan.decisions
        )
        return plan.taken(batch, facts)


class _Plan:
    """The rows of one workbook, sorted into what is to be written, what stands already, what is refused."""

    def __init__(self, writing: Writing) -> None:
        self.decisions: list[_Decision] = []
        self._connection = writing.connection
        self._author = writing.casebook.author
        self._refused: dict[Answer, str] = {}
        self._already: set[Answer] = set()

    def taken(self, batch: str, facts: tuple[str, ...]) -> AnswersTaken:
        decided = {answer for one in self.decisions for answer in one.answers}
        refused = [Refused(answer.sheet, answer.row, why) for answer, why in self._refused.items()]
        return AnswersTaken(
            decided=len(decided),
            already=len(self._already - decided - self._refused.keys()),
            refused=tuple(sorted(refused, key=lambda one: (one.sheet, one.row))),
            batch=batch,
            facts=facts,
            older=sum(one.older for one in self.decisions),
            disputed=sum(one.disputed for one in self.decisions),
        )

    def take(self, answers: Sequence[Answer]) -> None:
        good = []
        for answer in answers:
            if answer.problem:
                self._refuse([answer], answer.problem)
            elif answer.verdict is not None:
                good.append(answer)
        meant = _meant(self._connection, {answer.key for answer in good})
        subjects: defaultdict[str, list[tuple[Answer, _Meant, dict[str, Any]]]] = defaultdict(list)
        for answer in good:
            ruling = Ruling(answer.verdict or 0, answer.reason)
            if answer.key not in meant:
                self._refuse([answer], _("案卷里没有这个疑点：不是从这个案卷的名单来的，或 key 被改动"))
                continue
            first = meant[answer.key][0]  # all of one key are of one kind, and alike in every value
            error = lacking(first.told["kind"], ruling, bool(first.told["pair"]))
            if error is not None:
                self._refuse([answer], _reason(error))
                continue
            for one in meant[answer.key]:
                body = decision_body(self._connection, one.told, ruling)
                subjects[body["subject"]].append((answer, one, body))
        for found in subjects.values():
            self._on_one_subject(found)

    def _on_one_subject(self, found: Sequence[tuple[Answer, _Meant, dict[str, Any]]]) -> None:
        """One question about some people: its answers must agree."""
        rows = tuple(dict.fromkeys(answer for answer, _one, _body in found))
        if _contradict(rows):
            places = _("、").join(_("{sheet} 第 {row} 行").format(sheet=one.sheet, row=one.row) for one in rows)
            self._refuse(rows, _("同一个问题有不同的回答（{places}），都没有采用。请改成一致").format(places=places))
            return
        _answer, one, body = min(found, key=lambda item: item[1].number is None)  # the current run before earlier ones
        body = body | {"reason": _joined(row.text for row in rows)}
        verdict = self._of_now(body, one.number) if one.number is not None else self._of_then(body)
        if verdict is None:
            self._already.update(rows)
        elif isinstance(verdict, str):
            self._refuse(rows, verdict)
        else:
            area = area_told(one.told)
            disputed = bool(verdict.against)
            self.decisions.append(_Decision(rows, body, area, verdict.parents, one.number is None, disputed))

    def _of_now(self, body: dict[str, Any], number: int) -> _Follows | str | None:
        """What a decision on a finding of the current run follows; why it can't be taken from a file; None when it
        stands already."""
        connection = self._connection
        judged = judged_already(connection, number, Ruling(body["verdict"]))
        if judged is not None:
            return _reason(judged)
        heads = [_decision(connection, fact) for fact in heads_of(connection, number)]
        heads = [head for head in heads if head.question == body["question"]]
        status, decision, subject = connection.execute(
            "SELECT status, decision, subject FROM finding WHERE id = ?", (number,)
        ).fetchone()
        handle = subject[:HANDLE]
        if status == "returned" and any(head.id == decision for head in heads):
            return _Follows(tuple(head.id for head in heads))
        if any(_says(head, body, self._author) for head in heads):
            return None
        if len({said(head.verdict, head.value, head.reason) for head in heads}) > 1:
            why = _("两位审核员的结论不同。请商定后用 ruhu audit decide {finding} 写明")
            return why.format(finding=handle)
        if any(_says(one, body, self._author) and one.basis == body["basis"] for one in self._taken_before(body)):
            why = _("这个回答以前读过，后来另下了结论。要改回来，请用 ruhu audit decide {finding}")
            return why.format(finding=handle)
        mine = tuple(head.id for head in heads if head.author == self._author)
        return _Follows(mine, tuple(head.id for head in heads if head.author != self._author))

    def _of_then(self, body: dict[str, Any]) -> _Follows | str | None:
        """The same for a finding of an earlier run: what was decided since stands."""
        before = self._taken_before(body)
        heads = [one for one in before if is_head(self._connection, one.id)]
        if any(head.verdict == body["verdict"] for head in heads):
            return None
        if any(_says(one, body, self._author) and one.basis == body["basis"] for one in before):
            return None
        if heads:
            return _("后来已另有结论。要改，请用现在的疑点清册，或 ruhu audit decide 编号")
        return _Follows(())

    def _taken_before(self, body: dict[str, Any]) -> list[_Standing]:
        """All decisions on a question about these people that were not undone, oldest first."""
        rows = self._connection.execute(
            "SELECT id FROM decision WHERE subject = ? AND id NOT IN (SELECT target FROM withdrawn) ORDER BY clock, id",
            (body["subject"],),
        ).fetchall()
        return [_decision(self._connection, identity) for (identity,) in rows]

    def _refuse(self, answers: Iterable[Answer], why: str) -> None:
        for answer in answers:
            self._refused.setdefault(answer, why)


@dataclass(frozen=True, slots=True)
class _Follows:
    """The decisions that a new one answers, and those of others that it stands against."""

    parents: tuple[str, ...]
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Standing:
    id: str
    question: str
    verdict: int
    value: str
    author: str
    basis: Any
    reason: str
    text: str


def _decision(connection: Connection, identity: str) -> _Standing:
    question, verdict, value, author, basis, document, reason = connection.execute(
        "SELECT question, verdict, value, author, basis, document, reason FROM decision WHERE id = ?", (identity,)
    ).fetchone()
    text = decision_text(document, value, reason)
    return _Standing(identity, question, verdict, value, author, decoded(basis), reason, text)


def decision_text(document: str, value: str, reason: str) -> str:
    """A decision's words as they stand in the column 理由/见到的证件."""
    return _joined((document, value, reason))


def _says(decision: _Standing, body: dict[str, Any], author: str) -> bool:
    """Whether a decision says what a file answers; an answer without words agrees with any, and so do two people's
    words for one verdict, but where the words are what is decided."""
    if decision.verdict != body["verdict"]:
        return False
    text = body["reason"]
    return not text or decision.text == text or (decision.author != author and decision.verdict not in ON_ITS_TEXT)


def _contradict(answers: Sequence[Answer]) -> bool:
    if len({answer.verdict for answer in answers}) > 1:
        return True
    texts = {answer.text for answer in answers if answer.text}
    return answers[0].verdict in ON_ITS_TEXT and len(texts) > 1


def _reason(error: RuhuError) -> str:
    remedy = error.remedy[:1].upper() + error.remedy[1:]  # a sentence of its own, in English
    return _("{what}。{remedy}").format(what=error.what, remedy=remedy)


def _joined(words: Iterable[str]) -> str:
    """Document, value, reason, note, as one text."""
    return "；".join(dict.fromkeys(filter(None, (word.strip() for word in words))))


_KEY = re.compile(rb'"key":"([^"\\]*)"')


def _meant(connection: Connection, keys: set[str]) -> dict[str, list[_Meant]]:
    """The findings of these keys: of the current run, else of the newest that has the key."""
    found: dict[str, list[_Meant]] = {}
    row = connection.execute("SELECT arrival FROM finding_run").fetchone()
    current = row[0] if row else None
    runs = connection.execute("SELECT arrival FROM audit_run ORDER BY clock DESC, id DESC").fetchall()
    others = [arrival for (arrival,) in runs if arrival != current]
    for arrival in ([current] if current is not None else []) + others:
        wanted = keys - found.keys()
        if not wanted:
            break
        for n, told in _of_run(connection, arrival, wanted):
            found.setdefault(told["key"], []).append(_Meant(told, n + 1 if arrival == current else None))
    return found


def _of_run(connection: Connection, arrival: int, keys: set[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The findings of one run with these keys; only those are decoded."""
    rows = connection.execute("SELECT n, content FROM piece WHERE arrival = ? AND part = 'finding'", (arrival,))
    for n, content in rows.fetchall():
        key = _KEY.search(content)
        if key is not None and key[1].decode() in keys:
            yield n, decoded(content)

