"""What cards say, as an iPhone, an Android telephone, Outlook and old Chinese telephones export them."""

from base64 import b64encode

import pytest

from patron import Connection, Contact, Delivery, testing
from patron.plugins.channels.vcard.channel import CHANNEL

IPHONE = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 17.2//EN
N:王;小明;;;
FN:王小明
ORG:城市汽车有限公司;销售部
TITLE:经理
item1.TEL;type=pref:+86 138 0013 8000
item1.X-ABLabel:_$!<Mobile>!$_
TEL;type=WORK;type=VOICE:010-62345678,,123
item2.EMAIL;type=INTERNET:wang@example.com
item2.X-ABLabel:公司
ADR;type=HOME;type=pref:;;中关村大街1号\\n2号楼;北京市;北京市;100080;中国
item3.URL;type=pref:https://example.com/
item3.X-ABLabel:_$!<HomePage>!$_
BDAY:1985-04-12
IMPP;X-SERVICE-TYPE=QQ;type=HOME:x-apple:123456789
X-SOCIALPROFILE;type=weixin;x-user=wang_xm:x-apple:wang_xm
X-SOCIALPROFILE;type=weibo:https://weibo.example.com/u/1
item4.X-ABRELATEDNAMES;type=pref:李娜
item4.X-ABLabel:_$!<Spouse>!$_
item5.X-ABDATE:2010-10-01
item5.X-ABLabel:_$!<Anniversary>!$_
X-IMAGETYPE:PHOTO
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD
 4gIoSUNDX1BST0ZJTEUAAQEAAAIYAAAAAAQwAABtbnRyUkdCIFhZWi
NOTE:想看 A 型\\n周末有空
END:VCARD
"""
ANDROID = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=9D=8E;=E5=A8=9C;;;
TEL;CELL;PREF:13900139000
X-QQ:987654321
X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Nana;1;;;;;;;;;;;;;
NOTE;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=91=A8=E6=9C=AB=0D=0A=
=E8=AF=95=E9=A9=BE
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwME
/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwME

END:VCARD
"""
OUTLOOK = """BEGIN:VCARD
VERSION:2.1
X-MS-OL-DEFAULT-POSTAL-ADDRESS:2
N;LANGUAGE=en-us:Zhang;Wei;Q.;Dr.;Jr.
ORG:City Motors;Sales
ROLE:Buyer
TEL;WORK;VOICE:+1 (510) 555-0100
TEL;WORK;FAX:+1 (510) 555-0101
ADR;WORK;PREF:;Floor 2;1 Main St;Oakland;CA;94601;USA
LABEL;WORK;PREF;ENCODING=QUOTED-PRINTABLE:1 Main St=0D=0A=
Oakland
X-WAB-GENDER:2
BDAY;VALUE=date:19791231
EMAIL;PREF;INTERNET:wei@example.com
X-MS-CARDPICTURE;TYPE=JPEG;ENCODING=BASE64:
 /9j/4AAQSkZJRgABAQEAYABgAAD

REV:20251230T100000Z
END:VCARD
"""


def read(text):
    body = text if isinstance(text, bytes) else text.encode()
    return CHANNEL.parse(Delivery(body=body, received_at=testing.NOW), Connection(name="vcard"))


def card(*lines, version="4.0"):
    (one,) = read("\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", "FN:Wei", *lines, "END:VCARD", ""]))
    return one


def contacts(envelope):
    return [(one.scheme, one.written) for one in envelope.contacts]


def test_an_iphone_groups_lines_and_gives_them_labels():
    """Its accounts are known by their service, and what has a label of the owner's is told by it."""
    (one,) = read(IPHONE)

    assert contacts(one) == [
        ("tel", "+86 138 0013 8000"),
        ("tel", "010-62345678;ext=123"),
        ("email", "wang@example.com"),
        ("qq", "123456789"),
        ("wechat", "wang_xm"),
    ]
    address = "中国北京市中关村大街1号2号楼 100080"
    assert one.customer == {"name": "王小明", "position": "经理", "birth_year": "1985", "address": address}
    assert one.interaction == {"note": "想看 A 型\n周末有空"}
    assert one.remarks == (
        "remark.org",
        "remark.url",
        "remark.bday",
        "weibo: https://weibo.example.com/u/1",
        "remark.spouse",
        "remark.anniversary",
    )
    assert [remark.details["said"] for remark in (one.remarks[0], one.remarks[4])] == ["城市汽车有限公司, 销售部", "李娜"]


def test_android_leaves_the_name_to_its_parts_and_pictures_in_lines_of_their_own():
    (one,) = read(ANDROID)

    assert (one.customer, one.interaction, one.remarks) == ({"name": "李娜"}, {"note": "周末\n试驾"}, ())
    assert contacts(one) == [("tel", "13900139000"), ("qq", "987654321")]


