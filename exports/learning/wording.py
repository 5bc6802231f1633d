"""Reading one header text (表头文字): what it says without its marks, numbers, units, codes and hints."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from casebook.tables.fields import header_key
from exports.learning.header_codes import Codes, codes_in, split_codes
from exports.learning.words import known_words

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_CIRCLED = re.compile("^\\s*([\u2460-\u2473\u2474-\u2487\u2488-\u249b])")
_OPEN, _CLOSE = "([{<【〔「『〖〈《", ")]}>】〕」』〗〉》"
_STAR = re.compile(r"^[\s*※★☆▲△●○◆#✱﹡]+|[\s*※★☆▲△●✱﹡]+$")
_NEEDED = re.compile(r"(?:必须填写|必填项?|必录项?|必选|必须填|required|mandatory)", re.IGNORECASE)
_FREE = re.compile(r"(?:非必填项?|选填项?|可不填|可空|可为空|非必录|optional|不必填)", re.IGNORECASE)
_NUMBERING = re.compile(
    r"^(?:\d{1,2}(?:\.\d{1,2}){1,3}[.、)]?\s*(?=[\u4e00-\u9fff])|第?\(?\d{1,3}\)?[列栏]?[.、)．:：]\s*(?!\d)|\(?[一二三四五六七八九十]{1,3}\)?、\s*|\([一二三四五六七八九十\d]{1,3}\)\s*"
    r"|\d{1,3}\s+(?=[\u4e00-\u9fff])|[A-Z]\d{1,3}[a-z]?[\s.、:：-]*(?=[\u4e00-\u9fff]))"
)
_GLUED = re.compile(r"^\d{1,2}(?=[\u4e00-\u9fff])")
_CODE_NAME = re.compile(r"(?<![A-Za-z])[A-Z]{3}\d{3}(?!\d)")
_YEAR = re.compile(
    r"^(?:(?:19|20)\d\d|[YyXx×]{4}|_{2,}|\(?(?:19|20)\d\d\)?|)[\s_]*年(?:度)?(?=.{2})|^(?:本|上|当|去|全)年(?:度)?(?=.{3})"
)
_UNIT = re.compile(
    r"(?:单位[:：])?(?:人民币)?(?:元|万元|角|分|岁|周岁|月|个月|人|户|次|天|日|年|%|￥|¥|人次|位|个|份|元/年|元/人|元/月|yuan|rmb|cny|月数|月份|kg|cm|㎡|平方米)"
)
_NUMBER_ONLY = re.compile(r"[\d\s.、-]{1,5}")
_ORDINAL = re.compile(r"(?:第?[一二三四五六七八九十\d]{1,2}(?:种|个|次|项)?)")
_DATE = re.compile(
    r"y{2,4}[-/.年]?m{1,2}[-/.月]?(?:d{1,2}日?)?|(?:年\s*[-/.、]?\s*月\s*(?:[-/.、]?\s*日)?)|(?:19|20)\d\d[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?|(?:19|20)\d{6}|(?:19|20)\d{4}|yyyy|x{4}年",
    re.IGNORECASE,
)
_ABOUT_DATES = re.compile(
    "格式|例如|如|例|按|请|填写|填|写|为|日期|形式|样式|输入|的|或|位|数字|文本|型|精确到|至|到|年|月|日"
)
_LENGTH = re.compile(r"(\d{1,3})\s*(?:位|个?字符|个?字|个汉字)")
_HINT = re.compile(
    r"^(?:请|按|如[:：为果,]|例[:：如]|例子|格式|见|详见|参见|参照|下拉|单选|多选|可多选|选择|选一|勾选|填写|填报时|填代码|填编码|填数字|填\d|填[“\"”]|代码|编码$|编号$|只填|精确|保留|不含|含本人|包括|以身份证|以户口|与身份证|"
    r"同身份证|身份证上|数字|文本|文字|汉字|阿拉伯|日期型?$|自动|系统|不超过|最多|限\d|指|注[:：]|说明[:：]|若|无则|没有则|没有的|空则|从|e\.?g\.?|select|choose|enter|format|drop)",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(r"[县市省乡一二三级及或以]{1,6}上(?:医院|机构|医疗机构|医疗卫生机构)?")
_OTHERS = re.compile(r"户主|监护|配偶|联系人|医生|家长|父|母|代理|负责|责任人|帮扶|干部|代填")
"""A hint with one of these may say that the column is about somebody else."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'./&-]*(?:\s+(?:[A-Za-z'./&-]+|of|no\.?))*")


