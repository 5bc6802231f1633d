"""Anchors (锚): one short line that, printed and kept outside, shows later that nothing was cut off or made anew.

The line names this machine's newest fact and the beginning of its digest, which holds all its facts before. What other
machines wrote, and the access log, are held by a fact of kind `anchor`: it is written before the line where they have
moved on, and names their heads.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook
from casebook.store.devices import device_of, refuse_before_first_packet
from casebook.store.facts import Fact, facts
from casebook.store.rights import ADMINISTRATOR
from casebook.store.sqlite import Connection

KIND = "anchor"

_DEVICE = 8
"""Characters of a device's id in the line."""
_DIGEST = 20
"""Characters of the digest, 80 bits: nobody makes another chain that has them."""
_GROUP = 5
_ALIKE = 12
"""With so many characters right a digest was copied with slips; by chance one in sixteen is."""

Standing = Literal["holds", "cut", "altered", "miscopied", "unknown"]
"""What an anchor shows: its fact stands in the chain; the chain ends before it; another fact stands there; the same
but for slips of the hand; nothing of its device is here."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A printed line. `device` and `digest` (hexadecimal) are beginnings, `day` is when it was made, here."""

    casebook: str
    day: date
    device: str
    seq: int
    digest: str

    def __str__(self) -> str:
        return f"{self.casebook} {self.day.isoformat()} {self.device}-{self.seq} {grouped(self.digest)}"


@dataclass(frozen=True, slots=True)
class Checked:
    """An anchor held against a casebook. `seq` is the device's newest fact here; where it was miscopied and can be
    told, `meant` is the number that the digest belongs to."""

    anchor: Anchor
    standing: Standing
    seq: int = 0
    meant: int = 0


def grouped(digest: str) -> str:
    """A digest as anchors show it: its beginning in groups that can be read aloud."""
    return "-".join(digest[at : at + _GROUP] for at in range(0, min(len(digest), _DIGEST), _GROUP))


def anchor_line(book: Casebook, now: datetime | None = None) -> Anchor:
    """The anchor of the casebook as it is, `str()` of it the line. Where others' facts came in or something was looked
    at since this machine's last anchor, a fact is appended that holds them. Not inside a step of the caller's.

    Raises RuhuError (locked), (unusable) as any step; (usage) on a machine that has joined and has no fact yet.
    """
    connection, device = book.whole, book.device
    refuse_before_first_packet(connection)
    if _told(connection, device) != _to_tell(connection, device):
        with book.writing() as writing:
            heads, entry = _to_tell(writing.connection, device)
            writing.append(KIND, {"heads": [[other, *head] for other, head in heads.items()], "access": list(entry)})
    seq, digest = connection.execute("SELECT seq, digest FROM head WHERE device = ?", (device,)).fetchone()
    return Anchor(book.name, (now or datetime.now()).date(), device[:_DEVICE], seq, digest[:_DIGEST])


_LINE = re.compile(
    r"(?P<name>.*?)\s*(?P<day>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})\s+(?P<device>[0-9a-filo]{8})\s*-\s*(?P<seq>[0-9]{1,15})"
    rf"\s+(?P<digest>(?:[0-9a-filo][\s-]*){{{_DIGEST}}})(?![0-9a-z])",
    re.DOTALL | re.IGNORECASE,
)
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣", "-"))
_LETTERS = str.maketrans("oil", "011")
_LONGEST = 1000


def read_anchor(text: str) -> Anchor:
    """The anchor that stands in a text, copied from paper or with what stands around it. Raises RuhuError (usage)."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip()
    found = _LINE.search(plain) if len(plain) <= _LONGEST else None
    try:
        if found is None:
            raise ValueError
        year, month, day = map(int, found["day"].split("-"))
        when = date(year, month, day)
    except ValueError:
        what = _("这不是一行锚")
        remedy = _("请写全：案卷名、日期、设备-编号、摘要。例：{example}").format(example=_EXAMPLE)
        raise RuhuError("usage_anchor", what, remedy, category="usage") from None
    digest = re.sub(r"[\s-]", "", found["digest"])
    return Anchor(found["name"].strip(), when, _hex(found["device"]), int(found["seq"]), _hex(digest))


def _hex(copied: str) -> str:
    """Hexadecimal characters where a hand wrote letters that look like them."""
    return copied.lower().translate(_LETTERS)


_EXAMPLE = "金口河 2026-11-23 1a2b3c4d-57 3c9e1-a2b4d-5f607-182ab"


def check_anchor(connection: Connection, anchor: Anchor) -> Checked:
    """Hold an anchor against the envelopes as they are stored: it shows something only where `verify` finds them
    whole."""
    rows = connection.execute(
        "SELECT device, max(seq) FROM envelope WHERE substr(device, 1, ?) = ? GROUP BY device ORDER BY device",
        (len(anchor.device), anchor.device),
    ).fetchall()
    found = [_against(connection, anchor, device, newest) for device, newest in rows]
    return min(found, key=lambda one: _ORDER.index(one.standing), default=Checked(anchor, "unknown"))


_ORDER: tuple[Standing, ...] = ("holds", "miscopied", "altered", "cut", "unknown")


def _against(connection: Connection, anchor: Anchor, device: str, newest: int) -> Checked:
    row = connection.execute(
        "SELECT digest FROM envelope WHERE device = ? AND seq = ?", (device, anchor.seq)
    ).fetchone()
    digest = str(row[0]) if row else ""
    if digest.startswith(anchor.digest):
        return Checked(anchor, "holds", newest)
    elsewhere = connection.execute(
        "SELECT seq FROM envelope WHERE device = ? AND substr(digest, 1, ?) = ?",
        (device, len(anchor.digest), anchor.digest),
    ).fetchone()
    if elsewhere:
        return Checked(anchor, "miscopied", newest, int(elsewhere[0]))
    if sum(one == other for one, other in zip(digest, anchor.digest, strict=False)) >= _ALIKE:
        return Checked(anchor, "miscopied", newest, anchor.seq)
    return Checked(anchor, "altered" if row else "cut", newest)


@dataclass(frozen=True, slots=True)
class Missing:
    """What an anchor's fact (`fact`, its id) names and is not here as it was: the envelope `seq` of a device; where
    `device` is '' the access log's entry of that number."""

    device: str
    seq: int
    fact: str


