"""Load an XForm: XML in, a FormDefinition out, or all its troubles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from casebook.language import _
from survey_forms.form import graph
from survey_forms.form.actions import action_of
from survey_forms.form.binds import binds_of
from survey_forms.form.body import BodyReading
from survey_forms.form.check_types import cast
from survey_forms.form.definition import (
    Action,
    Bind,
    BodyElement,
    FormDefinition,
    FormRefused,
    Group,
    Question,
    Repeat,
    Trouble,
)
from survey_forms.form.instances import UnreadableInstance, instance_of
from survey_forms.form.lint import notes_of
from survey_forms.form.reading_in import Troubles
from survey_forms.form.words import itext_of
from survey_forms.form.xml_tree import XmlError, attribute, local, parsed, tree_of
from survey_forms.tree import Node, document
from survey_forms.xpath.references import secondary_instances

OPENROSA = "http://openrosa.org/xforms"


def load_form(xml: str, resources: Mapping[str, str] | None = None) -> FormDefinition:
    """The form of an XForm; `resources` are the files beside it by their addresses (`jr://file-csv/villages.csv`).

    Raises FormRefused with everything that is wrong with it.
    """
    try:
        document = parsed(xml)
    except XmlError as error:
        raise _refused(_("不是完整的 XForm 文件：{why}").format(why=error)) from error
    model = next((one for one in document.iter() if local(one) == "model"), None)
    body = next((one for one in document.iter() if local(one) == "body"), None)
    if model is None or body is None:
        raise _refused(_("不是 XForm 调查表：缺少 model 或 body"))
    instance = next((one for one in model if local(one) == "instance"), None)
    root = next((one for one in instance if local(one)), None) if instance is not None else None
    if root is None:
        raise _refused(_("调查表里没有数据结构（instance）"))
    return _Loading(document, model, body, root, resources or {}).loaded()


def _refused(what: str) -> FormRefused:
    return FormRefused((Trouble("", "", what),))


class _Loading:
    def __init__(self, document: Any, model: Any, body: Any, root: Any, resources: Mapping[str, str]) -> None:
        self.document, self.model, self.body_element, self.root = document, model, body, root
        self.resources = resources
        self.troubles = Troubles()

    def loaded(self) -> FormDefinition:
        template = tree_of(self.root)
        template.set_path("")
        instance_id = _with_instance_id(template, self.root.nsmap)
        languages, default, itext = itext_of(self.model, self.troubles)
        binds = binds_of(self.model, template.path, self.troubles)
        binds.setdefault(instance_id, Bind(instance_id, preload="uid"))
        reading = BodyReading(template.path, binds, self.troubles)
        body = reading.read(self.body_element)
        elements = tuple(_walk(body))
        questions = {one.path: one for one in elements if isinstance(one, Question)}
        repeats = {one.path: one for one in elements if isinstance(one, Repeat)}
        groups = {one.path: one for one in elements if isinstance(one, Group) and one.path}
        order = _order(template)
        repeat_templates = _take_templates(template, repeats)
        paths = _paths(template, repeat_templates)
        self._check_refs(elements, paths, repeat_templates)
        types = {path: bind.type for path, bind in binds.items()}
        defaulted = set()
        for node in (*template.walk(), *(n for one in repeat_templates.values() for n in one.walk())):
            if not node.children and node.text:
                node.text = cast(types.get(node.path, "string"), node.text)
                defaulted.add(node.path)
        actions = (*self._model_actions(template.path), *reading.actions)
        made, circles = graph.built(_drafts(binds, paths, questions, repeats), paths, repeats)
        for circle in circles:
            what = _("计算绕成了圈：{paths}").format(paths=" → ".join((*circle.paths, circle.paths[0])))
            self.troubles.add(circle.paths[0], circle.attribute, what)
        instances, missing = self._instances()
        self._check_instances(instances)
        if self.troubles.found:
            raise FormRefused(tuple(dict.fromkeys(self.troubles.found)))
        return FormDefinition(
            template.attributes.get("id") or self._namespace() or template.name,
            template.attributes.get("version", ""),
            self._title(),
            languages,
            default,
            template,
            repeat_templates,
            order,
            frozenset(defaulted),
            {prefix or "": uri for prefix, uri in self.root.nsmap.items()},
            binds,
            types,
            body,
            questions,
            _fields(binds, paths),
            repeats,
            groups,
            instances,
            itext,
            actions,
            made,
            notes_of(self.troubles.expressions),
            missing,
        )

    def _namespace(self) -> str:
        """Older forms have their id as the namespace of their data."""
        uri: str = self.root.nsmap.get(None) or ""
        return "" if uri.startswith("http://www.w3.org/") else uri

    def _title(self) -> str:
        title = next((one for one in self.document.iter() if local(one) == "title"), None)
        return "".join(title.itertext()).strip() if title is not None else ""

    def _model_actions(self, root: str) -> Iterator[Action]:
        for one in self.model:
            if local(one) == "setvalue":
                action = action_of(one, "", "", root, self.troubles)
                if action is not None:
                    yield action

    def _instances(self) -> tuple[dict[str, Node], tuple[str, ...]]:
        found: dict[str, Node] = {}
        missing: list[str] = []
        for element in list(self.model):
            name = attribute(element, "id") if local(element) == "instance" else None
            if not name or element is self.root.getparent():
                continue
            try:
                instance = instance_of(element, self.resources)
            except UnreadableInstance as error:
                self.troubles.add("", "instance", _("附表“{name}”读不出来：{why}").format(name=name, why=error))
                continue
            if instance is None:
                missing.append(attribute(element, "src") or name)
            found[name] = instance or document(Node("root"))
        return found, tuple(missing)

    def _check_instances(self, instances: Mapping[str, Node]) -> None:
        own = {self.root.getparent().get("id"), self.root.get("id")}
        for path, what, expression in self.troubles.expressions:
            for name in secondary_instances(expression.expression):
                if name not in instances and name not in own:
                    self.troubles.add(path, what, _("没有附表“{name}”").format(name=name))

    def _check_refs(
        self, elements: tuple[BodyElement, ...], paths: tuple[str, ...], templates: Mapping[str, Node]
    ) -> None:
        known = set(paths)
        for element in elements:
            missing = element.path not in (templates if isinstance(element, Repeat) else known)
            if missing and (element.path or isinstance(element, Repeat)):
                self.troubles.add(element.path, "ref", _("数据结构里没有这一项"))


def _walk(elements: tuple[BodyElement, ...]) -> Iterator[BodyElement]:
    for element in elements:
        yield element
        if not isinstance(element, Question):
            yield from _walk(element.children)


def _take_templates(root: Node, repeats: Mapping[str, Repeat]) -> dict[str, Node]:
    """Mark the instances of repeats, take the templates out of the tree (or copy the first instance of each)."""
    templates: dict[str, Node] = {}
    examples: dict[str, Node] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        for child in list(node.children):
            explicit = any(name.endswith(":template") or name == "template" for name in child.attributes)
            child.attributes = {k: v for k, v in child.attributes.items() if not k.endswith("template")}
            if child.path in repeats:
                child.repeat = True
                if explicit:
                    node.remove(child)
                    templates.setdefault(child.path, child)
                else:
                    examples.setdefault(child.path, child)
            waiting.append(child)
    for path, example in examples.items():
        if path not in templates:
            templates[path] = _copied(example)
    for path, template in templates.items():
        if path not in examples and repeats[path].fixed and repeats[path].count is None:
            _put_one(root, path, template)  # nobody could add the first one
    return templates


def _put_one(root: Node, path: str, template: Node) -> None:
    for parent in list(root.walk()):
        if parent.path == path.rpartition("/")[0]:
            parent.append(_copied(template)).repeat = True


def _fields(binds: Mapping[str, Bind], paths: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        name = binds[path].extra.get("field") if path in binds else None
        if name:
            found.setdefault(name, []).append(path)
    return {name: tuple(those) for name, those in found.items()}


def _with_instance_id(root: Node, prefixes: Mapping[str | None, str]) -> str:
    """The path of the instance's id, which is put in where the form has none."""
    meta = next((child for child in root.children if child.name.rpartition(":")[2] == "meta"), None)
    if meta is None:
        prefix = next((f"{name}:" for name, uri in prefixes.items() if name and uri == OPENROSA), "")
        meta = root.append(Node(f"{prefix}meta"))
    prefix = meta.name[: -len("meta")]
    found = next((child for child in meta.children if child.name.rpartition(":")[2] == "instanceID"), None)
    return (found or meta.append(Node(f"{prefix}instanceID"))).path


