"""Clients written by others, made to follow a script: the Python SDK, FastMCP, and the TypeScript SDK.

A script is a list of (method, params); ``wait`` is a step that lasts until something with ``for`` in it was heard. In a
string, ``{{2.structuredContent.email}}`` stands for what result 2 holds there, as a model would use what it was given.
What a client saw is a ``Transcript``: results in order, what it was asked, what it heard meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TextIO

import mcp_types as types
from fastmcp import Client as FastClient
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.shared.exceptions import MCPError
from pydantic import BaseModel

from tests.clients.peers import HERE, NODE, ROOT, WAIT_S, Command, environment

Step = tuple[str, dict[str, Any]]
Target = str | Command
"""A URL, or a server's command."""
ANSWERS = {
    "name": "Maria Lindqvist",
    "username": "Maria Lindqvist",
    "email": "maria.lindqvist@example.com",
    "ok": True,
    "color": "green",
    "context": "a quiet evening",
}
"""What the human at the client fills in."""
SAMPLED = "The model says hello."
ROOT_URI = "file:///srv/area"
_REFERENCE = re.compile(r"\{\{([^{}]+)\}\}")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@dataclass
class Transcript:
    version: str = ""
    results: list[Any] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)
    heard: list[Any] = field(default_factory=list)

    def comparable(self) -> dict[str, Any]:
        """Without what differs between any two runs: random session names, how often and when roots were asked."""
        text = json.dumps([self.version, self.results, _set(self.asked), _set(self.heard)], sort_keys=True)
        version, results, asked, heard = json.loads(_UUID.sub("<uuid>", text))
        return {"version": version, "results": results, "asked": asked, "heard": heard}

    def text(self) -> str:
        return json.dumps([self.results, self.asked, self.heard], ensure_ascii=False)


def _set(items: list[Any]) -> list[Any]:
    return [json.loads(item) for item in sorted({json.dumps(item, sort_keys=True) for item in items})]


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return value


class _Ears:
    """The callbacks of a Python client: they answer, and write down."""

    def __init__(self) -> None:
        self.transcript = Transcript()
        self._changed = asyncio.Condition()

    async def wait(self, part: str) -> None:
        async with self._changed:
            done = self._changed.wait_for(lambda: part in json.dumps([self.transcript.asked, self.transcript.heard]))
            await asyncio.wait_for(done, WAIT_S)

    async def _note(self, kept: list[Any], what: str, value: Any) -> None:
        async with self._changed:
            kept.append([what, _plain(value)])
            self._changed.notify_all()

    async def sample(self, _context: Any, params: Any) -> types.CreateMessageResult:
        await self._note(self.transcript.asked, "sampling/createMessage", _without_meta(params))
        content = types.TextContent(type="text", text=SAMPLED)
        return types.CreateMessageResult(role="assistant", content=content, model="test-model")

    async def elicit(self, _context: Any, params: Any) -> types.ElicitResult:
        await self._note(self.transcript.asked, "elicitation/create", _without_meta(params))
        return types.ElicitResult(action="accept", content=_filled(_plain(params)))

    async def roots(self, _context: Any) -> types.ListRootsResult:
        await self._note(self.transcript.asked, "roots/list", None)
        return types.ListRootsResult(roots=[types.Root.model_validate({"uri": ROOT_URI, "name": "area"})])

    async def log(self, params: Any) -> None:
        await self._note(self.transcript.heard, "notifications/message", _without_meta(params))

    async def progress(self, progress: float, total: float | None, message: str | None) -> None:
        await self._note(self.transcript.heard, "notifications/progress", [progress, total, message])

    async def message(self, message: Any) -> None:
        if isinstance(message, types.ResourceUpdatedNotification):
            await self._note(self.transcript.heard, "notifications/resources/updated", str(message.params.uri))


def _without_meta(params: Any) -> Any:
    plain = dict(_plain(params))
    plain.pop("_meta", None)
    return plain


def _filled(params: dict[str, Any]) -> dict[str, Any]:
    properties = params.get("requestedSchema", {}).get("properties", {})
    return {name: ANSWERS[name] for name in properties if name in ANSWERS}


def _stdio(command: Command) -> StdioServerParameters:
    return StdioServerParameters(command=command[0], args=list(command[1:]), env=environment(), cwd=ROOT)


