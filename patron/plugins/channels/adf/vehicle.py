"""
What a prospect says of a vehicle beyond its name: for the person who reads the lead, in the words of the house.

Makers and portals use the format's codes and codes of their own; what is no code of the format is told as it was written.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from xml.etree.ElementTree import Element

from patron import Reason
from patron.plugins.channels.adf.xml import text_of

_INTERESTS = frozenset({"lease", "test-drive", "trade-in", "sell"})
_PLAIN = ("id", "vin", "stock", "doors", "bodystyle", "transmission", "condition", "imagetag")
_PRICES = frozenset({"quote", "offer", "msrp", "invoice", "call", "appraisal", "asking"})
_METHODS = frozenset({"cash", "finance", "lease"})
_AMOUNTS = frozenset({"downpayment", "monthly", "total"})
_LIMITS = frozenset({"maximum", "minimum"})
_BALANCES = frozenset({"finance", "residual"})
_REPLACED = frozenset({"rolledover", "replaced"})
_UNITS: Mapping[str, str] = MappingProxyType(
    {**dict.fromkeys(("mi", "mile", "miles"), "mi"), **dict.fromkeys(("km", "kilometer", "kilometers", "kilometre"), "km")}
)


def name_of(vehicle: Element) -> str:
    """Return what a vehicle is called: year, make, model, trim."""
    return " ".join(filter(None, (text_of(vehicle, part) for part in ("year", "make", "model", "trim"))))


def remark_on(vehicle: Element) -> Reason | None:
    """Return what is said of a vehicle besides its name; None where there is nothing."""
    said = tuple(filter(None, _said(vehicle)))
    return Reason("remark.vehicle", vehicle=name_of(vehicle) or Reason("remark.a_vehicle"), said=said) if said else None


def _said(vehicle: Element) -> Iterator[str]:
    interest = _code(vehicle, "interest")
    if interest != "buy":
        yield _known("interest", interest, _INTERESTS)
    if _code(vehicle, "status") == "used":
        yield Reason("vehicle.used")
    for name in _PLAIN:
        for one in vehicle.findall(name):
            if said := text_of(one):
                yield Reason(f"vehicle.{name}", said=said)
    yield from _odometer(vehicle.find("odometer"))
    for colours in vehicle.findall("colorcombination"):
        if said := " / ".join(filter(None, (text_of(colours, "exteriorcolor"), text_of(colours, "interiorcolor")))):
            yield Reason("vehicle.colour", said=said)
    if options := ", ".join(filter(None, (text_of(one, "optionname") for one in vehicle.findall("option")))):
        yield Reason("vehicle.options", said=options)
    for price in vehicle.findall("price"):
        if text_of(price):
            yield _priced("price", price, _PRICES)
    yield text_of(vehicle, "pricecomments")
    yield from _finance(vehicle.find("finance"))
    yield text_of(vehicle, "comments")


def _odometer(odometer: Element | None) -> Iterator[str]:
    """Yield what was driven; some put number and unit into elements of their own."""
    if odometer is None or not text_of(odometer):
        return
    units = (odometer.get("units") or text_of(odometer, "units")).strip()
    said = text_of(odometer, "value") or text_of(odometer)
    unit = _UNITS.get(units.lower())
    yield Reason(f"vehicle.odometer_{unit}", said=said) if unit else Reason("vehicle.odometer", said=f"{said} {units}".strip())
    if (status := _code(odometer, "status")) in _REPLACED:
        yield Reason(f"vehicle.{status}")


def _finance(finance: Element | None) -> Iterator[str]:
    if finance is None:
        return
    if method := text_of(finance, "method"):
        yield Reason("vehicle.method", said=_known("method", method.lower(), _METHODS, method))
    for amount in finance.findall("amount"):
        if text_of(amount):
            yield _priced("amount", amount, _AMOUNTS)
    for balance in finance.findall("balance"):
        if text_of(balance):
            yield _priced("balance", balance, _BALANCES)


def _priced(what: str, element: Element, kinds: frozenset[str]) -> Reason:
    """Return a sum of money, with its currency, what it is and whether it is a limit."""
    said: str = " ".join(filter(None, (text_of(element), element.get("currency", "").strip())))
    if (limit := _code(element, "limit")) in _LIMITS:
        said = Reason(f"vehicle.{limit}", said=said)
    kind = _code(element, "type")
    return Reason(f"vehicle.{what}_{kind}" if kind in kinds else f"vehicle.{what}", said=said)


def _code(element: Element, name: str) -> str:
    return element.get(name, "buy" if name == "interest" else "").strip().lower()


def _known(section: str, code: str, known: frozenset[str], written: str = "") -> str:
    """Return the words of a code; one that is not the format's is told as it was written."""
    return Reason(f"{section}.{code.replace('-', '_')}") if code in known else written or code
