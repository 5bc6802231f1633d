"""Learning a template (认模板): from the file to a proposal for every column."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from casebook.errors import Place, RuhuError
from casebook.language import N_, _
from casebook.texts import text as said
from exports.learning.below import first_row_below
from exports.learning.grid import Grid
from exports.learning.header_block import HeaderBlock, find_header_block
from exports.learning.learned import Learned, OtherSheet
from exports.learning.meaning import meaning_of, quality
from exports.learning.proposing import proposals
from exports.learning.sheet_reading import RawSheet
from exports.learning.template_file import TemplateFile, open_template
from exports.learning.vocabulary import Vocabulary, vocabulary
from exports.learning.words import known_words


@dataclass(frozen=True, slots=True)
class _Candidate:
    sheet: RawSheet
    grid: Grid
    block: HeaderBlock | None
    names_somebody: bool = True
    listed: bool = False
    """`names_somebody`: a column says whose the row is; `listed`: other sheets take their drop-downs from this one."""

    @property
    def score(self) -> float:
        if self.block is None:
            return 0.0
        aside = any(word in self.sheet.name.lower() for word in known_words().aside)
        return self.block.score * (0.4 if aside or self.listed else 1.0) * (1.0 if self.names_somebody else 0.25)


def learn(path: Path, sheet: str = "") -> Learned:
    """Understand a template. `sheet` names the one to take, else the visible one that looks most like a form.

    Raises RuhuError for a file that is no usable .xlsx, a sheet that is not there, or one without a known header.
    """
    template = open_template(path)
    words = vocabulary()
    candidates = _candidates(template, sheet, words)
    found = max(candidates, key=lambda one: one.score)
    if found.block is None:
        raise _no_header(template, sheet)
    return _learned(template, found, candidates, words)


def _candidates(template: TemplateFile, sheet: str, words: Vocabulary) -> list[_Candidate]:
    if sheet:
        named = template.sheet(sheet)
        if named is None:
            what = _("模板里没有「{sheet}」这张工作表").format(sheet=sheet[:40])
            names = _("、").join(one.name for one in template.sheets[:8])
            raise RuhuError(
                "template_sheet", what, _("有这些：{names}").format(names=names), Place(file=template.name), "usage"
            )
        sheets = [named]
    else:
        sheets = [one for one in template.sheets if one.visible]
    if not sheets:
        raise _no_header(template, sheet)
    return [_candidate(one, template, words) for one in sheets]


def _candidate(sheet: RawSheet, template: TemplateFile, words: Vocabulary) -> _Candidate:
    grid = Grid(sheet)
    seen: dict[tuple[str, ...], float] = {}

    def knows(path: tuple[str, ...]) -> float:
        if path not in seen:
            seen[path] = quality(meaning_of(path, words))
        return seen[path]

    block = find_header_block(grid, knows)
    fields = {meaning_of(path, words).field for path in block.paths.values()} if block else set[str]()
    return _Candidate(sheet, grid, block, bool(fields & _WHOSE), _is_listed(sheet, template))


_WHOSE = frozenset({"person.name", "person.id_number", "person.code", "household.head", "household.code"})


def _is_listed(sheet: RawSheet, template: TemplateFile) -> bool:
    """Whether the drop-downs of other sheets have their entries here: a code table."""
    start = (f"{sheet.name}!", f"'{sheet.name.replace(chr(39), chr(39) * 2)}'!")
    formulas = (rule.formula for one in template.sheets if one is not sheet for rule in one.validations)
    told = (template.names.get(formula.lstrip("="), formula) for formula in formulas)
    return any(formula.lstrip("=").startswith(start) for formula in told)


def _no_header(template: TemplateFile, sheet: str) -> RuhuError:
    what = _("没有找到认得的表头")
    remedy = _("表头要横排，写姓名、证件号、疾病名称等；在别的工作表时用 --sheet 指定")
    return RuhuError("template_header", what, remedy, Place(file=template.name, sheet=sheet))


def _learned(template: TemplateFile, found: _Candidate, candidates: list[_Candidate], words: Vocabulary) -> Learned:
    block, grid, sheet = found.block, found.grid, found.sheet
    assert block is not None
    below = first_row_below(grid, block)
    columns = proposals(template, sheet, grid, block, below, words)
    titles = tuple(
        (row, column + 1, text) for row in grid.rows if row < block.first for column, text in grid.by_row[row]
    )
    return Learned(
        file=template.name,
        sheet=sheet.name,
        header_rows=(block.first, block.last),
        first_row=below.first_row,
        columns=columns,
        titles=titles,
        other_sheets=_others(template, found, candidates),
        notes=below.notes,
        template=template.content,
        sha256=template.sha256,
    )


def _others(template: TemplateFile, found: _Candidate, candidates: list[_Candidate]) -> tuple[OtherSheet, ...]:
    scores = {one.sheet.name: one.score for one in candidates}
    others = []
    for sheet in template.sheets:
        if sheet.name == found.sheet.name:
            continue
        if not sheet.visible:
            reason = said(N_("隐藏的工作表"))
        elif scores.get(sheet.name, 0.0) >= 0.6 * found.score:
            reason = said(N_("也像上报表，要认它请用 --sheet 指定"))
        else:
            reason = said(N_("没有认得的表头，不是上报表"))
        others.append(OtherSheet(sheet.name, reason))
    return (*others, *(OtherSheet(name, said(N_("不是表格，没有读"))) for name in template.unread))
