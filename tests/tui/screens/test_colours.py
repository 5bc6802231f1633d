"""Every ink can be read on every background, in both themes."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.filter import monochrome_style

from tui.widgets.colours import CHIPS, GROUNDS, INKS, THEMES, style_of

LEAST = 4.5
ROLES = ("", "strong", "key", *INKS, *(f"chip-{chip}" for chip in CHIPS), "mark-left", "mark-right")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("no_color", [False, True])
def test_contrast(theme: str, ground: str, no_color: bool) -> None:
    for role in ROLES:
        style = style_of(theme, ground, role)
        style = monochrome_style(style) if no_color else style
        assert style.color and style.bgcolor
        ink, background = (Color.from_rich_color(colour) for colour in (style.color, style.bgcolor))
        assert _contrast(ink, background) >= LEAST, role


def _contrast(one: Color, other: Color) -> float:
    """The ratio of WCAG 2."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("theme", THEMES)
def test_meanings_differ_by_more_than_colour_where_they_are_alone(theme: str) -> None:
    assert style_of(theme, "panel", "bad").bold
    assert not style_of(theme, "panel", "good").bold


def test_an_unknown_role_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        style_of("ruhu-dark", "panel", "chip-purple")
