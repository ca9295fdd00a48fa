"""Durations under labels, as the Prometheus histogram they are shown as.

Counting is two additions; what a histogram of ``prometheus_client`` does for each observation is done when somebody looks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector


class Timings(Collector):
    """``edges``: upper bounds in seconds, ascending, each within its bucket. Without labels there is one row from the start."""

    def __init__(self, name: str, text: str, edges: Sequence[float], labels: Sequence[str] = ()) -> None:
        self._name: Final = name
        self._text: Final = text
        self._edges: Final = tuple(map(float, edges))
        self._labels: Final = tuple(labels)
        self._rows: Final[dict[tuple[str, ...], list[float]]] = {}
        """By labels: how many in each bucket and beyond the last, and their sum."""
        if not labels:
            self._new(())

    def observe(self, labels: tuple[str, ...], seconds: float) -> None:
        row = self._rows.get(labels)
        if row is None:
            row = self._new(labels)
        row[bisect_left(self._edges, seconds)] += 1
        row[-1] += seconds

    def _new(self, labels: tuple[str, ...]) -> list[float]:
        row = self._rows[labels] = [0] * (len(self._edges) + 1) + [0.0]
        return row

    def collect(self) -> Iterator[HistogramMetricFamily]:
        family = HistogramMetricFamily(self._name, self._text, labels=self._labels)
        for labels, row in self._rows.items():
            buckets: list[tuple[str, float]] = []
            so_far = 0.0
            for edge, count in zip((*map(_written, self._edges), "+Inf"), row[:-1], strict=True):
                so_far += count
                buckets.append((edge, so_far))
            family.add_metric(labels, buckets, row[-1])
        yield family


def _written(edge: float) -> str:
    return repr(edge)
