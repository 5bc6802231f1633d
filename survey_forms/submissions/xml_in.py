"""Submissions copied from phones: `instances/<name>/<name>.xml` in a folder or a zip file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZipFile

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.tables.zip_errors import ZIP_ERRORS
from survey_forms.form.definition import FormDefinition
from survey_forms.submissions.instance_xml import LARGEST, Instance, instance_of, local_name, own_text, parsed_instance

MOST_FILES = 200_000

Tell = Callable[[RuhuError], None]


def read_instances(path: Path, tell: Tell) -> Iterator[Instance]:
    """Every submission in a folder (however deep), in a zip file, or in the one XML file, by name; `tell` hears of
    each file that is none, and the others are read. Raises RuhuError (unusable) when the folder or zip itself is."""
    for name, read in _files(path):
        try:
            yield instance_of(read(), name)
        except RuhuError as error:
            tell(error)
        except OSError:
            tell(RuhuError("instance_unreadable", _("文件读不了。"), _("请检查权限"), Place(file=name)))


def _files(path: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The name and the reader of each XML file, in the order of names."""
    if path.is_dir():
        found = sorted(one for one in path.rglob("*.xml") if one.is_file() and not _is_media(one.name))
        for one in found[:MOST_FILES]:
            yield one.relative_to(path).as_posix(), lambda one=one: _read_at_most(one)  # type: ignore[misc]
    elif path.is_file() and path.suffix.lower() == ".zip":
        yield from _zipped(path)
    elif path.is_file():
        yield path.name, lambda: _read_at_most(path)
    else:
        raise RuhuError("instances_missing", _("没有这个文件或文件夹。"), place=Place(file=path.name))


def _is_media(name: str) -> bool:
    """Files that lie beside submissions and are none."""
    return name.startswith("._") or name == "audit.xml"


def _read_at_most(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _zipped(path: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    try:
        archive = ZipFile(path)
    except ZIP_ERRORS:
        what = _("zip 文件打不开，可能没有传完。")
        raise RuhuError("zip_broken", what, _("请重新复制"), Place(file=path.name)) from None
    with archive:
        names = sorted(name for name in archive.namelist() if name.lower().endswith(".xml"))
        for name in names[:MOST_FILES]:
            if not _is_media(PurePosixPath(name).name) and not name.startswith("__MACOSX/"):
                yield name, lambda name=name: read_member(archive, name)  # type: ignore[misc]


def read_member(archive: ZipFile, name: str) -> bytes:
    """A member of a zip, at most a byte more than is allowed. Raises RuhuError for a damaged or encrypted one."""
    try:
        with archive.open(name) as file:
            return file.read(LARGEST + 1)
    except ZIP_ERRORS as error:
        raise RuhuError("zip_member", _("压缩包里的这个文件读不了。"), place=Place(file=name)) from error


# --- what was answered -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadValues:
    """`values` by ref, blanks left out, in the order of the XML; `instances` the refs of all instances of repeats;
    `unknown` the generic paths that the form does not have."""

    values: tuple[tuple[str, str], ...]
    instances: tuple[str, ...]
    unknown: tuple[str, ...]


def values_of(xml: str, definition: FormDefinition) -> ReadValues:
    """What a submission answers, for this form; what is in `meta` is left out. Raises RuhuError as `instance_of`."""
    root = parsed_instance(xml.encode("utf-8"))
    reading = _Reading(definition)
    reading.read(root, definition.template.path, definition.template.path)
    return ReadValues(tuple(reading.values), tuple(reading.instances), tuple(dict.fromkeys(reading.unknown)))


class _Reading:
    def __init__(self, definition: FormDefinition) -> None:
        self.definition = definition
        self.values: list[tuple[str, str]] = []
        self.instances: list[str] = []
        self.unknown: list[str] = []

    def read(self, element: Any, path: str, ref: str) -> None:
        """The children of an element of this generic path; a document is never deeper than lxml lets it be."""
        names = {name.rpartition(":")[2]: name for name in self.definition.order.get(path, ())}
        counts: dict[str, int] = {}
        for child in element:
            plain = local_name(child)
            if not plain or plain == "meta":
                continue
            name = names.get(plain)
            if name is None:
                self.unknown.append(f"{path}/{plain}")
                continue
            below = f"{path}/{name}"
            if below in self.definition.repeats:
                counts[name] = counts.get(name, 0) + 1
                place = f"{ref}/{name}[{counts[name]}]"
                self.instances.append(place)
            else:
                place = f"{ref}/{name}"
            if self.definition.order.get(below):
                self.read(child, below, place)
            elif text := own_text(child).strip():
                self.values.append((place, text))
