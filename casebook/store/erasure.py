"""Erasing a person (删除): a fact that says which places of which facts are blanked, and every machine blanks its own.

The envelopes stay, so the chain stays whole. A fact in which something was blanked has a new body: with the digests of
its pieces as they are now and a new salt, so that no digest is left from which the old words could be guessed. The
`erase` fact holds the digest of each new body; of what was blanked it holds the places only, and goes everywhere.
"""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store import facts
from casebook.store.blanking import Op, blanked
from casebook.store.erasure_view import KIND
from casebook.store.facts import Fact, body_digest, decoded, encoded
from casebook.store.sources import household_digests
from casebook.store.sqlite import Connection
from casebook.store.views import View

CLEANING = "cleaning"
"""The entry in `meta` that says that old words may still be in free space of the file: removed when it is cleaned."""

MASK = "mask"
"""The part of an erase fact's pieces: for each fact, its places."""

FILE_PART = "file"
"""The part under which a fact keeps whole files: pieces {"f": which of the body's `files`, "b64": some of its bytes}"""

_CHUNK = 512 * 1024

Pieces = dict[str, list[tuple[int, bytes]]]


@dataclass(frozen=True, slots=True)
class Mask:
    """What is blanked of one fact: of its body, of pieces (part, n, places), cells of kept files (number: part of the
    workbook: references). `digests` of parts as they come out, for machines that do not hold all pieces."""

    fact: str
    body: tuple[Op, ...] = ()
    pieces: tuple[tuple[str, int, tuple[Op, ...]], ...] = ()
    files: Mapping[str, Mapping[str, Sequence[str]]] | None = None
    digests: Mapping[str, Any] | None = None
    kept: Mapping[str, Any] | None = None

    @staticmethod
    def of(told: Any) -> Mask:
        pieces = tuple((part, n, tuple(ops)) for part, n, ops in told["pieces"])
        return Mask(
            told["fact"], tuple(told["body"]), pieces, told["files"], told["digests"], told.get("kept") or {}
        )  # fmt: skip

    def told(self) -> dict[str, Any]:
        return {
            "fact": self.fact,
            "body": list(self.body),
            "pieces": [[part, n, list(ops)] for part, n, ops in self.pieces],
            "files": self.files or {},
            "digests": self.digests or {},
            "kept": self.kept or {},
        }


# Who was erased, and what may stand in the place of a body


@dataclass(frozen=True, slots=True)
class _Telling:
    """What one erase fact says of another fact: the digest of its body after, and the erasures that it came after."""

    erase: str
    after: str
    earlier: tuple[str, ...]


class Erased:
    """What the erasures of a casebook, or of it and a packet, say of facts."""

    def __init__(self, told: Iterable[Fact]) -> None:
        self._of: defaultdict[str, list[_Telling]] = defaultdict(list)
        for fact in told:
            for identity, after, earlier in (fact.body or {}).get("facts", ()):
                self._of[identity].append(_Telling(fact.id, after, tuple(earlier)))

    def __contains__(self, fact: object) -> bool:
        return fact in self._of

    def may_come(self, fact: str, promised: str, digest: str) -> bool:
        """Whether a body of this digest may come for a fact whose envelope promised another: before or after any of
        the erasures. Where two were made that did not know each other nobody can tell."""
        return self.is_known(fact, promised, digest) or self.apart(fact)

    def stands(self, fact: str, promised: str, digest: str) -> bool:
        """Whether a body of this digest is the one that should stand here, all erasures done."""
        told = self._of.get(fact)
        if not told:
            return digest == promised
        whole = {one.after for one in told if self._knows_all(fact, one)}
        return digest in whole if whole else True

    def erasures(self, fact: str) -> list[str]:
        return [one.erase for one in self._of.get(fact, ())]

    def after(self, fact: str, erase: str) -> str:
        """The digest of the body that an erasure promises."""
        return next((one.after for one in self._of.get(fact, ()) if one.erase == erase), "")

    def is_known(self, fact: str, promised: str, digest: str) -> bool:
        """Whether this is the digest of the fact's first body, or of one that an erasure promises."""
        return digest == promised or digest in self._after(fact)

    def apart(self, fact: str) -> bool:
        """Whether two erasures of a fact were made that did not know each other, and none since that knew both."""
        told = self._of.get(fact, ())
        return bool(told) and not any(self._knows_all(fact, one) for one in told)

    def _after(self, fact: str) -> set[str]:
        return {one.after for one in self._of.get(fact, ())}

    def _knows_all(self, fact: str, telling: _Telling) -> bool:
        return {one.erase for one in self._of[fact]} <= {telling.erase, *telling.earlier}


