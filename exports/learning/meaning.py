"""What one column means (列的意思), by the texts above it alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from casebook.tables.fields import header_key
from exports.learning.alike import alike
from exports.learning.vocabulary import Group, Known, Vocabulary
from exports.learning.wording import Wording, codes_in_leaf, ordinal_of, read_wording, without_ordinal
from exports.learning.words import known_words

How = Literal[
    "title", "wording", "group", "ordinal", "bracket", "alike", "foreign", "options", "beside", "aside", "none"
]

ASIDE = "person.remark"
"""A remark (备注) in an upload is seldom the list's own: left blank unless the user says so."""

_SUBJECTS = frozenset({"other", "doctor", "head", "suspected", "reviewer", "filler"})
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A field for a column, '' for none. `how` it was found; `word` the text it was found by; `group` what the columns
    above say; `nth` its number among side by side parts; `others` further fields it may be."""

    field: str = ""
    sure: bool = False
    how: How = "none"
    nth: int = 0
    others: tuple[str, ...] = ()
    word: str = ""
    group: Group | None = None
    kinds: tuple[str, ...] = ()
    leaf: str = ""
    keys: tuple[str, ...] = ()


def meaning_of(path: tuple[str, ...], words: Vocabulary) -> Meaning:
    """What the texts above a column mean, top first."""
    texts = _told(path)
    if not texts:
        return Meaning()
    leaf, groups = texts[-1], [words.group(text) for text in texts[:-1]]
    wording = read_wording(leaf)
    nth = next((group.nth for group in reversed(groups) if group.nth), 0)
    found = _found(wording, leaf, groups, words)
    nearest = next(
        (group for group in reversed(groups) if group.kinds and group.kinds != ("neutral",)),
        groups[-1] if groups else None,
    )
    kinds = tuple(dict.fromkeys(kind for group in reversed(groups) for kind in group.kinds))
    found = replace(
        found, nth=found.nth or nth, group=nearest, kinds=kinds, leaf=leaf, keys=(*wording.keys, *wording.loose)
    )
    return _agreeing(found, wording, leaf, groups, words)


def _told(path: tuple[str, ...]) -> list[str]:
    """The texts of a path that say what the column is: not the English ones beside Chinese, nor codes or units."""
    texts = [text for text in path if _HAN.search(text)] or list(path)
    alone = header_key(path[-1]) if path and path[-1] not in texts else ""
    if alone in known_words().latin and alone not in header_key("".join(texts)):
        texts.append(path[-1])
    while len(texts) > 1 and codes_in_leaf(texts[-1]):
        texts.pop()
    return texts


def _found(wording: Wording, leaf: str, groups: list[Group], words: Vocabulary) -> Meaning:
    exact = list(_exact(wording, groups, words))
    if exact:
        known, word, how = exact[0]
        # what a group leaves in doubt the wording alone may settle
        known, word, how = next(
            (one for one in exact if len(one[0]) == 1 and one[0][0].sure and one[0][0].field == known[0].field),
            exact[0],
        )
        others = tuple(one.field for one in known[1:])
        return Meaning(known[0].field, known[0].sure and not others, how, others=others, word=word)
    if groups and (number := ordinal_of(leaf)):
        under = [
            one for key in _group_keys(groups[-1]) for one in words.words.get(key, ()) if words.fields[one.field].part
        ]
        if under:
            return Meaning(under[0].field, under[0].sure, "ordinal", number, word=groups[-1].text)
    for key in wording.keys:
        bare, number = without_ordinal(key)
        known = tuple(one for one in words.words.get(bare, ()) if words.fields[one.field].part) if number else ()
        if known:
            return Meaning(
                known[0].field, known[0].sure, "ordinal", number, tuple(one.field for one in known[1:]), leaf
            )
        if number and groups and (one := _within(bare, groups, words)):
            return Meaning(one.field, one.sure, "ordinal", number, word=leaf)
    return _loose(wording, leaf, groups, words)


def _exact(wording: Wording, groups: list[Group], words: Vocabulary) -> Iterator[tuple[tuple[Known, ...], str, How]]:
    """What the whole wording means: with the group before it, within the group, alone."""
    for key in wording.keys:
        one = _within(key, groups, words)
        for group in reversed(groups):
            for before in _group_keys(group):
                both = words.words.get(before + key, ())
                if both and not (one and one.sure and not both[0].sure):
                    yield both, before + key, "group"
        if one:
            yield (one,), key, "group"
    for key in wording.keys:
        if known := words.words.get(key):
            title = header_key(words.fields[known[0].field].title) == key
            yield known, key, "title" if title else "wording"
    for key in wording.keys:
        known = words.words.get(known_words().without_person(key), ())
        if known and known[0].field.startswith("person."):
            yield known, key, "wording"
    if wording.schema and (known := words.words.get(wording.schema.lower())):
        yield known, wording.schema, "wording"


def _group_keys(group: Group) -> tuple[str, ...]:
    keys = [group.key]
    for key in read_wording(group.text).keys:
        keys += [key, without_ordinal(key)[0]]
    return tuple(dict.fromkeys(keys))


def _within(key: str, groups: list[Group], words: Vocabulary) -> Known | None:
    for group in reversed(groups):
        for kind in group.kinds:
            if one := words.within.get((kind, key)):
                return Known(one.field, group.exact and one.sure)
        if set(group.kinds[:1]) & _SUBJECTS:
            return None  # what stands over this group is not about them
    return None


def _loose(wording: Wording, leaf: str, groups: list[Group], words: Vocabulary) -> Meaning:
    """A wording of which something was cut away, or one that is like a known one: never sure, but for brackets that
    say the same again."""
    for inside in wording.inside if len(wording.inside) == 1 else ():
        for base in wording.loose:
            turned = words.words.get(header_key(inside) + base)
            if turned:
                return Meaning(turned[0].field, turned[0].sure, "bracket", word=leaf)
    like, near = alike((*wording.keys, *wording.loose), words)
    foreign = words.others_in(f"{leaf} {wording.english}".replace("本人或家属", ""))
    if foreign:
        # 慢病签约医生 is 签约医生: the word for somebody else belongs to what is known
        near = near if foreign and all(word in like for word in foreign) else ()
        return (
            Meaning(near[0], False, "alike", others=near[1:], word=leaf) if near else Meaning(how="foreign", word=leaf)
        )
    for key in wording.loose:
        known = words.words.get(key) or ((one,) if (one := _within(key, groups, words)) else ())
        if known:
            same = bool(wording.inside) and all(
                any(one.field == known[0].field for one in words.words.get(header_key(inside), ()))
                for inside in wording.inside
            )
            if not same and wording.inside and any(_speaks_of_head(inside) for inside in wording.inside):
                return Meaning(how="foreign", word=leaf)
            others = tuple(one.field for one in known[1:])
            told = next((one for inside in wording.inside for one in words.words.get(header_key(inside), ())), None)
            if told and not known[0].sure and told.field != known[0].field:
                return Meaning(told.field, False, "bracket", others=(known[0].field, *others), word=leaf)
            return Meaning(
                known[0].field,
                same and known[0].sure and not others and not wording.year,
                "bracket",
                others=others,
                word=leaf,
            )
    return Meaning(near[0], False, "alike", others=near[1:], word=leaf) if near else Meaning(word=leaf)


def _speaks_of_head(text: str) -> bool:
    return "户主" in text


def _agreeing(found: Meaning, wording: Wording, leaf: str, groups: list[Group], words: Vocabulary) -> Meaning:
    """The meaning, doubted or withdrawn where the groups, the English or the codes in the header speak against it."""
    if not found.field:
        return found
    if found.field == ASIDE:
        return replace(found, field="", sure=False, how="aside", others=(ASIDE,))
    if found.how in ("title", "wording", "bracket", "alike"):
        about = [group for group in groups if group.foreign]
        personal = found.field in known_words().personal or header_key(leaf) in known_words().generic
        if about and personal:
            return replace(found, field="", sure=False, how="foreign", others=(found.field, *found.others))
        kinds = set(found.kinds)
        told = kinds & {"head", "doctor", "filler", "reviewer"} and "person" not in kinds
        if told and personal and found.field != "person.relation":
            return replace(found, field="", sure=False, how="foreign", others=(found.field, *found.others))
        if "insured" in kinds and found.field.startswith("cost."):
            return replace(found, field="", sure=False, how="foreign", others=(found.field, *found.others))
        if "suspected" in kinds and found.field.startswith(("disease.", "treatment.")):
            return replace(found, field="", sure=False, how="foreign", others=(found.field, *found.others))
        if personal and any(not _about_person(group, found.field) for group in groups):
            found = replace(found, sure=False)
        if found.field.startswith(("cost.", "disease.", "treatment.", "person.outcome")) and not all(
            map(_about_illness, groups)
        ):
            found = replace(found, sure=False)
        if "treatment" in kinds and "disease" not in kinds and found.field.startswith("disease."):
            found = replace(found, sure=False)
        if about or (kinds & {"cost"} and not found.field.startswith(("cost.", "person.year_cost", "treatment."))):
            found = replace(found, sure=False)
    if wording.english and words.about_others(wording.english):
        found = replace(found, sure=False)
    if (
        wording.english
        and re.search(r"\bhead\b", wording.english, re.IGNORECASE)
        and found.field in known_words().personal
    ):
        found = replace(found, sure=False)
    kind = words.fields[found.field].kind
    if "万" in wording.unit or ("元" in wording.unit and kind != "money"):
        found = replace(found, sure=False)
    if wording.codes and (
        kind in ("id", "date", "money", "phone", "count") or found.field.endswith((".name", ".head"))
    ):
        found = replace(found, sure=False)
    return found


def _about_person(group: Group, field: str) -> bool:
    """Whether what anybody has is the person's, under this group."""
    own = {"person", "registered"} | ({"place", "household"} if field.startswith(("place.", "household.")) else set())
    return group.exact and bool(own & set(group.kinds[:1]))


def _about_illness(group: Group) -> bool:
    """Whether a disease, a treatment or its cost under this group is the person's own."""
    return group.exact and group.kinds[0] in ("person", "diagnosed", "disease", "treatment", "cost", "neutral")


def quality(found: Meaning) -> float:
    """How well a column is known, for finding the header: 1 surely, 0 not at all."""
    if not found.field:
        return (0.9 if found.others else 0.3) if found.how == "foreign" else 0.0
    return 1.0 if found.sure else 0.4 if found.how == "alike" else 0.9
