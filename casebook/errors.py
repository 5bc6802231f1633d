"""The one error class: what is wrong, where, what to do. It carries no names, numbers or diagnoses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Category = Literal["check", "usage", "unusable", "locked"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file name, a sheet, a 1-based row, a column letter or header; empty where unknown."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""


class RuhuError(Exception):
    """A user's mistake or an unusable file.

    `code` is a stable English word (`file_empty`), `what` and `remedy` are sentences in the user's language,
    `category` decides the exit code (check 1, usage 2, unusable 3, locked 4).
    """

    def __init__(
        self, code: str, what: str, remedy: str = "", place: Place | None = None, category: Category = "unusable"
    ) -> None:
        super().__init__(code)
        self.code = code
        self.what = what
        self.remedy = remedy
        self.place = place or Place()
        self.category: Category = category
