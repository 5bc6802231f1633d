"""Values that the form sets by itself: at the beginning, in a new instance, when another answer changes."""

from __future__ import annotations

from datetime import timedelta

from survey_forms.filling.filling import Filling
from tests.survey_forms.forms import NOW, begun, form

TABLE = """
    seen     datetime 时间    first={now()}
    who      text     调查员  first={'系统'}
    price    int      单价    default=5
    price2   int      倍价    after:price={${price} * 2}
    echo     text     回声    after:price2={concat('=', ${price2})}
    stamp    calc             calculate={once(random())}
    age      calc             calculate={int((today() - date(${born})) div 365.25)} type=int
    born     date     出生
    own      text     可改    calculate={concat(${who}, '！')}
    day      repeat   日 start=0
      number int      次序    new={position(..) * 10}
      note   text     记事
"""


def test_the_beginning() -> None:
    filling = begun(TABLE, prefill=[("/data/who", "我")], random=lambda: 0.25)
    assert filling.value("/data/seen").startswith("2026-11-22T09:30:00")
    assert filling.value("/data/who") == "我"  # what is given is not overwritten
    assert filling.value("/data/own") == "我！" and filling.value("/data/stamp") == "0.25"
    assert filling.value("/data/price2") == ""  # the default is no change


def test_an_answer_sets_off_others() -> None:
    change = begun(TABLE).answer("/data/price", "7")
    assert dict(change.op.also) == {"/data/price2": "14", "/data/echo": "=14"}
    assert dict(change.undo.also) == {"/data/price2": "", "/data/echo": ""} and change.undo.value == "5"


def test_a_new_instance_is_greeted_also_when_it_is_prefilled() -> None:
    filling = begun(TABLE, prefill=[("/data/day[1]/note", "甲")])
    assert filling.value("/data/day[1]/number") == "10"
    change = filling.add("/data/day")
    assert dict(change.op.also) == {"/data/day[2]/number": "20"}
    filling.answer("/data/day[2]/number", "5")
    filling.remove("/data/day[1]")
    assert filling.value("/data/day[1]/number") == "5"  # told once, not again


def test_what_people_change_in_a_calculation_stays_until_what_it_reads_changes() -> None:
    filling = begun(TABLE)
    filling.answer("/data/own", "自己写的")
    filling.answer("/data/price", "1")
    assert filling.value("/data/own") == "自己写的"
    change = filling.answer("/data/who", "他")
    assert dict(change.op.also) == {"/data/own": "他！"} and dict(change.undo.also) == {"/data/own": "自己写的"}


def test_what_people_change_in_a_chain_stays_until_its_own_outcome_changes() -> None:
    filling = begun(
        """
        year    repeat 年
          cost  int    费用 calculate={if(position(..) = 1, 1, indexed-repeat(${cost}, ${year}, position(..) - 1) + 1)}
        """,
        prefill=[("/data/year", "4")],
    )

    def costs() -> list[str]:
        return [filling.value(f"/data/year[{n}]/cost") for n in range(1, 5)]

    assert costs() == ["1", "2", "3", "4"]
    filling.answer("/data/year[3]/cost", "30")
    assert costs() == ["1", "2", "30", "31"]
    filling.answer("/data/year[4]/cost", "40")
    filling.answer("/data/year[1]/cost", "10")
    assert costs() == ["10", "11", "12", "13"]


def test_a_hidden_moment_is_taken_when_it_is_shown() -> None:
    filling = begun("a text 甲\nb calc calculate={once(concat('at ', now()))} relevant={${a} = '1'}")
    assert "/data/b" not in filling.values()
    change = filling.answer("/data/a", "1")
    assert filling.value("/data/b").startswith("at 2026-11-22") and change.op.also[0][0] == "/data/b"
    filling.answer("/data/a", "")
    assert filling.values()["/data/b"].startswith("at ")


def test_to_resume_needs_neither_clock_nor_chance() -> None:
    definition = form(TABLE)
    filling = Filling.begin(definition, now=NOW, random=lambda: 0.5)
    ops = [filling.start, filling.answer("/data/born", "1980-01-01").op, filling.add("/data/day").op]
    later = Filling.resume(definition, ops, now=NOW + timedelta(days=4000), random=lambda: 0.75)
    assert later.values() == filling.values() and later.value("/data/age") == "46"
    assert later.start == filling.start


def test_the_clock_stands_still_within_an_answer_and_goes_on_after_it() -> None:
    moments = iter([NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=2)])
    table = "a text 甲\nfirst text 一 after:a={now()}\nsecond text 二 after:a={now()}"
    filling = Filling.begin(form(table), now=lambda: next(moments))
    filling.answer("/data/a", "1")
    first = filling.value("/data/first")
    assert first == filling.value("/data/second")
    filling.answer("/data/a", "2")
    assert filling.value("/data/first") > first
