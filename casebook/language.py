"""The user's language: Chinese as written in the source, English from the catalogue beside this file.

Message ids are the Chinese texts. `_` looks up at the moment of the call, so a text that is a constant of a
module is marked with `N_` and looked up where it is shown.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

_current: Language = "zh"


@lru_cache(maxsize=1)
def _english() -> dict[str, str]:
    import gettext

    path = Path(__file__).with_name("locale") / "en" / "LC_MESSAGES" / "ruhu.mo"
    try:
        with path.open("rb") as file:
            catalogue = gettext.GNUTranslations(file)
    except OSError:  # a damaged installation still says in Chinese what is wrong
        return {}
    return {key: value for key, value in catalogue._catalog.items() if isinstance(key, str)}  # type: ignore[attr-defined]


def use_language(language: Language) -> None:
    """Choose the language of every text from now on."""
    global _current
    _current = language


def language() -> Language:
    return _current


def chosen_language(asked: str | None = None) -> Language:
    """The language asked for, else `RUHU_LANG`, else Chinese; `en_US.UTF-8` counts as `en`."""
    wanted = asked or os.environ.get("RUHU_LANG", "")
    return "en" if wanted.lower().startswith("en") else "zh"


def _(text: str) -> str:
    return text if _current == "zh" else _english().get(text, text)


def in_all_languages(text: str) -> tuple[str, ...]:
    """A text as each language has it, for reading back what was written in one of them."""
    return text, _english().get(text, text)


def N_(text: str) -> str:
    """Mark a text for the catalogue without looking it up."""
    return text
