"""A workbook converted by pyxform (转换), with all that it complains of at once."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from casebook.errors import Place
from casebook.language import _
from survey_forms.xlsform_messages import FormTrouble, troubles_of
from survey_forms.xlsform_workbook import FormBook

MOST_TROUBLES = 40
"""A workbook with more is looked at again after these are mended."""


def converted_workbook(book: FormBook, warnings: list[str]) -> tuple[str | None, list[FormTrouble]]:
    """The XForm of a workbook. pyxform stops at its first complaint: what it complains of is put in order and it is
    asked again, so that all is told at once."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    sheets: Any = deepcopy(dict(book.sheets))
    stem = Path(book.file).stem  # the form's id where its settings have none
    troubles: list[FormTrouble] = []
    while len(troubles) < MOST_TROUBLES:
        warnings.clear()
        try:
            result = convert({**deepcopy(sheets), "fallback_form_name": stem}, warnings=warnings, form_name="data")
        except PyXFormError as error:
            found = troubles_of(str(error), FormBook(book.file, sheets))
        except RecursionError:
            found = [FormTrouble(Place(book.file), _("分组套得太深"), _("请减少分组的层数"))]
        except Exception as error:  # a workbook that pyxform did not foresee
            what = _("pyxform 转换不了这张表（{kind}）").format(kind=type(error).__name__)
            found = [FormTrouble(Place(book.file), what, _("请对照随程序提供的表检查各列"))]
        else:
            return result.xform, troubles
        new = [trouble for trouble in found if trouble not in troubles]
        troubles += new
        if not new or not all(_mended(sheets, trouble) for trouble in new):
            return None, troubles
    return None, troubles


def _mended(sheets: Any, trouble: FormTrouble) -> bool:
    """Put in order what a trouble tells of; whether that was possible."""
    place = trouble.place
    if not trouble.mend or place.row is None:
        return False
    rows = sheets.get(place.sheet, [])
    if not 2 <= place.row < len(rows) + 2:
        return False
    row = rows[place.row - 2]
    if trouble.mend == "row":
        row.clear()
    elif trouble.mend == "type":
        row["type"] = "text"
        row.pop("calculation", None)
        row.pop("choice_filter", None)
        label = next((one for one in sheets["survey_header"][0] if one.partition("::")[0] == "label"), "")
        if label:
            row.setdefault(label, "?")
    elif trouble.mend == "name":
        row["name"] = f"mended_{place.row}"
    elif place.column.startswith(("trigger", "save_to", "parameters")):
        row.pop(place.column, None)
    else:
        expression = not place.column.startswith(("label", "hint", "guidance", "media", "constraint_m", "required_m"))
        row[place.column] = "''" if expression else "?"
    return True
