"""One file, one operator; the file's name is its name in policies. ``load`` gets one by name.

An operator replaces one found value; it decides nothing and remembers nothing. Others than these come from installed
packages, by an entry point of the group ``mcp_sidecar.operators`` whose object has ``apply`` (``Operator`` here); the names
of these cannot be taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Final, Protocol, cast

from sidecar.config.extensions import operators

NAMES: Final = ("keep", "token", "label", "mask", "hash", "encrypt", "surrogate", "drop", "block")


@dataclass(frozen=True, slots=True)
class Context:
    """``key``: the scope's secret, at least 16 bytes; ``format``: a JSON Schema ``format`` the result must satisfy, or empty.

    ``attempt`` > 0 asks ``surrogate`` for another one; ``mint`` makes the token of (entity, value), None where there is none.
    """

    key: bytes = field(repr=False)
    scope: str
    json_type: str = "string"
    format: str = ""
    attempt: int = 0
    mint: Callable[[str, str], str | None] | None = None

    def __repr__(self) -> str:
        return f"Context({self.json_type}, {self.format})"


class Operator(Protocol):
    """An operator's module is the operator; so is any object with this method."""

    def apply(self, text: str, entity: str, context: Context) -> str:
        """The stand-in for ``text``, which was found to be an ``entity``. What it raises withholds the message."""


class _Foreign:
    """Somebody else's operator: what it answers is looked at before it is used."""

    def __init__(self, operator: Operator) -> None:
        self._operator = operator

    def apply(self, text: str, entity: str, context: Context) -> str:
        answer: object = self._operator.apply(text, entity, context)
        if not isinstance(answer, str):
            raise TypeError("an operator's answer is no text")
        return answer


@cache
def load(name: str) -> Operator:
    """The operator of that name; ``KeyError`` when there is none."""
    if name in NAMES:
        return cast("Operator", import_module(f"{__name__}.{name}"))
    return _Foreign(cast("Operator", operators()[name].load()))
