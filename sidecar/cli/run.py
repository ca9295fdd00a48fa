"""``run``: the stdio wrapper, in place of a server's command in any MCP client's configuration."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, Protocol

from sidecar.cli.main import new_parser
from sidecar.cli.options import add_shared, resolve
from sidecar.errors import BadUsage, SidecarError
from sidecar.events import Event
from sidecar.observe.logs import LogSink
from sidecar.runtime.build import App, Settings
from sidecar.session.actions import Inspect

_EXAMPLES = """\
  mcp-sidecar run -- upstream-sfmc
  mcp-sidecar run --policy reversible -- npx -y @modelcontextprotocol/server-everything"""


class Beside(Protocol):
    """Something that watches an App while it runs: the dev page."""

    def record(self, event: Event) -> None: ...

    def inspect(self, inspect: Inspect) -> None: ...

    def running(self, app: App) -> AbstractAsyncContextManager[None]:
        """Entered before the first message, left after the last."""


def settings_from(values: dict[str, str | float | int], upstream: str) -> Settings:
    return Settings(
        policy=str(values["policy"]),
        upstream=upstream,
        engine=str(values["engine"]),
        analyzer_config=str(values["analyzer_config"]),
        deadline_s=float(values["deadline_s"]),
        max_text=int(values["max_text"]),
        max_message_bytes=int(values["max_message_bytes"]),
    )


def sink_from(values: dict[str, str | float | int]) -> LogSink:
    return LogSink(str(values["log_level"]), str(values["log_format"]))


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("run", _EXAMPLES)
    parser.usage = "mcp-sidecar run [options] -- COMMAND ARGS…"
    add_shared(parser)
    values = resolve(parser.parse_args(arguments))
    if not command:
        raise BadUsage("mcp-sidecar run: the server's command is missing; put it after '--'")
    return wrap(values, command)


def watched(settings: Settings, sinks: Sequence[Callable[[Event], None]], beside: Beside | None) -> App:
    """An App, inspected by what runs beside it."""
    if beside is None:
        return App(settings, sinks)
    return App(settings, (*sinks, beside.record), beside.inspect)


def wrap(values: dict[str, str | float | int], command: Sequence[str], beside: Beside | None = None) -> int:
    """Run the wrapper until the server or the client ends; the exit code to leave with."""
    from sidecar.transports.pipes import claim_client_pipes
    from sidecar.transports.stdio import StdioSettings, run_stdio

    try:
        client = claim_client_pipes()  # before anything that might print
    except OSError:
        raise SidecarError("stdin, stdout and stderr must be open") from None
    app = watched(settings_from(values, "stdio:" + "\x1f".join(command)), [sink_from(values)], beside)

    async def until_done() -> int:
        try:
            async with beside.running(app) if beside else nullcontext():
                return await run_stdio(app, command, StdioSettings(), client)
        finally:
            await app.close()

    return run_loop(until_done())


def run_loop(main: Coroutine[Any, Any, int]) -> int:
    """Run on uvloop where it is installed."""
    try:
        import uvloop
    except ImportError:  # no wheel for this platform: the standard loop does the same, slower
        return asyncio.run(main)
    return int(uvloop.run(main))
