"""``serve``: listens for HTTP and stands in front of a server that speaks HTTP, or of a command that speaks stdio."""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Final

from sidecar.cli.main import new_parser
from sidecar.cli.options import add_shared, resolve
from sidecar.cli.options import address as tcp_address
from sidecar.cli.run import Beside, keeping_from, run_loop, settings_from, sink_from, watched
from sidecar.cli.upstream import REACHING, add_reaching, check_upstream, headers_from, tls_from
from sidecar.config.addresses import Address, address, endpoint
from sidecar.config.secret_headers import SecretHeaders
from sidecar.errors import BadConfig, BadUsage
from sidecar.guard.model import Settings as Guarded
from sidecar.runtime.build import App, load_policy
from sidecar.runtime.guarding import load as load_guard
from sidecar.transports.tls import ListenerTls

if TYPE_CHECKING:
    from sidecar.runtime.lifecycle import Listening

_EXAMPLES = """\
  mcp-sidecar serve --upstream http://127.0.0.1:9000/mcp
  mcp-sidecar serve --listen unix:/run/mcp/sidecar.sock -- npx -y @modelcontextprotocol/server-everything
  mcp-sidecar serve --listen 0.0.0.0:8080 --insecure-listen --admin 0.0.0.0:9901 --upstream unix:/run/mcp/server.sock:/mcp"""
_PATH: Final = "/mcp"
_NOT_FOUND: Final = 127
_MOST_FILES: Final = 65_536


