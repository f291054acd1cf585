"""
What people see of a form: a page with it, the answer to it, and what a page of ours takes in to have a button for it.

All of it works without a script, on a telephone, and in both languages. What somebody wrote stands in it as text.
"""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from patron import Connection, Delivery, Reply, Translator
from patron.core.i18n import CORE, Catalogue, language_asked
from patron.plugins.channels.web_form.fields import CONTACT
from patron.plugins.channels.web_form.tokens import render_token

WORDS = Catalogue(Path(__file__).parent / "locale", CORE)
HTML = "text/html; charset=utf-8"
_FIELDS = (("name", "text", "name"), ("phone", "tel", "tel"), ("email", "email", "email"))
"""Field → what a browser takes it for, and what it may fill in by itself."""
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:30rem;margin:1rem auto;padding:0 1rem}p{margin:.6rem 0}"
    "input:not([type=checkbox]),textarea{box-sizing:border-box;width:100%;padding:.5rem;font:inherit}"
    "button{padding:.6rem 1.4rem;font:inherit}"
)
_UNSEEN = "position:absolute;left:-10000px"


def language_of(delivery: Delivery, said: Mapping[str, str]) -> str:
    """Return the language of a form: the one that it names, else the first of ours that the browser asks for."""
    return language_asked(said.get("lang", ""), delivery.headers.get("accept-language", ""))


def wants_page(delivery: Delivery) -> bool:
    """Say whether a browser shows the answer to a person; a script reads it."""
    return "text/html" in delivery.headers.get("accept", "")


def origin_of(address: str) -> str:
    """Return the origin of an address, as a browser names it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def form_page(delivery: Delivery, connection: Connection) -> Reply:
    """Return a page with the form, for who asks for it with GET; its token is as old as the page."""
    lang = language_of(delivery, delivery.query)
    form_id, interest = (delivery.query.get(name, "")[:100] for name in ("form_id", "interest"))
    secret = connection.options["secret"]
    hidden = {"form_id": form_id, "lang": lang, "key": connection.options["key"] or "", "interest": interest}
    if secret:
        hidden["token"] = render_token(str(secret), form_id, delivery.received_at)
    t = Translator(lang, WORDS)
    return _page(200, lang, t("form.title"), _form(t, connection, hidden, action=""), connection)


def answer_page(status: int, lang: str, key: str, connection: Connection) -> Reply:
    """Return a page that says what became of a form."""
    return _page(status, lang, Translator(lang, WORDS)(f"form.{key}"), "", connection)


def snippet(connection: Connection, address: str, lang: str) -> str:
    """
    Return the HTML that a page of ours takes in: a button that opens the form.

    A connection with a secret needs a token that is made when the form is shown, so its button leads to the page with the form;
    else the form stands in the page itself.
    """
    t = Translator(lang, WORDS)
    if connection.options["secret"]:
        link = escape(f"{address}?lang={lang}")
        return f'<a class="patron-ask" href="{link}" target="_blank" rel="noopener">{escape(t("form.ask"))}</a>\n'
    form = _form(t, connection, {"lang": lang, "key": connection.options["key"] or ""}, action=address)
    return f'<details class="patron-ask" lang="{lang}">\n<summary>{escape(t("form.ask"))}</summary>\n{form}</details>\n'


def _form(t: Translator, connection: Connection, hidden: Mapping[str, str], *, action: str) -> str:
    """Return the form, which can be read without a style: a page that takes it in may have none, or let none of ours through."""
    lines = [f'<form method="post" action="{escape(action)}" accept-charset="utf-8">']
    lines += [f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in hidden.items() if value]
    # HTML can't ask for one of two fields, so the answer does.
    lines += [f'<input type="hidden" name="{CONTACT}" value="1">', f"<p>{escape(t('form.contact'))}</p>"]
    for name, kind, known in _FIELDS:
        field = f'<input type="{kind}" name="{name}" autocomplete="{known}" size="30" maxlength="200">'
        lines.append(f"<p><label>{escape(t(f'form.{name}'))}<br>{field}</label></p>")
    field = '<textarea name="message" rows="4" cols="40" maxlength="4000"></textarea>'
    lines.append(f"<p><label>{escape(t('form.message'))}<br>{field}</label></p>")
    if connection.options.get("consent_for"):
        box = '<input type="checkbox" name="consent" value="yes">'
        lines.append(f"<p><label>{box} {escape(t('form.consent'))}</label></p>")
    if trap := connection.options["honeypot"]:
        field = f'<input name="{escape(trap)}" tabindex="-1" autocomplete="off">'
        lines.append(f'<label style="{_UNSEEN}" aria-hidden="true">{escape(t("form.hidden"))} {field}</label>')
    return "\n".join([*lines, f"<p><button>{escape(t('form.send'))}</button></p>", "</form>", ""])


def _page(status: int, lang: str, title: str, inside: str, connection: Connection) -> Reply:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    text = (
        f'<!doctype html>\n<html lang="{lang}">\n<head>{head}<style>{_STYLE}</style></head>\n'
        f"<body>\n<h1>{escape(title)}</h1>\n{inside}</body>\n</html>\n"
    )
    around = " ".join(["'self'", *connection.options["origins"]])
    thanks = connection.options["thanks"]
    targets = "'self'" + (f" {origin_of(thanks)}" if thanks else "")  # a browser asks for where the answer leads, too
    policy = f"default-src 'none'; style-src 'unsafe-inline'; form-action {targets}; base-uri 'none'; frame-ancestors {around}"
    # Not `no-referrer`: the browser would then not say either from which page the form comes.
    safe = {"content-security-policy": policy, "x-content-type-options": "nosniff", "referrer-policy": "same-origin"}
    return Reply(status=status, body=text.encode(), content_type=HTML, headers=safe)
