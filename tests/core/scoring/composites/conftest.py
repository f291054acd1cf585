"""What tests of composite scores need."""

import tomllib
from decimal import Decimal

import pytest

from patron.core.config import Settings
from patron.core.config.source import Source
from patron.core.host import Host
from patron.core.scoring.composites import composites_of


@pytest.fixture
def declared(tmp_path):
    """Return a function that reads the composite scores of a patron.toml."""

    def declared(text):
        tree = tomllib.loads(text, parse_float=Decimal)
        source = Source(path=tmp_path / "patron.toml", text=text, tree=tree)
        return composites_of(Host(), Settings(composites=tree["composites"], source=source))

    return declared


@pytest.fixture
def one(declared):
    """Return a function that reads the one composite score `c` of what stands below `[composites.c]`."""
    return lambda text: declared("[composites.c]\n" + text)["c"]
