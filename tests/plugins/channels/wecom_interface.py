"""WeCom's interface, as tests answer in its place: a token by corporation and secret, and details of people by the token."""

import json
from urllib.parse import parse_qsl, urlsplit

from patron import Answer

CORP, SECRET = "wx5823bf96d3bd56c7", "s3cret-of-the-app"


def person(number, **about):
    """Return somebody as WeCom describes them."""
    return {"external_userid": number, "name": "张三", "type": 1, "gender": 1, "unionid": f"u-{number}", **about}


def follower(employee="wang", **about):
    """Return what an employee noted."""
    return {"userid": employee, "remark": "", "createtime": 1767103200, "add_way": 1, "state": "", **about}


DETAILS = json.dumps(
    {
        "errcode": 0,
        "external_contact": person("wm9", name="李四", position="Manager", corp_name="腾讯", type=2, unionid=""),
        "follow_user": [
            follower(
                remark="李部长",
                description="采购",
                remark_mobiles=["13800138001"],
                tags=[{"group_name": "意向", "tag_name": "高"}],
            ),
            follower("zhao", state="may", add_way=99),
        ],
    },
    ensure_ascii=False,
).encode()
"""The example of WeCom's documentation, with two employees."""


def interface(known=None, refused=None):
    """
    Return what answers in WeCom's place.

    Args:
        known: person → what is said of them and the employees; by default everybody is, by `wang`.
        refused: path → codes that are answered first, one a request.
    """
    left = {path: list(codes) for path, codes in (refused or {}).items()}
    tokens = []

    def answer(url, _headers, _body):
        parts = urlsplit(url)
        asked, path = dict(parse_qsl(parts.query)), parts.path.removeprefix("/cgi-bin/")
        if left.get(path):
            return said(errcode=left[path].pop(0), errmsg=f"refused, from ip: 10.0.0.7 {path}")
        if path == "gettoken":
            assert asked == {"corpid": CORP, "corpsecret": SECRET}
            tokens.append(f"token-{len(tokens)}")
            return said(errcode=0, access_token=tokens[-1], expires_in=7200)
        assert asked["access_token"] == tokens[-1]
        number = asked["external_userid"]
        found = {"external_contact": person(number), "follow_user": [follower()]} if known is None else known.get(number)
        return said(errcode=84061, errmsg="not external contact") if found is None else said(**found)

    return answer


def said(**about):
    """Return an answer."""
    return Answer(body=json.dumps({"errcode": 0, **about}).encode())
