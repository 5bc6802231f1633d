"""Accepting what a visit answered (采纳入户答复): the answer at the door becomes the decision on the finding."""

from __future__ import annotations

from collections.abc import Sequence

from audit.decisions import Ruling, decide_in, refuse_other_run
from audit.detail import no_finding, visit_answers
from audit.questions import DOCUMENT, NEITHER, PENDING, REGISTRY, ROSTER
from casebook.errors import RuhuError
from casebook.language import N_, _
from casebook.people.asks import AskAnswer
from casebook.store.casebook import Casebook
from casebook.store.clock import local_text
from casebook.store.sqlite import Connection

ANSWERS = {"1": ROSTER, "2": REGISTRY, "3": DOCUMENT, "4": NEITHER, "5": PENDING}
"""The verdict for each code of the form's answers to an ask."""
ANSWER_WORDS = {
    "1": N_("花名册对"),
    "2": N_("卫健对"),
    "3": N_("以证件为准"),
    "4": N_("两边都不对"),
    "5": N_("核实不了"),
}


def ruling_of(answer: AskAnswer) -> Ruling:
    """The ruling that an answer comes down to. Raises RuhuError (check) for an answer that is none of the list."""
    if answer.answer not in ANSWERS:
        what = _("入户的答复不在选项内，不能直接采纳")
        raise RuhuError("answer_unknown", what, _("请看过答复后自己下结论"), category="check")
    said = _("入户核实，{author}，{at}").format(author=answer.author, at=local_text(answer.wall)[:10])
    told = _("：").join(filter(None, (said, answer.note)))
    return Ruling(ANSWERS[answer.answer], told, answer.document, answer.value)


def accept(book: Casebook, ids: Sequence[int], run: str | None = None) -> tuple[str, ...]:
    """Decide findings of the current run as their visits answered, all of them or none; the ids of the new facts.

    Raises RuhuError (usage) when one has no answer or what the ruling lacks, (check) when two visits answered
    differently, or the lists were cross-checked again since `run`.
    """
    with book.writing() as writing:
        connection = writing.connection
        refuse_other_run(connection, run)
        made = [decide_in(writing, identity, ruling_of(_answer(connection, identity))) for identity in ids]
    return tuple(fact for fact in made if fact is not None)


def _answer(connection: Connection, finding: int) -> AskAnswer:
    answers = visit_answers(connection, finding)
    if answers:
        return the_answer(answers)
    if connection.execute("SELECT 1 FROM finding WHERE id = ?", (finding,)).fetchone() is None:
        raise no_finding(finding)
    what = _("这条疑点没有入户的答复可采纳")
    remedy = _("入户已答的疑点才能采纳，见 ruhu audit findings --status answered")
    raise RuhuError("no_answer", what, remedy, category="usage")


def the_answer(answers: Sequence[AskAnswer]) -> AskAnswer:
    """The newest of answers that say the same. Raises RuhuError (check) when they do not."""
    if len({(one.answer, one.value) for one in answers}) > 1:
        what = _("两次入户的答复不同，不能直接采纳")
        raise RuhuError("answers_differ", what, _("请看过两个答复后自己下结论"), category="check")
    return answers[-1]


def answer_words(answer: AskAnswer) -> str:
    """`花名册对，身份证，证上的值（刘敏，2026-11-22）：说明`."""
    said = _(ANSWER_WORDS[answer.answer]) if answer.answer in ANSWER_WORDS else answer.answer or _("没有回答")
    told = _("，").join(filter(None, (said, answer.document, answer.value)))
    line = _("{told}（{author}，{at}）").format(told=told, author=answer.author, at=local_text(answer.wall)[:10])
    return _("：").join(filter(None, (line, answer.note)))
