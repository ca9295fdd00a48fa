"""The replies the sidecar writes itself: protocol-clean, with the request's own id and never a value.

``tools/call`` gets a result with ``isError`` (models read those, and clients skip schema validation for them), every
other method a JSON-RPC error. Error texts say what to do.
"""

from __future__ import annotations

from sidecar.errors import RateLimited, SidecarError
from sidecar.wire.jsonrpc import Json, Message


def tool_error(request_id: Json, text: str, *, is_modern: bool) -> Message:
    result: dict[str, Json] = {"content": [{"type": "text", "text": text}], "isError": True}
    if is_modern:  # MCP 2026-07-28: results MUST carry resultType
        result["resultType"] = "complete"
    return Message({"jsonrpc": "2.0", "id": request_id, "result": result})


def error(request_id: Json, failure: SidecarError) -> Message:
    told: dict[str, Json] = {"code": failure.code, "message": str(failure)}
    if isinstance(failure, RateLimited):  # a stream and a pipe have no Retry-After
        told["data"] = {"retryAfter": failure.retry_after_s}
    return Message({"jsonrpc": "2.0", "id": request_id, "error": told})


def refusal(method: str, request_id: Json, failure: SidecarError, *, is_modern: bool) -> Message:
    if method == "tools/call":
        return tool_error(request_id, str(failure), is_modern=is_modern)
    return error(request_id, failure)


def withheld_block(what: str) -> dict[str, Json]:
    """What stands where a content block cannot cross."""
    return {"type": "text", "text": f"[{what} withheld: it cannot be checked for personal data]"}


def withheld_link(entity: str) -> dict[str, Json]:
    return {"type": "text", "text": f"[resource withheld: its URI holds {entity}]"}
