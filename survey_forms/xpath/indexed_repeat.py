"""`indexed-repeat(question, repeat, number, …)`: the answer in the instance of that number, level by level."""

from __future__ import annotations

from casebook.language import _
from survey_forms.tree import Node
from survey_forms.xpath.code import Code, nodes_code
from survey_forms.xpath.context import Context
from survey_forms.xpath.functions import Function
from survey_forms.xpath.generic_paths import generic_path
from survey_forms.xpath.paths import here
from survey_forms.xpath.syntax import Call, Expression, ExpressionError, Path
from survey_forms.xpath.values import Dialect

Names = tuple[str, ...]
LARGEST = 10**9


def _indexed_repeat(call: Call, arguments: list[Code], dialect: Dialect) -> Code:
    target = _path(call, 0)
    repeats = [_path(call, at) for at in range(1, len(arguments), 2)]
    numbers = [arguments[at].number for at in range(2, len(arguments), 2)]
    known: dict[str, tuple[Names, list[int]]] = {}

    def nodes(context: Context) -> list[Node]:
        at = context.node.path
        names, depths = known.get(at) or known.setdefault(at, _resolved(call, target, repeats, at, context))
        wanted = {depth: _index(number(context), dialect) for depth, number in zip(depths, numbers, strict=True)}
        return _walk(names, wanted, context)

    return nodes_code(nodes, dialect)


def _path(call: Call, at: int) -> Path:
    argument: Expression = call.arguments[at]
    if not isinstance(argument, Path):
        raise ExpressionError(_("indexed-repeat 的第 {number} 个参数应当是路径。").format(number=at + 1), call.at)
    return argument


def _resolved(call: Call, target: Path, repeats: list[Path], at: str, context: Context) -> tuple[Names, list[int]]:
    """The names down to the question, and how deep each repeat lies."""
    below = len(context.surroundings.root.path)  # '' but where the root is a part of a larger document
    question = _names(call, target, at[below:])
    depths: list[int] = []
    for repeat in repeats:
        names = _names(call, repeat, at[below:])
        if question[: len(names)] != names or len(names) == len(question):
            raise ExpressionError(_("indexed-repeat 里的重复组应当含有那道题。"), call.at)
        depths.append(len(names) - 1)
    return question, depths


def _names(call: Call, path: Path, at: str) -> Names:
    found = generic_path(path, at, at)
    if found is None or "*" in found:
        raise ExpressionError(_("indexed-repeat 的参数应当是路径。"), call.at)
    return tuple(found.split("/")[1:])


def _index(number: float, dialect: Dialect) -> int:
    """To Collect an index that is none, as before the question about it was answered, counts as the first."""
    if number != number or number < 1:
        return 1 if dialect.name == "collect" else LARGEST
    return int(min(number, LARGEST))


def _walk(names: Names, wanted: dict[int, int], context: Context) -> list[Node]:
    start, used = here(names[: min(wanted)], context)
    found = [start]
    for depth in range(used, len(names)):
        name = names[depth]
        index = wanted.get(depth)
        if index is None:
            found = [child for node in found for child in node.named(name)]
        else:
            found = [child for node in found for child in node.named(name)[index - 1 : index]]
    return [node for node in found if node.relevant]


INDEXED_REPEAT = Function(3, 11, _indexed_repeat, counts=lambda count: count % 2 == 1)
