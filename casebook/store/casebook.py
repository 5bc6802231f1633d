"""The casebook (案卷): one folder, one database, opened here and nowhere else."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store import facts
from casebook.store.accounts import account_of, rights_of
from casebook.store.clock import next_clock, wall_text
from casebook.store.core_views import CORE_VIEWS
from casebook.store.devices import refuse_before_first_packet, with_head
from casebook.store.facts import Envelope, Fact
from casebook.store.folder import DATABASE, LOCK, check_folder, make_folder, wipe_temporary
from casebook.store.moved import note_place, place_of, refuse_torn_copy, stay_one_device
from casebook.store.packets.checkouts import refuse_lent
from casebook.store.packets.policy import refuse_outside
from casebook.store.platform import file_lock
from casebook.store.rights import CLOSED, Rights, refuse
from casebook.store.scope import restrict
from casebook.store.sqlite import (
    WAIT,
    Connection,
    DatabaseError,
    connect,
    explained,
    storable,
)
from casebook.store.transaction import SCHEMA, make_fact_tables, transaction
from casebook.store.views import View, behind, catch_up, note_through, rebuild

_BODY_VERSION = 1
_SALT = 16


class Casebook:
    """An open casebook. Each thread that uses it has a connection of its own; `author` is who acts."""

    def __init__(
        self, folder: Path, author: str, views: Sequence[View], key: bytes | None, lock: ExitStack | None = None
    ) -> None:
        self.folder = folder
        self.author = storable(author)
        self.views = tuple(dict.fromkeys((*CORE_VIEWS, *views)))
        self.key = key
        self._lock = lock or ExitStack()
        self._local = threading.local()
        self._opened: list[Connection] = []
        self._name = ""
        self._rights: dict[str, Rights] = {}

    @property
    def path(self) -> Path:
        return self.folder / DATABASE

    @property
    def encrypted(self) -> bool:
        return self.key is not None

    @property
    def connection(self) -> Connection:
        """The connection of the thread that asks: what the acting person may see. While this thread writes, that on
        which it writes, which sees everything."""
        local = self._local
        if getattr(local, "writing", False) or self.rights.everywhere:
            return self.whole
        scoped: dict[tuple[str, Rights], Connection] = local.__dict__.setdefault("scoped", {})
        who = self.author, self.rights
        if who not in scoped:
            scoped[who] = self._connected()
            restrict(scoped[who], self.views, self.rights.areas, self.author)
        return scoped[who]

    @property
    def whole(self) -> Connection:
        """The connection of the thread that asks, whoever acts: for what must be complete (a packet, the proof of the
        chain) and shows nobody's data."""
        found: Connection | None = getattr(self._local, "whole", None)
        if found is None:
            found = self._local.whole = self._connected()
        return found

    def _connected(self) -> Connection:
        found = connect(self.path, self.key)
        self._opened.append(found)
        return found

    @property
    def rights(self) -> Rights:
        """What the acting person may do, as it was when the casebook was opened or last written to."""
        found = self._rights.get(self.author)
        if found is None:
            found = self._rights[self.author] = self.rights_in(self.whole)
        return found

    def rights_in(self, connection: Connection) -> Rights:
        """The same as a connection has it now."""
        return rights_of(connection, self.author, plain=not self.encrypted)

    def refusal(self, kind: str, area: str) -> RuhuError | None:
        """Why a fact of this kind and area would be refused now; None where it would not be."""
        try:
            refuse(self.rights, kind, {}, area)
            refuse_lent(self.whole, kind, area)
            refuse_outside(self.whole, self.device, kind, area)
        except RuhuError as error:
            return error
        return None

    @property
    def name(self) -> str:
        """The casebook's own name, as its first fact has it."""
        self._name = self._name or self._meta("name")
        return self._name

    @property
    def device(self) -> str:
        """This copy's id, under which its facts are chained. It may change while the casebook is open."""
        return self._meta("device")

    def _meta(self, key: str) -> str:
        row = self.whole.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        if row is None:
            what, remedy = _("案卷文件已损坏"), _("请用 ruhu restore 恢复最近的备份")
            raise RuhuError("damaged", what, remedy, Place(file=self.folder.name))
        return str(row[0])

    def acted_by(self, author: str) -> Casebook:
        """The same open casebook with another person acting; only the original is closed."""
        other = copy(self)
        other.author = storable(author)
        return other

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction: everything appended in the block is stored, or nothing.

        Raises RuhuError (locked) when another process keeps writing for 5 s, (unusable) on a full disk and the like.
        """
        connection = self.whole
        with transaction(connection, self.path):
            # another process may have a release with other views, and have written without ours
            catch_up(connection, behind(connection, self.views))
            self._local.writing = True
            try:
                writing = Writing(self, connection)
                yield writing
                writing.finish()
            finally:
                self._local.writing = False
        self._rights[self.author] = writing.rights

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Everything read in the block is of one moment, whatever others write meanwhile."""
        connection = self.connection
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("ROLLBACK")

    def close(self) -> None:
        for connection in self._opened:
            connection.close()
        self._opened.clear()
        self._local = threading.local()
        self._lock.close()

    def __enter__(self) -> Casebook:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()


