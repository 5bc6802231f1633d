"""Labels, hints and translated texts (itext) read in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from survey_forms.form.definition import NO_WORDS, Forms, Words
from survey_forms.form.reading_in import Troubles
from survey_forms.form.xml_tree import attribute, local
from survey_forms.xpath.compile import Compiled

_ITEXT = re.compile(r"^\s*jr:itext\((.*)\)\s*$", re.DOTALL)
_LITERAL = re.compile(r"""^\s*(?:'([^']*)'|"([^"]*)")\s*$""")


def words_of(element: Any | None, path: str, what: str, troubles: Troubles) -> Words:
    """The text of a `<label>` or `<hint>`."""
    if element is None:
        return NO_WORDS
    ref = attribute(element, "ref")
    if ref:
        return words_from(ref, path, what, troubles)
    return Words(pieces(element, path, what, troubles))


def words_from(ref: str, path: str, what: str, troubles: Troubles) -> Words:
    """The text that an expression names: `jr:itext('id')`, `jr:itext(itextId)`, or a node."""
    if match := _ITEXT.match(ref):
        if literal := _LITERAL.match(match[1]):
            return Words(itext_id=literal[1] or literal[2] or "")
        return Words(itext=troubles.compile(match[1], path, what))
    return Words(reference=troubles.compile(ref, path, what))


def message_of(text: str | None, path: str, what: str, troubles: Troubles) -> Words:
    """A message in an attribute: literal, or `jr:itext('id')`."""
    if not text or not text.strip():
        return NO_WORDS
    return words_from(text, path, what, troubles) if _ITEXT.match(text) else Words((text.strip(),))


def pieces(element: Any, path: str, what: str, troubles: Troubles) -> tuple[str | Compiled, ...]:
    """Literal text and outputs in turn; blanks at both ends are cut."""
    found: list[str | Compiled] = []

    def literal(text: str | None) -> None:
        if text:
            if found and isinstance(found[-1], str):
                found[-1] += text
            else:
                found.append(text)

    def collect(part: Any) -> None:
        literal(part.text)
        for child in part:
            if local(child) == "output":
                expression = troubles.compile(attribute(child, "value") or attribute(child, "ref"), path, what)
                if expression is not None:
                    found.append(expression)
            elif isinstance(child.tag, str):
                collect(child)
            literal(child.tail)

    collect(element)
    if found and isinstance(found[0], str):
        found[0] = found[0].lstrip()
    if found and isinstance(found[-1], str):
        found[-1] = found[-1].rstrip()
    return tuple(piece for piece in found if piece != "")


def itext_of(model: Any, troubles: Troubles) -> tuple[tuple[str, ...], str, Mapping[str, Mapping[str, Forms]]]:
    """The languages in order, the default one ('' without any), and the texts by language and id."""
    texts: dict[str, dict[str, Forms]] = {}
    default = ""
    for itext in model:
        if local(itext) != "itext":
            continue
        for translation in itext:
            if local(translation) != "translation":
                continue
            language = attribute(translation, "lang") or ""
            if attribute(translation, "default") not in (None, "false()", "false"):
                default = default or language
            into = texts.setdefault(language, {})
            for text in translation:
                if local(text) == "text":
                    name = attribute(text, "id") or ""
                    into[name] = {
                        attribute(value, "form") or "": pieces(value, "", "label", troubles)
                        for value in text
                        if local(value) == "value"
                    }
    return tuple(texts), default or next(iter(texts), ""), texts
