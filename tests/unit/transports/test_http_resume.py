"""A stream that is resumed brings the same stand-ins again, whatever was delivered before (MCP 2025-11-25: resumability)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sidecar.runtime.build import App, Settings
from sidecar.transports.http import HttpProxy, HttpSettings
from tests.support.raw_http import RawServer, Received, connect

TOOL = {
    "name": "find",
    "inputSchema": {"type": "object"},
    "outputSchema": {
        "type": "object",
        "properties": {"mail": {"type": "string", "format": "email"}, "born": {"type": "string", "format": "date"}},
    },
    "annotations": {"readOnlyHint": True},
}
FOUND = {"mail": "jane@example.com", "born": "1980-02-03"}
ACCEPT = "Accept: application/json, text/event-stream"
SESSION = "Mcp-Session-Id: s-1"


def event(number: int, body: Any) -> bytes:
    return b"id: %d\nevent: message\ndata: " % number + json.dumps({"jsonrpc": "2.0", **body}).encode() + b"\n\n"


ANSWER = event(
    8,
    {
        "id": "c",
        "result": {
            "content": [{"type": "text", "text": "Mail jane@example.com or call (212) 555-0101."}],
            "structuredContent": FOUND,
        },
    },
)
NOTE = event(7, {"method": "notifications/message", "params": {"level": "info", "data": "asked for jane@example.com"}})


async def script(received: Received) -> None:
    if received.method == "GET":
        assert received.head.get("last-event-id") == "6"
        await received.start_events()
        await received.chunk(NOTE + ANSWER)
        await received.end()
        return
    message = json.loads(received.body)
    if message["method"] == "initialize":
        result = {"protocolVersion": "2025-11-25", "capabilities": {}, "serverInfo": {"name": "s", "version": "1"}}
        await received.json(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode(), SESSION)
    elif message["method"] == "tools/list":
        await received.json(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": {"tools": [TOOL]}}).encode())
    else:
        await received.start_events()
        await received.chunk(b"id: 6\ndata: \n\n" + NOTE + ANSWER)
        await received.end()


@pytest.mark.parametrize("policy", ["strict", "reversible"])
async def test_what_is_replayed_is_what_was_delivered(policy: str) -> None:
    app = App(Settings(policy=policy, engine="none", upstream="test"), [])
    async with RawServer(script) as server:
        proxy = HttpProxy(app, HttpSettings(server.url, drain_s=0.2))
        port = await proxy.start()
        try:
            async with connect(port) as client:
                await client.post(b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}', ACCEPT)
                await client.post(b'{"jsonrpc":"2.0","id":2,"method":"tools/list"}', ACCEPT, SESSION)
                call = b'{"jsonrpc":"2.0","id":"c","method":"tools/call","params":{"name":"find","arguments":{}}}'
                _, delivered = await client.post(call, ACCEPT, SESSION)
                _, replayed = await client.get("Accept: text/event-stream", SESSION, "Last-Event-ID: 6")
                _, again = await client.get("Accept: text/event-stream", SESSION, "Last-Event-ID: 6")
        finally:
            await proxy.stop()
            await app.close()
    assert b"jane@" not in delivered + replayed
    assert delivered == b"id: 6\ndata: \n\n" + replayed
    assert again == replayed
