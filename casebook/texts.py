"""A text kept as its message id and what is put in, and put into words in the language of whoever reads it.

What is stored in a casebook is read by others later; `_` would fix the language of the one who made it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casebook.language import _, language


@dataclass(frozen=True, slots=True)
class Text:
    """A message id with its parameters by name; `str()` renders it in the language of that moment.

    A parameter is a Text, which is translated; a str, int or float, which is data and stays as it is; or a tuple of
    these, which is an enumeration (顿号). A Text without a message id is its parameters as sentences one after the
    other; `Text()` is ''. `str()` raises KeyError where a place of the message has no parameter.
    """

    msgid: str = ""
    params: tuple[tuple[str, Param], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.msgid or self.params)

    def __str__(self) -> str:
        if not self.params:
            return _(self.msgid) if self.msgid else ""
        if self.msgid:
            return _(self.msgid).format_map({name: _shown(value) for name, value in self.params})
        # English wants a space between sentences.
        space = " " if language() == "en" else ""
        return space.join(filter(None, (str(_shown(value)).strip() for _name, value in self.params)))


Param = Text | str | int | float | tuple[Text | str | int | float, ...]


def text(msgid: str, /, **params: Param) -> Text:
    return Text(msgid, tuple(params.items()))


def together(*sentences: Text) -> Text:
    """Sentences one after the other; empty ones are left out."""
    said = [one for one in sentences if one]
    return said[0] if len(said) == 1 else Text("", tuple(("", one) for one in said))


def _shown(value: Param) -> str | int | float:
    """What `str.format` puts in; numbers stay numbers for the sake of `{score:+.1f}`."""
    if isinstance(value, Text):
        return str(value)
    if isinstance(value, tuple):
        return _("、").join(str(_shown(one)) for one in value)
    return value


def to_json(said: Text) -> Any:
    """A bare message id as a string; else a list: message id, name, value, name, value…

    In the place of a value a string is data; a Text is a list that begins with its message id, an enumeration a list
    of one list.
    """
    return _listed(said) if said.params else said.msgid


def _listed(said: Text) -> list[Any]:
    found: list[Any] = [said.msgid]
    for name, value in said.params:
        found += (name, _plain(value))
    return found


def _plain(value: Param) -> Any:
    if isinstance(value, Text):
        return _listed(value)
    return [[_plain(one) for one in value]] if isinstance(value, tuple) else value


def from_json(data: Any) -> Text:
    """The Text of which `to_json` made `data`. Raises ValueError for anything else."""
    if isinstance(data, str):
        return Text(data)
    if not isinstance(data, list) or len(data) % 2 == 0:
        raise ValueError("not a text")
    msgid, names, values = data[0], data[1::2], data[2::2]
    if not all(isinstance(one, str) for one in (msgid, *names)):
        raise ValueError("not a text")
    return Text(msgid, tuple((name, _param(value)) for name, value in zip(names, values, strict=True)))


def _param(value: Any) -> Param:
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        return tuple(_item(one) for one in value[0])
    return from_json(value)


def _item(value: Any) -> Text | str | int | float:
    return value if isinstance(value, str | int | float) else from_json(value)
