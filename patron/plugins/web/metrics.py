"""
What the server counts, in the text format of Prometheus.

Connections are labels, for they are few and ours; whatever a client says never is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import nan
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from patron.core.intake import Backlog, Received, outcomes_of

_ANSWERED = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counts of one server since its start."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, of which nobody asks
        self._registry = CollectorRegistry()
        by: dict[str, Any] = {"labelnames": ["connection"], "registry": self._registry}
        self._requests = Counter(
            "patron_intake_requests", "Requests answered.", ["connection", "status"], registry=self._registry
        )
        self._refused = Counter(
            "patron_intake_refused", "Requests of which nothing was kept.", ["connection", "reason"], registry=self._registry
        )
        self._outcomes = Counter(
            "patron_intake_outcomes", "What became of envelopes.", ["connection", "outcome"], registry=self._registry
        )
        self._of_nobody = Counter("patron_intake_of_nobody", "Deliveries that were read and told of nobody.", **by)
        self._seconds = Histogram("patron_intake_answer_seconds", "From the head to the answer.", buckets=_ANSWERED, **by)
        self._reading = Histogram("patron_intake_reading_seconds", "Reading one delivery.", buckets=_ANSWERED, **by)
        self._failures = Counter("patron_intake_reading_failures", "Deliveries that could not be read, and wait.", **by)
        self._batches = Histogram(
            "patron_intake_kept_together",
            "Deliveries kept in one transaction.",
            buckets=(1, 2, 5, 10, 20, 50, 100),
            registry=self._registry,
        )
        self._in_flight = Gauge("patron_intake_requests_in_flight", "Requests being answered.", registry=self._registry)
        self._waiting = Gauge("patron_intake_waiting", "Deliveries that wait to be read.", registry=self._registry)
        self._oldest = Gauge(
            "patron_intake_oldest_waiting_seconds", "How long the oldest of them has waited.", registry=self._registry
        )

        self._calendars = Counter("patron_calendar_requests", "Requests for calendars.", ["status"], registry=self._registry)
        self._making = Histogram(
            "patron_calendar_seconds", "From a request for a calendar to its answer.", buckets=_ANSWERED, registry=self._registry
        )

    def calendar(self, status: int, seconds: float) -> None:
        """Count a request for a calendar."""
        self._calendars.labels(str(status)).inc()
        self._making.observe(seconds)

    def began(self) -> None:
        """Count a request that comes in."""
        self._in_flight.inc()

    def answered(self, connection: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._in_flight.dec()
        self._requests.labels(connection, str(status)).inc()
        self._seconds.labels(connection).observe(seconds)

    def refused(self, connection: str, reason: str) -> None:
        """Count a request of which nothing was kept."""
        self._refused.labels(connection, reason).inc()

    def kept(self, kept: Sequence[Received]) -> None:
        """Count deliveries that were kept together; what had come before has its outcome."""
        self._batches.observe(len(kept))
        for one in kept:
            if one.receipts:
                self._count(one.receipts[0].connection, one)

    def settled(self, connection: str, received: Received, seconds: float) -> None:
        """Count what became of a delivery."""
        self._reading.labels(connection).observe(seconds)
        self._count(connection, received)

    def failed(self, connection: str) -> None:
        """Count a delivery that could not be read."""
        self._failures.labels(connection).inc()

    def _count(self, connection: str, received: Received) -> None:
        if not received.outcomes and received.problem is None:
            self._of_nobody.labels(connection).inc()
        counts: Mapping[str, int] = {outcome.value: count for outcome, count in outcomes_of([received]).items() if count}
        for outcome, count in counts.items():
            self._outcomes.labels(connection, outcome).inc(count)

    def text(self, backlog: Backlog | None, now: datetime) -> bytes:
        """Return all counts as Prometheus reads them; what waits is not a number where the database can't be asked."""
        oldest = backlog.oldest if backlog else None
        self._waiting.set(backlog.count if backlog else nan)
        self._oldest.set(max(0.0, (now - oldest).total_seconds()) if oldest else 0 if backlog else nan)
        return generate_latest(self._registry)
