"""What pyxform says about a workbook, in the user's words: what is wrong, in which row and column, and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from casebook.errors import Place
from casebook.language import N_, _
from survey_forms.xlsform_workbook import FormBook

Mend = Literal["", "cell", "type", "name", "row"]
"""What can be put in order for a further look, so that one check tells all: a cell emptied, a type made text, a name
made another, a row left out; '' when nothing can."""


@dataclass(frozen=True, slots=True)
class FormTrouble:
    """What is wrong with a form, where in its workbook, what to do."""

    place: Place
    what: str
    remedy: str = ""
    mend: Mend = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """A message of pyxform's, and ours. The groups of `pattern` fill both texts; `finds` names the column in which the
    row is looked up by the group `q` where the message has no row."""

    pattern: re.Pattern[str]
    what: str
    remedy: str = ""
    column: str = ""
    mend: Mend = ""
    sheet: str = "survey"
    finds: str = ""


def _known(pattern: str, what: str, remedy: str = "", column: str = "", mend: Mend = "", **more: str) -> _Known:
    return _Known(re.compile(pattern, re.DOTALL), what, remedy, column, mend, **more)


_NAMES = N_("名字以字母或下划线开头，后面用字母、数字、下划线、减号、点")

_ERRORS = (
    _known(
        r"Could not find the name '(?P<q>.*)'",
        N_("没有叫「{q}」的题"),
        N_("请检查 ${{{q}}} 的拼写，或加上这道题"),
        mend="cell",
    ),
    _known(
        r"The name '(?P<q>.*)' appears more than once",
        N_("有几道题都叫「{q}」，不知道指哪一个"),
        N_("请把它们改成不同的名字"),
        mend="cell",
    ),
    _known(
        r"Reference variables must start with",
        N_("引用写得不对"),
        N_("引用要写成 ${{name}}，用半角符号，括号要成对"),
        mend="cell",
    ),
    _known(r"must have a comma between each", N_("几个引用之间缺逗号"), N_("请用半角逗号隔开"), mend="cell"),
    _known(
        r"Questions, groups, and repeats must be unique",
        N_("同一组里已经有叫「{value}」的"),
        N_("请改名"),
        mend="name",
    ),
    _known(r"Repeat names must not be the same as", N_("重复组不能叫「{value}」"), N_("请改名")),
    _known(r"Repeat names must unique", N_("已经有重复组叫「{value}」"), N_("请改名"), mend="name"),
    _known(r"the 'name' value 'meta'", N_("「meta」是保留的名字"), N_("请改名"), mend="name"),
    _known(r"Choices must have a name", N_("选项没有代码"), N_("请在 name 列填上代码"), mend="row"),
    _known(
        r"Choice names must be unique",
        N_("同一组里有两个选项用同一个代码"),
        N_("请改成不同的代码"),
        mend="row",
        sheet="choices",
    ),
    _known(r"Names must begin with a letter or underscore", N_("名字里有不能用的字符"), _NAMES, mend="name"),
    _known(
        r"Unmatched 'end_(?P<q>\w+)'",
        N_("多了一个 end {q}，前面没有 begin {q}"),
        N_("请删去这一行，或补上 begin"),
        "type",
        mend="row",
    ),
    _known(
        r"Unmatched 'begin_(?P<q>\w+)'.*for the name '(?P<name>.*)'",
        N_("「{name}」有 begin {q}，没有 end {q}"),
        N_("请在这一组后面加一行 end {q}"),
        "type",
    ),
    _known(
        r"List name not in (?:external )?choices sheet: ?(?P<q>.*)",
        N_("choices 表里没有叫「{q}」的选项组"),
        N_("请检查拼写，或在 choices 表加上这一组"),
        "type",
        mend="type",
    ),
    _known(
        r"There should be an? (?P<q>\w+) sheet in this xlsform",
        N_("有选择题，却没有 {q} 表"),
        N_("请加上 {q} 表，列为 list_name、name、label"),
    ),
    _known(
        r"Unknown question type '(?P<q>.*)'",
        N_("没有「{q}」这种题型"),
        N_("常用的有 text、integer、decimal、date、select_one、select_multiple、note、calculate"),
        "type",
        mend="type",
        finds="type",
    ),
    _known(
        r"Missing calculation", N_("calculate 没有写计算"), N_("请在 calculation 列写上"), "calculation", mend="type"
    ),
    _known(r"Question or group with no name", N_("这一行没有名字"), N_("请在 name 列填上"), "name", mend="name"),
    _known(r"Question with no type", N_("这一行没有题型"), N_("请在 type 列填上，或删去这一行"), "type", mend="type"),
    _known(
        r"survey element named '(?P<q>.*)' has no label or hint",
        N_("「{q}」没有文字"),
        N_("请在 label 列写上题目的文字"),
        "label",
        mend="cell",
        finds="name",
    ),
    _known(
        r"Choice names with spaces .*See \[(?P<q>.*)\] in \[(?P<list>.*)\]",
        N_("多选题的选项代码里不能有空格：「{q}」"),
        N_("请去掉空格"),
        "name",
        mend="row",
        sheet="choices",
        finds="name",
    ),
    _known(r"must have a sheet named 'survey'", N_("没有 survey 表"), N_("请把放题目的表命名为 survey"), sheet=""),
    _known(
        r"Headers that are different names for the same column were found: '(?P<q>.*)', '(?P<other>.*)'\.",
        N_("「{q}」和「{other}」是同一列的两种写法"),
        N_("请删去一列"),
    ),
    _known(
        r"required column headers were not found: '(?P<q>.*?)'\.",
        N_("缺少列「{q}」，不像 XLSForm"),
        N_("请在第 1 行写上列名，见 xlsform.org"),
    ),
    _known(r"missing header row", N_("第 1 行不是列名"), N_("请把列名放在第 1 行")),
    _known(
        r"Parameters must be in the form", N_("参数写得不对"), N_("要写成 key1=value1 key2=value2"), mend="cell"
    ),
    _known(
        r"accepted parameter keys for this question type are '(?P<q>.*?)'\. .*: '(?P<rejected>.*)'",
        N_("这种题型没有参数 {rejected}"),
        N_("可以用的参数：{q}"),
        mend="cell",
    ),
    _known(r"should end with one of", N_("文件名要以 .csv、.xml 或 .geojson 结尾"), N_("请写上文件名的结尾"), "type"),
    _known(r"empty id_string", N_("表没有编号"), N_("请在 settings 表的 form_id 填上"), "form_id", sheet="settings"),
    _known(
        r"Choice filter not supported with or_other",
        N_("用了 or_other 就不能再用 choice_filter"),
        N_("请去掉一个"),
        "type",
    ),
)

_NOTICES = (
    _known(r"Choices should have a label", N_("选项没有文字，会显示代码")),
    _known(r"(?:Group|Repeat) has no label", N_("这一组没有标题"), N_("请在 label 列写上"), "label"),
    _known(r"has no label: ", N_("这一组没有标题"), N_("请在 label 列写上"), "label"),
    _known(r"case-insensitive match", N_("名字「{value}」与另一个只差大小写，有的软件分不清"), N_("请改名")),
    _known(
        r"Language '(?P<q>.*)' is missing the (?P<where>\w+) (?:columns )?(?P<columns>.*?)(?: column)?\.$",
        N_("语言「{q}」缺少列：{columns}"),
    ),
    _known(
        r"do not contain valid machine-readable codes: (?P<q>.*?)\. ",
        N_("语言没有写代码：{q}"),
        N_("请写成 中文 (zh)、English (en)"),
        sheet="",
    ),
    _known(
        r"looking for a sheet named '(?P<q>.*)', the following sheets with similar names were found: (?P<names>.*?)\.",
        N_("没有 {q} 表，却有名字相近的：{names}"),
        N_("若就是它，请改名"),
        sheet="",
    ),
    _known(
        r"Column headers must not be empty and must not contain spaces",
        N_("这一列的名字里有空格，没有读进表里"),
        N_("不想让手机带着的备注列可以这样"),
    ),
    _known(r"max-pixels", N_("照片没有限定大小，上传会慢"), N_("可在 parameters 列写 max-pixels=1024"), "parameters"),
    _known(r"'disabled' column", N_("disabled 列是旧写法"), N_("请改用 relevant"), "disabled"),
    _known(
        r"or_other and translations",
        N_("or_other 不会翻译成别的语言"),
        N_("请自己加一个「其他」选项和一个填空题"),
        "type",
    ),
    _known(r"Row without name, text, or label", N_("这一行没有题型、名字和文字，略去了"), column="type"),
)

_HEAD = re.compile(
    r"\[row : (?P<row>\d+)\] ?"
    r"(?:On the '(?P<sheet>\w+)' sheet, the '(?P<column>[^']+)' value(?: '(?P<value>[^']*)')? "
    r"is (?:invalid|problematic)\. ?)?"
)
_SHEET = re.compile(r"(?:provided for sheet: '|[Oo]n the ')(?P<sheet>\w+)'")


def trouble_of(message: str, book: FormBook) -> FormTrouble:
    """What an error of pyxform's means."""
    return _told(message, book, _ERRORS, N_("pyxform 不接受这张表：「{said}」"), N_("请照它的话改正"))


