"""ODK Central's CSV tables (a zip, or a folder of them) read back into the XML of each submission."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZipFile

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.tables.zip_errors import ZIP_ERRORS
from survey_forms.submissions.csv_fields import CsvField, CsvForm, csv_form
from survey_forms.submissions.csv_tables import FIRST_COLUMN, CsvTable, csv_tables, repeats_around, safe_file_name
from survey_forms.submissions.instance_xml import Instance
from survey_forms.submissions.xml_in import Tell

LARGEST_TABLE = 500_000_000
_WIDEST_CELL = 10_000_000
_OPENROSA = "http://openrosa.org/xforms"
_NO_CHARACTERS = {code: None for code in range(32) if code not in (9, 10, 13)}

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a table; `by_parent` those of a repeat."""

    table: CsvTable
    names: Mapping[str, tuple[str, ...]]
    rows: list[Row]
    by_parent: Mapping[str, list[Row]]


def is_csv_export(path: Path) -> bool:
    """Whether a zip or a folder holds such tables, and not XML."""
    if path.is_dir():
        return any(path.glob("*.csv")) and not any(path.rglob("*.xml"))
    if path.suffix.lower() != ".zip" or not path.is_file():  # a pipe would never end
        return False
    try:
        with ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()]
    except ZIP_ERRORS:
        return False
    return any(name.endswith(".csv") for name in names) and not any(name.endswith(".xml") for name in names)


def read_csv_export(path: Path, form_xml: str, form_id: str, tell: Tell) -> Iterator[Instance]:
    """Each submission in the form's own table, in its order, with its instances of repeats; `tell` hears of tables
    that are missing and rows that cannot be used. Raises RuhuError (unusable) when there is no table of the form."""
    form = csv_form(form_xml)
    found = _found(form, form_id, _tables(path), path, tell)
    making = _Making(form, form_id, found)
    seen: set[str] = set()
    for number, row in enumerate(found[""].rows, 2):
        key = row["KEY"]
        if not key or key in seen:
            what = _("KEY 重复，只读第一行。") if key else _("没有 KEY，没有读。")
            tell(RuhuError("csv_key", what, place=Place(file=found[""].table.file, row=number)))
            continue
        seen.add(key)
        yield making.instance(row)


def _found(
    form: CsvForm, form_id: str, texts: Mapping[str, Callable[[], str]], path: Path, tell: Tell
) -> dict[str, _Rows]:
    """The rows of each table by the path of its repeat."""
    csv.field_size_limit(_WIDEST_CELL)
    root = _root_name(texts, form_id, path)
    found: dict[str, _Rows] = {}
    flat = {table.repeat: table for table in csv_tables(form.fields, root, group_paths=False)}
    for table in csv_tables(form.fields, root):
        read = texts.get(table.file)
        if read is None:
            tell(RuhuError("csv_table_missing", _("缺这张表，里面的重复组没有读。"), place=Place(file=table.file)))
            continue
        try:
            found[table.repeat] = _rows(read(), table, flat[table.repeat], tell)
        except RuhuError as error:
            if not table.repeat:
                raise
            tell(error)
    return found


def csv_names(path: Path) -> list[str]:
    """The file names of the tables, without folders."""
    return list(_tables(path))


def _tables(path: Path) -> dict[str, Callable[[], str]]:
    """The reader of each table by file name, without folders."""
    if path.is_dir():
        return {one.name: lambda one=one: _text(one.read_bytes(), one.name) for one in path.glob("*.csv")}  # type: ignore[misc]
    return {PurePosixPath(name).name: lambda name=name: _member(path, name) for name in _members(path)}  # type: ignore[misc]


def _members(path: Path) -> list[str]:
    try:
        with ZipFile(path) as archive:
            return sorted(name for name in archive.namelist() if name.lower().endswith(".csv"))
    except ZIP_ERRORS:
        what = _("zip 文件打不开，可能没有传完。")
        raise RuhuError("zip_broken", what, _("请重新下载"), Place(file=path.name)) from None


def _member(path: Path, name: str) -> str:
    try:
        with ZipFile(path) as archive, archive.open(name) as file:
            data = file.read(LARGEST_TABLE + 1)
    except ZIP_ERRORS as error:
        raise RuhuError("zip_member", _("压缩包里的这个文件读不了。"), place=Place(file=name)) from error
    return _text(data, name)


def _text(data: bytes, name: str) -> str:
    if len(data) > LARGEST_TABLE:
        raise RuhuError("csv_too_large", _("表太大。"), place=Place(file=name))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        what = _("表不是 UTF-8 编码，可能用 Excel 另存过。")
        raise RuhuError("csv_not_utf8", what, _("请重新从 ODK Central 下载"), Place(file=name)) from None


