"""The form around a node, as expressions see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from survey_forms.tree import Node

if TYPE_CHECKING:
    from survey_forms.filling.choosing import Choosing
    from survey_forms.form.definition import FormDefinition


class FormAround:
    """Surroundings of a form being filled in. The clock stands still from one `tick` to the next."""

    def __init__(
        self,
        definition: FormDefinition,
        root: Node,
        clock: datetime | Callable[[], datetime],
        language: str,
        chance: Callable[[], float],
    ) -> None:
        self.root = root
        self.language = language
        self.version = definition.version
        self.types: Mapping[str, str] = definition.types
        self.indexes: dict[Any, Any] = definition.indexes
        self.choosing: Choosing | None = None
        self._instances = definition.instances
        self._clock = clock
        self._chance = chance
        self._now: datetime | None = None

    def tick(self) -> None:
        self._now = None

    def now(self) -> datetime:
        if self._now is None:
            now = self._clock() if callable(self._clock) else self._clock
            self._now = now if now.tzinfo is not None else now.astimezone()
        return self._now

    def instance(self, name: str) -> Node | None:
        return self._instances.get(name)

    def itext(self, name: str) -> str:
        return self.choosing.itext(name, self.root) if self.choosing is not None else ""

    def choice_name(self, question: str, value: str, node: Node) -> str:
        return self.choosing.choice_name(question, value, node) if self.choosing is not None else ""

    def random(self) -> float:
        return self._chance()

    def property(self, name: str) -> str:
        return ""
