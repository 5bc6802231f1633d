"""Filling in a visit (入户调查): the outline at the left, the question in the middle, what helps at the right."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.widgets import Input

from casebook.language import N_, _
from tui.screens.entry_asking import Asking
from tui.screens.entry_codes import digit_of
from tui.screens.entry_doing import Doing
from tui.screens.entry_grid_lines import cell_sheet, grid_lines
from tui.screens.entry_outline import outline_lines
from tui.screens.entry_progress import progress_line
from tui.screens.entry_sheet import Hand, sheet_of
from tui.screens.entry_side import side_lines
from tui.screens.entry_view import REPLACED, View
from tui.screens.in_order import InOrder
from tui.screens.page import Page
from tui.widgets.canvas import Canvas, Shaded
from tui.widgets.drawing import Drawing
from tui.widgets.field import Field
from tui.widgets.frame import Tone

_OUT_OF_SIGHT = (1, -9)
"""Where the text field is while it is not needed: to take it off the screen would lay it out anew at each question."""


class EntryPage(Page):
    """What is shown is `view`, made by `Doing` in a thread after each key; keys wait for the one before them."""

    TITLE = N_("调查")
    ABOUT = N_(
        "左边是目录：✓ 已答，! 有问题，> 正在答，- 按规则不问。右边是这一题，按数字选，答完自动到下一题；"
        "文字、数字、日期打完按回车。每一步都立即保存，随时可以按 Esc 离开，回来接着填。\n"
        "回车接受眼前的答案（上次的、预填的也一样）往下走。黄色的提醒（软检查）再按回车，说明理由后放行；"
        "红色的是错，要改好才能上交。\n"
        "日期可打 20261122、261122、1122，t 是今天，t-3 是三天前。在文字题里，所有能打出来的字都归文字。"
    )
    AUTO_FOCUS = ""
    OWN_F10 = True
    patience = 8.0
    """Seconds that keys wait for an answer that is being saved: longer than a locked casebook takes to say so."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "remark", N_("备注"), tooltip=N_("给这一题写备注")),
        Binding("f3", "jump", N_("跳转"), tooltip=N_("按题号、题目或拼音首字母跳到一题")),
        Binding("f4", "grid", N_("成员表"), tooltip=N_("一人一行的表，和一题一题之间切换")),
        Binding("f5", "problem", N_("查问题"), tooltip=N_("到下一个问题：错误、提醒、必答未答")),
        Binding("f6", "why", N_("为何"), tooltip=N_("这一题为什么问、为什么必答、为什么错，带现在的值")),
        Binding("f10", "finish", N_("完成"), tooltip=N_("检查全卷，列出问题；没有问题就上交")),
        Binding("enter", "enter", N_("接受，往下"), show=False, tooltip=N_("接受答案到下一题；再按一次确认软检查")),
        Binding(
            "1,2,3,4,5,6,7,8,9,0", "search", N_("按编码选"), show=False, key_display="0-9",
            tooltip=N_("单选题选定就到下一题；多选题勾上或去掉"),
        ),
        Binding("slash", "search", N_("在选项中找"), show=False, tooltip=N_("按编码、名称或拼音首字母找选项")),
        Binding("space", "tick", N_("勾选"), show=False, tooltip=N_("勾上或去掉光标所在的选项")),
        Binding("right", "choice(1)", N_("下一选项"), show=False, tooltip=N_("光标到下一个选项")),
        Binding("left", "choice(-1)", N_("上一选项"), show=False, tooltip=N_("光标到上一个选项")),
        Binding("down,tab", "step(1)", N_("下一题"), show=False, tooltip=N_("到下一题，也停在只读的题上")),
        Binding("up,shift+tab", "step(-1)", N_("上一题"), show=False, tooltip=N_("回到上一题")),
        Binding("pagedown", "part(1)", N_("下一部分"), show=False, tooltip=N_("到下一部分或下一个成员的第一题")),
        Binding("pageup", "part(-1)", N_("上一部分"), show=False, tooltip=N_("到这一部分或上一部分的第一题")),
        Binding("f8", "special('unknown')", N_("不知道"), show=False, tooltip=N_("答「不知道」，表上列了才有")),
        Binding("f9", "special('refused')", N_("拒答"), show=False, tooltip=N_("答「拒答」，表上列了才有")),
        Binding("equals_sign", "same", N_("同上一份"), show=False, tooltip=N_("照抄上一个成员、上一户这一题的答案")),
        Binding("plus,insert", "add", N_("添加一份"), show=False, tooltip=N_("再加一个成员、一种病；文字题里用 Ins")),
        Binding("delete", "remove", N_("去掉这份"), show=False, tooltip=N_("去掉这个成员或这种病，先问一句，可以撤销")),
        Binding("backspace", "clear", N_("清除答案"), show=False, tooltip=N_("清除这一题的答案")),
        Binding("ctrl+z", "undo", N_("撤销一步"), show=False, tooltip=N_("撤销上一步，可以一直退到开头")),
        Binding("ctrl+y", "redo", N_("重做一步"), show=False, tooltip=N_("重做撤销了的一步")),
        Binding("escape,f7", "back", N_("返回"), tooltip=N_("保存位置并离开；下次从这一题接着填")),
    ]  # fmt: skip
    DEFAULT_CSS = """
    EntryPage .body { margin: 1 1 0 1; }
    EntryPage #outline { width: 26; margin: 0 1 0 0; padding: 0 1; }
    EntryPage #question { width: 1fr; layers: base top; background: $panel-ground; }
    EntryPage #sheet { padding: 0 1; }
    EntryPage #typed { layer: top; position: absolute; width: 100%; margin: 0 1; }
    EntryPage #side { width: 34; margin: 0 0 0 1; padding: 0 1; display: none; }
    EntryPage #progress { height: 1; padding: 0 1; background: $page-ground; }
    EntryPage.-wide #outline { width: 30; }
    EntryPage.-wide #side { display: block; }
    EntryPage.-narrow #outline { display: none; }
    EntryPage #table { display: none; padding: 0 1; }
    EntryPage.-grid .body { layout: vertical; }
    EntryPage.-grid #outline, EntryPage.-grid #side { display: none; }
    EntryPage.-grid #table { display: block; height: 1fr; }
    EntryPage.-grid #question { height: 8; width: 100%; margin: 1 0 0 0; }
    EntryPage.-grid.-low #question { height: 4; margin: 0; }
    EntryPage.-low .body, EntryPage.-narrow .body { margin: 0; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.view = View()
        self.hand = Hand()
        self.in_order = InOrder(self)
        self.doing = Doing(self)
        self.asking = Asking(self)
        self._field_line: int | None = None
        self._field_at = (0, 0)
        self._said = False

    @property
    def ready(self) -> bool:
        """Whether the next key finds everything that the one before it did."""
        return self.in_order.idle

    def body(self) -> ComposeResult:
        with Horizontal(classes="body"):
            yield Canvas(lambda width, height: outline_lines(self.view.outline, width, height), id="outline")
            yield Canvas(self._table, id="table")
            with Container(id="question"):
                yield Canvas(self._sheet, id="sheet")
                yield AnswerField(self._leaves_field, id="typed")
            yield Canvas(self._side, id="side")
        yield Drawing(lambda width: [progress_line(self.view, width)], ground="page", id="progress")

    @property
    def typed(self) -> Field:
        return self.query_one("#typed", Field)

    @property
    def typing(self) -> bool:
        """Whether the text field is there for this question."""
        question = self.view.question
        return question is not None and question.types and not self.view.locked

    # Coming and going

    def arrive(self, visit: str = "", back: str = "", **_told: Any) -> None:
        """Fill in a visit, by its id; `back` is the screen to go to with Esc."""
        if visit:
            self.doing.wanted, self.doing.back = visit, back

    def resumed(self) -> None:
        if self.doing.wanted:
            self.add_job(self.doing.open)

    def crumb(self) -> str:
        return " ".join(filter(None, (_(self.TITLE), self.doing.household)))

    def say(self, text: str, tone: Tone = "") -> None:
        """As on any page; nothing is not said again, for the screen is laid out anew by it."""
        if text or self._said:
            super().say(text, tone)
        self._said = bool(text)

    def add_job(self, job: Callable[[], Awaitable[None]]) -> None:
        """Do something after all that was asked for before."""
        self.in_order.add(job)

    # What is shown

    def show(self, view: View, hand: Hand | None = None, *, text: str | None = None) -> None:
        """Show another moment; `text` is what the text field holds, None to leave it as it is."""
        before, self.view = self.view, view
        question = view.question
        if hand is not None:
            self.hand = hand
        elif before.question is None or question is None or before.question.ref != question.ref:
            self.hand = Hand(first_cursor(view))
        if text is not None and text != self.typed.value:
            self.typed.value = text
            self.typed.cursor_position = len(text)
        if text and question is not None and question.kind in REPLACED:
            self.typed.select_all()
        self.set_class(view.grid is not None, "-grid")
        for canvas in self.query(Canvas):
            canvas.changed()
        self.query_one("#progress", Drawing).changed()
        self._place_field()
        self.set_focus(self.typed if self.typing else None)

    def renew(self, hand: Hand) -> None:
        """The keys so far mean something else now; nothing was answered."""
        self.hand = hand
        self.query_one("#sheet", Canvas).changed()
        self._place_field()

    def _sheet(self, width: int, height: int) -> list[Shaded]:
        if self.view.question is None:
            self._field_line = None
            return [Shaded([(self.doing.said, "dim")])]
        wide, locked = self.has_class("-wide"), bool(self.view.locked)
        if self.view.grid is not None:
            sheet = cell_sheet(self.view.question, self.hand, width, height, locked=locked)
        else:
            sheet = sheet_of(self.view.question, self.hand, width, height, wide=wide, locked=locked)
        self._field_line = sheet.field
        return sheet.lines

    def _place_field(self) -> None:
        sheet = self.query_one("#sheet", Canvas)
        sheet.lines()
        offset = _OUT_OF_SIGHT if self._field_line is None else (1, self._field_line)
        if offset != self._field_at:
            self._field_at = self.typed.styles.offset = offset

    def _table(self, width: int, height: int) -> list[Shaded]:
        return grid_lines(self.view.grid, width, height) if self.view.grid is not None else []

    def _side(self, width: int, height: int) -> list[Shaded]:
        return side_lines(self.view.question, width, height) if self.view.question is not None else []

    def on_resize(self, _event: events.Resize) -> None:
        self.call_after_refresh(self._place_field)

    # Keys

    def on_key(self, event: events.Key) -> None:
        digit = digit_of(event.character)
        if digit and self.focused is None:
            event.stop()
            event.prevent_default()
            self.add_job(lambda: self.doing.digit(digit))

    @on(Input.Submitted, "#typed")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_enter()

    @on(Input.Changed, "#typed")
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.hand.refused:
            self.renew(Hand())

    @on(Canvas.Clicked)
    def _clicked(self, event: Canvas.Clicked) -> None:
        event.stop()
        means = event.means
        if means.startswith("choice "):
            self.add_job(lambda: self.doing.take(int(means.removeprefix("choice "))))
        else:
            self.add_job(lambda: self.doing.move(lambda session: session.go_to(means.removeprefix("+"))))

    def action_enter(self) -> None:
        self.add_job(self.doing.enter)

    def action_step(self, by: int) -> None:
        self.add_job(lambda: self.doing.move(lambda session: session.up_or_down(by)))

    def action_part(self, by: int) -> None:
        self.add_job(lambda: self.doing.move(lambda session: session.part(by)))

    def _leaves_field(self, by: int) -> bool:
        """Whether an arrow in the text field goes to another cell of the grid: while nothing was changed in it."""
        question = self.view.question
        if self.view.grid is None or question is None or self.typed.value != question.field:
            return False
        if by:
            self.action_choice(by)
        else:
            self.action_remove()
        return True

    def action_problem(self) -> None:
        self.add_job(self.doing.problem)

    def action_choice(self, by: int) -> None:
        self.add_job(lambda: self.doing.left_or_right(by))

    def action_tick(self) -> None:
        self.add_job(self.doing.toggle)

    def action_special(self, which: str) -> None:
        self.add_job(lambda: self.doing.special(which))

    def action_same(self) -> None:
        self.add_job(self.doing.same)

    def action_clear(self) -> None:
        self.add_job(self.doing.clear)

    def action_add(self) -> None:
        self.add_job(self.doing.add)

    def action_undo(self) -> None:
        self.add_job(self.doing.undo)

    def action_redo(self) -> None:
        self.add_job(self.doing.redo)

    def action_remark(self) -> None:
        self.add_job(self.asking.remark)

    def action_jump(self) -> None:
        self.add_job(self.asking.jump)

    def action_search(self) -> None:
        self.add_job(self.asking.search)

    def action_why(self) -> None:
        self.add_job(self.asking.why)

    def action_remove(self) -> None:
        self.add_job(self.asking.remove)

    def action_finish(self) -> None:
        self.add_job(self.asking.finish)

    def action_grid(self) -> None:
        self.add_job(self.doing.grid)

    def action_back(self) -> None:
        self.add_job(self.doing.leave)


class AnswerField(Field):
    """The text field of a question. `leaves` is asked whether an arrow (-1, 1) or Del (0) means something else than the
    text."""

    def __init__(self, leaves: Callable[[int], bool], *, id: str) -> None:
        super().__init__(id=id)
        self._leaves = leaves

    def action_cursor_left(self, select: bool = False) -> None:
        if not self._leaves(-1):
            super().action_cursor_left(select)

    def action_cursor_right(self, select: bool = False) -> None:
        if not self._leaves(1):
            super().action_cursor_right(select)

    def action_delete_right(self) -> None:
        if not self._leaves(0):
            super().action_delete_right()


def first_cursor(view: View) -> int:
    """Where the cursor in the choices begins: on the chosen one, in a multiple choice else on the first. In
    the grid there is none: arrows go to other cells."""
    question = view.question
    if question is None or view.grid is not None:
        return -1
    return max(0, question.first_chosen) if question.several else question.first_chosen
