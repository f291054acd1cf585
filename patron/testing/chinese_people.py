"""
Records of invented people in China with what goes wrong when people type: households, homophones, titles, masked numbers,
addresses with and without their beginning.

The people of a household share an address and often a family name, and some of them a phone. Every seed gives the same records.
"""

from collections.abc import Iterator
from random import Random

from patron.testing.people import Record

COLUMNS = ("record", "name", "tel", "email", "born", "address")

_FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
_GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰文华建国玉梅红玲志鹏宇浩欣怡梓涵子轩雨佳琪思远晓东海燕春雪峰"
_SOUNDS_LIKE = {
    "伟": "玮",
    "静": "靖",
    "丽": "莉",
    "杰": "洁",
    "明": "铭",
    "宇": "雨",
    "涵": "含",
    "欣": "新",
    "晓": "小",
    "佳": "嘉",
}
_CITIES = ("浙江省杭州市西湖区", "江苏省南京市鼓楼区", "广东省深圳市南山区", "四川省成都市武侯区")
_ROADS = ("文三", "中山", "人民", "解放", "建设", "和平", "学院", "滨江", "天府", "科技")
_NUMERALS = "零一二三四五六七八九"
_TITLES = ("先生", "女士", "经理", "老师")
_STARTS = ("138", "139", "136", "150", "186", "177")


def records_of_households(households: int, *, seed: int, share: float = 0.5) -> Iterator[Record]:
    """
    Yield records in no order that tells anything; what stands before the `-` of `record` is the person.

    Args:
        households: how many there are, of one to four people.
        seed: of the chances.
        share: of the people who are there more than once.
    """
    chances = Random(seed)  # noqa: S311  # invented people are no secrets
    found: list[Record] = []
    person = 0
    for _ in range(households):
        address, tel, family = _address(chances), _tel(chances), _family(chances)
        for member in range(chances.choice((1, 1, 2, 3, 4))):
            own = family if chances.random() < 0.7 else _family(chances)
            first = {
                "record": f"{person}-0",
                "name": own + _given(chances),
                "tel": tel if member == 0 or chances.random() < 0.15 else _tel(chances),
                "email": f"u{chances.randrange(10**8)}@example.com" if chances.random() < 0.4 else "",
                "born": f"{chances.randrange(1940, 2010)}-{chances.randrange(1, 13):02}-{chances.randrange(1, 29):02}",
                "address": address,
            }
            found.append(first)
            if chances.random() < share:
                doubles = chances.choice((1, 1, 2, 3))
                found += [{**_spoilt(chances, first), "record": f"{person}-{place + 1}"} for place in range(doubles)]
            person += 1
    chances.shuffle(found)
    yield from found


def _family(chances: Random) -> str:
    return _FAMILIES[int(len(_FAMILIES) * chances.random() ** 2)]


def _given(chances: Random) -> str:
    return "".join(chances.choice(_GIVEN) for _ in range(chances.choice((1, 2, 2, 2))))


def _tel(chances: Random) -> str:
    return chances.choice(_STARTS) + f"{chances.randrange(10**8):08}"


def _address(chances: Random) -> str:
    road = f"{chances.choice(_CITIES)}{chances.choice(_ROADS)}路{chances.randrange(1, 400)}号"
    return f"{road}{chances.randrange(1, 30)}栋{chances.randrange(101, 2500)}室"


def _spoilt(chances: Random, first: Record) -> dict[str, str]:
    """Return a record of the same person, typed by somebody else."""
    found = dict(first)
    for _ in range(chances.choice((1, 1, 2, 3))):
        what = chances.random()
        if what < 0.01:
            found["name"] = found["name"][0] + "".join(_SOUNDS_LIKE.get(sign, sign) for sign in found["name"][1:])
        elif what < 0.14:
            found["name"] = first["name"] + chances.choice(_TITLES)
        elif what < 0.32:
            place = chances.randrange(3, 11)
            found["tel"] = first["tel"][:place] + str(chances.randrange(10)) + first["tel"][place + 1 :]
        elif what < 0.42:
            found["tel"] = f"{first['tel'][:3]}****{first['tel'][7:]}"
        elif what < 0.56:
            found["address"] = first["address"].partition("市")[2]
        elif what < 0.68:
            found["address"] = "".join(_NUMERALS[int(sign)] if sign.isdigit() else sign for sign in first["address"])
        elif what < 0.75:
            found["address"] = _address(chances)
        elif what < 0.8:
            found["tel"] = _tel(chances)
        else:
            found[chances.choice(("tel", "email", "born", "address"))] = ""
    return found
