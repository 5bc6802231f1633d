"""A form being filled read as the parts of its paper: which questions stand together, of whom they are asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING

from casebook.language import N_, _
from exports.visit_form_outline import Item, add_spares, inside, items_of, nested_repeats, prefilled_within
from exports.visit_form_parts import Asked, Fields, Filled, Heading, Ledger, Paper, Part, Roster, Words
from exports.visit_form_questions import Questions
from exports.visit_paper import MOST_ABREAST

if TYPE_CHECKING:
    from survey_forms.filling.filling import Filling
    from survey_forms.form.definition import FormDefinition, Question
    from survey_forms.visits.visit_list import VisitRow

_LEDGER = 5
"""So many numbers in a row make a table of their own."""
_NUMBERS = ("int", "decimal")
_SPARE_ROWS = 1
_FEWEST = 3
"""Blank columns of a repeat that is filled from no list."""
_TITLES = {"person.name": N_("姓名：____"), "suspected.name": N_("疾病：____")}
"""What names a column, and what stands there to be written in."""

Found = Mapping[str, tuple[str, "Question"]]
"""Questions by generic path, in form order, with the title of the group within the repeat that they stand in."""


def read_paper(
    filling: Filling, definition: FormDefinition, visit: VisitRow, people: Iterable[str], known: Set[str] | None
) -> Paper:
    """The paper of a visit. Blank instances are added to `filling`, which the caller throws away. `people` are the
    names of the household's members, `known` as in `Questions`."""
    spares = add_spares(filling, definition, min(max(visit.people, _FEWEST), MOST_ABREAST))
    reading = _Reading(Questions(filling, definition, visit.household, known), spares)
    parts = tuple(reading.parts(items_of(filling)))
    return Paper(
        title=definition.title,
        household=visit.household,
        township=visit.township,
        village=visit.village,
        head=visit.head,
        people=tuple(name for name in people if name),
        handle=visit.handle,
        parts=parts,
        signers=_signers(filling),
        lists=tuple(reading.questions.lists.values()),
    )


def _signers(filling: Filling) -> tuple[tuple[str, str], ...]:
    """Who signs: the surveyor, the second one where the form knows one, the reviewer, the head of the household."""
    fields = {"signer.filler": _("调查人"), "signer.second": _("同行人"), "signer.reviewer": _("审核人")}
    found = []
    for field, title in fields.items():
        refs = filling.field_nodes(field)
        if refs or field != "signer.second":
            found.append((title, filling.value(refs[0]) if refs else ""))
    return (*found, (_("户主"), ""))