def erased(connection: Connection, more: Iterable[Fact] = ()) -> Erased:
    """What all erasures of this casebook say, with those of a packet that is being looked at."""
    return Erased((*_erasures(connection), *more))


def _erasures(connection: Connection) -> list[Fact]:
    return list(facts.facts(connection, "e.kind = ?", (KIND,)))


def came_later(connection: Connection, views: Iterable[View]) -> list[str]:
    """The facts that tell of somebody erased: written on a machine before the erasure was known there, and not blanked
    by any. Erasing the person once more does it."""
    people = frozenset(person for (person,) in connection.execute("SELECT person FROM erased_person"))
    return sorted({fact for view in views for fact in view.about(connection, people)}) if people else []


# Carrying out


def carry_out(connection: Connection, erase: Fact) -> bool:
    """Blank what an erase fact tells of, as far as it is here: whether anything was. Inside a transaction; the views
    must be rebuilt in it. Raises RuhuError (unusable) when it comes out otherwise than the fact says."""
    every = erased(connection)
    found = False
    with _unlocked(connection):
        for told in _masks(connection, erase):
            found |= _blank_fact(connection, told, erase.id, every)
    if found:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, '1')", (CLEANING,))
    return found


def as_erased(
    connection: Connection, fact: str, promised: str, salt: bytes, content: bytes, pieces: Mapping[str, Any]
) -> tuple[bytes, bytes, Pieces]:
    """A body with its pieces (part: (n, content) pairs) as it is to be stored: blanked, where an erasure that is known
    here tells of the fact and the body does not know it yet. `promised` is the envelope's digest of it."""
    parts: Pieces = {part: list(rows) for part, rows in pieces.items()}
    every = erased(connection)
    for erase in _erasures(connection) if fact in every else ():
        if erase.id in every.erasures(fact):
            told = next((one for one in _masks(connection, erase) if one.fact == fact), None)
            if told is not None:
                salt, content, parts = _done(told, erase.id, every, promised, (salt, content, parts))
    return salt, content, parts


def _done(
    told: Mask, erase: str, every: Erased, promised: str, before: tuple[bytes, bytes, Pieces]
) -> tuple[bytes, bytes, Pieces]:
    """A body with its pieces once an erasure is done; the same where it is done already. Where erasures met that did
    not know each other, no fact promises the digest, and the salt follows from the content: so it is the same on all
    machines. Raises RuhuError (unusable) when it comes out otherwise than the erasure says."""
    salt, content, parts = before
    new_salt, new, made = after(told, salt, content, parts)
    if (new, made) == (content, parts):
        return before
    digest = body_digest(new_salt, new)
    if digest != every.after(told.fact, erase):
        if every.is_known(told.fact, promised, body_digest(salt, content)) and not every.apart(told.fact):
            what = _("删除个人信息的记录与这里的内容对不上")
            raise RuhuError("erasure_differs", what, _("请用 ruhu log verify 检查这个案卷"))
        new_salt = hashlib.sha256(b"erased " + new).digest()[: len(salt)]
    return new_salt, new, made


def after(told: Mask, salt: bytes, content: bytes, parts: Mapping[str, Any]) -> tuple[bytes, bytes, Pieces]:
    """Salt, body and pieces once what `told` says is blanked."""
    body = decoded(content)
    made: Pieces = {part: list(rows) for part, rows in parts.items()}
    places: defaultdict[str, dict[int, tuple[Op, ...]]] = defaultdict(dict)
    for part, n, ops in told.pieces:
        places[part][n] = ops
    for part, ops_of in places.items():
        made[part] = [
            (n, encoded(blanked(decoded(one), ops_of[n])) if n in ops_of else one) for n, one in made.get(part, ())
        ]
    if told.files and made.get(FILE_PART):
        made[FILE_PART] = _files_blanked(body, made[FILE_PART], told.files)
    elif told.files:
        for f, kept in (told.kept or {}).items():
            body["files"][int(f)].update(kept)
    body = blanked(body, told.body)
    for part in {*places, *([FILE_PART] if told.files else ())}:
        _digest_anew(body, part, made.get(part, []), frozenset(places[part]), (told.digests or {}).get(part))
    return hashlib.sha256(salt).digest()[: len(salt)], encoded(body), made


