"""The differing characters of two texts, marked on both sides."""

from __future__ import annotations

from itertools import pairwise

from exports.shared_strings import Rich

_LONGEST = 400
"""Characters; longer texts are shown unmarked, since alignment takes time by the square."""


def marked(left: str, right: str) -> tuple[str | Rich, str | Rich]:
    """Both texts with the differing characters marked; equal texts, and a text beside a blank one, stay plain.

    Texts of equal length are compared place by place, others by their longest common parts.

    >>> marked("李希楷", "李希凯")[1].runs
    (('李希', False), ('凯', True))
    """
    if left == right or not left or not right or max(len(left), len(right)) > _LONGEST:
        return left, right
    if len(left) == len(right):
        differs = [a != b for a, b in zip(left, right, strict=True)]
        return _runs(left, differs), _runs(right, differs)
    from difflib import SequenceMatcher

    of_left, of_right = [True] * len(left), [True] * len(right)
    for block in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks():
        of_left[block.a : block.a + block.size] = [False] * block.size
        of_right[block.b : block.b + block.size] = [False] * block.size
    return _runs(left, of_left), _runs(right, of_right)


def _runs(text: str, differs: list[bool]) -> str | Rich:
    if True not in differs:
        return text
    turns = [0, *(place for place in range(1, len(text)) if differs[place] != differs[place - 1]), len(text)]
    return Rich(tuple((text[start:end], differs[start]) for start, end in pairwise(turns)))
