"""A format as a file (上报格式文件) that a clerk can edit: one column after the other, a line for each setting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casebook.tables.table import column_letter
from exports.formats.fields import upload_fields
from exports.formats.format import FILE_NAME, Format, FormatColumn

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_HEAD = """# 上报格式。每个 [[column]] 是一列，从左到右：at 是第几列，header 是表头（几行的写成列表），field 填什么。
# field 空着的列不填；所有字段见 docs/upload.md。write：code 写代码，name 写名称，both 两样都写。
# 改好以后：ruhu formats check 这个文件。井号后面的字程序不看。
"""
_PLAIN = FormatColumn(0, ())


def format_text(format: Format, remarks: Mapping[int, str] | None = None) -> str:
    """The TOML text of a format; `load` of it gives the same format. `remarks` are comments on columns by their 0-based
    place, in Chinese."""
    return _HEAD + "\n" + "\n".join((*_settings(format), "", *_tables(format), *_columns(format, remarks or {})))


def _settings(format: Format) -> list[str]:
    """What is not in a table of its own: it has to stand first."""
    lines = [f"{key} = {_text(getattr(format, key))}" for key in ("name", "title", "version")]
    lines.append(_noted(f"status = {_text(format.status)}", "sourced 有出处；reconstructed 拼合；county 本县的模板"))
    lines += [f"{key} = {_long(value)}" for key in ("region", "evidence") if (value := getattr(format, key))]
    first, last = format.header_rows
    lines += ["", f"sheet = {_text(format.sheet)}"]
    lines.append(_noted(f"header_rows = [{first}, {last}]", "表头的第一行和最后一行"))
    lines.append(_noted(f"first_row = {format.first_row}", "第一个人在第几行"))
    if format.template:
        lines.append(_noted(f"template = {_text(format.template)}", "模板，放在这个文件旁边"))
    if format.template_sha256:
        lines.append(f"template_sha256 = {_text(format.template_sha256)}")
    lines.append("")
    lines.append(
        _noted(f"split = {_text(format.split)}", "none 不分；township 一个乡镇一个文件；village 一个村一个文件")
    )
    lines.append(_noted(f"most_rows = {format.most_rows}", "一个文件最多多少行，0 不限"))
    if format.file_name != FILE_NAME:
        lines.append(f"file_name = {_text(format.file_name)}")
    if format.encoding:
        lines.append(_noted(f"encoding = {_text(format.encoding)}", "姓名要能用这种编码写出来"))
    if format.signers:
        lines.append(f"signers = {_list(format.signers)}")
    return lines


def _tables(format: Format) -> list[str]:
    lines = []
    for row, column, text in format.titles:
        lines += ["[[titles]]", f"row = {row}", f"column = {column}", f"text = {_text(text)}", ""]
    for name, table in (("constants", format.constants), ("only", format.only)):
        if table:
            lines += [f"[{name}]", *(f"{_text(key)} = {_value(value)}" for key, value in table.items()), ""]
    for one in format.sums:
        lines += ["[[sum]]", f"total = {_text(one.total)}", f"parts = {_list(one.parts)}", ""]
    for repeat in format.repeats:
        how = f"columns({repeat.most})" if repeat.how == "columns" else repeat.how
        lines += ["[[block]]", f"part = {_text(repeat.part)}", f"repeat = {_text(how)}", ""]
    return lines


def _columns(format: Format, remarks: Mapping[int, str]) -> list[str]:
    lines: list[str] = []
    for column in format.columns:
        lines += (f"# {_comment(line)}" for line in remarks.get(column.column, "").splitlines())
        lines += [*_column(column), ""]
    return lines


def _column(column: FormatColumn) -> list[str]:
    header = _text(column.header[0]) if len(column.header) == 1 else _list(column.header)
    lines = ["[[column]]", f"at = {_text(column_letter(column.column))}", f"header = {header}"]
    field = upload_fields().get(column.field)
    if column.field:
        title = field.title if field is not None and field.title not in column.header else ""
        lines.append(_noted(f"field = {_text(column.field)}", title))
    for key in ("nth", "write", "length", "pattern", "date", "cell", "constant", "between"):
        if (value := getattr(column, key)) != getattr(_PLAIN, key):
            lines.append(f"{key} = {value if isinstance(value, int) else _text(value)}")
    if column.values:
        lines.append("values = [" + ", ".join(_code_and_name(*one) for one in column.values) + "]")
    if column.required_when:
        inner = ", ".join(f"{_text(key)} = {_list(values)}" for key, values in column.required_when.items())
        lines.append(f"required_when = {{ {inner} }}")
    if column.required != bool(column.required_when):
        lines.append(f"required = {'true' if column.required else 'false'}")
    if column.width:
        lines.append(f"width = {column.width!r}")
    return lines


def _code_and_name(code: str, name: str) -> str:
    """`"01 一般贫困户"`; as a list where the blank between would be read otherwise."""
    if code and name and " " not in code and code.strip() == code:
        return _text(f"{code} {name}")
    if not code and name.strip() and " " not in name:
        return _text(name)
    return _list((code, name))


def _value(value: str | tuple[str, ...]) -> str:
    return _text(value) if isinstance(value, str) else _list(value)


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(_text(text) for text in texts) + "]"


def _noted(line: str, comment: str) -> str:
    """A setting with what it means beside it."""
    return f"{line:35} # {comment}" if comment else line


def _comment(line: str) -> str:
    """A comment takes no control characters."""
    return "".join(one if one.isprintable() else " " for one in line)


def _long(text: str) -> str:
    """A text of several lines as such; TOML leaves out the line break behind the opening marks."""
    if "\n" not in text:
        return _text(text)
    return '"""\n' + "\n".join(_text(line)[1:-1] for line in text.split("\n")) + '"""'


def _text(text: str) -> str:
    """A TOML basic string. Control characters must not stand in one."""
    told = "".join(
        _ESCAPES.get(one) or (one if one.isprintable() or ord(one) > 0x9F else f"\\u{ord(one):04x}") for one in text
    )
    return f'"{told}"'
