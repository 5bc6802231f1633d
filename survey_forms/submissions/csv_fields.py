"""What ODK Central's CSV tables have columns for: the questions of a form's primary instance, in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from survey_forms.submissions.instance_xml import lenient_root, local_name


@dataclass(frozen=True, slots=True)
class CsvField:
    """`path` by local names below the root (`/house/street`), `kind` repeat, structure, geopoint or another bind type;
    `written` is the name in the form, prefix and all; `several` for a select_multiple."""

    name: str
    path: str
    kind: str
    several: bool
    written: str

    @property
    def is_leaf(self) -> bool:
        return self.kind not in ("repeat", "structure")


@dataclass(frozen=True, slots=True)
class CsvForm:
    """`fields` depth first; `root` the written name of the primary instance's root, `spaces` the namespaces that its
    names use by prefix."""

    root: str
    version: str
    fields: tuple[CsvField, ...]
    spaces: tuple[tuple[str, str], ...]


def csv_form(xml: str) -> CsvForm:
    """The fields of a form. A form without a primary instance has none."""
    html = lenient_root(xml)
    model = None if html is None else _first(html, "model")
    instance = None if model is None else _first(model, "instance")
    root = None if instance is None else next((child for child in instance if local_name(child)), None)
    if html is None or model is None or root is None:
        return CsvForm("data", "", (), ())
    top = local_name(root)
    kinds = {
        _path(bind.get("nodeset") or "", top): bind.get("type") or "string"
        for bind in model
        if local_name(bind) == "bind" and bind.get("type")
    }
    controls = [element for element in html.iter() if local_name(element) in ("repeat", "select")]
    repeats = {_path(one.get("nodeset") or "", top) for one in controls if local_name(one) == "repeat"}
    several = {_path(one.get("ref") or "", top) for one in controls if local_name(one) == "select"}
    fields: dict[str, CsvField] = {}
    _collect(root, "", kinds, repeats, several, fields)
    spaces = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
    return CsvForm(_written(root), root.get("version") or "", tuple(fields.values()), tuple(spaces.items()))


def _first(element: Any, name: str) -> Any | None:
    return next((one for one in element.iter() if local_name(one) == name), None)


def _path(nodeset: str, root: str) -> str:
    """A nodeset, absolute or relative to the root, as a path below the root without prefixes."""
    steps = [step.strip().rpartition(":")[2] for step in nodeset.split("/") if step.strip() not in ("", ".")]
    if nodeset.strip().startswith("/") and steps[:1] == [root]:
        steps = steps[1:]
    return "".join(f"/{step}" for step in steps)


def _collect(
    element: Any, above: str, kinds: dict[str, str], repeats: set[str], several: set[str], fields: dict[str, CsvField]
) -> None:
    for child in element:
        name = local_name(child)
        path = f"{above}/{name}"
        if not name or path in fields:  # a template and an instance of one repeat
            continue
        if path in repeats:
            kind = "repeat"
        elif any(local_name(one) for one in child):
            kind = "structure"
        else:
            kind = kinds.get(path, "unknown")
        fields[path] = CsvField(name, path, kind, path in several, _written(child))
        _collect(child, path, kinds, repeats, several, fields)


def _written(element: Any) -> str:
    name = element.tag.rpartition("}")[2]
    return f"{element.prefix}:{name}" if element.prefix else str(name)
