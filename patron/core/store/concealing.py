"""
Fields that take a right of their own: what an hour of a user costs, what a line of an order costs us.

For whoever lacks the right such a field has no value, in whatever is read. To name it all the same, in a condition, for sorting,
in an import or as the field of a history, is refused: a list that is sorted or chosen by what one may not see tells it.
"""

from collections.abc import Collection, Iterable

import attrs

from patron.core.access import Actor, Policy
from patron.core.nouns import Vocabulary, noun_of
from patron.core.nouns.criterion import Condition, named_in
from patron.core.store.rows import Noun, stamped


@attrs.define(eq=False)
class Concealment:
    """
    What is hidden from an actor.

    Attributes:
        policy: the rights of every role.
        actor: from whom.
        vocabulary: which fields there are.
    """

    policy: Policy
    actor: Actor
    vocabulary: Vocabulary
    _hidden: dict[str, frozenset[str]] = attrs.field(factory=dict, init=False)

    def hidden(self, noun: str) -> frozenset[str]:
        """Return the fields of a noun that the actor may not read."""
        found = self._hidden.get(noun)
        if found is None:
            fields = self.vocabulary.fields(noun).items()
            named = (name for name, field in fields if not self.policy.sees(self.actor, field.restricted))
            found = self._hidden[noun] = frozenset(named)
        return found

    def of(self, record: Noun) -> Noun:
        """Return a record without the values that are hidden."""
        hidden = self.hidden(noun_of(record))
        if not hidden:
            return record
        values: dict[str, object] = {name: None for name in hidden if "." not in name}
        extensions = getattr(record, "ext", {})
        if not hidden.isdisjoint(extensions):
            values["ext"] = {name: value for name, value in extensions.items() if name not in hidden}
        return stamped(record, values)

    def require(self, noun: str, names: Iterable[str]) -> None:
        """
        Refuse to have hidden fields named.

        Raises:
            DeniedError: one of them is hidden.
        """
        hidden = self.hidden(noun)
        for name in names:
            if name in hidden:
                raise self.policy.hidden(self.actor, noun, name, self.vocabulary.field(noun, name).restricted)

    def require_conditions(self, noun: str, conditions: Iterable[Condition], others: Collection[str] = ()) -> None:
        """Refuse conditions that name hidden fields, on whatever records; *others* are names that are no fields of the noun."""
        for condition in conditions:
            for whose, name in named_in(condition, noun):
                if whose != noun or name not in others:
                    self.require(whose, [name])
