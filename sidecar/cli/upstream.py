"""Options that say how an HTTP server is reached: its certificate's authority, our certificate, headers from where secrets are kept.

It opens nothing. A secret never stands on the command line, where every local user could read it.
"""

from __future__ import annotations

import argparse
from typing import Final

from sidecar.config.addresses import endpoint
from sidecar.config.secret_headers import SecretHeaders
from sidecar.config.secrets import Secrets
from sidecar.errors import BadConfig, BadUsage
from sidecar.transports.tls import UpstreamTls


def add_reaching(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--upstream-ca", metavar="FILE", default="", help="trust this authority beside the system's")
    group.add_argument("--upstream-cert", metavar="FILES", default="", help="CERT,KEY: what to show the server, in PEM")
    group.add_argument(
        "--upstream-header",
        metavar="H",
        action="append",
        default=[],
        help="send it NAME=REF, REF: env:VAR or file:PATH (repeat)",
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


def headers_from(options: argparse.Namespace, secrets: Secrets) -> SecretHeaders:
    """Raises ``BadUsage`` for a mistake in the option; what is kept at the place is read with the other secrets."""
    return SecretHeaders(secrets, options.upstream_header, "--upstream-header")
