"""The grammar of XPath 1.0, by precedence climbing. A chain of one operator is flat: a long `or` is not deep."""

from __future__ import annotations

from casebook.language import _
from survey_forms.xpath.syntax import (
    Arithmetic,
    Call,
    Comparison,
    Expression,
    ExpressionError,
    Filter,
    Literal,
    Logical,
    Negation,
    Number,
    Path,
    Step,
    Union,
)
from survey_forms.xpath.tokens import Token, tokens

DEEPEST = 100
AXES = frozenset(
    {
        "ancestor",
        "ancestor-or-self",
        "attribute",
        "child",
        "descendant",
        "descendant-or-self",
        "following",
        "following-sibling",
        "namespace",
        "parent",
        "preceding",
        "preceding-sibling",
        "self",
    }
)
_NODE_KINDS = frozenset({"node", "text", "comment", "processing-instruction"})
_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_ANYTHING = ("descendant-or-self", "node()")


def parsed(text: str) -> Expression:
    """The tree of an expression. Raises ExpressionError with the place of the first thing out of place."""
    parser = _Parser(tokens(text))
    try:
        expression = parser.expression(0)
    except RecursionError:
        raise ExpressionError(_("表达式嵌套太深。")) from None
    if parser.next.kind != "end":
        raise parser.unexpected()
    return expression


class _Parser:
    """One pass over the tokens; `next` is the one not yet read."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.index = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.index]

    @property
    def after(self) -> str:
        """The kind of the token behind the next."""
        return self.tokens[self.index + 1].kind if self.index + 1 < len(self.tokens) else "end"

    def take(self, kind: str) -> bool:
        if self.next.kind == kind:
            self.index += 1
            return True
        return False

    def need(self, kind: str) -> None:
        if not self.take(kind):
            raise ExpressionError(_("这里应当是「{sign}」。").format(sign=kind), self.next.at)

    def unexpected(self) -> ExpressionError:
        token = self.next
        if token.kind == "end":
            return ExpressionError(_("表达式没有写完。"), token.at)
        return ExpressionError(_("这里不应有「{text}」。").format(text=token.text), token.at)

    def operator(self, level: int) -> str:
        """The next token's text when it is an operator of this level, else ''."""
        token = self.next
        is_sign = token.kind == "operator" or token.kind == token.text
        return token.text if is_sign and token.text in _LEVELS[level] else ""

    def expression(self, level: int) -> Expression:
        if level == 0:
            self.depth += 1
            if self.depth > DEEPEST:
                raise ExpressionError(_("表达式嵌套太深。"), self.next.at)
        operand = self.operand(level)
        if level == 0:
            self.depth -= 1
        return operand

    def operand(self, lowest: int) -> Expression:
        """Everything that binds at least as tightly as this level."""
        left = self.unary()
        for level in range(len(_LEVELS) - 1, lowest - 1, -1):
            left = self.chain(left, level)
        return left

    def chain(self, left: Expression, level: int) -> Expression:
        """`left` and what is joined to it by operators of this level."""
        if not self.operator(level):
            return left
        rest: list[tuple[str, Expression]] = []
        compared = 0
        while operator := self.operator(level):
            at = self.next.at
            self.index += 1
            right = self.operand(level + 1) if level + 1 < len(_LEVELS) else self.unary()
            if level in (2, 3):
                left = Comparison(operator, left, right, at)
                compared += 1
                if compared > DEEPEST:
                    raise ExpressionError(_("表达式嵌套太深。"), at)
            else:
                rest.append((operator, right))
        if level < 2:
            return Logical(_LEVELS[level][0], (left, *(right for _operator, right in rest)))
        return Arithmetic(left, tuple(rest)) if rest else left

    def unary(self) -> Expression:
        signs = 0
        while self.take("-"):
            signs += 1
        first = self.path()
        if self.next.kind == "|":
            terms, at = [first], self.next.at
            while self.take("|"):
                terms.append(self.path())
            first = Union(tuple(terms), at)
        if signs > 1:
            first = Negation(Negation(first))
        return Negation(first) if signs % 2 else first

    def path(self) -> Expression:
        at = self.next.at
        if self.take("/"):
            return Path("/", self.steps() if self.starts_step() else (), at)
        if self.take("//"):
            return Path("/", (_anything(at), *self.steps()), at)
        if self.starts_step():
            return Path(".", self.steps(), at)
        primary = self.primary()
        predicates = self.predicates()
        if predicates:
            primary = Filter(primary, predicates, at)
        if self.take("/"):
            return Path(primary, self.steps(), at)
        if self.next.kind == "//":
            between = _anything(self.next.at)
            self.index += 1
            return Path(primary, (between, *self.steps()), at)
        return primary

    def starts_step(self) -> bool:
        token = self.next
        if token.kind in (".", "..", "@"):
            return True
        if token.kind != "name":
            return False
        return self.after != "(" or token.text in _NODE_KINDS

    def steps(self) -> tuple[Step, ...]:
        steps = [self.step()]
        while True:
            at = self.next.at
            if self.take("//"):
                steps.append(_anything(at))
            elif not self.take("/"):
                return tuple(steps)
            steps.append(self.step())

    def step(self) -> Step:
        at = self.next.at
        if self.take("."):
            return Step("self", "node()", "", self.predicates(), at)
        if self.take(".."):
            return Step("parent", "node()", "", self.predicates(), at)
        axis = "child"
        if self.take("@"):
            axis = "attribute"
        elif self.after == "::":
            axis = self.next.text
            if axis not in AXES:
                raise ExpressionError(_("没有「{axis}」这个轴。").format(axis=axis), at)
            self.index += 2
        test, target = self.node_test()
        return Step(axis, test, target, self.predicates(), at)

    def node_test(self) -> tuple[str, str]:
        token = self.next
        if not self.take("name"):
            raise self.unexpected()
        if not self.take("("):
            return token.text, ""
        if token.text not in _NODE_KINDS:
            raise ExpressionError(_("路径里不能用函数「{name}」。").format(name=token.text), token.at)
        target = ""
        if token.text == "processing-instruction" and self.next.kind == "literal":
            target = self.next.text
            self.index += 1
        self.need(")")
        return f"{token.text}()", target

    def predicates(self) -> tuple[Expression, ...]:
        found: list[Expression] = []
        while self.take("["):
            found.append(self.expression(0))
            self.need("]")
        return tuple(found)

    def primary(self) -> Expression:
        token = self.next
        if self.take("number"):
            return Number(float(token.text))
        if self.take("literal"):
            return Literal(token.text)
        if self.take("("):
            inner = self.expression(0)
            self.need(")")
            return inner
        if token.kind == "$":
            raise ExpressionError(_("表达式里不能用变量「$」。"), token.at)
        if token.kind == "name" and self.after == "(":
            self.index += 2
            return Call(token.text, self.arguments(), token.at)
        raise self.unexpected()

    def arguments(self) -> tuple[Expression, ...]:
        if self.take(")"):
            return ()
        found = [self.expression(0)]
        while self.take(","):
            found.append(self.expression(0))
        self.need(")")
        return tuple(found)


def _anything(at: int) -> Step:
    axis, test = _ANYTHING
    return Step(axis, test, "", (), at)
