"""Values restored into requests, to be hidden again wherever they come back.

It keeps them in memory for the session's life only, bounded, and finds them case-insensitively in any text.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Final

_LIMIT: Final = 512
_SHORTEST: Final = 4
_LONG: Final = 8


class Hidden:
    def __init__(self) -> None:
        self._tokens: OrderedDict[str, str] = OrderedDict()
        self._pattern: re.Pattern[str] | None = None

    def remember(self, value: str, token: str) -> None:
        folded = value.casefold()
        if len(folded) < _SHORTEST:
            return
        if folded not in self._tokens:
            self._pattern = None
        self._tokens[folded] = token
        self._tokens.move_to_end(folded)
        if len(self._tokens) > _LIMIT:
            self._tokens.popitem(last=False)

    @property
    def is_empty(self) -> bool:
        return not self._tokens

    def has(self, text: str) -> bool:
        return bool(self._tokens) and self._compiled().search(text) is not None

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, token) of every hidden value in ``text``."""
        if not self._tokens:
            return []
        return [
            (found.start(), found.end(), self._tokens[found.group().casefold()])
            for found in self._compiled().finditer(text)
            if found.group().casefold() in self._tokens
        ]

    def _compiled(self) -> re.Pattern[str]:
        """Built when first needed: a request may restore hundreds of values."""
        if self._pattern is None:
            longest_first = sorted(self._tokens, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(_spelling, longest_first)), re.IGNORECASE)
        return self._pattern


def _spelling(value: str) -> str:
    """Short words are hidden as words: ``Mark`` is not hidden in ``market``."""
    escaped = re.escape(value)
    return rf"(?<!\w){escaped}(?!\w)" if len(value) < _LONG else escaped
