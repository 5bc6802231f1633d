"""The forms of a casebook (案卷里的调查表): compiled once, kept as facts, so that filling one never needs pyxform."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook
from casebook.store.facts import Fact, fact_by_id
from casebook.store.sqlite import Connection
from casebook.store.views import View

if TYPE_CHECKING:
    from survey_forms.form.definition import FormDefinition
    from survey_forms.xlsform import Compiled

KEPT = 8
"""Definitions kept in the process: a form of 3,000 villages is some 60 MB."""


@dataclass(frozen=True, slots=True)
class StoredForm:
    """A form of a casebook. `id` is its fact's, `wall` ISO UTC, `file` the name of the file it came from."""

    id: str
    form_id: str
    version: str
    title: str
    sha256: str
    clock: int
    wall: str
    author: str
    file: str


@dataclass(frozen=True, slots=True)
class ImportedForm:
    """What an import came to; `new` is False when the casebook has just this form already."""

    id: str
    new: bool
    form_id: str
    version: str
    title: str


def standard_form() -> Path:
    """The household form that the program ships (内置，可替换)."""
    return Path(__file__).with_name("forms") / "household.xlsx"


def import_form(book: Casebook, path: Path) -> ImportedForm:
    """Check a form and keep it, with the files beside it that it names.

    Raises RuhuError (check) when something is wrong with it, or when the casebook has another form of this id and
    version; (unusable) for a file that is no form.
    """
    from survey_forms.xlsform import checked

    compiled, _definition = checked(path)
    digest = form_digest(compiled.xml, compiled.resources)
    with book.writing() as writing:
        rows = writing.connection.execute(
            "SELECT id, sha256 FROM form WHERE form_id = ? AND version = ? ORDER BY clock DESC, id DESC",
            (compiled.form_id, compiled.version),
        ).fetchall()
        same = next((identity for identity, sha256 in rows if sha256 == digest), "")
        if rows and not same:
            raise _same_version(compiled, path)
        identity = same or writing.append("form", _body(compiled, digest, path)).id
    return ImportedForm(identity, not same, compiled.form_id, compiled.version, compiled.title)


def _same_version(compiled: Compiled, path: Path) -> RuhuError:
    row = Place(path.name, "settings", 2, "version") if compiled.places else Place(path.name)
    what = _("案卷里已有「{form}」的 {version} 版，内容不同").format(form=compiled.form_id, version=compiled.version)
    return RuhuError("same_version", what, _("改过的表请把 version 加大，再导入"), row, "check")


def _body(compiled: Compiled, digest: str, path: Path) -> dict[str, Any]:
    return {
        "form_id": compiled.form_id,
        "version": compiled.version,
        "title": compiled.title,
        "sha256": digest,
        "xml": compiled.xml,
        "resources": dict(compiled.resources),
        "file": path.name,
    }


def form_digest(xml: str, resources: Mapping[str, str]) -> str:
    """The SHA-256 of an XForm; of one that names files, of it and them."""
    digest = hashlib.sha256(xml.encode())
    if resources:
        digest.update(json.dumps(dict(resources), ensure_ascii=False, sort_keys=True).encode())
    return digest.hexdigest()


def forms(book: Casebook) -> list[StoredForm]:
    """The forms of a casebook, the newest first."""
    with book.reading() as connection:
        columns = ", ".join(StoredForm.__slots__)
        rows = connection.execute(f"SELECT {columns} FROM form ORDER BY clock DESC, id DESC")
        return [StoredForm(*row) for row in rows]


def definition_of(book: Casebook, form: str) -> FormDefinition:
    """The definition of a form by the id of its fact, made once in this process. Raises RuhuError (usage) for an
    unknown id, (unusable) when its body is not on this machine."""
    with book.reading() as connection:
        return definition_in(connection, form)


def definition_in(connection: Connection, form: str) -> FormDefinition:
    """The same on a connection."""
    row = connection.execute("SELECT sha256 FROM form WHERE id = ?", (form,)).fetchone()
    if row is None:
        what = _("案卷里没有这张调查表")
        raise RuhuError("no_form", what, _("请先用 ruhu forms import 导入"), category="usage")
    (digest,) = row
    found = _definitions.get(digest)
    if found is None:
        found = _definitions[digest] = _loaded(connection, form)
        while len(_definitions) > KEPT:
            del _definitions[next(iter(_definitions))]
    return found


_definitions: dict[str, FormDefinition] = {}
"""By digest, the oldest first."""


def _loaded(connection: Connection, form: str) -> FormDefinition:
    from survey_forms.form.load import load_form

    fact = fact_by_id(connection, form)
    if fact is None or fact.body is None:
        what = _("这张调查表的内容不在这台电脑上")
        raise RuhuError("form_not_here", what, _("请向发任务的单位要交换包"))
    return load_form(fact.body["xml"], fact.body["resources"])


def _apply(connection: Connection, fact: Fact) -> None:
    if fact.kind != "form" or fact.body is None:
        return
    body, envelope = fact.body, fact.envelope
    row = (body["form_id"], body["version"], body["title"], body["sha256"])
    connection.execute(
        "INSERT INTO form VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (fact.id, *row, envelope.clock, envelope.wall, envelope.author, body["file"]),
    )


FORMS = View(
    name="forms",
    version=1,
    tables=("form",),
    schema="""
CREATE TABLE form (
    id TEXT PRIMARY KEY, form_id TEXT NOT NULL, version TEXT NOT NULL, title TEXT NOT NULL, sha256 TEXT NOT NULL,
    clock INTEGER NOT NULL, wall TEXT NOT NULL, author TEXT NOT NULL, file TEXT NOT NULL
) STRICT;
CREATE INDEX form_named ON form (form_id, version)
""",
    apply=_apply,
)