def _root_name(texts: Mapping[str, Callable[[], str]], form_id: str, path: Path) -> str:
    """The file name of the form's own table, without the ending: the one that has SubmissionDate, of several that of
    the form's name."""
    own = f"{safe_file_name(form_id)}.csv"
    for name, read in sorted(texts.items(), key=lambda table: table[0] != own):
        header = _header(read())
        if FIRST_COLUMN in header and "KEY" in header and "PARENT_KEY" not in header:
            return name[: -len(".csv")]
    what = _("没有 ODK Central 的答卷表（要有 SubmissionDate 和 KEY 两列）。")
    raise RuhuError("csv_no_root", what, _("请用 Central 导出的 .csv.zip"), Place(file=path.name))


def _header(text: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text[:1_000_000], newline="")), [])
    except csv.Error:
        return []


def _rows(text: str, table: CsvTable, flat: CsvTable, tell: Tell) -> _Rows:
    """The rows by header. Headers with the names of groups, or without them where they are not in the table."""
    rows: list[Row] = []
    by_parent: dict[str, list[Row]] = {}
    reader = csv.DictReader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            kept = {name: value for name, value in row.items() if name is not None and isinstance(value, str)}
            kept.setdefault("KEY", "")
            rows.append(kept)
            by_parent.setdefault(kept.get("PARENT_KEY", ""), []).append(kept)
    except csv.Error:
        place = Place(file=table.file, row=reader.line_num)
        tell(RuhuError("csv_broken", _("这一行以后的表读不了。"), place=place))
    header = set(reader.fieldnames or ())
    names = {path: _columns(table, flat, path, header) for path in table.columns}
    return _Rows(table, names, rows, by_parent)


def _columns(table: CsvTable, flat: CsvTable, path: str, header: set[str]) -> tuple[str, ...]:
    """The headers that hold a field: four for a geopoint."""
    own, width = table.header[table.columns[path] :], _width(table, path)
    if own[0] in header:
        return own[:width]
    return flat.header[flat.columns[path] :][:width]


def _width(table: CsvTable, path: str) -> int:
    return 4 if table.header[table.columns[path]].endswith("-Latitude") else 1


class _Making:
    """XML out of rows, in the order of the form."""

    def __init__(self, form: CsvForm, form_id: str, found: Mapping[str, _Rows]) -> None:
        self.form = form
        self.form_id = form_id
        self.found = found
        self.around = repeats_around(form.fields)
        self.below: dict[str, list[CsvField]] = {}
        for field in form.fields:
            self.below.setdefault(field.path.rpartition("/")[0], []).append(field)

    def instance(self, row: Row) -> Instance:
        key, version = row["KEY"], row.get("FormVersion", "") or self.form.version
        inner = self._inner("", row, key)
        if not any(field.path == "/meta/instanceID" for field in self.form.fields):
            inner += f"<meta><instanceID>{_escaped(key)}</instanceID></meta>"
        head = f"{self.form.root}{self._spaces()} id={_quoted(self.form_id)}"
        head += f" version={_quoted(version)}" if version else ""
        xml = f"<?xml version='1.0' encoding='UTF-8'?><{head}>{inner}</{self.form.root}>"
        return Instance(self.form_id, version, key, self._deprecated(row), xml, key)

    def _deprecated(self, row: Row) -> str:
        names = self.found[""].names.get("/meta/deprecatedID", ())
        return row.get(names[0], "") if names else ""

    def _spaces(self) -> str:
        used = {field.written.partition(":")[0] for field in self.form.fields if ":" in field.written}
        used |= {self.form.root.partition(":")[0]} if ":" in self.form.root else set()
        known = dict(self.form.spaces)
        return "".join(f" xmlns:{prefix}={_quoted(known.get(prefix, _OPENROSA))}" for prefix in sorted(used))

    def _inner(self, path: str, row: Row, key: str) -> str:
        """What lies in a group or an instance; `key` is that of the row."""
        made: list[str] = []
        for field in self.below.get(path, ()):
            if field.kind == "repeat":
                rows = self.found[field.path].by_parent.get(key, ()) if field.path in self.found else ()
                made += [_element(field.written, self._inner(field.path, one, one["KEY"])) for one in rows]
            elif field.kind == "structure":
                made.append(_element(field.written, self._inner(field.path, row, key)))
            else:
                made.append(_element(field.written, _escaped(self._text(field, row, key))))
        return "".join(made)

    def _text(self, field: CsvField, row: Row, key: str) -> str:
        if field.path == "/meta/instanceID":
            return key
        names = self.found[self.around[field.path]].names[field.path]
        return row.get(names[0], "") if len(names) == 1 else " ".join(row.get(name, "") for name in names).strip()


def _element(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"


def _escaped(text: str) -> str:
    return escape(text.translate(_NO_CHARACTERS))


def _quoted(text: str) -> str:
    return quoteattr(text.translate(_NO_CHARACTERS))
