"""Blanking (抹去): places in a stored fact made empty, in a way that any machine repeats to the same bytes.

What is blanked is told by places, never by what stood there, so the telling may go to every machine. Two tellings come
to the same whichever is done first, and doing one twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal
from xml.parsers import expat

ERASED = "已删除"
"""Stands for a name that was erased; nobody is called so."""

FILL = "＊"
"""Stands for each character erased inside a text that stays."""

How = Literal["blank", "name", "spans", "mark", "xml"]
"""`blank` every text and number below the path; `name` the text becomes `ERASED`; `spans` (begin, end) of characters
are filled; `mark` the object there says `"erased": true`; `xml` [ref, how, spans] of elements of the XML there."""

Path = tuple[str | int, ...]
Op = Sequence[Any]
"""how, path and, for `spans` and `xml`, which: as it is stored."""


def blanked(value: Any, ops: Iterable[Op]) -> Any:
    """The JSON value with these places blanked; a place that is not there is passed by. `value` is changed."""
    around = [value]
    for how, path, *which in ops:
        above, last = [0, *path][:-1], [0, *path][-1]
        place: Any = around
        try:
            for step in above:
                place = place[step]
            found = place[last]
        except (LookupError, TypeError):
            continue
        place[last] = _done(found, how, which[0] if which else ())
    return around[0]


def is_blank(value: Any) -> bool:
    """Whether nothing is told any more.

    >>> is_blank(""), is_blank([None, ["已删除"]]), is_blank(["＊＊", 0])
    (True, True, False)
    """
    if isinstance(value, dict):
        return all(map(is_blank, value.values()))
    if isinstance(value, list):
        return all(map(is_blank, value))
    return value is None or value == ERASED or (isinstance(value, str) and not value.strip(FILL))


def _done(value: Any, how: How, which: Any) -> Any:
    if how == "blank":
        return _blank(value)
    if how == "name" and isinstance(value, str):
        return ERASED
    if how == "spans" and isinstance(value, str):
        return _filled(value, which)
    if how == "mark" and isinstance(value, dict):
        return {**value, "erased": True}
    if how == "xml" and isinstance(value, str):
        return xml_blanked(value, which)
    return value


def _blank(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _blank(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_blank(one) for one in value]
    if isinstance(value, str):
        return value if value == ERASED else ""
    return None


def _filled(text: str, spans: Iterable[Sequence[int]]) -> str:
    """Of the same length, so that the spans of another telling still say where."""
    if text == ERASED:
        return text
    for begin, end in spans:
        end = min(end, len(text))
        if begin < end:
            text = text[:begin] + FILL * (end - begin) + text[end:]
    return text


class Element:
    """An element of an XML text: its `ref` (`/data/member[2]/name`, without `[1]`), its own text, and where that lies:
    (begin, end) in bytes of UTF-8."""

    def __init__(self, ref: str) -> None:
        self.ref = ref
        self.parts: list[tuple[int, int]] = []
        self.text = ""


def elements(xml: str) -> list[Element]:
    """All elements in the order in which they begin; those read so far where the XML is damaged."""
    content = xml.encode("utf-8", "replace")
    parser = expat.ParserCreate("utf-8")
    found: list[Element] = []
    open_: list[tuple[Element, dict[str, int]]] = []
    begun: tuple[Element, int] | None = None

    def ended() -> None:
        """A text ends where the next thing begins."""
        nonlocal begun
        if begun is not None:
            element, begin = begun
            element.parts.append((begin, parser.CurrentByteIndex))
            element.text += content[begin : parser.CurrentByteIndex].decode("utf-8", "replace")
            begun = None

    def start(name: str, _attributes: Any) -> None:
        ended()
        name = name.rpartition(":")[2]
        above, counts = (open_[-1][0].ref, open_[-1][1]) if open_ else ("", {})
        counts[name] = counts.get(name, 0) + 1
        element = Element(f"{above}/{name}" + (f"[{counts[name]}]" if counts[name] > 1 else ""))
        found.append(element)
        open_.append((element, {}))

    def end(_name: str) -> None:
        ended()
        open_.pop()

    def text(_data: str) -> None:
        nonlocal begun
        if begun is None and open_:
            begun = open_[-1][0], parser.CurrentByteIndex

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.DefaultHandler = lambda _data: ended()
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        ended()
    return found


def plain_ref(ref: str) -> str:
    """A ref as `elements` writes it: of the first of several nothing is said."""
    return ref.replace("[1]", "")


def below(ref: str, above: str) -> bool:
    """Whether a ref is `above` itself or stands inside it; both plain."""
    return ref == above or ref.startswith(f"{above}/")


def xml_blanked(xml: str, refs: Iterable[Sequence[Any]]) -> str:
    """The XML with the texts of these elements blanked: [ref, how, spans]; a `blank` one with all that is in it."""
    told = [(ref, how, rest[0] if rest else ()) for ref, how, *rest in refs]
    content = xml.encode("utf-8", "replace")
    cuts: list[tuple[int, int, bytes]] = []
    for element in elements(xml):
        for ref, how, spans in told:
            if element.ref == ref or (how == "blank" and below(element.ref, ref)):
                cuts += _cuts(element, how, spans)
                break
    for begin, end, new in sorted(cuts, reverse=True):
        content = content[:begin] + new + content[end:]
    return content.decode("utf-8", "replace")


def _cuts(element: Element, how: How, spans: Iterable[Sequence[int]]) -> Iterator[tuple[int, int, bytes]]:
    """What stands in the place of an element's texts."""
    if how == "spans":
        filled = _filled(element.text, spans).encode("utf-8", "replace")
        texts = element.text.encode("utf-8", "replace")
        if len(element.parts) == 1 and filled != texts:
            yield (*element.parts[0], filled)
        return
    for at, (begin, end) in enumerate(element.parts):
        if how == "name" and at == 0:
            yield begin, end, ERASED.encode()
        elif element.text != ERASED:
            yield begin, end, b""
