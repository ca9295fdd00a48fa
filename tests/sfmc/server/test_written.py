"""A result leaves whole and the same twice, though the SDK shaped an empty one."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any, Self

import mcp_types as types
import pytest
from mcp.shared.message import SessionMessage

from upstream_sfmc.written import Lines

pytestmark = pytest.mark.asyncio(loop_scope="session")

WAIT_S = 30


async def answered(environment: dict[str, str], revision: str, name: str, arguments: dict[str, Any]) -> Any:
    """The result of a call as its bytes say, at a revision of the protocol."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "upstream_sfmc",
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    assert process.stdin is not None
    assert process.stdout is not None

    async def ask(method: str, params: dict[str, Any]) -> Any:
        assert process.stdin is not None
        assert process.stdout is not None
        request = {"jsonrpc": "2.0", "id": "one", "method": method, "params": params}
        process.stdin.write(json.dumps(request).encode() + b"\n")
        answer = json.loads(await asyncio.wait_for(process.stdout.readline(), WAIT_S))
        assert (answer["jsonrpc"], answer["id"]) == ("2.0", "one")
        return answer["result"]

    hello = {"protocolVersion": revision, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    assert (await ask("initialize", hello))["protocolVersion"] == revision
    process.stdin.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
    result = await ask("tools/call", {"name": name, "arguments": arguments})
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), WAIT_S) == 0
    return result


@pytest.mark.parametrize("revision", ["2025-11-25", "2024-11-05"])
async def test_the_structured_content_and_the_text_say_the_same_at_every_revision(tenant, revision):
    result = await answered(tenant.environment, revision, "de_rows", {"key": "Customer_Master", "page_size": 50})
    told = json.loads(result["content"][0]["text"])
    assert [block["type"] for block in result["content"]] == ["text"]
    assert len(told["items"]) == 50
    assert result.get("isError", False) is False
    assert result["structuredContent"] == told


async def test_an_error_is_text_alone(tenant):
    result = await answered(tenant.environment, "2025-06-18", "de_rows", {"key": "nothing"})
    assert result["isError"] is True
    assert json.loads(result["content"][0]["text"])["error"]["category"] == "not_found"
    assert "structuredContent" not in result


class Kept:
    """Where the lines would go."""

    def __init__(self) -> None:
        self.sent: list[SessionMessage] = []

    async def send(self, item: SessionMessage, /) -> None:
        self.sent.append(item)

    async def aclose(self) -> None:
        raise AssertionError("nobody closes it")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None


@pytest.mark.parametrize(
    "message",
    [
        types.JSONRPCResponse(jsonrpc="2.0", id=7, result={"a": [1, "ü \u2028", None, {"b": 1.5}]}),
        types.JSONRPCResponse(jsonrpc="2.0", id="x", result={"a": 2**70}),
        types.JSONRPCNotification(jsonrpc="2.0", method="notifications/message", params={"a": 1}),
        types.JSONRPCError(jsonrpc="2.0", id=7, error=types.ErrorData(code=-32602, message="no")),
    ],
)
async def test_every_kind_of_message_is_written_as_the_sdk_would_write_it(message):
    kept = Kept()
    await Lines(kept).send(SessionMessage(message))
    options = {"by_alias": True, "exclude_unset": True}
    assert json.loads(kept.sent[0].message.model_dump_json(**options)) == json.loads(message.model_dump_json(**options))
