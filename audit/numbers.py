"""How two identity numbers stand to each other.

Two valid numbers are never one slip apart (the check digit sees every single error and every swap of neighbours), so
a near miss has one damaged side, and that side names the wrong file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from casebook.people.idnumber import IdNumber, birth_of

Level = Literal[
    "same",  # both sound, same person's number
    "same_text",  # both damaged, letter for letter the same
    "near",  # one slip explains the difference: the kind says which
    "multi",  # several slips
    "partial",  # what is left of one side (masked, precision) agrees
    "area",  # only the first digits are left (scientific), and agree
    "unknown",  # one side blank
    "valid_other",  # both sound and different
    "different",  # no relation
]
Wrong = Literal["left", "right", ""]


@dataclass(frozen=True, slots=True)
class NumberRelation:
    """`kind` names the damage (`id_typo1`, …; '' for none), `wrong` the side that bears it ('' for neither or both)."""

    level: Level
    kind: str = ""
    wrong: Wrong = ""


_SAME = NumberRelation("same")
_SAME_TEXT = NumberRelation("same_text")
_UNKNOWN = NumberRelation("unknown")
_VALID_OTHER = NumberRelation("valid_other")
_DIFFERENT = NumberRelation("different")


def relate(left: IdNumber, right: IdNumber) -> NumberRelation:
    """Compare two numbers; about a microsecond when both are sound."""
    if left.key and right.key:
        if left.key == right.key:
            return _SAME
        if left.form == "id15" or right.form == "id15":
            return _old_number(left, right)
        lucky = _lucky_precision(left.key, right.key)
        return lucky or _VALID_OTHER
    if left.form == "blank" or right.form == "blank":
        return _UNKNOWN
    if left.form in ("placeholder", "other") or right.form in ("placeholder", "other"):
        return _SAME_TEXT if left.text == right.text else _UNKNOWN
    if left.text == right.text and left.form == right.form:
        return _SAME_TEXT if left.form not in ("scientific", "masked") else NumberRelation("area")
    if left.key:
        return _damaged(right, left.key, "right")
    if right.key:
        return _damaged(left, right.key, "left")
    return _both_damaged(left, right)


def _old_number(left: IdNumber, right: IdNumber) -> NumberRelation:
    """A 15-digit number against another: near when one slip apart (it has no check digit)."""
    first, second = left.key[:17], right.key[:17]
    if sum(a != b for a, b in zip(first, second, strict=True)) == 1:
        return NumberRelation("near", "id_typo1", "left" if left.form == "id15" else "right")
    return _VALID_OTHER


def _lucky_precision(left: str, right: str) -> NumberRelation | None:
    """One in eleven numbers that lost its tail still passes the check digit."""
    if left[:15] == right[:15]:
        if left.endswith("000"):
            return NumberRelation("partial", "id_precision", "left")
        if right.endswith("000"):
            return NumberRelation("partial", "id_precision", "right")
    return None


def _damaged(damaged: IdNumber, sound: str, wrong: Wrong) -> NumberRelation:
    """A damaged number against a sound one of 18 characters."""
    text, form = damaged.text, damaged.form
    if form == "precision":
        return NumberRelation("partial", "id_precision", wrong) if sound.startswith(text[:15]) else _DIFFERENT
    if form == "scientific":
        rounded = _rounds_to(text, sound)
        if not rounded:
            return _DIFFERENT
        return NumberRelation("partial" if len(text) > 12 else "area", "id_sci", wrong)
    if form == "masked":
        return NumberRelation("partial", "id_masked", wrong) if _unmasks(text, sound) else _DIFFERENT
    if form == "check_fails":
        return _slip(text, sound, wrong)
    if form == "short":
        return _lost_digits(text, sound, wrong)
    if form == "long":
        return _extra_digits(text, sound, wrong)
    return _DIFFERENT


def _rounds_to(leading: str, sound: str) -> bool:
    """Whether the leading digits of a scientific number are those of `sound`, cut or rounded."""
    size = len(leading)
    cut = sound[:size]
    if leading == cut:
        return True
    return cut.isdigit() and leading.isdigit() and int(leading) == int(cut) + 1 and sound[size : size + 1] >= "5"


def _unmasks(masked: str, sound: str) -> bool:
    head = masked.split("*", 1)[0]
    tail = masked.rsplit("*", 1)[1]
    return sound.startswith(head) and sound.endswith(tail) and len(head) + len(tail) >= 4


def _slip(text: str, sound: str, wrong: Wrong) -> NumberRelation:
    """18 characters against 18: what kind of slip makes one from the other."""
    places = [i for i in range(18) if text[i] != sound[i]]
    count = len(places)
    if _noise(text, sound):
        return NumberRelation("partial", "id_noise", wrong)
    if count == 1:
        place = places[0]
        if place == 17:
            return NumberRelation("near", "id_checkdigit", wrong)
        if 6 <= place < 14 and _next_to(text[place], sound[place]) and _is_date(text):
            return NumberRelation("near", "id_date", wrong)
        return NumberRelation("near", "id_typo1", wrong)
    if count == 2:
        first, second = places
        if second == first + 1 and text[first] == sound[second] and text[second] == sound[first]:
            return NumberRelation("near", "id_transpose", wrong)
    if places[0] >= 6 and places[-1] < 14:
        if text[10:12] == sound[12:14] and text[12:14] == sound[10:12] and text[6:10] == sound[6:10]:
            return NumberRelation("near", "id_date", wrong)
        if count <= 4 and _is_date(text):
            return NumberRelation("near", "id_date", wrong)
    if count <= 4:
        return NumberRelation("multi", "id_multi", wrong)
    return _shifted(text, sound, wrong)


def _noise(text: str, sound: str) -> bool:
    """Float noise: just what a program prints that reads a number cell as an integer. At this size a double steps by
    64, so the last two or three digits come out near the number itself, or near the 15 digits that Excel kept."""
    if not (text.isdigit() and sound.isdigit()):
        return False
    kept = int(sound)
    return int(text) in (int(float(kept)), int(float(kept // 1000 * 1000))) and not text.endswith("000")


def _shifted(text: str, sound: str, wrong: Wrong) -> NumberRelation:
    """A digit lost in one place and one put in at another keeps the length; beside that one more may be wrong.
    The texts differ in more than four places."""
    i = next(i for i in range(18) if text[i] != sound[i])
    if _within_one(text[i:-1], sound[i + 1 :]) or _within_one(text[i + 1 :], sound[i:-1]):
        return NumberRelation("multi", "id_multi", wrong)
    return _DIFFERENT


def _within_one(a: str, b: str) -> bool:
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) <= 1


def _next_to(a: str, b: str) -> bool:
    return a.isdigit() and b.isdigit() and abs(int(a) - int(b)) == 1


def _is_date(text: str) -> bool:
    return bool(birth_of(text[6:14]))


def _lost_digits(text: str, sound: str, wrong: Wrong) -> NumberRelation:
    missing = 18 - len(text)
    if _is_subsequence(text, sound):
        return NumberRelation("near" if missing <= 2 else "multi", "id_missing_digit", wrong)
    if missing == 1 and any(
        sum(x != y for x, y in zip(text, sound[:i] + sound[i + 1 :], strict=True)) <= 1 for i in range(18)
    ):
        return NumberRelation("multi", "id_multi", wrong)
    return _DIFFERENT


def _extra_digits(text: str, sound: str, wrong: Wrong) -> NumberRelation:
    if len(text) in (20, 22) and sum(x != y for x, y in zip(text[:18], sound, strict=True)) <= 2:
        return _slip(text[:18], sound, wrong)
    if _is_subsequence(sound, text):
        return NumberRelation("near", "id_extra_digit", wrong)
    if len(text) == 19 and any(
        sum(x != y for x, y in zip(text[:i] + text[i + 1 :], sound, strict=True)) <= 1 for i in range(19)
    ):
        return NumberRelation("multi", "id_multi", wrong)
    return _DIFFERENT


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(c in rest for c in short)


def _both_damaged(left: IdNumber, right: IdNumber) -> NumberRelation:
    """Neither is sound: compare what is left of both."""
    forms = {left.form, right.form}
    if "scientific" in forms or "masked" in forms:
        a, b = left.text, right.text
        head = min(len(a.split("*", 1)[0]), len(b.split("*", 1)[0]), 6)
        if a[:head] != b[:head]:
            return _DIFFERENT
        if "masked" in forms and "scientific" not in forms:
            tail = min(len(a.rsplit("*", 1)[-1]), len(b.rsplit("*", 1)[-1]), 4)
            if a[-tail:] != b[-tail:]:
                return _DIFFERENT
            return NumberRelation("partial")
        return NumberRelation("area")
    a, b = left.text, right.text
    if "precision" in forms and left.form != right.form and a[:15] == b[:15]:
        return NumberRelation("partial", "id_precision", "left" if left.form == "precision" else "right")
    if len(a) == len(b):
        differing = sum(x != y for x, y in zip(a, b, strict=True))
        return NumberRelation("near" if differing <= 2 else "multi") if differing <= 4 else _DIFFERENT
    if abs(len(a) - len(b)) <= 2 and (_is_subsequence(a, b) or _is_subsequence(b, a)):
        return NumberRelation("near")
    return NumberRelation("multi") if _alike(a, b) + _alike(a[::-1], b[::-1]) >= 14 else _DIFFERENT


def _alike(a: str, b: str) -> int:
    """How many characters two texts begin with alike."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
