"""`ruhu survey plan`: visits for the households chosen, filled in from the lists; and taking a plan back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.survey_visits import TownshipsOption, VillagesOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from survey_forms.stored_forms import StoredForm
    from survey_forms.visits.planning import Planned, Which

PLAN_HELP = N_(
    "按户排入户：名单上已知的都预填好，待入户核实的疑点随户带上。不给条件时，排有患者或有疑点的户；"
    "已有入户还没审完的户、本轮已通过的户不再排。用 --undo 撤销自己最近排的、还没人开始填的。"
)
PLAN_EXAMPLES = N_(
    "ruhu survey plan --dry-run\n"
    "ruhu survey plan --township 永和镇 --to 陈静\n"
    "ruhu survey plan --which asks\n"
    "ruhu survey plan --undo"
)

_WHICH: dict[str, Which] = {"ill": "ill", "asks": "asks", "all": "all"}


def survey_plan(
    townships: TownshipsOption = None,
    villages: VillagesOption = None,
    which: Annotated[
        str,
        typer.Option(
            "--which", metavar="ill|asks|all", help=N_("ill 有患者或有疑点的户、asks 只有疑点的户、all 所有户")
        ),
    ] = "ill",
    form: Annotated[
        str, typer.Option("--form", metavar="ID", help=N_("用哪张调查表；不给时用最新导入的，没有就用自带的户表"))
    ] = "",
    to: Annotated[str, typer.Option("--to", metavar="NAME", help=N_("派给谁"))] = "",
    round: Annotated[str, typer.Option("--round", metavar="TEXT", help=N_("哪一轮；不给时是今年"))] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("只数有多少，不写入"))] = False,
    undo: Annotated[bool, typer.Option("--undo", help=N_("撤销自己最近一次排的入户"))] = False,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from audit.decisions import sent_home_unasked
    from survey_forms.visits.planning import Choice, plan
    from tui.commands.opened import opened_casebook

    if which not in _WHICH:
        remedy = _("可用的值：{values}").format(values=_("、").join(_WHICH))
        raise RuhuError("usage_which", _("没有这种 --which。"), remedy, category="usage")
    if undo and (townships or villages or form or to or round or dry_run or which != "ill"):
        remedy = _("例：ruhu survey plan --undo")
        raise RuhuError("usage_undo", _("--undo 不和别的选项一起用。"), remedy, category="usage")
    choice = Choice(tuple(townships or ()), tuple(villages or ()), _WHICH[which], round.strip())
    with opened_casebook(casebook, user) as book:
        if undo:
            return _undo(book, json)
        chosen = "" if dry_run and not form else _form_meant(book, form).id
        if chosen:
            _warn_of_a_form_without_households(book, chosen)
        planned = plan(book, choice, chosen, to, only_count=dry_run)
        unasked = sent_home_unasked(book.connection)
    if json:
        _print(planned, dry_run, unasked)
    else:
        _tell(planned, dry_run, unasked)
    return 0


def _form_meant(book: Casebook, given: str) -> StoredForm:
    """The form of this id, or whose fact begins so; without one the newest, the shipped one where there is none."""
    from survey_forms.stored_forms import forms, import_form, standard_form
    from tui.commands.telling import say

    known = forms(book)
    if not known and not given:
        imported = import_form(book, standard_form())
        say(_("案卷里还没有调查表，用自带的「{title}」。").format(title=imported.title))
        known = forms(book)
    meant = [one for one in known if not given or one.form_id == given or (len(given) > 3 and one.id.startswith(given))]
    if not meant:
        what = _("没有这张调查表：{form}").format(form=given[:40])
        raise RuhuError("no_form", what, _("用 ruhu forms list 看案卷里的调查表"), category="usage")
    if len({one.form_id for one in meant}) > 1 and not given:
        what = _("案卷里不止一张调查表。")
        names = dict.fromkeys(one.form_id for one in meant)
        remedy = _("请用 --form 指定：{values}").format(values=_("、").join(names))
        raise RuhuError("several_forms", what, remedy, category="usage")
    return meant[0]


def _warn_of_a_form_without_households(book: Casebook, form: str) -> None:
    """Nothing can be filled into such a form from the lists, and submissions of phones find no visit."""
    from survey_forms.stored_forms import definition_of
    from survey_forms.visits.phone_values import paths_of
    from tui.commands.telling import say

    if not paths_of(definition_of(book, form), "household.code"):
        say(
            _(
                "注意：这张表没有写哪一题是户编号（bind::ruhu:field 列的 household.code），"
                "手机上填的答卷对不上户；各题的写法见自带的表"
            )
        )


def _undo(book: Casebook, json: bool) -> int:
    from survey_forms.visits.planning import last_plan, withdraw

    ids, begun = last_plan(book)
    if not ids:
        what = _("没有可以撤销的入户")
        raise RuhuError("nothing_to_undo", what, _("只能撤销自己最近一次排的、还没人开始填的"), category="check")
    withdraw(book, ids)
    if json:
        print_json({"undone": len(ids), "begun": begun})
        return 0
    print(_("撤销了 {count} 次入户。").format(count=f"{len(ids):,}"))
    if begun:
        print(_("已开始填的 {count} 次没有撤销。").format(count=f"{begun:,}"))
    return 0


def _print(planned: Planned, dry_run: bool, unasked: int) -> None:
    from dataclasses import asdict

    told = asdict(planned) | {"made": len(planned.made), "visits": list(planned.made), "dry_run": dry_run}
    print_json(told | {"unasked": unasked})


def _tell(planned: Planned, dry_run: bool, unasked: int) -> None:
    from tui.commands.telling import say, tell

    counted = _("要排 {households} 户，{people} 人，疑点 {asks} 个")
    text = counted if dry_run else _("排了 {households} 户，{people} 人，疑点 {asks} 个")
    numbers = {"households": planned.households, "people": planned.people, "asks": planned.asks}
    lines = [text.format(**{name: f"{number:,}" for name, number in numbers.items()})]
    for count, text in (
        (planned.renewed, _("其中 {count} 户原已排好、还没人开始，因有新的疑点重新排")),
        (planned.skipped_open, _("{count} 户已有入户还没审完，没有再排")),
        (planned.skipped_done, _("{count} 户本轮已通过，没有再排；要再走一轮，用 --round")),
        (planned.homeless, _("{count} 个疑点里的人已不在名单上，没有排")),
        (
            unasked,
            _(
                "{count} 个疑点是旧版定的入户核实，没有要问的话，带不上；用 ruhu audit findings --status visit 找出来，"
                "再定一次 7"
            ),
        ),
    ):
        if count:
            lines.append(text.format(count=f"{count:,}"))
    tell(lines)
    if planned.made:
        say(_("下一步：ruhu survey list，或打印：ruhu survey print"))
