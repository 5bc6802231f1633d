"""Sentences put together as the language wants it."""

from __future__ import annotations

from collections.abc import Iterable

from casebook.language import language

_ENDS = "。！？.!?）)"


def listed(items: Iterable[object]) -> str:
    """`甲、乙`, or `a, b` in English."""
    return ("、" if language() == "zh" else ", ").join(map(str, items))


def begun(text: str) -> str:
    """The text as the beginning of a sentence: in English with a capital."""
    return text[:1].upper() + text[1:] if language() == "en" else text


def sentences(*texts: str) -> str:
    """The texts as sentences on one line: each with its full stop, a space between them in English, none in Chinese."""
    stop, gap = ("。", "") if language() == "zh" else (".", " ")
    whole = (" ".join(text.split()) for text in texts)
    return gap.join(text if text.endswith(tuple(_ENDS)) else text + stop for text in whole if text)
