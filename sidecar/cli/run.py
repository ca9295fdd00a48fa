"""``run``: the stdio wrapper, in place of a server's command in any MCP client's configuration."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from sidecar.cli.main import new_parser
from sidecar.cli.options import add_shared, resolve
from sidecar.errors import BadUsage
from sidecar.observe.logs import LogSink
from sidecar.runtime.build import App, Settings

_EXAMPLES = """\
  mcp-sidecar run -- upstream-sfmc
  mcp-sidecar run --policy reversible -- npx -y @modelcontextprotocol/server-everything"""


def settings_from(values: dict[str, str | float | int], upstream: str) -> Settings:
    return Settings(
        policy=str(values["policy"]),
        upstream=upstream,
        engine=str(values["engine"]),
        deadline_s=float(values["deadline_s"]),
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


def wrap(values: dict[str, str | float | int], command: Sequence[str]) -> int:
    """Run the wrapper until the server or the client ends; the exit code to leave with."""
    from sidecar.transports.stdio import StdioSettings, run_stdio

    app = App(settings_from(values, "stdio:" + "\x1f".join(command)), [sink_from(values)])

    async def until_done() -> int:
        try:
            return await run_stdio(app, command, StdioSettings())
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
