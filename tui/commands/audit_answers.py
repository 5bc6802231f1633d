"""The answered findings workbook read back as decisions."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.errors import Place
from casebook.language import _
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from audit.answers import AnswersTaken
    from casebook.store.casebook import Casebook


def decide_from(book: Casebook, path: Path, dry_run: bool, password_fd: int | None, json: bool) -> int:
    """Decide what the workbook answers; 1 when rows were refused."""
    from audit.answers import apply_answers
    from exports.answers import read_answers
    from tui.commands.inputs import password_source
    from tui.commands.progress_line import progress_line

    source = password_source(password_fd)
    with progress_line() as progress:
        password = None if source is None else partial(source, path.name)
        answers = read_answers(path, password=password, progress=progress)
    taken = apply_answers(book, answers, dry_run=dry_run)
    if json:
        from dataclasses import asdict
        print_json(asdict(taken) | {"file": path.name, "dry_run": dry_run})
    else:
        _tell(taken, path.name, dry_run)
    return 1 if taken.refused else 0


def _tell(taken: AnswersTaken, file: str, dry_run: bool) -> None:
    from tui.commands.exits import place_text
    from tui.commands.telling import say, tell

    text = _("下结论 {decided} 行，已经如此 {already} 行，没有采用 {refused} 行。")
    lines = [
        text.format(decided=f"{taken.decided:,}", already=f"{taken.already:,}", refused=f"{len(taken.refused):,}")
    ]
    if not taken.decided and not taken.refused:
        lines.append(_("没有新的结论，案卷没有改动。"))
    if taken.older:
        text = _("其中 {count} 个依据以前的核对：值没变的有效，变了的回来再议。")
        lines.append(text.format(count=f"{taken.older:,}"))
    if taken.disputed:
        text = _("其中 {count} 个与另一位审核员的结论并存，不同的成为冲突，两边都留着。")
        lines.append(text.format(count=f"{taken.disputed:,}"))
    together: dict[tuple[str, str], list[int]] = {}
    for one in taken.refused:
        together.setdefault((one.sheet, one.why), []).append(one.row)
    for (sheet, why), rows in together.items():
        where = place_text(Place(file, sheet))
        if rows[0]:  # 0 is the whole sheet
            numbers = _("第 {row} 行").format(row=_("、").join(map(str, rows)))
            where = f"{where} › {numbers}"
        lines.append(_("没有采用：{where}：{why}").format(where=where, why=why))
    if dry_run:
        lines.append(_("只看会怎样，没有写入（--dry-run）。"))
    tell(lines)
    if taken.batch:
        say(_("整批撤销：ruhu audit undo {batch}").format(batch=taken.batch))
