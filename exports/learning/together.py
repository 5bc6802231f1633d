"""What the columns of a header mean together (各列合看): which 属地, which disease, and where two claim one field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from casebook.tables.fields import header_key
from exports.formats.fields import Field
from exports.learning.meaning import Meaning
from exports.learning.vocabulary import Vocabulary
from exports.learning.words import known_words

_CONFIRMING = ("disease.hospital", "disease.hospital_area", "disease.hospital_level", "disease.hospital_kind")
_TREATING = ("treatment.hospital", "treatment.hospital_area", "treatment.hospital_level", "treatment.hospital_kind")
_SIGNING = {
    "signer.filler": "filler",
    "signer.filler_unit": "filler",
    "signer.filler_phone": "filler",
    "signer.reviewer": "reviewer",
    "signer.reviewer_unit": "reviewer",
    "signer.reviewer_phone": "reviewer",
}
_MERE_HOSPITAL = frozenset({"医院", "医院名称", "机构名称", "医疗机构", "医疗机构名称"})
_OWN = frozenset({"person.id_number", "person.sex", "person.birth_date", "person.age", "person.phone"})
"""What may be another person's when it stands behind that person's name."""
_PAYERS = frozenset({"cost.rural", "cost.serious", "cost.commercial", "cost.aid"})
_ILLNESS = frozenset({"cost", "treatment", "disease", "diagnosed", "person", "neutral"})
_SOMEBODY = re.compile(r"(?:姓名|名字|签名|签字|人|员|者|干部|书记|主任|队长|组长|医|医生|医师|团队|偶|亲|子|女|属)$")
"""How a header ends that names a person."""


def together(found: Sequence[Meaning], columns: Sequence[int], words: Vocabulary) -> list[Meaning]:
    """The meanings of all columns, from the left, each seen beside the others. `columns` are their 0-based places."""
    meant = [_beside_hospital(list(found), place, columns, words) for place in range(len(found))]
    meant = [_hospital(meant, place, columns) for place in range(len(meant))]
    meant = _costs(meant, columns, words)
    for place in range(len(meant)):
        meant[place] = _signing(meant, place, columns, words)
    meant = _outcomes(meant)
    meant = _of_the_head(meant)
    meant = _after_others(meant, columns)
    meant = _numbered(meant, words)
    return _claimed_twice(meant, words)


def _next_to(columns: Sequence[int], place: int) -> bool:
    return place > 0 and columns[place] - columns[place - 1] <= 1


def _beside_hospital(meant: list[Meaning], place: int, columns: Sequence[int], words: Vocabulary) -> Meaning:
    """属地, 级别, 类别 behind the hospital they belong to; without one beside them they are a guess."""
    one = meant[place]
    if one.field not in _CONFIRMING[1:] + _TREATING[1:]:
        return one
    kind = ""
    for before in range(place - 1, max(place - 5, -1), -1):
        if not _next_to(columns, before + 1):
            break
        field = meant[before].field
        if field in ("disease.hospital", "treatment.hospital"):
            kind = "disease" if field == "disease.hospital" else "treatment"
            break
        if field not in _CONFIRMING + _TREATING:
            break
    known = next((words.within[kind, key] for key in one.keys if (kind, key) in words.within), None) if kind else None
    if known is None or known.field not in _CONFIRMING[1:] + _TREATING[1:]:
        plain = any(header_key(text) in one.keys for text in ("属地", "级别", "类别", "等级", "类型"))
        return replace(one, sure=False) if plain else one
    if one.how == "group" and one.field != known.field:
        return replace(one, sure=False, others=(known.field, *one.others))
    return replace(one, field=known.field, sure=True, how=one.how if one.how == "group" else "beside", others=())


def _hospital(meant: list[Meaning], place: int, columns: Sequence[int]) -> Meaning:
    """A mere 医院 behind a disease and its date is where it was confirmed."""
    one = meant[place]
    if one.field != "treatment.hospital" or one.sure or not _MERE_HOSPITAL & set(one.keys):
        return one
    if not _next_to(columns, place) or not meant[place - 1].field.startswith("disease."):
        return one
    if any(more.field == "disease.hospital" for more in meant):
        return one
    return replace(one, field="disease.hospital", how="beside", others=("treatment.hospital",))


def _costs(meant: list[Meaning], columns: Sequence[int], words: Vocabulary) -> list[Meaning]:
    """总计, 自付, 新农合… beside each other are costs, without any group that says so."""
    bare = [one.field if one.field.startswith("cost.") and one.sure else _cost_word(one, words) for one in meant]
    result = list(meant)
    start = 0
    while start < len(meant):
        end = _end_of_costs(meant, bare, columns, start)
        said = {field for field in bare[start:end] if field}
        whole = len(said) >= 3 and said & {"cost.total", "cost.own"} and said & _PAYERS
        # 总费用 is plain, so 自付 behind it is its part
        both = any(one.sure and one.field == "cost.total" for one in meant[start:end])
        for place in range(start, end):
            one = meant[place]
            own = one.group is None or (one.group.exact and set(one.kinds) <= _ILLNESS)
            if bare[place] and not one.sure and own and (whole or (both and bare[place] == "cost.own")):
                result[place] = replace(one, field=bare[place], sure=True, how="beside", others=())
        start = max(end, start + 1)
    return result


def _end_of_costs(meant: list[Meaning], bare: list[str], columns: Sequence[int], start: int) -> int:
    """Behind the last of the costs from `start` on; one column between that nobody knows does not part them."""
    end = start
    for place in range(start, len(meant)):
        if place > start and not _next_to(columns, place):
            break
        if bare[place]:
            end = place + 1
        elif end != place or meant[place].how != "none":
            break
    return end


def _cost_word(one: Meaning, words: Vocabulary) -> str:
    """The cost that a wording means under a group of costs."""
    if (one.kinds and one.how == "group") or one.how in ("alike", "foreign"):
        return ""
    return next((words.within["cost", key].field for key in one.keys if ("cost", key) in words.within), "")


def _signing(meant: list[Meaning], place: int, columns: Sequence[int], words: Vocabulary) -> Meaning:
    """单位 and 联系电话 behind 填报人 or 审核人."""
    one = meant[place]
    if not _next_to(columns, place) or (one.sure and one.field not in ("person.phone",)) or one.how == "group":
        return one
    before = meant[place - 1].field
    kind = _SIGNING.get(before, "")
    known = next((words.within[kind, key] for key in one.keys if (kind, key) in words.within), None) if kind else None
    if known is None:
        return one
    certain = before in ("signer.filler_unit", "signer.reviewer_unit") or known.field.endswith("_unit")
    return replace(one, field=known.field, sure=certain, how="beside", others=(one.field,) if one.field else ())


def _outcomes(meant: list[Meaning]) -> list[Meaning]:
    """疾病确诊 is of each disease where diseases have columns of their own, else of the person."""
    diseases = any(one.field.startswith(("disease.", "suspected.")) and one.field != "disease.outcome" for one in meant)
    result = []
    for one in meant:
        if {one.field, *one.others} >= {"person.outcome", "disease.outcome"} or one.field in (
            "person.outcome",
            "disease.outcome",
        ):
            field = "disease.outcome" if diseases else "person.outcome"
            plain = any(header_key(text) in one.keys for text in ("疾病确诊", "是否确诊", "疾病确诊情况", "确诊结果"))
            one = replace(one, field=field, sure=one.sure or plain, others=())
        result.append(one)
    return result


def _of_the_head(meant: list[Meaning]) -> list[Meaning]:
    """Where the head alone is named, a row is a household: a number, sex or telephone in it may be the head's."""
    fields = {one.field for one in meant}
    if "household.head" not in fields or fields & {"person.name", "person.relation"}:
        return meant
    result = []
    for one in meant:
        if one.field.startswith("person."):
            other = {"person.id_number": "household.head_id_number", "person.phone": "household.phone"}.get(one.field)
            turned = other if other and other not in fields else one.field
            left = (one.field, *one.others) if turned != one.field else one.others
            one = replace(one, field=turned or one.field, sure=False, others=left)
        result.append(one)
    return result


