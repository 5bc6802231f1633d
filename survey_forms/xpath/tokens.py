"""The words of an expression. `and or div mod *` are operators only where one can stand (XPath 1.0, 3.7)."""

from __future__ import annotations

from typing import NamedTuple

from casebook.language import _
from survey_forms.xpath.syntax import ExpressionError

MOST_CHARACTERS = 100_000
_TWO = ("::", "//", "..", "!=", "<=", ">=")
_ONE = "()[].@,/|+-=<>*$"
_WORDS = ("and", "or", "div", "mod")
_BEFORE_OPERAND = frozenset({"@", "::", "(", "[", ",", "/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">=", "$"})


class Token(NamedTuple):
    """`kind` is `number`, `literal`, `name`, `operator` (`and or div mod *`), `end`, or the sign itself."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    """Raises ExpressionError."""
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(_("表达式太长。"))
    found: list[Token] = []
    at, end = 0, len(text)
    while at < end:
        char = text[at]
        if char.isspace():
            at += 1
            continue
        token = _token(text, at, _operand_stands_before(found))
        found.append(token)
        at = _behind(token)
    found.append(Token("end", "", end))
    return found


def _operand_stands_before(found: list[Token]) -> bool:
    return bool(found) and found[-1].kind not in _BEFORE_OPERAND and found[-1].kind != "operator"


def _behind(token: Token) -> int:
    return token.at + len(token.text) + (2 if token.kind == "literal" else 0)


def _token(text: str, at: int, after_operand: bool) -> Token:
    char = text[at]
    if after_operand:
        if char == "*":
            return Token("operator", "*", at)
        for word in _WORDS:  # `1and 1` is written, too
            if text.startswith(word, at):
                return Token("operator", word, at)
    if char in "\"'":
        end = text.find(char, at + 1)
        if end < 0:
            raise ExpressionError(_("引号没有配对。"), at)
        return Token("literal", text[at + 1 : end], at)
    if _digit(char) or (char == "." and _digit(text[at + 1 : at + 2])):
        return _number(text, at)
    if text[at : at + 2] in _TWO:
        return Token(text[at : at + 2], text[at : at + 2], at)
    if char in _ONE:
        return Token("name" if char == "*" else char, char, at)
    if char.isalpha() or char == "_":
        return _name(text, at)
    raise ExpressionError(_("表达式里不能有「{char}」。").format(char=char), at)


def _digit(char: str) -> bool:
    return "0" <= char <= "9" if char else False


def _number(text: str, at: int) -> Token:
    end = at
    while _digit(text[end : end + 1]):
        end += 1
    if text[end : end + 1] == ".":
        end += 1
        while _digit(text[end : end + 1]):
            end += 1
    return Token("number", text[at:end], at)


def _name(text: str, at: int) -> Token:
    """A name, with a prefix where a single colon follows; `prefix:*` too."""
    end = _ncname_end(text, at)
    if text[end : end + 1] == ":" and text[end + 1 : end + 2] != ":":
        after = text[end + 1 : end + 2]
        if after == "*":
            return Token("name", text[at : end + 2], at)
        if not (after.isalpha() or after == "_"):
            raise ExpressionError(_("冒号后面缺名称。"), end)
        end = _ncname_end(text, end + 1)
    return Token("name", text[at:end], at)


def _ncname_end(text: str, at: int) -> int:
    end = at
    while end < len(text) and (text[end].isalnum() or text[end] in "-_.·"):
        end += 1
    return end
