"""Globs over dotted paths and names: whether one matches a text, and whether one matches all that another does.

``*`` stays within a step, ``**`` crosses steps, ``?`` is any one character; everything else is literal (``[0]`` too).
It knows no rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

_PARTS: Final = re.compile(r"(\*\*|\*|\?)")
_MEANING: Final = {"**": ".*", "*": r"[^.]*", "?": "."}
_OTHER: Final = "\0"
"""Stands for every character neither glob names."""


@lru_cache(maxsize=4096)
def compiled(glob: str) -> re.Pattern[str]:
    parts = _PARTS.split(glob)
    return re.compile("".join(_MEANING.get(part) or re.escape(part) for part in parts), re.DOTALL)


def matches(glob: str, text: str) -> bool:
    return compiled(glob).fullmatch(text) is not None


def is_literal(glob: str) -> bool:
    return "*" not in glob and "?" not in glob


def includes(wide: str, narrow: str) -> bool:
    """Whether ``wide`` matches every text ``narrow`` matches: both run side by side, ``wide`` in all its states at once."""
    if is_literal(narrow):
        return matches(wide, narrow)
    first, second = _symbols(wide), _symbols(narrow)
    alphabet = {symbol for symbol in (*first, *second) if len(symbol) == 1 and symbol not in "*?"} | {".", _OTHER}
    start = (0, frozenset(_closed(first, {0})))
    seen, queue = {start}, [start]
    while queue:
        at, states = queue.pop()
        for here in _closed(second, {at}):
            if here == len(second) and len(first) not in states:
                return False
            for letter in alphabet:
                for after in _steps(second, here, letter):
                    reached = {new for state in states for new in _steps(first, state, letter)}
                    pair = (after, frozenset(_closed(first, reached)))
                    if pair not in seen:
                        seen.add(pair)
                        queue.append(pair)
    return True


def all_included(wide: Sequence[str], narrow: Sequence[str]) -> bool:
    """Each of ``narrow`` by one of ``wide``; no globs match everything."""
    if not wide:
        return True
    return bool(narrow) and all(any(includes(one, other) for one in wide) for other in narrow)


def _symbols(glob: str) -> tuple[str, ...]:
    return tuple(
        symbol for part in _PARTS.split(glob) if part for symbol in ([part] if part in _MEANING else list(part))
    )


def _closed(symbols: Sequence[str], states: set[int]) -> set[int]:
    """With the states behind stars, which may match nothing."""
    found = set(states)
    for state in states:
        at = state
        while at < len(symbols) and symbols[at] in {"*", "**"}:
            at += 1
            found.add(at)
    return found


def _steps(symbols: Sequence[str], state: int, letter: str) -> Iterator[int]:
    if state == len(symbols):
        return
    match symbols[state]:
        case "**":
            yield state
        case "*":
            if letter != ".":
                yield state
        case "?":
            yield state + 1
        case symbol if symbol == letter:
            yield state + 1
        case _:
            pass