def _names_somebody(one: Meaning) -> bool:
    """Whether this names a person other than that of the row, known or not."""
    if one.field in ("person.doctor", "person.doctor_phone", "signer.second"):
        return True
    key = header_key(re.sub(r"[(（].*", "", one.leaf))
    unknown = not one.field and (one.how == "foreign" or key.endswith(("姓名", "名字", "签名")))
    return unknown and bool(_SOMEBODY.search(key))


def _named_before(meant: list[Meaning], place: int, columns: Sequence[int]) -> Meaning | None:
    """Whose a number, sex or telephone may be: what is named before it, with nothing known between; None when that is
    the person of the row."""
    own = meant[place].field
    for back in range(place - 1, -1, -1):
        one = meant[back]
        if one.how == "foreign" or one.field == "household.head" or _names_somebody(one):
            return one
        if one.field.startswith("signer."):
            return one if own == "person.phone" or not one.sure else None
        unknown = not one.field or (not one.sure and one.field == "person.relation")
        if not unknown and not (one.field in _OWN and one.field != own):
            return None
        if not _next_to(columns, back + 1) or one.how == "aside":
            return None
    return None


def _after_others(meant: list[Meaning], columns: Sequence[int]) -> list[Meaning]:
    """A number, sex or telephone behind the name of somebody else may be theirs."""
    result = list(meant)
    named = any(one.field == "person.name" for one in meant)
    for place, one in enumerate(meant):
        if one.field not in _OWN or one.how == "group":
            continue
        before = _named_before(meant, place, columns) if _next_to(columns, place) else None
        if before is not None:
            other = _whose(before, one.field)
            others = tuple(dict.fromkeys(filter(None, (other, *one.others))))
            result[place] = replace(one, sure=False, others=others)
            twice = any(more.field == one.field for index, more in enumerate(meant) if index != place)
            if other and (twice or (before.field == "household.head" and not named)):
                result[place] = replace(one, field=other, sure=False, others=(one.field, *one.others))
            elif twice and not other:
                result[place] = replace(one, field="", sure=False, how="foreign", others=(one.field,))
    return result


