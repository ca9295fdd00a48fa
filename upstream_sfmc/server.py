"""The server on the wire: tools listed, arguments checked, results and errors shaped, two transports.

It knows nothing of Marketing Cloud but that tools do. A result travels twice, as structured content and as the same
JSON in a text block (MCP, server/tools, "Structured Content"); an error travels as text alone, because structured content
would have to match the tool's output schema and some clients check that on errors too.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import uuid
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import mcp_types as types
import orjson
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from upstream_sfmc import __version__, prompts, resources, written
from upstream_sfmc.confirm import confirmed
from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.tools import CORE, ESCAPE, TOOLS, several
from upstream_sfmc.tools.spec import Call, ToolSpec

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from jsonschema.protocols import Validator
    from mcp.server.context import ServerRequestContext

    from upstream_sfmc.api import Sfmc

INSTRUCTIONS = (
    "Salesforce Marketing Cloud Engagement. Field names are Marketing Cloud's own. Lists say in `next_page` how to go on "
    "and in `cut` what was left out. Errors are JSON: {error: {code, category, retryable, correlation_id, message}}. "
    "What cannot be undone asks a person first, or wants `confirm: true` once one has agreed."
)


class Tenant:
    """The tenant, opened by the first call that needs it: a client learns the tools before a made-up tenant is built."""

    def __init__(self, opening: Callable[[], Awaitable[Sfmc]]) -> None:
        self._opening = opening
        self._opened: asyncio.Future[Sfmc] | None = None

    async def get(self) -> Sfmc:
        if self._opened is None or (self._opened.done() and (self._opened.cancelled() or self._opened.exception())):
            self._opened = asyncio.ensure_future(self._opening())
        return await asyncio.shield(self._opened)

    async def close(self) -> None:
        if self._opened is not None:
            with suppress(Exception):
                await (await self._opened).close()


def build(opening: Callable[[], Awaitable[Sfmc]], tools: Mapping[str, ToolSpec] | None = None) -> Server[Any]:
    """A server with these tools (default: core) for the tenant that `opening` gives; it is closed when the server ends."""
    offered = tools if tools is not None else {name: TOOLS[name] for name in CORE}

    @asynccontextmanager
    async def lifespan(_server: Server[Any]) -> AsyncIterator[Tenant]:
        tenant = Tenant(opening)
        try:
            yield tenant
        finally:
            await tenant.close()

    listed = types.ListToolsResult(tools=[_listed(spec) for spec in offered.values()])

    async def list_tools(
        _context: ServerRequestContext[Any], _params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return listed

    async def call_tool(
        context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        spec = offered.get(params.name)
        if spec is None:
            raise MCPError(types.INVALID_PARAMS, "Unknown tool")
        return await _called(spec, context, params)

    async def read_resource(
        context: ServerRequestContext[Any], params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        try:
            kind, key = resources.parsed(params.uri)
            shown = await kind.read(Call(await context.lifespan_context.get(), None, kind.arguments(key)))
        except Failure as failure:
            error = failure.as_json(uuid.uuid4().hex)
            raise MCPError(types.INVALID_PARAMS, failure.message, error["error"]) from None
        text = types.TextResourceContents(uri=params.uri, mime_type="application/json", text=_json(shown))
        return types.ReadResourceResult(contents=[text])

    server: Server[Any] = Server(
        "upstream-sfmc",
        version=__version__,
        title="Salesforce Marketing Cloud",
        instructions=INSTRUCTIONS,
        lifespan=lifespan,
        get_tool_input_schema=lambda name: offered[name].input_schema if name in offered else None,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=resources.listed,
        on_list_resource_templates=resources.templates,
        on_read_resource=read_resource,
        on_list_prompts=prompts.listed,
        on_get_prompt=prompts.got,
    )
    server.middleware.append(written.fill)
    return server


async def serve_stdio(server: Server[Any]) -> None:
    from mcp.server.stdio import stdio_server

    async with stdio_server() as (reading, writing):
        await server.run(reading, written.Lines(writing), server.create_initialization_options())


async def serve_http(server: Server[Any], host: str, port: int) -> None:
    """Streamable HTTP at /mcp, on loopback only: the SDK then refuses foreign Host and Origin headers.

    The address is written to standard error once it is bound; port 0 lets the system choose one.
    """
    import uvicorn

    app = server.streamable_http_app(host=host)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=3
    )
    with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as listening:
        bound = listening.getsockname()[1]
        sys.stderr.write(f"upstream-sfmc: serving http://{f'[{host}]' if ':' in host else host}:{bound}/mcp\n")
        sys.stderr.flush()
        await uvicorn.Server(config).serve(sockets=[listening])


def _listed(spec: ToolSpec) -> types.Tool:
    hints = types.ToolAnnotations(
        read_only_hint=spec.hints.reads,
        destructive_hint=spec.hints.destroys,
        idempotent_hint=spec.hints.is_idempotent,
        open_world_hint=spec.hints.is_open_world,
    )
    return types.Tool(
        name=spec.name,
        title=spec.title,
        description=spec.description,
        input_schema=spec.input_schema,
        output_schema=spec.output_schema,
        annotations=hints,
    )


async def _called(
    spec: ToolSpec, context: ServerRequestContext[Tenant], params: types.CallToolRequestParams
) -> types.CallToolResult | types.InputRequiredResult:
    correlation_id = uuid.uuid4().hex
    arguments = dict(params.arguments or {})

    async def progress(done: int, total: int) -> None:
        await context.session.report_progress(done, total, f"{done} of at most {total} pages")

    try:
        _check(spec, arguments)
        if spec.asks is not None:
            asking = await confirmed(context, params, spec.asks(arguments))
            if asking is not None:
                return asking
        tenant = await context.lifespan_context.get()
        return _succeeded(await several.run(spec, Call(tenant, arguments.get("business_unit"), arguments, progress)))
    except Failure as failure:
        return _failed(spec, failure, correlation_id)
    except Exception as bug:  # noqa: BLE001 - a defect of ours must not carry a value to the caller
        defect = Failure(Category.INTERNAL, type(bug).__name__, "The server met an error of its own.")
        return _failed(spec, defect, correlation_id)


def _succeeded(result: dict[str, Any]) -> types.CallToolResult:
    try:
        text = orjson.dumps(result).decode()
    except TypeError:
        # Half a surrogate pair, as JSON's escapes allow it, cannot be sent on (RFC 8259 section 8.2); nor does orjson
        # write integers of more than 64 bits, which can.
        text = _json(result).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        result = json.loads(text)
    return written.stand_in(result, text)


def _failed(spec: ToolSpec, failure: Failure, correlation_id: str) -> types.CallToolResult:
    error = failure.as_json(correlation_id)
    if failure.category is Category.PERMISSION and spec.scopes:
        error["error"]["message"] += f" This tool needs: {', '.join(spec.scopes)}."
    # The same id on standard error lets an operator find a caller's complaint; nothing of the call is in the line.
    sys.stderr.write(_json({"event": "tool_failed", "tool": spec.name, **error}) + "\n")
    return types.CallToolResult(content=[types.TextContent(text=_json(error))], is_error=True)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@cache
def _validator(name: str) -> Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator((TOOLS | ESCAPE)[name].input_schema)


def _check(spec: ToolSpec, arguments: dict[str, Any]) -> None:
    """Refuse arguments the input schema does not allow, naming places and keywords, never values.

    `format` is a hint to clients and not checked: Marketing Cloud decides what an address is.
    """
    problems = []
    for error in _validator(spec.name).iter_errors(arguments):
        pointer = "".join(f"/{part}" for part in list(error.absolute_path)[:1])
        if error.validator == "required":
            absent = (
                [name for name in spec.input_schema["required"] if name not in arguments] if not pointer else ["a key"]
            )
            problems.append(f"{pointer or '/'}: missing {', '.join(absent)}")
        elif error.validator == "additionalProperties":
            problems.append(f"{pointer or '/'}: an argument this tool does not have")
        else:
            problems.append(f"{pointer or '/'}: {error.validator}")
    if problems:
        raise Failure(Category.INVALID_INPUT, "input", "Arguments not accepted: " + "; ".join(sorted(set(problems))))
