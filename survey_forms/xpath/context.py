"""What an expression is evaluated in: a node, its place in a predicate, and the form around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import random
from typing import Any, Protocol

from survey_forms.tree import Node


class Surroundings(Protocol):
    """The form around a node.

    `root` is the document of the primary instance. `types` gives bind types by generic path (a node without one is
    text). `indexes` is kept by the evaluator: which items of a secondary instance hold which value; it lives as long
    as those instances stay as they are.
    """

    root: Node
    language: str
    version: str
    types: Mapping[str, str]
    indexes: dict[Any, Any]

    def now(self) -> datetime:
        """With a time zone, the one that dates without one are in."""

    def instance(self, name: str) -> Node | None:
        """The document of a secondary instance."""

    def itext(self, name: str) -> str: ...

    def choice_name(self, question: str, value: str, node: Node) -> str:
        """The label of a choice; `question` as written in jr:choice-name, `node` is where the expression stands."""

    def random(self) -> float:
        """From 0 up to 1."""

    def property(self, name: str) -> str:
        """`deviceid`, `username` …; '' where unknown."""


@dataclass
class Plain:
    """Surroundings of a document without a form."""

    root: Node
    clock: datetime
    language: str = ""
    version: str = ""
    types: Mapping[str, str] = field(default_factory=dict)
    instances: Mapping[str, Node] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    indexes: dict[Any, Any] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.clock

    def instance(self, name: str) -> Node | None:
        return self.instances.get(name)

    def itext(self, name: str) -> str:
        return self.texts.get(name, "")

    def choice_name(self, question: str, value: str, node: Node) -> str:
        return ""

    def random(self) -> float:
        return random()

    def property(self, name: str) -> str:
        return ""


class Context:
    """`position` and `size` count from 1 within a predicate, 0 outside of one; `current` is the node that the whole
    expression belongs to, whatever predicate is being tried."""

    __slots__ = ("current", "node", "position", "size", "surroundings")

    def __init__(
        self, node: Node, surroundings: Surroundings, position: int = 0, size: int = 0, current: Node | None = None
    ) -> None:
        self.node = node
        self.surroundings = surroundings
        self.position = position
        self.size = size
        self.current = node if current is None else current
