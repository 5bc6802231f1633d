"""An office with a note in each village, and a laptop of one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.store.casebook import Casebook
from tests.casebook.packets.machines import A1, A2, B1, joined, note, office, send


@pytest.fixture
def head(tmp_path: Path) -> Iterator[Casebook]:
    with office(tmp_path / "office.ruhu") as book:
        for area in ("", A1, A2, B1):
            note(book, f"office {area}", area)
        yield book


@pytest.fixture
def lap(head: Casebook, tmp_path: Path) -> Iterator[Casebook]:
    with joined(head, tmp_path / "lap.ruhu", "lap1", [A1]) as book:
        send(head, book)
        yield book