def add_serving(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("listener and upstream")
    group.add_argument(
        "--listen",
        metavar="ADDRESS",
        default="127.0.0.1:8080",
        help="HOST:PORT (0: any) or unix:/SOCKET [127.0.0.1:8080]",
    )
    group.add_argument("--tls", metavar="FILES", help="CERT,KEY; CERT,KEY,CA: clients need a certificate")
    group.add_argument("--upstream", metavar="URL", help="the server's endpoint: a URL, or unix:/SOCKET:/PATH")
    add_reaching(group)
    group.add_argument("--admin", metavar="HOST:PORT", help="health, metrics and drain on a port of their own")
    group.add_argument("--drain-token", metavar="REF", default="", help="who has it may drain from elsewhere")
    group.add_argument(
        "--allow-host",
        metavar="HOST",
        action="append",
        default=[],
        help="accept this Host beside loopback's (repeat)",
    )
    group.add_argument(
        "--allow-origin",
        metavar="URL",
        action="append",
        default=[],
        help="accept this Origin beside loopback's (repeat)",
    )
    group.add_argument(
        "--insecure-listen", action="store_true", help="listen beyond loopback without authenticated callers"
    )
    group.add_argument(
        "--auth",
        metavar="A",
        choices=("none", "passthrough"),
        default="none",
        help="passthrough: token requests of clients pass unscanned",
    )


def listener_tls(options: argparse.Namespace) -> ListenerTls | None:
    if not options.tls:
        return None
    files = [path.strip() for path in options.tls.split(",")]
    if len(files) not in {2, 3} or not all(files):
        raise BadUsage("--tls: expected CERT,KEY or CERT,KEY,CA")
    return ListenerTls(*files)


def check_listen(options: argparse.Namespace, policy: str, tls: ListenerTls | None, guard: str = "") -> Address:
    try:
        at = address(options.listen, "--listen")
    except BadConfig as error:
        raise BadUsage(str(error)) from None
    if at.is_local or (tls is not None and tls.client_ca_file):  # a client certificate says who calls
        return at
    has_callers = guard and (load_guard(guard, is_public=True) or Guarded()).has_callers
    if has_callers and tls is None and not options.insecure_listen:
        raise BadUsage(f"--listen {at.host}: credentials would cross in the clear; use --tls, or say --insecure-listen")
    if has_callers:
        return at
    if not options.insecure_listen:
        raise BadUsage(
            f"--listen {at.host}: callers are not authenticated; keep to loopback, name callers (--guard), ask for client "
            "certificates (--tls), or fence the port off and say --insecure-listen"
        )
    if any(rule.do == "token" for rule in load_policy(policy).rules):
        raise BadUsage(
            "--listen beyond loopback with a reversible policy: without caller identity one caller could turn "
            "another's tokens back; use 'strict'"
        )
    return at


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("serve", _EXAMPLES)
    parser.usage = "mcp-sidecar serve [options] --upstream URL\n       mcp-sidecar serve [options] -- COMMAND ARGS…"
    add_serving(parser)
    add_shared(parser)
    options = parser.parse_args(arguments)
    values = resolve(options)
    if bool(command) == bool(options.upstream):
        raise BadUsage("mcp-sidecar serve: either --upstream URL, or a server's command after '--'")
    return serve(options, values, command)


def serve(
    options: argparse.Namespace,
    values: dict[str, str | float | int],
    command: Sequence[str] | None = None,
    beside: Beside | None = None,
) -> int:
    if not command:
        check_upstream(options.upstream, "--upstream")
    elif unread := [name for name in REACHING if getattr(options, name)]:
        raise BadUsage(f"mcp-sidecar serve: --{unread[0].replace('_', '-')} goes with --upstream, not with a command")
    elif shutil.which(command[0]) is None:
        print(f"mcp-sidecar: cannot run {command[0]!r}: no such command", file=sys.stderr)
        return _NOT_FOUND
    tls = listener_tls(options)
    at = check_listen(options, str(values["policy"]), tls, str(values["guard"]))
    admin = tcp_address(options.admin, "--admin") if options.admin else None
    if options.drain_token and admin is None:
        raise BadUsage("--drain-token: goes with --admin")
    keeping = keeping_from(values, "pipe" if command else "tcp")
    drain_token = keeping.secrets.refer(options.drain_token, "--drain-token") if options.drain_token else None
    headers = headers_from(options, keeping.secrets)
    keeping.load()
    headers.fields()
    from sidecar.observe.metrics import MetricsSink
    from sidecar.runtime.lifecycle import Serving
    from sidecar.runtime.lifecycle import serve as serve_until_stopped

    metrics = MetricsSink()
    scope = "stdio:" + "\x1f".join(command) if command else options.upstream
    app = watched(
        settings_from(values, scope, is_public=not at.is_local), [sink_from(values), metrics], beside, keeping
    )
    keeping.tell(app.record)
    path = _PATH if command else endpoint(options.upstream).path
    edge = (
        _before_command(app, options, values, at, tls, command)
        if command
        else _before_url(app, options, values, at, tls, headers)
    )
    upstream = None if command else endpoint(options.upstream).at

    def announce(port: int) -> None:
        scheme = "http" if tls is None else "https"
        host = f"[{at.host}]" if ":" in at.host else at.host
        place = f"unix:{at.socket}:{path}" if at.socket else f"{scheme}://{host}:{port}{path}"
        print(f"mcp-sidecar: listening on {place}", file=sys.stderr, flush=True)

    async def until_stopped() -> int:
        async with beside.running(app) if beside else nullcontext():
            serving = Serving(edge, at, upstream, admin, drain_token, keeping.secrets)
            try:
                async with app.guarding.keeping_keys() if app.guarding else nullcontext():
                    return await serve_until_stopped(app, serving, metrics, announce)
            finally:
                await keeping.close()

    return run_loop(until_stopped())


def _before_url(
    app: App,
    options: argparse.Namespace,
    values: dict[str, str | float | int],
    at: Address,
    tls: ListenerTls | None,
    headers: SecretHeaders,
) -> Listening:
    from sidecar.transports.http import HttpProxy, HttpSettings

    _raise_file_limit()
    settings = HttpSettings(
        upstream=options.upstream,
        host=at.host,
        port=at.port,
        socket=at.socket,
        tls=tls,
        upstream_tls=tls_from(options),
        credentials=headers or None,
        allowed_hosts=tuple(options.allow_host),
        allowed_origins=tuple(options.allow_origin),
        auth=options.auth,
        max_body_bytes=int(values["max_message_bytes"]),
    )
    return HttpProxy(app, settings)


def _before_command(
    app: App,
    options: argparse.Namespace,
    values: dict[str, str | float | int],
    at: Address,
    tls: ListenerTls | None,
    command: Sequence[str],
) -> Listening:
    from sidecar.transports.listener import ListenSettings
    from sidecar.transports.spawning import SpawnProxy, SpawnSettings

    listen = ListenSettings(at, tls, tuple(options.allow_host), tuple(options.allow_origin))
    settings = SpawnSettings(command, listen, _PATH, int(values["max_message_bytes"]))
    return SpawnProxy(app, settings)


def _raise_file_limit() -> None:
    """Every open stream holds two descriptors; many systems allow 1,024 unless asked. Not before a command: it would inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
