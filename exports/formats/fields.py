"""What a column of an upload workbook can hold (上报字段). The words stand in `fields.toml` beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from casebook.errors import RuhuError
from casebook.language import _

Kind = Literal["text", "id", "date", "money", "count", "code", "codes", "phone"]
Part = Literal["", "disease", "treatment"]
"""Of what there is one: '' of a person, else a person has several diseases, a disease several treatments."""


@dataclass(frozen=True, slots=True)
class Field:
    """`title` is the Chinese name, of 四川 2016 (D1) where it has the field, else of the roster (B1), else of the table
    it comes from. `form` is the `ruhu:field` of the question that answers it, `column` what the lists call it
    (casebook/tables/fields.toml), `codes` the code list; each '' for none. `headers` are other wordings of it,
    `doubtful` such as may mean another thing too, `within` those that mean it under a group of columns alone:
    `head/姓名`, the groups being those of exports/learning/groups.toml."""

    name: str
    title: str
    kind: Kind
    part: Part = ""
    form: str = ""
    column: str = ""
    codes: str = ""
    headers: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


@cache
def upload_fields() -> Mapping[str, Field]:
    """Every field by its name, in the order of the file."""
    data = tomllib.loads(Path(__file__).with_name("fields.toml").read_text(encoding="utf-8"))
    told: list[dict[str, Any]] = [
        {key: tuple(value) if isinstance(value, list) else value for key, value in one.items()} for one in data["field"]
    ]
    return {one["name"]: Field(**one) for one in told}


def field_named(name: str) -> Field:
    """The field of this name or Chinese title. Raises RuhuError (usage) when there is none, or several (属地)."""
    fields = upload_fields()
    if name in fields:
        return fields[name]
    found = [field for field in fields.values() if field.title == name]
    if len(found) == 1:
        return found[0]
    what = _("没有「{field}」这个字段").format(field=name[:40])
    raise RuhuError("unknown_field", what, _("所有字段见 docs/upload.md"), category="usage")