class _Reading:
    def __init__(self, questions: Questions, spares: Set[str]) -> None:
        self.questions = questions
        self._spares = spares

    def parts(self, items: Iterable[Item]) -> Iterator[Part]:
        """What stands at one level, in form order."""
        questions = self.questions
        fields: list[tuple[Asked, Filled]] = []
        for item in items:
            question = item.entry.question
            if question is not None and question.kind != "note":
                if questions.printed(item):
                    fields.append((questions.asked(item.ref, question), questions.filled(item.ref, question)))
                continue
            if not questions.printed(item):
                continue
            if fields:
                yield Fields(tuple(fields))
                fields = []
            if question is not None:
                yield Words(questions.label(item.ref))
            elif item.kind == "repeat":
                yield from self._repeat([item])
            elif inner := list(self.parts(item.below)):
                if title := questions.label(item.ref):
                    yield Heading(title, questions.skip(item.ref))
                yield from inner
        if fields:
            yield Fields(tuple(fields))

    def _repeat(self, repeats: Sequence[Item]) -> Iterator[Part]:
        """The instances of a repeat, all those of the household together where it stands in another one."""
        instances = [one for repeat in repeats if self.questions.printed(repeat) for one in repeat.below]
        instances = [one for one in instances if not self._stands_for_nothing(one)]
        if not instances:
            return
        first = repeats[0]
        if title := self.questions.label(first.ref):
            yield Heading(title, self.questions.skip(first.ref))
        found = self._questions_of(instances)
        if any(question.field.startswith("ask.") for _section, question in found.values()):
            yield from (self._ask(one, number, found) for number, one in enumerate(instances, 1))
        else:
            yield from self._together(instances, found)
        for nested in nested_repeats(instances):
            yield from self._repeat(nested)

    def _stands_for_nothing(self, instance: Item) -> bool:
        """A blank first instance, as forms begin with, of what is filled in from the lists."""
        if instance.ref in self._spares or not prefilled_within(self.questions.definition, instance.entry.path):
            return False
        return self.questions.blank(instance.ref, _refs(instance).values())

    def _questions_of(self, instances: Sequence[Item]) -> Found:
        """The questions that are printed of any of these instances."""
        found: dict[str, tuple[str, Question]] = {}
        for instance in instances:
            sections: dict[str, str] = {}
            for item in inside(instance):
                if item.kind == "group":
                    sections[item.ref] = self.questions.label(item.ref)
                question = item.entry.question
                if question is not None and question.kind != "note" and self.questions.printed(item):
                    found.setdefault(item.entry.path, (sections.get(item.ref.rpartition("/")[0], ""), question))
        order = {path: number for number, path in enumerate(self.questions.definition.questions)}
        return dict(sorted(found.items(), key=lambda one: order.get(one[0], len(order))))

    def _ask(self, instance: Item, number: int, found: Found) -> Fields:
        """An ask (待问): both values whole, the question, and what is to be answered."""
        told = {
            name: next(iter(self._values(instance.ref, f"ask.{name}")), "")
            for name in ("person", "about", "roster", "registry", "question")
        }
        heading = "　".join(text for text in (f"{number}.", told["person"], told["about"]) if text)
        fields: list[tuple[Asked, Filled]] = []
        for name, title in (("roster", _("花名册")), ("registry", _("卫健名单")), ("question", _("要问的话"))):
            if told[name]:
                fields.append((Asked("", title, "text"), Filled(told[name], (), False)))
        refs = _refs(instance)
        for path, (_section, question) in found.items():
            if path in refs:
                asked = self.questions.asked(refs[path], question, among_many=True)
                fields.append((asked, self.questions.filled(refs[path], question)))
        return Fields(tuple(fields), heading, together=True)

    def _values(self, instance: str, field: str) -> list[str]:
        filling = self.questions.filling
        return [filling.value(ref) for ref in filling.field_nodes(field) if ref.startswith(f"{instance}/")]

    def _together(self, instances: Sequence[Item], found: Found) -> Iterator[Part]:
        """Instances side by side; runs of numbers as tables; a single instance as a block."""
        if instances[-1].ref in self._spares and self._costs_paper(instances):
            instances = instances[:-1]
        titles = tuple(self._title(one) for one in instances)
        refs = [_refs(one) for one in instances]
        found = {path: one for path, one in found.items() if one[1].field not in _TITLES}
        for numbers, paths in _runs(found):
            if numbers:
                yield self._ledger(paths, titles, refs, found)
            elif len(instances) == 1:
                fields = [self._cell(path, refs, found) for path in paths]
                yield Fields(tuple((asked, filled[0]) for asked, filled in fields), titles[0].replace("\n", "　"))
            else:
                yield Roster(titles, tuple(self._cell(path, refs, found) for path in paths))

    def _costs_paper(self, instances: Sequence[Item]) -> bool:
        """Whether a blank column begins a table of its own, or makes a table of one person's block."""
        alone = len(instances) == 2 and "]" not in instances[0].ref.rpartition("[")[0]
        return alone or (len(instances) > 1 and len(instances) % MOST_ABREAST == 1)

    def _cell(
        self, path: str, refs: Sequence[Mapping[str, str]], found: Found
    ) -> tuple[Asked, tuple[Filled, ...]]:
        """A question asked of several, and what is known of each."""
        question = found[path][1]
        held = [one.get(path, "") for one in refs]
        asked = self.questions.asked(next(filter(None, held)), question, among_many=True)
        return asked, tuple(self.questions.filled(ref, question) for ref in held)

    def _ledger(
        self, paths: Sequence[str], titles: Sequence[str], refs: Sequence[Mapping[str, str]], found: Found
    ) -> Ledger:
        cells = [self._cell(path, refs, found) for path in paths]
        rows = tuple(
            (Filled(title.replace("\n", " "), (), False), *(filled[index] for _asked, filled in cells))
            for index, title in enumerate(titles)
        )
        sections = dict.fromkeys(found[path][0] for path in paths)
        columns = (Asked("", "", "text"), *(asked for asked, _filled in cells))
        return Ledger(columns, rows, _SPARE_ROWS, _("，").join(filter(None, sections)))

    def _title(self, instance: Item) -> str:
        """Whom or what a column is about: the person, then the illness, else the number of the instance."""
        ref = instance.ref
        told: list[str] = []
        for field, blank in _TITLES.items():
            holder = self._holder(ref, field)
            if holder:
                name = self._name(holder, field)
                told.append(name or (_(blank) if holder in self._spares else ""))
        label = self.questions.label(ref)
        number = ref[ref.rindex("[") + 1 : -1]
        if not any(told) and label:
            return label if label != self.questions.label(ref.rpartition("[")[0]) else f"{label} {number}"
        return "\n".join(text for text in told if text) or number

    def _name(self, holder: str, field: str) -> str:
        nodes = (ref for ref in self.questions.filling.field_nodes(field) if _own(ref) == holder)
        ref = next(nodes, "")
        if not ref:
            return ""
        return self.questions.suspected(ref) if field == "suspected.name" else self.questions.filling.value(ref)

    def _holder(self, ref: str, field: str) -> str:
        """The nearest instance, this one or one around it, that has a node with a field; '' for none."""
        nodes = self.questions.filling.field_nodes(field)
        while ref:
            if any(_own(node) == ref for node in nodes):
                return ref
            ref = _own(ref)
        return ""


def _own(ref: str) -> str:
    """The instance that a node stands in: of `/data/member[2]/sex` it is `/data/member[2]`, of that ''."""
    return ref[: ref.rfind("]", 0, len(ref) - 1) + 1]


def _refs(instance: Item) -> dict[str, str]:
    """The refs of an instance's own questions by generic path."""
    return {item.entry.path: item.ref for item in inside(instance) if item.kind == "question"}


def _runs(found: Found) -> Iterator[tuple[bool, list[str]]]:
    """The paths in stretches: whether it is a table of numbers, and which."""
    stretches: list[tuple[bool, list[str]]] = []
    for path, (_section, question) in found.items():
        numbers = question.kind in _NUMBERS
        if stretches and stretches[-1][0] == numbers:
            stretches[-1][1].append(path)
        else:
            stretches.append((numbers, [path]))
    together: list[tuple[bool, list[str]]] = []
    for numbers, paths in stretches:
        numbers = numbers and len(paths) >= _LEDGER
        if together and not numbers and not together[-1][0]:
            together[-1][1].extend(paths)
        else:
            together.append((numbers, list(paths)))
    yield from together