async def speak_sdk(
    target: Target, script: Sequence[Step], mode: str = "auto", errors: TextIO = sys.stderr
) -> Transcript:
    """The official Python SDK's client. ``errors`` takes a command's standard error; it must be a real file."""
    ears = _Ears()
    async with (
        asyncio.timeout(WAIT_S),
        Client(
            target if isinstance(target, str) else stdio_client(_stdio(target), errors),
            mode=mode,
            read_timeout_seconds=WAIT_S,
            sampling_callback=ears.sample,
            elicitation_callback=ears.elicit,
            list_roots_callback=ears.roots,
            logging_callback=ears.log,
            message_handler=ears.message,
            log_level="info",
        ) as client,
    ):
        ears.transcript.version = str(client.protocol_version)
        for method, params in script:
            if method == "wait":
                await ears.wait(params["for"])
                continue
            given = _given(params, ears.transcript.results)
            ears.transcript.results.append([method, await _caught(lambda m=method, p=given: _sdk(client, ears, m, p))])
    return ears.transcript


def _given(value: Any, results: Sequence[Any]) -> Any:
    """``value`` with references to earlier results replaced."""
    if isinstance(value, dict):
        return {key: _given(item, results) for key, item in value.items()}
    if isinstance(value, list):
        return [_given(item, results) for item in value]
    return _REFERENCE.sub(lambda found: _at(results, found.group(1)), value) if isinstance(value, str) else value


def _at(results: Sequence[Any], path: str) -> str:
    number, *steps = path.split(".")
    value = results[int(number)][1]
    for step in steps:
        value = value[int(step) if step.isdigit() else step]
    return str(value)


async def _caught(call: Callable[[], Any]) -> Any:
    try:
        return _plain(await call())
    except MCPError as error:
        return {"error": {"code": error.error.code, "message": error.error.message, "data": error.error.data}}


async def _sdk(client: Client, ears: _Ears, method: str, params: dict[str, Any]) -> Any:
    calls: dict[str, Callable[[], Awaitable[Any]]] = {
        "tools/list": client.list_tools,
        "tools/call": lambda: client.call_tool(
            params["name"], params.get("arguments"), progress_callback=ears.progress
        ),
        "resources/list": client.list_resources,
        "resources/templates/list": client.list_resource_templates,
        "resources/read": lambda: client.read_resource(params["uri"]),
        "resources/subscribe": lambda: client.subscribe_resource(params["uri"]),
        "resources/unsubscribe": lambda: client.unsubscribe_resource(params["uri"]),
        "prompts/list": client.list_prompts,
        "prompts/get": lambda: client.get_prompt(params["name"], params.get("arguments")),
        "completion/complete": lambda: client.complete(
            _reference(params["ref"]), params["argument"], params.get("context", {}).get("arguments")
        ),
        "logging/setLevel": lambda: client.set_logging_level(params["level"]),
        "ping": client.send_ping,
    }
    return await calls[method]()


def _reference(ref: dict[str, str]) -> types.PromptReference | types.ResourceTemplateReference:
    if ref["type"] == "ref/prompt":
        return types.PromptReference.model_validate(ref)
    return types.ResourceTemplateReference.model_validate(ref)


async def speak_fastmcp(target: Target, script: Sequence[Step], mode: str = "auto") -> Transcript:
    """FastMCP's client."""
    ears = _Ears()
    transport: Any
    if isinstance(target, str):
        transport = StreamableHttpTransport(target)
    else:
        transport = StdioTransport(target[0], list(target[1:]), env=environment(), cwd=str(ROOT), keep_alive=False)
    async with asyncio.timeout(WAIT_S), FastClient(transport, mode=mode, timeout=WAIT_S) as client:
        for method, params in script:
            given = _given(params, ears.transcript.results)
            ears.transcript.results.append([method, await _caught(lambda m=method, p=given: _fast(client, m, p))])
    return ears.transcript


async def _fast(client: Any, method: str, params: dict[str, Any]) -> Any:
    calls: dict[str, Callable[[], Awaitable[Any]]] = {
        "tools/list": client.list_tools_mcp,
        "tools/call": lambda: client.call_tool_mcp(params["name"], params.get("arguments", {})),
        "resources/list": client.list_resources_mcp,
        "resources/read": lambda: client.read_resource_mcp(params["uri"]),
        "prompts/list": client.list_prompts_mcp,
        "prompts/get": lambda: client.get_prompt_mcp(params["name"], params.get("arguments")),
    }
    return await calls[method]()


async def speak_typescript(target: Target, script: Sequence[Step]) -> Transcript:
    """The official TypeScript SDK's client, in Node."""
    order = {
        "target": target if isinstance(target, str) else list(target),
        "cwd": str(ROOT),
        "env": environment(),
        "script": list(script),
        "answers": ANSWERS,
        "sampled": SAMPLED,
        "root": ROOT_URI,
        "waitMs": int(WAIT_S * 1000),
    }
    process = await asyncio.create_subprocess_exec(
        NODE,
        str(HERE / "node" / "client.mjs"),
        env=environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(json.dumps(order).encode()), WAIT_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, err.decode()[-3000:]
    return Transcript(**json.loads(out))
