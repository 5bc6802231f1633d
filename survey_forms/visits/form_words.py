"""The words of a form (表上的字) without filling it in: labels, and those of all choices that a question may offer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casebook.language import language as spoken
from survey_forms.form.definition import FormDefinition, Itemset, Question, Words

_NAME = re.compile(r"([\w.-]+)\)?\s*$")
_INSTANCE = re.compile(r"instance\(\s*['\"]([^'\"]+)['\"]\s*\)")


def choices_of(definition: FormDefinition, question: Question) -> list[tuple[str, str]]:
    """Every choice that a question may offer, whatever was answered before: value and label in the user's language."""
    return list(labelled_choices(definition, question, (form_language(definition),)))


def form_language(definition: FormDefinition) -> str:
    """The form's own language that is the user's (`English (en)`), else its default one."""
    ours = (one for one in definition.languages if f"({spoken()})" in one or one == spoken())
    return next(ours, definition.default_language)


def labelled_choices(
    definition: FormDefinition, question: Question, languages: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for item in question.items:
        for language in languages:
            yield item.value, plain_words(definition, item.label, language)
    if question.itemset is not None:
        yield from _of_itemset(definition, question.itemset, languages)


def _of_itemset(
    definition: FormDefinition, itemset: Itemset, languages: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    named = _INSTANCE.search(itemset.nodes.text)
    instance = definition.instances.get(named[1]) if named else None
    value = _NAME.search(itemset.value.text)
    if instance is None or value is None:
        return
    label = itemset.label.itext or itemset.label.reference
    column = _NAME.search(label.text) if label is not None else None
    for item in instance.walk():
        if not (values := item.named(value[1])):
            continue
        told = item.named(column[1])[0].value() if column and item.named(column[1]) else ""
        if itemset.label.itext is None:
            yield values[0].value(), told
            continue
        for language in languages:
            yield values[0].value(), translated(definition, told, language)


def question_title(definition: FormDefinition, question: Question) -> str:
    """A question in few words: its `ruhu:title`, else its label without what is put in from answers."""
    title = question.extra.get("title_en", "") if spoken() == "en" else ""
    if not title and not (title := question.extra.get("title", "")):
        title = plain_words(definition, question.label, form_language(definition)).strip("：，:, ")
    return title or question.path.rpartition("/")[2]


def plain_words(definition: FormDefinition, words: Words, language: str = "") -> str:
    """A text of the form without what is put in from answers."""
    if words.itext_id:
        return translated(definition, words.itext_id, language)
    return "".join(part for part in words.parts if isinstance(part, str)).strip()


def translated(definition: FormDefinition, identity: str, language: str = "") -> str:
    """A translated text by id, in a language ('' the default one), else in whichever has it."""
    for one in (language, definition.default_language, *definition.itext):
        forms = definition.itext.get(one, {}).get(identity)
        if forms:
            parts = forms.get("") or forms.get("long") or next(iter(forms.values()))
            return "".join(part for part in parts if isinstance(part, str)).strip()
    return ""
