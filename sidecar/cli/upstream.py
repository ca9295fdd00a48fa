"""Options that say how an HTTP server is reached: its certificate's authority, our certificate, headers from where secrets are kept.

It opens nothing. A secret never stands on the command line, where every local user could read it.
"""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import Final

from sidecar.config.addresses import endpoint
from sidecar.errors import BadConfig, BadUsage
from sidecar.transports.tls import UpstreamTls
from sidecar.wire.jsonrpc import Headers

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OURS: Final = frozenset(
    "host content-length transfer-encoding connection content-type accept accept-encoding content-encoding".split()  # noqa: SIM905
)
_VALUE: Final = re.compile(r"[\x20-\x7E\x80-\xFF]*")


def add_reaching(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--upstream-ca", metavar="FILE", default="", help="trust this authority beside the system's")
    group.add_argument("--upstream-cert", metavar="FILES", default="", help="CERT,KEY: what to show the server, in PEM")
    group.add_argument(
        "--upstream-header",
        metavar="H",
        action="append",
        default=[],
        help="send it this header: NAME=env:VARIABLE or NAME=file:PATH (again for more)",
    )


REACHING: Final = ("upstream_ca", "upstream_cert", "upstream_header")


def check_upstream(url: str, flag: str) -> None:
    """Raises ``BadUsage`` naming ``flag``, never the URL."""
    try:
        where = endpoint(url)
    except BadConfig as error:
        raise BadUsage(f"{flag}: {str(error).removeprefix('the upstream: ')}") from None
    if not where.is_tls and not where.at.is_local:
        raise BadUsage(f"{flag}: plain http only to loopback; use https://")


def tls_from(options: argparse.Namespace) -> UpstreamTls:
    cert, _, key = options.upstream_cert.partition(",")
    if options.upstream_cert and not (cert and key):
        raise BadUsage("--upstream-cert: expected CERT,KEY")
    return UpstreamTls(options.upstream_ca, cert.strip(), key.strip())


def headers_from(options: argparse.Namespace) -> Headers:
    """Raises ``BadUsage`` for a mistake in the option, ``BadConfig`` where there is no value; never says one."""
    return tuple(_header(text) for text in options.upstream_header)


def _header(text: str) -> tuple[str, str]:
    name, _, reference = text.partition("=")
    kind, _, place = reference.partition(":")
    if not _TOKEN.fullmatch(name) or kind not in {"env", "file"} or not place:
        raise BadUsage("--upstream-header: expected NAME=env:VARIABLE or NAME=file:PATH; a value does not belong here")
    if name.lower() in _OURS:
        raise BadUsage(f"--upstream-header: {name} is the transport's own")
    if kind == "env":
        found = os.environ.get(place)
        if found is None:
            raise BadConfig(f"--upstream-header: the variable {place} is not set")
    else:
        try:
            found = Path(place).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise BadConfig(f"--upstream-header: {place} cannot be read") from None
    value = found.strip()
    if not value or not _VALUE.fullmatch(value):
        raise BadConfig(f"--upstream-header: what {kind}:{place} holds cannot be a header's value")
    return name, value
