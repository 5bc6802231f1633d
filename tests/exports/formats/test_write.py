"""A format written to a file and read again is the same format."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from exports.formats.fields import upload_fields
from exports.formats.format import Format, FormatColumn, LoadedFormat, Repeat, Sum
from exports.formats.load import built_in, parse_format
from exports.formats.reading_columns import DATES
from exports.formats.write import format_text

_CONTROLS = "".join(map(chr, (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)))
"""What no workbook can hold, and no format may."""
_CHARACTERS = some.characters(codec="utf-8", exclude_characters=_CONTROLS)
_TEXT = some.text(_CHARACTERS, max_size=8)
_WORD = some.text(_CHARACTERS, min_size=1, max_size=6)
_FIELDS = sorted(upload_fields())
_PLAIN = [name for name, field in upload_fields().items() if not field.part]
_CONDITION = some.dictionaries(
    some.sampled_from(_FIELDS), some.lists(_WORD, min_size=1, max_size=2).map(tuple), max_size=2
)
_NO_BRACES = _WORD.filter(lambda text: "{" not in text and "}" not in text)


def again(format: Format, remarks: dict[int, str] | None = None) -> Format:
    return parse_format(format_text(format, remarks), b"", "own.toml", "file").format


@pytest.mark.parametrize("loaded", built_in(), ids=lambda loaded: loaded.format.name)
def test_a_format_of_ours_comes_back(loaded: LoadedFormat) -> None:
    assert again(loaded.format, {0: "拿不准：可能是户编号", 3: "两行\n说明\x00"}) == loaded.format


@some.composite
def _columns(draw: Any) -> tuple[FormatColumn, ...]:
    places = sorted(draw(some.sets(some.integers(0, 200), min_size=1, max_size=6)))
    found = []
    for place in places:
        nth = draw(some.integers(0, 2))
        when = draw(_CONDITION)
        found.append(
            FormatColumn(
                column=place,
                header=draw(some.lists(_WORD, min_size=1, max_size=2).map(tuple)),
                field="disease.name" if nth else draw(some.sampled_from(["", *_PLAIN])),
                nth=nth,
                write=draw(some.sampled_from(("code", "name", "both"))),
                values=draw(some.lists(some.tuples(_TEXT, _TEXT), max_size=3).map(tuple)),
                required=draw(some.booleans()),
                required_when=when,
                length=draw(some.integers(0, 99)),
                pattern=draw(some.sampled_from(("", r"\d{4}", '"[甲乙]\\s'))),
                date=draw(some.sampled_from(DATES)),
                cell=draw(some.sampled_from(("text", "number"))),
                constant=draw(_TEXT),
                width=draw(some.sampled_from((0.0, 8.5, 20.0))),
                between=draw(_TEXT),
            )
        )
    return tuple(found)


_FORMATS = some.builds(
    Format,
    name=some.sampled_from(("甲", "own_2016", "a b")),
    title=_WORD,
    version=_WORD,
    status=some.sampled_from(("sourced", "reconstructed", "county")),
    region=_TEXT,
    evidence=some.text(some.sampled_from('甲"\\\n\r\t '), max_size=12),
    sheet=some.sampled_from(("表", "核查 表")),
    header_rows=some.just((2, 3)),
    first_row=some.integers(4, 9),
    columns=_columns(),
    repeats=some.just((Repeat("disease", "columns", 2), Repeat("treatment", "latest"))),
    sums=some.sampled_from(((), (Sum("cost.total", ("cost.own", "cost.rural")),))),
    titles=some.lists(some.tuples(some.just(1), some.integers(1, 9), _NO_BRACES), max_size=2).map(tuple),
    only=_CONDITION,
    split=some.sampled_from(("none", "township", "village")),
    most_rows=some.integers(0, 99),
    file_name=some.sampled_from(("{county}_{count}.xlsx", "甲.xlsm")),
    encoding=some.sampled_from(("", "gb2312")),
    constants=some.dictionaries(some.sampled_from(_FIELDS), _TEXT, max_size=2),
    template=some.sampled_from(("", "省表.xlsx")),
    template_sha256=some.just(""),
    signers=some.lists(_TEXT, max_size=2).map(tuple),
)


@settings(max_examples=60, deadline=None)
@given(_FORMATS)
def test_any_format_comes_back(format: Format) -> None:
    assert again(format) == format
