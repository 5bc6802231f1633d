"""Finding the header of a table by meaning: one row, or up to three grouped ones, and the tables beside each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from casebook.tables.fields import Known, header_key
from casebook.tables.table import Column, Value

SCAN_ROWS = 30
MAX_HEIGHT = 3
IDENTITY = frozenset({"name", "id_number"})

_LONG = re.compile(r"\d{15}")
_DATA = re.compile(r"\d{6}|^\d+(?:\.\d+)?$|^\d{4}[-/.年]\d")


@dataclass(frozen=True, slots=True)
class Region:
    """One table of a header: its sheet columns from `start` to before `end`, and what they mean."""

    start: int
    end: int
    columns: tuple[Column, ...]

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(c.field for c in self.columns if c.field)


@dataclass(frozen=True, slots=True)
class Header:
    """Header rows (1-based, first and last), their texts by row for recognising repeats, and the tables below."""

    first: int
    last: int
    regions: tuple[Region, ...]
    same_meaning: tuple[str, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        return frozenset().union(*(region.fields for region in self.regions))


@dataclass(frozen=True, slots=True)
class _Label:
    index: int
    text: str
    group: str


def label(value: Value) -> str:
    """A cell as the text of a header: empty for anything that is no text."""
    return value.strip() if isinstance(value, str) else ""


def find_header(rows: Sequence[Sequence[Value]], known: Known) -> Header | None:
    """The first header among a sheet's first rows; None when no row names three fields, or two with name or number.

    A header that follows within three rows and names twice as many fields wins: the first was a line of conditions.
    """
    best: Header | None = None
    for start in range(min(len(rows), SCAN_ROWS)):
        if best and start > best.first + 2:
            break
        found = _header_at(rows, start, known)
        if found and (best is None or len(found.fields) >= 2 * len(best.fields)):
            best = found
    return best


def header_row(row: Sequence[Value], number: int, known: Known) -> Header | None:
    """A single row as a header of its own; None when it is none, or when less than a third of it is known."""
    found = _header_at([row], 0, known)
    if not found or len(found.fields) * 3 < sum(value is not None for value in row):
        return None
    return replace(found, first=number, last=number)


def _header_at(rows: Sequence[Sequence[Value]], start: int, known: Known) -> Header | None:
    best: tuple[int, Header] | None = None
    for height in range(1, min(MAX_HEIGHT, len(rows) - start) + 1):
        band = rows[start : start + height]
        if any(_is_data(row) for row in band) or not any(label(v) for v in band[-1]):
            break
        if height > 1 and not _continues(band, known):
            break
        labels = _labels(band)
        header = _header(labels, start + 1, start + height, known)
        fields = header.fields
        count = len(fields)
        if not (count >= 3 or (count >= 2 and fields & IDENTITY)):
            continue
        score = count + 3 * len(fields & IDENTITY)
        # a lower row of a grouped header adds columns; one that adds nothing known is taken in all the same
        if best is None or score > best[0] or (score == best[0] and height > 1):
            best = (score, header)
    return best[1] if best else None


def _is_data(row: Sequence[Value]) -> bool:
    """Whether a row holds values rather than labels: an identity number, or numbers and dates in a third of it."""
    filled = numbers = 0
    for value in row:
        if value is None:
            continue
        filled += 1
        if not isinstance(value, str):
            numbers += 1
            if not isinstance(value, bool) and abs(value) >= 1e14:
                return True
        elif _LONG.search(value):
            return True
        elif _DATA.search(value.strip()):
            numbers += 1
    return numbers * 3 > filled


def _continues(band: Sequence[Sequence[Value]], known: Known) -> bool:
    """Whether the last row of a band stands under the groups of the rows above, not under finished columns."""
    above, below = _labels(band[:-1]), band[-1]
    if any(":" in a.text or "：" in a.text for a in above):
        return False  # 填报单位：… 填报日期：…
    places = {a.index for a in above}
    labelled = {index for index, value in enumerate(below) if label(value)}
    # 户主 may head 姓名 and 证件号码; where no column ends above, the row is a line of conditions
    groups = {i for i in places & labelled if i + 1 in labelled - places} if places - labelled else set()
    finished = [a for a in above if a.index not in groups and known.meaning(a.text)]
    under = sum(a.index in labelled for a in finished)
    return bool(labelled - places) and len(above) > 1 and under * 3 <= len(finished)


def _labels(band: Sequence[Sequence[Value]]) -> list[_Label]:
    """The columns of a band: the lowest text of each, and the texts of the groups above, filled to the right."""
    labels = []
    groups = [""] * len(band)
    for index in range(max(map(len, band))):
        texts = [label(row[index]) if index < len(row) else "" for row in band]
        lowest = max((i for i, text in enumerate(texts) if text), default=-1)
        if lowest < 0:
            groups = [""] * len(band)
            continue
        for i in range(lowest):
            if texts[i]:
                groups[i] = texts[i]
                groups[i + 1 :] = [""] * (len(band) - i - 1)
        above = [] if lowest == 0 else [text for text in groups[:lowest] if text]
        if lowest == 0:
            groups = [""] * len(band)
        labels.append(_Label(index, texts[lowest], "/".join(above)))
    return labels


def _header(labels: list[_Label], first: int, last: int, known: Known) -> Header:
    regions, doubled = [], []
    for part in _side_by_side(labels, known):
        columns, same = _columns(part, known)
        regions.append((part[0].index, columns))
        doubled += same
    ends = [start for start, _columns_ in regions[1:]] + [10**6]
    return Header(
        first,
        last,
        tuple(Region(start if i else 0, ends[i], columns) for i, (start, columns) in enumerate(regions)),
        tuple(doubled),
    )


def _side_by_side(labels: list[_Label], known: Known) -> list[list[_Label]]:
    """The labels of each table where several stand beside each other: the same columns again, name or number too."""
    keys = [header_key(item.group + item.text) for item in labels]
    anchors = [i for i, item in enumerate(labels) if (m := known.meaning(item.text)) and m[0] in IDENTITY]
    for anchor in anchors:
        again = [i for i in anchors if i > anchor and keys[i] == keys[anchor]]
        if not again:
            continue
        period = again[0] - anchor
        begin = next((i for i in range(anchor + 1) if keys[i] == keys[i + period]), anchor)
        width = min(period, len(keys) - begin - period)
        same = sum(keys[begin + i] == keys[begin + period + i] for i in range(width))
        if period >= 2 and same >= 2 and same * 10 >= period * 8:
            cuts = [0, *range(begin + period, len(labels), period)]
            return [labels[a:b] for a, b in zip(cuts, [*cuts[1:], len(labels)], strict=True)]
    return [labels]


def _columns(labels: list[_Label], known: Known) -> tuple[tuple[Column, ...], list[str]]:
    """What each column means; of columns that mean the same the plainest wording counts, the others stay unknown."""
    texts = [item.text for item in labels]
    whole = [f"{item.group}/{item.text}" if item.group and texts.count(item.text) > 1 else item.text for item in labels]
    shown = [(" " if text.isascii() else "").join(text.split()) for text in whole]
    meanings = [
        known.meaning(f"{item.group}{item.text}")
        or known.meaning(f"{item.group.rpartition('/')[2]}{item.text}")
        or known.meaning(item.text)
        or known.repeated(item.group.rpartition("/")[2])  # 疾病名称 over 第一种, 第二种
        for item in labels
    ]
    taken: dict[str, list[tuple[int, int]]] = {}
    for place, meaning in enumerate(meanings):
        if meaning:
            taken.setdefault(meaning[0], []).append((meaning[1], place))
    fields: dict[int, str] = {}
    doubled = []
    for name, places in taken.items():
        limit = known.repeats.get(name, 1)
        for number, (_rank, place) in enumerate(sorted(places), 1):
            if number <= limit:
                fields[place] = name if number == 1 else f"{name}_{number}"
            else:
                doubled.append(shown[place])
    if "name" not in fields.values() and "head_name" in fields.values():
        names = set(fields.values())
        if "relation" in names or ("id_number" in names and "head_id_number" not in names):
            place = next(p for p, name in fields.items() if name == "head_name")
            fields[place] = "name"
    return tuple(Column(labels[p].index, shown[p], fields.get(p)) for p in range(len(labels))), doubled
