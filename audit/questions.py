"""What a decision answers: the question (问题) behind each kind of finding, the values it rests on, what may be decided
in one go, and the verdicts (结论)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from audit.findings import Wrong
from audit.kinds import KINDS
from casebook.language import N_


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict by number: the word, its meaning, when it fits (message ids)."""

    number: int
    word: str
    meaning: str
    when: str


_ALL = (
    Verdict(1, N_("1采用花名册"), N_("花名册对，卫健名单照它改"), N_("看过证件或户口本，花名册一方属实")),
    Verdict(2, N_("2采用卫健"), N_("卫健名单对，花名册照它改"), N_("看过证件或户口本，卫健一方属实")),
    Verdict(3, N_("3采用证件"), N_("两边都照证件改"), N_("证件与两边都不同，在理由里写明证件上的字或号")),
    Verdict(4, N_("4两者皆错"), N_("两边都不对"), N_("知道两边都错，又没有证件可照，在理由里写明")),
    Verdict(5, N_("5待查"), N_("还定不了"), N_("要再查资料，在理由里写明查什么")),
    Verdict(6, N_("6退回扶贫办"), N_("交扶贫办定"), N_("户、人数、身份认定等登记事实")),
    Verdict(7, N_("7入户核实"), N_("入户时当面核"), N_("纸面定不了，列入下次入户的问题")),
    Verdict(8, N_("8同一人"), N_("这两行是同一个人"), N_("待判的一对，看过资料，是同一人")),
    Verdict(9, N_("9不是同一人"), N_("这两行是两个人"), N_("待判的一对，看过资料，是两个人")),
)
VERDICTS: dict[int, Verdict] = {verdict.number: verdict for verdict in _ALL}

ROSTER, REGISTRY, DOCUMENT, NEITHER, PENDING, REFERRED, VISIT, SAME, DIFFERENT = range(1, 10)
FINAL = frozenset((ROSTER, REGISTRY, DOCUMENT, NEITHER, SAME, DIFFERENT))
"""The verdicts that settle a finding; the others pass it on."""
OF_A_PAIR = frozenset((SAME, DIFFERENT))
ON_ITS_TEXT = frozenset((DOCUMENT, NEITHER))
"""Verdicts that say little without their text: with other texts they say two things."""
ON_VALUES = tuple(verdict for verdict in _ALL if verdict.number <= VISIT)
"""What every finding may be answered with; 8 and 9 answer only a pair that is still to be judged (待判)."""

_FORM = {"id_format": "number_form", "id_15": "number_form", "id_20": "number_form"}
_FORM |= {"name_dot": "name_form", "name_format": "name_form"}
FORM_QUESTIONS = frozenset(_FORM.values())
"""Questions about the way of writing: their answers rest on the text as it stands, spaces and all."""
_OF_THEIR_OWN = {
    "missing_in_roster": "absent", "missing_in_registry": "absent", "deceased": "deceased", "married_out": "married",
    "dup": "dup", "ambiguous": "ambiguous", "hh_size": "size", "hh_split": "split", "hh_moved": "moved",
    "hh_code_stale": "household_code", "head_swapped": "head", "village_alias": "village",
    "province_error": "province",
}  # fmt: skip
_BY_FIELD = {
    "id_number": "number", "name": "name", "sex": "sex", "birth_date": "birth", "relation": "relation",
    "person_code": "person_code",
}  # fmt: skip

LINK = "link"
"""The question of a pair: are these two rows one person."""
PROVINCE = "province"
"""What to do about what the province sent back: a question of its own for each file that came."""

_IDENTITY = ("name", "id_number")
_BASIS = {
    "absent": _IDENTITY, "deceased": (*_IDENTITY, "remark"), "married": (*_IDENTITY, "remark"), "dup": _IDENTITY,
    "ambiguous": _IDENTITY, LINK: (*_IDENTITY, "birth_date", "village"), "size": ("household_size",),
    "split": ("household_code",), "moved": ("village",), "household_code": ("household_code",),
    "head": ("relation",), "relation": ("relation",), "village": ("village",), "person_code": ("person_code",),
    "number": ("id_number",), "number_form": ("id_number",), "name": ("name",), "name_form": ("name",),
    "sex": ("sex", "id_number"), "birth": ("birth_date", "id_number"),
    PROVINCE: ("sent",),
}  # fmt: skip

SAFE_KINDS = frozenset((
    "id_format", "id_20", "id_precision", "id_sci", "id_noise", "id_typo1", "id_transpose", "id_checkdigit", "id_date",
    "id_missing_digit", "id_extra_digit", "id_masked", "id_blank", "name_variant", "name_rare", "name_dot",
    "name_format", "hh_code_stale", "pid_stale",
))  # fmt: skip
"""Kinds of which many may be decided in one go: what is right follows from the cells alone. Never severity A."""

Unit = Literal["pair", "person", "household", "village"]


def question_of(kind: str) -> str:
    """The question that a finding of this kind puts; findings of one question and the same people share the answer."""
    return _FORM.get(kind) or _OF_THEIR_OWN.get(kind) or _BY_FIELD[KINDS[kind].field]


def basis_fields(question: str) -> tuple[str, ...]:
    """The fields whose values an answer rests on: it comes back when one of them changes."""
    return _BASIS[question]


def subject_of(question: str, roster: Iterable[str], registry: Iterable[str]) -> str:
    """The key of a question about these people (ids), whatever the kind, the run or the values: 24 hex digits."""
    told = "\x1e".join((question, "\x1f".join(sorted(set(roster))), "\x1f".join(sorted(set(registry)))))
    return sha256(told.encode()).hexdigest()[:24]


def said(verdict: int, value: str, reason: str) -> tuple[int, str]:
    """What a decision comes down to: two that stand and differ in this are in conflict."""
    return verdict, value or (reason if verdict in ON_ITS_TEXT else "")


def proposed_verdict(kind: str, wrong: Wrong) -> int | None:
    """The verdict that takes the side that is right, where the finding knows it and nothing is at stake."""
    if KINDS[kind].severity == "A" or wrong not in ("roster", "registry"):
        return None
    return ROSTER if wrong == "registry" else REGISTRY


def verdicts_for(kind: str, review: bool) -> Sequence[Verdict]:
    """What a finding may be answered with."""
    return _ALL if review else ON_VALUES
