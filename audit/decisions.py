"""Decisions (结论): one ruling on a finding, the second signer, and taking back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from audit.asks import ask_told
from audit.detail import no_finding, stored_finding
from audit.finding_view import shown_run, subject_of_link
from audit.kinds import KINDS
from audit.placing import asks_of_pair, heads_on, is_head
from audit.questions import DOCUMENT, FINAL, LINK, NEITHER, OF_A_PAIR, PENDING, VERDICTS, VISIT
from audit.queue import queue_rows
from casebook.errors import RuhuError
from casebook.language import _
from casebook.people.asks import ask_of
from casebook.store.casebook import Casebook, Writing
from casebook.store.facts import area_of
from casebook.store.sources import sources
from casebook.store.sqlite import Connection

UndoneKind = Literal["decision", "batch", "countersign", "run", "source"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a person rules: a verdict by number, why, the document seen (身份证、户口本…), the value on it."""

    verdict: int
    reason: str = ""
    document: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo took back: its kind, how many, the ids of the facts."""

    kind: UndoneKind
    count: int
    ids: tuple[str, ...]


def lacking(kind: str, ruling: Ruling, review: bool) -> RuhuError | None:
    """What a ruling on a finding of this kind still lacks, as the error to show; None when it is whole."""
    ruling = _stripped(ruling)
    if ruling.verdict not in VERDICTS:
        what, remedy = _("结论要写 1 到 9 中的一个数字"), _("用 ruhu audit decide --help 看每个数字的意思")
        return _lacks("usage_verdict", what, remedy)
    if ruling.verdict in OF_A_PAIR and not review:
        return _lacks("not_in_review", _("8、9 只用于待判的一对"), _("这个疑点请用 1 到 7"))
    if ruling.verdict == DOCUMENT and not ((ruling.value or ruling.reason) and (ruling.document or ruling.reason)):
        return _lacks("no_document", _("采用证件，要写明看的什么证件、证件上的字或号"), _("请补上证件和证件上的值"))
    if ruling.verdict in (NEITHER, PENDING) and not ruling.reason:
        return _lacks("no_reason", _("这个结论要写明理由"), _("请补上理由"))
    if KINDS[kind].severity == "A" and ruling.verdict in FINAL and not (ruling.reason or ruling.document):
        return _lacks("no_reason", _("A 类疑点要写明理由或看到的证件"), _("请补上理由或证件"))
    return None


def _stripped(ruling: Ruling) -> Ruling:
    return Ruling(ruling.verdict, ruling.reason.strip(), ruling.document.strip(), ruling.value.strip())


def _lacks(code: str, what: str, remedy: str) -> RuhuError:
    return RuhuError(code, what, remedy, category="usage")


def decide(book: Casebook, ids: Sequence[int], ruling: Ruling, run: str | None = None) -> tuple[str, ...]:
    """Rule on findings of the current run, all of them or none; the ids of the new facts.

    A finding that stands so already is left as it is. `run` is the run whose findings were looked at: numbers mean
    nothing in another. Raises RuhuError (usage) when a finding is unknown or the ruling lacks something, (check) when
    the lists were cross-checked again meanwhile.
    """
    with book.writing() as writing:
        refuse_other_run(writing.connection, run)
        made = []
        for identity in ids:
            try:
                made.append(decide_in(writing, identity, ruling))
            except RuhuError as error:
                raise _of_one(error, book, identity) if len(ids) > 1 else error from None
        return tuple(fact for fact in made if fact is not None)


def _of_one(error: RuhuError, book: Casebook, identity: int) -> RuhuError:
    """The same error, saying which of several findings it is about."""
    handles = [row.handle for row in queue_rows(book, [identity])]
    what = _("疑点 {finding}：{what}").format(finding=handles[0], what=error.what) if handles else error.what
    return RuhuError(error.code, what, error.remedy, error.place, error.category)


def decide_in(writing: Writing, identity: int, ruling: Ruling, batch: str = "") -> str | None:
    """The same for one finding inside an open transaction; None when it stands so already.

    The new decision follows those that stand on the same question about the same people. One that was carried over
    stays, for it may hold for others too.
    """
    connection = writing.connection
    told = stored_finding(connection, identity)
    pair, status = _state_of(connection, identity)
    error = lacking(told["kind"], ruling, pair) or judged_already(connection, identity, ruling)
    if error is not None:
        raise error
    body = decision_body(connection, told, ruling, batch)
    parents = heads_on(connection, body["subject"])
    if status not in ("returned", "conflict") and _stands(connection, identity, parents, ruling):
        return None
    return writing.append("decision", body, area=area_told(told), parents=parents).id


def judged_already(connection: Connection, identity: int, ruling: Ruling) -> RuhuError | None:
    """The refusal of a verdict on the values of a pair that was told to be two people, or waits for its signature."""
    if ruling.verdict in OF_A_PAIR or not asks_of_pair(connection, identity):
        return None
    what = _("这一对已定过 8 或 9，还在等复签、再议，或已定为不是同一人")
    return _lacks("pair_judged", what, _("请先复签，或改用 8、9，或撤销那个结论"))


def area_told(told: dict[str, Any]) -> str:
    """The area of what is decided about a stored finding."""
    return area_of(told.get("township", ""), told.get("village", ""))


def decision_body(connection: Connection, told: dict[str, Any], ruling: Ruling, batch: str = "") -> dict[str, Any]:
    """The body of a decision on a stored finding: person ids, the question, and the values that it rests on.

    A pair is judged under the severity of its gravest finding, whichever of them was looked at.
    """
    severity = told["severity"]
    if ruling.verdict in OF_A_PAIR:
        registry, roster = told["pair"]
        subject = subject_of_link(told["pair"])
        about: dict[str, Any] = {
            "question": LINK,
            "subject": subject,
            "people": {"roster": [roster], "registry": [registry]},
            "basis": told["link_basis"],
        }
        rows = connection.execute("SELECT severity FROM finding WHERE pair = ?", (subject,))
        severity = min(severity, *(of_pair for (of_pair,) in rows))
    else:
        about = {name: told[name] for name in ("question", "subject", "people", "basis")}
    return about | ask_told(told, ruling.verdict) | {
        "severity": severity,
        "kind": told["kind"],
        "finding": told["key"],
        "verdict": ruling.verdict,
        "value": ruling.value.strip(),
        "reason": ruling.reason.strip(),
        "document": ruling.document.strip(),
        "batch": batch,
    }


def _state_of(connection: Connection, identity: int) -> tuple[bool, str]:
    """Whether a finding is about a pair in doubt, and its status."""
    row = connection.execute("SELECT pair <> '', status FROM finding WHERE id = ?", (identity,)).fetchone()
    if row is None:
        raise no_finding(identity)
    return bool(row[0]), row[1]


def _stands(connection: Connection, identity: int, answered: Sequence[str], ruling: Ruling) -> bool:
    """Whether just this was decided last: what the finding shows or, of a pair told to be one person, what it does
    not show."""
    (shown,) = connection.execute("SELECT decision FROM finding WHERE id = ?", (identity,)).fetchone()
    row = connection.execute(
        "SELECT id, verdict, value, reason, document FROM decision WHERE id = ?",
        (answered[0] if len(answered) == 1 else shown,),
    ).fetchone()
    told = (ruling.verdict, ruling.value.strip(), ruling.reason.strip(), ruling.document.strip())
    if row is None or tuple(row[1:]) != told:
        return False
    return ruling.verdict != VISIT or ask_of(connection, row[0]) is not None


def sent_home_unasked(connection: Connection) -> int:
    """How many findings wait for a visit at which nothing is asked about them: decisions 7 of before there were asks
    (待问). Deciding 7 once more makes the ask."""
    sql = "SELECT count(*) FROM finding WHERE status = 'visit' AND decision NOT IN (SELECT id FROM ask)"
    return int(connection.execute(sql).fetchone()[0])


def refuse_other_run(connection: Connection, run: str | None) -> None:
    """Raise RuhuError (check) when `run` is not the one whose findings the view holds."""
    if run is not None and run != shown_run(connection):
        what = _("名单刚刚重新核对过，疑点的编号变了")
        raise RuhuError("other_run", what, _("请刷新后再下结论"), category="check")


def countersign(book: Casebook, ids: Sequence[int], run: str | None = None) -> tuple[str, ...]:
    """Sign findings that wait for a second signer (待复签), all of them or none; the ids of the new facts. A decision
    that several of them share is signed once.

    Raises RuhuError (usage) when one does not wait for it, or when the signer is who decided; (check) as `decide`.
    """
    made: dict[str, str] = {}
    with book.writing() as writing:
        refuse_other_run(writing.connection, run)
        for identity in ids:
            row = writing.connection.execute(
                "SELECT f.status, f.decision, f.township, f.village, d.author FROM finding f "
                "LEFT JOIN decision d ON d.id = f.decision WHERE f.id = ?",
                (identity,),
            ).fetchone()
            if row is None:
                raise no_finding(identity)
            status, decision, township, village, author = row
            if decision in made:
                continue
            if status != "unsigned":
                what, remedy = _("这个疑点不在等复签"), _("只有已下结论的 A 类疑点要复签")
                raise _of_one(RuhuError("not_unsigned", what, remedy, category="usage"), book, identity)
            if author == book.author:
                what = _("复签人不能是下结论的人")
                raise RuhuError("same_signer", what, _("请换另一位审核员复签（--user）"), category="usage")
            area = area_of(township, village)
            made[decision] = writing.append("countersign", {"decision": decision}, area=area, parents=[decision]).id
    return tuple(made.values())


def undo(book: Casebook, fact: str) -> Undone:
    """Take back a decision, a batch, a second signature, an audit run or an import, by its id or the beginning of it.

    Taking back is a fact of its own; what stood before stands again. Raises RuhuError (usage) when the id is unknown or
    names several, when it is undone already, or when something later must be undone first.
    """
    with book.writing() as writing:
        connection = writing.connection
        kind, targets = _targets(connection, fact)
        writing.append("undo", {"targets": targets}, parents=targets)
    return Undone(kind, len(targets), tuple(targets))


def undo_last(book: Casebook) -> Undone | None:
    """Take back the acting user's last decision, with its whole batch; None when there is none left.

    Raises RuhuError (usage) when somebody has answered it since: an older one is never taken in its place.
    """
    row = book.connection.execute(
        "SELECT id, batch FROM decision WHERE author = ? AND id NOT IN (SELECT target FROM withdrawn) "
        "ORDER BY clock DESC, id DESC LIMIT 1",
        (book.author,),
    ).fetchone()
    return undo(book, row[1] or row[0]) if row else None


_SHORTEST = 4


def _targets(connection: Connection, given: str) -> tuple[UndoneKind, list[str]]:
    if len(given) < _SHORTEST:
        raise _unknown(given)
    begins = (len(given), given)
    batches = "SELECT DISTINCT batch FROM decision WHERE substr(batch, 1, ?) = ?"
    batch = connection.execute(batches, begins).fetchall()
    if len(batch) == 1:
        rows = connection.execute(
            "SELECT id FROM decision WHERE batch = ? AND id NOT IN (SELECT target FROM withdrawn) ORDER BY clock, id",
            batch[0],
        )
        heads = [identity for (identity,) in rows.fetchall() if is_head(connection, identity)]
        if not heads:
            sql = "SELECT 1 FROM decision WHERE batch = ? AND id NOT IN (SELECT target FROM withdrawn)"
            raise _not_standing(connection.execute(sql, batch[0]).fetchone() is None)
        return "batch", heads
    found = connection.execute("SELECT id, kind FROM envelope WHERE substr(id, 1, ?) = ?", begins).fetchall()
    if len(found) != 1:
        raise _unknown(given)
    identity, kind = found[0]
    if kind == "decision" and is_head(connection, identity):
        return "decision", [identity]
    undone = connection.execute("SELECT 1 FROM withdrawn WHERE target = ?", (identity,)).fetchone() is not None
    if kind == "countersign" and not undone:
        return "countersign", [identity]
    if kind == "run" and not undone:
        return "run", [identity]
    if kind == "source" and identity in {source for source, _arrival, _side in sources(connection)}:
        return "source", [identity]
    if kind in ("decision", "countersign", "run", "source"):
        raise _not_standing(undone)
    raise _unknown(given)


def _unknown(given: str) -> RuhuError:
    what = _("没有以「{id}」开头的结论、批次、核对或导入，或不止一个").format(id=given[:32])
    return RuhuError("unknown_fact", what, _("用 ruhu log list 看编号，写得长一些"), category="usage")


def _not_standing(undone: bool) -> RuhuError:
    if undone:
        return RuhuError("not_standing", _("这一条已经撤销了"), _("用 ruhu log list 看后来做了什么"), category="usage")
    what = _("后面还有新的结论，这一条已不作数")
    return RuhuError("not_standing", what, _("请先撤销后面的那一条"), category="usage")
