"""``run``: what a client starts in place of a server: the stdio wrapper, or the bridge to a server that speaks HTTP."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

from sidecar.cli.main import new_parser
from sidecar.cli.options import add_shared, resolve
from sidecar.cli.upstream import REACHING, add_reaching, check_upstream, headers_from, tls_from
from sidecar.errors import BadConfig, BadUsage, SidecarError
from sidecar.events import Event
from sidecar.observe import crash
from sidecar.observe.logs import LogSink
from sidecar.runtime.build import App, Settings
from sidecar.runtime.keeping import Keeping
from sidecar.runtime.policies import local_policy
from sidecar.runtime.reload import watching
from sidecar.runtime.vaults import VaultSettings
from sidecar.session.actions import Inspect

if TYPE_CHECKING:
    from sidecar.transports.pipes import ClientPipes

_EXAMPLES = """\
  mcp-sidecar run -- upstream-sfmc
  mcp-sidecar run --policy reversible -- npx -y @modelcontextprotocol/server-everything
  mcp-sidecar run --url https://mcp.example.com/mcp --upstream-header Authorization=env:CRM_AUTHORIZATION"""


class Beside(Protocol):
    """Something that watches an App while it runs: the dev page."""

    def record(self, event: Event) -> None: ...

    def inspect(self, inspect: Inspect) -> None: ...

    def running(self, app: App) -> AbstractAsyncContextManager[None]:
        """Entered before the first message, left after the last."""


def settings_from(
    values: dict[str, str | float | int], upstream: str, local_policy: str = "", *, is_public: bool = False
) -> Settings:
    return Settings(
        policy=str(values["policy"]),
        local_policy=local_policy,
        exceptions=str(values["exceptions"]),
        role=str(values["role"]),
        upstream=upstream,
        engine=str(values["engine"]),
        analyzer_config=str(values["analyzer_config"]),
        deadline_s=float(values["deadline_s"]),
        max_text=int(values["max_text"]),
        max_message_bytes=int(values["max_message_bytes"]),
        max_depth=int(values["max_depth"]),
        max_line_bytes=int(values["max_line_bytes"]),
        max_event_bytes=int(values["max_event_bytes"]),
        max_header_bytes=int(values["max_header_bytes"]),
        vault=vault_from(values),
        guard=str(values["guard"]),
        is_public=is_public,
    )


def vault_from(values: dict[str, str | float | int]) -> VaultSettings:
    return VaultSettings(
        kind=str(values["vault"]),
        key_file=str(values["key_file"]),
        ttl_s=float(values["vault_ttl_s"]),
        max_bytes=int(values["vault_max_bytes"]),
        scope_group=str(values["scope_group"]),
    )


def sink_from(values: dict[str, str | float | int]) -> LogSink:
    return LogSink(str(values["log_level"]), str(values["log_format"]))


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("run", _EXAMPLES)
    parser.usage = "mcp-sidecar run [options] -- COMMAND ARGS…\n       mcp-sidecar run [options] --url URL"
    group = parser.add_argument_group("a server that speaks HTTP")
    group.add_argument("--url", metavar="URL", help="https://…, http:// on loopback, unix:/SOCKET:/PATH")
    add_reaching(group)
    add_shared(parser)
    options = parser.parse_args(arguments)
    values = resolve(options)
    if bool(command) == bool(options.url):
        raise BadUsage("mcp-sidecar run: either the server's command after '--', or --url URL")
    if command:
        unread = [name for name in REACHING if getattr(options, name)]
        if unread:
            raise BadUsage(f"mcp-sidecar run: --{unread[0].replace('_', '-')} goes with --url, not with a command")
        return wrap(values, command)
    return bridge(options, values)


def watched(
    settings: Settings, sinks: Sequence[Callable[[Event], None]], beside: Beside | None, keeping: Keeping
) -> App:
    """An App, inspected by what runs beside it, and written down as ``keeping`` says."""
    sinks = (*sinks, *keeping.sinks)
    if beside is None:
        return App(settings, sinks, observing=keeping.observing)
    return App(settings, (*sinks, beside.record), beside.inspect, keeping.observing)


def _check_guard(app: App) -> None:
    """What nobody would ask must not look as if it held. Raises ``BadConfig``."""
    asked = app.guarding.settings.asks_of_listeners if app.guarding is not None else ()
    if asked:
        raise BadConfig(f"--guard: {', '.join(asked)}: only a listener asks for that; leave it to 'serve'")


def keeping_from(values: dict[str, str | float | int], transport: str) -> Keeping:
    """Raises ``BadConfig``."""
    return Keeping(str(values["records"]), transport)


def _claimed() -> ClientPipes:
    """Before anything that might print."""
    from sidecar.transports.pipes import claim_client_pipes

    try:
        return claim_client_pipes()
    except OSError:
        raise SidecarError("stdin, stdout and stderr must be open") from None


def bridge(options: argparse.Namespace, values: dict[str, str | float | int]) -> int:
    """Carry the client's messages to an HTTP server until either ends; the exit code to leave with."""
    check_upstream(options.url, "--url")
    tls, keeping = tls_from(options), keeping_from(values, "tcp")
    headers = headers_from(options, keeping.secrets)
    client = _claimed()
    keeping.load()
    headers.fields()
    from sidecar.config.addresses import endpoint
    from sidecar.transports.bridge import BridgeSettings, run_bridge
    from sidecar.transports.upstream import Upstream

    app = watched(settings_from(values, options.url), [sink_from(values)], None, keeping)
    _check_guard(app)
    keeping.tell(app.record)
    limit = app.limits.max_header_bytes
    upstream = Upstream(endpoint(options.url), tls=tls, credentials=headers, max_header_bytes=limit)

    async def until_done() -> int:
        try:
            async with watching(app, has_signal=False, secrets=keeping.secrets):
                return await run_bridge(app, upstream, BridgeSettings(), client)
        finally:
            await app.close()
            await keeping.close()

    return run_loop(until_done())


def wrap(values: dict[str, str | float | int], command: Sequence[str], beside: Beside | None = None) -> int:
    """Run the wrapper until the server or the client ends; the exit code to leave with."""
    client = _claimed()
    from sidecar.transports.stdio import StdioSettings, run_stdio

    local = local_policy(str(values["policy"]))
    if local:
        print(f"mcp-sidecar: {local} tightens policy '{values['policy']}'; it can loosen nothing", file=sys.stderr)
    settings = settings_from(values, "stdio:" + "\x1f".join(command), local)
    keeping = keeping_from(values, "pipe")
    keeping.load()
    app = watched(settings, [sink_from(values)], beside, keeping)
    _check_guard(app)
    keeping.tell(app.record)

    async def until_done() -> int:
        try:
            async with (
                watching(app, has_signal=False, secrets=keeping.secrets),
                beside.running(app) if beside else nullcontext(),
            ):
                return await run_stdio(app, command, StdioSettings(), client)
        finally:
            await app.close()
            await keeping.close()

    return run_loop(until_done())


def run_loop(main: Coroutine[Any, Any, int]) -> int:
    """Run on uvloop where it is installed; from here on nothing may print what broke, nor leave a core."""
    crash.install()
    try:
        import uvloop
    except ImportError:  # no wheel for this platform: the standard loop does the same, slower
        return asyncio.run(_quietly(main))
    return int(uvloop.run(_quietly(main)))


async def _quietly(main: Coroutine[Any, Any, int]) -> int:
    asyncio.get_running_loop().set_exception_handler(crash.on_loop)
    return await main
