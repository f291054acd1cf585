"""
What the example dealership is: its cars and goods, sources, campaigns, staff, and the words of its notes.

Read once from house.toml and laid out as arrays, so that a row of a file only needs indices into them.
"""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from patron.plugins.demo.chances import Floats, Ints

Words = tuple[tuple[str, str], ...]
"""Texts in English and Chinese."""


@attrs.frozen(kw_only=True, eq=False)
class Products:
    """
    What is sold: every trim of every car, then accessories, then service.

    Attributes:
        codes: what orders call them.
        names: in English and Chinese, in one text.
        kinds: `car`, `accessory` or `service`.
        prices: list price of each in hundredths.
        costs: what each costs the dealership, in hundredths.
        models: of which model each car is; -1 for what is no car.
        cars, accessories, services: where each kind begins and ends.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    prices: Ints
    costs: Ints
    models: Ints
    cars: range
    accessories: range
    services: range


@attrs.frozen(kw_only=True, eq=False)
class Sources:
    """
    Where leads come from; every array has a number for each source.

    Attributes:
        codes: the nine sources.
        shares: part of all leads.
        won: part that is won in the end.
        invalid: part that was no intention at all.
        forms: the file in which they are written down: `desk`, `reception` or `event`.
        hours: until the first contact, in the middle of all.
        money: advertising a month in hundredths.
    """

    codes: tuple[str, ...]
    shares: Floats
    won: Floats
    invalid: Floats
    forms: tuple[str, ...]
    hours: Floats
    money: Ints


@attrs.frozen(kw_only=True)
class CampaignPlan:
    """
    A campaign that takes place every year.

    Attributes:
        kind: a code of `campaign_kind`.
        names: in English and Chinese.
        month, day: when it begins.
        days: how long it lasts.
        budget: in hundredths.
    """

    kind: str
    names: tuple[str, str]
    month: int
    day: int
    days: int
    budget: int


@attrs.frozen(kw_only=True)
class Member:
    """
    Somebody of the staff.

    Attributes:
        login: what files call the person.
        name: what people do.
        role: the one role.
        team: code of the department or team.
    """

    login: str
    name: str
    role: str
    team: str


@attrs.frozen(kw_only=True, eq=False)
class House:
    """
    Everything that is fixed, whatever the size and the seed.

    Attributes:
        products: what is sold.
        models: the cars.
        model_shares: part of all interest that each has.
        sources: where leads come from.
        campaigns: the year's campaigns.
        spend: kind → hundredths a month, besides advertising and campaigns.
        staff: those who are there whatever the size.
        lost: reason → part of all lost leads.
        regions, occupations: of customers, the commonest first.
        focus_points: what attracts, the commonest first.
        notes: occasion → what is noted.
    """

    products: Products
    models: Words
    model_shares: Floats
    sources: Sources
    campaigns: tuple[CampaignPlan, ...]
    spend: Mapping[str, int]
    staff: tuple[Member, ...]
    lost: Mapping[str, float]
    regions: Words
    occupations: Words
    focus_points: Words
    notes: Mapping[str, Words]


@cache
def read_house() -> House:
    """Read house.toml."""
    data = tomllib.loads((Path(__file__).parent / "house.toml").read_text("utf-8"))
    models = data["models"]
    return House(
        products=_products(models, data["goods"]),
        models=tuple((model["name"][0], model["name"][1]) for model in models),
        model_shares=np.array([model["share"] / 100 for model in models]),
        sources=_sources(data["sources"]),
        campaigns=tuple(
            CampaignPlan(kind=kind, names=(en, zh), month=month, day=day, days=days, budget=budget * 100)
            for kind, en, zh, month, day, days, budget in data["campaigns"]["kinds"]
        ),
        spend={kind: yuan * 100 for kind, yuan in data["spend"].items()},
        staff=tuple(Member(login=login, name=name, role=role, team=team) for login, name, role, team in data["staff"]["fixed"]),
        lost={reason: share / 100 for reason, share in data["lost"].items()},
        regions=_pairs(data["regions"]),
        occupations=_pairs(data["occupations"]),
        focus_points=_pairs(data["focus_points"]),
        notes={occasion: tuple((en, zh) for en, zh in notes) for occasion, notes in data["notes"].items()},
    )


def _pairs(texts: Sequence[str]) -> Words:
    """Split `Fuel consumption 油耗` into its two languages."""
    return tuple((en, zh) for en, _, zh in (text.rpartition(" ") for text in texts))


def _products(models: Sequence[Mapping[str, Any]], goods: Mapping[str, Sequence[Any]]) -> Products:
    rows = [
        (f"{model['code']}-{letter}", f"{model['name'][0]} {en} / {model['name'][1]} {zh}", "car", yuan, 92, number)
        for number, model in enumerate(models)
        for letter, (en, zh, share) in zip("ABC", model["trims"], strict=False)
        for yuan in (round(model["price"] * share, -4) // 100,)
    ]
    ends = [len(rows)]
    for kind, sold in goods.items():
        rows += [(code, f"{en} / {zh}", kind, yuan, cost, -1) for code, en, zh, yuan, cost in sold]
        ends.append(len(rows))
    codes, names, kinds, prices, costs, of_models = zip(*rows, strict=True)
    hundredths = np.array(prices, dtype=np.int64) * 100
    return Products(
        codes=codes,
        names=names,
        kinds=kinds,
        prices=hundredths,
        costs=hundredths * np.array(costs) // 100,
        models=np.array(of_models),
        cars=range(ends[0]),
        accessories=range(ends[0], ends[1]),
        services=range(ends[1], ends[2]),
    )


def _sources(table: Mapping[str, Mapping[str, Any]]) -> Sources:
    rows = table.values()
    return Sources(
        codes=tuple(table),
        shares=np.array([row["share"] / 100 for row in rows]),
        won=np.array([row["won"] / 100 for row in rows]),
        invalid=np.array([row["invalid"] / 100 for row in rows]),
        forms=tuple(row["form"] for row in rows),
        hours=np.array([float(row["hours"]) for row in rows]),
        money=np.array([row["money"] * 100 for row in rows], dtype=np.int64),
    )
