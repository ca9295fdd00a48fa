"""``serve``: stands in front of an HTTP MCP server, as a Kubernetes sidecar or anywhere else."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from urllib.parse import urlsplit

from sidecar.cli.main import new_parser
from sidecar.cli.options import add_shared, address, resolve
from sidecar.cli.run import Beside, run_loop, settings_from, sink_from, watched
from sidecar.config.addresses import is_loopback
from sidecar.errors import BadUsage
from sidecar.runtime.build import load_policy

_EXAMPLES = """\
  mcp-sidecar serve --upstream http://127.0.0.1:9000/mcp
  mcp-sidecar serve --listen 0.0.0.0:8080 --insecure-listen --admin 0.0.0.0:9901 --upstream http://127.0.0.1:9000/mcp"""


def add_serving(parser: argparse.ArgumentParser, *, is_required: bool) -> None:
    group = parser.add_argument_group("listener and upstream")
    group.add_argument(
        "--listen", metavar="HOST:PORT", default="127.0.0.1:8080", help="default 127.0.0.1:8080; port 0 picks one"
    )
    group.add_argument("--upstream", metavar="URL", required=is_required, help="the server's MCP endpoint")
    group.add_argument("--admin", metavar="HOST:PORT", help="health, metrics and drain on a port of their own")
    group.add_argument(
        "--allow-host",
        metavar="HOST",
        action="append",
        default=[],
        help="accept this Host beside loopback's (again for more)",
    )
    group.add_argument(
        "--allow-origin",
        metavar="URL",
        action="append",
        default=[],
        help="accept this Origin beside loopback's (again for more)",
    )
    group.add_argument(
        "--insecure-listen", action="store_true", help="listen beyond loopback although callers are not authenticated"
    )


def check_upstream(url: str) -> None:
    expected = BadUsage("--upstream: expected http://HOST:PORT/PATH or https://…")
    try:
        parts = urlsplit(url)
        is_valid = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # brackets without an address, a port beyond 65535
        raise expected from None
    if not is_valid or not parts.hostname:
        raise expected
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise BadUsage("--upstream: plain http only to loopback; use https://")
    if parts.username or parts.password:
        raise BadUsage("--upstream: credentials do not belong in a URL")


def check_listen(options: argparse.Namespace, policy: str) -> tuple[str, int]:
    host, port = address(options.listen, "--listen")
    if not is_loopback(host):
        if not options.insecure_listen:
            raise BadUsage(
                f"--listen {host}: callers are not authenticated; keep to loopback, or fence the port off and say --insecure-listen"
            )
        if any(rule.do == "token" for rule in load_policy(policy).rules):
            raise BadUsage(
                "--listen beyond loopback with a reversible policy: without caller identity one caller could turn "
                "another's tokens back; use 'strict'"
            )
    return host, port


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("serve", _EXAMPLES)
    add_serving(parser, is_required=True)
    add_shared(parser)
    options = parser.parse_args(arguments)
    if command is not None:
        raise BadUsage("mcp-sidecar serve: takes --upstream URL, no server command; 'run' wraps commands")
    return serve(options, resolve(options))


def serve(options: argparse.Namespace, values: dict[str, str | float | int], beside: Beside | None = None) -> int:
    check_upstream(options.upstream)
    host, port = check_listen(options, str(values["policy"]))
    admin = address(options.admin, "--admin") if options.admin else None
    from sidecar.observe.metrics import MetricsSink
    from sidecar.runtime.lifecycle import Serving
    from sidecar.runtime.lifecycle import serve as serve_until_stopped
    from sidecar.transports.http import HttpSettings

    metrics = MetricsSink()
    app = watched(settings_from(values, options.upstream), [sink_from(values), metrics], beside)
    http = HttpSettings(
        upstream=options.upstream,
        host=host,
        port=port,
        allowed_hosts=tuple(options.allow_host),
        allowed_origins=tuple(options.allow_origin),
        max_body_bytes=int(values["max_message_bytes"]),
    )

    def announce(at: str, bound: int) -> None:
        print(
            f"mcp-sidecar: listening on http://{at}:{bound}{urlsplit(options.upstream).path or '/mcp'}",
            file=sys.stderr,
            flush=True,
        )

    async def until_stopped() -> int:
        async with beside.running(app) if beside else nullcontext():
            return await serve_until_stopped(app, Serving(http, admin), metrics, announce)

    return run_loop(until_stopped())
