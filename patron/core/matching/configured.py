"""
The model that the settings name, with their thresholds.
"""

from pathlib import Path

import attrs

from patron.core.config import Settings
from patron.core.errors import ConfigurationError
from patron.core.matching.model import Model, read_model


def model_of_settings(settings: Settings, path: Path | None = None) -> Model:
    """
    Return the model to use.

    Args:
        settings: their table `[matching]` has model and thresholds.
        path: the file of another model.

    Raises:
        ConfigurationError: the model can't be used, or the thresholds contradict each other.
    """
    asked = settings.matching
    if path is None and asked.model is not None:
        folder = settings.source.path.parent if settings.source.path is not None else Path()
        path = folder / asked.model
    model = read_model(path)
    join = model.join if asked.join is None else float(asked.join)
    ask = min(model.ask, join) if asked.ask is None else float(asked.ask)
    if ask > join:
        raise ConfigurationError(
            "matching.thresholds", where=settings.source.place("matching", "ask"), ask=f"{ask:g}", join=f"{join:g}"
        )
    return attrs.evolve(model, join=join, ask=ask)
