"""`ruhu log verify`: is the trail whole; does what was printed once still stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any
from unicodedata import normalize

import typer

from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.anchor import Checked
    from casebook.store.casebook import Casebook
    from casebook.store.sqlite import Connection
    from casebook.store.verify import Broken, Verified

VERIFY_HELP = N_(
    "逐条核对事实的链条、内容和查阅记录，看有没有被改动、删除或调换；"
    "加 --anchor 再看以前打印的锚还在不在链上：最后几条被删、整条链被重做，只有锚看得出来。"
    "完整退出码为 0；否则为 1，并说出断的是哪几条、什么事、什么时候、谁做的。"
)
VERIFY_EXAMPLES = N_(
    "ruhu log verify -c 金口河.ruhu\n"
    'ruhu log verify --anchor "金口河 2026-11-23 1a2b3c4d-57 3c9e1-a2b4d-5f607-182ab"\n'
    "ruhu log verify --json"
)

_SHOWN_DIGEST = 20


def log_verify(
    anchor: Annotated[
        list[str] | None,
        typer.Option("--anchor", metavar="LINE", help=N_("以前打印的一行锚，照抄；可多次给")),
    ] = None,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from casebook.store.anchor import check_anchor, read_anchor
    from casebook.store.sqlite import DatabaseError, explained
    from casebook.store.verify import verify
    from tui.commands.opened import opened_casebook
    from tui.commands.progress_line import progress_line
    from tui.commands.telling import tell

    anchors = [read_anchor(line) for line in anchor or ()]
    with opened_casebook(casebook, user) as book, progress_line() as progress:
        try:
            verified = verify(book.whole, progress)
            checked = [check_anchor(book.whole, one) for one in anchors]
            broken = [(one, _whose(book.whole, one)) for one in verified.broken]
        except DatabaseError as error:
            raise explained(error, book.path) from error
        if json:
            print_json(_as_json(verified, broken, checked))
        else:
            tell(_lines(book, verified, broken, checked))
    return 1 if verified.broken or any(one.standing != "holds" for one in checked) else 0


def _lines(
    book: Casebook, verified: Verified, broken: list[tuple[Broken, dict[str, str]]], checked: list[Checked]
) -> Iterator[str]:
    """What is broken, the first first; else each device's head. Then the anchors."""
    from casebook.store.health import broken_text

    for one, whose in broken:
        yield broken_text(one) + _told(whose)
    if not broken:
        yield _("{facts} 条事实，链条完整").format(facts=f"{verified.facts:,}")
        for device, seq, digest in verified.heads:
            text = _("设备 {device}：到第 {seq} 条，摘要 {digest}")
            yield text.format(device=device, seq=seq, digest=digest[:_SHOWN_DIGEST])
    yield from (_anchor_text(book, one, bool(broken)) for one in checked)


def _whose(connection: Connection, broken: Broken) -> dict[str, str]:
    """Of what kind a broken fact is, when and by whom, as far as it can still be read."""
    row = connection.execute(
        "SELECT kind, wall, author FROM envelope WHERE device = ? AND seq = ?", (broken.device, broken.seq)
    ).fetchone()
    return dict(zip(("kind", "wall", "author"), map(str, row), strict=True)) if row else {}


def _told(whose: dict[str, str]) -> str:
    from casebook.store.clock import local_text
    from tui.commands.cells import shown
    from tui.screens.fact_words import kind_name

    if not whose:
        return ""
    try:
        when = local_text(whose["wall"], seconds=True)
    except ValueError:  # it may be what was altered
        when = whose["wall"]
    return _("（{kind}，{when}，{author}）").format(
        kind=shown(kind_name(whose["kind"])), when=shown(when), author=shown(whose["author"])
    )


def _anchor_text(book: Casebook, checked: Checked, broken: bool) -> str:
    from casebook.store.anchor import grouped

    anchor = checked.anchor
    foreign = anchor.casebook and not anchor.casebook.endswith(normalize("NFKC", book.name))
    told = _ANCHOR_TEXTS[checked.standing]
    if checked.standing == "holds" and broken:
        told = N_("锚在链上，可是链条断了，见上面")
    elif checked.standing == "unknown" and foreign:
        told = N_("这是另一个案卷的锚（{casebook}）")
    elif checked.standing == "miscopied" and checked.meant != anchor.seq:
        told = N_("摘要是第 {meant} 条的，编号 {seq} 抄错了；对一下原件，改好再核对")
    text = _(told).format(
        seq=f"{anchor.seq:,}", newest=f"{checked.seq:,}", after=f"{checked.seq - anchor.seq:,}",
        meant=f"{checked.meant:,}", device=anchor.device, casebook=anchor.casebook,
    )  # fmt: skip
    short = f"{anchor.day.isoformat()} {anchor.device}-{anchor.seq} {grouped(anchor.digest)}"
    return _("锚 {line}：{text}").format(line=short, text=text)


_ANCHOR_TEXTS = {
    "holds": N_("在链上，这一条和它以前的都没有动过；以后又有 {after} 条"),
    "cut": N_("不在链上。设备 {device} 只到第 {newest} 条，锚是第 {seq} 条：后面的被删掉了"),
    "altered": N_("不在链上。设备 {device} 第 {seq} 条已换成别的：这一条或它以前的被改过，链是重做的"),
    "miscopied": N_("和第 {seq} 条只差几个字，多半是抄错了；对一下原件，原件真是这样，就是链被重做过"),
    "unknown": N_("不在链上。案卷里没有设备 {device} 的记录：被整个删掉了，或者锚不是这个案卷的"),
}


def _as_json(verified: Verified, broken: list[tuple[Broken, dict[str, str]]], checked: list[Checked]) -> dict[str, Any]:
    return {
        "whole": not broken,
        "facts": verified.facts,
        "heads": [{"device": device, "seq": seq, "digest": digest} for device, seq, digest in verified.heads],
        "broken": [
            {"what": one.what, "device": one.device, "seq": one.seq, "id": one.id} | whose for one, whose in broken
        ],
        "anchors": [
            {"anchor": str(one.anchor), "standing": one.standing, "newest": one.seq, "meant": one.meant}
            for one in checked
        ],
    }
