"""The log's workbook: facts and looks in words, as the log screen says them, without what people wrote themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.language import _
from casebook.progress import Progress, report
from casebook.store import access
from casebook.store.anchor import anchor_line
from casebook.store.clock import local_text
from casebook.store.history import LogFilter, access_ids, access_rows, log_ids, log_rows
from exports.log_workbook import LogBook, write_log
from exports.page_anchor import anchored
from tui.screens.fact_words import kind_name, told
from tui.screens.trail_words import access_name, access_subject

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook

_PAGE = 2000
_DIGEST = 20


@dataclass(frozen=True, slots=True)
class Written:
    """What a workbook holds, and the anchor on its pages."""

    facts: int
    accesses: int
    anchor: str


def write_log_book(
    book: Casebook, path: Path, of_facts: LogFilter, of_accesses: LogFilter, progress: Progress | None = None
) -> Written:
    """Write the facts and the entries of the access log that two filters choose, oldest first; the access log says so
    first. Raises RuhuError as `write_log` does."""
    access.exported(book, "log", [path.name])
    anchor = str(anchor_line(book))
    facts = list(_fact_rows(book, of_facts, progress))
    accesses = list(_access_rows(book, of_accesses))
    about = _about(book, of_facts, of_accesses, len(facts), len(accesses), anchor)
    write_log(path, LogBook(about, facts, accesses), anchored(book, _("案卷日志，注意保密")))
    return Written(len(facts), len(accesses), anchor)


def _about(
    book: Casebook, of_facts: LogFilter, of_accesses: LogFilter, facts: int, accesses: int, anchor: str
) -> list[tuple[str, str]]:
    heads = book.whole.execute("SELECT device, seq, digest FROM head ORDER BY device").fetchall()
    found = [
        (_("案卷"), book.name),
        (_("范围"), _range(of_facts)),
        (_("筛选"), _chosen(of_facts, of_accesses)),
        (_("日志"), _("{count} 条").format(count=f"{facts:,}")),
        (_("查阅记录"), _("{count} 条").format(count=f"{accesses:,}")),
        (_("导出人"), book.author),
        (_("导出时间"), datetime.now().isoformat(sep=" ", timespec="minutes")),
        (_("锚"), anchor),
    ]
    text = _("到第 {seq} 条，摘要 {digest}")
    found += [(_("设备 {device}").format(device=device), text.format(seq=f"{seq:,}", digest=digest[:_DIGEST]))
              for device, seq, digest in heads]  # fmt: skip
    found += [
        (_("怎么核对"), _("在终端运行 ruhu log verify --anchor，后面照抄锚那一行，加引号。")),
        (_("没有写的"), _("证件号、病情、回答的内容、理由原文；按编号在案卷的日志（Ctrl+L）里看。")),
        (_("签字、日期"), ""),
    ]
    return [(name, text) for name, text in found if text or name == _("签字、日期")]


def _range(wanted: LogFilter) -> str:
    first, last = wanted.day or wanted.first, wanted.day or wanted.last
    if not first and not last:
        return _("从建案卷起的全部")
    return _("{first} 到 {last}").format(first=first or _("最早"), last=last or _("最新"))


def _chosen(of_facts: LogFilter, of_accesses: LogFilter) -> str:
    """What the filters leave out, '' where that is nothing."""
    told = [
        (_("经手人"), of_facts.author),
        (_("种类"), kind_name(of_facts.kind) if of_facts.kind else ""),
        (_("查阅"), access_name(of_accesses.kind) if of_accesses.kind else ""),
        (_("找字"), _("有") if of_facts.text or of_accesses.text else ""),  # people look for names too
    ]
    return _("，").join(f"{name} {text}" for name, text in told if text)


def _fact_rows(book: Casebook, wanted: LogFilter, progress: Progress | None) -> Iterator[Sequence[str | int]]:
    ids = log_ids(book, wanted)[::-1]
    for start in range(0, len(ids), _PAGE):
        report(progress, _("导出"), start, len(ids))
        for row in log_rows(book, ids[start : start + _PAGE]):
            envelope = row.fact.envelope
            yield (
                row.fact.arrival, local_text(envelope.wall, seconds=True), envelope.author, kind_name(row.fact.kind),
                told(row, reasons=False), envelope.area.replace("/", " "), envelope.device, envelope.seq, envelope.id,
                envelope.digest[:_DIGEST],
            )  # fmt: skip


def _access_rows(book: Casebook, wanted: LogFilter) -> Iterator[Sequence[str | int]]:
    ids = access_ids(book, wanted)[::-1]
    for start in range(0, len(ids), _PAGE):
        for row in access_rows(book, ids[start : start + _PAGE]):
            yield row.n, local_text(row.wall, seconds=True), row.author, access_name(row.what), access_subject(row)
