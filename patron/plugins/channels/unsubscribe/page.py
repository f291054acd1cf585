"""
What somebody sees who follows the link of a letter: a question with a button, for programs that try links out press none; and
what came of it. It needs no script, tells nothing of the person, and is in the language that the browser asks for.
"""

from html import escape

from patron import Delivery, Reply, Translator
from patron.core.i18n import language_asked
from patron.plugins.channels.unsubscribe.tokens import Link
from patron.plugins.channels.unsubscribe.words import WORDS

HTML = "text/html; charset=utf-8"
PRESSED = "pressed"
"""The field by which a press of the button is told from what mail programs send."""
_OTHER = "other"
_STYLE = (
    "body{font:17px/1.6 system-ui,sans-serif;max-width:32rem;margin:12vh auto;padding:0 1.2rem;color:#222;background:#fff}"
    "h1{font-size:1.4rem;font-weight:600}button{padding:.7rem 1.6rem;font:inherit;color:#fff;background:#1f5fa8;border:0;"
    "border-radius:.4rem;cursor:pointer}button:focus-visible{outline:3px solid #9cc3f0}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#181a1d}}"
)
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    # The address is the reader's own: no other site, no index has to know it.
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}
_LACKING = 404


def question(delivery: Delivery, link: Link | None) -> Reply:
    """Return the page that asks whether it is meant; that of a broken link without one."""
    if link is None:
        return broken(delivery)
    t = _words(delivery)
    button = f'<button name="{PRESSED}" value="yes">{escape(t("link.press"))}</button>'
    return _page(200, t, t("link.ask", **_about(t, link)), f'<form method="post">{button}</form>', t("link.nothing_else"))


def done(delivery: Delivery, link: Link | None) -> Reply:
    """Return the page that says that it is done."""
    t = _words(delivery)
    return _page(200, t, t("link.done", **_about(t, link)), "", t("link.otherwise"))


def broken(delivery: Delivery) -> Reply:
    """Return the page for a link that is none of ours, or no longer whole."""
    t = _words(delivery)
    return _page(_LACKING, t, t("link.broken"), "", t("link.instead"))


def _words(delivery: Delivery) -> Translator:
    return Translator(language_asked(delivery.headers.get("accept-language", "")), WORDS)


def _about(t: Translator, link: Link | None) -> dict[str, str]:
    """Return for what and by what means, in words for a customer; codes of a house's own have none."""
    return {"what": _word(t, "what", link.purpose if link else None), "how": _word(t, "how", link.channel if link else None)}


def _word(t: Translator, kind: str, code: str | None) -> str:
    return WORDS.find(t.lang, f"link.{kind}_{code}") or t(f"link.{kind}_{_OTHER}")


def _page(status: int, t: Translator, title: str, inside: str, note: str) -> Reply:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    text = (
        f'<!doctype html>\n<html lang="{t.lang}">\n<head>{head}<style>{_STYLE}</style></head>\n'
        f"<body>\n<h1>{escape(title)}</h1>\n{inside}\n<p>{escape(note)}</p>\n</body>\n</html>\n"
    )
    return Reply(status=status, body=text.encode(), content_type=HTML, headers=_HEADERS)
