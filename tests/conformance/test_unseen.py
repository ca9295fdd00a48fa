"""What the official suite does not look at, with the whole sidecar between real peers: rounds, replays, silence, crowds.

Rows of ``tests/requirements.py`` point here; what one layer can show by itself is tested beside that layer.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any
from urllib.parse import urlsplit

import mcp_types as types
import pytest
from mcp import Client
from mcp.server.mcpserver import Context, MCPServer
from pydantic import Field

from sidecar.runtime.build import App, Settings
from sidecar.transports.http import HttpProxy, HttpSettings
from tests.clients.peers import ROOT, environment, in_front, listening, own
from tests.support.everything_rounds import STRING, answered, elicitation, elicited, needs
from tests.support.http_proxy import serving
from tests.support.raw_http import RawClient, RawServer, Received, connect, within

pytestmark = pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning")

MAIL, NAME = "zoe.gruenwald@example.com", "Zoë Grünwald"
OTHER = "t.brenner@example.org"
READS = types.ToolAnnotations(read_only_hint=True)
ACCEPT = "Accept: application/json, text/event-stream"
MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {"elicitation": {}},
}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Lab:
    """An SDK server, whose request state is bound to the arguments of its call."""

    def __init__(self) -> None:
        self.server = MCPServer("lab", version="1", log_level="CRITICAL")
        self.is_released = asyncio.Event()
        for tool in (self.find, self.enrol, self.place, self.large, self.small):
            self.server.add_tool(tool, annotations=READS)

    def find(self) -> dict[str, str]:
        return {"full_name": NAME, "email": MAIL}

    def enrol(self, email: str, others: list[str], ctx: Context) -> str | types.InputRequiredResult:
        """Three rounds; says what it was called with by digest."""
        if ctx.request_state == "second" and answered(ctx, "reason"):
            return " ".join(digest(value) for value in (email, *others))
        if ctx.request_state == "first" and answered(ctx, "team"):
            return needs("second", reason=elicitation(f"Why {elicited(ctx, 'team', 'team')}?", reason=STRING))
        return needs("first", team=elicitation("Which team?", team=STRING))

    def place(self, topic: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Topic"})]) -> str:
        return digest(topic)

    async def large(self, number: int) -> dict[str, Any]:
        await self.is_released.wait()
        return {"number": number, "rows": [{"n": number, "full_name": NAME, "email": MAIL}] * 500}

    def small(self, number: int) -> dict[str, Any]:
        return {"number": number, "email": MAIL}


@asynccontextmanager
async def sidecar(policy: str, upstream: str) -> AsyncIterator[int]:
    app = App(Settings(policy=policy, engine="none", upstream=upstream), [])
    proxy = HttpProxy(app, HttpSettings(upstream, drain_s=0.2))
    port = await proxy.start()
    try:
        yield port
    finally:
        await asyncio.wait_for(proxy.stop(), 30)
        await app.close()


@asynccontextmanager
async def at_the_lab(policy: str, lab: Lab) -> AsyncIterator[int]:
    async with serving(lab.server.streamable_http_app()) as url, sidecar(policy, url) as port:
        yield port


async def fill_in(_context: Any, params: Any) -> types.ElicitResult:
    return types.ElicitResult(action="accept", content=dict.fromkeys(params.requested_schema["properties"], "blue"))


def client(port: int, mode: str = "2026-07-28") -> Client:
    return Client(f"http://127.0.0.1:{port}/mcp", mode=mode, read_timeout_seconds=30, elicitation_callback=fill_in)


def said(result: types.CallToolResult) -> str:
    assert isinstance(result.content[0], types.TextContent)
    return result.content[0].text


def request(number: int, method: str, params: dict[str, Any]) -> bytes:
    return json.dumps(
        {"jsonrpc": "2.0", "id": number, "method": method, "params": {**params, "_meta": MODERN}}
    ).encode()


def mirrored(method: str, *name: str) -> Sequence[str]:
    return (
        ACCEPT,
        "MCP-Protocol-Version: 2026-07-28",
        f"Mcp-Method: {method}",
        *(f"Mcp-Name: {text}" for text in name),
    )


# --- rounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["observe", "reversible"])
async def test_three_rounds_with_personal_arguments_keep_the_digest_of_the_sdks_state(policy: str) -> None:
    async with at_the_lab(policy, Lab()) as port, client(port) as agent:
        found = (await agent.call_tool("find", {})).structured_content or {}
        assert (found["email"] == MAIL) is (policy == "observe")
        answer = said(await agent.call_tool("enrol", {"email": found["email"], "others": [OTHER, f"CC {OTHER}"]}))
    first, *_, last = answer.split()
    assert first == digest(MAIL)
    assert (last == digest(f"CC {OTHER}")) is (policy == "observe"), "an address the client typed is hidden from a read"


async def test_a_changed_argument_is_still_refused_by_the_server() -> None:
    """What the server binds is what it got: a call that goes on otherwise than it began is not made to fit."""
    async with at_the_lab("reversible", Lab()) as port, connect(port) as raw:
        await raw.post(request(0, "tools/list", {}), *mirrored("tools/list"))

        async def call(number: int, **more: Any) -> dict[str, Any]:
            body = request(number, "tools/call", {"name": "enrol", **more})
            _, reply = await raw.post(body, *mirrored("tools/call", "enrol"))
            return dict(json.loads(reply))

        begun = (await call(1, arguments={"email": OTHER, "others": []}))["result"]
        going = {"requestState": begun["requestState"], "inputResponses": {"team": {"action": "accept", "content": {}}}}
        changed = await call(2, arguments={"email": MAIL, "others": []}, **going)
        assert changed["error"]["data"] == {"reason": "invalid_request_state"}
        assert "result" in await call(3, arguments={"email": OTHER, "others": []}, **going)


async def test_a_restored_argument_stands_in_body_and_header_alike() -> None:
    """The SDK's server refuses a call whose header says something else; this one has to be encoded, too."""
    async with at_the_lab("reversible", Lab()) as port, client(port) as agent:
        await agent.list_tools()
        found = (await agent.call_tool("find", {})).structured_content or {}
        assert NAME not in found["full_name"]
        assert said(await agent.call_tool("place", {"topic": found["full_name"]})) == digest(NAME)
        assert said(await agent.call_tool("place", {"topic": " naïve sums"})) == digest(" naïve sums")


