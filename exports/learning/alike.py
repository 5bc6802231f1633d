"""Wordings like a known one (相近的写法): with a word more before or behind it. Never sure."""

from __future__ import annotations

import re

from exports.learning.vocabulary import Vocabulary
from exports.learning.words import known_words

_BEFORE = re.compile(
    r"^(?:其中|受访者|受访人|被访者|被访人|近一年|本年度|患者|病人|贫困人口|贫困人员|贫困户|贫困患者|建档立卡|本人|人员|居民|对象|成员|所在户|所在|所属|家庭|主要|目前|现|当前|该|原|实际|最终|核实后?|核准后?|确认的?|被调查人|调查对象|核查对象|个人|是否|有无|享受|疾病|治疗|确诊)"
)
_BEHIND = re.compile(
    r"(?:情况|名称|信息|类型|类别|状况|状态|号码|号|编码|代码|金额|费用|数额|数|时间|日期|属性|方式|元|万元|栏|项|值|说明|选项|登记|统计|核实|核查|填写|的)$"
)
_SHORTEST = 2
_SAYS_KIND = (
    (re.compile(r"(?:时间|日期|年月|年月日)$"), ("date",)),
    (re.compile(r"(?:电话|手机|手机号|手机号码|联系方式)$"), ("phone",)),
    (re.compile(r"(?:金额|费用|报销|补偿|补助|元)$"), ("money",)),
    (re.compile(r"(?:人数|次数|天数|月数|个数)$"), ("count",)),
    (re.compile(r"(?:比例|率|百分比|%|天数|照片|附件|签字日期)$"), ()),
)
"""Endings that say what kind of value a column holds."""
_ASKS = re.compile(r"^(?:是否|有无|是不是)")


def alike(keys: tuple[str, ...], words: Vocabulary) -> tuple[str, tuple[str, ...]]:
    """The known wording that these keys are like, and its fields, the likeliest first; empty when there is none."""
    for key in keys:
        tried = {key}
        front = [key]
        for _step in range(2):
            front = [shorter for one in front for shorter in _shorter(one) if shorter not in tried]
            tried.update(front)
            for one in front:
                if len(one) >= _SHORTEST and (known := _fitting(key, one, words)):
                    return one, known
    return _contained(keys, words)


def _shorter(key: str) -> list[str]:
    return [one for one in (_BEFORE.sub("", key), _BEHIND.sub("", key)) if one != key and len(one) >= _SHORTEST]


def _contained(keys: tuple[str, ...], words: Vocabulary) -> tuple[str, tuple[str, ...]]:
    """The longest known wording inside a key, when it is most of it."""
    best: tuple[str, tuple[str, ...]] = ("", ())
    for key in keys:
        for start in range(len(key)):
            for end in range(len(key), start + 2, -1):
                length = end - start
                if length <= len(best[0]) or length * 5 < len(key) * 3:
                    break
                if known := _fitting(key, key[start:end], words):
                    best = (key[start:end], known)
    return best


def _fitting(key: str, like: str, words: Vocabulary) -> tuple[str, ...]:
    """The fields of a known wording whose values can be what the whole key asks for."""
    if like in known_words().generic - {"姓名", "电话", "地址"}:
        return ()
    names = tuple(dict.fromkeys(one.field for one in words.words.get(like, ())))
    kinds = next((kinds for ending, kinds in _SAYS_KIND if ending.search(key)), None)
    if kinds is not None:
        names = tuple(name for name in names if words.fields[name].kind in kinds)
    if _ASKS.match(key) and not _ASKS.match(like):
        names = tuple(
            name
            for name in names
            if words.fields[name].kind in ("code", "codes") or _ASKS.match(words.fields[name].title)
        )
    if "原因" in key and "原因" not in like:
        names = ()
    return names
