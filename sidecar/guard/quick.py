"""One look at a text, by Hyperscan, that tells which patterns of orders and which disguises can be in it.

It may say yes in vain and never no in vain, but for what only the edge of a window makes a match; it finds nothing itself. A character
is a byte, as for the detector's pre-scan: a letter beyond ASCII is ``_``. Where that is not exact, or without Hyperscan, nothing is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sidecar.redaction.superset import ODD, as_bytes

try:
    import hyperscan
except ImportError:  # a platform without its wheel
    is_available = False
else:
    is_available = True

_ODD: Final = bytes([ODD])
_BLANKS: Final = bytes.maketrans(b"\x1c\x1d\x1e\x1f", b"    ")
"""Python takes these for blanks, Hyperscan does not."""
_MEANT: Final = ((r"!\[", r"[!i]\["), (r"\S+@", r"\S+[@a]"), ("%7b", "%[7t]b"), (r"\$", r"[\$s]"), (r"\b", ""))
"""What a pattern becomes so that it also matches where every digit that could be a letter is one."""
_REPEATS: Final = re.compile(r"\{(\d+),\d+\}")
"""Counting is what Hyperscan takes long to prepare for."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Numbers of the orders and of the shapes that can be in a text; ``meant``: of the orders, once digits are read as letters."""

    orders: list[int]
    shapes: list[int]
    meant: list[int]


class Quick:
    """``orders``: case-insensitive, with ``.`` for line ends too; ``shapes``: as they are, the last of them asks for ``digits`` as ``letters``."""

    __slots__ = ("_count", "_database", "_harmless", "_letters", "_mixed")

    def __init__(self, orders: Sequence[str], shapes: Sequence[str], digits: str, letters: str) -> None:
        self._count: Final = len(orders)
        self._mixed: Final = len(orders) + len(shapes) - 1
        as_order = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_DOTALL
        self._database: Final = _database([*map(_loose, orders), *shapes], [as_order] * len(orders) + [0] * len(shapes))
        self._letters: Final = bytes.maketrans(digits.encode(), letters.encode())
        self._harmless: Final = [self._mixed]

    def look(self, text: str) -> Seen | None:
        """None: it cannot be told."""
        data = as_bytes(text)
        if _ODD in data:
            return None
        data = data.translate(_BLANKS)
        hits = self._hits(data)
        meant = self._hits(data.translate(self._letters)) if self._mixed in hits else []
        return Seen(
            [n for n in hits if n < self._count],
            [n - self._count for n in hits if n >= self._count],
            [n for n in meant if n < self._count],
        )

    def is_clean(self, data: bytes) -> bool:
        """Of ASCII: whether nothing can be in it. The same as ``look`` tells, of what is most often asked."""
        hits: list[int] = []
        self._database.scan(data, match_event_handler=_note, context=hits)
        if not hits:
            return True
        return hits == self._harmless and not any(n < self._count for n in self._hits(data.translate(self._letters)))

    def _hits(self, data: bytes) -> list[int]:
        hits: list[int] = []
        self._database.scan(data, match_event_handler=_note, context=hits)
        return sorted(hits)


def _loose(order: str) -> str:
    for written, read in _MEANT:
        order = order.replace(written, read)
    return _REPEATS.sub(lambda found: "*" if found[1] == "0" else "+", order)


def _database(patterns: Sequence[str], flags: Sequence[int]) -> Any:
    expressions = [re.sub(r"[^\x00-\x7f]", "_", pattern).encode() for pattern in patterns]
    database = hyperscan.Database()
    once = hyperscan.HS_FLAG_SINGLEMATCH
    database.compile(expressions=expressions, ids=list(range(len(patterns))), flags=[flag | once for flag in flags])
    return database


def _note(number: int, start: int, end: int, flags: int, hits: Any) -> None:  # noqa: ARG001  hyperscan's signature
    hits.append(number)
