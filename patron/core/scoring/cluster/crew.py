"""
Those who work: what the scoring on a cluster asks of whatever runs its functions.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")
Mergeable = TypeVar("Mergeable", bound="CanMerge")


class CanMerge(Protocol):
    """What several parts say, made one."""

    def merge(self, other: Any) -> Any:
        """Return what both say."""


class Held(Protocol):
    """Something that a worker holds; what was lost with a worker is made again by another."""


class Crew(Protocol):
    """
    Runs functions, which are those of modules, on workers.

    A function may be run twice, or again after it was run: all that it does must be the same then.
    """

    @property
    def hands(self) -> int:
        """How many functions can run at once."""

    @property
    def memory(self) -> int:
        """Bytes of memory that one of them may take."""

    def run(self, function: Callable[[Job], Result], jobs: Sequence[Job], what: str) -> list[Result]:
        """Run a function for each job and bring the results here; they are small. *what* is said of the progress."""

    def hold(self, function: Callable[..., object], *arguments: Sequence[object]) -> list[Held]:
        """Run a function for each set of arguments, some of which may be held, and leave the results where they are."""

    def ask(self, function: Callable[..., Mergeable], held: Sequence[Held], *shared: object) -> Mergeable:
        """
        Run a function for each that is held, merge the results where they are, and bring the one that is left here.

        Args:
            function: is given what is held, and what is shared.
            held: at least one.
            shared: what all are given; it leaves this process once.
        """

    def ask_and_finish(
        self, function: Callable[..., Mergeable], held: Sequence[Held], finish: Callable[[Mergeable], Result], *shared: object
    ) -> Result:
        """Do as `ask`, and let a worker finish the result that is left, which may be large, before it is brought here."""

    def each(self, function: Callable[..., Result], held: Sequence[Held], *shared: object, what: str) -> list[Result]:
        """Run a function for each that is held and its number, with what is shared, and bring the small results here."""