def _whose(before: Meaning, field: str) -> str:
    """The field of this kind that belongs to the person named before."""
    if before.field == "household.head":
        return {"person.id_number": "household.head_id_number", "person.phone": "household.phone"}.get(field, "")
    if before.field == "person.doctor":
        return "person.doctor_phone" if field == "person.phone" else ""
    if before.field.startswith("signer.filler"):
        return "signer.filler_phone"
    return "signer.reviewer_phone" if before.field.startswith("signer.reviewer") else ""


def _part(field: str, fields: dict[str, Field]) -> str:
    return fields[field].part if field in fields else ""


def _treated(one: Meaning) -> bool:
    """Whether this names again, in a block of treatment, the disease that was treated."""
    return one.field.startswith("disease.") and "treatment" in one.kinds and "disease" not in one.kinds


def _numbered(meant: list[Meaning], words: Vocabulary) -> list[Meaning]:
    """Which disease or treatment each column is about: by the number in its header, else by counting repeats."""
    fields = dict(words.fields)
    result = []
    for part in ("disease", "treatment"):
        times = Counter(
            (one.field, one.keys[:1]) for one in meant if _part(one.field, fields) == part and not _treated(one)
        )
        numbers = {one.nth for one in meant if _part(one.field, fields) == part and one.nth}
        side_by_side = any(count > 1 for count in times.values()) or len(numbers) > 1
        seen: Counter[str] = Counter()
        for place, one in enumerate(meant):
            if _part(one.field, fields) != part or _treated(one):
                continue
            seen[one.field] += 1
            again = times[one.field, one.keys[:1]] > 1
            if not side_by_side:
                meant[place] = replace(one, nth=0)
            elif again and (not one.nth or sum(o.field == one.field and o.nth == one.nth for o in meant) > 1):
                # repeats without numbers: the first is of the first disease
                meant[place] = replace(one, nth=seen[one.field])
    for one in meant:
        result.append(one if _part(one.field, fields) else replace(one, nth=0))
    return result


def _may_be_meant(one: Meaning) -> bool:
    """Whether a second claim to a field is more than a likeness or a like name under another heading."""
    return one.how != "alike" and (one.sure or one.group is None or one.group.exact)


def _claimed_twice(meant: list[Meaning], words: Vocabulary) -> list[Meaning]:
    """Where two columns claim one field neither is sure; all but the plainest give it up when it was a guess."""
    places: dict[tuple[str, int], list[int]] = {}
    for place, one in enumerate(meant):
        if one.field and not _treated(one):
            places.setdefault((one.field, one.nth), []).append(place)
    order = ("group", "title", "wording", "beside", "ordinal", "options", "bracket", "alike")
    for (field, _nth), claiming in places.items():
        if len(claiming) < 2:
            continue
        best = sorted(
            claiming,
            key=lambda place: (
                not meant[place].sure,
                order.index(meant[place].how) if meant[place].how in order else 9,
                place,
            ),
        )
        winner = meant[best[0]]
        for place in best:
            one = meant[place]
            loses = place != best[0] and (
                (one.how == "alike" and winner.how != "alike")
                or (winner.sure and not one.sure and field in known_words().personal)
            )
            if loses:
                meant[place] = replace(
                    one, field=one.others[0] if one.others else "", sure=False, nth=0, others=(field, *one.others[1:])
                )
            elif place != best[0] or any(_may_be_meant(meant[other]) for other in best[1:]):
                meant[place] = replace(one, sure=False)
    return meant
