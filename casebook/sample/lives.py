"""What the other columns say of a person and a household, so that no rule within one list is broken by accident."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from casebook.sample.people import Household, Person

YEAR = 2016
_HIGH_SCHOOL = ("高中一", "高中二", "高中三")
_GRADES = {12: "七年级", 13: "八年级", 14: "九年级"}
_ADULTS = ("文盲或半文盲", "小学", "初中", "高中", "大专及以上")
_WORKPLACES = ("乡镇内务工", "乡镇外县内务工", "县外省内务工", "省外务工")


@lru_cache(maxsize=1)
def word_lists() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("data").joinpath("words.toml").read_text(encoding="utf-8"))


def sick_weight(age: int) -> float:
    """How much likelier than another an age is to be on the patients' list."""
    return 0.25 if age < 16 else 0.6 if age < 40 else 1.3 if age < 60 else 2.2


def fall_ill(person: Person, rng: Random) -> None:
    """Choose 健康状况 and the disease that the registry names."""
    words = word_lists()
    draw = rng.random()
    health, group = (
        ("长期慢性病", "chronic") if draw < 0.58 else ("患有大病", "serious") if draw < 0.78 else ("残疾", "disabled")
    )
    age = person.age(YEAR)
    fitting = _fitting(words[group], age, person.sex)
    if not fitting:
        health, fitting = "残疾", _fitting(words["disabled"], age, person.sex)
    person.health, person.disease = health, rng.choice(fitting)


def _fitting(diseases: dict[str, Sequence[Any]], age: int, sex: str) -> list[str]:
    return [name for name, (low, high, whose) in diseases.items() if low <= age <= high and whose in ("both", sex)]


def live(person: Person, rng: Random) -> None:
    """Fill education, schooling, labour and work of a person whose health is known."""
    age = person.age(YEAR)
    person.education, person.schooling = _school(age, rng)
    if age < 16 or age >= 66 or person.schooling != "非在校生":
        person.labour = "无劳动力"
    elif person.health == "残疾" and rng.random() < 0.4:
        person.labour = "丧失劳动力"
    else:
        person.labour = "技能劳动力" if rng.random() < 0.06 else "普通劳动力"
        if rng.random() < (0.2 if person.disease else 0.45):
            person.work = rng.choice(_WORKPLACES)
            person.months = str(rng.randint(2, 11))


def _school(age: int, rng: Random) -> tuple[str, str]:
    if age < 6:
        return "学龄前儿童", "学前教育" if age >= 3 else "非在校生"
    if age < 12:
        return "小学", "小学"
    if age < 15:
        return "初中", _GRADES[age]
    if age < 18:
        return ("高中", _HIGH_SCHOOL[age - 15]) if rng.random() < 0.8 else ("初中", "非在校生")
    if age < 22 and rng.random() < 0.3:
        return "大专及以上", "大专及以上"
    shares = (45, 40, 13, 2, 0) if age >= 60 else (12, 45, 34, 8, 1) if age >= 40 else (2, 18, 52, 20, 8)
    return rng.choices(_ADULTS, shares)[0], "非在校生"


def settle(household: Household, members: Sequence[Person], rng: Random) -> None:
    """Fill the household's columns: cause of poverty, lifted or not, house, water, income."""
    words = word_lists()
    if any(member.disease for member in members):
        only_disabled = all(member.health in ("健康", "残疾") for member in members)
        household.cause = "因残" if only_disabled and rng.random() < 0.6 else "因病"
    else:
        student = any(member.schooling not in ("非在校生", "学前教育") for member in members)
        household.cause = rng.choice(words["causes"][0 if student else 1 :])
    alone_and_old = len(members) == 1 and members[0].age(YEAR) >= 60
    draw = rng.random()
    rank = 2 if alone_and_old and draw < 0.4 else 1 if draw < 0.35 else 0
    if rng.random() < 0.45:
        household.lifted, household.lifted_year = "已脱贫", rng.choice(("2014", "2015"))
        household.household_class = ("一般农户", "低保户", "五保户")[rank]
        household.income = round(rng.uniform(3200, 9800), 2)
    else:
        household.lifted = "未脱贫"
        household.household_class = ("一般贫困户", "低保贫困户", "五保贫困户")[rank]
        household.income = round(rng.uniform(1100, 2840), 2)
        household.unsafe_house = "是" if rng.random() < 0.2 else "否"
    if rng.random() < 0.08:
        household.safe_water, household.water_shortage = "否", "是"
