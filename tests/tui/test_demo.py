"""`ruhu demo`: an invented county through the whole check."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from python_calamine import CalamineWorkbook

from casebook.store.casebook import open_casebook
from casebook.store.verify import verify
from exports.upload.batches import batch_files, batches
from tests.conftest import RunRuhu
from tui.all_views import VIEWS


def test_the_default_county_is_found_again(kept: tuple[Path, list[str]]) -> None:
    lines = kept[1]
    assert "6 个乡镇，41 个村，1,438 户，3,793 人" in lines[0]
    assert "患者 1,175 人" in lines[0]
    assert any("（id_swapped）" in line for line in lines)


def test_keep_leaves_the_lists_the_casebook_and_every_workbook(kept: tuple[Path, list[str]]) -> None:
    folder, printed = kept
    assert {path.name for path in folder.iterdir()} == {
        "roster.xlsx", "registry.xlsx", "truth.csv", "findings.xlsx", "links.csv", "demo.ruhu", "papers", "uploads",
    }  # fmt: skip
    workbooks = sorted(path for path in folder.rglob("*.xlsx") if "demo.ruhu" not in path.parts)
    for path in workbooks:
        book = CalamineWorkbook.from_path(path)
        assert any(book.get_sheet_by_name(name).to_python() for name in book.sheet_names), path.name
    names = [path.relative_to(folder).as_posix() for path in workbooks]
    assert len(workbooks) >= 8 and {f"papers/{name}.xlsx" for name in ("入户表", "入户小结", "答卷")} <= set(names)
    uploads = Counter(name.split("/")[1] for name in names if name.startswith("uploads/"))
    assert uploads.keys() == {
        "因病致贫因病返贫核查上报表", "建档立卡贫困人口健康状况核查表", "健康扶贫对象核查情况统计表", "省里的模板.xlsx",
        "省里退回的错误.xlsx",
    }  # fmt: skip
    assert all(len(path.name.encode()) < 120 for path in workbooks)
    # every file is named once on stdout, the verdict is the last line
    paths = sorted(line for line in printed if line.startswith(str(folder)))
    assert paths == sorted(str(folder / name) for name in (*names, "truth.csv", "links.csv", "demo.ruhu"))
    assert re.fullmatch(r"每一行都在一种状态里：是；埋下的对应关系 F1 = [01]\.\d{5}（要求 0\.996）：通过", printed[-1])
    said = "\n".join(printed)
    assert re.search(r"按脚本入户：\d+ 个村 \d+ 户，上交并两审通过 \d+ 户；待问 \d+ 条，答复已采纳 \d+ 条。", said)
    assert [line[:6] for line in printed if line.startswith("第 ")] == ["第 1 批「", "第 2 批「", "第 3 批「"]
    assert "认省里的模板：24 列，" in said and "省里退回 3 人，成为疑点，" in said and "1 行对不上人" in said


def test_the_casebook_that_is_kept_says_what_the_files_say(kept: tuple[Path, list[str]]) -> None:
    """Findings of the province on exactly the people of its file, their visits drafts; the batches hand out the same
    files again; the trail is whole."""
    folder = kept[0]
    errors = CalamineWorkbook.from_path(folder / "uploads" / "省里退回的错误.xlsx").get_sheet_by_index(0).to_python()
    place = {title: n for n, title in enumerate(errors[1])}
    planted = {row[place["证件号码"]]: row[place["错误说明"]] for row in errors[2:]}
    unknown = planted.popitem()[0]
    with open_casebook(folder / "demo.ruhu", author="演示", views=VIEWS) as book:
        query = book.connection.execute
        found = query(
            "SELECT DISTINCT f.id, l.number, f.household FROM finding f JOIN finding_person p ON p.finding = f.id "
            "JOIN listed l ON l.person = p.person AND l.side = p.side "
            "WHERE f.kind = 'province_error' AND p.side = 'roster'"
        ).fetchall()
        assert len(planted) == 3 and {number for _id, number, _household in found} == planted.keys()
        assert unknown not in {number for (number,) in query("SELECT number FROM listed")}
        for _id, number, household in found:
            (state, reason) = query("SELECT state, reason FROM visit WHERE household = ?", (household,)).fetchone()
            assert state == "draft" and planted[number] in reason
        states = dict(query("SELECT state, count(*) FROM visit GROUP BY state").fetchall())
        assert states["draft"] >= 3 and states["reported"] > 20
        for batch in batches(book):
            for name, content in batch_files(book, batch.id):
                assert (folder / "uploads" / batch.title / name).read_bytes() == content
        assert verify(book.connection).broken == ()


def test_a_folder_with_something_in_it_is_refused(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    (tmp_path / "旧" / "文件").mkdir(parents=True)
    done = run_ruhu("demo", "--no-tui", "--people", 100, "--keep", tmp_path / "旧")
    assert done.returncode == 2
    assert "已经有东西了" in done.stderr
    assert [path.name for path in (tmp_path / "旧").iterdir()] == ["文件"]