# --- replays and silence ----------------------------------------------------------------------------------------------


async def test_a_replayed_event_has_the_same_tokens_and_the_same_id() -> None:
    result = {"jsonrpc": "2.0", "id": 1, "result": {"content": [{"type": "text", "text": f"Ask {MAIL}, {OTHER}"}]}}
    event = b"id: 7\ndata: " + json.dumps(result).encode() + b"\n\n"

    async def answer(received: Received) -> None:
        await received.start_events()
        await received.chunk(event)
        await received.end()

    call = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"n","arguments":{}}}'
    async with RawServer(answer) as server, sidecar("reversible", server.url) as port:
        async with connect(port) as raw:
            _, first = await raw.post(call, ACCEPT, "Mcp-Session-Id: s")
        async with connect(port) as raw:
            _, again = await raw.get("Accept: text/event-stream", "Mcp-Session-Id: s", "Last-Event-ID: 6")
    assert again == first
    assert first.startswith(b"id: 7\n")
    assert MAIL.encode() not in first
    assert b"EMAIL_ADDRESS_" in first


@pytest.mark.parametrize("silent_s", [3, pytest.param(65, marks=pytest.mark.nightly)])
async def test_a_listening_stream_survives_silence(silent_s: float) -> None:
    may_speak = asyncio.Event()
    told = b'{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}'

    async def answer(received: Received) -> None:
        await received.start_events()
        await received.chunk(b"event: message\ndata: " + told + b"\n\n")
        await may_speak.wait()
        await received.chunk(b": ping\n\n")
        await received.chunk(b"event: message\ndata: " + told + b"\n\n")
        await received.until_closed()

    async with RawServer(answer) as server, sidecar("strict", server.url) as port, connect(port) as raw:
        body = request(1, "subscriptions/listen", {"notifications": {"toolsListChanged": True}})
        await raw.send("POST", "/mcp", body, "Content-Type: application/json", *mirrored("subscriptions/listen"))
        assert (await raw.head()).status == 200
        assert told in await raw.chunk()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(raw.reader.read(1), silent_s)
        may_speak.set()
        heard = b""
        while told not in heard:
            heard += await raw.chunk()
        assert heard.startswith(b": ping")


# --- crowds -----------------------------------------------------------------------------------------------------------


async def test_small_messages_do_not_wait_for_large_ones_and_each_gets_its_own_answer() -> None:
    lab = Lab()

    async def ask(agent: Client, tool: str, number: int) -> dict[str, Any]:
        content = (await agent.call_tool(tool, {"number": number})).structured_content
        assert content is not None
        assert content["number"] == number
        return content

    async with at_the_lab("reversible", lab) as port, client(port) as agent:
        waiting = [asyncio.ensure_future(ask(agent, "large", number)) for number in range(3)]
        small = await asyncio.gather(*(ask(agent, "small", number) for number in range(30)))
        assert not any(task.done() for task in waiting)
        lab.is_released.set()
        mixed = await asyncio.gather(*waiting, *(ask(agent, "small", number) for number in range(100, 130)))
    tokens = {content["email"] for content in (*small, *mixed[3:])}
    tokens |= {item["email"] for content in mixed[:3] for item in content["rows"]}
    assert len(tokens) == 1
    assert MAIL not in tokens


async def test_two_eras_share_one_endpoint() -> None:
    async with at_the_lab("reversible", Lab()) as port, client(port, "legacy") as old, client(port) as new:
        assert (old.protocol_version, new.protocol_version) == ("2025-11-25", "2026-07-28")
        answers = await asyncio.gather(*(agent.call_tool("find", {}) for agent in (old, new) * 10))
        tokens = {(answer.structured_content or {})["email"] for answer in answers}
        assert len(tokens) == 1
        for agent in (old, new):
            assert said(await agent.call_tool("place", {"topic": tokens.copy().pop()})) == digest(MAIL)


