"""What changed (改了什么): from what the lists had filled in to what was handed in, and from the submission before, in
the words of the form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from casebook.language import _
from casebook.store.casebook import Casebook
from casebook.store.sqlite import Connection
from survey_forms.form.definition import FormDefinition
from survey_forms.visits.form_words import choices_of, form_language, plain_words, question_title
from survey_forms.visits.visit_view import fact_body, visit_fact

Origin = Literal["prefill", "submission", "answers"]

_NAMES = ("person.id", "ask.id", "suspected.code", "suspected.name")
"""Fields that say which instance of a repeat it is, whatever its position."""

_WHO = ("person.name", "suspected.name", "ask.person")


@dataclass(frozen=True, slots=True)
class Changed:
    """One question whose value is another one, or a repeat instance that was added or taken out (then `before` or `now`
    is '' and the other one says who). `who` names the instance a question stands in, `number` is the question's code.
    `origin`: against what was filled in from the lists, against the submission before, or against the answers."""

    ref: str
    label: str
    before: str
    now: str
    origin: Origin
    who: str = ""
    number: str = ""


Values = Mapping[str, str]
"""Texts of the leaves of an instance by ref."""


def changes(book: Casebook, visit: str) -> list[Changed]:
    """What changed in the last submission of a visit, in form order: against the lists, then against the submission
    before it. Nothing for one that was never handed in. Raises LookupError for bodies that are not on this machine."""
    from survey_forms.stored_forms import definition_of

    with book.reading() as connection:
        submissions = submissions_of(connection, visit)
        if not submissions:
            return []
        planned = visit_fact(connection, visit)
        definition = definition_of(book, planned["form"])
        now = submitted_values(definition, fact_body(connection, submissions[-1])["xml"])
        asked = _asked(definition, now)
        found = list(_compared(definition, dict(planned["prefill"]), now, asked, "prefill"))
        if len(submissions) > 1:
            before = submitted_values(definition, fact_body(connection, submissions[-2])["xml"])
            found += _compared(definition, before, now, asked, "submission")
        return found


def submissions_of(connection: Connection, visit: str) -> list[str]:
    """Everything handed in for a visit, oldest first: ids."""
    rows = connection.execute(
        "SELECT fact FROM visit_step WHERE visit = ? AND kind = 'submission' ORDER BY clock, fact", (visit,)
    )
    return [fact for (fact,) in rows]


def submitted_values(definition: FormDefinition, xml: str) -> dict[str, str]:
    """The leaves of a submission by ref, blank ones too, without its `meta`."""
    from lxml import etree

    root = etree.fromstring(xml.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    found: dict[str, str] = {}
    _walk(root, f"/{definition.template.name}", f"/{definition.template.name}", definition, found)
    return found


def _walk(element: Any, path: str, ref: str, definition: FormDefinition, found: dict[str, str]) -> None:
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        found[ref] = (element.text or "").strip()
        return
    places: dict[str, int] = {}
    for child in children:
        name = child.tag.rpartition("}")[2]
        if name == "meta":
            continue
        below = f"{path}/{name}"
        places[below] = places.get(below, 0) + 1
        where = f"{ref}/{name}[{places[below]}]" if below in definition.repeats else f"{ref}/{name}"
        _walk(child, below, where, definition, found)


def _asked(definition: FormDefinition, values: Values) -> frozenset[str]:
    """The questions that are asked in a form filled in so (相关的题)."""
    from survey_forms.filling.filling import Filling
    from survey_forms.filling.op import Op

    start = Op("start", "", "", tuple(values.items()))
    filling = Filling.resume(definition, [start], now=datetime.now().astimezone)
    return frozenset(one.ref for one in filling.outline() if filling.relevant(one.ref))


def _compared(
    definition: FormDefinition, before: Values, now: Values, asked: frozenset[str], origin: Origin
) -> Iterator[Changed]:
    """Questions of instances that both have, whose values differ; instances that one has alone. What was filled in is
    compared only where the lists had something; what is not asked any more is no change."""
    earlier, later = _Named(definition, before), _Named(definition, now)
    for instance, ref in later.instances.items():
        told = origin == "submission" or (later.is_named(ref) and later.who(ref))
        if instance not in earlier.instances and ref in asked and told:
            yield Changed(ref, later.label(ref), "", later.who(ref) or _("新增"), origin)
    for instance, ref in earlier.instances.items():
        if instance not in later.instances and (ref not in later.refs or ref in asked):
            yield Changed(ref, earlier.label(ref), earlier.who(ref) or _("已有"), "", origin)
    named = dict.fromkeys([*earlier.values, *(later.values if origin == "submission" else ())])
    order = {path: place for place, path in enumerate(definition.questions)}
    for key in sorted(named, key=lambda key: order.get(key[1], len(order))):
        instance, path = key
        if instance and not (instance in earlier.instances and instance in later.instances):
            continue
        (was_ref, was), (ref, text) = earlier.values.get(key, ("", "")), later.values.get(key, ("", ""))
        question = definition.questions.get(path)
        if question is None or was == text or (not text and (ref or was_ref) not in asked):
            continue
        words = dict(choices_of(definition, question)) if question.chooses else {}
        yield Changed(
            ref or was_ref,
            question_title(definition, question),
            _shown(was, words, question.several),
            _shown(text, words, question.several),
            origin,
            later.who(ref or was_ref),
            question.code,
        )


def _shown(text: str, words: Mapping[str, str], several: bool) -> str:
    if not words:
        return text
    return _("、").join(words.get(one) or one for one in (text.split() if several else [text]) if one)


def _path(ref: str) -> str:
    """The generic path of a ref."""
    return "/".join(part.partition("[")[0] for part in ref.split("/"))


class _Named:
    """The values of an instance with each repeat instance named by who or what it is about, so that two fillings are
    compared whatever the order of their people. `values` by (named instance, rest of the ref): (ref, text)."""

    def __init__(self, definition: FormDefinition, values: Values) -> None:
        self._definition = definition
        self._values = values
        self._names: dict[str, str] = {}
        self._who: dict[str, str] = {}
        for ref, text in values.items():
            self._note(ref, text)
        self.refs = frozenset(self._every(values))
        self.instances = {self._named(one): one for one in self._every(values)}
        self.values: dict[tuple[str, str], tuple[str, str]] = {}
        for ref, text in values.items():
            instance = _instance(ref)
            self.values[self._named(instance) if instance else "", _path(ref)] = (ref, text)

    def _note(self, ref: str, text: str) -> None:
        bind, instance = self._definition.binds.get(_path(ref)), _instance(ref)
        field = bind.extra.get("field", "") if bind is not None else ""
        if instance and field in _NAMES and text:
            self._names.setdefault(instance, f"{field}={text}")
        if instance and field in _WHO and text:
            self._who.setdefault(instance, text)

    @staticmethod
    def _every(values: Iterable[str]) -> Iterator[str]:
        """Every repeat instance that a ref goes through, each once, the outer ones first."""
        seen: set[str] = set()
        for ref in values:
            parts = ref.split("/")
            for end, part in enumerate(parts, 1):
                if part.endswith("]") and (one := "/".join(parts[:end])) not in seen:
                    seen.add(one)
                    yield one

    def _named(self, instance: str) -> str:
        """An instance and those around it by name instead of by position."""
        outer, _bracket, _rest = instance.rpartition("[")
        above = _instance(outer)
        told = self._names.get(instance) or instance[len(outer) :]
        return (self._named(above) + outer[len(above) :] if above else outer) + f"<{told}>"

    def is_named(self, instance: str) -> bool:
        """Whether this is an instance of a repeat of people, known diseases or asks."""
        repeat = _path(instance)
        return any(
            bind.extra.get("field") in _NAMES and bind.path.startswith(repeat + "/")
            and self._repeat_of(bind.path) == repeat for bind in self._definition.binds.values()
        )  # fmt: skip

    def _repeat_of(self, path: str) -> str:
        above = path.rpartition("/")[0]
        while above and above not in self._definition.repeats:
            above = above.rpartition("/")[0]
        return above

    def who(self, ref: str) -> str:
        """Who or what the instance is about that a ref is or stands in; '' outside of one."""
        instance = ref if ref.endswith("]") else _instance(ref)
        while instance:
            if found := self._who.get(instance):
                return found
            instance = _instance(instance.rpartition("[")[0])
        return ""

    def label(self, instance: str) -> str:
        repeat, language = self._definition.repeats.get(_path(instance)), form_language(self._definition)
        return plain_words(self._definition, repeat.label, language) if repeat is not None else ""


def _instance(ref: str) -> str:
    """The nearest repeat instance that a ref stands in or is, '' for none."""
    return ref[: ref.rfind("]") + 1]
