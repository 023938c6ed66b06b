"""Makes dates_cjk.otf: of a large font with Chinese, Japanese and Korean, the letters of dates.

Run it from the project's root: `python -m datasets.fonts.build NotoSansCJK-Regular.ttc`.
"""

import io
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from utils.files import write_atomically

HERE = Path(__file__).parent
FILE = "dates_cjk.otf"
FAMILY, POSTSCRIPT = "Dates CJK", "DatesCJK-Regular"
FACE = 0  # of the source's ten: Japanese forms of the characters, letters of all three languages
CHARACTERS = "".join(
    [
        "年月日号號天元初末前后後上下午今昨明时時分",
        "星期周週礼禮拜曜祝",
        "一二三四五六七八九十〇零廿",
        "火水木金土",
        "令和平成昭大正治西暦公",
        "년월일요화수목금토주초말오늘어제내전후시분",
        "０１２３４５６７８９",
        "　（），．：；／－～、。・「」",
    ]
)
DROPPED = ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]  # vertical text, kerning
KEPT_NAMES = {0: "copyright", 9: "designers", 13: "licence", 14: "address of the licence"}
ENGLISH = 0x409


def subset(source: Path) -> TTFont:
    """Return a font with the glyphs of `CHARACTERS` alone, under a name of its own."""
    font = TTFont(source, fontNumber=FACE, recalcTimestamp=False)  # its time stays: the same bits
    # Without hints the thin lines of small characters come out darker.
    options = Options(hinting=False, notdef_outline=True, name_IDs=[5, *KEPT_NAMES])
    options.drop_tables += DROPPED
    subsetter = Subsetter(options)
    subsetter.populate(text=CHARACTERS)
    subsetter.subset(font)
    rename(font)
    return font


def rename(font: TTFont) -> None:
    """Give the font our name wherever the source's stands; credits and licence stay."""
    names, version = font["name"], font["name"].getDebugName(5).split(";")[0]
    names.names = [r for r in names.names if r.nameID in KEPT_NAMES and r.langID == ENGLISH]
    ours = {1: FAMILY, 2: "Regular", 3: f"{version};{POSTSCRIPT}", 4: FAMILY, 5: version}
    for number, name in {**ours, 6: POSTSCRIPT}.items():
        names.setName(name, number, 3, 1, ENGLISH)  # 3, 1: Windows, Unicode
    font["OS/2"].achVendID = "NONE"
    outlines = font["CFF "].cff
    outlines.fontNames = [POSTSCRIPT]
    [top] = outlines.topDictIndex
    top.FullName = top.FamilyName = FAMILY
    for number, part in enumerate(top.FDArray):
        part.FontName = f"{POSTSCRIPT}-{number}"


if __name__ == "__main__":
    data = io.BytesIO()
    subset(Path(sys.argv[1])).save(data)
    write_atomically(HERE / FILE, data.getvalue())
