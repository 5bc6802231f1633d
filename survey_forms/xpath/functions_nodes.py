"""Functions of nodes, and of the form around them."""

from __future__ import annotations

from math import isinf
from uuid import UUID

from survey_forms.tree import Node
from survey_forms.xpath.axes import in_document_order
from survey_forms.xpath.code import Code, atom_code, boolean_code, nodes_code, number_code, string_code
from survey_forms.xpath.context import Context
from survey_forms.xpath.functions import WEBFORMS_ONLY, Function, nodes_of
from survey_forms.xpath.node_tests import local_name, namespace_of
from survey_forms.xpath.shuffling import seed_of, shuffled
from survey_forms.xpath.syntax import Call
from survey_forms.xpath.values import Atom, Dialect, Value

_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST = 10_000


def _count(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    nodes = nodes_of(call, arguments[0])
    return number_code(lambda context: float(len(nodes(context))), dialect)


def _count_non_empty(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    nodes = nodes_of(call, arguments[0])
    collect = dialect.name == "collect"

    def count(context: Context) -> float:
        return float(sum(bool((collect and node.children) or node.value()) for node in nodes(context)))

    return number_code(count, dialect)


def _position(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    """Of a node among those of its name; without one, in the predicate or, outside of any, of the node itself."""
    if arguments:
        nodes_of(call, arguments[0])
        first = arguments[0].first

        def of_first(context: Context) -> float:
            found = first(context)
            return float(found.position) if found is not None else 0.0

        return number_code(of_first, dialect)
    if dialect.name == "webforms":
        return number_code(lambda context: float(context.position or 1), dialect)
    return number_code(lambda context: float(context.position or context.node.position), dialect)


def _last(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    return number_code(lambda context: float(context.size or 1), dialect)


def _current(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    return nodes_code(lambda context: [context.current], dialect, lambda context: context.current)


def _instance(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    name = arguments[0].string

    def nodes(context: Context) -> list[Node]:
        found = context.surroundings.instance(name(context))
        return [] if found is None else [found]

    return nodes_code(nodes, dialect)


def _once(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    """What the node holds already, else the argument."""
    argument, own, string = arguments[0].atom, dialect.atom, dialect.string

    def once(context: Context) -> Atom:
        held = own(context.node, context)
        return argument(context) if string(held) == "" else held

    return atom_code(once, dialect)


def _itext(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    name = arguments[0].string
    return string_code(lambda context: context.surroundings.itext(name(context)), dialect)


def _choice_name(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    value, question = arguments[0].string, arguments[1].string

    def name(context: Context) -> str:
        return context.surroundings.choice_name(question(context).strip(), value(context), context.node)

    return string_code(name, dialect)


def _pulldata(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    """The column of the first line of a table, held as a secondary instance, whose key column is the key. A column is
    a child of the line, or with `@` an attribute."""
    table, column, key_column, key = (argument.string for argument in arguments)

    def look_up(context: Context) -> str:
        name, by = table(context), key_column(context)
        document = context.surroundings.instance(name)
        if document is None:
            return ""
        indexes = context.surroundings.indexes
        index = indexes.get((id(document), "pulldata", by))
        if index is None:
            index = {}
            for root in document.children:
                for item in root.children:
                    for text in _cells(item, by):
                        index.setdefault(text, item)
            indexes[(id(document), "pulldata", by)] = index
        line: Node | None = index.get(key(context))
        found = [] if line is None else _cells(line, column(context))
        return found[0] if found else ""

    return string_code(look_up, dialect)


def _cells(line: Node, column: str) -> list[str]:
    if column.startswith("@"):
        return [line.attributes[column[1:]]] if column[1:] in line.attributes else []
    return [cell.value() for cell in line.named(column)]


def _random(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    return number_code(lambda context: context.surroundings.random(), dialect)


def _randomize(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    """In a random order; always in the same one when a seed is given."""
    nodes = nodes_of(call, arguments[0])
    if len(arguments) == 1:
        return nodes_code(lambda context: shuffled(nodes(context), context.surroundings.random), dialect)
    seed = arguments[1]

    def in_order(context: Context) -> list[Node]:
        return shuffled(nodes(context), seed_of(seed.number(context), seed.string(context)))

    return nodes_code(in_order, dialect)


def _uuid(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    if not arguments:
        return string_code(
            lambda context: str(UUID(int=int(_digits(context, "0123456789abcdef", 32), 16), version=4)), dialect
        )
    length = arguments[0].number

    def letters(context: Context) -> str:
        count = length(context)
        return _digits(context, _LETTERS, 0 if count != count or isinf(count) else min(int(count), _LONGEST))

    return string_code(letters, dialect)


def _digits(context: Context, alphabet: str, count: int) -> str:
    draw = context.surroundings.random
    return "".join([alphabet[int(draw() * len(alphabet))] for _one in range(count)])


def _version(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    return string_code(lambda context: context.surroundings.version, dialect)


def _property(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    name = arguments[0].string
    return string_code(lambda context: context.surroundings.property(name(context)), dialect)


def _depend(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    return arguments[0]


# --- XPath 1.0, Web Forms only -----------------------------------------------------------------------------------


def _name_of(what: str) -> Function:
    """`name`, `local-name`, `namespace-uri` of the first node, or of the context's."""

    def text(node: Node | None) -> str:
        if node is None:
            return ""
        if what == "namespace-uri":
            return namespace_of(node)
        return local_name(node) if what == "local-name" else _full_name(node)

    def build(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
        if not arguments:
            return string_code(lambda context: text(context.node), dialect)
        nodes = nodes_of(call, arguments[0])
        return string_code(lambda context: text(next(iter(nodes(context)), None)), dialect)

    return Function(0, 1, build, WEBFORMS_ONLY)


def _full_name(node: Node) -> str:
    if node.name.startswith("#pi:"):
        return node.name[4:]
    return "" if node.name.startswith("#") else node.name.lstrip("@")


def _id(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    """The elements with one of these `id`s."""
    argument = arguments[0]

    def nodes(context: Context) -> list[Node]:
        value: Value = argument.value(context)
        texts = [node.value() for node in value] if isinstance(value, list) else [dialect.string(value)]
        wanted = {word for text in texts for word in text.split()}
        top = context.node
        while top.parent is not None:
            top = top.parent
        return in_document_order(node for node in top.walk() if node.attributes.get("id") in wanted)

    return nodes_code(nodes, dialect)


def _lang(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    language = arguments[0].string

    def spoken(context: Context) -> bool:
        node: Node | None = context.node
        while node is not None:
            if "xml:lang" in node.attributes:
                tag, wanted = node.attributes["xml:lang"].lower(), language(context).lower()
                return tag == wanted or tag.startswith(f"{wanted}-")
            node = node.parent
        return False

    return boolean_code(spoken)


NODE_FUNCTIONS: dict[str, Function] = {
    "count": Function(1, 1, _count),
    "count-non-empty": Function(1, 1, _count_non_empty),
    "position": Function(0, 1, _position),
    "last": Function(0, 0, _last, WEBFORMS_ONLY),
    "current": Function(0, 0, _current),
    "instance": Function(1, 1, _instance),
    "once": Function(1, 1, _once),
    "jr:itext": Function(1, 1, _itext),
    "jr:choice-name": Function(2, 2, _choice_name),
    "pulldata": Function(4, 4, _pulldata),
    "random": Function(0, 0, _random),
    "randomize": Function(1, 2, _randomize),
    "uuid": Function(0, 1, _uuid),
    "version": Function(0, 0, _version),
    "property": Function(1, 1, _property),
    "depend": Function(1, None, _depend),
    "name": _name_of("name"),
    "local-name": _name_of("local-name"),
    "namespace-uri": _name_of("namespace-uri"),
    "id": Function(1, 1, _id, WEBFORMS_ONLY),
    "lang": Function(1, 1, _lang, WEBFORMS_ONLY),
}
