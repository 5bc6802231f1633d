"""Functions of texts."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from hashlib import md5, sha1, sha256, sha384, sha512
from math import floor, inf, isinf

from casebook.language import _
from survey_forms.xpath.code import Code, Strings, boolean_code, number_code, string_code
from survey_forms.xpath.context import Context
from survey_forms.xpath.functions import WEBFORMS_ONLY, Function, of_strings, spread, test_of_strings
from survey_forms.xpath.patterns import Matches, pattern
from survey_forms.xpath.syntax import Call, ExpressionError, Literal
from survey_forms.xpath.values import Dialect

_SPACES = " \t\r\n"
_DIGESTS = {"MD5": md5, "SHA-1": sha1, "SHA-256": sha256, "SHA-384": sha384, "SHA-512": sha512}


def _string(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    return string_code(arguments[0].string if arguments else _own_text(dialect), dialect)


def _own_text(dialect: Dialect) -> Strings:
    atom, string = dialect.atom, dialect.string
    return lambda context: string(atom(context.node, context))


def _string_length(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    text = arguments[0].string if arguments else _own_text(dialect)
    return number_code(lambda context: _length(text(context)), dialect)


def _length(text: str) -> float:
    """As Java and JavaScript count: a character beyond the first 65,536 (rare ones in names, 生僻字) is two."""
    return float(len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2)


def _normalize_space(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    text = arguments[0].string if arguments else _own_text(dialect)
    if dialect.name == "collect":  # Java's \s has these two more
        return string_code(lambda context: _normalized(text(context), _SPACES + "\f\v"), dialect)
    return string_code(lambda context: _normalized(text(context), _SPACES), dialect)


def _normalized(text: str, spaces: str) -> str:
    for space in spaces[1:]:
        text = text.replace(space, " ")
    return " ".join(part for part in text.split(" ") if part)


def _concat(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    values, string = spread(arguments, dialect), dialect.string
    return string_code(lambda context: "".join([string(value) for value in values(context)]), dialect)


def _join(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    separator, values, string = arguments[0].string, spread(arguments[1:], dialect), dialect.string
    return string_code(
        lambda context: separator(context).join([string(value) for value in values(context)]), dialect
    )


def _translate(text: str, old: str, new: str) -> str:
    table: dict[int, str] = {}
    for at, char in enumerate(old):
        table.setdefault(ord(char), new[at] if at < len(new) else "")
    return text.translate(table)


def _before(text: str, part: str) -> str:
    at = text.find(part)
    return text[:at] if at >= 0 else ""


def _after(text: str, part: str) -> str:
    at = text.find(part)
    return text[at + len(part) :] if at >= 0 else ""


def _substr(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    """From 0, the end left out, negative numbers from the end."""
    text, start = arguments[0].string, arguments[1].number
    end = arguments[2].number if len(arguments) == 3 else None

    def cut(context: Context) -> str:
        whole = text(context)
        begin = _place(start(context), len(whole))
        stop = len(whole) if end is None else _place(end(context), len(whole))
        return whole[begin:stop]

    return string_code(cut, dialect)


def _place(number: float, length: int) -> int:
    if number != number:
        return 0
    if isinf(number):
        return length if number > 0 else 0
    at = int(number)
    return min(max(0, at + length if at < 0 else at), length)


def _substring(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    """From 1, with a length, rounded (XPath 1.0, 4.2)."""
    text, start = arguments[0].string, arguments[1].number
    length = arguments[2].number if len(arguments) == 3 else None

    def cut(context: Context) -> str:
        whole = text(context)
        begin = _half_up(start(context))
        end = inf if length is None else begin + _half_up(length(context))
        return "".join([char for at, char in enumerate(whole, 1) if begin <= at < end])

    return string_code(cut, dialect)


def _half_up(number: float) -> float:
    return number if number != number or isinf(number) else float(floor(number + 0.5))


def _regex(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    """Collect wants the whole text to match, Web Forms a part of it. A pattern that is written out is prepared once."""
    text, written, whole = arguments[0].string, call.arguments[1], dialect.name == "collect"
    if isinstance(written, Literal):
        matches = _pattern(written.text, whole, call.at)
        return boolean_code(lambda context: matches(text(context)))
    given = arguments[1].string
    return boolean_code(lambda context: _pattern(given(context), whole, call.at)(text(context)))


def _pattern(text: str, whole: bool, at: int) -> Matches:
    try:
        matches = pattern(text, whole)
    except ValueError:
        raise ExpressionError(_("正则表达式写得不对，或者太复杂。"), at) from None

    def within_bounds(text: str) -> bool:
        try:
            return matches(text)
        except ValueError:
            raise ExpressionError(_("这段文字太长，正则表达式对不了。"), at) from None

    return within_bounds


def _digest(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    text, algorithm = arguments[0].string, arguments[1].string
    encoding = arguments[2].string if len(arguments) == 3 else (lambda context: "base64")

    def digest(context: Context) -> str:
        make, form = _DIGESTS.get(algorithm(context).upper()), encoding(context)
        if make is None or form not in ("hex", "base64"):
            raise ExpressionError(_("digest 不认识这种算法或编码。"), call.at)
        found = make(text(context).encode())
        return found.hexdigest() if form == "hex" else b64encode(found.digest()).decode()

    return string_code(digest, dialect)


def _base64_decoded(text: str) -> str:
    try:
        return b64decode(text.encode("ascii", "replace"), validate=True).decode("utf-8", "replace")
    except NotBase64:
        return ""


def _selected(text: str, choice: str) -> bool:
    return f" {choice.strip()} " in f" {text} "


def _selected_at(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    text, number = arguments[0].string, arguments[1].number

    def chosen(context: Context) -> str:
        choices, at = text(context).split(), number(context)
        if at != at:  # Java's whole part of NaN
            at = 0.0
        return choices[int(at)] if 0 <= at < len(choices) else ""

    return string_code(chosen, dialect)


def _count_selected(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    text = arguments[0].string
    return number_code(lambda context: float(len(text(context).split())), dialect)


STRING_FUNCTIONS: dict[str, Function] = {
    "string": Function(0, 1, _string, least_in_collect=1),
    "concat": Function(0, None, _concat),
    "join": Function(1, None, _join),
    "substr": Function(2, 3, _substr),
    "substring": Function(2, 3, _substring, WEBFORMS_ONLY),
    "substring-before": of_strings(_before, 2),
    "substring-after": of_strings(_after, 2),
    "translate": of_strings(_translate, 3),
    "contains": test_of_strings(lambda text, part: part in text, 2),
    "starts-with": test_of_strings(lambda text, part: text.startswith(part), 2),
    "ends-with": test_of_strings(lambda text, part: text.endswith(part), 2),
    "string-length": Function(0, 1, _string_length),
    "normalize-space": Function(0, 1, _normalize_space),
    "regex": Function(2, 2, _regex),
    "digest": Function(2, 3, _digest),
    "base64-decode": of_strings(_base64_decoded, 1),
    "selected": test_of_strings(_selected, 2),
    "is-selected": test_of_strings(_selected, 2),
    "selected-at": Function(2, 2, _selected_at),
    "count-selected": Function(1, 1, _count_selected),
}
