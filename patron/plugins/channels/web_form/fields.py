"""
What the fields of a form say, whatever the page calls them: as people name the fields of forms, as we call them ourselves, in
both languages, and as the connection says.

Anybody can send anything to a page. So of what we keep of a customer and a lead a form fills in what the list here names, and
what the connection names besides; all else is a remark.
"""

from collections.abc import Mapping

from patron import (
    Connection,
    Delivery,
    Unreadable,
    added_headings,
    as_text,
    by_headings,
    full_name,
    headings_of,
    read_form,
    read_json,
)

HEADINGS = {
    "name": "name|full_name|fullname|full-name|your-name|your_name|customer_name|contact_name|姓名|您的姓名|称呼|联系人",
    "first_name": "first_name|first-name|firstname|given_name|fname|名",
    "last_name": "last_name|last-name|lastname|family_name|surname|lname|姓",
    "tel": "phone|tel|telephone|mobile|cell|cellphone|phone_number|your-phone|手机|手机号|手机号码|电话|联系电话|联系方式",
    "email": "email|e-mail|mail|email_address|your-email|your_email|邮箱|电子邮件|邮件",
    "qq": "qq|qq号|qq号码",
    "wechat": "wechat|weixin|微信|微信号",
    "note": "message|note|comment|comments|remarks|inquiry|enquiry|question|your-message|留言|备注|内容|咨询内容|需求",
    "interests": "interest|interests|product|model|意向产品|意向车型|感兴趣的产品|咨询产品",
    "campaign_id": "utm_campaign|campaign|活动",
    "medium": "utm_medium",
    "click_id": "gclid|gbraid|wbraid|fbclid|msclkid|bd_vid|click_id|clickid",
    "referrer_id": "referred_by|recommended_by|推荐人|介绍人",
    "subject": "subject|your-subject|主题",
    "address": "address|地址",
    "region": "region|city|城市|所在城市|地区",
}
"""Field → names of fields that mean it."""

REACHED = ("name", "first_name", "last_name", "tel", "email", "qq", "wechat", "note")
"""What a form says something by."""

CONTACT = "_contact"
"""The field by which a page asks that there is a way to answer: a phone number or an address, whichever the person likes."""
_CONTACTS = ("tel", "email", "qq", "wechat")

_OWN = frozenset({"key", "token", "submission_id", "lang", "consent"})
_CAPTCHAS = frozenset({"g-recaptcha-response", "h-captcha-response", "cf-turnstile-response"})


def read_fields(delivery: Delivery) -> Mapping[str, str]:
    """
    Return the fields of a form as the page calls them; of one that is repeated the first that says something.

    Raises:
        Unreadable: it is no form.
    """
    if delivery.content_type.partition(";")[0].strip().lower().endswith("json"):
        said = read_json(delivery.body)
        if not isinstance(said, dict):
            raise Unreadable("payloads.no_object")
        return {name: as_text(value) for name, value in said.items()}
    found: dict[str, str] = {}
    for name, value in read_form(delivery.body, delivery.content_type):
        found[name] = found.get(name) or value.strip()
    return found


def filled(said: Mapping[str, str], connection: Connection) -> dict[str, str]:
    """Return what was filled in, as the page calls it: without what belongs to the form itself, and what keeps robots out."""
    beside = {*_OWN, *_CAPTCHAS, str(connection.options.get("honeypot") or "")}
    return {name: text for name, text in said.items() if text and name not in beside and not name.startswith("_")}


def understood(said: Mapping[str, str], connection: Connection) -> tuple[dict[str, str], dict[str, str]]:
    """
    Return what was filled in: field → text; and what has no field, as the page calls it.

    Args:
        said: as `filled()` returns it.
        connection: whose `fields` name further ones.
    """
    headings = added_headings(HEADINGS, connection.options.get("fields"))
    found, called = by_headings(said, headings), headings_of(said, headings)
    about = {field: text for field, text in found.items() if field in headings}
    others = {called.get(field, field): text for field, text in found.items() if field not in headings}
    first, last = about.pop("first_name", ""), about.pop("last_name", "")
    if first or last:
        about.setdefault("name", full_name(first, last))
    return about, others


def lacks_contact(said: Mapping[str, str], about: Mapping[str, str]) -> bool:
    """
    Return whether nobody can answer whoever filled in a form, and its page asks that somebody can.

    Args:
        said: the fields, as the page calls them.
        about: what they say of fields, as `understood()` returns it.
    """
    return bool(said.get(CONTACT)) and not any(about.get(scheme) for scheme in _CONTACTS)