class Writing:
    """An open transaction of a casebook. What a view's `finish` fills is there when it ends."""

    def __init__(self, casebook: Casebook, connection: Connection) -> None:
        self.casebook = casebook
        self.connection = connection
        self._rights: Rights | None = None
        self._newest = 0
        self.rebuild = False
        """Whether views must be made anew when the transaction ends: facts that they were fed have changed."""

    @property
    def rights(self) -> Rights:
        """What the acting person may do at this moment."""
        if self._rights is None:
            self._rights = self.casebook.rights_in(self.connection)
        return self._rights

    def append(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        area: str = "",
        parents: Sequence[str] = (),
        pieces: Mapping[str, Iterable[bytes]] | None = None,
    ) -> Fact:
        """Store one fact and feed it to the views. `area` is `township/village`, '' for facts of the whole county.

        Raises RuhuError (usage, not_allowed) where the acting person's role or areas do not allow it.
        """
        self._refuse(kind, body, area)
        refuse_lent(self.connection, kind, area)
        book = self.casebook
        head = self.connection.execute("SELECT seq, digest FROM head WHERE device = ?", (book.device,)).fetchone()
        if head is None:
            refuse_before_first_packet(self.connection)
        refuse_outside(self.connection, book.device, kind, area)
        seq, prev = head or (0, facts.FIRST)
        (last,) = self.connection.execute("SELECT coalesce(max(clock), 0) FROM envelope").fetchone()
        now = datetime.now(UTC)
        if kind == "device":
            body = with_head(self.connection, body)
        salt, content = secrets.token_bytes(_SALT), facts.encoded(body)
        envelope = Envelope(
            id=secrets.token_hex(16),
            device=book.device,
            seq=seq + 1,
            prev=prev,
            kind=kind,
            version=_BODY_VERSION,
            area=area,
            parents=tuple(parents),
            wall=wall_text(now),
            clock=next_clock(last, now),
            author=book.author,
            body_digest=facts.body_digest(salt, content),
        )
        numbered = {part: enumerate(rows) for part, rows in (pieces or {}).items()}
        return self.take(envelope, salt, content, numbered)

    def _refuse(self, kind: str, body: Mapping[str, Any], area: str) -> None:
        if kind != "undo":
            refuse(self.rights, kind, body, area)
            if kind == "account":
                self._rights = None
            return
        rows = self.connection.execute(
            "SELECT DISTINCT kind, area FROM envelope WHERE id IN (SELECT value FROM json_each(?))",
            (facts.encoded(body["targets"]).decode(),),
        )
        for of_kind, of_area in rows.fetchall():
            refuse(self.rights, of_kind, {}, of_area)
            refuse_outside(self.connection, self.casebook.device, of_kind, of_area)

    def take(
        self, envelope: Envelope, salt: bytes, content: bytes | None, pieces: Mapping[str, Iterable[tuple[int, bytes]]]
    ) -> Fact:
        """Store a fact as it is, of this device or another, and feed it to the views. Pieces have their numbers."""
        arrival = facts.insert(self.connection, envelope, salt, content)
        for part, rows in pieces.items():
            facts.insert_pieces(self.connection, arrival, part, rows)
        self.connection.execute(
            "INSERT INTO head VALUES (?, ?, ?) "
            "ON CONFLICT (device) DO UPDATE SET seq = excluded.seq, digest = excluded.digest",
            (envelope.device, envelope.seq, envelope.digest),
        )
        fact = Fact(arrival, envelope, None if content is None else facts.decoded(content))
        for view in self.casebook.views:
            view.apply(self.connection, fact)
        self._newest = arrival
        if envelope.kind == "erase" and content is not None:
            from casebook.store.erasure import carry_out

            self.rebuild = carry_out(self.connection, fact) or self.rebuild
        return fact

    def finish(self) -> None:
        """Finish the views after the last fact; once, for a packet brings thousands."""
        if self.rebuild:
            rebuild(self.connection, self.casebook.views)
            self.rebuild = False
        elif self._newest:
            for view in self.casebook.views:
                view.finish(self.connection)
            note_through(self.connection, self.casebook.views, self._newest)


