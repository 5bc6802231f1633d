"""Single questions of a form as paper prints them: label, boxes, skip hint, what is known, what is masked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import TYPE_CHECKING

from casebook.language import _
from exports.visit_form_parts import Asked, Choice, CodeList, Filled
from exports.visit_form_skips import Condition, Skips, concrete
from exports.visit_masking import masked_value, masked_words

if TYPE_CHECKING:
    from exports.visit_form_outline import Item
    from survey_forms.filling.filling import Filling
    from survey_forms.form.definition import BodyElement, FormDefinition, Question

_ELSEWHERE = frozenset(
    (
        "household.code", "household.township", "household.village", "household.head",
        "signer.filler", "signer.second", "signer.reviewer",
    )
)  # fmt: skip
"""What the head of the paper and its signature lines say already."""
_MOST_BOXES = 12
_MOST_LISTED = 150
"""Choices of a question that have boxes, and that go into the code list at the end; of more the answer is written."""
_LONGEST_HINT = 24
_MARKS = re.compile(r"\*\*|__|^#+\s*", re.MULTILINE)
_EDGES = " ：:，,、"


class Questions:
    """Reads the questions of one filling. `lists` gathers the code lists that they name. `known` are the refs whose
    values somebody gave, None for all: a default such as today is none of them."""

    def __init__(self, filling: Filling, definition: FormDefinition, household: str, known: Set[str] | None) -> None:
        self.filling = filling
        self.definition = definition
        self.skips = Skips(filling, definition)
        self.lists: dict[str, CodeList] = {}
        self._choices_of: dict[str, CodeList] = {}
        self._household = household
        self._known = known
        outline = filling.outline()
        self._numbers = numbers_of(definition)
        self._first = {entry.path: entry.ref for entry in reversed(outline)}

    def printed(self, item: Item) -> bool:
        """Whether something stands on paper: not what is said elsewhere on it, nor what can't become relevant."""
        entry, question = item.entry, item.entry.question
        if question is not None:
            fixed = self.skips.closed(entry.ref)
            if question.field in _ELSEWHERE and (fixed or question.field.startswith("signer.")):
                return False
            if question.kind == "note":
                return bool(self.label(entry.ref)) and self._said(entry.ref)
            if fixed and not self.filling.value(entry.ref):
                return False
        return self.skips.possible(entry.ref)

    def _said(self, ref: str) -> bool:
        """A note that depends on answers in a way that is no simple skip is a message of the screen."""
        return self.filling.relevant(ref) or isinstance(self.skips.rule(ref), tuple)

    def asked(self, ref: str, question: Question, among_many: bool = False) -> Asked:
        """The question at a ref; `among_many`: in the words that hold for every instance."""
        choices = tuple(Choice(one.value, self.clean(one.label)) for one in self._choices(ref, question))
        label = self.label_of_many(ref, question) if among_many else self.label(ref)
        if question.several and _("多选") not in label and not self.skips.closed(ref):
            label += _("（可多选）")
        listed = label if len(choices) > _MOST_BOXES else ""
        if listed and len(choices) <= _MOST_LISTED:
            self._choices_of.setdefault(question.path, CodeList(label, choices))
        return Asked(
            code=self._numbers.get(question.path, ""),
            label=label,
            kind=question.kind,
            choices=() if listed else choices,
            skip=self.skip(ref),
            hint=self._hint(ref, question),
            listed=listed,
        )

    def _choices(self, ref: str, question: Question) -> tuple[Choice, ...]:
        if not question.chooses:
            return ()
        return tuple(Choice(one.value, one.label) for one in self.filling.choices(ref))

    def filled(self, ref: str, question: Question) -> Filled:
        """What is known of a question; of an instance that lacks it (`ref` '') nothing, and nothing is asked."""
        if not ref:
            return Filled("", (), False)
        if not self.skips.possible(ref):
            return Filled("—", (), False)
        filling, value = self.filling, self.filling.value(ref)
        fixed = self.skips.closed(ref)
        if not fixed and self._known is not None and ref not in self._known:
            value = ""
        if not fixed and (codes := self._choices_of.get(question.path)):
            self.lists[codes.title] = codes
        words = masked_value(question.field, filling.shown(ref), self._household) if value else ""
        if question.field == "suspected.name" and words:
            words = self.suspected(ref)
        chosen = tuple(value.split()) if question.several else (value,) if value else ()
        return Filled(words, chosen if question.chooses else (), not fixed)

    def suspected(self, ref: str) -> str:
        """A known illness (摸底疾病) by the ref of its name: the name with its code, class and date."""
        more = [self.filling.nearest(ref, f"suspected.{field}") for field in ("code", "class", "date")]
        told, name = _("，").join(text for text in more if text), self.filling.value(ref)
        return _("{name}（{more}）").format(name=name, more=told) if told and name else name

    def label(self, ref: str) -> str:
        return self.clean(self.filling.label(ref))

    def blank(self, instance: str, refs: Iterable[str]) -> bool:
        """Whether nobody gave a value to anything in a repeat instance; `refs` are its own questions."""
        if self._known is not None:
            return not any(ref.startswith(f"{instance}/") for ref in self._known)
        return not any(self.filling.value(ref) for ref in refs)

    def clean(self, text: str) -> str:
        return masked_words(_MARKS.sub("", text).strip(), self._household)

    def label_of_many(self, ref: str, question: Question) -> str:
        """A label without what it says of one instance."""
        title = self.title(question)
        if title:
            return title
        label = self.label(ref)
        names = [self.filling.nearest(ref, field) for field in ("person.name", "suspected.name")]
        for name in filter(None, names):
            label = label.replace(name, "")
        return label.replace("「」", "").strip(_EDGES)

    def title(self, question: Question) -> str:
        """The short title (`ruhu:title`), '' where the form gives none."""
        return self.clean(question.extra.get("title", ""))

    def skip(self, ref: str) -> str:
        """When what stands at a ref is filled in, '' where that goes without saying."""
        said = [self._condition_words(one, ref) for one in self.skips.conditions(ref)]
        return _("{conditions} 的填").format(conditions=_("，").join(said)) if said else ""

    def _hint(self, ref: str, question: Question) -> str:
        """The form's own hint where it is short; `ruhu:paper` has another one for paper, or `no`."""
        own = self.clean(question.extra.get("paper", "") or self.filling.hint(ref))
        return "" if own == "no" or len(own) > _LONGEST_HINT or own in _("（可多选）") else own

    def _condition_words(self, one: Condition, ref: str) -> str:
        question = self._numbers.get(one.path, "")
        if not one.values:
            return (_("没填 {question}") if one.unless else _("填了 {question}")).format(question=question)
        values = _("、").join(self._value_name(one.path, value, ref) for value in one.values)
        text = _("{question} 不选 {values}") if one.unless else _("{question} 选 {values}")
        return text.format(question=question, values=values)

    def _value_name(self, path: str, value: str, ref: str) -> str:
        if value.isdigit():
            return value
        near = concrete(path, ref)
        at = near if near in self._first.values() else self._first.get(path, "")
        labels = {one.value: one.label for one in self.filling.choices(at)} if at else {}
        return labels.get(value, value)


def numbers_of(definition: FormDefinition) -> dict[str, str]:
    """The numbers of questions by generic path: the form's codes, else running ones that hold for every instance."""
    return dict(_numbers(definition.body, ""))


def _numbers(elements: Sequence[BodyElement], above: str) -> Iterator[tuple[str, str]]:
    from survey_forms.form.definition import Question

    for running, element in enumerate(elements, 1):
        number = element.code or (f"{above}.{running}" if above else str(running))
        if isinstance(element, Question):
            yield element.path, number
        else:
            yield from _numbers(element.children, number)
