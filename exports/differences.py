"""The differing characters of two cells, as rich text of a workbook."""

from __future__ import annotations

from audit.differences import Runs, differing
from exports.shared_strings import Rich


def marked(left: str, right: str) -> tuple[str | Rich, str | Rich]:
    """Both texts with the differing characters marked; equal texts, and a text beside a blank one, stay plain.

    >>> marked("李希楷", "李希凯")[1].runs
    (('李希', False), ('凯', True))
    """
    of_left, of_right = differing(left, right)
    return _rich(left, of_left), _rich(right, of_right)


def _rich(text: str, runs: Runs) -> str | Rich:
    return Rich(runs) if any(differs for _text, differs in runs) else text