@dataclass(frozen=True, slots=True)
class Wording:
    """A header text taken apart. `keys` are what may be looked up, the fullest first; `loose` those from which more was
    cut than is harmless. `inside` are the brackets that were cut from those. `english` stands beside the Chinese;
    `codes` are told in it; `required` is None when nothing is said; `schema` a code name such as AAB003."""

    keys: tuple[str, ...]
    loose: tuple[str, ...]
    inside: tuple[str, ...] = ()
    english: str = ""
    schema: str = ""
    codes: Codes = field(default_factory=Codes)
    required: bool | None = None
    length: int = 0
    date: str = ""
    year: bool = False
    unit: str = ""


def shown(text: str) -> str:
    """A header text in one line: blanks and line breaks between Chinese characters away, else one blank."""
    told = " ".join(_INVISIBLE.sub("", text).replace("\u3000", " ").split())
    return re.sub(r"(?<=[^\x00-\xff]) (?=[^\x00-\xff])", "", told)


@lru_cache(maxsize=4096)
def read_wording(text: str) -> Wording:
    """Take a header text apart."""
    plain = _INVISIBLE.sub("", _CIRCLED.sub(lambda m: unicodedata.normalize("NFKC", m[1]).strip("().") + ".", text))
    plain = unicodedata.normalize("NFKC", plain).replace("\r", "\n").strip()
    required = _required(plain)
    keys: dict[str, None] = {}
    loose: dict[str, None] = {}
    _add(keys, plain)
    bare = _STAR.sub("", _without_marks(plain))
    _add(keys, bare)
    schema = found[0] if (found := _CODE_NAME.search(bare)) else ""
    if schema and _HAN.search(bare):
        bare = _CODE_NAME.sub("", bare).strip(" \n/-()")
        _add(keys, bare)
    told = _Told()
    body, kept, cut = told.without_brackets(_numbered(bare))
    body, kept = told.without_lines(body), told.without_lines(kept)
    for one in (kept, body):
        base, codes = split_codes(one)
        if codes:
            told.codes = told.codes or codes
        base = _STAR.sub("", base).strip(" :：,，、;；\n")
        target = keys if not cut or one is kept else loose
        for step in (base, _numbered(base), _han(base), _numbered(_han(base))):
            _add(target, step)
        if glued := _GLUED.match(_han(base)):
            _add(target, _han(base)[glued.end() :])
        without_year = _YEAR.sub("", _han(base))
        if without_year != _han(base):
            told.year = True
            _add(loose, without_year)
        if unit := re.search(r"(?:万?元|周?岁|个?月)$", base):
            _add(loose, base[: unit.start()])
    keys.pop("", None)
    for one in ("", *keys):
        loose.pop(one, None)
    english = " ".join(_LATIN.findall(bare)) if _HAN.search(bare) else ""
    return Wording(
        tuple(keys),
        tuple(loose),
        tuple(cut),
        english,
        schema,
        told.codes,
        required,
        told.length,
        told.date,
        told.year,
        told.unit,
    )


def _add(keys: dict[str, None], text: str) -> None:
    keys.setdefault(header_key(text))


def _required(text: str) -> bool | None:
    if _FREE.search(text):
        return False
    return True if _NEEDED.search(text) or re.match(r"\s*[*※★✱﹡]", text) or re.search(r"[*✱﹡]\s*$", text) else None


def _without_marks(text: str) -> str:
    for pattern in (_FREE, _NEEDED):
        text = re.sub(rf"[(\[【〔<]\s*[*,，、]?\s*{pattern.pattern}\s*[)\]】〕>]", "", text, flags=re.IGNORECASE)
        text = pattern.sub("", text)
    return re.sub(r"[(\[【]\s*\*+\s*[)\]】]", "", text).strip()


def _numbered(text: str) -> str:
    """The text without the number before it."""
    return _NUMBERING.sub("", text, count=1).strip() or text


def without_numbering(text: str) -> str:
    """A text without what counts the parts of a form: `二、疾病信息` is 疾病信息."""
    return _numbered(unicodedata.normalize("NFKC", text).strip())


def _han(text: str) -> str:
    """The Chinese of a text in two languages; the text itself where it has but one."""
    if not _HAN.search(text):
        return text
    return _LATIN.sub("", text).strip(" /|-:：\n.()") or text


