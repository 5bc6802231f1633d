"""Many findings of one safe kind decided in one go (批量), after a sample was looked at."""

from __future__ import annotations

import hashlib
import random
import secrets
from dataclasses import dataclass, replace

from audit.decisions import Ruling, decide_in
from audit.finding_view import shown_run
from audit.kinds import KINDS
from audit.questions import SAFE_KINDS, VERDICTS, proposed_verdict
from audit.queue import Filter, queue_ids
from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Sample:
    """A batch before it is decided: all `ids`, those drawn to be looked at, and the code that proves they were.

    `verdict` is what each finding itself proposes; findings of the kind that propose another stay out.
    """

    kind: str
    verdict: int
    ids: tuple[int, ...]
    shown: tuple[int, ...]
    code: str


def sample_batch(book: Casebook, kind: str, verdict: int, filter: Filter | None = None) -> Sample:
    """The open findings of one kind that propose this verdict, and a sample of them, the same for the same set.

    Raises RuhuError (usage) for a kind that must be decided one by one, and when there is nothing to decide.
    """
    if kind not in KINDS or kind not in SAFE_KINDS:
        title = _(KINDS[kind].title) if kind in KINDS else kind
        what = _("「{kind}」不能批量下结论").format(kind=title)
        raise RuhuError("not_safe", what, _("请逐条看过再定"), category="usage")
    wanted = replace(filter or Filter(), kind=kind, statuses=("open",))
    proposing = _proposing(book, kind, verdict)
    ids = tuple(identity for identity in queue_ids(book, wanted) if identity in proposing)
    if not ids:
        what = _("没有可以批量定为「{verdict}」的疑点").format(verdict=_(VERDICTS[verdict].word))
        raise RuhuError("nothing_to_decide", what, _("换一个结论或筛选条件再试"), category="usage")
    told = _digest(book, kind, verdict, ids)
    shown = sorted(random.Random(told).sample(ids, min(SHOWN, len(ids))))
    return Sample(kind, verdict, ids, tuple(shown), told[:8])


def decide_batch(book: Casebook, sample: Sample, code: str, reason: str = "") -> str:
    """Decide the whole batch, all or nothing; its id, by which it is undone as a whole.

    Raises RuhuError (usage) when `code` is not the sample's: it was not looked at, or the findings changed since.
    """
    batch = "B" + secrets.token_hex(8)
    with book.writing() as writing:
        if code != sample.code or not _unchanged(book, sample):
            what = _("抽样的代码不对：没有看过抽样，或疑点后来变了")
            raise RuhuError("sample_not_seen", what, _("请重新看一遍抽样"), category="usage")
        for identity in sample.ids:
            decide_in(writing, identity, Ruling(sample.verdict, reason), batch)
    return batch


def _digest(book: Casebook, kind: str, verdict: int, ids: tuple[int, ...]) -> str:
    """Of the set; a finding's number means nothing without the run."""
    run = shown_run(book.connection)
    return hashlib.sha256(f"{run} {kind} {verdict} {ids}".encode()).hexdigest()


def _unchanged(book: Casebook, sample: Sample) -> bool:
    """Whether these are still the findings that were sampled, none of them decided since."""
    if not _digest(book, sample.kind, sample.verdict, sample.ids).startswith(sample.code):
        return False
    return set(sample.ids) <= _proposing(book, sample.kind, sample.verdict)


def _proposing(book: Casebook, kind: str, verdict: int) -> set[int]:
    """The open findings of a kind that propose a verdict; of a pair still to be judged none does."""
    rows = book.connection.execute(
        "SELECT id, wrong FROM finding WHERE kind = ? AND status = 'open' AND NOT review", (kind,)
    )
    return {identity for identity, wrong in rows if proposed_verdict(kind, wrong) == verdict}