def create_casebook(
    folder: Path,
    *,
    name: str,
    author: str,
    views: Sequence[View],
    key: bytes | None = None,
    joining: Callable[[Connection, str], None] | None = None,
) -> Casebook:
    """Make a new casebook with `author` as its 管理员. Raises RuhuError where the folder is taken or unfit.

    `joining` is told the new device id, and keeps in `meta` which casebook this one is of, instead of the first facts.
    """
    make_folder(folder)
    book = Casebook(folder, author, views, key, _shared_lock(folder))
    try:
        connection = book.whole
        with transaction(connection, book.path):
            make_fact_tables(connection)
            device = secrets.token_hex(8)
            connection.executemany("INSERT INTO meta VALUES (?, ?)", [("device", device), ("name", storable(name))])
            note_place(connection, place_of(folder, book.path))
            catch_up(connection, book.views)
            if joining is not None:
                joining(connection, device)
            else:
                writing = Writing(book, connection)
                writing.append("casebook", {"name": name})
                writing.append("account", {"name": author, "role": "管理员"})
                writing.finish()
    except BaseException:
        book.close()
        raise
    return book


def open_casebook(folder: Path, *, author: str, views: Sequence[View], key: bytes | None = None) -> Casebook:
    """Open a casebook and bring its views to the newest fact.

    Raises RuhuError: not there, not a casebook, on a network drive, written by a newer ruhu, wrong key, damaged;
    (locked) while it is being restored or another process keeps writing.
    """
    check_folder(folder)
    book = Casebook(folder, author, views, key, _shared_lock(folder))
    try:
        (schema,) = _read(book, "PRAGMA user_version")
        if schema == 0:
            what = _("这个案卷没有建成")
            raise RuhuError("not_finished", what, _("请用 ruhu new 另建一个"), Place(file=folder.name))
        if schema > SCHEMA:
            what = _("这个案卷是新版 ruhu 写的")
            raise RuhuError("newer_casebook", what, _("请先升级 ruhu"), Place(file=folder.name))
        refuse_torn_copy(book)
        if schema < SCHEMA:
            from casebook.store.backup import rolling_backup  # it knows casebooks

            rolling_backup(book, "migration")
        if schema < SCHEMA or behind(book.whole, book.views):
            with transaction(book.whole, book.path):
                make_fact_tables(book.whole)
                catch_up(book.whole, behind(book.whole, book.views))
        _refuse_closed(book)
        stay_one_device(book)
        wipe_temporary(folder)
        _clean(book)
    except DatabaseError as error:
        book.close()
        raise explained(error, book.path) from error
    except BaseException:
        book.close()
        raise
    return book


def _clean(book: Casebook) -> None:
    """Take out of the file what an erasure left in its free space while another process had it open."""
    from casebook.store.cleaning import clean  # it knows casebooks

    clean(book)


def _refuse_closed(book: Casebook) -> None:
    account = account_of(book.whole, book.author)
    if account is not None and account.role == CLOSED:
        what = _("你的账号已停用")
        remedy = _("请找管理员重新开（ruhu account add）")
        raise RuhuError("account_closed", what, remedy, Place(file=book.folder.name), "usage")


def _read(book: Casebook, sql: str) -> tuple[Any, ...]:
    try:
        row: tuple[Any, ...] = book.whole.execute(sql).fetchone()
    except DatabaseError as error:
        raise explained(error, book.path) from error
    return row


def _shared_lock(folder: Path) -> ExitStack:
    """Held while a casebook is open, so that it is not restored or encrypted anew meanwhile."""
    stack = ExitStack()
    stack.enter_context(file_lock(folder / LOCK, shared=True, timeout=WAIT))
    return stack
