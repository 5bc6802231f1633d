"""What a person typed, as the text that is stored: numbers without full-width digits, dates in a few keys."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from casebook.errors import RuhuError
from casebook.language import _
from survey_forms.xml_text import fit_for_xml

_INTEGER = re.compile(r"[+-]?\d{1,15}")
_DECIMAL = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d*)?|\.\d+)")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?:\D|$))")
_TODAY = re.compile(r"[tT]([+-]\d{1,4})?")
_PARTS = re.compile(r"(\d{4}|\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_YEAR_MONTH = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])")
_TIME = re.compile(r"(\d{1,2})[:：]?(\d{2})(?:[:：](\d{2}))?")


def stored_text(kind: str, typed: str, today: date) -> str:
    """The text to store for what was typed into a question of this kind (int, decimal, date, time, datetime, select1,
    select, rank, any other); '' for nothing typed. Raises RuhuError (check) with what can be typed instead."""
    typed = fit_for_xml(typed)
    plain = unicodedata.normalize("NFKC", typed).strip()
    if not plain:
        return ""
    if kind == "int":
        return _integer(plain)
    if kind == "decimal":
        return _decimal(plain)
    if kind == "date":
        return _date(plain, today)
    if kind == "time":
        return _time(plain)
    if kind == "datetime":
        return _moment(plain, today)
    if kind in ("select1", "select", "rank"):
        return " ".join(plain.split())
    return typed.strip()


def _integer(plain: str) -> str:
    whole = _THOUSANDS.sub("", plain)
    if not _INTEGER.fullmatch(whole):
        raise _refused(_("这里填整数"), _("只写数字，如 3"))
    return str(int(whole))


def _decimal(plain: str) -> str:
    number = _THOUSANDS.sub("", plain)
    if not _DECIMAL.fullmatch(number):
        raise _refused(_("这里填数字"), _("只写数字和小数点，如 1200.50"))
    sign = "-" if number.startswith("-") else ""
    whole, _point, rest = number.lstrip("+-").partition(".")
    return sign + (whole.lstrip("0") or "0") + (f".{rest}" if rest else "")


def _date(plain: str, today: date) -> str:
    """`20261122`, `261122`, `1122` (this year), `t` today, `t-3`, `2026-11-22`, `2026年11月22日`. Two digits of a year
    that are greater than this year's are of the century before. `200305` is refused: many who type it mean May 2003."""
    if match := _TODAY.fullmatch(plain):
        return (today + timedelta(days=int(match[1] or 0))).isoformat()
    if plain.isdigit():
        year, rest = {8: (plain[:4], plain[4:]), 6: (plain[:2], plain[2:]), 4: (str(today.year), plain)}.get(
            len(plain), ("", "")
        )
        month, day = rest[:2], rest[2:]
    elif match := _PARTS.fullmatch(plain):
        year, month, day = match.groups()
    else:
        year = month = day = ""
    try:
        number = int(year)
        if len(year) == 2:
            number += today.year // 100 * 100 - (100 if number > today.year % 100 else 0)
        read = date(number, int(month), int(day)).isoformat()
    except ValueError:
        remedy = _("如 20261122、261122、1122，t 是今天，t-3 是三天前")
        if _YEAR_MONTH.fullmatch(plain):
            remedy = _("只知道年月的，写那个月 1 日：{date}").format(date=f"{plain}01")
        raise _refused(_("没有这个日期"), remedy) from None
    if _YEAR_MONTH.fullmatch(plain) and plain.startswith("20"):
        what = _("看不出是 {day} 还是 {year} 年 {month} 月").format(day=read, year=plain[:4], month=plain[4:])
        raise _refused(what, _("写八位：{day} 或 {month}").format(day=read.replace("-", ""), month=f"{plain}01"))
    return read


def _time(plain: str) -> str:
    match = _TIME.fullmatch(plain)
    if not match or int(match[1]) > 23 or int(match[2]) > 59 or int(match[3] or 0) > 59:
        raise _refused(_("没有这个时间"), _("如 1430 或 14:30"))
    return f"{int(match[1]):02}:{match[2]}:{match[3] or '00'}.000"


def _moment(plain: str, today: date) -> str:
    day, _space, hour = plain.replace("T", " ").partition(" ")
    return f"{_date(day, today)}T{_time(hour.strip() or '0000')}"


def _refused(what: str, remedy: str) -> RuhuError:
    return RuhuError("typed", what, remedy, category="check")
