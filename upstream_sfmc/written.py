"""A large result on its way out: the SDK shapes the message while it is small, and the JSON is written once.

Left alone the SDK copies a result three times over (dumped, checked against its own schema and dumped again, serialised): 43 ms for 2,500
rows of which the tool itself needs 20. What an answer looks like at a protocol revision stays the SDK's to say; what it may hold is the
tool's. It knows no tool.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import mcp_types as types
import orjson

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
    from mcp.shared._stream_protocols import WriteStream
    from mcp.shared.message import SessionMessage

_Waiting = list[tuple[dict[str, Any], str]]
_waiting: ContextVar[_Waiting] = ContextVar("waiting")


def stand_in(result: dict[str, Any], text: str) -> types.CallToolResult:
    """For a tool's result and the same as JSON: an empty one, which ``fill`` fills."""
    _waiting.get().append((result, text))
    return types.CallToolResult(content=[types.TextContent(text="")], structured_content={})


async def fill(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """The SDK's middleware: what waits goes into the answer the SDK has shaped, where that has a place for it."""
    waiting: _Waiting = []
    token = _waiting.set(waiting)
    try:
        shaped = await call_next(ctx)
    finally:
        _waiting.reset(token)
    if waiting and isinstance(shaped, dict):
        result, text = waiting[0]
        shaped["content"][0]["text"] = text
        if "structuredContent" in shaped:
            shaped["structuredContent"] = result
    return shaped


class _Response(types.JSONRPCResponse):
    """Nothing but JSON, which needs no schema to be written."""

    def model_dump_json(self, **options: Any) -> str:
        try:
            return orjson.dumps({"jsonrpc": self.jsonrpc, "id": self.id, "result": self.result}).decode()
        except TypeError:  # an integer of more than 64 bits
            return super().model_dump_json(**options)


class Lines:
    """The stream to the SDK's standard output."""

    def __init__(self, inner: WriteStream[SessionMessage]) -> None:
        self._inner = inner

    async def send(self, item: SessionMessage, /) -> None:
        message = item.message
        if type(message) is types.JSONRPCResponse:
            item.message = _Response.model_construct(jsonrpc="2.0", id=message.id, result=message.result)
        await self._inner.send(item)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return await self._inner.__aexit__(kind, error, trace)
