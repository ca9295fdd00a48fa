"""Is one request's JSON of a reasonable shape? Strings, arrays, objects and nesting, each with its own limit.

Bytes are counted where they arrive, before there is JSON.
"""

from __future__ import annotations

from sidecar.errors import TooLarge
from sidecar.guard.model import Sizes
from sidecar.protocol.leaf import Path, pointer
from sidecar.wire.jsonrpc import Json


def least(sizes: Sizes) -> int | None:
    """The smallest limit but that of depth."""
    limits = (sizes.string_chars, sizes.array_items, sizes.object_keys)
    return min((limit for limit in limits if limit is not None), default=None)


def surely_hold(frame: bytes, least: int | None, depth: int | None) -> bool:
    """Whether JSON is too short, as it is written, to hold anything beyond a limit: then it need not be walked through.

    A character, an element and a member take a byte each, and a level takes a bracket.
    """
    if least is not None and len(frame) > least:
        return False
    return depth is None or frame.count(b"{") + frame.count(b"[") <= depth


def check(value: Json, sizes: Sizes, path: Path = ()) -> None:
    """Raises ``TooLarge`` naming the place, never the value."""
    waiting: list[tuple[Json, Path]] = [(value, path)]
    while waiting:
        item, at = waiting.pop()
        if isinstance(item, str):
            _hold(len(item), sizes.string_chars, at, "characters")
        elif isinstance(item, list):
            _hold(len(item), sizes.array_items, at, "elements")
            _hold(len(at) - len(path) + 1, sizes.depth, (), "levels")
            waiting += ((child, (*at, step)) for step, child in enumerate(item) if isinstance(child, (str, list, dict)))
        elif isinstance(item, dict):
            _hold(len(item), sizes.object_keys, at, "members")
            _hold(len(at) - len(path) + 1, sizes.depth, (), "levels")
            for name, child in item.items():
                _hold(len(name), sizes.string_chars, at, "characters in a member's name")
                if isinstance(child, (str, list, dict)):
                    waiting.append((child, (*at, name)))


def _hold(count: int, limit: int | None, at: Path, what: str) -> None:
    if limit is not None and count > limit:
        # Steps that came with the message are not shown beyond the part everybody knows: a member's name may be a value.
        place = pointer(tuple(step for step in at[:2] if isinstance(step, str)))
        raise TooLarge(f"{place or 'the request'}: {count} {what}, limit {limit}")
