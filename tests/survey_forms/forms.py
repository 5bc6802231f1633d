"""A form from a few lines, as a form reads.

    household.code   text     户编号      field=household.code required={true()}
    size             int      人数        constraint={. > 0 and . < 30}
    member           repeat   家庭成员
      name           text     姓名        required={true()}
      sex            select1  性别        [1 男, 2 女]
      pregnant       select1  是否怀孕    [1 是, 2 否] relevant={${sex} = '2'}
      disease        repeat   患病
        cost         decimal  费用
      total          calc                 calculate={sum(../disease/cost)}

A line is a name, a kind, a label (may be missing), then `key={…}` or `key=word`. What is indented deeper lies inside a
group or repeat. Kinds: group repeat calc, and those of Question. Keys: those of a bind (relevant required readonly
constraint constraint_msg required_msg calculate type preload), `count` and `fixed` of a repeat, `default`, `hint`,
`from` (an itemset), `first`, `load`, `new` (values set on the first load, every load, in a new instance) and
`after:NAME` (set when NAME changes); every other one is a `ruhu:` attribute. `${name}` is the node of that name, from
where it stands as pyxform writes it. Of a name with dots only the last part is the node's, `field` is the whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from survey_forms.filling.filling import Filling
from survey_forms.form.definition import FormDefinition
from survey_forms.form.load import load_form

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=timezone(timedelta(hours=8)))
NAMESPACES = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms" '
    'xmlns:orx="http://openrosa.org/xforms" xmlns:ruhu="urn:ruhu:forms"'
)
_KEY = re.compile(r"\s([a-z_]+(?::[\w-]+)?)=(?:\{((?:[^{}]|\{[^{}]*\})*)\}|(\S+))")
_CHOICES = re.compile(r"\s\[([^\]]*)\](?=\s|$)")
_TYPES = {"int": "int", "decimal": "decimal", "date": "date", "time": "time", "datetime": "dateTime", "geo": "geopoint"}
_BIND = ("relevant", "required", "readonly", "constraint", "calculate", "type")
_JAVAROSA = {"constraint_msg": "constraintMsg", "required_msg": "requiredMsg", "preload": "preload"}
_NOT_OF_BIND = (*_BIND, *_JAVAROSA, "count", "fixed", "default", "hint", "from", "first", "load", "new", "appearance")
_CONTROLS = {"select1": "select1", "select": "select", "rank": "odk:rank", "trigger": "trigger", "upload": "upload"}


class _Line:
    def __init__(self, text: str) -> None:
        self.depth = len(text) - len(text.lstrip())
        self.keys = {m[1]: m[2] if m[2] is not None else m[3] for m in _KEY.finditer(text)}
        rest = _KEY.sub("", text)
        choices = _CHOICES.search(rest)
        self.choices = [tuple(one.split(None, 1)) for one in choices[1].split(",")] if choices else []
        name, self.kind, *label = _CHOICES.sub("", rest).split(None, 2)
        self.label = label[0].strip() if label else ""
        if "." in name:
            self.keys.setdefault("field", name)
        self.name = name.rpartition(".")[2]
        self.children: list[_Line] = []
        self.path = ""
        self.repeats: tuple[str, ...] = ()


def xform(
    table: str,
    *,
    lists: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    name: str = "form",
    version: str = "1",
    itext: str = "",
) -> str:
    """The XForm of a table; `lists` are secondary instances by name: rows of columns."""
    lines = [_Line(text) for text in table.splitlines() if text.strip()]
    top = _nested(lines)
    _place(top, "/data", ())
    by_name = {line.name: line for line in lines}

    def told(line: _Line, text: str) -> str:
        return re.sub(r"\$\{(\w+)\}", lambda m: _way(line, by_name[m[1]]), text)

    binds, actions, nested = [], [], {}  # type: ignore[var-annotated]
    for line in lines:
        binds.append(_bind(line, told))
        for key, value in line.keys.items():
            event = {"first": "odk-instance-first-load", "load": "odk-instance-load", "new": "odk-new-repeat"}.get(key)
            if key.startswith("after:"):
                event = "xforms-value-changed"
            if event is None:
                continue
            said = " ".join(
                f"{name}={quoteattr(text)}"
                for name, text in (("event", event), ("ref", line.path), ("value", told(line, value)))
            )
            action = f"<setvalue {said}/>"
            if key == "new":
                nested.setdefault(line.repeats[-1], []).append(action)
            elif key.startswith("after:"):
                nested.setdefault(by_name[key[6:]].path, []).append(action)
            else:
                actions.append(action)
    instances = "".join(_instance(one, rows) for one, rows in (lists or {}).items())
    data = "".join(_data(line) for line in top)
    body = "".join(_body(line, told, nested) for line in top)
    return (
        f"<h:html {NAMESPACES}><h:head><h:title>{escape(name)}</h:title><model>{itext}"
        f"<instance><data id={quoteattr(name)} version={quoteattr(version)}>{data}"
        f"<orx:meta><orx:instanceID/></orx:meta></data></instance>{instances}{''.join(binds)}"
        f'<bind nodeset="/data/orx:meta/orx:instanceID" jr:preload="uid"/>{"".join(actions)}'
        f"</model></h:head><h:body>{body}</h:body></h:html>"
    )


def form(table: str, **options: Any) -> FormDefinition:
    return load_form(xform(table, **options))


def begun(table: str, prefill: Sequence[tuple[str, str]] = (), *, random: Any = None, **options: Any) -> Filling:
    """A filling of a form from a table, on 2026-11-22."""
    return Filling.begin(form(table, **options), now=NOW, prefill=prefill, random=random)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _nested(lines: Sequence[_Line]) -> list[_Line]:
    top: list[_Line] = []
    open_lines: list[_Line] = []
    for line in lines:
        while open_lines and open_lines[-1].depth >= line.depth:
            open_lines.pop()
        (open_lines[-1].children if open_lines else top).append(line)
        open_lines.append(line)
    return top


def _place(lines: Sequence[_Line], above: str, repeats: tuple[str, ...]) -> None:
    for line in lines:
        line.path = f"{above}/{line.name}"
        line.repeats = repeats
        _place(line.children, line.path, (*repeats, line.path) if line.kind == "repeat" else repeats)


def _way(at: _Line, to: _Line) -> str:
    """As pyxform writes ${name}: relative from within a shared repeat, else absolute."""
    inside = (*at.repeats, at.path) if at.kind == "repeat" else at.repeats
    shared = [repeat for repeat in inside if repeat in to.repeats]
    if not shared:
        return to.path
    up = at.path.count("/") - shared[-1].count("/")
    return "/".join([".."] * up) + to.path[len(shared[-1]) :]


def _bind(line: _Line, told: Any) -> str:
    kind = line.keys.get("type") or _TYPES.get(line.kind, "string")
    if line.kind == "note":
        line.keys.setdefault("readonly", "true()")
    said = [f"nodeset={quoteattr(line.path)}", f"type={quoteattr(kind)}"]
    said += [f"{key}={quoteattr(told(line, line.keys[key]))}" for key in _BIND if key in line.keys and key != "type"]
    said += [f"jr:{name}={quoteattr(line.keys[key])}" for key, name in _JAVAROSA.items() if key in line.keys]
    said += [
        f"ruhu:{key}={quoteattr(told(line, value))}"
        for key, value in line.keys.items()
        if key not in _NOT_OF_BIND and ":" not in key
    ]
    return f"<bind {' '.join(said)}/>"


def _data(line: _Line) -> str:
    if line.kind in ("group", "repeat"):
        inner = "".join(_data(child) for child in line.children)
        template = f'<{line.name} jr:template="">{inner}</{line.name}>' if line.kind == "repeat" else ""
        first = "" if line.kind == "repeat" and ("count" in line.keys or line.keys.get("start") == "0") else (
            f"<{line.name}>{inner}</{line.name}>"
        )
        return template + first
    return f"<{line.name}>{escape(line.keys.get('default', ''))}</{line.name}>"


def _instance(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    items = "".join(
        f"<item>{''.join(f'<{key}>{escape(str(value))}</{key}>' for key, value in row.items())}</item>" for row in rows
    )
    return f"<instance id={quoteattr(name)}><root>{items}</root></instance>"


def _body(line: _Line, told: Any, nested: Mapping[str, Sequence[str]]) -> str:
    actions = "".join(nested.get(line.path, ()))
    label = re.sub(r"\$\{(\w+)\}", lambda m: f"<output value={quoteattr(told(line, m[0]))}/>", escape(line.label))
    label = f"<label>{label}</label>" if label else ""
    ref = f"ref={quoteattr(line.path)}"
    if line.kind in ("group", "repeat"):
        inner = actions + "".join(_body(child, told, nested) for child in line.children)
        if line.kind == "group":
            return f"<group {ref}>{label}{inner}</group>"
        count = f" jr:count={quoteattr(told(line, line.keys['count']))}" if "count" in line.keys else ""
        fixed = ' jr:noAddRemove="true()"' if "fixed" in line.keys else ""
        nodeset = f"nodeset={quoteattr(line.path)}"
        return f"<group {ref}>{label}<repeat {nodeset}{count}{fixed}>{inner}</repeat></group>"
    if line.kind == "calc":
        return ""
    control = _CONTROLS.get(line.kind, "input")
    hint = f"<hint>{escape(line.keys['hint'])}</hint>" if "hint" in line.keys else ""
    choices = "".join(
        f"<item><label>{escape(one[-1])}</label><value>{escape(one[0])}</value></item>" for one in line.choices
    )
    if "from" in line.keys:
        nodeset = quoteattr(told(line, line.keys["from"]))
        choices = f'<itemset nodeset={nodeset}><value ref="name"/><label ref="label"/></itemset>'
    return f"<{control} {ref}>{label}{hint}{choices}{actions}</{control}>"
