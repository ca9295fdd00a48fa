"""Bytes read as decisions, from the front: what a fuzzer changes is then a choice of ours, not a byte that no decoder looks at.

It needs no fuzzer, so that Hypothesis, atheris and a seed made in code all speak the same way. What is not there reads as zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Choices:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def below(self, count: int) -> int:
        """A number from 0 to ``count`` - 1, of one byte."""
        self._at += 1
        return (self._data[self._at - 1] if self._at <= len(self._data) else 0) % count

    def one(self, among: Sequence[T]) -> T:
        return among[self.below(len(among))]

    def rest(self) -> bytes:
        return self._data[self._at :]
