"""Functions of dates. In Collect a date is a moment (an aware datetime); in Web Forms a date alone is apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from math import floor, isinf, nan

from casebook.language import _
from survey_forms.xpath import dates
from survey_forms.xpath.code import Code, atom_code, string_code
from survey_forms.xpath.context import Context
from survey_forms.xpath.functions import Function
from survey_forms.xpath.syntax import Call, ExpressionError, Literal
from survey_forms.xpath.values import Atom, Dialect


def _today(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    if dialect.name == "webforms":
        return atom_code(lambda context: context.surroundings.now().date(), dialect)
    return atom_code(lambda context: dates.midnight(context.surroundings.now()), dialect)


def _now(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    return atom_code(lambda context: context.surroundings.now(), dialect)


def moment_of(value: Atom, zone: tzinfo | None) -> datetime | None:
    """The moment a value means: a number counts days from the epoch in UTC."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=zone)
    if isinstance(value, str):
        return dates.parsed_moment(value.strip(), zone)
    number = float(value) if not isinstance(value, bool) else nan
    return None if number != number or isinf(number) else dates.from_exact_days(number, zone)


def _date(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    argument = arguments[0].atom
    convert = _collect_date if dialect.name == "collect" else _webforms_date

    def value(context: Context) -> Atom:
        return convert(argument(context), context.surroundings.now().tzinfo)

    return atom_code(value, dialect)


def _collect_date(value: Atom, zone: tzinfo | None) -> Atom:
    """Whole days; a text with a time keeps it. A blank stays one, and what is no date is NaN."""
    if value == "":
        return ""
    if isinstance(value, float):
        day = None if value != value or isinf(value) else dates.from_day_number(int(value), zone)
        return nan if day is None else day
    moment = moment_of(value, zone)
    if moment is None:
        return nan
    return dates.midnight(moment) if isinstance(value, datetime) else moment


def _webforms_date(value: Atom, zone: tzinfo | None) -> Atom:
    if value == "":
        return ""
    if type(value) is date:
        return value
    if isinstance(value, str) and "T" not in value:
        number = _number(value)
        if number is None:
            return dates.parsed_date(value.strip()) or "Invalid Date"
        value = number
    moment = moment_of(value, zone)
    if moment is None:
        return "Invalid Date"
    return moment.date() if isinstance(value, float) and moment == dates.midnight(moment) else moment


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _date_time(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    argument = arguments[0].atom
    webforms = dialect.name == "webforms"

    def value(context: Context) -> Atom:
        given = argument(context)
        if given == "":
            return ""
        moment = moment_of(given, context.surroundings.now().tzinfo)
        if moment is None:
            return "" if webforms else nan
        return moment.date() if webforms and isinstance(given, float) and moment == dates.midnight(moment) else moment

    return atom_code(value, dialect)


def _decimal(measure: Callable[[datetime], float], only_time: bool) -> Function:
    """Days as a number with a fraction; a number is that already."""

    def build(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
        argument = arguments[0].atom

        def days(context: Context) -> Atom:
            given = argument(context)
            if given == "":
                return ""
            if isinstance(given, float):
                return given - floor(given) if only_time and given == given and not isinf(given) else given
            now = context.surroundings.now()
            moment = moment_of(given, now.tzinfo)
            if moment is None and only_time and isinstance(given, str):
                moment = dates.parsed_time(given, now.date(), now.tzinfo)
            return nan if moment is None else measure(moment)

        return atom_code(days, dialect)

    return Function(1, 1, build)


def _format(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    argument, form = arguments[0].atom, arguments[1].string
    written = call.arguments[1]
    if isinstance(written, Literal) and dialect.name == "collect":
        _check_form(written.text, call.at)

    def text(context: Context) -> str:
        given = argument(context)
        if isinstance(given, str) and given.strip() == "":
            return ""
        number = _number(given) if isinstance(given, str) else None
        moment = moment_of(given if number is None else number, context.surroundings.now().tzinfo)
        return "" if moment is None else dates.formatted(moment, form(context))

    return string_code(text, dialect)


def _check_form(form: str, at: int) -> None:
    """JavaRosa fails on what it does not know."""
    letters = iter(form)
    for letter in letters:
        if letter == "%" and next(letters, "") not in dates.LETTERS:
            raise ExpressionError(_("日期格式里有不认识的「%」写法。"), at)


DATE_FUNCTIONS: dict[str, Function] = {
    "today": Function(0, 0, _today),
    "now": Function(0, 0, _now),
    "date": Function(1, 1, _date),
    "date-time": Function(1, 1, _date_time),
    "decimal-date-time": _decimal(dates.exact_days, False),
    "decimal-time": _decimal(dates.day_fraction, True),
    "format-date": Function(2, 2, _format),
    "format-date-time": Function(2, 2, _format),
}
