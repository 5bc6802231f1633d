"""What looks wrong with the two lists as they were given: their order, one file twice, no names, filled-in values."""

from __future__ import annotations

from collections.abc import Iterable

from audit.fillers import MOST_PEOPLE
from audit.words import FIELD_NAMES
from casebook.language import N_
from casebook.tables.table import Table
from casebook.texts import Text, text

_OF_A_ROSTER = frozenset(
    ("poverty_status", "lifted_year", "household_class", "cause", "unsafe_house", "safe_water", "labour", "income")
)
_OF_A_REGISTRY = frozenset(("disease", "disease_code", "diagnosed_date", "treatment_class", "treatment_status"))


def doubts(roster: Table, registry: Table) -> list[Text]:
    """Sentences for the user; they stop nothing, since a list may be odd for a good reason."""
    found = []
    if roster.source.sha256 == registry.source.sha256:
        found.append(Text(N_("两边给的是同一个文件，只能查出名单内部的问题。")))
    elif _seem_swapped(roster, registry):
        found.append(
            Text(
                N_("两份名单的次序好像反了：应先写花名册，后写卫健名单。若是反了，所有建议都会反，请换过来再核对一次。")
            )
        )
    for table in (roster, registry):
        if "name" not in table.fields:
            found.append(text(N_("{file}：没有姓名列，只能靠证件号和其他各项来认人。"), file=table.source.name))
        if "id_number" not in table.fields:
            found.append(text(N_("{file}：没有证件号码列，只能靠姓名和其他各项来认人。"), file=table.source.name))
    return found


def filler_doubts(table: Table, fields: Iterable[str]) -> list[Text]:
    """Of the columns that hold one value for a crowd of people: what was not taken for theirs (`fillers.py`)."""
    said = N_("{file}：「{field}」一栏有同一个值写在 {most} 多人名下，不是本人的，没有用来认人。")
    return [
        text(said, file=table.source.name, field=Text(FIELD_NAMES[field]), most=MOST_PEOPLE) for field in fields
    ]


def _seem_swapped(roster: Table, registry: Table) -> bool:
    """Diseases on the left only, and the facts of registration on the right only."""
    return (
        bool(roster.fields & _OF_A_REGISTRY)
        and not registry.fields & _OF_A_REGISTRY
        and len(registry.fields & _OF_A_ROSTER) >= 2
        and not roster.fields & _OF_A_ROSTER
    )
