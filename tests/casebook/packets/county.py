"""What histories of machines are made of: a county to copy, machines, packets on their way, clocks that are wrong."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from unittest.mock import patch

from casebook.store.casebook import Casebook, create_casebook
from survey_forms.stored_forms import import_form
from tests.audit.casebooks import audited
from tests.audit.histories import PEOPLE, changed
from tests.survey_forms.forms import xform
from tui.all_views import VIEWS

VILLAGES = ("云丰镇/青桥村", "云丰镇/白石村", "河口乡/柳林村")
TOWNSHIPS = ("云丰镇", "河口乡")
REFS = ("/data/size", "/data/income")

_FORM = """
size            int      人数
income          int      收入
member          repeat   家庭成员
  person        text     姓名
"""

@dataclass
class Machine:
    """`areas` are those that its casebook was joined with; `skew` is how wrong its clock is."""

    book: Casebook
    author: str
    skew: timedelta = timedelta(0)
    backups: list[tuple[Path, frozenset[str]]] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.book.folder

    def ids(self) -> frozenset[str]:
        return frozenset(row[0] for row in self.book.whole.execute("SELECT id FROM envelope"))


@dataclass(frozen=True)
class Letter:
    """A packet on its way, and the facts its sender had."""

    to: int
    content: bytes
    ids: frozenset[str]


@dataclass(frozen=True)
class Given:
    """An answer as it was given: what its machine knew of the visit then."""

    fact: str
    visit: str
    ref: str
    value: str
    known: frozenset[str]


class Clock:
    """A wall clock that goes its own way on each machine."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)
        self.skew = timedelta(0)

    def now(self, zone: tzinfo | None = None) -> datetime:
        self.moment += timedelta(milliseconds=7)
        return (self.moment + self.skew).astimezone(zone)

    fromisoformat = staticmethod(datetime.fromisoformat)


@contextmanager
def by_seed(seed: int) -> Iterator[Clock]:
    """In the block ids, salts and clocks come from a seed."""
    rng, clock = random.Random(seed), Clock()
    with ExitStack() as stack:
        stack.enter_context(patch("secrets.token_hex", lambda size: rng.randbytes(size).hex()))
        stack.enter_context(patch("secrets.token_bytes", rng.randbytes))
        for module in ("casebook", "packets.make", "packets.take"):
            stack.enter_context(patch(f"casebook.store.{module}.datetime", clock))
        yield clock


@lru_cache(maxsize=1)
def county() -> Path:
    """An office's casebook with two lists, a cross-check, a form and a visit in each village; made once, to copy."""
    folder = Path(mkdtemp(prefix="ruhu-packets-")) / "县.ruhu"
    with create_casebook(folder, name="试验县", author="刘敏", views=VIEWS) as book:
        audited(book, PEOPLE, changed(0b0001_0010_1111))
        (folder.parent / "户表.xml").write_text(xform(_FORM), encoding="utf-8")
        form = import_form(book, folder.parent / "户表.xml").id
        with book.writing() as writing:
            for area in VILLAGES:
                township, village = area.split("/")
                household = {"code": "H1", "township": township, "village": village, "head": ""}
                body = {"form": form, "household": household, "prefill": [], "asks": [], "people": []}
                writing.append("visit", body, area=area)
    return folder
