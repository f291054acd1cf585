"""
What can be set: `[options.calls]` in `patron.toml`.
"""

from typing import Any

import attrs

from patron import Session


def _least(low: int) -> Any:
    return attrs.validators.and_(attrs.validators.ge(low), attrs.validators.le(100_000))


@attrs.frozen(kw_only=True)
class CallSettings:
    """
    How calls are checked.

    Attributes:
        sample_size: how many calls a sample has.
        least_seconds: calls that lasted less are not worth listening to.
        lowest_score: the worst score.
        highest_score: the best.
    """

    sample_size: int = attrs.field(default=10, validator=_least(1))
    least_seconds: int = attrs.field(default=30, validator=_least(0))
    lowest_score: int = attrs.field(default=1, validator=_least(0))
    highest_score: int = attrs.field(default=5, validator=_least(1))

    def __attrs_post_init__(self) -> None:
        if self.lowest_score >= self.highest_score:
            raise ValueError("lowest_score must be less than highest_score")


def settings_of(session: Session) -> CallSettings:
    """
    Return what is set.

    Raises:
        ConfigurationError: a key doesn't exist, or a value is refused.
    """
    return session.parameters("calls", CallSettings)
