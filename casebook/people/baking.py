"""Bake the character tables of `data/` from pypinyin, OpenCC and a CJK font: `python -m casebook.people.baking`.

Used by developers only (extras: pypinyin, OpenCC, Pillow, numpy); the program reads the texts it writes. The same
versions and fonts write the same bytes.

readings.txt      one line a toneless reading: `zhang 张章…|长…`, characters whose main reading it is before the bar
simplified.txt    one line a simplified character: `国國圀…`, the first is what the others become
lookalikes.txt    one line a character: itself, then those whose glyphs resemble it (a pair stands in one line only)
"""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pictures = NDArray[np.float32]  # characters × rows × columns
    Likeness = NDArray[np.float32]  # characters × characters, correlations -1 to 1

DATA = Path(__file__).with_name("data")
FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
)
SIMPLIFIED_FACE = 2  # the index of the mainland face in both Noto collections
BLOCKS = ((0x3007, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x2A700, 0x2EBEF))
OPENCC_STEPS = ("jp2t", "hk2t", "tw2t", "t2s")

EM, GRID, BLUR = 64, 32, 1.5  # pixels a glyph is drawn in, pixels it is compared in, blur of the drawing
PART = 20  # of GRID: the room a component keeps beside or below a radical
WHOLE_COMMON, WHOLE_OTHER = 24, 8  # nearest glyphs kept of a character of GB2312's level 1, and of level 2
PART_COMMON, PART_OTHER = 4, 2
"""About 28 neighbours a character. Of 47 shape errors planted in invented lists they know 44, of 53 random slips 1."""

SURNAME_READINGS = {
    "单": "shan", "仇": "qiu", "曾": "zeng", "解": "xie", "查": "zha", "区": "ou", "朴": "piao", "盖": "ge",
    "任": "ren", "华": "hua", "尉": "yu", "万": "mo", "缪": "miao", "翟": "zhai", "乐": "yue", "召": "shao",
    "燕": "yan", "种": "chong", "冼": "xian", "员": "yun", "郇": "huan", "逄": "pang", "洗": "xian", "折": "she",
    "晁": "chao", "谌": "chen", "长": "zhang", "能": "nai", "繁": "po", "黑": "he", "秘": "bi", "祭": "zhai",
    "宓": "mi", "隗": "wei", "佴": "nai", "郗": "xi", "都": "du", "重": "chong", "纪": "ji", "覃": "qin",
    "瞿": "qu", "过": "guo", "应": "ying", "令": "ling", "哈": "ha", "那": "na", "葛": "ge", "薄": "bo",
    "尹": "yin", "乜": "nie", "句": "gou", "勾": "gou", "盛": "sheng", "相": "xiang", "车": "che", "石": "shi",
    "卜": "bu", "柏": "bai", "钭": "tou", "赵": "zhao", "阚": "kan", "麴": "qu", "呙": "guo", "邸": "di",
}  # fmt: skip
"""Readings that a surname has; listed where dictionaries put another first or leave it out."""


