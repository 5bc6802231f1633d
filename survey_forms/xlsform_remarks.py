"""What is told about a form that compiles (表的毛病): defaults that are no value of their type, no questions at all, a
column whose name is nearly one that counts, no version."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from casebook.errors import Place
from casebook.language import _
from survey_forms.form.check_types import cast, fits
from survey_forms.form.definition import FormDefinition
from survey_forms.form.xml_tree import local, parsed, tree_of
from survey_forms.xlsform_messages import FormTrouble
from survey_forms.xlsform_places import Places, column_of, row_of
from survey_forms.xlsform_workbook import FormBook

COLUMNS = (
    "type", "name", "label", "hint", "guidance_hint", "relevant", "constraint", "constraint_message", "required",
    "required_message", "calculation", "default", "choice_filter", "appearance", "parameters", "repeat_count",
    "read_only", "trigger",
)  # fmt: skip
"""Of the survey sheet, as XLSForm calls them."""

_ALSO = ("relevance", "readonly", "calculate", "constraint_msg", "read only", "repeat count")
_DATES = ("date", "time", "dateTime")
_NUMBERS = ("int", "decimal")


def troubles_in(definition: FormDefinition, xml: str, places: Places, book: FormBook) -> Iterator[FormTrouble]:
    """What would be no answer to its own question from the start; a form that asks nothing."""
    if not definition.questions:
        yield FormTrouble(Place(book.file), _("表里一道题也没有"), _("请检查 survey 表的 type 列"))
    for path, text in _defaults(xml).items():
        bind = definition.binds.get(path)
        if bind is not None and bind.type in _DATES and not fits(bind.type, text):
            what, remedy = _("默认值不是日期或时间"), _("要写成 2026-11-22、14:30:00 这样；今天写 today()")
        elif bind is not None and bind.type in _NUMBERS and not cast(bind.type, text):
            what, remedy = _("默认值不是数字"), _("只写数字，如 3")
        else:
            continue
        found = row_of(places, path)
        if found is None:
            yield FormTrouble(Place(book.file), _("{where}：{what}").format(where=path, what=what), remedy)
        else:
            column = column_of(book.headers(found[0]), "setvalue")
            yield FormTrouble(Place(book.file, *found, column), what, remedy)


def _defaults(xml: str) -> dict[str, str]:
    """The texts that stand in the primary instance, by generic path; the engine has cut them to their types."""
    instance = next(one for one in parsed(xml).iter() if local(one) == "instance")
    root = tree_of(next(one for one in instance if local(one)))
    return {node.path: node.text for node in root.walk() if node.text and not node.children}


def notices_on(book: FormBook, version: str) -> Iterator[FormTrouble]:
    """What does not keep a workbook from being used; nothing about an XForm."""
    if not book.sheets:
        return
    if not any(row.get("form_id") or row.get("id_string") for _number, row in book.rows("settings")):
        what, remedy = _("没有写 form_id，用文件名作表的编号"), _("请在 settings 表写上，文件改名也不变")
        yield FormTrouble(Place(book.file, "settings", 2, "form_id"), what, remedy)
    if not version:
        what, remedy = _("没有写 version，改过以后分不出新旧"), _("请在 settings 表写上，如 2026112201")
        yield FormTrouble(Place(book.file, "settings", 2, "version"), what, remedy)
    for header in book.headers("survey"):
        plain = header.partition("::")[0].strip().lower()
        if plain in COLUMNS or plain in _ALSO or (near := get_close_matches(plain, COLUMNS, 1, 0.85)) == []:
            continue
        what = _("不认识「{column}」这一列，没有用上").format(column=header)
        remedy = _("若是 {near}，请改列名").format(near=near[0])
        yield FormTrouble(Place(book.file, "survey", 1, header), what, remedy)