def test_outlook_knows_a_gender_and_an_address_of_many_lines():
    (one,) = read(OUTLOOK)

    assert one.customer == {
        "name": "Wei Q. Zhang Jr.",
        "position": "Buyer",
        "gender": "male",
        "birth_year": "1979",
        "address": "Floor 2, 1 Main St, Oakland, CA, 94601, USA",
    }
    assert contacts(one) == [("tel", "+1 (510) 555-0100"), ("email", "wei@example.com")]
    assert one.remarks == ("remark.org", "remark.bday")


@pytest.mark.parametrize("charset", [";CHARSET=GBK", ";CHARSET=gb2312", ";CHARSET=X-ODD", ""])
def test_old_chinese_telephones_write_gbk_whatever_they_say(charset):
    """In lines that are broken in the midst of a sign, with or without a blank in front of the next."""
    signs = "".join(f"={byte:02X}" for byte in "张三丰".encode("gbk"))
    name = f"N{charset};ENCODING=QUOTED-PRINTABLE:{signs[:9]}=\n {signs[9:12]}=\n{signs[12:]};;;;"
    text = f"BEGIN:VCARD\nVERSION:2.1\n{name}\nTEL;CELL:13800138000\nEND:VCARD\n"

    assert read(text)[0].customer["name"] == read(text.replace("\n", "\r\n"))[0].customer["name"] == "张三丰"


def test_a_soft_break_keeps_the_blank_between_words():
    one = card("NOTE;ENCODING=QUOTED-PRINTABLE:wants a=\n red one=", version="2.1")

    assert one.interaction == {"note": "wants a red one"}


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("TEL;VALUE=uri:tel:+861062345678;ext=88", "+861062345678;ext=88"),
        ("TEL;VALUE=uri:TEL:+861062345678;phone-context=cn", "+861062345678"),
        ("TEL:010-62345678\\;88#", "010-62345678;ext=88"),
        ("TEL:010-62345678 ext. 88", "010-62345678 ext. 88"),
        ('TEL;TYPE="work,voice":010-62345678', "010-62345678"),
    ],
)
def test_an_extension_stays_with_its_number(written, number):
    assert card(written).contacts == (Contact(scheme="tel", written=number),)


@pytest.mark.parametrize(
    ("line", "scheme", "written"),
    [
        ("IMPP:qq:12345678", "qq", "12345678"),
        ("IMPP;TYPE=home:weixin:wei%20w", "wechat", "wei w"),
        ("X-WECHAT:wei_w", "wechat", "wei_w"),
        ("X-SOCIALPROFILE;TYPE=wechat:wei_w", "wechat", "wei_w"),
    ],
)
def test_accounts_are_known_by_their_service(line, scheme, written):
    assert card(line).contacts == (Contact(scheme=scheme, written=written),)


def test_what_fits_no_field_is_told_and_never_bytes():
    """What ties cards to one another is nothing that a person reads."""
    secret = b64encode(bytes(300)).decode()
    one = card(
        "IMPP:xmpp:wei@example.com",
        "RELATED;TYPE=spouse;VALUE=text:Li Na",
        "RELATED;TYPE=friend:urn:uuid:1",
        "CATEGORIES:VIP,fleet",
        "TITLE:Head of fleet",
        "ROLE:Buyer",
        "X-ODD:nobody reads it",
        f"KEY:data:application/pgp-keys;base64,{secret}",
        f"item1.X-BADGE;ENCODING=b:{secret}",
        "item1.X-ABLabel:Badge",
    )

    assert one.customer == {"name": "Wei", "position": "Head of fleet"}
    assert one.remarks == ("remark.categories", "remark.role", "remark.spouse", "IMPP: xmpp:wei@example.com")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("GENDER:F", {"gender": "female"}),
        ("GENDER:M;Fellow", {"gender": "male"}),
        ("GENDER:U", {}),
        ("BDAY:19850412", {"birth_year": "1985"}),
        ("BDAY:1985", {"birth_year": "1985"}),
        ("BDAY:--0412", {}),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12", {}),
        ("ADR:;;中关村大街1号;海淀区;北京市;;", {"address": "北京市海淀区中关村大街1号"}),
        ("LABEL:1 Main St", {"address": "1 Main St"}),
    ],
)
def test_what_a_card_says_of_the_person(line, said):
    assert card(line).customer == {"name": "Wei", **said}


def test_the_newest_version_of_a_card_counts_in_whatever_order_they_stand():
    def version(year, position):
        return f"BEGIN:VCARD\nVERSION:3.0\nUID:1\nREV:{year}-01-02T03:04:05Z\nFN:Wei\nTITLE:{position}\nEND:VCARD\n"

    older, newer = version(2024, "Clerk"), version(2025, "Manager")

    assert [[one.customer["position"] for one in read(text)] for text in (older + newer, newer + older)] == [["Manager"]] * 2
