"""Which field a list of values is of (取值像什么): 男、女 is 性别."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from exports.formats.fields import Field, upload_fields
from exports.learning.words import known_words

_CODED = re.compile(r"^[(\[]?(\d{1,3}|[A-Z])[)\]]?\s*[.、:：\-—_=－|]?\s*(?=[^\d\s.])")

_SAME = {
    "treatment.hospital_area": "disease.hospital_area",
    "treatment.hospital_level": "disease.hospital_level",
    "treatment.hospital_kind": "disease.hospital_kind",
}
_ALSO = {
    "没有": ("无", "未建"),
    "有": ("已建",),
    "脱贫": ("已脱贫",),
    "县": ("县级",),
    "乡": ("乡级", "镇", "乡镇"),
    "村": ("村级",),
}


def parted(entry: str) -> tuple[str, str]:
    """Code and name of an entry: `01一般贫困户` is 01 and 一般贫困户; a code or a name alone leaves the other ''."""
    told = unicodedata.normalize("NFKC", entry).strip()
    if found := _CODED.match(told):
        return found[1], told[found.end() :].strip(" .、:：-—_=)|")
    return (told, "") if told.isdecimal() and len(told) < 4 else ("", told)


@cache
def known_values(field: str) -> tuple[tuple[str, str], ...]:
    """Our codes and names of a field; empty for one that is not coded."""
    from casebook.people.codes import code_list

    found: Field | None = upload_fields().get(field)
    if found is None:
        return ()
    if own := known_words().codes.get(_SAME.get(field, field)):
        return own
    if found.codes:
        return tuple((code.code, code.name) for code in code_list(found.codes).codes)
    return ()


def our_code(field: str, name: str) -> str:
    """Our code for a name, in its words or another's; '' when it is none of ours."""
    from casebook.people.codes import code_list, denies_alike

    found = upload_fields().get(field)
    if (
        found is not None
        and found.codes
        and (code := code_list(found.codes).find(name)) is not None
        and not name.isdecimal()
    ):
        return code.code
    told = _plain(name)
    for code_, ours in known_values(field):
        word = _plain(ours)
        within = len(told) > 2 and (told in word or word in told) and denies_alike(told, word)
        if within or told in (word, *map(_plain, _ALSO.get(ours, ()))):
            return code_
    return ""


def agreement(field: str, names: tuple[str, ...]) -> float:
    """How many of these names the field knows, 0 to 1; -1 for a field that has no values of its own."""
    if not known_values(field) or not names:
        return -1.0
    return sum(bool(our_code(field, name)) for name in names) / len(names)


def fields_of(names: tuple[str, ...]) -> tuple[str, ...]:
    """The fields that have just these values, where nothing else has them."""
    if len(names) < 2:
        return ()
    return tuple(field for field in sorted(known_words().telling) if agreement(field, names) == 1.0)


def _plain(text: str) -> str:
    return re.sub(r"[\s()（）,，、.·]", "", unicodedata.normalize("NFKC", text))
