"""
The rules by which it is decided who somebody is.

1. A number of a customer in the system of the file or the connection that stands for one customer is that customer.
2. Of those who share a phone, a mail address or an account, the most telling scheme first, the model of matching says who is
   meant: one whose name says nothing against it is; one whose name differs is a member of the household or the same person under
   another name, about whom a person is asked; one of whom everything else differs, too, is another person with the same phone.
3. Else customers of the same name are weighed, unless very many have it. What is sure is joined, what may be is asked,
   the rest is somebody new. A name alone joins nobody.

An import may do without the model: then identities decide alone, of several who share one the equal name, and two rows of one
file with one phone and different names are two persons.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import attrs

from patron.core.matching.model import Model
from patron.core.matching.person import Person, person_known
from patron.core.names import listed
from patron.core.nouns import Identity
from patron.core.nouns.schemes import MATCHING
from patron.core.resolving.known import Evidence, bearers, called, evidence_of, party_of
from patron.core.resolving.told import Told
from patron.core.resolving.undecided import Candidate, UndecidedError
from patron.core.store import UnitOfWork
from patron.core.store.keys import Key, Known, Party

if TYPE_CHECKING:
    from patron.core.resolving.weighing import Weigher, Weight


class Someone(Protocol):
    """A customer, stored or about to be; two are the same where they are one object."""

    @property
    def id(self) -> int:
        """The id; 0 until stored."""

    @property
    def name(self) -> str:
        """The name, as far as it is known."""

    @property
    def batch_id(self) -> int | None:
        """The import that made the customer."""

    @property
    def is_new(self) -> bool:
        """Whether this work makes the customer."""


S = TypeVar("S", bound=Someone)


@attrs.frozen
class Found(Generic[S]):
    """
    Who is meant.

    Attributes:
        who: the customer.
        by: what spoke for it where no identity decided.
    """

    who: S
    by: Candidate | None = None


class Resolver(Generic[S]):
    """
    Says who is meant by what is told, one after the other; what is learnt of one counts for the next.

    Args:
        work: the transaction.
        told: of whom will be asked, so that all is looked up at once.
        known: whom their identities stand for, held until the work ends.
        existing: returns a stored customer.
        is_seen: whether the actor may see a customer; of others nothing is compared that could tell what they are called.
        model: who is who; None to let identities decide alone.
        unborne: names of which is known that no customer has them.
    """

    def __init__(
        self,
        work: UnitOfWork,
        told: Sequence[Told],
        known: Mapping[Key, Known],
        *,
        existing: Callable[[Party], S],
        is_seen: Callable[[S], bool],
        model: Model | None,
        unborne: Collection[str] = (),
    ) -> None:
        self._work = work
        self._existing = existing
        self._is_seen = is_seen
        self._model = model
        self._by_key: dict[Key, list[S]] = {
            key: [existing(party) for party in one.parties] for key, one in known.items() if one.parties
        }
        self._by_name: dict[str, list[S]] = {}
        self._bearers: dict[str, int] = {}
        self._evidence: dict[S, Evidence] = {}
        self._given: dict[S, list[Told]] = {}
        self._persons: dict[S, Person] = {}
        self._weights: dict[tuple[Told, S], Weight | None] = {}
        self._weigher: Weigher | None = None
        if model is not None:
            self._look_up(told, model, unborne)

    def find(self, told: Told) -> Found[S] | None:
        """
        Return who is meant; None for somebody new.

        Raises:
            UndecidedError: a person has to say.
        """
        groups = self._sharing(told)
        if groups and _is_number(groups[0]):
            return Found(groups[0][1][0])
        if self._model is None:
            return self._by_identity(told, [one for _, one in groups][:1])
        asked: list[Candidate] = []
        for _, group in groups:
            joined = []
            for one in group:
                if self._unopposed(told, one):
                    joined.append(one)
                    continue
                (weight,) = self._weighing(told, [one])
                if weight is not None and weight.joins:
                    joined.append(one)
                elif weight is not None:
                    asked.append(Candidate(one, weight.bits, weight.reasons))
            if joined:
                return Found(self._one_of(told, joined))
        return self._alike(told, asked, {one for _, group in groups for one in group})

    def with_key(self, key: Key) -> Sequence[S]:
        """Return those for whom an identity stands."""
        return self._by_key.get(key, ())

    def learn(self, who: S, told: Told) -> list[Identity]:
        """Note that somebody is meant by what was told, and return what has not identified the person before."""
        news = []
        for one in told.identities:
            sharing = self._by_key.setdefault((one.scheme, one.value), [])
            if who not in sharing:
                sharing.append(who)
                news.append(one)
        if self._model is not None and (who.is_new or news or told.about):
            self._given.setdefault(who, []).append(told)
            self._persons.pop(who, None)
            if who.name:
                named = self._by_name.setdefault(who.name, [])
                if who not in named:
                    named.append(who)
                    self._bearers[who.name] = self._bearers.get(who.name, 0) + who.is_new
        return news

    def _look_up(self, told: Sequence[Told], model: Model, unborne: Collection[str]) -> None:
        """Look up whoever may be meant, and weigh all of them at once."""
        pairs: list[tuple[Told, S]] = []
        unknown: list[tuple[Told, tuple[str, ...]]] = []
        for one in told:
            sharing = [who for key in one.keys if key[0] in MATCHING for who in self._by_key.get(key, ())]
            if any(one.agrees(who.name) for who in sharing):
                continue
            pairs += [(one, who) for who in sharing]
            unknown.append((one, one.ways))
        evidence = evidence_of(self._work, {who.id for _, who in pairs}) if pairs else {}
        for known in evidence.values():
            self._evidence[self._existing(party_of(known))] = known
        asked = list(dict.fromkeys(pairs))
        weights = self._weigher_of(model).weigh([(one.person(), self._person(who)) for one, who in asked]) if asked else []
        self._weights = dict(zip(asked, weights, strict=True))
        names = {way for _, ways in unknown for way in ways if way not in unborne}
        self._bearers = bearers(self._work, names) if names else {}
        few = [name for name, count in self._bearers.items() if count <= model.most_in_block]
        if few:
            self._look_up_names(unknown, called(self._work, few), model)

    def _look_up_names(
        self, told: Iterable[tuple[Told, tuple[str, ...]]], evidence: Mapping[int, Evidence], model: Model
    ) -> None:
        """Weigh customers of the same names of whom more can agree; only those who may be meant are looked at again."""
        by_name: dict[str, list[Evidence]] = {}
        for found in evidence.values():
            by_name.setdefault(found.row.name, []).append(found)
        if not by_name:
            return
        weigher = self._weigher_of(model)
        alike = ((one, known) for one, ways in told for way in ways for known in by_name.get(way, ()))
        pairs = [(one, known) for one, known in alike if weigher.reaches(one.outline(), known.outline())]
        weights = weigher.weigh([(one.person(), known.person()) for one, known in pairs])
        weighed = list(zip(pairs, weights, strict=True))
        likely = {known: self._existing(party_of(known)) for (_, known), weight in weighed if weight is not None}
        for known, who in likely.items():
            self._evidence[who] = known
            self._by_name.setdefault(known.row.name, []).append(who)
        self._weights |= {(one, likely[known]): weight for (one, known), weight in weighed if known in likely}

    def _sharing(self, told: Told) -> list[tuple[str, list[S]]]:
        """Return those who share an identity, by scheme, the most telling first; each of them once."""
        found: dict[str, list[S]] = {}
        seen: list[S] = []
        for scheme, value in sorted(told.keys, key=_rank) if len(told.identities) > 1 else told.keys:
            if scheme not in MATCHING:
                continue
            for one in self._by_key.get((scheme, value), ()):
                if one not in seen:
                    seen.append(one)
                    found.setdefault(scheme, []).append(one)
        return list(found.items())

    def _unopposed(self, told: Told, one: S) -> bool:
        """Say whether an equal identity is enough."""
        if told.agrees(one.name) or not self._is_seen(one):
            return True
        known = self._known(one)
        return known is not None and not known.is_person

    def _weighing(self, told: Told, some: Sequence[S]) -> "list[Weight | None]":
        """Return what speaks for each of some; of those of whom nothing was learnt since it was looked up before."""
        lacking = [one for one in some if one in self._given or (told, one) not in self._weights]
        if lacking and self._model is not None:
            weights = self._weigher_of(self._model).weigh([(told.person(), self._person(one)) for one in lacking])
            self._weights |= dict(zip(((told, one) for one in lacking), weights, strict=True))
        return [self._weights[told, one] for one in some]

    def _weigher_of(self, model: Model) -> "Weigher":
        if self._weigher is None:
            from patron.core.resolving.weighing import Weigher  # loads numpy, which nobody needs who is new or known

            self._weigher = Weigher(model)
        return self._weigher

    def _alike(self, told: Told, asked: list[Candidate], sharing: set[S]) -> Found[S] | None:
        """Return who is meant where no identity says it: among those of the same name."""
        most = 0 if self._model is None else self._model.most_in_block
        # A name that very many have is no sign, and would be compared with all of them.
        ways = [way for way in told.ways if self._bearers.get(way, 0) <= most] if self._by_name else ()
        alike = list(dict.fromkeys(one for way in ways for one in self._by_name.get(way, ()) if one not in sharing))
        sure = []
        for one, weight in zip(alike, self._weighing(told, alike), strict=True):
            if weight is not None:
                asked.append(Candidate(one, weight.bits, weight.reasons))
                sure += [asked[-1]] * weight.joins
        if not asked:
            return None
        if len(asked) == 1 and sure:
            return Found(sure[0].who, sure[0])
        asked.sort(key=lambda one: -(one.bits or 0))
        raise UndecidedError("matching.alike_customers", asked, customers=listed(one.who.name for one in asked))

    def _one_of(self, told: Told, joined: list[S]) -> S:
        """Return the one of several who is called exactly so."""
        if len(joined) == 1:
            return joined[0]
        named = [one for one in joined if one.name == told.name]
        if len(named) == 1:
            return named[0]
        seen = [one for one in joined if self._is_seen(one)]
        # Who may see none of them is told so by whoever asked.
        if not seen:
            return joined[0]
        candidates = [Candidate(one) for one in seen]
        raise UndecidedError("matching.several_customers", candidates, customers=listed(one.name for one in seen))

    def _by_identity(self, told: Told, groups: Iterable[list[S]]) -> Found[S] | None:
        for group in groups:
            who = self._one_of(told, group)
            # Made by this very file under another name: another person of the same household.
            ours = who.is_new or (who.batch_id is not None and who.batch_id == self._work.batch_id)
            apart = len(group) == 1 and ours and told.name and who.name and told.name != who.name
            return None if apart else Found(who)
        return None

    def _known(self, one: S) -> Evidence | None:
        if one.id and one not in self._evidence:
            self._evidence[one] = evidence_of(self._work, [one.id])[one.id]
        return self._evidence.get(one)

    def _person(self, one: S) -> Person:
        """Return somebody as matching sees one, with all that was told of the person by now."""
        found = self._persons.get(one)
        if found is None:
            known, given = self._known(one), self._given.get(one, ())
            keys = dict.fromkeys([*(known.keys if known else ()), *(key for told in given for key in told.keys)])
            about: dict[str, object] = {}
            for more in (known.about() if known else {}, *(told.about for told in given)):
                about = {**more, **{name: value for name, value in about.items() if value}}
            name = known.row.name if known else one.name
            found = self._persons[one] = person_known("", name, about, keys)
        return found


def _is_number(group: tuple[str, Sequence[object]]) -> bool:
    """Say whether a scheme is that of numbers of customers, and one customer has the number."""
    return group[0] == "external" and len(group[1]) == 1


def _rank(key: Key) -> int:
    return MATCHING.index(key[0]) if key[0] in MATCHING else len(MATCHING)