def missing(connection: Connection, device: str) -> Iterator[Missing]:
    """The first of each chain that an anchor's fact names and that is gone or another. `device` is this machine's:
    the access log is its own. Of other machines only those that may write anything are believed: else the owner of a
    laptop could have the office's trail called broken, and nobody could give it a new key or restore a backup."""
    seen: set[str] = set()
    for fact in _anchors(connection):
        if fact.envelope.device != device and not _may_write_anything(connection, fact.envelope.device):
            continue
        heads, entry = _named(fact)
        for of_device, (seq, digest) in heads.items():
            sql = "SELECT 1 FROM envelope WHERE device = ? AND seq = ? AND digest = ?"
            if of_device not in seen and connection.execute(sql, (of_device, seq, digest)).fetchone() is None:
                seen.add(of_device)
                yield Missing(of_device, seq, fact.id)
        if fact.envelope.device == device and entry[0] and "" not in seen:
            sql = "SELECT 1 FROM access WHERE n = ? AND digest = ?"
            if connection.execute(sql, entry).fetchone() is None:
                seen.add("")
                yield Missing("", entry[0], fact.id)


def _may_write_anything(connection: Connection, device: str) -> bool:
    """One that nobody told of is this machine before a restore, or was vouched for."""
    told = device_of(connection, device)
    return told is None or (told.whole_county and told.role in ("", ADMINISTRATOR))


_Heads = dict[str, tuple[int, str]]
_Entry = tuple[int, str]


def _anchors(connection: Connection) -> Iterator[Fact]:
    """The facts of the kind that can be read; of the others `verify` speaks."""
    for (arrival,) in connection.execute("SELECT arrival FROM envelope WHERE kind = ? ORDER BY arrival", (KIND,)):
        try:
            yield from facts(connection, "e.arrival = ?", (arrival,))
        except (ValueError, TypeError):
            continue


def _named(fact: Fact | None) -> tuple[_Heads, _Entry]:
    """What an anchor's fact names: the heads of other devices, the newest entry of the access log."""
    told: Any = fact.body if fact is not None else None
    try:
        heads = {str(device): (int(seq), str(digest)) for device, seq, digest in told["heads"]}
        n, digest = told["access"]
        return heads, (int(n), str(digest))
    except (LookupError, TypeError, ValueError):
        return {}, (0, "")


def _told(connection: Connection, device: str) -> tuple[_Heads, _Entry]:
    """What this machine's newest anchor names."""
    row = "e.arrival = (SELECT max(arrival) FROM envelope WHERE kind = ? AND device = ?)"
    return _named(next(facts(connection, row, (KIND, device)), None))


def _to_tell(connection: Connection, device: str) -> tuple[_Heads, _Entry]:
    """What there is to name. Anchors alone are no reason for another: two machines would write them for ever."""
    heads: _Heads = {}
    for (other,) in connection.execute(
        "SELECT device FROM head WHERE device <> ? ORDER BY device", (device,)
    ).fetchall():
        row = connection.execute(
            "SELECT seq, digest FROM envelope WHERE device = ? AND kind <> ? ORDER BY seq DESC LIMIT 1", (other, KIND)
        ).fetchone()
        if row:
            heads[str(other)] = int(row[0]), str(row[1])
    entry = connection.execute("SELECT n, digest FROM access ORDER BY n DESC LIMIT 1").fetchone()
    return heads, (int(entry[0]), str(entry[1])) if entry else (0, "")
