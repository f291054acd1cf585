"""
Figures of market research from files, each joined to the customer whom it is about.

A row is about the customer with its id in the file's system, else about the organisation of that name, however it is written:
letter case, accents and signs don't count. A company that is no customer is kept under its name, for what the market holds beside
our customers is half of what a study is bought for.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from patron.core.exchange.applier import TOLD, Applier, Noticed, Outcome, Setting, complete, require, take_each, verdict
from patron.core.exchange.draft import Draft
from patron.core.exchange.noting import Noted
from patron.core.exchange.writing import add_all, change_all
from patron.core.matching.names import folded
from patron.core.names import shorten
from patron.core.nouns import Customer, FieldError, MarketFigure
from patron.core.nouns.criterion import among, equal
from patron.core.store import UnitOfWork
from patron.core.store.changing import Edit
from patron.core.store.keys import Key, Known, known_identities, records_by

_About = tuple[date, str, str, str | None, str | None]
"""What tells one figure from another: day, study, company, region, industry."""


class MarketApplier(Applier):
    """
    Brings in figures; one of the same study, day, company, region and industry is the same figure, and corrected.

    Args:
        setting: what the import goes by.
    """

    def __init__(self, setting: Setting) -> None:
        self._organisations: dict[str, list[Customer]] | None = None
        self._groups: dict[tuple[str | None, str | None], bool] = {}
        self._unjoined: Counter[str] = Counter()  # what is told of whom no customer is, nor in which → rows

    def prepare(self, draft: Draft) -> None:
        """Refuse a row without day, figure or study, or that is about nobody."""
        require(draft, "market_figure", ("on", "amount", "study"))
        about = draft.of("market_figure")
        if not draft.problems and not draft.identities and not about.keys() & {"company", "region", "industry"}:
            draft.refuse(FieldError("exchange.about_nobody"))

    def apply(self, work: UnitOfWork, drafts: Sequence[Draft]) -> list[Outcome]:
        """Bring in rows; see `Applier`."""
        known = known_identities(work.connection, (one for draft in drafts for one in draft.identities))
        days = {draft.of("market_figure")["on"] for draft in drafts}
        noted = {
            _about(figure.on, figure.study, figure.company, figure.region, figure.industry): Noted(record=figure)
            for figure in records_by(work.connection, MarketFigure, work.vocabulary, "on", days)
        }
        outcomes = take_each(drafts, lambda draft: self._take(work, known, noted, draft))
        add_all(work, [MarketFigure(**one.values) for one in noted.values() if one.record is None])
        change_all(work, [Edit(one.record, one.values) for one in noted.values() if one.record is not None and one.values])
        return outcomes

    def noticed(self) -> Noticed:
        """Return how many rows are about nobody whom we know, and whom they name; see `Applier`."""
        names = tuple(name for name, _ in self._unjoined.most_common(TOLD))
        return Noticed(unjoined=self._unjoined.total(), unjoined_names=names)

    def _take(self, work: UnitOfWork, known: dict[Key, Known], noted: dict[_About, Noted], draft: Draft) -> Outcome:
        values = dict(draft.of("market_figure"))
        customer = self._customer(work, known, draft)
        self._count_unjoined(work, values, customer)
        if customer is not None:
            values = {"company": customer.name} | values | {"customer_id": customer.id}
        about = _about(*(values.get(name) for name in ("on", "study", "company", "region", "industry")))
        figure = noted.get(about)
        if figure is None:
            complete(MarketFigure, values)
            noted[about] = Noted(values=values)
            return Outcome.CREATE
        # How the study writes a name is no news.
        values.pop("company", None)
        return verdict(created=False, changed=figure.take(values))

    def _count_unjoined(self, work: UnitOfWork, values: Mapping[str, Any], customer: Customer | None) -> None:
        company, group = values.get("company"), (values.get("region"), values.get("industry"))
        if customer is not None or (company is None and self._has_customers(work, group)):
            return
        self._unjoined[company or " · ".join(filter(None, group))] += 1

    def _has_customers(self, work: UnitOfWork, group: tuple[str | None, str | None]) -> bool:
        found = self._groups.get(group)
        if found is None:
            said = [equal(name, value) for name, value in zip(("region", "industry"), group, strict=True) if value is not None]
            found = self._groups[group] = bool(work.find(Customer, said, limit=1))
        return found

    def _customer(self, work: UnitOfWork, known: dict[Key, Known], draft: Draft) -> Customer | None:
        """
        Return the customer whom a row is about, if it is about one.

        Raises:
            FieldError: nobody has the id, or several customers have the id or the name.
        """
        company = draft.of("market_figure").get("company")
        for one in draft.identities:
            stored = known.get((one.scheme, one.value))
            numbers = [party.customer_id for party in stored.parties] if stored else []
            found = work.find(Customer, [among("id", tuple(numbers))]) if numbers else ()
            if found:
                return _only(found, "external_id", one.value)
            if company is None:
                raise FieldError("exchange.nobody_called", field="external_id", noun="customer", got=shorten(one.value))
        if company is None:
            return None
        if self._organisations is None:
            self._organisations = {}
            for organisation in work.find(Customer, [equal("kind", "organisation")]):
                self._organisations.setdefault(folded(organisation.name), []).append(organisation)
        named = self._organisations.get(folded(company))
        return _only(named, "company", company) if named else None


def _only(found: Sequence[Customer], column: str, text: str) -> Customer:
    if len(found) > 1:
        raise FieldError("exchange.several_called", field=column, noun="customer", got=shorten(text))
    return found[0]


def _about(on: Any, study: Any, company: Any, region: Any, industry: Any) -> _About:
    return on, study, folded(company or ""), region, industry
