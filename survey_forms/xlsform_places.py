"""Where in the workbook a part of the compiled form comes from (表、行、列)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from survey_forms.xlsform_workbook import FormBook

Places = Mapping[str, tuple[str, int]]
"""Sheet and 1-based row by generic path: `/data/member/age`."""

_BEGIN = re.compile(r"begin[ _](?:group|repeat|loop)\b", re.IGNORECASE)
_END = re.compile(r"end[ _](?:group|repeat|loop)\b", re.IGNORECASE)

_COLUMNS: dict[str, tuple[str, ...]] = {
    "relevant": ("relevant", "relevance", "bind::relevant"),
    "constraint": ("constraint", "bind::constraint"),
    "required": ("required", "bind::required"),
    "calculate": ("calculation", "calculate", "bind::calculate"),
    "readonly": ("read_only", "readonly", "read only", "bind::readonly"),
    "itemset": ("choice_filter", "choice filter", "type"),
    "setvalue": ("default", "calculation", "trigger"),
    "label": ("label", "caption"),
    "hint": ("hint",),
    "guidance": ("guidance_hint",),
    "constraint_message": ("constraint_message", "constraint message", "constraint_msg"),
    "required_message": ("required_message", "required message"),
    "jr:count": ("repeat_count", "count"),
    "count": ("repeat_count", "count"),
    "type": ("type",),
    "ref": ("name",),
    "warning": ("bind::ruhu:warning",),
    "warning_message": ("bind::ruhu:warning_msg",),
}


def places_of(book: FormBook, root: str) -> Places:
    """The row of every named question, group and repeat of the survey sheet; `root` is the path of the root element."""
    found: dict[str, tuple[str, int]] = {root: ("settings", 2)}
    above = [root]
    for number, row in book.rows("survey"):
        kind, name = row.get("type", "").strip(), row.get("name", "").strip()
        if _END.match(kind):
            if len(above) > 1:
                above.pop()
            continue
        path = f"{above[-1]}/{name}" if name else above[-1]
        if name:
            found.setdefault(path, ("survey", number))
        if _BEGIN.match(kind):
            above.append(path)
    return found


def row_of(places: Places, path: str) -> tuple[str, int] | None:
    """The row of a path, or of the nearest thing around it that the workbook names (`jr:count` makes nodes)."""
    while path:
        if path in places:
            return places[path]
        if path.endswith("_count") and path.removesuffix("_count") in places:
            return places[path.removesuffix("_count")]
        path = path.rpartition("/")[0]
    return None


def column_of(headers: Iterable[str], attribute: str, filled: Mapping[str, str] | None = None) -> str:
    """The header under which an attribute of the form stands, as the sheet has it; of several that would do one that is
    filled in the row."""
    wanted = _COLUMNS.get(attribute, (attribute, f"bind::ruhu:{attribute}"))
    same = [one for word in wanted for one in headers if word in (one, one.partition("::")[0].lower())]
    if filled is not None:
        same = [one for one in same if filled.get(one)] or same
    return same[0] if same else ""
