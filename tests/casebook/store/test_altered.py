"""A short sample of benchmarks/torture/altered.py: whatever is altered behind our back is found."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from audit.views import VIEWS
from benchmarks.torture.altered import flip_columns, flip_file, forge_all, made, unlock
from casebook.store.anchor import Anchor
from casebook.store.casebook import Casebook, open_casebook
from tests.audit.casebooks import KEY_NAMES, KEYS

SEED = 20261123
Made = tuple[Casebook, list[Anchor]]


@pytest.fixture(scope="module", params=KEYS, ids=KEY_NAMES)
def altered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """The casebook and its anchors, its triggers gone; some bits of its file were changed and put back before."""
    book, anchors = made(tmp_path_factory.mktemp("altered"), request.param)
    book.close()
    counts, missed = flip_file(book.folder, request.param, random.Random(SEED), 8)
    assert missed == [] and counts.total() == 8
    with open_casebook(book.folder, author="刘敏", views=VIEWS, key=request.param) as again:
        unlock(again.connection)
        yield again, anchors


def test_every_flipped_bit_is_found(altered: Made) -> None:
    counts, missed = flip_columns(altered[0].connection, random.Random(SEED), 200)
    assert missed == [] and len(counts) > 20


def test_an_anchor_shows_what_no_chain_can(altered: Made) -> None:
    book, anchors = altered
    counts, wrong = forge_all(book.connection, anchors, random.Random(SEED), 60)
    assert wrong == [] and len(counts) >= 8