async def test_a_hundred_and_fifty_open_streams_do_not_keep_a_call_waiting() -> None:
    async def answer(received: Received) -> None:
        if received.method == "POST":
            await received.json(b'{"jsonrpc":"2.0","id":1,"result":{}}')
            return
        await received.start_events()
        await received.until_closed()

    async with RawServer(answer) as server, sidecar("strict", server.url) as port:
        streams: list[RawClient] = []
        for _ in range(150):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            streams.append(RawClient(reader, writer, port))
            await streams[-1].send("GET", "/mcp", b"", "Accept: text/event-stream")
            assert (await streams[-1].head()).status == 200
        async with connect(port) as raw:
            head, _ = await raw.post(b'{"jsonrpc":"2.0","id":1,"method":"ping"}', ACCEPT)
        assert head.status == 200
        for stream in streams:
            stream.drop()


# --- processes --------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def wrapped(*command: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sidecar", "run", "--policy", "observe", "--engine", "none", "--", *command),
        cwd=ROOT,
        env=environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def exchange(process: asyncio.subprocess.Process, line: bytes) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(line + b"\n")
    await process.stdin.drain()
    return dict(json.loads(await within(process.stdout.readline())))


async def test_a_sibling_process_may_probe_while_another_works() -> None:
    """TypeScript's client probes with a second process of the same command line and throws it away."""
    async with wrapped(*own()) as probe, wrapped(*own()) as worker:
        discovered, first = await asyncio.gather(
            exchange(probe, request(0, "server/discover", {})), exchange(worker, request(0, "tools/list", {}))
        )
        assert "2026-07-28" in discovered["result"]["supportedVersions"]
        assert first["result"]["tools"]
        assert probe.stdin is not None
        probe.stdin.close()
        assert await within(probe.wait()) == 0
        called = await exchange(worker, request(1, "tools/call", {"name": "test_simple_text", "arguments": {}}))
        assert called["result"]["isError"] is False


_WITNESS = """
import hashlib, json, sys
first = sys.stdin.buffer.readline()
result = {"digest": hashlib.sha256(first).hexdigest()}
print(json.dumps({"jsonrpc": "2.0", "id": json.loads(first)["id"], "result": result}), flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("method", ["server/discover", "initialize", "tools/list"])
async def test_the_first_line_a_server_sees_is_the_clients_own(method: str) -> None:
    """A server decides by its first line which era a pipe speaks (MCP 2026-07-28, basic/versioning)."""
    line = b'{ "method":"%s", "id" : "a", "jsonrpc":"2.0","params":{"_meta":{}}}' % method.encode()
    async with wrapped(sys.executable, "-c", _WITNESS) as process:
        answer = await exchange(process, line)
    assert answer["result"]["digest"] == hashlib.sha256(line + b"\n").hexdigest()


# --- depth ------------------------------------------------------------------------------------------------------------


async def test_two_thousand_levels_are_refused_cleanly_and_the_next_call_works() -> None:
    deep = b"[" * 2000 + b'"zoe.gruenwald@example.com"' + b"]" * 2000

    async def answer(received: Received) -> None:
        is_deep = b'"deep"' in received.body
        result = b'{"x":' + deep + b"}" if is_deep else b'{"ok":true}'
        await received.json(b'{"jsonrpc":"2.0","id":1,"result":' + result + b"}")

    def call(name: bytes, arguments: bytes) -> bytes:
        return b'{"jsonrpc":"2.0","id":1,"method":"x/%s","params":{"name":"%s","a":%s}}' % (name, name, arguments)

    async with RawServer(answer) as server, sidecar("strict", server.url) as port, connect(port) as raw:
        head, body = await raw.post(call(b"up", deep), ACCEPT)
        assert head.status == 413
        assert server.requests == []
        _, body = await raw.post(call(b"deep", b"1"), ACCEPT)
        reply = json.loads(body)
        assert (reply["id"], "error" in reply) == (1, True)
        assert MAIL.encode() not in body
        _, body = await raw.post(call(b"up", b"1"), ACCEPT)
        assert json.loads(body)["result"] == {"ok": True}


# --- authorization ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("flags", "status"), [((), 404), (("--auth", "passthrough"), 200)])
async def test_metadata_passes_where_the_command_line_says_so(flags: tuple[str, ...], status: int) -> None:
    async def answer(received: Received) -> None:
        await received.json(b'{"resource":"http://localhost/mcp"}')

    async with (
        RawServer(answer) as server,
        listening([*in_front("observe", server.url), "--engine", "none", *flags]) as url,
        connect(urlsplit(url).port or 0) as raw,
    ):
        head, _ = await raw.get(target="/.well-known/oauth-protected-resource/mcp")
        assert head.status == status
        assert len(server.requests) == (status == 200)
