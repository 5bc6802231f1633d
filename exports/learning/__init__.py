"""Learning a template (认模板): from a province's or county's own workbook to an upload format.

`learn` finds the header and proposes a field for every column, with a reason and a doubt mark; `format_of` makes the
format of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from exports.learning.learn_template import learn
    from exports.learning.learned import Learned, OtherSheet, Proposal
    from exports.learning.to_format import LearnedFormat, format_of, learned_format

__all__ = ["Learned", "LearnedFormat", "OtherSheet", "Proposal", "format_of", "learn", "learned_format"]

_HOMES = {
    "learn": "learn_template",
    "Learned": "learned",
    "OtherSheet": "learned",
    "Proposal": "learned",
    "LearnedFormat": "to_format",
    "format_of": "to_format",
    "learned_format": "to_format",
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"exports.learning.{_HOMES[name]}"), name)
