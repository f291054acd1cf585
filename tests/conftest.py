"""
What every test is run under: no settings of the developer's own, a fixed seed, and outside data only where it was given.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

DATA = "PATRON_DATA"
KEPT = {DATA, "PATRON_BENCH", "PATRON_CACHE_DIR"}
"""Variables that say where things are; every other `PATRON_*` is a setting, and would change what is tested."""

settings.register_profile("house", derandomize=True, deadline=None, database=None, print_blob=True)
# Looks for new counter-examples: pytest --hypothesis-profile explore
settings.register_profile("explore", deadline=None, max_examples=2_000, print_blob=True)
settings.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Take the developer's settings and language out of the environment, for our own process and for those it starts."""
    for name in [name for name in os.environ if name.startswith("PATRON_") and name not in KEPT]:
        del os.environ[name]
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        os.environ.pop(name, None)
    os.environ["LANG"] = "en_US.UTF-8"
    os.environ["TZ"] = "UTC"


def pytest_report_header() -> str:
    """Say whether tests on outside data run."""
    folder = os.environ.get(DATA)
    return f"outside data: {folder or f'none (tests marked `data` are left out; {DATA} names the folder)'}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests on outside data where there is none."""
    if os.environ.get(DATA):
        return
    without = [item for item in items if item.get_closest_marker("data")]
    if without:
        config.hook.pytest_deselected(items=without)
        items[:] = [item for item in items if not item.get_closest_marker("data")]


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Return the folder of outside data; only for tests marked `data`."""
    return Path(os.environ[DATA])


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the root of the checkout."""
    return Path(__file__).parent.parent
