"""Batches are kept as they were written, whatever comes after."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casebook.errors import RuhuError
from casebook.store.casebook import Casebook
from casebook.store.verify import verify
from casebook.store.views import contents
from exports.formats.format import LoadedFormat
from exports.upload.batches import (
    SentRow,
    VisitSent,
    WrittenFile,
    append_batch,
    batch_files,
    batch_named,
    batch_rows,
    batches,
    chain_head,
    next_number,
    revoke,
    sent_rows,
)
from survey_forms.visits.steps import pass_on
from survey_forms.visits.visit_list import visit_row
from tests.audit.casebooks import carry, interleaved
from tests.exports.upload.made_feedback import rebuilt
from tests.exports.upload.made_passed import small_format
from tests.survey_forms.visits.made_visits import enter, hand_in, new_book, plan_one
from tests.survey_forms.visits.made_visits import row as visit
from tui.all_views import VIEWS as EVERY_VIEW

BIG = bytes(range(256)) * 5000
FORMAT = LoadedFormat(small_format(), "name = 'small'\n", b"PK" + BIG, "a" * 64, "file")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with new_book(tmp_path / "县.ruhu") as made:
        yield made


def sent(visit: str, submission: str, key: str, digest: str = "d1") -> SentRow:
    return SentRow(0, 3, key, key, (("roster", key),), visit, submission, digest, "王大山", "990101196001010015", "")


def hand(book: Casebook, *rows: SentRow, keys: tuple[str, ...] = (), number: int = 0, name: str = "small") -> str:
    """A batch of these rows of one visit, whose people are `keys`."""
    files = [WrittenFile("甲.xlsx", b"PK" + BIG, len(rows)), WrittenFile("未上报.xlsx", b"", 0, upload=False)]
    visits = [VisitSent(row.visit, row.submission, keys or (row.key,)) for row in rows[:1]]
    format = FORMAT if name == "small" else LoadedFormat(small_format(name=name), "x", b"", "b" * 64, "file")
    with book.writing() as writing:
        return append_batch(
            writing, number=number or next_number(book), loaded=format, files=files, rows=rows, visits=visits,
            left_out=2, included=[("P9", "证件已核对")], head=chain_head(book),
        )  # fmt: skip


def passed(book: Casebook, household: str = "H001") -> tuple[str, str]:
    visit = plan_one(book, household)
    return visit, handed_in(book, visit)


def handed_in(book: Casebook, visit: str, *replaces: str) -> str:
    enter(book, visit)
    submission = hand_in(book, visit, "陈静", replaces=replaces)
    for reviewer in ("张伟", "刘敏"):
        pass_on(book.acted_by(reviewer), [visit])
    return submission


def refused(code: str, category: str) -> Any:
    return pytest.raises(RuhuError, check=lambda error: (error.code, error.category) == (code, category))


def test_kept_as_written(book: Casebook) -> None:
    head = chain_head(book)
    identity = hand(book, sent("v", "s", "P1"), sent("v", "s", "P2"), keys=("P1", "P2"))
    (row,) = batches(book)
    assert (row.id, row.number, row.rows, row.left_out, row.head) == (identity, 1, 2, 2, head.digest)
    assert (row.included, row.revoked, row.name) == ((("P9", "证件已核对"),), False, "1")
    assert batch_files(book, 1) == [("甲.xlsx", b"PK" + BIG), ("未上报.xlsx", b"")]
    assert batch_files(book, identity[:6]) == batch_files(book, "1")
    assert [one.key for one in batch_rows(book, identity)] == ["P1", "P2"]
    assert verify(book.connection).broken == ()
    body = book.connection.execute("SELECT content FROM body JOIN envelope USING (arrival) WHERE kind = 'batch'")
    told = body.fetchone()[0].decode()
    assert "王大山" not in told and "990101196001010015" not in told, "only ids, digests and names of files"
    with refused("no_batch", "usage"):
        batch_named(book, 2)
    with refused("batch_meanwhile", "locked"):
        hand(book, sent("v", "s", "P1"), number=1)
    assert next_number(book) == 2


def test_a_damaged_file_is_not_handed_out(book: Casebook) -> None:
    hand(book, sent("v", "s", "P1"))
    connection = book.connection
    connection.execute("DROP TRIGGER piece_update")
    (content,) = connection.execute("SELECT content FROM piece WHERE part = 'file' AND n = 1").fetchone()
    other = json.loads(content)
    other["b64"] = "AAAA" + other["b64"][4:]
    for damaged in (json.dumps(other).encode(), b"{", b'{"f": 0, "n": 1, "b64": "*"}'):
        connection.execute("UPDATE piece SET content = ? WHERE part = 'file' AND n = 1", (damaged,))
        with refused("batch_damaged", "unusable"):
            batch_files(book, 1)
    assert [one.what for one in verify(connection).broken] == ["pieces"]


def test_revoked_once_for_a_reason(book: Casebook) -> None:
    visit_id, submission = passed(book)
    hand(book, sent(visit_id, submission, "P1"))
    assert visit(book, visit_id).state == "reported"
    for number, reason, code in ((1, " ", "no_reason"), (4, "错了", "no_batch")):
        with refused(code, "usage"):
            revoke(book, number, reason)
    revoke(book, 1, "省里换了模板")
    with refused("revoked_already", "usage"):
        revoke(book, 1, "再撤")
    (row,) = batches(book)
    assert (row.revoked, row.reason, row.revoked_by) == (True, "省里换了模板", "刘敏")
    assert visit(book, visit_id).state == "passed" and sent_rows(book, "small") == {}
    assert batch_files(book, 1)[0][1] == b"PK" + BIG, "still there to be looked at"


def test_what_was_sent_last_counts(book: Casebook) -> None:
    hand(book, sent("v", "s", "P1", "old"), sent("v", "s", "P2", "same"))
    hand(book, sent("v", "s", "P1", "new"))
    hand(book, sent("v", "s", "P1", "elsewhere"), name="other")
    assert sent_rows(book, "small") == {"P1": "new", "P2": "same"}
    assert sent_rows(book, "other") == {"P1": "elsewhere"}
    revoke(book, 2, "错")
    assert sent_rows(book, "small") == {"P1": "old", "P2": "same"}


def test_a_visit_is_reported_when_all_of_it_is(book: Casebook) -> None:
    visit_id, submission = passed(book)
    hand(book, sent(visit_id, submission, "P1"), keys=("P1", "P2"))
    assert visit(book, visit_id).state == "passed", "somebody had to stay out"
    hand(book, sent(visit_id, submission, "P2"), keys=("P1", "P2"))
    assert visit(book, visit_id).state == "reported", "one in each batch"
    hand(book, sent(visit_id, submission, "P1"), name="other")
    revoke(book, 1, "错")
    assert visit(book, visit_id).state == "reported", "the other format's batch has it whole"
    revoke(book, 3, "错")
    assert visit_row(book, visit_id).state == "passed", "what the second rested on is gone"


def test_two_devices_give_one_number_and_come_to_the_same(book: Casebook, tmp_path: Path) -> None:
    visit_id, submission = passed(book)
    with new_book(tmp_path / "b.ruhu", "张伟") as other:
        carry(book, other)
        mine, theirs = hand(book, sent(visit_id, submission, "P1")), hand(other, sent(visit_id, submission, "P1", "x"))
        revoke(other, 1, "错")
        for source, target in ((book, other), (other, book)):
            carry(source, target)
        with refused("several_batches", "usage"):
            revoke(book, 1, "哪一个")
        assert {one.name for one in batches(book)} == {f"1 ({mine[:6]})", f"1 ({theirs[:6]})"}
        assert batches(book) == batches(other) and sent_rows(book, "small") == {"P1": "d1"}
        revoke(other, mine[:8], "两台电脑都做了")
        now = contents(other.connection, EVERY_VIEW)
        for choose in (min, max):  # the other device's facts first: a revoke before its batch, a batch before its visit
            tables = rebuilt(other, interleaved(other, choose))
            assert tables == now
        assert next_number(other) == 2
