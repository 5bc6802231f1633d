"""What a form is: its model, its questions, its texts, its rules. Made once by `load.py`, shared by all fillings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Any

from casebook.texts import Text
from survey_forms.form.graph import Graph
from survey_forms.tree import Node
from survey_forms.xpath.compile import Compiled

RUHU = "urn:ruhu:forms"
"""The namespace of the columns that only this program knows (`bind::ruhu:*`)."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a form can't be used: the generic path ('' for the form), the attribute, what is wrong in words."""

    path: str
    attribute: str
    what: str


class FormRefused(Exception):
    """A form with troubles, all of them."""

    def __init__(self, troubles: tuple[Trouble, ...]) -> None:
        super().__init__("; ".join(f"{one.path} {one.attribute}: {one.what}" for one in troubles))
        self.troubles = troubles


@dataclass(frozen=True, slots=True)
class Note:
    """An expression that phones and web forms read differently (两种引擎结果不同), and what to write instead."""

    path: str
    attribute: str
    expression: str
    what: Text
    instead: Text


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the form: literal pieces and outputs in turn; or `reference`, an expression that gives the text; or
    `itext`, an expression that gives the id of a translated text (`itext_id` when it is a literal)."""

    parts: tuple[str | Compiled, ...] = ()
    reference: Compiled | None = None
    itext: Compiled | None = None
    itext_id: str = ""

    def __bool__(self) -> bool:
        return bool(self.parts or self.reference or self.itext or self.itext_id)


NO_WORDS = Words()
Forms = Mapping[str, tuple[str | Compiled, ...]]
"""The forms of one translated text: '' the plain one, else `long`, `short`, `guidance`, `image` …"""


@dataclass(frozen=True, slots=True)
class Bind:
    """What holds for a node. `extra` has every attribute of the ruhu namespace, without prefix."""

    path: str
    type: str = "string"
    relevant: Compiled | None = None
    required: Compiled | None = None
    readonly: Compiled | None = None
    constraint: Compiled | None = None
    calculate: Compiled | None = None
    warning: Compiled | None = None
    constraint_message: Words = NO_WORDS
    required_message: Words = NO_WORDS
    warning_message: Words = NO_WORDS
    preload: str = ""
    preload_params: str = ""
    extra: Mapping[str, str] = made_by(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """A choice that stands in the question itself."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True)
class Itemset:
    """Choices out of an instance: nodes, and from each its value and label. `constant` when no answer changes them."""

    nodes: Compiled
    value: Compiled
    label: Words
    constant: bool


@dataclass(frozen=True, slots=True)
class Question:
    """`kind` is one of text int decimal date time datetime select1 select rank note trigger geo upload barcode range.

    `code`, `unknown` (不知道), `refused` (拒答), `field` come from `ruhu:*`; `extra` has all of these attributes.
    `range` is (start, end, step) as written.
    """

    path: str
    kind: str
    control: str
    appearance: str
    label: Words
    hint: Words
    items: tuple[Item, ...] = ()
    itemset: Itemset | None = None
    range: tuple[str, str, str] | None = None
    code: str = ""
    unknown: str = ""
    refused: str = ""
    field: str = ""
    extra: Mapping[str, str] = made_by(default_factory=dict)

    @property
    def chooses(self) -> bool:
        return self.kind in ("select1", "select", "rank")

    @property
    def lists_alike(self) -> bool:
        """Whether it offers the same choices whatever is answered."""
        return self.chooses and (self.itemset is None or self.itemset.constant)

    @property
    def several(self) -> bool:
        """Whether the value is a list of choices, separated by spaces."""
        return self.kind in ("select", "rank")


@dataclass(frozen=True, slots=True)
class Group:
    """`path` is '' for a group that only stands in the body."""

    path: str
    label: Words
    appearance: str
    children: tuple[BodyElement, ...]
    code: str = ""
    extra: Mapping[str, str] = made_by(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A repeat (重复组). `count` says how many there are, else people add and remove unless `fixed`."""

    path: str
    label: Words
    appearance: str
    children: tuple[BodyElement, ...]
    count: Compiled | None = None
    fixed: bool = False
    code: str = ""
    extra: Mapping[str, str] = made_by(default_factory=dict)


BodyElement = Group | Repeat | Question


@dataclass(frozen=True, slots=True)
class Action:
    """A setvalue: on one of `events` the node at `target` gets `value` (an expression) or else `literal`.

    `source` is the path of the question it stands in, `repeat` that of the nearest repeat around it; both '' if none.
    `target` is as written; `path` is the generic path of it, `by_predicate` is set when it has predicates.
    """

    events: tuple[str, ...]
    target: str
    path: str
    by_predicate: Compiled | None
    attribute: str
    value: Compiled | None
    literal: str
    source: str
    repeat: str


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """A form. `template` is the root element of the primary instance with its defaults, templates of repeats taken
    out into `repeat_templates`; `order` names the children of each path in their order; `defaulted` are
    the paths with a default somewhere; `fields` the paths of each `ruhu:field`, questions or not. `missing` are the
    addresses of files that were not given. `indexes` is the cache that the evaluator keeps about the instances."""

    id: str
    version: str
    title: str
    languages: tuple[str, ...]
    default_language: str
    template: Node
    repeat_templates: Mapping[str, Node]
    order: Mapping[str, tuple[str, ...]]
    defaulted: frozenset[str]
    namespaces: Mapping[str, str]
    binds: Mapping[str, Bind]
    types: Mapping[str, str]
    body: tuple[BodyElement, ...]
    questions: Mapping[str, Question]
    fields: Mapping[str, tuple[str, ...]]
    repeats: Mapping[str, Repeat]
    groups: Mapping[str, Group]
    instances: Mapping[str, Node]
    itext: Mapping[str, Mapping[str, Forms]]
    actions: tuple[Action, ...]
    graph: Graph
    notes: tuple[Note, ...] = ()
    missing: tuple[str, ...] = ()
    indexes: dict[Any, Any] = made_by(default_factory=dict, compare=False)

    def elements(self) -> Iterator[BodyElement]:
        """Every group, repeat and question in the order of the form."""
        waiting = list(reversed(self.body))
        while waiting:
            element = waiting.pop()
            yield element
            if not isinstance(element, Question):
                waiting.extend(reversed(element.children))
