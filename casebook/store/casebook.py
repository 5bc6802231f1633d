"""The casebook (案卷): one folder, one database, opened here and nowhere else."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store import facts
from casebook.store.clock import next_clock, wall_text
from casebook.store.core_views import CORE_VIEWS
from casebook.store.facts import Envelope, Fact
from casebook.store.folder import DATABASE, LOCK, check_folder, make_folder, wipe_temporary
from casebook.store.platform import file_lock
from casebook.store.sqlite import (
    WAIT,
    Connection,
    DatabaseError,
    complete_statement,
    connect,
    explained,
    storable,
)
from casebook.store.views import View, behind, catch_up, note_through

SCHEMA = 2
"""`user_version` of the fact tables. They never change their meaning, a release may only add one; views migrate by being
rebuilt."""

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
        self._device = self._name = ""

    @property
    def path(self) -> Path:
        return self.folder / DATABASE

    @property
    def encrypted(self) -> bool:
        return self.key is not None

    @property
    def connection(self) -> Connection:
        """The connection of the thread that asks."""
        found: Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = connect(self.path, self.key)
            self._opened.append(found)
        return found

    @property
    def name(self) -> str:
        """The casebook's own name, as its first fact has it."""
        self._name = self._name or self._meta("name")
        return self._name

    @property
    def device(self) -> str:
        """This copy's id, under which its facts are chained."""
        self._device = self._device or self._meta("device")
        return self._device

    def _meta(self, key: str) -> str:
        return str(self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()[0])

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
        connection = self.connection
        with _transaction(connection, self.path):
            # another process may have a release with other views, and have written without ours
            catch_up(connection, behind(connection, self.views))
            writing = Writing(self, connection)
            yield writing
            writing.finish()

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
        self._newest = 0

    def append(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        area: str = "",
        parents: Sequence[str] = (),
        pieces: Mapping[str, Iterable[bytes]] | None = None,
    ) -> Fact:
        """Store one fact and feed it to the views. `area` is `township/village`, '' for facts of the whole county."""
        book = self.casebook
        head = self.connection.execute("SELECT seq, digest FROM head WHERE device = ?", (book.device,)).fetchone()
        seq, prev = head or (0, facts.FIRST)
        (last,) = self.connection.execute("SELECT coalesce(max(clock), 0) FROM envelope").fetchone()
        now = datetime.now(UTC)
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
        return self.take(envelope, salt, content, pieces or {})

    def take(
        self, envelope: Envelope, salt: bytes, content: bytes | None, pieces: Mapping[str, Iterable[bytes]]
    ) -> Fact:
        """Store a fact as it is, of this device or another, and feed it to the views."""
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
        return fact

    def finish(self) -> None:
        """Finish the views after the last fact; once, for a packet brings thousands."""
        if self._newest:
            for view in self.casebook.views:
                view.finish(self.connection)
            note_through(self.connection, self.casebook.views, self._newest)


def create_casebook(
    folder: Path, *, name: str, author: str, views: Sequence[View], key: bytes | None = None
) -> Casebook:
    """Make a new casebook with `author` as its 管理员. Raises RuhuError where the folder is taken or unfit."""
    make_folder(folder)
    book = Casebook(folder, author, views, key, _shared_lock(folder))
    try:
        connection = book.connection
        with _transaction(connection, book.path):
            _make_fact_tables(connection)
            device = secrets.token_hex(8)
            connection.executemany("INSERT INTO meta VALUES (?, ?)", [("device", device), ("name", storable(name))])
            catch_up(connection, book.views)
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
        if schema < SCHEMA or behind(book.connection, book.views):
            with _transaction(book.connection, book.path):
                _make_fact_tables(book.connection)
                catch_up(book.connection, behind(book.connection, book.views))
        wipe_temporary(folder)
    except DatabaseError as error:
        book.close()
        raise explained(error, book.path) from error
    except BaseException:
        book.close()
        raise
    return book


def _make_fact_tables(connection: Connection) -> None:
    """The tables of facts, and those that a casebook of an earlier release lacks."""
    for statement in _statements(facts.FACT_TABLES):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA}")


def _read(book: Casebook, sql: str) -> tuple[Any, ...]:
    try:
        row: tuple[Any, ...] = book.connection.execute(sql).fetchone()
    except DatabaseError as error:
        raise explained(error, book.path) from error
    return row


def _shared_lock(folder: Path) -> ExitStack:
    """Held while a casebook is open, so that it is not restored or encrypted anew meanwhile."""
    stack = ExitStack()
    stack.enter_context(file_lock(folder / LOCK, shared=True, timeout=WAIT))
    return stack


@contextmanager
def _transaction(connection: Connection, path: Path) -> Iterator[None]:
    try:
        connection.execute("BEGIN IMMEDIATE")  # inside another one it fails, and leaves that as it is
    except DatabaseError as error:
        raise explained(error, path) from error
    try:
        yield
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:  # a full disk has ended it already
            connection.execute("ROLLBACK")
        if isinstance(error, DatabaseError):
            raise explained(error, path) from error
        raise


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; a trigger holds semicolons of its own."""
    statement = ""
    for part in script.split(";"):
        statement += part + ";"
        if complete_statement(statement):
            if statement.strip(" \n;"):
                yield statement
            statement = ""
