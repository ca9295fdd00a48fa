"""The values no output of the process may hold: log, error, metric, trace, audit line, tool result.

It reads no secret; whoever loads one says so here, and takes it back when it has been replaced. There is one for the
process, because an error may be told of where nothing else is known.
"""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

HIDDEN: Final = "[REDACTED]"
MIN_CHARS: Final = 6
"""Shorter ones cannot be told from ordinary text."""
_PART: Final = re.compile(r"\S{12,}")
"""``Bearer abc…``: what stands after the scheme is a secret by itself."""


class Registry:
    """Counts who holds a value: it stays listed until everybody has dropped it."""

    __slots__ = ("_held", "_needles", "_spelt")

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()
        self._spelt: tuple[str, ...] = ()
        """The longest first. No compiled pattern: ``re`` would keep it, and the secret in it, when we have let go."""
        self._needles: tuple[bytes, ...] = ()

    def __len__(self) -> int:
        return len(self._held)

    def __repr__(self) -> str:
        return f"Registry({len(self._held)} values)"

    def __contains__(self, value: str) -> bool:
        return value in self._held

    def add(self, value: str) -> None:
        self._held[value] += 1
        self._build()

    def drop(self, value: str) -> None:
        self._held[value] -= 1
        if self._held[value] <= 0:
            del self._held[value]
        self._build()

    def hide(self, text: str) -> str:
        """``text`` with every listed value replaced, as it is, or as JSON, a URL or base64 writes it."""
        for spelt in self._spelt:
            if spelt in text:
                text = text.replace(spelt, HIDDEN)
        return text

    def may_hold(self, raw: bytes) -> bool:
        """Whether JSON text can hold a listed value: quick, and never wrong when it says no."""
        if not self._needles:
            return False
        for needle in self._needles:
            if needle in raw:
                return True
        return b"\\u" in raw or b"\\/" in raw

    def _build(self) -> None:
        forms = {form for value in self._held for form in _forms(value)}
        self._spelt = tuple(sorted(forms, key=lambda form: (-len(form), form)))
        self._needles = tuple(form.encode("utf-8", "surrogatepass") for form in self._spelt)


def _forms(value: str) -> Iterator[str]:
    for text in (value, *(_PART.findall(value) if " " in value else ())):
        if len(text) < MIN_CHARS:
            continue
        yield text
        yield json.dumps(text)[1:-1]
        yield json.dumps(text, ensure_ascii=False)[1:-1]
        yield quote(text, safe="", errors="surrogatepass")
        yield quote(text, errors="surrogatepass")
        yield base64.b64encode(text.encode("utf-8", "surrogatepass")).decode().rstrip("=")


REGISTRY: Final = Registry()
"""The process's own."""
