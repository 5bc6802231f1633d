"""The two themes, dark and light, and what each kind of text looks like in them: at least 4.5:1 against every
background it stands on, and never told apart by colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rich.style import Style
from textual.theme import Theme


@dataclass(frozen=True)
class Ground:
    """The inks on one background: text, text of less weight, headings, and four meanings."""

    background: str
    text: str
    dim: str
    title: str
    good: str
    warn: str
    bad: str


@dataclass(frozen=True)
class Colours:
    """One theme. `page` is behind the panels, `bar` the top and bottom line, `selected` the row under the cursor (and
    `resting` the same in a list that has not the focus), `field` a text field. `chips` stand with `on_chip` on them."""

    dark: bool
    page: Ground
    panel: Ground
    bar: Ground
    selected: Ground
    resting: Ground
    field: Ground
    on_chip: str
    chip_title: str
    chip_good: str
    chip_warn: str
    chip_bad: str
    chip_right: str
    track: str


def _dark(background: str, **inks: str) -> Ground:
    plain = {
        "text": "#dfe6ec", "dim": "#98a3ae", "title": "#62acdf", "good": "#82b86b", "warn": "#e8b44c", "bad": "#ef7a83"
    }  # fmt: skip
    return Ground(background, **(plain | inks))


def _light(background: str, **inks: str) -> Ground:
    plain = {
        "text": "#1d2630", "dim": "#5a6672", "title": "#15629c", "good": "#27702b", "warn": "#8f5200", "bad": "#b3201d"
    }  # fmt: skip
    return Ground(background, **(plain | inks))


_ON_BLUE = {
    "text": "#ffffff", "dim": "#c6d2dc", "title": "#b8dcf6", "good": "#b5e3a0", "warn": "#f7d27e", "bad": "#ffb7bd"
}  # fmt: skip
_ON_SKY = {
    "text": "#101820", "dim": "#3f4b57", "title": "#0d4a78", "good": "#14531a", "warn": "#6b3d00", "bad": "#8d1412"
}  # fmt: skip

DARK = Colours(
    dark=True,
    page=_dark("#11171e"),
    panel=_dark("#19202b"),
    bar=_dark("#212b36"),
    selected=_dark("#2b5673", **_ON_BLUE),
    resting=_dark("#28353f", dim="#a8b3bd", bad="#f79aa1"),
    field=_dark("#28323e", dim="#a3aeb8", title="#74b7e6", bad="#f79aa1"),
    on_chip="#10161d",
    chip_title="#5aa6dc",
    chip_good="#7fb468",
    chip_warn="#e8b44c",
    chip_bad="#e8737c",
    chip_right="#7cbba8",
    track="#2b3743",
)

LIGHT = Colours(
    dark=False,
    page=_light("#ffffff"),
    panel=_light("#f2f6fa"),
    bar=_light("#e2e8f1"),
    selected=_light("#b9d8f2", **_ON_SKY),
    resting=_light("#d8e3ed", dim="#4c5864", title="#125789", good="#1e6222", warn="#7d4700", bad="#a11916"),
    field=_light("#dde6ef", dim="#505c68"),
    on_chip="#ffffff",
    chip_title="#1a68a6",
    chip_good="#2c7a30",
    chip_warn="#a05c00",
    chip_bad="#bf2a26",
    chip_right="#1f7563",
    track="#d3dce6",
)

THEMES = {"ruhu-dark": DARK, "ruhu-light": LIGHT}

GROUNDS = ("page", "panel", "bar", "selected", "resting", "field")
"""Names of the backgrounds; every ink is drawn on each of them."""

INKS = ("dim", "title", "good", "warn", "bad")
"""Roles of text, besides '' for plain and `strong` for bold."""

CHIPS = ("title", "good", "warn", "bad", "right")
"""Coloured backgrounds: `chip-…` with text on it, `bar-…` for a stretch of a bar."""


@cache
def style_of(theme: str, ground: str, role: str) -> Style:
    """How a role looks on a background.

    Roles: '' and `strong`, the `INKS`, `key` (a key to press), `chip-…` and `mark-left`/`mark-right` (a label, a
    character that differs), `bar-…` and `bar-track` (stretches of a bar). Raises KeyError for any other.
    """
    colours = THEMES[theme]
    here: Ground = getattr(colours, ground)
    if role in ("", "strong"):
        return Style(color=here.text, bgcolor=here.background, bold=role == "strong")
    if role == "key":
        return Style(color=here.warn, bgcolor=here.background, bold=True)
    if role in INKS:
        return Style(color=getattr(here, role), bgcolor=here.background, bold=role in ("title", "bad"))
    if role == "bar-track":
        return Style(color=here.text, bgcolor=colours.track)
    marks = {"mark-left": "warn", "mark-right": "right"}
    shape, _, meaning = role.partition("-")
    meaning = marks.get(role, meaning)
    if shape not in ("chip", "mark", "bar") or meaning not in CHIPS:
        raise KeyError(role)
    ground = getattr(colours, f"chip_{meaning}")
    # What differs is underlined too: without colours its ground is only another grey.
    return Style(color=colours.on_chip, bgcolor=ground, bold=shape != "bar", underline=shape == "mark" or None)


def themes() -> list[Theme]:
    """Both as Textual takes them; the stock widgets that are left (field, scrollbar) get their colours here."""
    return [_theme(name, colours) for name, colours in THEMES.items()]


def _theme(name: str, colours: Colours) -> Theme:
    panel, field = colours.panel, colours.field
    thumb = colours.selected.background if colours.dark else colours.chip_right
    variables = {f"{ground}-ground": getattr(colours, ground).background for ground in GROUNDS}
    variables |= {
        "foreground-muted": panel.dim,
        "field-dim": field.dim,
        "input-cursor-background": field.text,
        "input-cursor-foreground": field.background,
        "input-cursor-text-style": "none",
        "input-selection-background": colours.selected.background,
        "input-selection-foreground": colours.selected.text,
        "scrollbar": thumb,
        "scrollbar-hover": thumb,
        "scrollbar-active": colours.chip_title,
        "scrollbar-background": colours.track,
        "scrollbar-background-hover": colours.track,
        "scrollbar-background-active": colours.track,
        "scrollbar-corner-color": colours.track,
    }
    return Theme(
        name=name,
        primary=colours.chip_title,
        warning=colours.chip_warn,
        error=colours.chip_bad,
        success=colours.chip_good,
        accent=colours.chip_title,
        foreground=panel.text,
        background=colours.page.background,
        surface=panel.background,
        panel=panel.background,
        dark=colours.dark,
        variables=variables,
    )
