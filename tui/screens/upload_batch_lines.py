"""Batches (批次) in words: a row a batch, and all that is known of the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from casebook.language import N_, _
from casebook.store.anchor import grouped
from casebook.store.clock import local_text
from exports.upload.batches import BatchRow
from tui.widgets.lines import Line, Piece, cell, cut, line_width, wrapped

_NARROW, _WIDE = 60, 84
"""Cells from which the list has its second and its third set of columns."""

_KILO = 1024

REVOKE_REASONS = (
    N_("省里要求换新模板"), N_("交错了文件"), N_("有户要改，改好再报"), N_("省里整批退回"),
)  # fmt: skip
"""Reasons that are given most; the fact keeps the Chinese words."""


def state_of(batch: BatchRow) -> Piece:
    """In force, revoked, or with how many people sent back."""
    if batch.revoked:
        return _("已撤销"), "dim"
    if batch.rejected:
        return _("退回 {count} 人").format(count=f"{batch.rejected:,}"), "bad"
    return (_("省已收下"), "good") if batch.feedbacks else (_("有效"), "")


def _columns(width: int) -> list[tuple[str, int, bool]]:
    """Heading (msgid), cells, whether at the right edge. The format takes what is left."""
    columns = [(N_("批次"), 11 if width >= _WIDE else 7, False), (N_("时间"), 12, False)]
    if width >= _WIDE:
        columns.append((N_("经手人"), 9, False))
    if width >= _NARROW:
        columns.append((N_("格式"), 0, False))
    columns.append((N_("行数"), 8, True))
    if width >= _NARROW:
        columns.append((N_("未上报"), 8, True))
    columns.append((N_("状态"), 12, False))
    rest = width - 2 - sum(max(cells, cell_len(_(title)) + 1) for title, cells, _right in columns if cells)
    return [
        (title, max(cells, cell_len(_(title)) + 1) if cells else max(4, rest), right) for title, cells, right in columns
    ]


def heading(width: int) -> Line:
    line: Line = [(" ", "")]
    for title, cells, right in _columns(width):
        line.append((cell(_(title), cells - 1, right=right) + " ", "dim"))
    return line


def draw_batch(batch: BatchRow, width: int, _selected: bool) -> list[Line]:
    state, role = state_of(batch)
    quiet = "dim" if batch.revoked else ""
    told: dict[str, Piece] = {
        N_("批次"): (batch.name, quiet or "strong"),
        N_("时间"): (local_text(batch.wall)[5:16], "dim"),
        N_("经手人"): (batch.author, quiet),
        N_("格式"): (batch.title, quiet),
        N_("行数"): (f"{batch.rows:,}", quiet or "strong"),
        N_("未上报"): (f"{batch.left_out:,}", quiet or "warn") if batch.left_out else ("-", "dim"),
        N_("状态"): (state, role),
    }
    line: Line = [(" ", "")]
    for title, cells, right in _columns(width):
        text, ink = told[title]
        line.append((cell(text, cells - 1, right=right) + " ", ink))
    return [line]


def detail_lines(batch: BatchRow, width: int) -> list[Line]:
    """Number, format, who, when; why it was revoked; what came back; its files; rows that went in spite of errors."""
    state, role = state_of(batch)
    heading = _("第 {number} 批").format(number=batch.name)
    lines = wrapped([(heading, "title"), ("  ", ""), (state, role or "good")], width)
    lines += wrapped([(batch.title, ""), (f"  {batch.version}" if batch.version else "", "dim")], width)
    made = _("{author} {at} 做成，{rows} 行，未上报 {left_out} 行").format(
        author=batch.author, at=local_text(batch.wall)[:16], rows=f"{batch.rows:,}", left_out=f"{batch.left_out:,}"
    )
    lines += wrapped([(made, "dim")], width)
    if batch.revoked:
        why = _("{author} {at} 撤销：{reason}").format(
            author=batch.revoked_by, at=local_text(batch.revoked_at)[:16], reason=batch.reason
        )
        lines += wrapped([("! ", "warn"), (why, "warn")], width, 2)
    if batch.feedbacks:
        said = _("省反馈 {times} 次，退回 {count} 人").format(times=batch.feedbacks, count=f"{batch.rejected:,}")
        lines += wrapped([(said, "bad" if batch.rejected else "good")], width)
    lines += [[], [(_("文件"), "title")], *_file_lines(batch, width)]
    if batch.included:
        lines += [[], [(_("有问题、写了理由照报的"), "title")]]
        for reason, count in _counted([reason for _key, reason in batch.included]):
            lines += wrapped([(_("{count} 行").format(count=f"{count:,}"), "strong"), ("  " + reason, "")], width, 2)
    lines += [[], [(_("核对用"), "title")]]
    lines += wrapped([(_("格式摘要 {digest}").format(digest=batch.format_sha256[:12]), "dim")], width)
    lines += wrapped([(_("锚的摘要 {digest}").format(digest=grouped(batch.head) or "-"), "dim")], width)
    return lines


def _file_lines(batch: BatchRow, width: int) -> list[Line]:
    lines: list[Line] = []
    for file in batch.files:
        size = f"{max(1, file.size // _KILO):,} KB"
        told = _("{rows} 行").format(rows=f"{file.rows:,}")
        tail: Line = [(f"  {told}", "dim"), (f"  {size}", "dim")]
        if not file.upload:
            tail.insert(0, ("  " + _("不上交"), "warn"))
        if cell_len(file.name) + line_width(tail) <= width:
            lines.append([(file.name, ""), *tail])
        else:
            lines += [*wrapped([(file.name, "")], width), [(" ", ""), *tail]]
    return lines


def _counted(reasons: Sequence[str]) -> list[tuple[str, int]]:
    return [(one, reasons.count(one)) for one in dict.fromkeys(reasons)]


def title_line(batches: Sequence[BatchRow], width: int) -> list[Line]:
    """How many there are, how many of them stand, how many rows those hold."""
    standing = [one for one in batches if not one.revoked]
    line: Line = [(_("批次"), "title")]
    if batches:
        said = _("{count} 批，有效 {standing} 批 {rows} 行").format(
            count=f"{len(batches):,}", standing=f"{len(standing):,}", rows=f"{sum(one.rows for one in standing):,}"
        )
        line.append(("  " + said, "dim"))
    return [[(cut("".join(text for text, _role in line[:1]), width), "title"), *line[1:]]]
