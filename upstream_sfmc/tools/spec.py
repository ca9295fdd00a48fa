"""What a tool is: a name, two schemas, four hints and the coroutine that does it. It runs nothing itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from upstream_sfmc.api import Sfmc

Json = dict[str, Any]
EXPERIMENTAL = " (Experimental: built from documentation; its shape was not seen from a live tenant.)"


async def _untold(_done: int, _total: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool: the tenant, the business unit (MID) or None, and the checked arguments."""

    sfmc: Sfmc
    mid: str | None
    arguments: Json = field(repr=False)
    progress: Callable[[int, int], Awaitable[None]] = field(default=_untold, repr=False)
    """Told after each page: how many of how many."""

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
ADDS = Hints(reads=False, is_idempotent=False)
"""Something new stands there afterwards; nothing that was there is gone."""
OVERWRITES = Hints(reads=False, destroys=True)
"""Running it again changes nothing more, but values that stood there before are gone."""
RUNS = Hints(reads=False, destroys=True, is_idempotent=False, is_open_world=True)
"""What it sets off may send, import and overwrite."""
SENDS = Hints(reads=False, is_idempotent=False, is_open_world=True)
"""Each call may reach a person outside."""


@dataclass(frozen=True, slots=True)
class ToolSpec:
    name: str
    title: str
    says: str
    input_schema: Json
    output_schema: Json
    run: Callable[[Call], Awaitable[Json]]
    hints: Hints = READS
    scopes: tuple[str, ...] = ()
    """What the installed package must have; none where any token will do or no call is made."""
    rows: str | None = None
    """The name of the list in a result that has pages."""
    asks: Callable[[Json], str] | None = None
    """The question a person must say yes to before it runs, made from the arguments."""
    is_experimental: bool = False

    @property
    def description(self) -> str:
        return self.says + (EXPERIMENTAL if self.is_experimental else "")
