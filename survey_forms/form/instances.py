"""Secondary instances (选项表、附表): in the form itself, or beside it as CSV, GeoJSON or XML."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from survey_forms.form.xml_tree import XmlError, attribute, local, parsed, tree_of
from survey_forms.tree import Node, document

_SEPARATORS = (",", ";", "\t", "|")


class UnreadableInstance(Exception):
    """A file beside the form that can't be read; the message says why."""


def instance_of(element: Any, resources: Mapping[str, str]) -> Node | None:
    """The document of an `<instance>`; None when its file was not given. Raises UnreadableInstance."""
    address = attribute(element, "src")
    inline = next((one for one in element if local(one)), None)
    if address is None or (inline is not None and address not in resources):
        return document(tree_of(inline)) if inline is not None else document(Node("root"))
    if address.startswith("jr://instance/last-saved"):
        return document(Node("root"))
    if address not in resources:
        return None
    return read_resource(address, resources[address])


def read_resource(address: str, text: str) -> Node:
    """A file by what its address and its first character say it is. Raises UnreadableInstance."""
    plain = text.lstrip("\ufeff").strip()
    try:
        if address.lower().endswith((".geojson", ".json")) or plain.startswith("{"):
            return document(_from_geojson(plain))
        if plain.startswith("<"):
            return document(tree_of(parsed(plain)))
    except (XmlError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableInstance(str(error)) from error
    return document(_from_csv(text.lstrip("\ufeff")))


def _from_csv(text: str) -> Node:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    root = Node("root")
    header = [name.strip() for name in next(rows, [])]
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        item = root.append(Node("item"))
        for name, cell in zip(header, row + [""] * (len(header) - len(row)), strict=False):
            if name:
                item.append(Node(name, cell.strip()))
    return root


def _from_geojson(text: str) -> Node:
    data = json.loads(text)
    if data["type"] != "FeatureCollection":
        raise UnreadableInstance("not a FeatureCollection")
    root = Node("root")
    for feature in data["features"]:
        item = root.append(Node("item"))
        item.append(Node("geometry", _geometry(feature.get("geometry"))))
        properties = dict(feature.get("properties") or {})
        if "id" in feature:
            properties.setdefault("id", feature["id"])
        for name, value in properties.items():
            item.append(Node(str(name), _plain(value)))
    return root


def _geometry(geometry: Any) -> str:
    """As forms write places: `latitude longitude altitude accuracy`, points joined by `; `."""
    if not geometry:
        return ""
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == "Point":
        return _point(coordinates)
    points = coordinates[0] if kind == "Polygon" else coordinates
    return "; ".join(_point(point) for point in points)


def _point(point: Any) -> str:
    return " ".join(_plain(value) for value in (point[1], point[0], *(point[2:3] or [0]), 0))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
