"""What the keys of the cross-check desk write: verdicts, signatures, batches, and taking them back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from audit.accepting import ruling_of, the_answer
from audit.answering import decide_as_seen, findings_of, newest_fact
from audit.batches import Sample, decide_batch, sample_batch
from audit.decisions import Ruling, Undone, countersign, lacking, undo, undo_last
from audit.detail import Detail, History, finding_detail
from audit.questions import SAME, VERDICTS
from audit.queue import Filter, QueueRow
from audit.statuses import TO_DO
from casebook.errors import RuhuError
from casebook.language import N_, _
from casebook.store.access import record
from tui.commands.exits import line_of
from tui.screens.desk_queue import filter_words

if TYPE_CHECKING:
    from tui.screens.desk import DeskPage
    from tui.screens.desk_batch import Confirmed

_UNDONE = {
    "decision": N_("结论"), "batch": N_("批量"), "countersign": N_("复签"), "run": N_("核对"), "source": N_("导入")
}  # fmt: skip


@dataclass(frozen=True)
class Saved:
    """Something written in this session that `u` takes back: the fact or the batch, and who wrote it."""

    fact: str
    author: str


class Answers:
    """The desk's answers. Each goes to its job with the finding that was meant; nothing is called saved before it is
    committed."""

    def __init__(self, page: DeskPage) -> None:
        self._page = page
        self._saved: list[Saved] = []
        self._pending: set[int] = set()
        self.last = ""  # what was said of the last answer

    def pending(self, identity: int) -> bool:
        """Whether an answer to this finding is on its way."""
        return identity in self._pending

    # A verdict

    def rule(self, verdict: int, row: QueueRow | None = None) -> None:
        """Answer a finding, the one under the cursor unless another is named; ask where something is lacking."""
        row = row or self._page.row()
        if row is None or self.pending(row.id):
            if self._page.queue.row_id is not None:
                self._page.say(_("还在读写，请再按一次"), "warn")
            return
        ruling = Ruling(verdict)
        error = lacking(row.kind, ruling, row.review)
        if error is None:
            self.answer(row, ruling)
        elif error.code == "not_in_review":
            self._page.say_error(error)
        else:
            self.ask(row, verdict)

    def ask(self, row: QueueRow, verdict: int) -> None:
        """Ask for what an answer lacks, then give it."""
        from tui.screens.desk_answer import Answer

        detail = self._page.panel.detail
        at_hand = detail if detail is not None and detail.row.id == row.id else None
        self._page.ask(Answer(row, verdict, at_hand), partial(self.answer, row))

    def accept(self) -> None:
        """Take what a visit answered, else the proposal; without either, ask which verdict."""
        detail = self._page.shown()
        if detail is None:
            return
        if detail.visited:
            self._accept_visit(detail)
        elif detail.proposed is None or detail.row.status in ("settled", "unsigned"):
            self._choose(lambda row, verdict: self.rule(verdict, row))
        else:
            self.rule(detail.proposed)

    def _accept_visit(self, detail: Detail) -> None:
        """Decide as the visit answered; where that lacks something, ask for it."""
        try:
            ruling = ruling_of(the_answer(detail.visited))
        except RuhuError as error:
            self._page.say_error(error)
            return
        if self.pending(detail.row.id):
            self._page.say(_("还在读写，请再按一次"), "warn")
        elif lacking(detail.row.kind, ruling, detail.row.review) is None:
            self.answer(detail.row, ruling)
        else:
            self.ask(detail.row, ruling.verdict)

    def explain(self) -> None:
        """A verdict from the list, with reason and document."""
        self._choose(self.ask)

    def _choose(self, then: Callable[[QueueRow, int], None]) -> None:
        from tui.screens.desk_verdicts import Verdicts

        row = self._page.row()
        if row is not None:
            self._page.ask(Verdicts(row), partial(then, row))

    def answer(self, row: QueueRow, ruling: Ruling) -> None:
        """Save an answer in its turn, and go on to the next finding."""
        if self.pending(row.id):
            return
        self._pending.add(row.id)
        self._page.in_order.add(partial(self._save, row, ruling, self._page.run))
        if self._page.queue.row_id != row.id:
            return
        if ruling.verdict == SAME:  # which side is right is mostly still to be said
            self._page.stay_while_to_do()
        else:
            self._page.advance(row)

    async def _save(self, row: QueueRow, ruling: Ruling, run: str) -> None:
        page = self._page
        try:
            fact, newest = await asyncio.to_thread(self._write, row, ruling, run)
        except RuhuError as error:
            self._lost(row, error)
            return
        finally:
            self._pending.discard(row.id)
        if fact is None:
            page.say(_("这条已经是这个结论"), "warn")
        else:
            self._saved.append(Saved(fact, page.book.author))
            self._said(_(VERDICTS[ruling.verdict].word))
        page.wrote(newest)

    def _write(self, row: QueueRow, ruling: Ruling, run: str) -> tuple[str | None, int]:
        fact = decide_as_seen(self._page.book, row, ruling, run)
        return fact, newest_fact(self._page.book)

    def _lost(self, row: QueueRow, error: RuhuError) -> None:
        """Back to the finding that was not saved. Answers behind it are saved or told of in their own turn."""
        page = self._page
        page.go_to(row.id)
        page.queue.renew()
        page.load_finding()
        page.say(_("没有保存（疑点 {finding}）：{why}").format(finding=row.handle, why=line_of(error)), "bad")

    def _said(self, what: str) -> None:
        """Say that it is in the casebook, and how to take it back."""
        at = datetime.now().strftime("%H:%M:%S")
        self.last = _("已保存 {at}  {what}  撤销：u").format(at=at, what=what)
        self._page.say(self.last, "good")

    # The second signer

    def sign(self) -> None:
        page = self._page
        detail = page.shown()
        if detail is None:
            return
        decided = next((one for one in reversed(detail.history) if one.stands), None)
        if detail.row.status != "unsigned" or decided is None:
            page.say(_("这条不等复签：复签是第二个人签 A 类的结论"), "warn")
        elif decided.author != page.book.author:
            self._sign_as(detail.row, decided, page.book.author)
        else:
            from tui.screens.desk_sign import Sign
            from tui.screens.prove import as_another

            signed = partial(self._sign_as, detail.row, decided)
            page.ask(Sign(detail.row, decided), lambda name: as_another(page, name, signed))

    def _sign_as(self, row: QueueRow, decided: History, name: str) -> None:
        run = self._page.run

        async def job() -> None:
            fact, newest = await asyncio.to_thread(self._write_signature, row, name, run)
            self._saved.append(Saved(fact, name))
            self._said(_("{name} 复签 {author} 的结论").format(name=name, author=decided.author))
            self._page.wrote(newest)

        self._page.in_order.add(job)
        if self._page.queue.row_id == row.id:
            self._page.advance(row)

    def _write_signature(self, row: QueueRow, name: str, run: str) -> tuple[str, int]:
        book = self._page.book
        return countersign(book.acted_by(name), [row.id], run)[0], newest_fact(book)

    # Many at once

    def batch(self) -> None:
        from tui.screens.desk_batch import Batch

        page, detail = self._page, self._page.shown()
        if detail is None:
            return
        verdict = detail.proposed or 1  # a kind that proposes none says itself that it is not for batches

        def confirmed(answer: Confirmed) -> None:
            page.in_order.add(partial(self._save_batch, *answer))

        page.ask(Batch(partial(self._sample, detail.row.kind, verdict), _where(page.filter)), confirmed)

    def _sample(self, kind: str, verdict: int) -> tuple[Sample, list[Detail]]:
        """In a thread: the sample with its findings, whose reveal is on record."""
        book = self._page.book
        sample = sample_batch(book, kind, verdict, self._page.filter)
        shown = [finding_detail(book, identity) for identity in sample.shown]
        record(book, "opened", [detail.finding.key for detail in shown])
        return sample, shown

    async def _save_batch(self, sample: Sample, reason: str) -> None:
        batch, newest = await asyncio.to_thread(self._write_batch, sample, reason)
        page = self._page
        self._saved.append(Saved(batch, page.book.author))
        word = _(VERDICTS[sample.verdict].word)
        self._said(_("{verdict}，{count} 条").format(verdict=word, count=f"{len(sample.ids):,}"))
        page.wrote(newest)
        row = page.row()
        if row is not None and row.id in sample.ids:
            page.advance(row)

    def _write_batch(self, sample: Sample, reason: str) -> tuple[str, int]:
        book = self._page.book
        return decide_batch(book, sample, sample.code, reason), newest_fact(book)

    # Taking back

    def undo(self) -> None:
        self._page.in_order.add(self._undo)

    async def _undo(self) -> None:
        """What was saved last in this session, else the acting user's last decision."""
        page = self._page
        saved = self._saved.pop() if self._saved else None
        undone, findings, newest = await asyncio.to_thread(self._write_undo, saved)
        if undone is None:
            page.say(_("没有可撤销的"), "warn")
            return
        page.wrote(newest)
        if findings and page.queue.row_id not in findings:
            page.go_to(findings[0])
        at = datetime.now().strftime("%H:%M:%S")
        what = _("{what} {count} 条").format(what=_(_UNDONE[undone.kind]), count=f"{undone.count:,}")
        page.say(_("已撤销 {at}  {what}").format(at=at, what=what), "good")

    def _write_undo(self, saved: Saved | None) -> tuple[Undone | None, list[int], int]:
        book = self._page.book
        # in an encrypted casebook nothing more is done in the name of who signed and left
        acting = book if saved is None or book.encrypted else book.acted_by(saved.author)
        undone: Any = undo(acting, saved.fact) if saved is not None else undo_last(book)
        findings = findings_of(book, undone.ids) if undone is not None else []
        return undone, findings, newest_fact(book)


def _where(filter: Filter) -> str:
    """What the queue is narrowed to, beyond the kind and the status that every finding of a batch has."""
    return filter_words(replace(filter, statuses=TO_DO, kind=""))
