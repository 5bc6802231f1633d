"""What the parts and questions of a form are called on the screen: titles, instances by the name of who they are of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from casebook.language import _, language
from tui.screens.entry_marks import Marks
from tui.widgets.markup import plain

if TYPE_CHECKING:
    from survey_forms.filling.changes import Entry
    from survey_forms.filling.filling import Filling

_NAMING = ("person.name", "suspected.name", "disease.code", "household.head")
"""`ruhu:field` of the questions that say whose instance it is."""

_ASKED = "ask.about"
"""What an ask (待问) is about: nobody answers that, so it has no question."""

_NOTED = re.compile(r"[（(][^（()）]*[）)]$")
"""What the form adds to a title in brackets (最多 3 种): no part of where one is."""

_DIGITS = "零一二三四五六七八九"


def question_title(filling: Filling, marks: Marks, place: int) -> str:
    """The short title of a question (`ruhu:title`), else its label in one line."""
    entry = marks.entries[place]
    return short_title(entry) or plain(filling.label(entry.ref)) or _last(entry.path)


def short_title(entry: Entry) -> str:
    """What the form calls a question in a few words, '' where it does not."""
    extra = entry.question.extra if entry.question is not None else {}
    return extra.get("title_en", "") if language() == "en" else extra.get("title", "")


def part_title(filling: Filling, marks: Marks, place: int) -> str:
    """The label of a group or repeat; of an instance its position and who or what it is about."""
    entry = marks.entries[place]
    if entry.kind != "instance":
        return plain(filling.label(entry.ref)) or _last(entry.path)
    name, position = instance_name(filling, marks, place), position_of(entry.ref)
    return f"{position} {name}" if name else _("第 {position} 份").format(position=position)


def instance_name(filling: Filling, marks: Marks, place: int) -> str:
    """Who or what a repeat instance is about: the answer that names it, else its label where that tells it from the
    others, else ''."""
    named = ""
    for one in range(place + 1, marks.ends[place]):
        question = marks.entries[one].question
        if question is not None and question.field in _NAMING and _instance_of(marks, one) == place:
            named = filling.shown(marks.entries[one].ref)
            if named:
                return named
    entry, above = marks.entries[place], marks.above[place]
    if any(path.rpartition("/")[0] == entry.path for path in filling.definition.fields.get(_ASKED, ())):
        return filling.nearest(entry.ref, _ASKED)
    label = plain(filling.label(entry.ref))
    return label if above < 0 or label != plain(filling.label(marks.entries[above].ref)) else ""


def _instance_of(marks: Marks, place: int) -> int:
    place = marks.above[place]
    while place >= 0 and marks.entries[place].kind != "instance":
        place = marks.above[place]
    return place


def position_of(ref: str) -> int:
    """Of a repeat instance: `/data/member[2]` is 2."""
    return int(ref[ref.rindex("[") + 1 : -1])


def around(filling: Filling, marks: Marks, place: int) -> str:
    """The repeat instances that an entry is in: 家庭成员 2/5 张三 ▸ 疾病 1/1 高血压; '' outside of all."""
    found: list[str] = []
    above = marks.above[place]
    while above >= 0:
        entry = marks.entries[above]
        if entry.kind == "instance":
            repeat = marks.entries[marks.above[above]]
            name = instance_name(filling, marks, above)
            title = _NOTED.sub("", plain(filling.label(repeat.ref))) or _last(repeat.path)
            found.append(f"{title} {position_of(entry.ref)}/{filling.count(repeat.ref)} {name}".rstrip())
        above = marks.above[above]
    return " ▸ ".join(reversed(found))


def ordinal(number: int) -> str:
    """The number of a part as headings have it: 一, 十二, 二十; in English digits."""
    if language() != "zh" or not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return head + (_DIGITS[ones] if ones or not tens else "")


def _last(path: str) -> str:
    return path.rsplit("/", 1)[-1]
