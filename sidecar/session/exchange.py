"""Requests under way: what a response answers. A result carries no method name, so somebody has to remember.

It changes nothing by itself; the session asks and tells. Bounded: the oldest request is forgotten first, and the
response of a forgotten request is read as arbitrary JSON, never dropped and never passed unread.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sidecar.protocol.leaf import Path
from sidecar.session.actions import Side
from sidecar.session.context import Kit
from sidecar.wire.jsonrpc import Json
from sidecar.wire.tree import scalar

if TYPE_CHECKING:
    from sidecar.session.recall import Task

_LIMIT: Final = 10_000
_ENDED: Final = 64
"""A server may say a response again on a resumed stream (MCP 2025-11-25, basic/transports: redelivery)."""


@dataclass(slots=True)
class Exchange:
    """One request: ``schema`` is what its result's structured part must satisfy, when known."""

    method: str
    tool: str = ""
    event_tool: str = ""
    is_modern: bool = False
    schema: Json = None
    kit: Kit | None = None
    """What was in force when it began: policy, detector and keys freeze per exchange."""
    choices: dict[str, str] = field(default_factory=dict)
    """Stand-ins of the choices a form offered → what the server called them."""
    is_skill: bool = False
    params: Json = None
    """As the client sent them, while the answer may still be a question."""
    decided: dict[tuple[Path, bool], Json] = field(default_factory=dict)
    """What leaves of its arguments became, for the next round."""
    restored: tuple[tuple[str, str], ...] = ()
    task: Task | None = None
    """The task it asks about."""


def _key(requester: Side, request_id: Json) -> tuple[Side, str, str]:
    """``"1"`` and ``1`` are different ids (JSON-RPC 2.0, section 4)."""
    _, text = scalar(request_id) or ("", str(request_id))
    return (requester, "string" if isinstance(request_id, str) else "number", text)


class Exchanges:
    __slots__ = ("_ended", "_open")

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[Side, str, str], Exchange] = OrderedDict()
        self._ended: OrderedDict[tuple[Side, str, str], Exchange] = OrderedDict()

    def begin(self, requester: Side, request_id: Json, exchange: Exchange) -> None:
        key = _key(requester, request_id)
        self._open[key] = exchange
        self._open.move_to_end(key)
        if len(self._open) > _LIMIT:
            self._open.popitem(last=False)

    def peek(self, requester: Side, request_id: Json) -> Exchange | None:
        return self._open.get(_key(requester, request_id))

    def end(self, requester: Side, request_id: Json) -> Exchange | None:
        """What the response answers. Said again it is read as the first time; no value of the request is kept for that."""
        key = _key(requester, request_id)
        found = self._open.pop(key, None)
        if found is None:
            return self._ended.get(key)
        self._ended[key] = Exchange(
            found.method,
            found.tool,
            found.event_tool,
            found.is_modern,
            found.schema,
            found.kit,
            is_skill=found.is_skill,
        )
        if len(self._ended) > _ENDED:
            self._ended.popitem(last=False)
        return found

    def __len__(self) -> int:
        return len(self._open)
