"""The differing characters of two texts: one way to compare, for screens and workbooks."""

from __future__ import annotations

from itertools import pairwise

Runs = tuple[tuple[str, bool], ...]
"""A text in stretches that differ (True) or do not; together they are the text."""

_LONGEST = 400
"""Characters; longer texts stay unmarked, since alignment takes time by the square."""


def differing(left: str, right: str) -> tuple[Runs, Runs]:
    """Both texts in runs. Equal texts, and a text beside a blank one, have no differing run.

    Texts of equal length are compared place by place, which shows transposed digits; others by their longest common
    parts.

    >>> differing("李希楷", "李希凯")[1]
    (('李希', False), ('凯', True))
    """
    if left == right or not left or not right or max(len(left), len(right)) > _LONGEST:
        return plain(left), plain(right)
    if len(left) == len(right):
        differs = [a != b for a, b in zip(left, right, strict=True)]
        return _runs(left, differs), _runs(right, differs)
    from difflib import SequenceMatcher

    of_left, of_right = [True] * len(left), [True] * len(right)
    for block in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks():
        of_left[block.a : block.a + block.size] = [False] * block.size
        of_right[block.b : block.b + block.size] = [False] * block.size
    return _runs(left, of_left), _runs(right, of_right)


def plain(text: str, differs: bool = False) -> Runs:
    """The whole text as one run."""
    return ((text, differs),) if text else ()


def _runs(text: str, differs: list[bool]) -> Runs:
    turns = [0, *(place for place in range(1, len(text)) if differs[place] != differs[place - 1]), len(text)]
    return tuple((text[start:end], differs[start]) for start, end in pairwise(turns))
