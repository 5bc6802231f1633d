"""A form being filled in (填写): answers in, everything else worked out; every change told so that it can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from casebook.errors import RuhuError
from casebook.language import _
from survey_forms.filling.changes import Entry, Problem, Why, WhyPart
from survey_forms.filling.choosing import Choice
from survey_forms.filling.looking import Clock, Looking, usage
from survey_forms.filling.op import Change, Op
from survey_forms.filling.places import generic, node_at, renumbered, steps
from survey_forms.filling.sheet import MOST_INSTANCES
from survey_forms.form.definition import FormDefinition
from survey_forms.tree import Node

__all__ = ["Change", "Choice", "Entry", "Filling", "Op", "Problem", "Why", "WhyPart"]


class Filling(Looking):
    """One owner at a time. `start` is the operation that began it: what was prefilled and set by the form itself."""

    # Beginning

    @classmethod
    def begin(
        cls,
        definition: FormDefinition,
        *,
        now: Clock,
        language: str = "",
        prefill: Iterable[tuple[str, str]] = (),
        random: Callable[[], float] | None = None,
    ) -> Filling:
        """A new filling. `prefill` are (ref, text); instances of repeats that it names are made. A range of instances
        with their number stands for that many. A ref that the form does not have is left out."""
        filling = cls(definition, now, language, random)
        filling._begin(list(prefill))
        return filling

    def _begin(self, prefill: list[tuple[str, str]]) -> None:
        calculating, acting, sheet = self._calculating, self._acting, self.sheet
        known = {node for node in sheet.root.walk() if node.repeat}
        acting.preload()
        given = self._apply_raw(prefill, raw=True)
        calculating.mark_all(sheet.root, counts=False)
        calculating.protected = given
        # Instances that the form brings along are worked out before a count puts some of them aside.
        calculating.run(kept=True)
        calculating.mark_counts()
        calculating.new = [node for node in sheet.root.walk() if node.repeat and node not in known]
        calculating.values.clear()
        acting.settle()
        calculating.values.clear()
        acting.load(("odk-instance-first-load", "odk-instance-load"), given)
        self._look_again(None)
        self.start = Op("start", "", "", tuple(sheet.entries(sheet.root)))
        calculating.begin_go()

    @classmethod
    def resume(
        cls, definition: FormDefinition, ops: Sequence[Op], *, now: Clock, language: str = "",
        random: Callable[[], float] | None = None,
    ) -> Filling:
        """The filling after these operations, the first of them its `start`; needs no clock but for conditions."""
        if not ops or ops[0].op != "start":
            filling = cls.begin(definition, now=now, language=language, random=random)
            ops = (filling.start, *ops)
        filling = cls(definition, now, language, random)
        for op in ops:
            filling._apply_told(op)
        filling.start = ops[0]
        filling._calculating.mark_all(filling.sheet.root)
        filling._calculating.run(kept=False)
        filling._calculating.new.clear()
        filling._look_again(None)
        filling._calculating.begin_go()
        return filling

    # Changing

    def answer(self, ref: str, text: str) -> Change:
        """Answer a question with a stored text, '' for no answer. Raises RuhuError: (usage) for an unknown ref, one
        that is read-only or not relevant; (check) for a choice that is not offered."""
        node = self._node(ref)
        question = self.definition.questions.get(node.path)
        if question is None:
            raise usage("no_question", _("这一项不是题目，不能填写"))
        if not node.relevant:
            raise usage("not_relevant", _("这道题现在不用填"))
        if self._is_readonly(node):
            raise usage("read_only", _("这道题只能看，不能改"))
        if question.chooses and text:
            offered = self.choosing.offered(question, node)
            if offered is not None and any(v not in offered for v in (text.split() if question.several else [text])):
                raise RuhuError(
                    "not_a_choice", _("没有这个选项"), _("从列出的选项里选"), category="check"
                )
            text = self.choosing.in_order(question, node, text)
        was = self.sheet.draft(node)
        self._go()
        self._calculating.set_draft(node, text, told=False)
        self._acting.settle()
        return self._told(Op("answer", node.ref, text), Op("answer", node.ref, was), skip=node)

    def add(self, repeat: str) -> Change:
        """Another instance at the end of a range (`/data/member`, `/data/member[2]/disease`). Raises RuhuError (usage)
        where none can be added."""
        parent, name = self._range(repeat)
        if not self.can_add(repeat):
            raise usage("no_more", _("这里不能再添加"))
        self._go()
        instance = self.sheet.grow(parent, name, len(parent.named(name)) + 1)[0]
        self._calculating.new.append(instance)
        self._calculating.came(instance)
        self._acting.settle()
        self._made_outline = None
        return self._told(Op("add", instance.ref, ""), Op("remove", instance.ref, ""))

    def remove(self, instance: str) -> Change:
        """Take out an instance (`/data/member[2]`). Raises RuhuError (usage) where it can't be."""
        node = self._instance(instance)
        if not self.can_remove(node.ref):
            raise usage("stays", _("这一份不能删除"))
        return self._remove(node, (), live=True)

    def put(self, instance: str, values: Iterable[tuple[str, str]]) -> Change:
        """Put a removed instance back to its place, with its values by their refs."""
        return self.apply(Op("put", instance, "", tuple(values)))

    def apply(self, op: Op) -> Change:
        """Do an operation as it is told, to undo or redo: nothing is set but what it says."""
        if op.op == "remove":
            return self._remove(self._instance(op.ref), op.also, live=False)
        if op.op not in ("answer", "add", "put"):
            return Change(op, op, ())
        self._go()
        if op.op == "answer":
            node = self._node(op.ref)
            was = self.sheet.draft(node)
            self._calculating.set_draft(node, op.value, told=False)
            undo, inside = Op("answer", node.ref, was), None
        else:
            inside = self._insert(op)
            undo = Op("remove", inside.ref, "")
            node = inside
        self._calculating.before.clear()
        self._apply_raw(op.also)
        if inside is not None:
            self._calculating.came(inside)
        self._calculating.run(kept=False)
        self._calculating.new.clear()
        return self._told(op, undo, skip=node, told=op)

    def _insert(self, op: Op) -> Node:
        """Put in the instance that an `add` or `put` names, blank."""
        way = steps(op.ref)
        holder, _slash, last = op.ref.rpartition("/")
        parent = self.sheet.reach(holder) if way else None
        name, _bracket, position = last.partition("[")
        if parent is None or f"{parent.path}/{name}" not in self.definition.repeats:
            raise usage("no_repeat", _("没有这个重复组"))
        instance = self.sheet.new_instance(parent, name)
        at = int(position[:-1]) if position and op.op == "put" else None
        self.sheet.put_in(parent, instance, at)
        self._made_outline = None
        return instance

    def _remove(self, node: Node, also: Iterable[tuple[str, str]], *, live: bool) -> Change:
        ref = node.ref
        values = tuple(self.sheet.entries(node))
        self._go()
        self._calculating.going(node)
        parent = node.parent
        self.sheet.take_out(node)
        self._made_outline = None
        if parent is not None:
            self._calculating.changed[parent] = None
            for sibling in parent.named(node.name):
                self._calculating.tell_readers(sibling)
        if live:
            self._acting.settle()
        else:
            self._apply_raw(also)
            self._calculating.run(kept=False)
            self._calculating.new.clear()
        return self._told(Op("remove", ref, "", tuple(also)), Op("put", ref, "", values), moved=ref)

    def _apply_told(self, op: Op) -> None:
        """Set what an operation says, nothing else: the raw state after it."""
        if op.op == "answer":
            self._apply_raw(((op.ref, op.value),), raw=True)
        elif op.op in ("add", "put"):
            self._insert(op)
        elif op.op == "remove":
            node = node_at(self.sheet.root, op.ref)
            if node is not None and node.repeat:
                self.sheet.take_out(node)
        if op.op in ("start", "answer", "add", "put", "remove"):
            self._apply_raw(op.also, raw=True)

    def _apply_raw(self, values: Iterable[tuple[str, str]], *, raw: bool = False) -> set[Node]:
        """Set drafts, `raw` without a look at what depends on them; the nodes. What the form does not have is left
        out."""
        given: set[Node] = set()
        for ref, text in values:
            if generic(ref) in self.definition.repeats:
                self._resize(ref, text)
                node = None
            else:
                node = self.sheet.reach(ref)
            grown, self.sheet.grown = self.sheet.grown, []
            if not raw:
                for instance in grown:
                    self._calculating.came(instance, back=True)
            if node is not None and not node.children:
                if raw:
                    self._calculating.set_raw(node, text)
                else:
                    self._calculating.set_draft(node, text)
                given.add(node)
        return given

    def _resize(self, ref: str, text: str) -> None:
        if ref.endswith("]"):
            self.sheet.reach(ref)
            return
        holder, _slash, name = ref.rpartition("/")
        parent = self.sheet.reach(holder)
        if parent is None or not text.isdigit():
            return
        number = min(int(text), MOST_INSTANCES)
        for instance in parent.named(name)[number:]:
            self.sheet.take_out(instance)
        self.sheet.grown += self.sheet.grow(parent, name, number)

    def _told(
        self,
        op: Op,
        undo: Op,
        *,
        skip: Node | None = None,
        moved: str = "",
        told: Op | None = None,
    ) -> Change:
        """The change that was made, with what else it set, and what that was before."""
        also: list[tuple[str, str]] = []
        before: list[tuple[str, str]] = []
        for node, was in self._calculating.before.items():
            if not self._in_tree(node):
                continue
            draft = self.sheet.draft(node)
            if node is skip:
                if draft != op.value:
                    also.append((node.ref, draft))
                continue
            if draft == was:
                continue
            ref = node.ref
            also.append((ref, draft))
            if node not in self._calculating.arrived:
                before.append((renumbered(ref, moved, 1) if moved else ref, was))
        op = told or Op(op.op, op.ref, op.value, op.also or tuple(also))
        undo = Op(undo.op, undo.ref, undo.value, (*undo.also, *before))
        changed = self._look_again(self._calculating.changed)
        return Change(op, undo, changed)
