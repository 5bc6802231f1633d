"""The columns of the answers' workbook: the questions of a form by the repeat they stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from casebook.language import _
from exports.visit_form_outline import add_spares
from exports.visit_form_questions import Questions, numbers_of

if TYPE_CHECKING:
    from survey_forms.filling.filling import Filling
    from survey_forms.form.definition import FormDefinition, Question


@dataclass(frozen=True, slots=True)
class Column:
    """A question, or a hidden or calculated value that the form gives a meaning (`ruhu:field`). `repeat` is the generic
    path of the repeat it stands in, '' for none; `coded` when choices are stored as codes."""

    path: str
    repeat: str
    code: str
    title: str
    label: str
    kind: str
    field: str
    coded: bool

    def ref(self, instance: str) -> str:
        """The ref in an instance of the repeat."""
        return instance + self.path[len(self.repeat) :] if self.repeat else self.path


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: `levels` are the titles of the numbers of the instances, the outer first."""

    repeat: str
    title: str
    levels: tuple[str, ...]
    columns: tuple[Column, ...]


def tables_of(definition: FormDefinition, now: Callable[[], datetime]) -> tuple[tuple[Table, ...], Filling]:
    """The sheets of a form, and the blank filling with an instance of each repeat that their labels come from."""
    from survey_forms.filling.filling import Filling

    scratch = Filling.begin(definition, now=now)
    add_spares(scratch, definition)
    questions = Questions(scratch, definition, "", None)
    refs: dict[str, str] = {}
    for entry in scratch.outline():
        refs.setdefault(entry.path, entry.ref)
    names = {path: _repeat_title(path, refs, scratch) for path in definition.repeats}
    columns = list(_columns(definition, questions, refs))
    tables = [Table("", _("户表"), (), tuple(one for one in columns if not one.repeat))]
    for path in definition.repeats:
        around = [other for other in definition.repeats if path == other or path.startswith(f"{other}/")]
        levels = tuple(_("{repeat}序号").format(repeat=names[other]) for other in sorted(around, key=len))
        own = tuple(one for one in columns if one.repeat == path)
        tables.append(Table(path, names[path], levels, own))
    return tuple(tables), scratch


def _repeat_title(path: str, refs: dict[str, str], scratch: Filling) -> str:
    ref = refs.get(path, "")
    label = scratch.label(ref).partition("（")[0].strip() if ref else ""
    return label or path.rpartition("/")[2]


def _columns(definition: FormDefinition, questions: Questions, refs: dict[str, str]) -> Iterator[Column]:
    numbers = numbers_of(definition)
    for path in dict.fromkeys((*definition.binds, *definition.questions)):
        question = definition.questions.get(path)
        bind = definition.binds.get(path)
        field = bind.extra.get("field", "") if bind is not None else ""
        if question is None and not field:
            continue
        if question is not None and question.kind in ("note", "trigger") and not field:
            continue
        code = numbers.get(path, "") if question is not None else ""
        label = _label(path, question, questions, refs)
        yield Column(
            path=path,
            repeat=_repeat_of(definition, path),
            code=code,
            title=f"{code} {label}".strip(),
            label=label,
            kind=question.kind if question is not None else definition.types.get(path, "text"),
            field=field,
            coded=question is not None and question.chooses,
        )


def _label(path: str, question: Question | None, questions: Questions, refs: dict[str, str]) -> str:
    name = path.rpartition("/")[2]
    if question is None or path not in refs:
        return name
    return questions.label_of_many(refs[path], question) or name


def _repeat_of(definition: FormDefinition, path: str) -> str:
    around = [repeat for repeat in definition.repeats if path.startswith(f"{repeat}/")]
    return max(around, key=len, default="")
