"""
What speaks against a merge, in words.
"""

from patron.core.crm.merging.commands import Doubt
from patron.core.i18n import Translator, Worded


def doubt_said(doubt: Doubt, t: Translator) -> str:
    """Return a doubt in the reader's words."""
    told = {name: value.in_words(t.lang) if isinstance(value, Worded) else value for name, value in doubt.details.items()}
    return t(f"merging.doubt_{doubt.key}", **told)
