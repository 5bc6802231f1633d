"""Texts and choices of a form as they are at this moment, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_forms.filling.places import nodes_for
from survey_forms.form.definition import FormDefinition, Itemset, Question, Words
from survey_forms.form.reading_in import absolute
from survey_forms.tree import Node
from survey_forms.xpath.compile import Compiled
from survey_forms.xpath.context import Context, Surroundings
from survey_forms.xpath.syntax import ExpressionError


@dataclass(frozen=True, slots=True)
class Choice:
    """`alias`: other names (别名) to find it by, apart by spaces: the column `alias` of the form's choices."""

    value: str
    label: str
    alias: str = ""


_MOST_DEEP = 4
"""Labels within labels."""


class Choosing:
    """Labels, hints and choice lists. Lists that no answer changes are worked out once per language."""

    def __init__(self, definition: FormDefinition, around: Surroundings) -> None:
        self.definition = definition
        self.around = around
        self._lists: dict[tuple[str, str], tuple[Choice, ...]] = {}
        self._values: dict[str, frozenset[str]] = {}
        self._depth = 0

    def text(self, words: Words, node: Node, current: Node | None = None, form: str = "") -> str:
        """A text at a node; `form` asks for one of the forms of a translated text (guidance, short …)."""
        if words.itext_id or words.itext is not None:
            name = words.itext_id
            if words.itext is not None:
                name = self._string(words.itext, Context(node, self.around, current=current))
            return self.itext(name, current or node, form)
        if form:
            return ""
        if words.reference is not None:
            return self._string(words.reference, Context(node, self.around, current=current))
        return self._joined(words.parts, current or node)

    def itext(self, name: str, node: Node, form: str = "") -> str:
        forms = self._forms(name)
        if forms is None:
            return ""
        if form:
            return self._joined(forms.get(form, ()), node)
        return self._joined(forms.get("") or forms.get("long") or forms.get("short") or (), node)

    def _forms(self, name: str) -> Mapping[str, tuple[str | Compiled, ...]] | None:
        itext = self.definition.itext
        found = itext.get(self.around.language, {}).get(name)
        return found if found is not None else itext.get(self.definition.default_language, {}).get(name)

    def _joined(self, parts: tuple[str | Compiled, ...], node: Node) -> str:
        if not parts:
            return ""
        if len(parts) == 1 and isinstance(parts[0], str):
            return parts[0]
        context = Context(node, self.around)
        return "".join(part if isinstance(part, str) else self._string(part, context) for part in parts)

    def choices(self, question: Question, node: Node) -> tuple[Choice, ...]:
        """What may be chosen, in order."""
        itemset = question.itemset
        if itemset is None:
            return tuple(Choice(i.value, self.text(i.label, node) if i.label else i.value) for i in question.items)
        if not itemset.constant:
            return self._of_itemset(itemset, node)
        key = (question.path, self.around.language)
        if key not in self._lists:
            self._lists[key] = self._of_itemset(itemset, node)
        return self._lists[key]

    def _of_itemset(self, itemset: Itemset, node: Node) -> tuple[Choice, ...]:
        found = []
        for item in self._nodes(itemset, node):
            value = self._string(itemset.value, Context(item, self.around, current=node))
            label = self.text(itemset.label, item, node) if itemset.label else value
            found.append(Choice(value, label, next((one.text for one in item.children if one.name == "alias"), "")))
        return tuple(found)

    def _nodes(self, itemset: Itemset, node: Node) -> list[Node]:
        try:
            return itemset.nodes.nodes(Context(node, self.around))
        except ExpressionError:
            return []

    def offered(self, question: Question, node: Node) -> frozenset[str] | None:
        """The values that may be chosen; None where the form has no list."""
        itemset = question.itemset
        if itemset is None:
            if not question.items:
                return None
            if question.path not in self._values:
                self._values[question.path] = frozenset(item.value for item in question.items)
            return self._values[question.path]
        if itemset.constant and question.path in self._values:
            return self._values[question.path]
        value, around = itemset.value, self.around
        found = frozenset(self._string(value, Context(n, around, current=node)) for n in self._nodes(itemset, node))
        if itemset.constant:
            self._values[question.path] = found
        return found

    def standing(self, question: Question, node: Node, text: str) -> str:
        """What is left of a value when only what is offered counts."""
        offered = self.offered(question, node)
        if offered is None:
            return text
        if not question.several:
            return text if text in offered else ""
        chosen = [value for value in text.split() if value in offered]
        if question.kind == "rank" and chosen:
            chosen += [choice.value for choice in self.choices(question, node) if choice.value not in chosen]
        return " ".join(chosen)

    def in_order(self, question: Question, node: Node, text: str) -> str:
        """The chosen values of a multiple choice in the order of the list; a ranking keeps its own."""
        if question.kind != "select":
            return text
        chosen = dict.fromkeys(text.split())
        listed = [choice.value for choice in self.choices(question, node) if choice.value in chosen]
        return " ".join((*listed, *(value for value in chosen if value not in listed)))

    def choice_name(self, ref: str, value: str, node: Node) -> str:
        path = absolute(ref, node.path)
        question = self.definition.questions.get(path)
        at = next(iter(nodes_for(path, node)), None)
        if question is None or at is None:
            return ""
        names = {choice.value: choice.label for choice in self.choices(question, at)}
        return ", ".join(names[one] for one in (value.split() if question.several else [value]) if one in names)

    def _string(self, expression: Compiled, context: Context) -> str:
        """What an expression gives as a text; '' for one that can't be worked out, and for a label within itself."""
        if self._depth > _MOST_DEEP:
            return ""
        self._depth += 1
        try:
            return expression.string(context)
        except ExpressionError:
            return ""
        finally:
            self._depth -= 1
