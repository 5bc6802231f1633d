"""An invented county through the whole check, and of its planted errors what was found."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from casebook.language import _
from tui.commands.sentences import listed
from tui.commands.telling import tell

if TYPE_CHECKING:
    from audit.findings import CrossCheck
    from casebook.sample.people import County
    from casebook.sample.scoring import KindScore, Link, Score
    from casebook.sample.workbooks import CountyFiles, Format
    from tui.commands.demo_casebook import Visited
    from tui.commands.demo_upload import HandedIn

LEAST_F1 = 0.996
_WIDTH = 8  # cells of a number column
_MOST_IN_WORKBOOK = 200_000
"""People above whom the lists are csv files: a workbook of more takes minutes to write."""


def run_demo(people: int, keep: Path | None, seed: int, *, interface: bool) -> int:
    """Invent a county of `people`, check it, print planted against found; 0 when every row is in one state and F1 is
    at least 0.996, else 1. With `keep` the lists, the casebook and every file written stay in that folder. At the end
    the `interface` opens on the casebook, where there is a terminal.

    Raises RuhuError (usage) for a `keep` that is a file or a folder with something in it.
    """
    if keep is not None:
        _make_folder(keep)
        return _run(keep, people, seed, keep=True, interface=interface)
    with TemporaryDirectory(prefix="ruhu-demo-", ignore_cleanup_errors=True) as folder:
        return _run(Path(folder), people, seed, keep=False, interface=interface)


def _make_folder(folder: Path) -> None:
    from casebook.errors import Place, RuhuError

    place = Place(file=str(folder))
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            what, remedy = _("已经有东西了"), _("请给一个新的或空的文件夹")
            raise RuhuError("demo_folder_taken", what, remedy, place, category="usage")
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what, remedy = _("这个文件夹建不了"), _("请检查写入权限，或换一个位置")
        raise RuhuError("demo_folder", what, remedy, place) from error


def _run(folder: Path, people: int, seed: int, *, keep: bool, interface: bool) -> int:
    from casebook.sample.county import invent_county
    from casebook.sample.scoring import read_truth, score_kinds, score_links
    from casebook.sample.workbooks import write_county
    from exports.row_counts import row_counts
    from tui.commands.check import cross_checked

    county = invent_county(people, seed)
    form: Format = "csv" if people > _MOST_IN_WORKBOOK else "xlsx"
    files = write_county(county, folder, roster_format=form, registry_format=form)
    tell([_county_line(county)])
    result = cross_checked([(files.roster, {}), (files.registry, {})])
    _write(result, files, folder, keep)
    links, truth = found_links(result), read_truth(files.truth)
    score = score_links(links, truth)
    tell([*_kind_table(score_kinds(links, truth)), _alias_line(county, result), *_score_lines(score)])
    casebook = _make_casebook(county, result, folder, keep)
    whole = all(row_counts(side).adds_up for side in (result.roster, result.registry))
    good = whole and score.f1 >= LEAST_F1
    verdict = _("每一行都在一种状态里：{whole}；埋下的对应关系 F1 = {f1}（要求 {least}）：{verdict}").format(
        whole=_("是") if whole else _("否"),
        f1=f"{score.f1:.5f}",
        least=LEAST_F1,
        verdict=_("通过") if good else _("没有通过"),
    )
    print(verdict)
    if interface:
        _show(casebook)
    return 0 if good else 1


def _make_casebook(county: County, result: CrossCheck, folder: Path, keep: bool) -> Path:
    """A casebook in which everything was done once, to the province's answer; plain, since there is nobody to
    protect, and said to be."""
    from casebook.store.anchor import anchor_line
    from casebook.store.casebook import create_casebook
    from tui.all_views import VIEWS
    from tui.commands.demo_casebook import fill_casebook, make_visits
    from tui.commands.demo_papers import write_papers
    from tui.commands.demo_upload import hand_in
    from tui.commands.progress_line import progress_line

    path = folder / "demo.ruhu"
    name = _("演示：{county}").format(county=county.names[0])
    with create_casebook(path, name=name, author=_("演示"), views=VIEWS) as book:
        with progress_line() as progress:
            fill_casebook(book, result, progress)
        with TemporaryDirectory(prefix="ruhu-demo-phones-") as phones:
            visited = make_visits(book, Path(phones), date.today())
        uploads = folder / "uploads"
        uploads.mkdir()
        handed_in = hand_in(book, uploads)
        papers = write_papers(book, visited, folder / "papers")
        anchor = str(anchor_line(book))
    plain = _("演示用的案卷没有加密；ruhu new 新建的会加密。")
    tell([*_visits_lines(visited), *_upload_lines(handed_in), _("锚：{anchor}").format(anchor=anchor), plain])
    if keep:
        for written in (path, *papers, *sorted(uploads.rglob("*.xlsx"))):
            print(written)
    return path


def _show(casebook: Path) -> None:
    from tui.commands.opened import opened_casebook
    from tui.screens.app import run_app

    with opened_casebook(casebook, _("演示")) as book:
        run_app(book)


def _write(result: CrossCheck, files: CountyFiles, folder: Path, keep: bool) -> None:
    """What `ruhu check` writes, beside the lists."""
    from exports.findings_workbook import write_findings
    from exports.links import write_links

    findings, links = folder / "findings.xlsx", folder / "links.csv"
    write_findings(result, findings)
    write_links(result, links)
    if keep:
        for path in (*files, findings, links):
            print(path)


def found_links(result: CrossCheck) -> list[Link]:
    """The lines of `links.csv`; both lists have one sheet."""
    from exports.links import link_rows

    return [
        (int(registry or 0) or None, int(roster or 0) or None, state, tuple(filter(None, kinds.split(";"))))
        for registry, roster, _score, state, kinds in link_rows(result)
    ]


def _county_line(county: County) -> str:
    return _(
        "虚构的{county}：{townships} 个乡镇，{villages} 个村，{households} 户，{people} 人；"
        "花名册 {roster} 行，卫健台账 {registry} 行（患者 {patients} 人）。人名、号码都是造的。"
    ).format(
        county=listed(county.names[:3]),
        townships=f"{len(county.townships):,}",
        villages=f"{len(county.villages):,}",
        households=f"{len(county.households):,}",
        people=f"{len(county.people):,}",
        roster=f"{len(county.roster):,}",
        registry=f"{len(county.registry):,}",
        patients=f"{len(county.patients):,}",
    )


def _visits_lines(visited: Visited) -> list[str]:
    done = _(
        "按脚本入户：{villages} 个村 {planned} 户，上交并两审通过 {passed} 户；"
        "待问 {asked} 条，答复已采纳 {accepted} 条。"
    ).format(
        villages=len(visited.villages),
        planned=len(visited.planned),
        passed=len(visited.passed),
        asked=visited.asked,
        accepted=visited.accepted,
    )
    if (carried := visited.carried) is None:
        return [done]
    lent = _("其中 {villages} 个村借给一台笔记本：交换包带去 {out} 条事实，带回 {back} 条。").format(
        villages=len(carried.areas), out=f"{carried.to_laptop:,}", back=f"{carried.to_office:,}"
    )
    return [done, lent]


def _upload_lines(handed_in: HandedIn) -> list[str]:
    written = _("第 {number} 批「{title}」：{rows} 行，{files} 个文件；未上报 {left_out} 人，原因写在「未上报.xlsx」。")
    lines = [
        written.format(
            number=batch.number,
            title=batch.title,
            rows=f"{batch.rows:,}",
            files=sum(file.upload for file in batch.files),
            left_out=batch.left_out,
        )
        for batch in handed_in.batches
    ]
    learned = _("认省里的模板：{columns} 列，{doubtful} 列请人核对。")
    answer = _("省里退回 {rejected} 人，成为疑点，{returned} 户退回重查；{unmatched} 行对不上人，列出待查。")
    return [
        *lines,
        learned.format(columns=handed_in.columns, doubtful=handed_in.doubtful),
        answer.format(
            rejected=handed_in.rejected, returned=handed_in.returned, unmatched=handed_in.unmatched
        ),
    ]


def _kind_table(scores: list[KindScore]) -> list[str]:
    """A line a kind: planted, found, said wrongly; by severity, then in the order of the vocabulary."""
    from audit.kinds import KINDS
    from tui.commands.cells import cell_width, pad

    place = {kind: (known.severity, i) for i, (kind, known) in enumerate(KINDS.items())}
    rows = [("", [_("埋下"), _("找到"), _("误报")])]
    for score in sorted(scores, key=lambda score: place.get(score.kind, ("Z", 0))):
        known = KINDS.get(score.kind)
        title = score.kind
        if known:
            title = f"{known.severity}  " + _("{title}（{kind}）").format(title=_(known.title), kind=score.kind)
        rows.append((title, [f"{n:,}" for n in (score.planted, score.found, score.false)]))
    sums = [sum(score.planted for score in scores), sum(s.found for s in scores), sum(s.false for s in scores)]
    rows.append((_("合计"), [f"{total:,}" for total in sums]))
    width = max(cell_width(title) for title, _cells in rows) + 2
    return [pad(title, width) + "".join(pad(cell, _WIDTH, right=True) for cell in cells) for title, cells in rows]


def _alias_line(county: County, result: CrossCheck) -> str:
    """Village names are compared in the form the check learned them, so a name counts that begins alike."""
    found = {alias.registry.removesuffix("村") for alias in result.aliases}
    planted = {written.removesuffix("村") for _township, written, _name in county.aliases}
    return _("两边叫法不同的村：埋下 {planted} 个，找到 {found} 个，误报 {false} 个。").format(
        planted=len(planted), found=len(planted & found), false=len(found - planted)
    )


def _score_lines(score: Score) -> list[str]:
    links = _("对应关系：真有 {pairs} 对，找到 {right} 对；自动对错 {wrong} 对，留给人判断 {review} 对。")
    rates = _("查准率 {precision}，查全率 {recall}。")
    found = links.format(
        pairs=f"{score.pairs:,}",
        right=f"{score.right:,}",
        wrong=score.wrong_auto,
        review=score.review,
    )
    return [found, rates.format(precision=f"{score.precision:.5f}", recall=f"{score.recall:.5f}")]
