"""Forms and expressions written down briefly.

A form is an indented list: `name`, `name: text`, `name:: type: text` with a bind type, `name*` for an instance of a
repeat, `name~` for what is not relevant. Below an `instance x` line stands a secondary instance.

A table has a line an expression: `expression -> value`; the value is what it gives as text, a list of nodes as
`[a, b]` of what they hold, `!` and a word where it is refused. `@ref` on a line of its own says where it is evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from survey_forms.tree import Node, document
from survey_forms.xpath.compile import compiled
from survey_forms.xpath.context import Context, Plain
from survey_forms.xpath.syntax import ExpressionError

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def form(text: str) -> Plain:
    """The surroundings of the form."""
    roots: dict[str, Node] = {}
    types: dict[str, str] = {}
    name, above = "", [(-1, Node(""))]
    for line in filter(str.strip, text.splitlines()):
        depth = len(line) - len(line.lstrip())
        word, _colon, value = line.strip().partition(":")
        if word.startswith("instance "):
            name, above = word.removeprefix("instance "), [(depth, Node(""))]
            continue
        kind = ""
        if value.startswith(":"):
            kind, _colon, value = value[1:].partition(":")
        node = Node(word.rstrip("*~"), value.strip())
        node.repeat = word.rstrip("~").endswith("*")
        while above and above[-1][0] >= depth:
            above.pop()
        if len(above) <= 1 and name not in roots:
            roots[name] = document(node)
        else:
            above[-1][1].append(node)
        node.relevant = not word.endswith("~") and (node.parent is None or node.parent.relevant)
        above.append((depth, node))
        if kind:
            types[node.path] = kind.strip()
    instances = {key: root for key, root in roots.items() if key}
    return Plain(roots[""], NOW, types=types, instances=instances, version="7")


def node_at(surroundings: Plain, ref: str) -> Node:
    node = surroundings.root
    for piece in ref.split("/")[1:]:
        name, _bracket, number = piece.partition("[")
        node = node.named(name)[int(number.rstrip("]") or 1) - 1]
    return node


@dataclass(frozen=True)
class Row:
    ref: str
    expression: str
    expected: str


def rows(table: str) -> Iterator[Row]:
    ref = ""
    for line in filter(None, map(str.strip, table.splitlines())):
        if line.startswith("@/"):
            ref = line[1:]
            continue
        expression, _arrow, expected = line.rpartition(" ->")
        yield Row(ref, expression.strip(), expected.strip())


def answer(surroundings: Plain, row: Row, dialect: Literal["collect", "webforms"] = "collect") -> str:
    try:
        expression = compiled(row.expression, dialect)
        context = Context(node_at(surroundings, row.ref) if row.ref else surroundings.root, surroundings)
        if row.expected.startswith("["):
            return "[" + ", ".join(node.value() for node in expression.nodes(context)) + "]"
        return expression.string(context)
    except ExpressionError as error:
        return f"! {error.what}"


def holds(surroundings: Plain, table: str, dialect: Literal["collect", "webforms"] = "collect") -> None:
    """Every line of the table."""
    wrong = []
    for row in rows(table):
        found = answer(surroundings, row, dialect)
        right = found.startswith(row.expected) if row.expected.startswith("!") else found == row.expected
        if not right:
            wrong.append(f"{row.ref or '/'}  {row.expression}  -> {row.expected}, but {found}")
    assert not wrong, "\n".join(wrong)
