"""`ruhu erase`: one person's data taken out of the casebook, for good."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.passphrases import at_terminal
from tui.commands.person_named import PersonArgument, StdinOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from exports.erasing import Erasing, Found

ERASE_HELP = N_(
    "从案卷里删除一个人的信息，删了就找不回来：姓名、号码、各份名单的那一行、结论里的值、入户的回答、"
    "上报工作簿里的那一行。同户其他人不动。删除这件事本身留在日志里：谁、什么时候、什么理由、删前删后的摘要；"
    "别的电脑收到交换包后也删。要管理员来做。"
)
ERASE_EXAMPLES = N_(
    "ruhu erase PVRMFMP955J5C --reason 本人申请删除 --dry-run\n"
    "ruhu erase --stdin --reason 本人申请删除 --order 云丰府函〔2026〕12号 --backups"
)
_YES = frozenset(("y", "yes", "是"))


def erase(
    person: PersonArgument = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=N_("理由，一直留着，不写姓名和号码"))] = "",
    order: Annotated[str, typer.Option("--order", metavar="TEXT", help=N_("批准删除的文号"))] = "",
    stdin: StdinOption = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("只看会删哪些，不动案卷"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=N_("不再问；没有终端时必须给"))] = False,
    backups: Annotated[
        bool, typer.Option("--backups", help=N_("案卷文件夹里还有这个人的旧备份也删掉；不给就只列出来"))
    ] = False,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from casebook.store.access import record
    from casebook.store.rights import require
    from exports.erasing import erase, find
    from tui.commands.opened import opened_casebook
    from tui.commands.person_named import person_named
    from tui.commands.progress_line import progress_line
    from tui.commands.telling import say, tell

    with opened_casebook(casebook, user) as book:
        require(book.rights, "erase")
        meant = person_named(book.connection, person, stdin)
        record(book, "looked_up", [meant])
        with progress_line() as progress:
            found = find(book, meant, progress)
        if dry_run:
            if json:
                print_json(_told(book, found))
            else:
                tell(_plan(book, found))
            return 0
        if not yes and not _confirmed(book, found):
            say(_("没有删，案卷没有改动。"))
            return 0
        with progress_line() as progress:
            done = erase(book, meant, reason=reason, order=order, progress=progress)
        if not json:
            for line in _perhaps(sorted(found.who.perhaps)):
                say(line)
        return _finished(book, done, backups, json)


def _confirmed(book: Casebook, found: Found) -> bool:
    """Whether the person at the terminal says yes. Raises RuhuError (usage) without a terminal."""
    from tui.commands.telling import say

    if not at_terminal():
        what = _("删了就找不回来，没有终端时要用 --yes 表明想清楚了")
        raise RuhuError("usage_yes", what, _("先用 --dry-run 看会删哪些"), category="usage")
    for line in _plan(book, found):
        say(line)
    print(_("删了就找不回来。确定？（y/n）"), end=" ", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in _YES


def _kinds(book: Casebook, found: Found) -> Mapping[str, tuple[int, int]]:
    """Facts and places by kind, in the order in which the kinds came up."""
    rows = book.connection.execute("SELECT id, kind FROM envelope ORDER BY arrival")
    kind_of = {identity: kind for identity, kind in rows if identity in found.facts}
    facts, places = Counter(kind_of.values()), Counter(kind_of[spot.fact] for spot in found.told)
    return {kind: (facts[kind], places[kind]) for kind in facts}


def _told(book: Casebook, found: Found) -> dict[str, Any]:
    from casebook.store.backup import kept_backups

    return {
        "person": found.who.person,
        "people": sorted(found.who.ids),
        "facts": len(found.facts),
        "places": len(found.told),
        "kinds": {kind: {"facts": facts, "places": places} for kind, (facts, places) in _kinds(book, found).items()},
        "shared": len(found.words.shared),
        "perhaps": sorted(found.who.perhaps),
        "backups": [kept.path.name for kept in kept_backups(book.folder)],
    }


def _plan(book: Casebook, found: Found) -> Iterator[str]:
    """What would go, in words without any of the values."""
    from casebook.store.backup import kept_backups
    from tui.screens.fact_words import kind_name

    text = _("{people}：{places} 处，在 {facts} 条事实里。")
    people = _("、").join(sorted(found.who.ids))
    yield text.format(people=people, places=f"{len(found.told):,}", facts=f"{len(found.facts):,}")
    for kind, (facts, places) in _kinds(book, found).items():
        line = _("  {kind}：{facts} 条，{places} 处")
        yield line.format(kind=kind_name(kind), facts=f"{facts:,}", places=f"{places:,}")
    yield from _shared(len(found.words.shared))
    yield from _perhaps(sorted(found.who.perhaps))
    if kept := kept_backups(book.folder):
        yield _("现有备份 {count} 份，里面还会有这个人；加 --backups 一起删。").format(count=len(kept))


def _shared(count: int) -> Iterator[str]:
    if count:
        text = _("有 {count} 个姓名或号码别人也在用（同户的电话、户编号、同名），别人那里的不动。")
        yield text.format(count=count)


def _perhaps(people: Sequence[str]) -> Iterator[str]:
    if people:
        text = _("还没有定是不是同一个人的：{people}。是同一个人，就先在疑点里定，或也删。")
        yield text.format(people=_("、").join(people))


def _finished(book: Casebook, done: Erasing, backups: bool, json: bool) -> int:
    """Clean the file, see what is left, make a backup, deal with the older ones; say all of it."""
    from casebook.store.cleaning import clean, left_over
    from casebook.store.erased_backups import backed_up_since, older_backups, remove
    from tui.commands.telling import say, tell

    cleaned = clean(book)
    left = left_over(book.connection, done.words.own)
    made = backed_up_since(book)
    older = older_backups(book)
    whole = made is None or not made.broken
    kept = remove(book, older) if backups and whole else [one.path for one in older]
    removed = len(older) - len(kept)
    if json:
        print_json(
            {
                "erasure": done.fact or None,
                "person": done.person,
                "people": list(done.people),
                "facts": done.facts,
                "places": done.places,
                "cleaned": cleaned,
                "left": left,
                "backup": None if made is None else made.path.name,
                "backups_removed": removed,
                "backups_left": [path.name for path in kept],
            }
        )
        return 0 if cleaned and not left else 1
    if done.fact:
        text = _("已删除：{places} 处，在 {facts} 条事实里。凭证 {fact}。")
        tell([text.format(places=f"{done.places:,}", facts=f"{done.facts:,}", fact=done.fact)])
    else:
        tell([_("这个人的信息已经删过，没有剩下的。")])
    for line in _shared(len(done.words.shared)):
        say(line)
    if not cleaned:
        say(_("别的程序开着这个案卷，文件里的空闲处还没有清掉；关掉它，再打开一次案卷就会清。"))
    if left:
        names = _("、").join(f"{table} {count}" for table, count in left.items())
        say(_("还找得到的地方：{tables}。请看 ruhu log verify，并告诉维护人员。").format(tables=names))
    if made is not None:
        say(_("已另做备份：{name}").format(name=made.path.name))
    if not whole:
        say(_("案卷的记录有断处，旧备份没有删；请先用 ruhu log verify 查看。"))
    if removed:
        say(_("删掉了旧备份 {count} 份。").format(count=removed))
    if kept:
        names = _("、").join(path.name for path in kept)
        say(_("还有这个人的旧备份：{names}。加 --backups 再运行一次就删掉。").format(names=names))
    say(_("别处的备份、已经交出去的文件不在这里，要另外处理；别的电脑收到交换包后会删。"))
    return 0 if cleaned and not left else 1
