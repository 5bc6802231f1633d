"""Skip hints (跳答) on paper: when a question is filled in, as far as a line can say it, and whether it ever can be.

Relevance is simplified by what no answer changes (who is on the list, what was prefilled); what is left is said when it
compares questions with values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survey_forms.filling.filling import Filling
    from survey_forms.form.definition import FormDefinition
    from survey_forms.xpath.syntax import Comparison, Expression

_POSITION = re.compile(r"\[\d+\]")
_TRUE = ("true()", "1", "yes")


@dataclass(frozen=True, slots=True)
class Condition:
    """The question at a generic path has one of `values` (`unless`: has none of them; without values: has any answer,
    or with `unless` none)."""

    path: str
    values: tuple[str, ...]
    unless: bool = False


Rule = bool | tuple[Condition, ...] | None
"""Always, never, when all of these hold, or: depends on answers in a way that is not simple."""


class Skips:
    """The skip rules of one filling, read once."""

    def __init__(self, filling: Filling, definition: FormDefinition) -> None:
        self._filling = filling
        self._definition = definition
        self._rules: dict[str, Rule] = {}
        self._reads: dict[str, bool] = {}

    def possible(self, ref: str) -> bool:
        """Whether what stands at a ref can become relevant by an answer, or is."""
        return all(self.rule(one) is not False for one in _and_above(ref))

    def conditions(self, ref: str) -> tuple[Condition, ...]:
        """What is to be said at a ref: its own conditions, without those that go without saying."""
        own = self.rule(ref)
        if not isinstance(own, tuple):
            return ()
        said: set[Condition] = set()
        for above in _and_above(ref)[1:]:
            said.update(_listed(self.rule(above)))
        for one in own:
            said.update(_listed(self.rule(concrete(one.path, ref))))
        left = [one for one in dict.fromkeys(own) if one not in said]
        valued = {one.path for one in left if one.values}
        return tuple(one for one in left if one.values or one.path not in valued)

    def rule(self, ref: str) -> Rule:
        """When the node at a ref is relevant, as far as its own expression says."""
        if ref not in self._rules:
            self._rules[ref] = True
            bind = self._definition.binds.get(generic(ref))
            if bind is not None and bind.relevant is not None:
                self._rules[ref] = self._reduced(bind.relevant.expression, generic(ref), ref)
        return self._rules[ref]

    def closed(self, ref: str) -> bool:
        """Whether a node is read-only as the answers are now, whatever its relevance."""
        bind = self._definition.binds.get(generic(ref))
        if bind is None or bind.readonly is None:
            return self._filling.readonly(ref)
        rule = self._reduced(bind.readonly.expression, generic(ref), ref)
        if rule is None:
            return self._filling.readonly(ref)
        return rule if isinstance(rule, bool) else all(self._holds(one, ref) for one in rule)

    def _holds(self, one: Condition, ref: str) -> bool:
        held = self._filling.value(concrete(one.path, ref)).split()
        return (any(value in held for value in one.values) if one.values else bool(held)) != one.unless

    def answerable(self, path: str) -> bool:
        """Whether a person answers the node at a generic path."""
        question, bind = self._definition.questions.get(path), self._definition.binds.get(path)
        if question is None or question.kind == "note":
            return False
        return bind is None or bind.readonly is None or bind.readonly.text.strip() not in _TRUE

    def _reduced(self, expression: Expression, at: str, ref: str) -> Rule:
        from survey_forms.xpath.syntax import Call, Comparison, Logical

        if isinstance(expression, Comparison):
            return self._comparison(expression, at, ref)
        if isinstance(expression, Logical):
            rules = [self._reduced(term, at, ref) for term in expression.terms]
            return _all(rules) if expression.operator == "and" else _any(rules)
        if isinstance(expression, Call):
            return self._call(expression, at, ref)
        return None

    def _call(self, call: Expression, at: str, ref: str) -> Rule:
        from survey_forms.xpath.syntax import Call

        assert isinstance(call, Call)
        if call.name in ("true", "false"):
            return call.name == "true"
        if call.name == "not" and len(call.arguments) == 1:
            return _not(self._reduced(call.arguments[0], at, ref))
        if call.name == "selected" and len(call.arguments) == 2:
            path, value = _path(call.arguments[0], at), _constant(call.arguments[1])
            return self._has(path, value, ref, among=True) if path and value else None
        return None

    def _comparison(self, comparison: Comparison, at: str, ref: str) -> Rule:
        if comparison.operator not in ("=", "!="):
            return None
        for one, other in ((comparison.left, comparison.right), (comparison.right, comparison.left)):
            path, value = _path(one, at), _constant(other)
            if path and value is not None:
                rule = self._has(path, value, ref)
                return _not(rule) if comparison.operator == "!=" else rule
        return None

    def _has(self, path: str, value: str, ref: str, among: bool = False) -> Rule:
        """When the node at a path has a value (`among`: is a choice of it)."""
        if self.answerable(path):
            return (Condition(path, (value,)),) if value else (Condition(path, (), True),)
        bind = self._definition.binds.get(path)
        if bind is not None and bind.calculate is not None:
            # Calculated anew: what is not relevant yet has no value yet.
            return self._switch(bind.calculate.expression, path, concrete(path, ref), value)
        if self._reads_answers(path):
            return None
        held = self._filling.value(concrete(path, ref))
        return value in held.split() if among else held == value

    def _switch(self, expression: Expression, at: str, ref: str, value: str) -> Rule:
        """When a calculation gives a value: `if(…, 'a', 'b')`, a constant, another node."""
        from survey_forms.xpath.syntax import Call

        if (constant := _constant(expression)) is not None:
            return constant == value
        if path := _path(expression, at):
            return self._has(path, value, ref)
        if not isinstance(expression, Call) or expression.name != "if" or len(expression.arguments) != 3:
            return None
        condition, *branches = expression.arguments
        then, otherwise = (_constant(branch) for branch in branches)
        if then is None or otherwise is None:
            return None
        if then == otherwise:
            return then == value
        if value == then:
            return self._reduced(condition, at, ref)
        return _not(self._reduced(condition, at, ref)) if value == otherwise else False

    def _reads_answers(self, path: str) -> bool:
        """Whether what a person answers can change the node at a generic path."""
        if path not in self._reads:
            self._reads[path] = False  # a node that reads itself
            self._reads[path] = self._reads_them(path)
        return self._reads[path]

    def _reads_them(self, path: str) -> bool:
        if path.endswith("*") or path in self._definition.repeats or self.answerable(path):
            return True
        bind = self._definition.binds.get(path)
        rules = (bind.calculate, bind.relevant) if bind is not None else ()
        return any(self._reads_answers(read) for rule in rules if rule is not None for read in rule.references(path))


def generic(ref: str) -> str:
    """The generic path of a ref.

    >>> generic("/data/member[2]/sex")
    '/data/member/sex'
    """
    return _POSITION.sub("", ref)


def concrete(path: str, ref: str) -> str:
    """The ref that a generic path means from a ref: in the same instances as far as both go together.

    >>> concrete("/data/member/disease/code", "/data/member[2]/sex")
    '/data/member[2]/disease/code'
    """
    wanted, had = path.split("/"), ref.split("/")
    shared = 0
    while shared < min(len(wanted), len(had)) and generic(had[shared]) == wanted[shared]:
        shared += 1
    return "/".join(had[:shared] + wanted[shared:])


def _and_above(ref: str) -> list[str]:
    """A ref and those of the groups and instances that it stands in, the nearest first."""
    steps = ref.split("/")
    return ["/".join(steps[:count]) for count in range(len(steps), 1, -1)]


def _listed(rule: Rule) -> tuple[Condition, ...]:
    return rule if isinstance(rule, tuple) else ()


def _not(rule: Rule) -> Rule:
    if isinstance(rule, bool):
        return not rule
    if rule is None or len(rule) != 1:
        return None
    return (Condition(rule[0].path, rule[0].values, not rule[0].unless),)


def _all(rules: Iterable[Rule]) -> Rule:
    known = [rule for rule in rules if rule is not True]
    if False in known:
        return False
    if None in known:
        return None
    return tuple(one for rule in known for one in _listed(rule)) if known else True


def _any(rules: Iterable[Rule]) -> Rule:
    """One of several values of one question, or one rule alone."""
    open_ = [rule for rule in rules if rule is not False]
    if not open_:
        return False
    if True in open_:
        return True
    if len(open_) == 1:
        return open_[0]
    singles = [rule[0] for rule in open_ if isinstance(rule, tuple) and len(rule) == 1]
    if len(singles) < len(open_) or len({one.path for one in singles}) > 1:
        return None
    if any(one.unless or not one.values for one in singles):
        return None
    return (Condition(singles[0].path, tuple(dict.fromkeys(value for one in singles for value in one.values))),)


def _path(expression: Expression, at: str) -> str:
    """The generic path that a path without predicates means; '' for any other expression."""
    from survey_forms.xpath.references import references
    from survey_forms.xpath.syntax import Path

    if not isinstance(expression, Path) or any(step.predicates for step in expression.steps):
        return ""
    paths = references(expression, at)
    return paths[0] if len(paths) == 1 else ""


def _constant(expression: Expression) -> str | None:
    from survey_forms.xpath.syntax import Literal, Number

    if isinstance(expression, Literal):
        return expression.text
    if isinstance(expression, Number):
        return f"{expression.value:g}"
    return None
