"""Invented counties: two lists of people who do not exist, with the damages of real lists, and the truth about them."""

from __future__ import annotations

from typing import Any

__all__ = ["invent_county", "write_county"]


def __getattr__(name: str) -> Any:
    if name == "invent_county":
        from casebook.sample.county import invent_county

        return invent_county
    if name == "write_county":
        from casebook.sample.workbooks import write_county

        return write_county
    raise AttributeError(name)