def _order(root: Node) -> dict[str, tuple[str, ...]]:
    """The names of the children of each path, in order."""
    found: dict[str, dict[str, None]] = {}
    for node in root.walk():
        if node.children:
            found.setdefault(node.path, {}).update(dict.fromkeys(child.name for child in node.children))
    return {path: tuple(names) for path, names in found.items()}


def _copied(node: Node) -> Node:
    copy = node.copy()
    copy.set_path(node.path.rpartition("/")[0])
    return copy


def _paths(root: Node, templates: Mapping[str, Node]) -> tuple[str, ...]:
    """Every generic path, in document order as far as it goes."""
    found: dict[str, None] = {}
    for top in (root, *templates.values()):
        for node in top.walk():
            found[node.path] = None
    return tuple(found)


def _drafts(
    binds: Mapping[str, Bind],
    paths: tuple[str, ...],
    questions: Mapping[str, Question],
    repeats: Mapping[str, Repeat],
) -> Iterator[graph.Draft]:
    for path in paths:
        bind = binds.get(path)
        repeat = repeats.get(path)
        question = questions.get(path)
        if repeat is not None and repeat.count is not None and path.count("/") > 1:
            yield graph.Draft(path, "count", repeat.count)
        if bind is not None:
            for name in ("relevant", "calculate", "readonly", "required", "constraint", "warning"):
                expression = getattr(bind, name)
                if expression is not None:
                    overwritable = name == "calculate" and question is not None and bind.readonly is None
                    yield graph.Draft(path, name, expression, overwritable)
        if question is not None and question.itemset is not None:
            yield graph.Draft(path, "itemset", question.itemset.nodes)
