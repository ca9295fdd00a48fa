"""What a role may do: which tools it sees and calls, which entities it reads, whether its tokens become values.

Without roles everybody may do everything; with them a caller whose role is not listed may do nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sidecar.guard.model import Role
from sidecar.policy.globs import matches
from sidecar.wire.jsonrpc import Json


@dataclass(frozen=True, slots=True)
class Roles:
    roles: Sequence[Role] = ()

    @property
    def is_open(self) -> bool:
        return not self.roles

    def may_call(self, role: str, tool: str) -> bool:
        if self.is_open:
            return True
        known = self._of(role)
        return known is not None and _is_in(tool, known.tools) and not _is_in(tool, known.deny)

    def may_restore(self, role: str) -> bool:
        if self.is_open:
            return True
        known = self._of(role)
        return known is not None and known.restores

    def may_see(self, role: str, entity: str) -> bool:
        """True only where a role says so: no role at all sees nothing more."""
        known = self._of(role)
        return known is not None and _is_in(entity, known.sees)

    def shown(self, role: str, tools: Json) -> Json:
        """A ``tools/list`` without what the role may not call; the very same list if it may call all."""
        if self.is_open or not isinstance(tools, list):
            return tools
        kept = [tool for tool in tools if not isinstance(tool, dict) or self.may_call(role, str(tool.get("name", "")))]
        return tools if len(kept) == len(tools) else kept

    def _of(self, role: str) -> Role | None:
        return next((known for known in self.roles if known.name == role), None)


EVERYBODY: Final = Roles()


def _is_in(name: str, globs: Sequence[str]) -> bool:
    return any(matches(glob, name) for glob in globs)
