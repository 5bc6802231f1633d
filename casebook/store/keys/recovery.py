"""The recovery key (恢复码) as people write it down: 8 groups of 5, the last character of each group its check.

160 random bits in the 32 digits and letters that are not taken for one another (no I, L, O, U).
"""

from __future__ import annotations

import secrets

from casebook.errors import RuhuError
from casebook.language import _

GROUPS, WIDTH = 8, 5

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("ILO", "110")
_BETWEEN = str.maketrans("", "", " \t\r\n-‐–—－　")
_MODULUS = 0b100101  # of the field with 32 elements


def new_recovery_key() -> str:
    """A new one: `7KQ2M-…`, eight groups."""
    groups = []
    for number in range(GROUPS):
        values = [secrets.randbelow(32) for _sign in range(WIDTH - 1)]
        groups.append("".join(_SIGNS[value] for value in [*values, _check(number, values)]))
    return "-".join(groups)


def read_recovery_key(typed: str) -> str:
    """What was typed, in any case and with any gaps, as it was given out. Raises RuhuError (usage) naming the group
    that was written down or typed wrongly."""
    import unicodedata

    text = unicodedata.normalize("NFKC", typed).translate(_BETWEEN).upper().translate(_READ_AS)
    if len(text) != GROUPS * WIDTH:
        what = _("恢复码应是 {groups} 组、每组 {width} 个字符").format(groups=GROUPS, width=WIDTH)
        raise RuhuError("usage_recovery_key", what, _("请对照抄下的恢复码再输一遍"), category="usage")
    groups = [text[at : at + WIDTH] for at in range(0, len(text), WIDTH)]
    for number, group in enumerate(groups):
        values = [_SIGNS.find(sign) for sign in group]
        if -1 in values or _check(number, values[:-1]) != values[-1]:
            what = _("恢复码的第 {group} 组不对").format(group=number + 1)
            raise RuhuError("usage_recovery_key", what, _("请对照抄下的恢复码再输一遍"), category="usage")
    return "-".join(groups)


def is_recovery_key(typed: str) -> bool:
    try:
        read_recovery_key(typed)
    except RuhuError:
        return False
    return True


def _check(number: int, values: list[int]) -> int:
    """A sum in the field with 32 elements, each value times another power of x: any one sign that is wrong, any two
    that changed places and any two groups that did show."""
    total = number + 1
    for value in values:
        total = _times_x(total) ^ value
    return _times_x(total)


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _MODULUS if doubled & 32 else doubled
