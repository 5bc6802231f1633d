"""The exchange by keys alone: a computer is let in, packets go and come, villages are lent and come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from casebook.language import Language
from casebook.store import invitations
from casebook.store.casebook import Casebook
from casebook.store.devices import device_named, own_device
from casebook.store.invitations import pending, read_invitation
from casebook.store.joining import join
from casebook.store.packets.carrying import hand_over, packets_in, take_all
from casebook.store.packets.checkouts import checkouts
from casebook.store.rights import SURVEYOR
from tests.casebook.packets.joined import CHEAP
from tests.tui.screens.looking import assert_sound_at_every_size, press, settle, shown
from tests.tui.screens.visit_flows import surveyed_book
from tui.all_views import VIEWS
from tui.screens.app import RuhuApp
from tui.screens.exchange import ExchangePage
from tui.widgets.field import Field

LENT = "云丰镇/青桥村"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Casebook]:
    monkeypatch.setattr(invitations, "CodeCost", lambda: CHEAP)
    with surveyed_book(tmp_path / "县.ruhu") as book:
        yield book


def joined(invite: Path, folder: Path) -> tuple[Casebook, str]:
    """The laptop that an invitation was for, its answer beside it; and its code."""
    invitation = read_invitation(invite.read_bytes())
    made = join(folder / "laptop.ruhu", invitation, account=invitation.account, views=VIEWS, key=bytes(48), cost=CHEAP)
    invite.with_suffix(".answer").write_bytes(made.answer)
    return made.book, made.code


def fill(app: RuhuApp, text: str) -> None:
    """What stands in the dialog's field."""
    app.screen.query_one(Field).value = text


async def test_a_laptop_is_let_in_and_works_on_a_lent_village(office: Casebook, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    app = RuhuApp(office)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "f6")
        assert isinstance(app.screen, ExchangePage) and "还没有别的电脑" in shown(app)
        await press(pilot, "enter", "r", "o")
        assert "先在设备里选要借给的那台" in shown(app), "nothing can be done with this machine itself"
        await press(pilot, "i", *"lap3", "enter")
        fill(app, "吉木")
        await press(pilot, "enter", "enter")  # a new account: its role is the first one
        await press(pilot, "down", "space", "enter")
        assert "吉木，调查员，管 云丰镇/青桥村" in shown(app)
        fill(app, str(stick))
        await press(pilot, "enter")
        assert "lap3.invite 写好了" in shown(app) and "等答复" in shown(app)
        (waiting,) = pending(office.whole)
        assert (waiting.device.areas, waiting.device.role, waiting.account) == ((LENT,), SURVEYOR, "吉木")
        laptop, code = joined(stick / "lap3.invite", tmp_path)
        await press(pilot, "a", "enter")
        assert "让他念屏幕上的六位核对码" in shown(app)
        await press(pilot, *"123", "enter")
        assert "核对码是六位数字" in shown(app)
        fill(app, f"{(int(code) + 1) % 10**6:06d}")
        await press(pilot, "enter")
        assert "核对码不对，没有接受" in shown(app) and len(pending(office.whole)) == 1
        await press(pilot, "a", "enter")
        fill(app, f"{code[:3]} {code[3:]}")
        await press(pilot, "enter")
        assert "「lap3」进来了" in shown(app) and not pending(office.whole)
        await press(pilot, "o", "down", "space", "enter")
        assert f"借给它：{LENT}" in shown(app)
        await press(pilot, "enter")
        assert "已写好并读回核对" in shown(app) and [one.area for one in checkouts(office.whole)] == [LENT]
        await press(pilot, "2")
        assert LENT in shown(app) and "lap3" in shown(app)
        await press(pilot, "3")
        assert "吉木" in shown(app) and "账号 " in shown(app)
        await press(pilot, "1")
    with laptop:
        own = own_device(laptop)
        app = RuhuApp(laptop)
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            assert "还是空的，先收" in shown(app)
            await press(pilot, "f6", "enter")
            assert not app.screen.query(Field) and "第一个交换包" in shown(app)
            await press(pilot, "t")
            fill(app, str(stick))
            await press(pilot, "enter", "f9")
            assert "收了 1 个交换包" in shown(app) and "来自「办公室」" in shown(app)
            await press(pilot, "enter")
            assert f"借来的：{LENT}" in shown(app) and "邀请" not in shown(app), "a surveyor invites nobody"
            await press(pilot, "t", "f9", "enter")
            assert "1 个以前收过" in shown(app)
            await press(pilot, "f2")
            assert "疑点不在这台电脑上" in shown(app), "they stay at the office"
            await press(pilot, "f6")
            (stick / "broken.packet").write_bytes(packets_in(stick)[0].read_bytes()[:-1])
            await press(pilot, "t", "f9")
            assert "交换包损坏了" in shown(app) and "1 个没有收" in shown(app)
            (stick / "broken.packet").unlink()
            await press(pilot, "enter", "up", "r", "enter")
            assert "还回：" in shown(app)
            fill(app, str(tmp_path / "back"))
            await press(pilot, "enter")
            assert "已写好并读回核对" in shown(app) and not checkouts(laptop.whole)
        app = RuhuApp(office)
        async with app.run_test(size=(100, 30)) as pilot:
            await press(pilot, "f6", "t")
            fill(app, str(packets_in(tmp_path / "back")[0]))
            await press(pilot, "enter")
            assert "还回 1 条" in shown(app)
            await press(pilot, "enter")
            assert not checkouts(office.whole) and "都有了" in shown(app)
            hand_over(office, own, tmp_path / "lost", checkout=[LENT])
            await press(pilot, "f2", "f6", "r", "escape")
            assert [one.area for one in checkouts(office.whole)] == [LENT]
            await press(pilot, "r", "y")
            assert f"已收回：{LENT}" in shown(app) and not checkouts(office.whole)
            await press(pilot, "n")
            fill(app, "共安1号")
            await press(pilot, "enter", "e", "space", "enter")
            found = device_named(office.whole, "共安1号")
            assert found.id == own.id and found.areas != (LENT,)
            await press(pilot, "x", "y")
            assert "「共安1号」已停用" in shown(app) and device_named(office.whole, own.id).closed
            await press(pilot, "enter", "enter")
            assert "已停用，不能再给它交换包" in shown(app)
            hand_over(laptop, device_named(laptop.whole, "办公室"), tmp_path / "late")
            (tried,) = take_all(office, [tmp_path / "late"]).tried
            assert tried.error is not None and tried.error.code == "sender_closed"
            await press(pilot, "x", "y")
            assert not device_named(office.whole, own.id).closed
            assert take_all(office, [tmp_path / "late"]).tried[0].error is None


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_it_is_drawn(
    language: Language, office: Casebook, tmp_path: Path, in_language: Callable[[Language], None]
) -> None:
    invitations.invite(office, "lap9", role=SURVEYOR, account="吉木")
    _made, content = invitations.invite(office, "lap4", role=SURVEYOR, account="吴娟", areas=["云丰镇"])
    (tmp_path / "lap4.invite").write_bytes(content)
    laptop, code = joined(tmp_path / "lap4.invite", tmp_path)
    with laptop:
        answer = (tmp_path / "lap4.answer").read_bytes()
        invitations.accept(office, invitations.read_answer(office.whole, answer), code)
        hand_over(office, own_device(laptop), tmp_path / "p", checkout=["云丰镇"])
    in_language(language)
    app = RuhuApp(office)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f6")
        await assert_sound_at_every_size(app, pilot, edges=False)
        for key in ("2", "3", "t"):
            await press(pilot, key)
            await assert_sound_at_every_size(app, pilot, edges=False)
