"""Spots (所在): where in the stored facts something is told of a person. What `ruhu held` lists is what `ruhu erase`
blanks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from casebook.store.blanking import ERASED, FILL, How, Op, Path
from casebook.store.erasure import FILE_PART, Mask, Stored, after, stored
from casebook.store.facts import body_digest, decoded
from casebook.store.sqlite import Connection
from casebook.tables.table import text_of


@dataclass(frozen=True, slots=True)
class Spot:
    """One place. `path` leads to it in the fact's body, or in piece `n` of `part`; `ref` further to an element of the
    XML there; or `cell` (part of the workbook, reference) of its kept file number `n`. `title` says what stands there
    in the user's language, `value` is what stands there; `named`: it is a name; `known_by`: a name or number by which
    the person may be found elsewhere too. `spans` are the characters of `value`
    that are meant, none for all of them; `shown` is the value in words, where it is a code."""

    fact: str
    path: Path = ()
    part: str = ""
    n: int = 0
    how: How = "blank"
    ref: str = ""
    cell: tuple[str, str] = ("", "")
    title: str = ""
    value: str = ""
    named: bool = False
    known_by: bool = False
    spans: tuple[tuple[int, int], ...] = ()
    shown: str = ""

    @property
    def told(self) -> str:
        """What is meant, as text: '' where nothing is left of it."""
        meant = "…".join(self.value[begin:end] for begin, end in self.spans) if self.spans else self.value
        return "" if meant == ERASED else meant.strip(FILL + "…")

    @property
    def place(self) -> tuple[Any, ...]:
        return self.fact, self.part, self.n, self.path, self.ref, self.cell


def leaf(value: Any) -> str | None:
    """What stands at the end of a path as text; None for what holds other values, or nothing."""
    if isinstance(value, str):
        return value
    return None if value is None or isinstance(value, dict | list) else text_of(value)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text and number of a JSON value with its path."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, (*path, key))
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from leaves(one, (*path, at))
    elif (text := leaf(value)) is not None:
        yield path, text


def mentions(text: str, wanted: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Where in a text these words stand, longer ones first, none of them in another; in order."""
    taken: list[tuple[int, int]] = []
    for word in sorted(filter(None, wanted), key=len, reverse=True):
        at = text.find(word)
        while at >= 0:
            if all(at >= end or at + len(word) <= begin for begin, end in taken):
                taken.append((at, at + len(word)))
            at = text.find(word, at + 1)
    return tuple(sorted(taken))


def mentioned(spot: Spot, wanted: Iterable[str], names: Iterable[str] = ()) -> Spot | None:
    """The spot as far as its value mentions these words: all of it where it is one of them; None where it does not."""
    spans = mentions(spot.value, wanted)
    if not spans:
        return None
    if spans == ((0, len(spot.value)),):
        named = spot.value in frozenset(names)
        return replace(spot, how="name" if named else "blank", named=named, known_by=False)
    return replace(spot, how="spans", spans=spans)


def masks(connection: Connection, spots: Iterable[Spot]) -> list[tuple[Mask, str]]:
    """What to blank of each fact, and the digest of its body then; spots in bodies that are not here are left out."""
    of_fact: defaultdict[str, list[Spot]] = defaultdict(list)
    for spot in spots:
        of_fact[spot.fact].append(spot)
    found = []
    for fact in sorted(of_fact):
        here = stored(connection, fact)
        if here is not None:
            found.append(_mask(fact, of_fact[fact], here))
    return found


def _mask(fact: str, spots: Sequence[Spot], here: Stored) -> tuple[Mask, str]:
    body: list[Spot] = []
    pieces: defaultdict[tuple[str, int], list[Spot]] = defaultdict(list)
    files: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for spot in spots:
        if spot.cell[0]:
            files[str(spot.n)][spot.cell[0]].append(spot.cell[1])
        elif spot.part:
            pieces[spot.part, spot.n].append(spot)
        else:
            body.append(spot)
    told = Mask(
        fact,
        _ops(body),
        tuple((part, n, _ops(of_piece)) for (part, n), of_piece in sorted(pieces.items())),
        {f: {sheet: sorted(cells) for sheet, cells in of_file.items()} for f, of_file in files.items()},
    )
    new_salt, new, made = after(told, here.salt, here.content, here.parts)
    now = decoded(new)
    homes = {
        part: {decoded(one)[2] for n, one in made.get(part, ()) if (part, n) in pieces}
        for part, _n in pieces
        if isinstance(now.get("digests", {}).get(part), list)
    }
    touched = {part for part, _n in pieces} | ({FILE_PART} if files else set())
    digests = {
        part: {str(home): digest[home] for home in sorted(homes[part])} if part in homes else digest
        for part, digest in now.get("digests", {}).items()
        if part in touched
    }
    kept = {f: {name: now["files"][int(f)][name] for name in ("sha256", "size")} for f in files}
    return replace(told, digests=digests, kept=kept), body_digest(new_salt, new)


def _ops(spots: Sequence[Spot]) -> tuple[Op, ...]:
    """The operations of one body or piece: each place once, the elements of one XML together."""
    plain: dict[tuple[Path, How], Op] = {}
    xml: defaultdict[Path, list[list[Any]]] = defaultdict(list)
    for spot in spots:
        if spot.ref:
            xml[spot.path].append([spot.ref, spot.how, [list(span) for span in spot.spans]])
            continue
        op: list[Any] = [spot.how, list(spot.path)]
        if spot.how == "spans":
            op.append([list(span) for span in spot.spans])
        plain[spot.path, spot.how] = op
    return (*plain.values(), *(["xml", list(path), refs] for path, refs in xml.items()))
