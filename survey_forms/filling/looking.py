"""A form being filled in, looked at: values, texts, choices, problems, the outline."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from random import random as chance

from casebook.errors import RuhuError
from casebook.language import N_, _
from survey_forms.filling.acting import Acting
from survey_forms.filling.calculating import Calculating
from survey_forms.filling.changes import Entry, Problem, Why
from survey_forms.filling.choosing import Choice, Choosing
from survey_forms.filling.op import Op
from survey_forms.filling.outline import Outline
from survey_forms.filling.places import below, generic, leaves, node_at, nodes_for
from survey_forms.filling.sheet import MOST_INSTANCES, Sheet
from survey_forms.filling.surroundings import FormAround
from survey_forms.form.check_types import cast, fits
from survey_forms.form.definition import Bind, FormDefinition
from survey_forms.tree import Node

Clock = datetime | Callable[[], datetime]
_TAG = re.compile(r"\(([A-Za-z]{2,3})\)\s*$")
"""`en` of `English (en)`: what a column of ours is called by in that language."""

_TYPES = {
    "int": N_("这里填整数"),
    "integer": N_("这里填整数"),
    "decimal": N_("这里填数字"),
    "date": N_("这里填日期，如 2026-11-22"),
    "time": N_("这里填时间，如 14:30"),
    "dateTime": N_("这里填日期和时间"),
}


def usage(code: str, what: str) -> RuhuError:
    return RuhuError(code, what, category="usage")


class Looking:
    """What a filling can be asked. Methods that take a ref raise RuhuError (usage) for one that is not there now."""

    def __init__(
        self, definition: FormDefinition, now: Clock, language: str, random: Callable[[], float] | None
    ) -> None:
        self.definition = definition
        self.start = Op("start", "", "")
        self.sheet = Sheet(definition)
        language = language if language in definition.languages else definition.default_language
        self.around = FormAround(definition, self.sheet.document, now, language, random or chance)
        self.choosing = self.around.choosing = Choosing(definition, self.around)
        self._calculating = Calculating(self.sheet, self.choosing, self.around)
        self._acting = Acting(self._calculating)
        self._made_outline: Outline | None = None
        self._problems: tuple[Problem, ...] | None = None

    def _look_again(self, changed: Iterable[Node] | None) -> tuple[str, ...]:
        """Bring the problems of the changed nodes (all without) up to date; the refs of those nodes."""
        nodes = list(self.sheet.root.walk()) if changed is None else [n for n in changed if self._in_tree(n)]
        if changed is None:
            self.sheet.bad.clear()
            self._made_outline = None
        for node in nodes:
            if not node.children or node.repeat:
                kind = self._kind_of_problem(node)
                if kind:
                    self.sheet.bad[node] = kind
                else:
                    self.sheet.bad.pop(node, None)
        if self._calculating.regrown:
            self._made_outline = None
        self._problems = None
        return tuple(node.ref for node in nodes) if changed is not None else ()

    def _kind_of_problem(self, node: Node) -> str:
        sheet = self.sheet
        if not node.relevant or node.children:
            return ""
        if node.text:
            return "type" if node in sheet.mistyped else "constraint" if node in sheet.violated else ""
        return "required" if node in sheet.required else ""

    def _go(self) -> None:
        self.around.tick()
        self._calculating.begin_go()

    def _in_tree(self, node: Node) -> bool:
        at: Node | None = node
        while at is not None and at is not self.sheet.root:
            at = at.parent
        return at is not None

    def _node(self, ref: str) -> Node:
        outline = self._made_outline
        node = outline.nodes.get(ref) if outline is not None else None
        node = node or node_at(self.sheet.root, ref)
        if node is None:
            raise usage("no_such_ref", _("调查表里没有这一项：{ref}").format(ref=ref[:80]))
        return node

    def _instance(self, ref: str) -> Node:
        node = self._node(ref)
        if not node.repeat:
            raise usage("no_instance", _("这一项不是重复组里的一份"))
        return node

    def _range(self, ref: str) -> tuple[Node, str]:
        """The node that holds a range, and the name of its instances."""
        holder, _slash, name = ref.rpartition("/")
        parent = node_at(self.sheet.root, holder) if holder else None
        if parent is None or f"{parent.path}/{name}" not in self.definition.repeats:
            raise usage("no_repeat", _("没有这个重复组"))
        return parent, name

    def _is_readonly(self, node: Node) -> bool:
        at: Node | None = node
        while at is not None:
            if at in self.sheet.readonly:
                return True
            at = at.parent
        return False

    def _bind(self, node: Node) -> Bind:
        return self.definition.binds.get(node.path) or Bind(node.path)

    @property
    def language(self) -> str:
        return self.around.language

    def set_language(self, language: str) -> None:
        """Labels and messages in another of the form's languages; an unknown one is the default."""
        known = language in self.definition.languages
        self.around.language = language if known else self.definition.default_language
        self._problems = None
        self._go()
        self._calculating.mark_labels()
        self._calculating.run(kept=True)
        self._look_again(self._calculating.changed)

    @property
    def _outline(self) -> Outline:
        if self._made_outline is None:
            self._made_outline = Outline(self.definition, self.sheet.root)
        return self._made_outline

    def outline(self) -> tuple[Entry, ...]:
        """Every group, repeat, instance and question in the order of the form, non-relevant ones too."""
        return self._outline.listed

    def entry(self, ref: str) -> Entry:
        """Raises RuhuError (usage) for what is not in the outline."""
        found = self._outline.at.get(ref)
        if found is None:
            raise usage("no_such_ref", _("调查表里没有这一项：{ref}").format(ref=ref[:80]))
        return found

    def value(self, ref: str) -> str:
        """The stored text, of a question that is not relevant too."""
        return self._node(ref).text

    def relevant(self, ref: str) -> bool:
        if generic(ref) in self.definition.repeats and not ref.endswith("]"):
            parent, name = self._range(ref)
            return self._range_relevant(parent, name)
        return self._node(ref).relevant

    def _range_relevant(self, parent: Node, name: str) -> bool:
        same = parent.named(name)
        if same:
            return same[0].relevant
        return parent.relevant and self._calculating.would_be_relevant(parent, name)

    def required(self, ref: str) -> bool:
        return self._node(ref) in self.sheet.required

    def readonly(self, ref: str) -> bool:
        return self._is_readonly(self._node(ref))

    def fitted(self, ref: str, text: str) -> str:
        """What another program answers, cut to what the type of the question stores; choices not offered left out."""
        node = self._node(ref)
        question = self.definition.questions.get(node.path)
        if question is not None and question.chooses:
            return self.choosing.standing(question, node, text)
        if question is not None and question.kind == "trigger":
            return "OK" if text.lower() in ("ok", "1", "true") else ""
        kind = self.definition.types.get(node.path, "string")
        fitted = cast(kind, text)
        return fitted if fits(kind, fitted) else ""

    def count(self, repeat: str) -> int:
        parent, name = self._range(repeat)
        return len(parent.named(name))

    def can_add(self, repeat: str) -> bool:
        parent, name = self._range(repeat)
        element = self.definition.repeats[f"{parent.path}/{name}"]
        return (
            element.count is None
            and not element.fixed
            and self._range_relevant(parent, name)
            and self.sheet.room(parent, name)
        )

    def can_remove(self, instance: str) -> bool:
        node = self._instance(instance)
        element = self.definition.repeats[node.path]
        return element.count is None and not element.fixed

    def label(self, ref: str) -> str:
        """The label of a question, group, repeat or instance, outputs filled in."""
        path = generic(ref)
        known = self.definition.questions.get(path) or self.definition.groups.get(path)
        element = known or self.definition.repeats.get(path)
        if element is None:
            return ""
        if path in self.definition.repeats and not ref.endswith("]"):
            parent, name = self._range(ref)
            return self.choosing.text(element.label, self._calculating.stand_in(parent, name))
        return self.choosing.text(element.label, self._node(ref))

    def hint(self, ref: str) -> str:
        question = self.definition.questions.get(generic(ref))
        return self.choosing.text(question.hint, self._node(ref)) if question is not None else ""

    def guidance(self, ref: str) -> str:
        question = self.definition.questions.get(generic(ref))
        return self.choosing.text(question.hint, self._node(ref), form="guidance") if question is not None else ""

    def choices(self, ref: str) -> tuple[Choice, ...]:
        """What may be chosen, in order; () for a question without choices."""
        node = self._node(ref)
        question = self.definition.questions.get(node.path)
        return self.choosing.choices(question, node) if question is not None and question.chooses else ()

    def shown(self, ref: str) -> str:
        """The value in words: labels of choices, else the text."""
        node = self._node(ref)
        return self.in_words(node)

    def in_words(self, node: Node) -> str:
        question = self.definition.questions.get(node.path)
        if question is None or not question.chooses or not node.text:
            return node.value()
        names = {choice.value: choice.label for choice in self.choosing.choices(question, node)}
        values = node.text.split() if question.several else [node.text]
        return _("、").join(names.get(value, value) for value in values)

    def problem(self, ref: str) -> Problem | None:
        node = self._node(ref)
        return self._problem(node) if node in self.sheet.bad else None

    def _problem(self, node: Node) -> Problem:
        kind, bind = self.sheet.bad[node], self._bind(node)
        if kind == "required":
            message = self.choosing.text(bind.required_message, node) or _("这道题必须回答")
        elif kind == "constraint":
            message = self.choosing.text(bind.constraint_message, node) or _("这个答案不符合要求")
        else:
            message = _(_TYPES.get(bind.type, N_("这个答案的格式不对")))
        return Problem(node.ref, kind, message)  # type: ignore[arg-type]

    def problems(self) -> tuple[Problem, ...]:
        """Every problem of the questions, in the order of the form."""
        if self._problems is None:
            place = self._outline.place
            nodes = sorted((node for node in self.sheet.bad if node in place), key=place.__getitem__)
            found = [self._problem(node) for node in nodes]
            for parent, name in self.sheet.cut:
                what = _("份数超过了上限 {most}").format(most=MOST_INSTANCES)
                found.append(Problem(f"{parent.ref}/{name}", "constraint", what))
            self._problems = tuple(found)
        return self._problems

    def warning(self, ref: str) -> str:
        """The message of a soft check (软检查) that objects to the answer; '' for none."""
        return self._warning(self._node(ref))

    def _warning(self, node: Node) -> str:
        if node not in self.sheet.warned or not node.relevant:
            return ""
        bind = self._bind(node)
        tag = _TAG.search(self.language)
        told = bind.extra.get(f"warning_msg_{tag[1]}", "") if tag else ""
        return told or self.choosing.text(bind.warning_message, node) or _("请再核对这个答案")

    def warnings(self) -> tuple[tuple[str, str], ...]:
        """(ref, message) of every soft check that objects, in the order of the form."""
        place = self._outline.place
        nodes = sorted((n for n in self.sheet.warned if n in place and n.relevant), key=place.__getitem__)
        return tuple((node.ref, self._warning(node)) for node in nodes)

    def why(self, ref: str) -> Why:
        """Why a node is hidden, required or wrong: its rules and those of what it stands in, with live values."""
        from survey_forms.filling.why import why

        if generic(ref) in self.definition.repeats and not ref.endswith("]"):
            return why(self, self._calculating.stand_in(*self._range(ref)))
        return why(self, self._node(ref))

    def field_nodes(self, field: str) -> tuple[str, ...]:
        """The refs of all nodes that are this field (`person.name`), hidden ones too, in the order of the form."""
        root = self.sheet.root
        paths = self.definition.fields.get(field, ())
        return tuple(node.ref for path in paths for node in below(root, path.split("/")[2:]))

    def nearest(self, ref: str, field: str) -> str:
        """The value of the node with this field in the same instance of a repeat as `ref`, or in the nearest one
        around it; '' where there is none."""
        at = self._node(ref)
        found = [node for path in self.definition.fields.get(field, ()) for node in nodes_for(path, at)]
        return max(found, key=lambda node: node.path.count("/")).text if found else ""

    def values(self) -> Mapping[str, str]:
        """What was answered or set, by ref, blank ones left out; of questions that are not relevant too."""
        return {node.ref: draft for node in leaves(self.sheet.root) if (draft := self.sheet.draft(node))}

    def submission_xml(self, deprecated: str = "", instance: str = "") -> str:
        """The submission (上交的答卷): non-relevant values blank; `instance` its id, `deprecated` that of the one it
        replaces."""
        from survey_forms.filling.submitting import submission_xml

        return submission_xml(self, deprecated, instance)
