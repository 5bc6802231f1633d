"""Passphrases and codes that cost next to nothing to stretch, where a test does not say what they cost: a quarter of a
second each, hundreds of times. What they cost people stands in tests/casebook/keys/test_slots.py."""

from __future__ import annotations

from casebook.store.invitations import CodeCost
from casebook.store.keys.wrapping import Stretching

USUAL = {Stretching: Stretching(), CodeCost: CodeCost()}
"""What they cost people."""


def make_keys_cheap() -> None:
    """For this process; before `casebook.store.keys.slots` is loaded, which holds on to the usual cost."""
    for cost in USUAL:
        cost.__init__.__defaults__ = (64, 1, 1)[: len(cost.__init__.__defaults__)]
