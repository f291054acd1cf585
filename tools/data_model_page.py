"""
Writes docs/data-model.md: every noun with its fields, and every code list, as the program knows them.

`--check` writes nothing and fails where the page is not what it would write.
"""

import argparse
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from patron.core.nouns import NOUNS, Field, FieldKind, Labels, Vocabulary, fields_of
from patron.core.store.tables import table_name

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "data-model.md"

HEAD = """<!-- Written by tools/data_model_page.py from patron/core/nouns: make docs -->

# Data model

What the database keeps. A field is set, filtered and imported by its name or by its label in either language; a code by itself or
by its label. Plugins and `patron.toml` add fields and codes ([configuration](configuration.md)); they appear everywhere beside
these.

- **required**: a record without it is refused; otherwise the value that stands where nothing is given.
- **history**: every change is kept, with the time since when it is true and the time since when we know (`patron lead history`).
- **personal**: tells something about a person.
- **right**: reading, choosing, sorting and changing by it takes this right beside that to the record; for others it has no value.

Every record has an `id`, never given twice, and a `version` that counts its changes: a change that was made for an older version
is refused.

| kind | its values |
| --- | --- |
| text, note | one line; several lines |
| code, codes | one, or several, of a code list |
| texts | several texts, separated by semicolons where they are written as one |
| integer, quantity, money | a whole number; a decimal of at most four places; the same in the ledger currency |
| truth | yes or no |
| day, instant | a calendar day; a point in time, kept in UTC |
| reference | the id of another record |
| message | said in the language of whoever reads it; as JSON its `key`, its `details` and the `words` |
"""


def main() -> int:
    """Write or check the page; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the page is out of date")
    check = parser.parse_args().check
    page = render(Vocabulary())
    if not check:
        PAGE.write_text(page, "utf-8")
    elif not PAGE.is_file() or PAGE.read_text("utf-8") != page:
        print(f"{PAGE.relative_to(ROOT)} is out of date; write it anew: make docs", file=sys.stderr)
        return 1
    return 0


def render(vocabulary: Vocabulary) -> str:
    """Return the page."""
    english, chinese = Labels(vocabulary, "en"), Labels(vocabulary, "zh")
    lines = [HEAD, "## Nouns", ""]
    lines += ["| noun | | table |", "| --- | --- | --- |"]
    for noun in NOUNS:
        link = f"[{english.noun(noun)}](#{noun})"
        lines.append(f"| {link} | {chinese.noun(noun)} | `{table_name(noun)}` |")
    for noun, record in NOUNS.items():
        lines += ["", f"## {noun}", "", f"{english.noun(noun).capitalize()}, {chinese.noun(noun)}. {summary_of(record)}", ""]
        lines += [
            "| field | label | | kind | required | history | personal | right | |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        ]
        meanings = meanings_of(record)
        for name, field in vocabulary.fields(noun).items():
            marks = (
                "yes" if field.tracked else "",
                "yes" if field.personal else "",
                f"`{field.restricted}`" if field.restricted else "",
            )
            cells = (
                f"`{name}`",
                english.field(noun, name),
                chinese.field(noun, name),
                kind_of(field),
                required_of(field),
                *marks,
            )
            lines.append(f"| {' | '.join(cells)} | {meanings.get(name, '')} |")
    lines += ["", "## Code lists", ""]
    for codes in vocabulary.codes:
        lines += [f"### {codes}", "", *code_rows(codes, english, chinese), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def code_rows(codes: str, english: Labels, chinese: Labels) -> Iterator[str]:
    """Yield the lines of a code list."""
    known = english.vocabulary.codes[codes]
    if not known:
        yield "Empty: packs bring the codes."
        return
    attributes = sorted({name for about in known.values() for name in about})
    yield f"| code | label | |{''.join(f' {name} |' for name in attributes)}"
    yield f"| --- | --- | --- |{' --- |' * len(attributes)}"
    for code, about in known.items():
        more = "".join(f" {about.get(name, '')} |" for name in attributes)
        yield f"| `{code}` | {english.code(codes, code)} | {chinese.code(codes, code)} |{more}"


def summary_of(record: type) -> str:
    """Return the first paragraphs of a noun's docstring."""
    text = inspect.cleandoc(record.__doc__ or "").partition("Attributes:")[0]
    return " ".join(text.split())


def meanings_of(record: type) -> dict[str, str]:
    """Return what the noun's docstring says of each field."""
    text = inspect.cleandoc(record.__doc__ or "").partition("Attributes:\n")[2]
    parts = re.split(r"^    (\w+): ", text, flags=re.MULTILINE)
    found = {name: " ".join(said.split()) for name, said in zip(parts[1::2], parts[2::2], strict=True)}
    return {name: said for name, said in found.items() if name in fields_of(record)}


def kind_of(field: Field) -> str:
    """Return the kind of a field with what it is limited to."""
    match field.kind:
        case FieldKind.CODE | FieldKind.CODES:
            return f"{field.kind} of [{field.codes}](#{field.codes})"
        case FieldKind.REFERENCE:
            return f"reference to [{field.target}](#{field.target})"
        case FieldKind.TEXT:
            return f"text, {field.length}"
    low, high = field.low, field.high
    if low is not None and high is not None:
        return f"{field.kind}, {low} to {high}"
    return f"{field.kind}, from {low}" if low is not None else str(field.kind)


def required_of(field: Field) -> str:
    """Say whether a field is required, or what stands for nothing."""
    if field.required:
        return "yes"
    if field.default is None:
        return ""
    if isinstance(field.default, bool):
        return "`yes`" if field.default else "`no`"
    return f"`{field.default}`"


if __name__ == "__main__":
    sys.exit(main())
