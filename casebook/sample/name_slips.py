"""What happens to a name on its way into a sheet. One function a kind; None when it cannot happen to this name."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from casebook.sample.characters import Characters, characters
from casebook.sample.names import DOT, Namer, surnames

Slip = Callable[[Random, str], str | None]

_DOTS = "•.．・‧﹒"
_UNKNOWN = "□?*○"


def _places(name: str) -> list[int]:
    return [i for i, char in enumerate(name) if char != DOT]


def _surname(name: str) -> int:
    """The number of characters of the family name of a Han name."""
    return 2 if len(name) > 2 and name[:2] in _compound() else 1


def _compound() -> frozenset[str]:
    return frozenset(name for name in surnames()[0] if len(name) == 2)


def _replaced(rng: Random, name: str, choices: Callable[[str], list[str]], first_share: float) -> str | None:
    """The name with one character replaced, its first one only in `first_share` of the cases."""
    places = _places(name)
    at = places[0] if rng.random() < first_share else rng.choice(places[1:])
    others = choices(name[at])
    return name[:at] + rng.choice(others) + name[at + 1 :] if others else None


def same_sound(rng: Random, name: str) -> str | None:
    """name_homophone"""
    return _replaced(rng, name, characters().homophones, 0.08)


def like_sound(rng: Random, name: str) -> str | None:
    """name_near"""
    return _replaced(rng, name, characters().near, 0.05)


def like_looks(rng: Random, name: str) -> str | None:
    """name_visual"""
    return _replaced(rng, name, characters().lookalikes, 0.15)


def other_form(rng: Random, name: str) -> str | None:
    """name_variant"""
    return _replaced(rng, name, characters().variants, 0.4)


def wrong_character(rng: Random, name: str) -> str | None:
    """name_other: a character of another sound and look."""
    table: Characters = characters()
    namer = Namer(rng)

    def choices(char: str) -> list[str]:
        pool = {namer.given(rng.choice("男女"), rng.randint(1940, 2015))[0] for _ in range(6)}
        return [other for other in sorted(pool) if table.unrelated(char, other)]

    return _replaced(rng, name, choices, 0.0)


def left_out(rng: Random, name: str) -> str | None:
    """name_missing: a character of the given name is not there."""
    places = _places(name)
    if len(places) < 3:
        return None
    at = rng.choice(places[_surname(name) :])
    text = name[:at] + name[at + 1 :]
    doubled = name[at] in text
    return None if text.endswith(DOT) or doubled else text


def put_in(rng: Random, name: str) -> str | None:
    """name_extra: a character too many, often one written twice. A name of two that grew to three would pass for the
    whole one, so it takes a name of three."""
    if len(name) != 3 or DOT in name or _surname(name) == 2:
        return None
    at = rng.randrange(1, 3) + 1
    extra = name[at - 1] if rng.random() < 0.5 else Namer(rng).given("男", rng.randint(1940, 2000))[0]
    return name[:at] + extra + name[at:]


def turned(rng: Random, name: str) -> str | None:
    """name_order: the last two characters changed places."""
    if len(_places(name)) < 3 or name[-1] == name[-2] or DOT in name[-2:]:
        return None
    return name[:-2] + name[-1] + name[-2]


def unknown_character(rng: Random, name: str) -> str | None:
    """name_rare: a character that could not be typed."""
    at = rng.choice(_places(name)[1:])
    return name[:at] + rng.choice(_UNKNOWN) + name[at + 1 :]


def other_dot(rng: Random, name: str) -> str | None:
    """name_dot: the separator in another form, as a space, or not there."""
    if DOT not in name:
        return None
    return name.replace(DOT, rng.choice((*_DOTS, " ", "", "")))


def written_badly(rng: Random, name: str) -> str | None:
    """name_format: spaces, or a note in brackets."""
    forms = [f"{name} ", f"\u3000{name}", f"{name}（户主）", f"{name}(小)", f"{name}（残）"]
    if len(name) == 2:
        forms += [f"{name[0]} {name[1]}", f"{name[0]}  {name[1]}", f"{name[0]}\u3000{name[1]}"]
    return rng.choice(forms)


def former_name(rng: Random, name: str) -> str | None:
    """name_different: a former name (曾用名); of the old one at most the family name is left."""
    namer = Namer(rng)
    new = namer.full("汉族", "", rng.choice("男女"), rng.randint(1940, 2010))
    if DOT in name or len(name) > 3 or rng.random() < 0.2:
        text = namer.surname("汉族") + new
    else:
        text = name[: _surname(name)] + new
    table = characters()
    kept = sum(a == b or not table.unrelated(a, b) for a, b in zip(text, name, strict=False))
    return text if len(text) >= 3 and len(set(text) & set(name)) <= 1 and kept <= 1 else None


NAME_SLIPS: dict[str, Slip] = {
    "name_homophone": same_sound,
    "name_near": like_sound,
    "name_visual": like_looks,
    "name_variant": other_form,
    "name_other": wrong_character,
    "name_missing": left_out,
    "name_extra": put_in,
    "name_order": turned,
    "name_rare": unknown_character,
    "name_dot": other_dot,
    "name_format": written_badly,
    "name_different": former_name,
}
