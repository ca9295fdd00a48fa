"""What a tool is: a name, two schemas, four hints and the coroutine that does it. It runs nothing itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from upstream_sfmc.api import Sfmc

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool: the tenant, the business unit (MID) or None, and the checked arguments."""

    sfmc: Sfmc
    mid: str | None
    arguments: Json = field(repr=False)

    def get(self, name: str, default: Any = None) -> Any:
        value = self.arguments.get(name)
        return default if value is None else value


@dataclass(frozen=True, slots=True)
class Hints:
    """MCP's ToolAnnotations; without a reason to the contrary a tool reads and stays inside the tenant."""

    reads: bool = True
    destroys: bool = False
    is_idempotent: bool = True
    is_open_world: bool = False


READS = Hints()
OVERWRITES = Hints(reads=False, destroys=True)
"""Running it again changes nothing more, but values that stood there before are gone."""
SENDS = Hints(reads=False, is_idempotent=False, is_open_world=True)
"""Each call may reach a person outside."""


@dataclass(frozen=True, slots=True)
class ToolSpec:
    name: str
    title: str
    description: str
    input_schema: Json
    output_schema: Json
    run: Callable[[Call], Awaitable[Json]]
    hints: Hints = READS
