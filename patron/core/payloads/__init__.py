"""
Reading what deliveries carry: JSON, forms, times; keys of what has none, and comparing secrets; for whoever writes channels.
"""

from patron.core.payloads.answering import Entry, aside_of, envelopes_of, language_of, reply_to_entries
from patron.core.payloads.broken import aside_envelope, broken_envelope, with_broken
from patron.core.payloads.envelopes import envelope_of
from patron.core.payloads.html import read_html
from patron.core.payloads.keys import key_of_parts, key_of_said
from patron.core.payloads.secrets import same_secret, signed_by
from patron.core.payloads.sheets import added_headings, by_headings, headings_of, knows_heading, read_rows, read_sheet
from patron.core.payloads.texts import as_text, at_path, full_name, read_form, read_json, read_text
from patron.core.payloads.times import read_time
from patron.core.payloads.wishes import said_by_box, said_by_word

__all__ = [
    "Entry",
    "added_headings",
    "as_text",
    "aside_envelope",
    "aside_of",
    "at_path",
    "broken_envelope",
    "by_headings",
    "envelope_of",
    "envelopes_of",
    "full_name",
    "headings_of",
    "key_of_parts",
    "key_of_said",
    "knows_heading",
    "language_of",
    "read_form",
    "read_html",
    "read_json",
    "read_rows",
    "read_sheet",
    "read_text",
    "read_time",
    "reply_to_entries",
    "said_by_box",
    "said_by_word",
    "same_secret",
    "signed_by",
    "with_broken",
]
