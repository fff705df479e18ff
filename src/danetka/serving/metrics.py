"""What is counted, for Prometheus. No label takes a value that a caller can make up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
METHODS: Final = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"})
_LATENCIES: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_SIZES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """The counts of one server, in a registry of their own.

    Args:
        paths: The paths that are told apart; all others are counted as ``other``.
    """

    def __init__(self, paths: frozenset[str]) -> None:
        self._paths = paths
        self.registry = CollectorRegistry()
        self._requests = self._counter(
            "danetka_requests", "Requests by path and status", "method", "path", "status"
        )
        self._latency = Histogram(
            "danetka_request_seconds", "From the request's head to the end of its response",
            ["path"], buckets=_LATENCIES, registry=self.registry,
        )  # fmt: skip
        self._rows = self._counter("danetka_rows", "Rows answered")
        self._answers = self._counter("danetka_answers", "Answers by label", "label")
        self._rejected = self._counter("danetka_rejected", "Refusals by reason", "reason")
        self._batches = Histogram(
            "danetka_batch_rows", "Rows given to the model at once",
            buckets=_SIZES, registry=self.registry,
        )  # fmt: skip
        self._open = Gauge("danetka_open_requests", "Requests in work", registry=self.registry)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(name, what, labels, registry=self.registry)

    def watch(self, queued: Callable[[], float], ready: Callable[[], float]) -> None:
        """Where the length of the queue and the readiness are read when somebody asks."""
        Gauge("danetka_queue_rows", "Rows waiting", registry=self.registry).set_function(queued)
        Gauge("danetka_ready", "1 when it answers", registry=self.registry).set_function(ready)

    def model(self, name: str, backend: str) -> None:
        """Which model answers."""
        labels = ["name", "backend"]
        Gauge("danetka_model", "The model", labels, registry=self.registry).labels(
            name, backend
        ).set(1)

    def opened(self) -> None:
        """A request has begun."""
        self._open.inc()

    def closed(self, method: str, path: str, status: int, seconds: float) -> None:
        """A request has ended."""
        self._open.dec()
        path = path if path in self._paths else "other"
        method = method if method in METHODS else "other"
        self._requests.labels(method, path, str(status)).inc()
        self._latency.labels(path).observe(seconds)

    def rejected(self, reason: str) -> None:
        """A request was refused."""
        self._rejected.labels(reason).inc()

    def batch(self, rows: int) -> None:
        """So many rows are given to the model."""
        self._batches.observe(rows)

    def answered(self, label: str) -> None:
        """A row has its answer."""
        self._rows.inc()
        self._answers.labels(label).inc()

    def text(self) -> bytes:
        """All of it, in Prometheus' text format."""
        return bytes(generate_latest(self.registry))
