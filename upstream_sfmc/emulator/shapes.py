"""Reading JSON of unknown shape: an object, a list of objects, or a 400.

It knows no field of any request.
"""

from __future__ import annotations

from typing import Any

from .errors import INVALID_MESSAGE, Refusal


def record(value: Any) -> dict[str, Any]:
    """An object; nothing at all counts as an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _unexpected()
    return value


def values(value: Any) -> list[Any]:
    """A list; nothing at all counts as an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise _unexpected()
    return value


def records(value: Any) -> list[dict[str, Any]]:
    """A list of objects; nothing at all counts as an empty one."""
    return [record(one) for one in values(value)]


def _unexpected() -> Refusal:
    return Refusal(400, INVALID_MESSAGE, "JSON Deserialization Exception")
