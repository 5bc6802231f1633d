"""The visits that a command of `ruhu survey` is about: how they are named, and how one is shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from survey_forms.visits.states import State
    from survey_forms.visits.visit_list import VisitRow

VISIT_NAME = N_("入户的编号（写前几位即可）或户编号，见 ruhu survey list")
Visits = Annotated[list[str], typer.Argument(metavar="VISIT…", help=VISIT_NAME)]
TownshipsOption = Annotated[
    list[str] | None, typer.Option("--township", metavar="TOWNSHIP", help=N_("只要这个乡镇的，可多次给"))
]
VillagesOption = Annotated[
    list[str] | None,
    typer.Option("--village", metavar="VILLAGE", help=N_("只要这个村的，可多次给；重名的写成 乡镇/村")),
]
TownshipOption = Annotated[str, typer.Option("--township", metavar="TOWNSHIP", help=N_("只要这个乡镇的"))]
VillageOption = Annotated[str, typer.Option("--village", metavar="VILLAGE", help=N_("只要这个村的"))]
StatesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--state",
        metavar="STATE",
        help=N_(
            "只要这种状态的，可多次给：planned 待调查、draft 草稿、township 待乡审、county 待县审、passed 通过、"
            "reported 已上报"
        ),
    ),
]


def named_visits(book: Casebook, names: Iterable[str]) -> list[VisitRow]:
    """The visits meant, each once. Raises RuhuError (usage) for a name that means none or several."""
    from survey_forms.visits.visit_list import visit_named

    return list({row.id: row for row in (visit_named(book, name) for name in names)}.values())


def visit_as_json(row: VisitRow) -> dict[str, Any]:
    from dataclasses import asdict

    return {"visit": row.handle, **asdict(row)}


def tell_visits(book: Casebook, ids: Sequence[str]) -> None:
    """A line a visit: its handle and its state."""
    from survey_forms.visits.visit_list import visit_rows

    for row in visit_rows(book, ids):
        print(f"{row.handle}  {state_name(row.state)}")


def state_name(state: State) -> str:
    from survey_forms.visits.states import STATE_NAMES

    return _(STATE_NAMES[state])


def meant_states(given: Sequence[str]) -> tuple[State, ...]:
    """States by name, English or as shown; several in one with commas. Raises RuhuError (usage) for another word."""
    from casebook.language import in_all_languages
    from survey_forms.visits.states import STATE_NAMES

    names = {name: state for state, title in STATE_NAMES.items() for name in (state, *in_all_languages(title))}
    found: dict[State, None] = {}
    for name in (one.strip() for text in given for one in text.replace("，", ",").split(",")):
        if name not in names:
            what = _("没有这种状态：{value}").format(value=name[:40])
            remedy = _("可用的值：{values}").format(values=_("、").join(STATE_NAMES))
            raise RuhuError("usage_state", what, remedy, category="usage")
        found[names[name]] = None
    return tuple(found)


def refuse_unknown_places(book: Casebook, township: str, village: str) -> None:
    """Raise RuhuError (usage) for a township or village without a visit; '' is any."""
    from survey_forms.visits.visit_list import filter_choices

    choices = filter_choices(book)
    villages = {name for _township, name, _count in choices.villages}
    for given, known in ((township, {name for name, _count in choices.townships}), (village, villages)):
        if given and given not in known:
            what = _("没有这个地方的入户：{value}").format(value=given[:40])
            raise RuhuError("usage_filter", what, _("用 ruhu survey progress --by village 看有哪些"), category="usage")
