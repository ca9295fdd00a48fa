"""Runs Presidio's recognizers, unchanged, so that a pattern that takes too long is an error.

It decides nothing. Presidio's own classes log such a pattern and go on without it, which is a leak: what the pattern would have found stays
in the text. ``TimeoutError`` is what they catch, so what is raised here is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import regex
from presidio_analyzer.predefined_recognizers import IbanRecognizer

from sidecar.errors import Unanalysable

TIMEOUT_S: Final = 1.0
LATE: Final = "a pattern took too long"


class _Timed:
    """A compiled pattern as Presidio uses one."""

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled

    def finditer(self, text: str, **_: Any) -> Iterator[Any]:
        try:
            yield from self._compiled.finditer(text, timeout=TIMEOUT_S)
        except TimeoutError:
            raise Unanalysable(LATE) from None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._compiled, name)


def compiled(pattern: Any, flags: int) -> Any:
    """A Presidio pattern's compiled form, kept on the pattern, where Presidio keeps it."""
    if pattern.compiled_with_flags != flags or type(pattern.compiled_regex) is not _Timed:
        pattern.compiled_regex = _Timed(regex.compile(pattern.regex, flags=flags))
        pattern.compiled_with_flags = flags
    return pattern.compiled_regex


def prepare(recognizer: Any, text: str) -> None:
    """To be called before ``recognizer.analyze(text, …)``. Raises ``Unanalysable``."""
    flags = getattr(recognizer, "global_regex_flags", None)
    if flags is None:
        return
    for pattern in getattr(recognizer, "patterns", None) or ():
        ready = compiled(pattern, flags)
        if isinstance(recognizer, IbanRecognizer):
            # It compiles for itself and lets a late pattern go: what ends in time here ends within its own, sixty times longer limit.
            for _ in ready.finditer(text):
                pass
