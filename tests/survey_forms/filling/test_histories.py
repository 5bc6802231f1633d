"""Random histories: every operation can be taken back and done again, and the operations told make the same filling."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casebook.errors import RuhuError
from survey_forms.filling.filling import Change, Entry, Filling
from tests.survey_forms.forms import NOW, form

TABLE = """
    code          text    户编号   required={true()}
    number        int     张数     default=2
    town          select1 乡镇     [a 甲, b 乙]
    village       select1 村       required={true()} from={instance('villages')/root/item[town = ${town}]}
    many          select  多选     [1 一, 2 二, 3 三] constraint={count-selected(.) < 3}
    member        repeat  家庭成员
      name        text    姓名     required={true()}
      sex         select1 性别     [1 男, 2 女]
      stamp       calc             calculate={random()}
      over        text    可改     calculate={concat(${name}, ${code})}
      pregnant    select1 怀孕     [1 是, 2 否] relevant={${sex} = '2'} warning={. = '1'}
      fresh       text    新       new={concat('n', position(..))}
      disease     repeat  患病     start=0
        cost      decimal 费用     required={true()}
        seen      text    看到     after:cost={concat(${cost}, '!')}
      total       calc             calculate={sum(../disease/cost)}
      before      calc      calculate={if(position(..) = 1, 0, indexed-repeat(${run}, ${member}, position(..) - 1))}
      run         calc             calculate={${before} + ${total}}
      next        text    序       calculate={concat(/data/member[position() = position(current()/..) - 1]/next, 'b')}
      shut        group   组       relevant={${sex} = '1'}
        inside    text    里       calculate={concat(${name}, '-')}
        moment    calc             calculate={if(${name} != '', random(), '')}
    card          repeat  卡       count={${number}}
      no          text    号
      when        text    时       new={concat('card', position(..))}
      inner       repeat  内       count={${number} - 1}
        deep      text    深
    pick          select1 选人     from={/data/member[name != '']}
    all           calc             calculate={sum(${total})}
    kept          calc             calculate={once(${code})}
    who           text    谁       relevant={${all} > 5}
"""
VILLAGES = [{"name": f"{town}{i}", "label": f"{town}村{i}", "town": town} for town in "ab" for i in range(3)]
DEFINITION = form(TABLE, lists={"villages": VILLAGES})
TEXTS = {"int": ["", "0", "1", "2", "4"], "decimal": ["", "1", "2.5", "9"]}


def looks(filling: Filling) -> list[Any]:
    """Everything that can be asked."""
    outline = filling.outline()
    counts = {entry.ref: filling.count(entry.ref) for entry in outline if entry.kind == "repeat"}
    return [
        filling.values(),
        counts,
        [(e.ref, e.number, filling.relevant(e.ref)) for e in outline],
        [(e.ref, filling.value(e.ref), filling.choices(e.ref), filling.label(e.ref)) for e in outline if e.question],
        filling.problems(),
        filling.warnings(),
    ]


def done(filling: Filling, entry: Entry, random: Random) -> Change | None:
    """Something done at a line of the outline; None where nothing can be."""
    try:
        if entry.kind == "repeat":
            return filling.add(entry.ref)
        if entry.kind == "instance":
            return filling.remove(entry.ref)
        if entry.question is None:
            return None
        values = [choice.value for choice in filling.choices(entry.ref)]
        if entry.question.several:
            text = " ".join(random.sample(values, random.randint(0, len(values))))
        else:
            offered = [*values, ""] if entry.question.chooses else TEXTS.get(entry.question.kind, ["", "x", "y"])
            text = random.choice(offered)
        return filling.answer(entry.ref, text)
    except RuhuError:
        return None


@settings(derandomize=True, max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**16), length=st.integers(1, 25))
def test_undo_redo_and_resume_are_exact(seed: int, length: int) -> None:
    random = Random(seed)
    filling = Filling.begin(DEFINITION, now=NOW, random=random.random)
    ops = [filling.start]
    for _step in range(length):
        before = looks(filling)
        change = done(filling, random.choice(filling.outline()), random)
        if change is None:
            assert looks(filling) == before
            continue
        after = looks(filling)
        filling.apply(change.undo)
        assert looks(filling) == before
        filling.apply(change.op)
        assert looks(filling) == after
        ops += [change.op, change.undo, change.op] if random.random() < 0.3 else [change.op]
        assert looks(Filling.resume(DEFINITION, ops, now=NOW)) == after


@settings(derandomize=True, max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**16))
def test_a_resumed_filling_goes_on_as_the_other_would(seed: int) -> None:
    random = Random(seed)
    filling = Filling.begin(DEFINITION, now=NOW, random=lambda: 0.5)
    ops = [filling.start]
    for _step in range(15):
        twin = Filling.resume(DEFINITION, ops, now=NOW, random=lambda: 0.5)
        entry, state = random.choice(filling.outline()), random.getstate()
        change = done(filling, entry, random)
        random.setstate(state)
        again = done(twin, entry, random)
        assert (change and (change.op, change.undo)) == (again and (again.op, again.undo))
        assert looks(twin) == looks(filling)
        if change is not None:
            ops.append(change.op)


@settings(derandomize=True, max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**16))
def test_taking_everything_back_leads_to_the_beginning(seed: int) -> None:
    random = Random(seed)
    filling = Filling.begin(DEFINITION, now=NOW, random=random.random)
    beginning = looks(filling)
    changes = [done(filling, random.choice(filling.outline()), random) for _step in range(20)]
    end = looks(filling)
    made = [change for change in changes if change is not None]
    for change in reversed(made):
        filling.apply(change.undo)
    assert looks(filling) == beginning
    for change in made:
        filling.apply(change.op)
    assert looks(filling) == end


@settings(derandomize=True, max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**16))
def test_what_changed_is_told(seed: int) -> None:
    """A screen that draws again what `changed` names shows what is."""
    random = Random(seed)
    filling = Filling.begin(DEFINITION, now=NOW, random=random.random)
    for _step in range(20):
        before = {e.ref: shown(filling, e.ref) for e in filling.outline() if e.question}
        change = done(filling, random.choice(filling.outline()), random)
        after = {e.ref: shown(filling, e.ref) for e in filling.outline() if e.question}
        if change is not None and change.op.op != "remove":
            assert {ref for ref, now in after.items() if before.get(ref) != now} <= set(change.changed)


def shown(filling: Filling, ref: str) -> tuple[Any, ...]:
    said = filling.problem(ref), filling.warning(ref)
    return (filling.value(ref), filling.relevant(ref), filling.required(ref), *said)
