"""Townships and villages in a canonical form, for comparison only: what is shown is what stood in the list."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from casebook.people.readings import private_characters, simplified

_NATIONS = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|"
    "纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|"
    "德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各|民"
)
_ETHNIC = re.compile(f"(?:(?:{_NATIONS})族)+$")
_TOWNSHIP = re.compile("(?:街道办事处|街道办|办事处|街道|民族乡|民族苏木|苏木乡|苏木|[镇乡]人民政府|[镇乡]政府|镇|乡)$")
_VILLAGE = re.compile(
    "(?:村民委员会|居民委员会|村委会|居委会|行政村|社区|嘎查村|嘎查|噶查村|噶查|村支部|村委|居委|村)$"
)
_AREA = re.compile(
    "^.*?(?:自治区|自治州|自治县|自治旗|省|盟|地区|市|县|区|旗)(?=[^省市县区旗]{2,}(?:镇|乡|街道|办事处|苏木)$)"
)
_TOWNSHIP_BEFORE = re.compile(r"^.{2,}?(?:镇|乡|街道办事处|街道|苏木)(?=.{2,}(?:村|社区|会|嘎查|噶查)$)")
_GROUP = r"第?([0-9]+|[零一二三四五六七八九十]+)(?:村民小组|居民小组|小组|组|社|队|屯)"
_GROUP_AFTER = re.compile(rf"(?<=[村区会查]){_GROUP}$")
_BRACKETED = re.compile(r"[(\[【〔{<《].*?(?:[)\]】〕}>》]|$)")
_NOISE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060-\u206f\ufeff·.,、。'\"`_-]+")
_NUMBER = re.compile(r"[0-9]+")
_DIGITS = "零一二三四五六七八九"


def _chinese(number: str) -> str:
    """1 to 99 as Chinese numerals, other numbers digit by digit: 12 is 十二."""
    value = int(number)
    if not 0 < value < 100:
        return "".join(_DIGITS[int(digit)] for digit in number)
    tens, ones = divmod(value, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十") + (_DIGITS[ones] if ones else "")


def _clean(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text.translate(private_characters()))
    return simplified(_NOISE.sub("", _BRACKETED.sub("", plain)))


def _cut(pattern: re.Pattern[str], text: str, least: int = 2) -> str:
    """The text without the pattern, unless fewer than `least` characters were left (东乡, 村)."""
    shorter = pattern.sub("", text)
    return shorter if len(shorter) >= least else text


@lru_cache(maxsize=1 << 12)
def read_township(text: str) -> str:
    """A township (乡镇) without county, kind and office; the ethnic part stays.

    >>> read_township("云禾区云丰镇"), read_township("松泉彝族乡"), read_township("东乡")
    ('云丰', '松泉彝族', '东乡')
    """
    return _cut(_TOWNSHIP, _cut(_AREA, _clean(text)))


@lru_cache(maxsize=1 << 14)
def read_village(text: str) -> str:
    """A village or community (行政村、社区) without township, kind and group; digits as Chinese numerals.

    >>> read_village("云丰镇三岔桥村委会"), read_village("红星1村5组"), read_village("大 村")
    ('三岔桥', '红星一', '大村')
    """
    name = _GROUP_AFTER.sub("", _clean(text))
    name = _TOWNSHIP_BEFORE.sub("", name)
    name = _cut(_VILLAGE, _cut(_VILLAGE, name))
    return _NUMBER.sub(lambda match: _chinese(match[0]), name)


def same_place(a: str, b: str) -> bool:
    """Whether two townships, or two villages, are one by their names; a left-out ethnic part does not count.

    Blank names are no place. Villages that were renamed or merged are learned elsewhere (`audit`).
    """
    for read in (read_township, read_village):
        one, two = read(a), read(b)
        if one and (one == two or _cut(_ETHNIC, one) == two or one == _cut(_ETHNIC, two)):
            return True
    return False
