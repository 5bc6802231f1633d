"""Who goes (分派): a visit is assigned to a person by name; the last assignment counts."""

from __future__ import annotations

from collections.abc import Sequence

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook, Writing
from survey_forms.visits.states import FILLABLE
from survey_forms.visits.visit_list import HANDLE, no_visit, rows_of


def assign(book: Casebook, ids: Sequence[str], to: str) -> tuple[str, ...]:
    """Assign visits, all of them or none; '' takes an assignment away. The ids of the new facts: none for a visit that
    is this person's already.

    Raises RuhuError (usage) for a name that can't be one, an unknown visit, one that is handed in.
    """
    name = assignee(to)
    with book.writing() as writing:
        rows = {row.id: row for row in rows_of(writing.connection, ids)}
        made = []
        for identity in dict.fromkeys(ids):
            row = rows.get(identity)
            if row is None:
                raise no_visit(identity[:HANDLE])
            if row.state not in FILLABLE:
                what = _("入户 {visit} 已经上交，不用再分派").format(visit=row.handle)
                raise RuhuError("handed_in", what, _("要重做，请先退回"), category="usage")
            if row.assigned != name:
                made.append(assign_in(writing, row.id, row.area, name))
    return tuple(made)


def assign_in(writing: Writing, visit: str, area: str, to: str) -> str:
    """Assign one visit inside an open transaction; the id of the new fact."""
    return writing.append("assignment", {"visit": visit, "to": to}, area=area, parents=[visit]).id


def assignee(name: str) -> str:
    """A name as it is stored. Raises RuhuError (usage) for one that can't be shown on a line."""
    plain = " ".join(name.split())
    if not plain.isprintable():
        raise RuhuError("usage_assignee", _("姓名里有不能显示的字符"), _("请重写姓名"), category="usage")
    return plain


def people(book: Casebook) -> list[str]:
    """Names to offer: whoever has a visit, or has written in this casebook; in the order of names."""
    connection = book.connection
    found = {name for (name,) in connection.execute("SELECT DISTINCT assigned FROM visit WHERE assigned <> ''")}
    found |= {author for (author,) in connection.execute("SELECT DISTINCT author FROM envelope")}
    return sorted(found)

