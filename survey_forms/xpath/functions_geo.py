"""Functions of places: `latitude longitude altitude accuracy`, degrees and metres, points apart by `;`."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import acos, cos, nan, pi, radians, sin

from survey_forms.xpath.code import Code, boolean_code, number_code
from survey_forms.xpath.context import Context
from survey_forms.xpath.functions import Function, spread
from survey_forms.xpath.syntax import Call
from survey_forms.xpath.values import Dialect

Point = tuple[float, float]
_RADIUS = 6_378_100.0
_METRES_A_DEGREE = 2 * _RADIUS * pi / 360.0


def _points(texts: list[str]) -> list[Point] | None:
    """Latitude and longitude of each point; None where one is none."""
    found: list[Point] = []
    for text in texts:
        for piece in text.split(";"):
            if not piece.strip():
                continue
            numbers = piece.split()
            try:
                found.append((float(numbers[0]), float(numbers[1])))
            except (ValueError, IndexError):
                return None
    return found


def area(points: list[Point]) -> float:
    """Square metres enclosed."""
    if len(points) < 3:
        return 0.0
    top, left = points[0]
    corners = [
        ((longitude - left) * _METRES_A_DEGREE * cos(radians(latitude)), (latitude - top) * _METRES_A_DEGREE)
        for latitude, longitude in points[1:]
    ]
    return abs(sum((y1 * x2 - x1 * y2) / 2 for (x1, y1), (x2, y2) in pairwise(corners)))


def area_on_sphere(points: list[Point]) -> float:
    """Square metres enclosed, as Web Forms reckons them."""
    if len(points) < 3:
        return 0.0
    total = sum(
        radians(other[1] - one[1]) * (2 + sin(radians(one[0])) + sin(radians(other[0])))
        for one, other in zip(points, [*points[1:], points[0]], strict=True)
    )
    return abs(total * _RADIUS * _RADIUS / 2)


def distance(points: list[Point]) -> float:
    """Metres along the points."""
    return sum(_between(one, other) for one, other in pairwise(points))


def _between(one: Point, other: Point) -> float:
    turn = radians(one[1] - other[1])
    first, second = radians(one[0]), radians(other[0])
    cosine = sin(first) * sin(second) + cos(first) * cos(second) * cos(turn)
    return acos(min(1.0, max(-1.0, cosine))) * _RADIUS


def inside(point: Point, polygon: list[Point]) -> bool:
    """Whether a line to the east crosses the border an odd number of times."""
    y, x = point
    crossed = False
    for (y1, x1), (y2, x2) in pairwise(polygon):
        if (y2 > y) != (y1 > y) and x < (x1 - x2) * (y - y2) / (y1 - y2) + x2:
            crossed = not crossed
    return crossed


Measured = Callable[[list[Point]], float]


def _measure(in_collect: Measured, in_webforms: Measured, most: int | None) -> Function:
    """Web Forms rounds to two places."""

    def build(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
        values, string = spread(arguments, dialect), dialect.string
        places = 2 if dialect.name == "webforms" else None
        measured = in_collect if places is None else in_webforms

        def number(context: Context) -> float:
            points = _points([string(value) for value in values(context)])
            if points is None or any(abs(point[0]) > 90 or abs(point[1]) > 180 for point in points):
                return nan if places is None or points is None else 0.0
            result = measured(points)
            return result if places is None else round(result, places)

        return number_code(number, dialect)

    return Function(1, most, build)


def _geofence(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    place, fence = arguments[0].string, arguments[1].string

    def within(context: Context) -> bool:
        point, polygon = _points([place(context)]), _points([fence(context)])
        return bool(point) and bool(polygon) and inside((point or [])[0], polygon or [])

    return boolean_code(within)


GEO_FUNCTIONS: dict[str, Function] = {
    "area": _measure(area, area_on_sphere, 1),
    "enclosed-area": _measure(area, area_on_sphere, 1),
    "distance": _measure(distance, distance, None),
    "geofence": Function(2, 2, _geofence),
}
