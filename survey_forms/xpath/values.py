"""Values and how one kind becomes another, in both dialects. JavaRosa knows dates as a kind of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isinf, nan
from typing import TypeAlias

from survey_forms.tree import Node
from survey_forms.xpath.axes import is_element
from survey_forms.xpath.context import Context
from survey_forms.xpath.dates import (
    date_text,
    day_number,
    exact_days,
    moment_text,
    parsed_moment,
    parsed_time,
    time_text,
)

Atom: TypeAlias = float | str | bool | date
Value: TypeAlias = Atom | list[Node]
NUMBERS = frozenset({"int", "integer", "decimal", "long", "double", "float"})
_DATES = frozenset({"date", "dateTime", "time"})
_TINY = 1e-12
_LARGEST_INT, _SMALLEST_INT = 2**31 - 1, -(2**31)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How values are converted; `atom` is what a node holds, `nodes_boolean` what a set of nodes is as a boolean."""

    name: str
    number: Callable[[Atom, Context], float]
    string: Callable[[Atom], str]
    boolean: Callable[[Atom], bool]
    atom: Callable[[Node, Context], Atom]
    nodes_boolean: Callable[[list[Node], Context], bool]


def plain_number(text: str) -> float:
    """Digits with a sign and a point; NaN for anything else, a blank too."""
    try:
        number = float(text)
    except ValueError:
        return nan
    if number != number or not text.isascii():
        return nan
    return nan if _other_than_digits(text) else number


def _other_than_digits(text: str) -> bool:
    """`1e5`, `+1`, `1_000` and `inf` are numbers to Python, not to XPath."""
    return text.strip().translate(_DIGITS) != ""


_DIGITS = str.maketrans("", "", "0123456789.-")


def short_number(number: float) -> str:
    """The shortest text of a number, without the noise of binary fractions: 0.1 + 0.2 is 0.3."""
    exact = repr(number)
    short = repr(float(f"{number:.15g}"))
    return short if len(short) < len(exact) - 2 else exact


def leaf_text(node: Node) -> str:
    """What a node holds; a node with elements in it (a group) holds nothing to JavaRosa."""
    if any(is_element(child) for child in node.children):
        return ""
    return node.value()


def same_number(left: float, right: float) -> bool:
    return left == right or abs(left - right) < _TINY


# --- collect -----------------------------------------------------------------------------------------------------


def _collect_number(value: Atom, context: Context) -> float:
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return plain_number(value.replace(",", ".") if "," in value else value)
    if isinstance(value, datetime):
        return day_number(value)
    return 1.0 if value else 0.0


def _collect_string(value: Atom) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return date_text(value)
    return java_number(value)


def java_number(number: float) -> str:
    """As JavaRosa writes it: whole numbers of 32 bits plainly, others as Java does (`1.0E10`)."""
    if number != number:
        return "NaN"
    if isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if abs(number) < _TINY:
        return "0"
    if _SMALLEST_INT <= number <= _LARGEST_INT and abs(number - int(number)) < _TINY:
        return str(int(number))
    text = short_number(number)
    if 1e-3 <= abs(number) < 1e7:
        return text
    parts = Decimal(text).normalize().as_tuple()
    digits = "".join(map(str, parts.digits))
    power = len(digits) - 1 + int(parts.exponent)
    return f"{'-' if parts.sign else ''}{digits[0]}.{digits[1:] or '0'}E{power}"


def _collect_boolean(value: Atom) -> bool:
    if isinstance(value, float):
        return value == value and abs(value) > _TINY
    if isinstance(value, str):
        return value != ""
    return bool(value)


def _collect_atom(node: Node, context: Context) -> Atom:
    """What a node holds, by the type its question has."""
    kind = context.surroundings.types.get(node.path)
    text = node.text if not node.children else leaf_text(node)
    if kind is None or not text:
        return text
    if kind in NUMBERS:
        number = plain_number(text)
        return text if number != number else number
    if kind in _DATES:
        now = context.surroundings.now()
        moment = parsed_moment(text, now.tzinfo) if kind != "time" else parsed_time(text, now.date(), now.tzinfo)
        return text if moment is None else moment
    if kind == "boolean":
        return text in ("1", "true")
    return text


def _collect_nodes_boolean(nodes: list[Node], context: Context) -> bool:
    return bool(nodes) and _collect_boolean(_collect_atom(nodes[0], context))


COLLECT = Dialect(
    "collect", _collect_number, _collect_string, _collect_boolean, _collect_atom, _collect_nodes_boolean
)


# --- webforms ----------------------------------------------------------------------------------------------------


def _webforms_number(value: Atom, context: Context) -> float:
    if isinstance(value, float):
        return value
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    zone = context.surroundings.now().tzinfo
    if isinstance(value, str):
        text = value.strip()
        number = plain_number(text)
        if number == number:
            return number
        moment = parsed_moment(text, zone) if "-" in text[1:] else None
        return nan if moment is None else exact_days(moment)
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=zone)
    return exact_days(value)


def _webforms_string(value: Atom) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return date_text(value)
    return script_number(value)


def script_number(number: float) -> str:
    """As JavaScript writes it."""
    if number != number:
        return "NaN"
    if isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number == int(number) and abs(number) < 1e21:
        return str(int(number))
    text = short_number(number)
    if "e" not in text:
        return text
    mantissa, _e, exponent = text.partition("e")
    power = int(exponent)
    if -7 < power < 0:
        digits = mantissa.replace(".", "").lstrip("-")
        return ("-" if number < 0 else "") + "0." + "0" * (-power - 1) + digits
    return f"{mantissa}e{'+' if power > 0 else '-'}{abs(power)}"


def _webforms_boolean(value: Atom) -> bool:
    if isinstance(value, float):
        return value == value and value != 0
    if isinstance(value, str):
        return value != ""
    return bool(value)


def _webforms_atom(node: Node, context: Context) -> Atom:
    return node.text if not node.children else node.value()


def _webforms_nodes_boolean(nodes: list[Node], context: Context) -> bool:
    return bool(nodes)


WEBFORMS = Dialect(
    "webforms", _webforms_number, _webforms_string, _webforms_boolean, _webforms_atom, _webforms_nodes_boolean
)
DIALECTS = {"collect": COLLECT, "webforms": WEBFORMS}


# --- what is kept ------------------------------------------------------------------------------------------------


def stored(value: Value, bind_type: str = "") -> str:
    """The text that a calculation leaves in a node of this bind type, as JavaRosa writes it, but numbers with all their
    digits and without binary noise. '' for NaN; yes and no are 1 and 0; a date in text has its time and zone."""
    if isinstance(value, list):
        value = value[0].value() if value else ""
    if value == "" or value != value:
        return ""
    if bind_type == "boolean":
        return "1" if _collect_boolean(value) else "0"
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime) and bind_type != "date":
        return time_text(value) if bind_type == "time" else moment_text(value)
    if isinstance(value, date):
        return date_text(value)
    if isinstance(value, float):
        return _stored_number(value, bind_type)
    return value


def _stored_number(number: float, bind_type: str) -> str:
    if isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if bind_type in ("int", "integer", "long") or number == int(number):
        return str(int(number))
    return f"{Decimal(short_number(number)):f}"
