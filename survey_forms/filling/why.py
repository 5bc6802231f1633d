"""Why is this hidden, required or wrong (为什么)? The rules of a node in the form's words, with live values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from casebook.language import _
from survey_forms.filling.changes import Why, WhyPart
from survey_forms.filling.places import nodes_for
from survey_forms.form.reading_in import absolute
from survey_forms.tree import Node
from survey_forms.xpath.compile import Compiled
from survey_forms.xpath.context import Context
from survey_forms.xpath.syntax import ExpressionError

if TYPE_CHECKING:
    from survey_forms.filling.looking import Looking

OWN = ("required", "readonly", "constraint", "warning", "calculate")
_MOST_VALUES = 20
_GAP = re.compile(r" {2,}")
_TOKEN = re.compile(
    r"""(?P<literal>'[^']*'|"[^"]*")
    |(?P<path>(?:current\(\)/)?(?:\.\./|\./|/)[\w.:/-]*[\w]|\.\.)
    |(?P<here>(?<![\w.])\.(?![\w.]))
    |(?P<word>[\w-]+\(?)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


def why(looking: Looking, node: Node) -> Why:
    """The relevance of the node and of all it stands in, from the outside in, then its other rules."""
    chain: list[Node] = []
    at: Node | None = node
    while at is not None and at.name:
        chain.append(at)
        at = at.parent
    parts: list[WhyPart] = []
    for one in reversed(chain):
        bind = looking.definition.binds.get(one.path)
        if bind is not None and bind.relevant is not None:
            parts.append(_part(looking, one, "relevant", bind.relevant))
    bind = looking.definition.binds.get(node.path)
    if bind is not None:
        for name in OWN:
            expression = getattr(bind, name)
            if expression is not None:
                parts.append(_part(looking, node, name, expression))
    repeat = looking.definition.repeats.get(node.path)
    if repeat is not None and repeat.count is not None:
        parts.append(_part(looking, node, "count", repeat.count))
    return Why(node.ref, tuple(parts))


def _part(looking: Looking, node: Node, attribute: str, expression: Compiled) -> WhyPart:
    try:
        result = expression.boolean(Context(node, looking.around))
    except ExpressionError:
        result = False
    values = tuple(_values(looking, node, expression))
    text = in_words(looking, node, expression.text)
    bind = looking.definition.binds.get(node.path)
    words = getattr(bind, f"{attribute}_message", None)
    message = looking.choosing.text(words, node) if words is not None else ""
    return WhyPart(node.ref, attribute, expression.text, text, result, values, message)  # type: ignore[arg-type]


def _values(looking: Looking, node: Node, expression: Compiled) -> Iterator[tuple[str, str, str]]:
    """(label, ref, value in words) of what it reads."""
    told = 0
    for path in expression.references(node.path):
        for read in nodes_for(path, node) if path.startswith("/") and not path.endswith("*") else ():
            if not read.children and told < _MOST_VALUES:
                told += 1
                yield _label(looking, read.path, read), read.ref, looking.in_words(read) if read.relevant else ""


def _label(looking: Looking, path: str, node: Node) -> str:
    definition = looking.definition
    bind = definition.binds.get(path)
    of_language = "title_en" if "(en)" in looking.around.language else "title"
    if bind is not None and (title := bind.extra.get(of_language, "")):
        return title  # short, and there also for what is worked out and has no label
    element = definition.questions.get(path) or definition.groups.get(path) or definition.repeats.get(path)
    at = next(iter(nodes_for(path, node)), node)
    return (looking.choosing.text(element.label, at) if element is not None else "") or path.rpartition("/")[2]


def in_words(looking: Looking, node: Node, text: str) -> str:
    """An expression with labels for paths and for the codes they are compared with: `「性别」 = “女”`."""
    said: list[str] = []
    names: dict[str, str] = {}
    for token in _TOKEN.finditer(text):
        kind, word = token.lastgroup, token.group()
        if kind in ("path", "here"):
            path = node.path if kind == "here" else absolute(word, node.path)
            names = _choice_names(looking, path, node)
            if kind == "here":
                said.append(_("本题"))
            else:
                said.append(word if word == ".." else f"「{_label(looking, path, node)}」")
        elif kind == "literal":
            said.append(f"“{names[word[1:-1]]}”" if word[1:-1] in names else word)
        else:
            if word in ("and", "or"):
                names = {}
            said.append({"and": _("并且"), "or": _("或者")}.get(word, word))
    return _GAP.sub(" ", "".join(said)).strip()


def _choice_names(looking: Looking, path: str, node: Node) -> dict[str, str]:
    question = looking.definition.questions.get(path)
    at = next(iter(nodes_for(path, node)), None)
    if question is None or not question.chooses or at is None:
        return {}
    return {choice.value: choice.label for choice in looking.choosing.choices(question, at)}
