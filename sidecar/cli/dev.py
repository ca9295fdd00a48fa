"""``dev``: ``run`` or ``serve`` with a live page beside it that shows before | after and why.

The page shows originals: loopback only, behind a token, and never in a cluster unless forced.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from sidecar.cli.main import new_parser
from sidecar.cli.options import add_shared, address, resolve
from sidecar.cli.run import wrap
from sidecar.cli.serve import add_serving, serve
from sidecar.cli.upstream import REACHING
from sidecar.config.addresses import is_loopback
from sidecar.errors import BadUsage, SidecarError
from sidecar.inspector.app import Inspector, inspecting
from sidecar.inspector.ring import Ring
from sidecar.runtime.build import App
from sidecar.runtime.exempting import add

_DAYS: Final = 90
"""How long an exception made on the page holds."""
_EXAMPLES: Final = """\
  mcp-sidecar dev -- upstream-sfmc
  mcp-sidecar dev --policy reversible --page 127.0.0.1:7800 --upstream http://127.0.0.1:9000/mcp"""
_CLUSTER: Final = "KUBERNETES_SERVICE_HOST"
_SERVING: Final = ("listen", "tls", "admin", "allow_host", "allow_origin", "insecure_listen", *REACHING)


class Page:
    """A ``Beside``: keeps what the App shows it and serves it while the App runs."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._ring = Ring()
        self.record = self._ring.record
        self.inspect = self._ring.add

    @asynccontextmanager
    async def running(self, app: App) -> AsyncIterator[None]:
        path = app.sources.exceptions

        def exempt(value: str, entity: str) -> str:
            until = datetime.now(UTC).date() + timedelta(days=_DAYS)
            return add(path, value, entity, until).digest

        inspector = Inspector(self._ring, lambda: app.kit, app.pool.detect, exempt if path else None)
        async with AsyncExitStack() as stack:
            try:
                access = await stack.enter_async_context(inspecting(inspector, self._host, self._port))
            except OSError as error:
                raise SidecarError(f"--page: {error.strerror or 'cannot listen'}") from None
            print(f"mcp-sidecar: page at {access.url}", file=sys.stderr, flush=True)
            yield


def run(arguments: Sequence[str], command: Sequence[str] | None) -> int:
    parser = new_parser("dev", _EXAMPLES)
    parser.usage = "mcp-sidecar dev [options] -- COMMAND ARGS…\n       mcp-sidecar dev [options] --upstream URL"
    group = parser.add_argument_group("page")
    group.add_argument(
        "--page", metavar="HOST:PORT", default="127.0.0.1:0", help="loopback [127.0.0.1:0, which picks a port]"
    )
    group.add_argument("--force", action="store_true", help="start the page inside a cluster too")
    add_serving(parser)
    add_shared(parser)
    options = parser.parse_args(arguments)
    values = resolve(options)
    _check(parser, options, command)
    host, port = address(options.page, "--page")
    if not is_loopback(host):
        raise BadUsage("--page: loopback only, it shows originals; forward the port if you must look from elsewhere")
    page = Page("127.0.0.1" if host == "localhost" else host, port)
    if command:
        return wrap(values, command, page)
    return serve(options, values, beside=page)


def _check(parser: argparse.ArgumentParser, options: argparse.Namespace, command: Sequence[str] | None) -> None:
    if bool(command) == bool(options.upstream):
        raise BadUsage("mcp-sidecar dev: either a server's command after '--', or --upstream URL")
    unread = [name for name in _SERVING if getattr(options, name) != parser.get_default(name)] if command else []
    if unread:
        raise BadUsage(f"mcp-sidecar dev: --{unread[0].replace('_', '-')} goes with --upstream, not with a command")
    if _CLUSTER in os.environ and not options.force:
        raise BadUsage(
            f"mcp-sidecar dev: {_CLUSTER} is set, so this is a cluster; the page shows originals. Use 'serve' or 'run', "
            "or say --force"
        )
