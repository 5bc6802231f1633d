"""What a list wrote, as the code of a form's choice (选项): by label, by what the code lists say means the same, else
by the code itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from casebook.people.codes import Code, code_list, code_list_names, relation
from survey_forms.form.definition import FormDefinition, Question
from survey_forms.visits.form_words import labelled_choices

_SPLIT = re.compile(r"[、,，;；|/\n]+")
_LISTS = {"political_status": "politics", "person_status": "population"}
"""Fields whose code list has another name."""


class ChoiceCodes:
    """The choices of one question, all that it may ever offer; `field` as in casebook.tables.fields."""

    def __init__(self, definition: FormDefinition, question: Question, field: str) -> None:
        self._choices = list(_choices(definition, question))
        self._several = question.several
        name = _LISTS.get(field, field)
        self._list = code_list(name) if name in code_list_names() else None
        self._relation = field == "relation"

    def code(self, text: str) -> str:
        """The code that a text of a list means, several with a space between; '' when it means none."""
        if not self._several:
            return self._one(text)
        found = self._one(text)
        parts = [found] if found else [self._one(part) for part in _SPLIT.split(text)]
        return " ".join(dict.fromkeys(part for part in parts if part))

    def _one(self, text: str) -> str:
        wanted = _plain(text)
        if not wanted:
            return ""
        labelled = next((value for value, label in self._choices if label == wanted), "")
        return labelled or self._same_meaning(text) or next((v for v, _l in self._choices if _plain(v) == wanted), "")

    def _same_meaning(self, text: str) -> str:
        if self._relation:  # 之兄弟姐妹 has no code of its own and falls under 其他
            meant = relation(text)
            told = [(value, relation(label)) for value, label in self._choices]
            same = [value for value, one in told if one.name == meant.name]
            return next(iter([*same, *(value for value, one in told if meant.code and one.code == meant.code)]), "")
        meaning = self._meaning(text)
        if meaning is None:
            return ""
        return next((value for value, label in self._choices if self._meaning(label) == meaning), "")

    def _meaning(self, text: str) -> tuple[str, str] | None:
        found: Code | None = self._list.find(text) if self._list is not None else None
        return None if found is None else (found.code, "" if found.code else found.name)


def _choices(definition: FormDefinition, question: Question) -> Iterator[tuple[str, str]]:
    languages = definition.languages or (definition.default_language,)
    return ((value, _plain(label)) for value, label in labelled_choices(definition, question, languages))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()
