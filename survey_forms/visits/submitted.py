"""What was handed in (上交的答卷), as files that phones and ODK read: one folder with one XML file for each visit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook
from casebook.store.platform import write_atomically
from survey_forms.visits.visit_list import VisitRow, visit_rows
from survey_forms.visits.visit_view import fact_body

FOLDER = "instances"

_UNFIT = re.compile(r"[^0-9A-Za-z_.-]+")


@dataclass(frozen=True, slots=True)
class Submitted:
    """The last submission of a visit, sent back or not. `form_id` is the form's own id."""

    visit: VisitRow
    form_id: str
    instance: str
    xml: str


def submitted(book: Casebook, ids: Sequence[str]) -> Iterator[Submitted]:
    """The submissions of these visits; visits never handed in are left out. Raises LookupError for one whose body is
    not on this machine."""
    connection = book.connection
    forms = dict(connection.execute("SELECT id, form_id FROM form").fetchall())
    for row in visit_rows(book, ids):
        if row.submission:
            body = fact_body(connection, row.submission)
            yield Submitted(row, forms.get(row.form, ""), body["instance"], body["xml"])


def write_instances(book: Casebook, ids: Sequence[str], folder: Path) -> int:
    """Write `instances/NAME/NAME.xml` for each submission below a folder, made where it is missing; how many. Names are
    made of the form, the visit and the instance, of nobody's name.

    Raises RuhuError (usage) where there are instances already, (unusable) where nothing can be written.
    """
    target = folder / FOLDER
    try:
        target.mkdir(parents=True, exist_ok=True)
        taken = any(target.iterdir())
    except OSError as error:
        what, remedy = _("这个文件夹建不了，或不是文件夹"), _("请检查写入权限，或换一个位置")
        raise RuhuError("output_folder", what, remedy, Place(file=folder.name)) from error
    if taken:
        what = _("里面已经有答卷")
        raise RuhuError("output_taken", what, _("请给一个新的文件夹"), Place(file=folder.name), "usage")
    count = 0
    for one in submitted(book, ids):
        name = _UNFIT.sub("_", f"{one.form_id}_{one.visit.handle}_{one.instance.rpartition(':')[2][:8]}")
        (target / name).mkdir()
        write_atomically(target / name / f"{name}.xml", one.xml.encode())
        count += 1
    return count