def _files_blanked(
    body: Any, pieces: Sequence[tuple[int, bytes]], cells: Mapping[str, Mapping[str, Sequence[str]]]
) -> list[tuple[int, bytes]]:
    """The pieces of kept files with cells emptied, and the files' digests in the body."""
    from casebook.store.blank_rows import cells_blanked

    made: list[bytes] = []
    for f, content in _contents(pieces).items():
        if str(f) in cells:
            content = cells_blanked(content, cells[str(f)])
            body["files"][f] |= {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        for start in range(0, len(content), _CHUNK):
            chunk = base64.b64encode(content[start : start + _CHUNK]).decode("ascii")
            made.append(encoded({"f": f, "b64": chunk}))
    return list(enumerate(made))


def _contents(pieces: Iterable[tuple[int, bytes]]) -> dict[int, bytes]:
    contents: defaultdict[int, list[bytes]] = defaultdict(list)
    for _n, piece in sorted(pieces):
        chunk = decoded(piece)
        contents[chunk["f"]].append(base64.b64decode(chunk["b64"]))
    return {f: b"".join(chunks) for f, chunks in contents.items()}


def kept_files(connection: Connection, fact: str) -> dict[int, bytes]:
    """The files that a fact keeps, by their number; none where its pieces are not here."""
    here = stored(connection, fact)
    return _contents(here.parts.get(FILE_PART, ())) if here is not None else {}


def _digest_anew(body: Any, part: str, pieces: Sequence[tuple[int, bytes]], touched: frozenset[int], told: Any) -> None:
    """The digest of a part in the body, from the pieces as they are now; from what the erasure tells where they are not
    here, or not all: of a list some households may be."""
    digests = body.get("digests", {})
    if part not in digests:
        return
    if isinstance(digests[part], str):
        digests[part] = facts.pieces_digest(pieces) if pieces or told is None else told
        return
    homes = {decoded(content)[2] for n, content in pieces if n in touched}
    told = told or {}
    for home in {*homes, *map(int, told)}:
        rows = [(n, content) for n, content in pieces if decoded(content)[2] == home]
        if rows and home < len(digests[part]):
            digests[part][home] = household_digests(bytes.fromhex(body["salt"]), rows)[0]
        elif str(home) in told:
            digests[part][home] = told[str(home)]


def _masks(connection: Connection, erase: Fact) -> Iterator[Mask]:
    return (Mask.of(told) for _n, told in list(facts.pieces(connection, erase.arrival, MASK)))


@dataclass(frozen=True, slots=True)
class Stored:
    """A fact's body and pieces as they stand here; `promised` is the envelope's digest of the first body."""

    arrival: int
    promised: str
    salt: bytes
    content: bytes
    parts: Pieces


def stored(connection: Connection, fact: str) -> Stored | None:
    """A fact's body and pieces; None where its body is not here."""
    row = connection.execute(
        "SELECT e.arrival, e.body_digest, b.salt, b.content FROM envelope e JOIN body b USING (arrival) WHERE e.id = ?",
        (fact,),
    ).fetchone()
    if row is None:
        return None
    arrival, promised, salt, content = row
    parts: Pieces = {}
    sql = "SELECT part, n, content FROM piece WHERE arrival = ? ORDER BY part, n"
    for part, n, piece in connection.execute(sql, (arrival,)):
        parts.setdefault(part, []).append((n, piece))
    return Stored(arrival, promised, salt, content, parts)


def _blank_fact(connection: Connection, told: Mask, erase: str, every: Erased) -> bool:
    here = stored(connection, told.fact)
    if here is None:
        return False
    before = (here.salt, here.content, here.parts)
    made = _done(told, erase, every, here.promised, before)
    if made == before:
        return False
    salt, content, parts = made
    connection.execute("UPDATE body SET salt = ?, content = ? WHERE arrival = ?", (salt, content, here.arrival))
    for part, rows in parts.items():
        if rows != here.parts.get(part):
            connection.execute("DELETE FROM piece WHERE arrival = ? AND part = ?", (here.arrival, part))
            facts.insert_pieces(connection, here.arrival, part, rows)
    return True


class _unlocked:
    """Bodies and pieces may be changed in the block: the triggers that keep them are taken away and put back, inside
    the transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._triggers: list[tuple[str, str]] = []

    def __enter__(self) -> None:
        sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name IN ('body', 'piece')"
        self._triggers = self._connection.execute(sql).fetchall()
        for name, _sql in self._triggers:
            self._connection.execute(f"DROP TRIGGER {name}")

    def __exit__(self, *_raised: object) -> None:
        for _name, sql in self._triggers:
            self._connection.execute(sql)