def notice_of(message: str, book: FormBook) -> FormTrouble:
    """What a warning of pyxform's means."""
    return _told(message, book, _NOTICES, N_("pyxform 提醒：「{said}」"), "")


def troubles_of(message: str, book: FormBook) -> list[FormTrouble]:
    """The same for an error that tells of several rows, a line each."""
    lines = [line for line in message.splitlines() if _HEAD.match(line)]
    return [trouble_of(line, book) for line in lines] if len(lines) > 1 else [trouble_of(message, book)]


def _told(message: str, book: FormBook, table: tuple[_Known, ...], other: str, remedy: str) -> FormTrouble:
    head = _HEAD.match(message)
    told = {key: value or "" for key, value in (head.groupdict() if head else {}).items()}
    row = int(told["row"]) if told else None
    if not told.get("sheet") and (named := _SHEET.search(message)):
        told["sheet"] = named["sheet"]
    rest = " ".join(message[head.end() if head else 0 :].split())
    for known in table:
        found = known.pattern.search(message)
        if found:
            words = {**told, **{key: value or "" for key, value in found.groupdict().items()}}
            sheet = told.get("sheet") or words.get("where") or known.sheet
            if row is None and known.finds:
                row = book.find(sheet, known.finds, words["q"])
            column = _header(book, sheet, told.get("column") or known.column)
            place = Place(book.file, sheet, row, column)
            mend: Mend = known.mend if row is not None else ""
            return FormTrouble(place, _(known.what).format(**words), _(known.remedy).format(**words), mend)
    place = Place(book.file, told.get("sheet") or ("survey" if row else ""), row, told.get("column", ""))
    return FormTrouble(place, _(other).format(said=_shortened(rest)), _(remedy) if remedy else "")


def _header(book: FormBook, sheet: str, column: str) -> str:
    """A column's name as the sheet has it: `label` may stand as `label::中文 (zh)`."""
    headers = book.headers(sheet)
    if column in headers:
        return column
    return next((one for one in headers if one.partition("::")[0] == column), column)


def _shortened(text: str) -> str:
    text = text.partition(" Learn more:")[0]
    return text if len(text) <= 300 else text[:297] + "…"
