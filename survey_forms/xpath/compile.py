"""Expressions compiled to functions of a Context. `compiled` is the way in."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal as OneOf

from casebook.language import _
from survey_forms.tree import Node
from survey_forms.xpath import arithmetic, syntax
from survey_forms.xpath.axes import in_document_order
from survey_forms.xpath.code import Code, failing_code, nodes_code, number_code, string_code
from survey_forms.xpath.comparing import comparison_code
from survey_forms.xpath.context import Context
from survey_forms.xpath.function_table import FUNCTIONS
from survey_forms.xpath.functions import Function
from survey_forms.xpath.indexed_items import indexed_items
from survey_forms.xpath.paths import as_test, filtered, path_code
from survey_forms.xpath.references import references
from survey_forms.xpath.syntax import Expression, ExpressionError, Path, parse
from survey_forms.xpath.values import DIALECTS, Dialect

DialectName = OneOf["collect", "webforms"]


class Compiled:
    """An expression that can be evaluated: asked for the kind that is needed, it converts as the dialect does."""

    __slots__ = ("boolean", "code", "expression", "nodes", "number", "string", "text", "value")

    def __init__(self, text: str, expression: Expression, code: Code) -> None:
        self.text = text
        self.expression = expression
        self.code = code
        self.value = code.value
        self.number = code.number
        self.string = code.string
        self.boolean = code.boolean
        self.nodes = code.nodes

    def references(self, at: str) -> tuple[str, ...]:
        """What it reads when it stands at this generic path; see `references`."""
        return references(self.expression, at)


@lru_cache(maxsize=8192)
def compiled(text: str, dialect: DialectName = "collect", lenient: bool = False) -> Compiled:
    """Raises ExpressionError for what the dialect does not know; when `lenient`, only once that part is evaluated."""
    expression = parse(text)
    try:
        return Compiled(text, expression, compile_expression(expression, DIALECTS[dialect], lenient))
    except RecursionError:
        raise ExpressionError(_("表达式嵌套太深。")) from None


def compile_expression(expression: Expression, dialect: Dialect, lenient: bool = False) -> Code:
    """Raises ExpressionError."""
    return _Compiler(dialect, lenient).code(expression)


class _Compiler:
    def __init__(self, dialect: Dialect, lenient: bool) -> None:
        self.dialect = dialect
        self.lenient = lenient

    def code(self, expression: Expression) -> Code:
        if not self.lenient:
            return self.strict_code(expression)
        try:
            return self.strict_code(expression)
        except ExpressionError as error:
            return failing_code(error)

    def strict_code(self, expression: Expression) -> Code:
        dialect = self.dialect
        match expression:
            case syntax.Number(value):
                return number_code(lambda context: value, dialect)
            case syntax.Literal(text):
                return string_code(lambda context: text, dialect)
            case syntax.Path():
                return self.path(expression)
            case syntax.Call():
                return self.call(expression)
            case syntax.Comparison(operator, left, right):
                return comparison_code(operator, self.code(left), self.code(right), dialect)
            case syntax.Logical(operator, terms):
                return arithmetic.logical_code(operator, [self.code(term) for term in terms])
            case syntax.Arithmetic(first, rest):
                others = [(operator, self.code(operand)) for operator, operand in rest]
                return arithmetic.arithmetic_code(self.code(first), others, dialect)
            case syntax.Negation(operand):
                return arithmetic.negation_code(self.code(operand), dialect)
            case syntax.Union(terms, at):
                return self.union([self.code(term) for term in terms], at)
            case syntax.Filter(primary, predicates):
                return self.filter(self.code(primary), [self.code(one) for one in predicates])

    def path(self, path: Path) -> Code:
        predicates = [[self.code(one) for one in step.predicates] for step in path.steps]
        if isinstance(path.start, str):
            return path_code(path.start, path.steps, predicates, self.dialect)
        items = indexed_items(path, predicates, self.code, self.dialect)
        if items is not None:
            return items
        return path_code(self.code(path.start).nodes, path.steps, predicates, self.dialect)

    def call(self, call: syntax.Call) -> Code:
        function = FUNCTIONS.get(call.name)
        if function is None or self.dialect.name not in function.dialects:
            raise ExpressionError(_("没有「{name}」这个函数。").format(name=call.name), call.at)
        _check_count(function, call, self.dialect)
        arguments = [self.code(one) for one in call.arguments]
        return function.build(call, arguments, self.dialect)

    def union(self, terms: list[Code], at: int) -> Code:
        if self.dialect.name == "collect":
            raise ExpressionError(_("ODK Collect 不认识「|」。"), at)
        sets = [term.nodes for term in terms]
        return nodes_code(
            lambda context: in_document_order(node for nodes in sets for node in nodes(context)), self.dialect
        )

    def filter(self, primary: Code, predicates: list[Code]) -> Code:
        begin = primary.nodes
        tests = [as_test(code, self.dialect) for code in predicates]

        def nodes(context: Context) -> list[Node]:
            found = begin(context)
            for test in tests:
                found = filtered(found, test, context)
            return found

        return nodes_code(nodes, self.dialect)


def _check_count(function: Function, call: syntax.Call, dialect: Dialect) -> None:
    count = len(call.arguments)
    least = max(function.least, function.least_in_collect if dialect.name == "collect" else 0)
    if least <= count and (function.most is None or count <= function.most) and function.counts(count):
        return
    raise ExpressionError(_("函数「{name}」的参数个数不对。").format(name=call.name), call.at)

