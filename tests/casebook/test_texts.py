"""Texts that are put into words late: in the language of the moment, out of a message id and its parameters."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casebook.language import use_language
from casebook.texts import Text, from_json, text, to_json, together

ROSTER = Text("花名册")
OWNER = text("这个号码的人在{list}第 {row} 行。", list=ROSTER, row="12")
NEAREST = text(
    "最接近的是另一份名单第 {row} 行，{score:+.1f} 分，不够；{reason}",
    row="7",
    score=-2.25,
    reason=(Text("姓名"), Text("村"), "一致"),
)


@pytest.fixture(autouse=True)
def chinese() -> object:
    yield
    use_language("zh")


def both(said: Text) -> tuple[str, str]:
    use_language("zh")
    chinese = str(said)
    use_language("en")
    return chinese, str(said)


def test_the_language_is_that_of_the_reader() -> None:
    assert both(Text("一致")) == ("一致", "Agrees")
    chinese, english = both(OWNER)
    assert chinese == "这个号码的人在花名册第 12 行。"
    assert "12" in english and "花名册" not in english


def test_data_stays_as_it_is_and_numbers_take_their_format() -> None:
    """The literal 一致 is data and not translated, the texts beside it are."""
    chinese, english = both(NEAREST)
    assert chinese.endswith("第 7 行，-2.2 分，不够；姓名、村、一致")
    assert "-2.2" in english and english.endswith(", 一致") and "姓名" not in english


def test_sentences_stand_apart_in_english_only() -> None:
    said = together(OWNER, Text(), Text("没有填证件号。"), together(Text("证件号打了星号。"), Text()))
    chinese, english = both(said)
    assert chinese == "这个号码的人在花名册第 12 行。没有填证件号。证件号打了星号。"
    assert english.count(". ") == 2 and not english.endswith(" ")


def test_nothing_said_is_empty_and_false() -> None:
    assert both(Text()) == ("", "") and not Text()
    assert together(Text(), Text()) == Text()
    assert together(OWNER, Text()) == OWNER and OWNER


def test_a_text_without_parameters_may_hold_braces() -> None:
    assert str(Text("写作 {x}")) == "写作 {x}"


def test_json_of_a_bare_message_is_a_string_and_one_inside_is_not() -> None:
    assert to_json(Text("一致")) == "一致"
    assert to_json(OWNER) == ["这个号码的人在{list}第 {row} 行。", "list", ["花名册"], "row", "12"]


_data = st.one_of(st.text(max_size=5), st.integers(), st.floats(allow_nan=False))
_texts = st.recursive(
    st.builds(Text, st.text(max_size=5)),
    lambda inner: st.builds(
        Text,
        st.text(max_size=5),
        st.lists(
            st.tuples(st.text(max_size=3), st.one_of(_data, inner, st.lists(_data | inner, max_size=3).map(tuple))),
            max_size=3,
        ).map(tuple),
    ),
)


@given(_texts)
def test_json_gives_the_text_back(said: Text) -> None:
    assert from_json(json.loads(json.dumps(to_json(said), sort_keys=True))) == said


@pytest.mark.parametrize(
    "data", [None, 3, {}, [], ["a", "b"], [["a"]], ["a", 1, "b"], ["a", "b", None], ["a", "b", []]]
)
def test_what_was_never_a_text_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match="not a text"):
        from_json(data)
