"""Values as a record keeps them (规范写法): ISO dates, yuan with two decimals, numbers of documents without spaces."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from casebook.people.idnumber import read_id
from exports.formats.fields import Kind
from exports.upload.dates import iso_of

_MONEY = re.compile(r"([+-]?)(\d{1,13})(?:\.(\d*))?元?")
_COUNT = re.compile(r"(\d{1,12})(?:\.0*)?")
_INVISIBLE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060-\u206f\ufeff]+")


def canonical(kind: Kind, text: str) -> str:
    """The text to keep; what can't be read as its kind stays as it is written, for the checks to find."""
    plain = text.strip()
    if kind == "text":
        return plain
    if kind == "id":
        return read_id(plain).text
    if kind == "date":
        return iso_of(plain) or plain
    if kind == "money":
        fen = fen_of(plain)
        return plain if fen is None else yuan_of(fen)
    if kind == "count":
        match = _COUNT.fullmatch(unicodedata.normalize("NFKC", plain))
        return str(int(match[1])) if match else plain
    if kind == "phone":
        return _INVISIBLE.sub("", unicodedata.normalize("NFKC", plain))
    return plain


def fen_of(text: str) -> int | None:
    """An amount in 分, None for what is none or has parts of a 分.

    >>> fen_of("1,200.5"), fen_of("-0.07"), fen_of("3.14159"), fen_of("")
    (120050, -7, None, None)
    """
    match = _MONEY.fullmatch(unicodedata.normalize("NFKC", text).replace(",", "").strip())
    if match is None:
        return None
    sign, yuan, rest = match[1], match[2], (match[3] or "").rstrip("0")
    if len(rest) > 2:
        return None
    fen = int(yuan) * 100 + int(rest.ljust(2, "0"))
    return -fen if sign == "-" else fen


def yuan_of(fen: int) -> str:
    """An amount of 分 as yuan with two decimals.

    >>> yuan_of(-7), yuan_of(120050)
    ('-0.07', '1200.50')
    """
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan}.{rest:02d}"


@lru_cache(maxsize=1 << 12)
def plain_word(text: str) -> str:
    """A word or code in the form in which two spellings of it are one: half width, no spaces, `01` as `1`.

    >>> plain_word(" ０１ "), plain_word("新农合（城乡居民医保）")
    ('1', '新农合(城乡居民医保)')
    """
    word = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip(".。-'")
    return word.lstrip("0") or "0" if word.isdecimal() else word.upper()
