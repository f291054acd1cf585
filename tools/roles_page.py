"""
Writes docs/roles.md: what each role may do, and how far it reaches, as `patron/core/access/roles.toml` says.

`--check` writes nothing and fails where the page is not what it would write.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from patron.core.access import Action, Scope
from patron.core.access.policy import core_roles
from patron.core.i18n import CORE

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "roles.md"

HEAD = """<!-- Written by tools/roles_page.py from patron/core/access/roles.toml: make docs -->

# Roles

What somebody may do follows from the roles of their user: `patron user add --roles sales_rep`, several separated by semicolons;
the widest right counts. `patron --as LOGIN …` or `PATRON_AS=LOGIN` works on behalf of a user, with that user's rights and no
others. It asks for no password: whoever may write the database file may do anything with it anyhow. Without `--as`, commands
run as the local administrator.

A right is an action on a kind of record, and reaches so far:

| reach | whose records |
| --- | --- |
| own | those that the user owns, and what hangs on them: the customers of one's leads, their orders, contacts, needs and tasks |
| team | those of the user's department or team, of the teams within it, and of their people |
| all | everybody's |

What stands nowhere below is refused. Lists, single records, counts, exports and scores are cut to what the reach covers, and
never disagree. *Add* and *change* within a reach also keep records from being given to somebody beyond it; giving a record
another owner is a right of its own (*assign*), as are taking records out by the file (*export*) and bringing them in
(*import*), which includes taking such a batch back. *Administer* is to change users, teams and the database.

Some fields take a right of their own beside that to the record: *cost*, what a line of an order costs us, margins, and
whatever scores are made of them; *pay*, what an hour of a user costs; *recording*, where the recording of a call is. For others
such a field has no value. To add a *receipt* is to hand in a visit, a call or a list by `patron intake`.
To add an *exemption* is to contact somebody although they said not to be contacted, with the reason; see [consent](consent.md).
To export a *mailing* is to take out, for a letter, customers who agreed to get it, with the address that it goes to and no other;
see [letters](mail-merge.md). Who may export customers may do that without.

Channels by which leads come in, and Patron itself at a timer, have roles of their own, `channel` and `system`, that no user has.

Tables of the same form in `patron.toml` make further roles, and replace one of the same name whole (`[roles.intern.read]`,
`lead = "own"`); plugins add rights to their own tables. The labels of a role, in either language, work wherever its name does.
"""

_ACTIONS = tuple(Action)
_EVERYTHING = "everything"


def main() -> int:
    """Write or check the page; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where the page is out of date")
    check = parser.parse_args().check
    page = "\n".join([HEAD, *_roles()]).rstrip() + "\n"
    if not check:
        PAGE.write_text(page, "utf-8")
    elif not PAGE.is_file() or PAGE.read_text("utf-8") != page:
        print(f"{PAGE.relative_to(ROOT)} is out of date; write it anew: make docs", file=sys.stderr)
        return 1
    return 0


def _roles() -> Iterator[str]:
    for role, rights in core_roles().items():
        english, chinese = (CORE.find(lang, f"codes.role.{role}") or role for lang in ("en", "zh"))
        yield f"## {english.capitalize()} (`{role}`, {chinese})\n"
        resources = list(dict.fromkeys(resource for reaches in rights.values() for resource in reaches))
        actions = [action for action in _ACTIONS if action in rights]
        yield f"| | {' | '.join(CORE.find('en', f'action.{action}') or action for action in actions)} |"
        yield "| --- |" + " --- |" * len(actions)
        for resource in resources:
            called = _EVERYTHING if resource == "*" else CORE.find("en", f"noun.{resource}") or resource
            yield f"| {called} | {' | '.join(_reach(rights[action], resource) for action in actions)} |"
        yield ""


def _reach(reaches: Mapping[str, Scope], resource: str) -> str:
    scope = reaches.get(resource, reaches.get("*", Scope.NONE))
    return "" if scope is Scope.NONE else scope.name.lower()


if __name__ == "__main__":
    sys.exit(main())
