"""`ruhu log anchor`: one line to print and sign, by which a casebook can be held to what it was."""

from __future__ import annotations

from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

ANCHOR_HELP = N_(
    "打印一行锚：案卷、日期、设备和最新一条的编号、摘要。抄在纸上、签字、放到案卷以外；"
    "以后用 ruhu log verify --anchor 核对，就知道这一条以前的记录有没有被删、被整个重做。"
)
ANCHOR_EXAMPLES = "ruhu log anchor\nruhu log anchor --json"


def log_anchor(casebook: CasebookOption = None, user: UserOption = None, json: JsonOption = False) -> int:
    from casebook.store.anchor import anchor_line
    from tui.commands.opened import opened_casebook
    from tui.commands.telling import say

    with opened_casebook(casebook, user) as book:
        anchor = anchor_line(book)
    if json:
        print_json(
            {
                "anchor": str(anchor), "casebook": anchor.casebook, "day": anchor.day.isoformat(),
                "device": anchor.device, "seq": anchor.seq, "digest": anchor.digest,
            }
        )  # fmt: skip
        return 0
    print(anchor)
    say(_("请抄下或打印，签字留存，不要只存在这台电脑上。"))
    return 0
