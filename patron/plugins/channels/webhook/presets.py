"""
Presets: what providers of one kind have in common, as data.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import attrs

from patron import Connection, Envelope, EnvelopeKind, read_html

NONE = "none"
_EMPTY: Mapping[str, Any] = {}


@cache
def presets() -> Mapping[str, Mapping[str, Any]]:
    """Return the presets by name."""
    return tomllib.loads(Path(__file__).with_name("presets.toml").read_text("utf-8"))


def preset_of(connection: Connection) -> Mapping[str, Any]:
    """Return the preset of a connection; empty where it has none."""
    return presets().get(str(connection.options.get("preset") or NONE), _EMPTY)


def kind_of(preset: Mapping[str, Any]) -> EnvelopeKind:
    """Return what deliveries of a preset tell."""
    return EnvelopeKind(preset.get("kind", EnvelopeKind.LEAD.value))


def plain(preset: Mapping[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """Return values with what comes as HTML or BBCode read."""
    return {name: read_html(str(value)) if value and name in preset.get("html", ()) else value for name, value in said.items()}


def with_preset(preset: Mapping[str, Any], envelope: Envelope, connection: Connection) -> Envelope:
    """Return an envelope with the source and the contact channel of a preset, where nothing else names them."""
    lead = {} if connection.source or "source" not in preset else {"source": preset["source"]}
    interaction = {"channel": preset["contact"]} if "contact" in preset else {}
    return attrs.evolve(envelope, lead={**lead, **envelope.lead}, interaction={**interaction, **envelope.interaction})