class _Told:
    """What is told on the way, while a text is cut down."""

    def __init__(self) -> None:
        self.codes = Codes()
        self.length = 0
        self.date = ""
        self.year = False
        self.unit = ""

    def without_brackets(self, text: str) -> tuple[str, str, list[str]]:
        """The text without its brackets, the text without the harmless ones alone, and what the others hold."""
        body, kept, cut = "", "", []
        place = 0
        for start, end in _brackets(text):
            before, inside = text[place:start], text[start + 1 : end - 1].strip()
            body += before
            kept += before
            if not self.harmless(inside):
                kept += text[start:end]
                cut.append(inside)
            place = end
        return (body + text[place:]).strip(), (kept + text[place:]).strip(), cut

    def without_lines(self, text: str) -> str:
        """The text without lines that only tell units, codes, formats."""
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2:
            return text
        return "\n".join([lines[0], *(line for line in lines[1:] if not self.harmless(line.strip(), line=True))])

    def harmless(self, text: str, *, line: bool = False) -> bool:
        """Whether this says how to fill the column, not what it is."""
        text = text.strip(" ,，、;；:：")
        if not text:
            return True
        codes = codes_in(text)
        if codes:
            self.codes = self.codes or codes
            return True
        if _OTHERS.search(text):
            return False
        if length := _LENGTH.search(text):
            self.length = int(length[1])
            rest = _LENGTH.sub("", text).strip(" 、,或/及和至-~限最多不超过长度数字文本()[]≤<=")
            # a whole line may be a name with its length behind: 身份证号（18位）
            if not rest or (len(text) > 6 and (not line or _LENGTH.match(text.lstrip("请按填写输入为应须限")))):
                return True
        if _DATE.search(text) and not _HAN.search(_ABOUT_DATES.sub("", _DATE.sub("", text))):
            self.date = self.date or date_format(text)
            return True
        if _UNIT.fullmatch(text):
            self.unit = text
            return True
        if _HINT.match(text) or _AT_LEAST.fullmatch(text):
            return True
        if not line and _NUMBER_ONLY.fullmatch(text):
            return True
        return not _HAN.search(text) and bool(_LATIN.fullmatch(text)) and header_key(text) not in ("icd10", "icd")


def codes_in_leaf(text: str) -> bool:
    """Whether the lowest text above a column says only how to fill it: codes, a unit, a format, 必填."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if header_key(plain) in known_words().meaningful:
        return False
    return _Told().harmless(_without_marks(plain).strip("()[] "), line=True)


def date_format(text: str) -> str:
    """How a date is to be written, in the words of a format; '' when it is not told."""
    told = unicodedata.normalize("NFKC", text)
    if re.search(r"(?:19|20)\d{6}(?!\d)|y{4}m{2}d{2}", told, re.IGNORECASE):
        return "YYYYMMDD"
    if re.search(
        r"(?:\d{4}|[yx]{4})\s*[\"“]?年[\"”]?\s*(?:\d{1,2}|[mx]{1,2})\s*[\"“]?月[\"”]?\s*(?:\d{1,2}|[dx]{1,2})",
        told,
        re.IGNORECASE,
    ):
        return "YYYY年M月D日"
    if re.search(r"(?:\d{4}|[yx]{4})/(?:\d{1,2}|[mx]{1,2})/", told, re.IGNORECASE):
        return "YYYY/M/D"
    if re.search(r"(?:\d{4}|[yx]{4})[-.](?:\d{1,2}|[mx]{1,2})[-.](?:\d{1,2}|[dx]{1,2})", told, re.IGNORECASE):
        return "YYYY-MM-DD"
    if re.search(r"(?:\d{4}|[yx]{4})[-.](?:\d{1,2}|[mx]{1,2})(?![\d\w])", told, re.IGNORECASE):
        return "YYYY-MM"
    return ""


def _brackets(text: str) -> list[tuple[int, int]]:
    """Where the outermost brackets begin and end; one that is never closed reaches to the end."""
    found, depth, start = [], 0, 0
    for place, char in enumerate(text):
        if char in _OPEN:
            start = place if depth == 0 else start
            depth += 1
        elif char in _CLOSE and depth:
            depth -= 1
            if depth == 0:
                found.append((start, place + 1))
    return found


def ordinal_of(text: str) -> int:
    """The number that a text says and nothing else: `第二种`, `2`, `(三)`; 0 for any other."""
    key = header_key(text)
    return _number(key) if key and _ORDINAL.fullmatch(key) else 0


_ORDINAL_IN = re.compile(
    r"第([一二三四五六七八九十\d]{1,2})(?:种|个|次|项)|([一二三四五]|(?<!\d)[1-9](?!\d))$|([一二三四五]|(?<!\d)[1-9](?!\d))"
)
_DIGITS = "零一二三四五六七八九十"


def without_ordinal(key: str) -> tuple[str, int]:
    """A key without the number in it, and the number: `疾病一名称` is `疾病名称`, 1; 0 when it has none."""
    found = _ORDINAL_IN.search(key)
    if not found:
        return key, 0
    number = _number(next(part for part in found.groups() if part))
    return key[: found.start()] + key[found.end() :], number


def _number(text: str) -> int:
    digits = text.strip("第种个次项")
    if digits.isdecimal():
        return int(digits)
    return _DIGITS.index(digits) if digits in _DIGITS and len(digits) == 1 else 0
