"""Dates (日期) as lists and visits write them, read to ISO; and written the way a column wants them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache

_TIME = re.compile(r"[T\s]+\d{1,2}:\d{2}.*$")
_PARTED = re.compile(r"(\d{4})[-/.年](?:(\d{1,2})(?:[-/.月](?:(\d{1,2})日?)?)?)?")
_SOLID = re.compile(r"(\d{4})(\d{2})?(\d{2})?")
_TOKENS = re.compile(r"YYYY|MM?|DD?")


@lru_cache(maxsize=1 << 14)
def iso_of(text: str) -> str:
    """The date as far as it is known: `2016-06-01`, `2016-06`, `2016`; '' for what is no date.

    >>> iso_of("2016年6月"), iso_of("20160601"), iso_of("2016/6/1 0:00:00"), iso_of("去年")
    ('2016-06', '2016-06-01', '2016-06-01', '')
    """
    plain = _TIME.sub("", unicodedata.normalize("NFKC", text).strip())
    match = _PARTED.fullmatch(plain) or _SOLID.fullmatch(plain)
    if match is None:
        return ""
    parts = [int(part) for part in match.groups() if part]
    try:
        date(*[*parts, 1, 1][:3])
    except ValueError:
        return ""
    return "-".join([f"{parts[0]:04d}", *(f"{part:02d}" for part in parts[1:])])


def written_date(iso: str, pattern: str) -> str:
    """A date in a column's pattern (`YYYY年M月D日`); of one known in part, the part of the pattern before what is not
    known.

    >>> written_date("2016-06-01", "YYYYMMDD"), written_date("2016-06", "YYYY年M月D日")
    ('20160601', '2016年6月')
    """
    parts = iso.split("-")
    known = dict(zip("YMD", parts, strict=False))
    written, at = "", 0
    for token in _TOKENS.finditer(pattern):
        between, at = pattern[at : token.start()], token.end()
        part = known.get(token[0][0])
        if part is None:  # 月 ends what is known, a dash begins what is not
            return written + (between if between in ("年", "月") else "")
        written += between + (part if len(token[0]) > 1 else str(int(part)))
    return written + pattern[at:]
