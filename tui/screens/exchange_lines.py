"""The exchange screen in words: this machine, the others, what is lent to whom, accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len

from casebook.language import N_, _
from casebook.store.accounts import Account
from casebook.store.clock import local_text
from casebook.store.devices import fingerprint
from casebook.store.invitations import Invitation
from casebook.store.packets.known import Known
from casebook.store.rights import areas_text
from tui.screens.exchange_reading import Lent, Looked, Row
from tui.widgets.lines import Line, Piece, cell, cut, line_width, wrapped

TABS = (("devices", N_("设备")), ("lent", N_("借出")), ("accounts", N_("账号")))
"""What the list can show, by digit from 1."""

EMPTY = {
    "devices": N_("没有设备。"),
    "lent": N_("没有借出的村。在设备上按 o 借出。"),
    "accounts": N_("没有账号。用 ruhu account add 开。"),
}

_NARROW, _WIDE = 56, 80
"""Cells from which the list has its second and its third set of columns."""


def own_lines(looked: Looked, width: int) -> list[Line]:
    """This machine, and what to do first."""
    device = looked.own.device
    role = _(device.role) if device.role else ""
    told = "  ".join(filter(None, (areas_text(device.areas), role)))
    lines = wrapped([(_("这台电脑") + "  ", "dim"), (device.name, "title"), ("  " + told, "dim")], width)
    others = [row for row in looked.lists["devices"] if isinstance(row, Known) and not row.own]
    if looked.empty:
        said = _("还是空的：按 t 收办公室给这台电脑的第一个交换包")
        lines += wrapped([("! ", "warn"), (said, "warn")], width, 2)
    elif not others and looked.manages:
        lines += wrapped([(_("还没有别的电脑。按 i 邀请一台，按 a 收它的答复。"), "dim")], width)
    elif looked.own.borrowed:
        areas = areas_text([one.area for one in looked.own.borrowed])
        lines += wrapped([(_("借来的：{areas}。填完按 r 还回").format(areas=areas), "")], width)
    elif others:
        waiting = sum(not row.device.closed and bool(row.waiting) and not row.followed_by for row in others)
        said = _("{count} 台有新的要给").format(count=waiting) if waiting else _("别的电脑该有的都有了")
        lines += wrapped([(said, "warn" if waiting else "good")], width)
    return lines


def tab_lines(lists: Mapping[str, Sequence[Row]], now: str, width: int) -> list[Line]:
    line: Line = []
    for digit, (tab, name) in enumerate(TABS, 1):
        word = f" {_(name)} {len(lists.get(tab, ())):,} "
        if line_width(line) + 1 + cell_len(word) <= width:
            line += [(str(digit), "key"), (word, "chip-title" if tab == now else ""), (" ", "")]
    return [line]


def draw_row(row: Row, width: int, _selected: bool) -> list[Line]:
    if isinstance(row, Known):
        return [_device_line(row, width)]
    if isinstance(row, Invitation):
        until = _("等答复，{when} 过期").format(when=local_text(row.expires)[5:16])
        return [[(cell(f" {row.device.name}", 16), ""), (cut(until, max(4, width - 16)), "warn")]]
    if isinstance(row, Lent):
        mark: Piece = (_("冲突"), "bad") if row.checkout.conflict else ("", "")
        names = max(8, width - 34)
        when = local_text(row.checkout.wall)[5:16]
        line: Line = [(cell(" " + row.checkout.area, names), "strong"), (cell(row.holder, 14), "")]
        return [[*line, (cell(when, 12), "dim"), mark]]
    role = _(row.role) if row.role else _("已停用")
    ink = "" if row.role else "dim"
    line = [(cell(" " + row.name, 16), "strong" if row.role else "dim"), (cell(role, 16), ink)]
    return [[*line, (cut(areas_text(row.areas) if row.role else "", max(4, width - 32)), "dim")]]


def _device_line(row: Known, width: int) -> Line:
    device = row.device
    over = device.closed or bool(row.followed_by)
    line: Line = [(cell(" " + device.name, 16), "dim" if over else "strong")]
    state, ink = state_of(row)
    if width >= _WIDE:
        line.append((cell(areas_text(device.areas), max(10, width - 70)), "dim"))
    if width >= _NARROW:
        made, taken = (local_text(wall)[5:16] if wall else "-" for wall in (row.made, row.taken))
        line += [(cell(made if not row.own else "", 13), "dim"), (cell(taken if not row.own else "", 13), "dim")]
    return [*line, (cut(state, max(4, width - line_width(line))), ink)]


def heading(tab: str, width: int) -> Line:
    """The heads of the columns."""
    if tab == "lent":
        names = max(8, width - 34)
        return [(cell(" " + _("地方"), names) + cell(_("借给"), 14) + cell(_("什么时候"), 12), "dim")]
    if tab == "accounts":
        return [(cell(" " + _("姓名"), 16) + cell(_("角色"), 16) + cut(_("管辖"), max(4, width - 32)), "dim")]
    text = cell(" " + _("设备"), 16)
    if width >= _WIDE:
        text += cell(_("管辖"), max(10, width - 70))
    if width >= _NARROW:
        text += cell(_("给它做包"), 13) + cell(_("收它的包"), 13)
    return [(cut(text + _("情况"), width), "dim")]


def state_of(row: Known) -> Piece:
    """How it stands with a device, in a few words."""
    if row.own:
        return _("这台电脑"), "good"
    if row.device.closed:
        return _("已停用"), "dim"
    if row.followed_by:
        return _("由「{name}」接着用").format(name=row.followed_by), "dim"
    if row.waiting:
        return _("待给 {count} 条").format(count=f"{row.waiting:,}"), "warn"
    if row.waiting is None:
        return _("不直接交换"), "dim"
    return (_("都有了"), "good") if row.taken else ("-", "dim")


def detail_lines(row: Row | None, width: int) -> list[Line]:
    """All that is known of what the cursor stands on."""
    if isinstance(row, Known):
        return _device_lines(row, width)
    if isinstance(row, Invitation):
        lines = wrapped([(row.device.name, "title"), ("  " + _("已邀请，等答复"), "warn")], width)
        lines += _pair(_("谁用"), row.account or _("它自己说"), width)
        lines += _pair(_("角色"), _(row.device.role), width)
        lines += _pair(_("管辖"), areas_text(row.device.areas), width)
        lines += _pair(_("过期"), local_text(row.expires), width)
        return [*lines, [], *wrapped([(_("它交回答复文件后按 a，再问它要核对码。x 撤销邀请。"), "dim")], width)]
    if isinstance(row, Lent):
        lines = wrapped([(row.checkout.area, "title")], width)
        lines += _pair(_("借给"), row.holder, width)
        said = f"{row.checkout.author}  {local_text(row.checkout.wall)}"
        lines += _pair(_("经手"), said, width)
        if row.checkout.conflict:
            said = _("同一个地方借给了两台设备，要收回一处：按 r")
            lines += wrapped([("! ", "bad"), (said, "bad")], width, 2)
        return lines
    if isinstance(row, Account):
        lines = wrapped([(row.name, "title")], width)
        lines += _pair(_("角色"), _(row.role) if row.role else _("已停用"), width)
        lines += _pair(_("管辖"), areas_text(row.areas), width)
        lines += _pair(_("定于"), f"{local_text(row.wall)}  {row.author}", width)
        return [*lines, [], *wrapped([(_("开账号、改账号用命令 ruhu account。"), "dim")], width)]
    return []


def _device_lines(row: Known, width: int) -> list[Line]:
    device = row.device
    state, ink = state_of(row)
    lines = wrapped([(device.name, "title"), ("  ", ""), (state, ink)], width)
    lines += _pair(_("管辖"), areas_text(device.areas), width)
    if device.role:
        lines += _pair(_("角色"), _(device.role), width)
    if row.borrowed:
        lines += _pair(_("借着"), areas_text([one.area for one in row.borrowed]), width)
    if not row.own:
        never = _("没有过")
        lines += _pair(_("给它做包"), local_text(row.made) if row.made else never, width)
        lines += _pair(_("收它的包"), local_text(row.taken) if row.taken else never, width)
    told = f"{device.id}  {fingerprint(device)}" if device.sign else device.id
    lines += _pair(_("设备号"), told, width)
    if row.taken and row.waiting == 0 and not device.closed:
        lines += [[], *wrapped([(_("上次它来包时，该有的都有了。"), "dim")], width)]
    return lines


def _pair(name: str, value: str, width: int) -> list[Line]:
    return wrapped([(name + "  ", "dim"), (value, "")], width, 2)
