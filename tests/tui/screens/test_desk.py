"""The cross-check desk by its keys: each answer lands on the finding that was meant, and is said when it is stored."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from audit.decisions import Ruling, decide
from audit.imports import import_list
from audit.queue import Filter
from audit.run import run_audit
from audit.statuses import EVERY
from casebook.store.access import newest
from casebook.store.casebook import Casebook
from casebook.tables.read import read_table
from casebook.tables.table import Table
from tests.audit.casebooks import carry, second_device
from tests.tui.screens.conftest import AUTHOR
from tests.tui.screens.desk_flows import decisions, desk, now, plain, press, proposing, rows
from tests.tui.screens.looking import settle, shown
from tui.screens.app import RuhuApp
from tui.screens.desk_answer import Answer
from tui.screens.desk_batch import Batch
from tui.screens.desk_sign import Sign
from tui.widgets.field import Field
from tui.widgets.numbered import OfferingField


async def test_one_key_decides_and_goes_on(book: Casebook) -> None:
    first, second = plain(book)[:2]
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        page = await desk(pilot, first.id)
        assert page.queue.row_id == first.id
        await press(pilot, "1")
        assert now(book, first.id) == ("settled", 1)
        assert decisions(book) == [(1, "", "", "", AUTHOR)]
        assert re.search(r"已保存 \d\d:\d\d:\d\d  1采用花名册  撤销：u", shown(app))
        assert page.queue.row_id is not None and page.queue.row_id > first.id
        assert second.id >= page.queue.row_id
        assert "已定 1/" in shown(app)


async def test_a_finding_of_weight_asks_for_the_document(book: Casebook) -> None:
    row = next(row for row in rows(book, severity="A") if not row.review)
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await desk(pilot, row.id)
        await press(pilot, "2")
        assert isinstance(app.screen, Answer)
        await press(pilot, "enter")
        assert isinstance(app.screen, Answer), "nothing is saved while it lacks something"
        assert "A 类疑点要写明理由或看到的证件" in shown(app)
        await press(pilot, "2", "enter")
        assert app.screen is page
        assert decisions(book) == [(2, "", "", "户口本", AUTHOR)]
        assert now(book, row.id) == ("unsigned", 2)


async def test_the_value_on_the_document(book: Casebook) -> None:
    row = plain(book)[0]
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        await desk(pilot, row.id)
        await press(pilot, "3", "1", *"9900", "tab", *"seen", "enter")
        assert decisions(book) == [(3, "9900", "seen", "身份证", AUTHOR)]


async def test_escape_saves_nothing(book: Casebook) -> None:
    row = plain(book)[0]
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await desk(pilot, row.id)
        await press(pilot, "5", *"later", "escape")
        assert app.screen is page and page.queue.row_id == row.id
        assert decisions(book) == [] and now(book, row.id) == ("open", None)


async def test_reasons_given_before_are_offered_by_number(book: Casebook) -> None:
    before, row = plain(book)[:2]
    decide(book, [before.id], Ruling(5, reason="等村里回话"))
    app = RuhuApp(book)
    async with app.run_test(size=(80, 24)) as pilot:
        await desk(pilot, row.id)
        await press(pilot, "5")
        assert "1 等村里回话" in shown(app)
        await press(pilot, "1")
        assert app.screen.query_one(OfferingField).value == "等村里回话"
        await press(pilot, "2", "enter")
        assert now(book, row.id) == ("pending", 5)
        assert decisions(book)[-1][2] == "等村里回话2", "a digit is a digit where something stands already"


async def test_enter_takes_the_proposal(book: Casebook) -> None:
    row = proposing(book)
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        page = await desk(pilot, row.id)
        detail = page.panel.detail
        assert detail is not None and detail.proposed is not None
        await press(pilot, "enter")
        assert now(book, row.id) == ("settled", detail.proposed)


async def test_enter_asks_where_nothing_is_proposed(book: Casebook) -> None:
    row = next(row for row in rows(book, severity="A") if not row.review)
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        await desk(pilot, row.id)
        await press(pilot, "enter")
        assert "列入下次入户的问题" in shown(app)
        await press(pilot, "7")
        assert now(book, row.id) == ("visit", 7)


async def test_a_verdict_with_its_reason(book: Casebook) -> None:
    row = plain(book)[0]
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        await desk(pilot, row.id)
        await press(pilot, "e", "6", *"why", "enter")
        assert decisions(book) == [(6, "", "why", "", AUTHOR)]
        assert now(book, row.id) == ("referred", 6)


async def test_undo_takes_back_what_was_saved_last(book: Casebook) -> None:
    first, second = plain(book)[:2]
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        page = await desk(pilot, first.id)
        await press(pilot, "1")
        page.go_to(second.id)
        await settle(pilot)
        await press(pilot, "2", "u")
        assert (now(book, first.id), now(book, second.id)) == (("settled", 1), ("open", None))
        assert page.queue.row_id == second.id and "已撤销" in shown(app)
        await press(pilot, "u")
        assert now(book, first.id) == ("open", None) and page.queue.row_id == first.id
        await press(pilot, "u")
        assert "没有可撤销的" in shown(app)


async def test_one_person_is_only_half_of_an_answer(empty_book: Casebook, shared: Path) -> None:
    """The cursor stays for what is still to be said, and goes on where nothing is."""
    book = empty_book
    for side in ("roster", "registry"):
        import_list(book, read_table(shared / "samples/county-b" / f"{side}.xlsx"), side, {})
    run_audit(book)
    app = RuhuApp(book)
    slight = "SELECT min(id) FROM finding WHERE review GROUP BY pair HAVING min(severity) = 'B' ORDER BY 1"
    pair = next(row for row in rows(book) if row.id == book.connection.execute(slight).fetchone()[0])
    async with app.run_test(size=(120, 36)) as pilot:
        page = await desk(pilot, pair.id)
        await press(pilot, "8")
        assert decisions(book)[0][0] == 8
        assert now(book, pair.id) == ("open", None) and page.queue.row_id == pair.id
        await press(pilot, "1")
        assert now(book, pair.id) == ("settled", 1) and page.queue.row_id != pair.id


async def test_quick_keys_land_on_the_findings_they_were_pressed_on(book: Casebook) -> None:
    wanted = plain(book)[:3]
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        page = await desk(pilot, wanted[0].id, filter=Filter(severity=wanted[0].severity))
        meant = []
        for key in ("1", "2", "1"):
            meant.append((page.queue.row_id, int(key)))
            await pilot.press(key)  # without waiting for anything to be stored
        assert len({identity for identity, _verdict in meant}) == 3
        await settle(pilot)
        assert [now(book, identity or 0) for identity, _verdict in meant] == [("settled", v) for _i, v in meant]
        assert [decision[0] for decision in decisions(book)] == [1, 2, 1]


async def test_an_answer_to_what_changed_meanwhile_is_not_saved(book: Casebook) -> None:
    row = plain(book)[0]
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        page = await desk(pilot, row.id)
        decide(book.acted_by("审核员乙"), [row.id], Ruling(2))
        await press(pilot, "1")
        assert now(book, row.id) == ("settled", 2)
        assert "没有保存" in shown(app) and page.queue.row_id == row.id


async def test_a_batch_after_its_sample(book: Casebook) -> None:
    row = proposing(book)
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        page = await desk(pilot, row.id)
        await press(pilot, "b")
        assert isinstance(app.screen, Batch)
        sample = app.screen.sample
        assert sample is not None
        values = [one for detail in app.screen.shown_findings for one in detail.compared if one.asked]
        assert 0 < len(values) == len(sample.shown) <= 10
        assert "抽出" in shown(app)
        await press(pilot, "y")
        assert app.screen is page
        assert {now(book, identity) for identity in sample.ids} == {("settled", sample.verdict)}
        await press(pilot, "u")
        assert {now(book, identity)[0] for identity in sample.ids} == {"open"}


async def test_no_batch_of_what_must_be_looked_at(book: Casebook) -> None:
    row = next(row for row in rows(book, severity="A") if not row.review)
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        page = await desk(pilot, row.id)
        await press(pilot, "b")
        assert app.screen is page and "不能批量下结论" in shown(app)


async def test_filters(book: Casebook) -> None:
    severe = rows(book, severity="A")
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        page = await desk(pilot)
        await press(pilot, "f", "4", *"a", "enter")
        assert list(page.queue.ids) == [row.id for row in severe]
        assert "A类" in shown(app)
        await press(pilot, "f", "0")
        assert list(page.queue.ids) == [row.id for row in rows(book)]
        name = severe[0].name
        await press(pilot, "slash")
        page.query_one("#find", Field).value = name[:2]
        await settle(pilot)
        assert {row.name[:2] for row in rows(book) if row.id in page.queue.ids} == {name[:2]}
        await press(pilot, "escape")
        assert len(page.queue.ids) == len(rows(book)) and page.queue.has_focus


async def test_keys_pressed_ahead_never_reach_the_desk_below(book: Casebook) -> None:
    row = proposing(book)
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        await desk(pilot, row.id)
        for keys in (("f", "1"), ("b", "1"), ("e", "1")):
            for key in keys:
                await pilot.press(key)  # without waiting for what a dialog has to read
            await settle(pilot)
            assert decisions(book) == []
            await press(pilot, "escape", "escape")


async def test_households(book: Casebook) -> None:
    every = rows(book)
    heads = [row.id for row in every if row.head]
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        page = await desk(pilot)
        await press(pilot, "n", "n")
        assert page.queue.row_id == heads[2]
        await press(pilot, "p")
        assert page.queue.row_id == heads[1]
        await press(pilot, "end", "p")
        assert page.queue.row_id == heads[-2]


async def test_the_second_signer_is_somebody_else(book: Casebook) -> None:
    row = next(row for row in rows(book, severity="A") if not row.review)
    decide(book, [row.id], Ruling(1, reason="看过"))
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        page = await desk(pilot, row.id, filter=Filter(statuses=("unsigned",)))
        await press(pilot, "s")
        assert isinstance(app.screen, Sign) and f"{AUTHOR} " in shown(app)
        app.screen.query_one(OfferingField).value = AUTHOR
        await press(pilot, "enter")
        assert "复签人不能是下结论的人" in shown(app)
        app.screen.query_one(OfferingField).value = "复核员乙"
        await press(pilot, "enter")
        assert app.screen is page and book.author == AUTHOR
        assert now(book, row.id) == ("settled", 1)
        assert book.connection.execute("SELECT author FROM countersign").fetchall() == [("复核员乙",)]
        await press(pilot, "u")
        assert now(book, row.id) == ("unsigned", 1)


async def test_signing_goes_round_from_the_last_to_the_first(book: Casebook) -> None:
    wanted = [row for row in rows(book, severity="A") if not row.review][:3]
    for row in wanted:
        decide(book, [row.id], Ruling(1, reason="看过"))
    app = RuhuApp(book.acted_by("复核员乙"))
    async with app.run_test(size=(80, 24)) as pilot:
        page = await desk(pilot, filter=Filter(statuses=("unsigned",)))
        await press(pilot, "end", "s")
        assert page.filter == Filter(statuses=("unsigned",))
        assert page.queue.row_id == wanted[0].id


async def test_another_auditor_signs_with_one_key(book: Casebook) -> None:
    row = next(row for row in rows(book, severity="A") if not row.review)
    decide(book, [row.id], Ruling(1, reason="看过"))
    app = RuhuApp(book.acted_by("复核员乙"))
    async with app.run_test(size=(80, 24)) as pilot:
        await desk(pilot, row.id)
        await press(pilot, "s")
        assert now(book, row.id) == ("settled", 1)
        assert f"复核员乙 复签 {AUTHOR} 的结论" in shown(app)


async def test_two_auditors_side_by_side(book: Casebook, tmp_path: Path) -> None:
    row = plain(book)[0]
    with second_device(book, tmp_path / "乙.ruhu", "审核员乙") as other:
        decide(book, [row.id], Ruling(1, reason="看过户口本"))
        decide(other, [row.id], Ruling(2, reason="看过身份证"))
        carry(other, book)
    assert now(book, row.id)[0] == "conflict"
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        await desk(pilot, row.id)
        line = next(line for line in shown(app).splitlines() if "看过户口本" in line)
        assert line.index("看过户口本") < line.index("看过身份证")
        assert "两人结论不同" in shown(app)
        await press(pilot, "2")
        assert now(book, row.id) == ("settled", 2)


async def test_a_decision_that_came_back_says_why(book: Casebook, lists: Path) -> None:
    from audit.detail import finding_detail

    row = next(row for row in plain(book) if row.kind in ("name_homophone", "name_visual", "name_other"))
    detail = finding_detail(book, row.id)
    decide(book, [row.id], Ruling(1))
    cell = detail.finding.registry
    assert cell is not None
    table = read_table(lists / "registry.xlsx")
    import_list(book, _changed(table, cell.row, "name", cell.text[:-1] + "甲"), "registry", {})
    run_audit(book)
    back = rows(book)
    returned = [one for one in back if one.status == "returned"]
    assert len(returned) == 1
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        await desk(pilot, returned[0].id)
        assert " 再议 " in shown(app) and "1采用花名册" in shown(app) and "甲" in shown(app)
        assert "请确认" in shown(app).replace("\n", "")


def _changed(table: Table, index: int, field: str, text: str) -> Table:
    """The table with another cell, as a file of its own."""
    row = table.rows[index]
    column = table.blocks[row.block].index_of(field)
    assert column is not None
    values = (*row.values[:column], text, *row.values[column + 1 :])
    changed = (*table.rows[:index], replace(row, values=values), *table.rows[index + 1 :])
    return replace(table, rows=changed, source=replace(table.source, sha256="0" * 64))


async def test_what_was_opened_is_on_record_once(book: Casebook) -> None:
    first, second = rows(book)[:2]
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        await desk(pilot, first.id)
        await press(pilot, "down", "up", "down")
        entries = [access for access in newest(book.connection) if access.what == "opened"]
        keys = dict(book.connection.execute("SELECT key, id FROM finding").fetchall())
        assert [keys[access.subject] for access in reversed(entries)] == [first.id, second.id]


async def test_what_others_write_is_seen_on_coming_back(book: Casebook) -> None:
    row = plain(book)[0]
    app = RuhuApp(book)
    async with app.run_test(size=(120, 36)) as pilot:
        page = await desk(pilot, row.id)
        await press(pilot, "f2")
        decide(book, [row.id], Ruling(1))
        await press(pilot, "f3")
        assert row.id not in page.queue.ids
        page.filtered(Filter(statuses=EVERY))
        await settle(pilot)
        assert page.go_to(row.id)