def is_gb2312(char: str) -> bool:
    """GB2312 is the simplified basic set: a character in it is nobody's traditional form."""
    try:
        return len(char.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def ideographs() -> Iterator[str]:
    for first, last in BLOCKS:
        yield from map(chr, range(first, last + 1))


def toneless(reading: str) -> str:
    """`lǘ` → `lv`; empty for what is no syllable (`ê`, `hm`)."""
    plain = unicodedata.normalize("NFD", reading.strip().lower()).replace("u\u0308", "v")
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return plain if plain.isascii() and plain.isalpha() and set(plain) & set("aeiouv") else ""


def readings_of(char: str) -> list[str]:
    """All toneless readings, the main one first."""
    from pypinyin.constants import PINYIN_DICT

    found = [toneless(r) for r in PINYIN_DICT.get(ord(char), "").split(",")] + [SURNAME_READINGS.get(char, "")]
    return [r for r in dict.fromkeys(found) if r]


def readings_text() -> str:
    main: dict[str, list[str]] = {}
    other: dict[str, list[str]] = {}
    for char in ideographs():
        found = readings_of(char)
        if found:
            main.setdefault(found[0], []).append(char)
            for reading in found[1:]:
                other.setdefault(reading, []).append(char)
    lines = []
    for reading in sorted(main.keys() | other.keys()):
        line = f"{reading} {''.join(main.get(reading, ()))}"
        lines.append(line + ("|" + "".join(other[reading]) if reading in other else ""))
    return "\n".join(lines) + "\n"


def simplified_text() -> str:
    from opencc import OpenCC

    steps = [OpenCC(name) for name in OPENCC_STEPS]

    def settled(char: str) -> str:
        """Step after step, and again, until nothing changes."""
        before = ""
        while char != before and not is_gb2312(char):
            before = char
            for step in steps:
                changed = step.convert(char)
                char = changed if len(changed) == 1 and not is_gb2312(char) else char
        return char

    groups: dict[str, list[str]] = {}
    for char in ideographs():
        target = settled(char)
        if target != char:
            groups.setdefault(target, []).append(char)
    return "\n".join(target + "".join(groups[target]) for target in sorted(groups)) + "\n"


def hanzi(first: int, last: int) -> list[str]:
    """The ideographs of GB2312 rows by lead byte: 0xB0 to 0xD7 are level 1 (common), to 0xF7 level 2."""
    cells = (bytes((lead, trail)) for lead in range(first, last + 1) for trail in range(0xA1, 0xFF))
    return [text for text in (cell.decode("gb2312", "ignore") for cell in cells) if text]


def pictures(chars: list[str], font: Path) -> Pictures:
    """Every character drawn, blurred and brought to GRID × GRID."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFilter, ImageFont

    face = ImageFont.truetype(str(font), EM, index=SIMPLIFIED_FACE if font.suffix == ".ttc" else 0)
    out = np.zeros((len(chars), GRID, GRID), np.float32)
    for i, char in enumerate(chars):
        image = Image.new("L", (EM, EM), 0)
        ImageDraw.Draw(image).text((EM // 2, EM // 2), char, font=face, fill=255, anchor="mm")
        image = image.filter(ImageFilter.GaussianBlur(BLUR)).resize((GRID, GRID), Image.Resampling.BOX)
        out[i] = np.asarray(image, np.float32)
    return out


def likeness(a: Pictures, b: Pictures) -> Likeness:
    """Pixel correlation of every picture of `a` with every one of `b`, the best of shifts by one pixel."""
    import numpy as np

    def normalised(block: Pictures) -> NDArray[np.float32]:
        flat = block.reshape(len(block), -1)
        flat = flat - flat.mean(1, keepdims=True)
        return np.asarray(flat / (np.linalg.norm(flat, axis=1, keepdims=True) + 1e-6), np.float32)

    left = normalised(a)
    best = np.full((len(a), len(b)), -1, np.float32)
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            np.maximum(best, left @ normalised(np.roll(b, (dy, dx), (1, 2))).T, out=best)
    return np.maximum(best, best.T)


def containment(drawn: Pictures) -> Likeness:
    """How well one character, squeezed, is found in the right, left, lower or upper part of another (秋 in 愀)."""
    import numpy as np
    from PIL import Image

    def squeezed(width: int, height: int) -> Pictures:
        size = (width, height)
        return np.stack(
            [np.asarray(Image.fromarray(one).resize(size, Image.Resampling.BILINEAR), np.float32) for one in drawn]
        )

    narrow, low = squeezed(PART, GRID), squeezed(GRID, PART)
    best = likeness(drawn[:, :, -PART:], narrow)
    np.maximum(best, likeness(drawn[:, :, :PART], narrow), out=best)
    np.maximum(best, likeness(drawn[:, -PART:, :], low), out=best)
    return np.maximum(best, likeness(drawn[:, :PART, :], low))


def nearest(alike: Likeness, common: int, of_common: int, of_other: int) -> list[list[int]]:
    """Row by row the nearest characters, best first: of the first `common` rows among themselves."""
    import numpy as np

    order = np.round(-alike, 3)
    np.fill_diagonal(order, 9)
    out = [np.argsort(row[:common], kind="stable")[:of_common].tolist() for row in order[:common]]
    return out + [np.argsort(row, kind="stable")[:of_other].tolist() for row in order[common:]]


def lookalikes_text(fonts: list[Path]) -> str:
    level_1, level_2 = hanzi(0xB0, 0xD7), hanzi(0xD8, 0xF7)
    chars, common = level_1 + level_2, len(level_1)
    drawn = [pictures(chars, font) for font in fonts]
    whole: Likeness = sum((likeness(one, one) for one in drawn[1:]), likeness(drawn[0], drawn[0]))
    part: Likeness = sum((containment(one) for one in drawn[1:]), containment(drawn[0]))
    found = nearest(whole, common, WHOLE_COMMON, WHOLE_OTHER)
    parts = nearest(part, common, PART_COMMON, PART_OTHER)
    written: set[tuple[int, int]] = set()
    lines = []
    for i, (near, within) in enumerate(zip(found, parts, strict=True)):
        new = [j for j in dict.fromkeys(near + within) if (j, i) not in written]
        written.update((i, j) for j in new)
        lines.append(chars[i] + "".join(chars[j] for j in new))
    return "\n".join(lines) + "\n"


def write(name: str, text: str) -> None:
    path = DATA / name
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{path.name}: {path.stat().st_size} bytes, {text.count(chr(10))} lines")


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Bake the character tables of casebook/people/data.")
    parser.add_argument("--only", choices=("readings", "simplified", "lookalikes"))
    parser.add_argument("--font", type=Path, action="append", help="a CJK font file, once each; Noto Sans and Serif")
    options = parser.parse_args(None if arguments is None else list(arguments))
    if options.only in (None, "readings"):
        write("readings.txt", readings_text())
    if options.only in (None, "simplified"):
        write("simplified.txt", simplified_text())
    if options.only in (None, "lookalikes"):
        write("lookalikes.txt", lookalikes_text(options.font or list(FONTS)))


if __name__ == "__main__":
    main()
