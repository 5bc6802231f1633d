"""`ruhu held`: everything held on one person, as a workbook for that person."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.person_named import PersonArgument, StdinOption
from tui.commands.telling import print_json

HELD_HELP = N_(
    "把案卷里关于一个人的全部信息写成工作簿：每一份名单、每个疑点和结论、每次入户、每批上报，写明从哪里来；"
    "还有谁查过这个人。给本人查阅、或删除之前看用。"
)
HELD_EXAMPLES = N_("ruhu held PVRMFMP955J5C -o 本人信息.xlsx\nruhu held --stdin -o 本人信息.xlsx")


def held(
    person: PersonArgument = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="F.xlsx", readable=False, help=N_("写到哪里"))
    ] = None,
    stdin: StdinOption = False,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from casebook.store.access import exported, record
    from casebook.store.rights import require
    from exports.erasing import find
    from exports.held import TITLE, write_held
    from exports.held import held as all_held
    from exports.page_anchor import anchored
    from tui.commands.anchored import say_anchor
    from tui.commands.opened import opened_casebook
    from tui.commands.outputs import list_to_write
    from tui.commands.person_named import person_named
    from tui.commands.progress_line import progress_line
    from tui.commands.telling import say
    from tui.screens.fact_words import kind_name
    from tui.screens.trail_words import access_name, access_subject

    with opened_casebook(casebook, user) as book:
        require(book.rights, "held")
        path = list_to_write(output, [book.path], TITLE, _("例：ruhu held --stdin -o 本人信息.xlsx"))
        meant = person_named(book.connection, person, stdin)
        record(book, "looked_up", [meant])
        with progress_line() as progress:
            found = find(book, meant, progress)
        told = all_held(book, found, kind_name)
        exported(book, "held", [path.name])
        foot = anchored(book, _("个人信息清单，注意保密"))
        write_held(path, book, found, told, (access_name, access_subject), foot)
        say_anchor(book)
    if json:
        print_json(
            {
                "output": str(path),
                "person": meant,
                "people": sorted(found.who.ids),
                "places": len(told.places),
                "facts": len(found.facts),
                "accesses": len(told.accesses),
            }
        )
        return 0
    print(path)
    text = _("{places} 处，在 {facts} 条事实里；查阅记录 {accesses} 条。含完整姓名和证件号，注意保密。")
    counts = (f"{count:,}" for count in (len(told.places), len(found.facts), len(told.accesses)))
    say(text.format(**dict(zip(("places", "facts", "accesses"), counts, strict=True))))
    return 0
