"""
Addresses in a form that can be compared: words in one spelling, numbers as digits, Chinese ones cut at their levels.

A Chinese address goes from the large to the small (`浙江省杭州市西湖区文三路90号`); province and city are left out where the
address goes on below them, for half of those who write an address leave them out. A Western one is words whose common
abbreviations are written out. Comparing does not look at the order of the words.
"""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from patron.core.matching.names import folded

_HAN = re.compile(r"[\u3400-\u9fff]")
_LARGE = re.compile(r"(?:中国)?(?:[^\s省]{2,3}省|[^\s区]{2,5}自治区)?(?:[^\s市区县路街]{2,4}市)?(?=..)")
_LEVEL = re.compile(
    r".+?(?:自治州|自治县|开发区|街道|新区|大道|小区|单元|公寓|花园|大厦|广场|省|市|区|县|镇|乡|村|路|街|巷|弄|里|号楼|号|栋|幢|座|楼|层|室)"
)
_NUMERALS: Mapping[str, int] = MappingProxyType(
    {sign: value for value, sign in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
)
_NUMERAL = re.compile(r"[〇零一二两三四五六七八九十百]+(?=号|栋|幢|座|楼|层|室|单元|弄|巷)")
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "st": "street",
        "str": "street",
        "rd": "road",
        "ave": "avenue",
        "av": "avenue",
        "blvd": "boulevard",
        "ct": "court",
        "crt": "court",
        "pl": "place",
        "dr": "drive",
        "cres": "crescent",
        "cr": "crescent",
        "cct": "circuit",
        "ln": "lane",
        "tce": "terrace",
        "hwy": "highway",
        "sq": "square",
        "pde": "parade",
        "apt": "apartment",
        "no": "",
        "nr": "",
        "n": "north",
        "s": "south",
        "e": "east",
        "w": "west",
    }
)


def normal_address(written: str) -> str:
    """Return the words of an address, separated by spaces; empty where there are none."""
    text = unicodedata.normalize("NFKC", written)
    if _HAN.search(text):
        return _chinese(text)
    return " ".join(filter(None, (_WORDS.get(word, word) for word in folded(text).split())))


def _chinese(text: str) -> str:
    text = re.sub(r"[\s,，。.;；、#-]+", "", text).casefold()
    large = _LARGE.match(text)
    text = text[large.end() :] if large else text
    text = _NUMERAL.sub(lambda found: str(_number(found[0])), text)
    levels = _LEVEL.findall(text)
    rest = text[sum(map(len, levels)) :]
    return " ".join([*levels, rest] if rest else levels)


def _number(numerals: str) -> int:
    """Return what Chinese numerals mean, up to 999."""
    if not set(numerals) & set("十百"):
        return int("".join(str(_NUMERALS[one]) for one in numerals))
    total = digit = 0
    for one in numerals:
        unit = {"十": 10, "百": 100}.get(one)
        if unit is None:
            digit = _NUMERALS[one]
        else:
            total, digit = total + (digit or 1) * unit, 0
    return total + digit
