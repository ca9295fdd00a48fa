"""Who may talk to the listener: the Host and Origin checks that stop a web page from reaching it by DNS rebinding.

It reads headers only; it neither knows the caller nor answers.

The proxy rewrites Host for the upstream, which would silence the upstream's own check, so the same check is made here
before the body is read (MCP 2026-07-28, basic/transports: security warning; the rules are those of the Python SDK's
``TransportSecurityMiddleware``):

1. Exactly one Host, and it is allowed: a name in the list, or ``NAME:*`` with any port. Otherwise 421. On a unix socket, which no
   name leads to, any Host passes.
2. No Origin passes: only browsers send one.
3. One Origin in the list, or ``SCHEME://NAME:*`` with any port, passes. Everything else, ``null`` too, is 403.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sidecar.errors import Forbidden
from sidecar.wire.jsonrpc import Headers

LOOPBACK_HOSTS: Final = ("127.0.0.1:*", "localhost:*", "[::1]:*")
LOOPBACK_ORIGINS: Final = ("http://127.0.0.1:*", "http://localhost:*", "http://[::1]:*")


def _is_listed(value: str, allowed: tuple[str, ...]) -> bool:
    for pattern in allowed:
        base, star, _ = pattern.rpartition(":*")
        if value == pattern or (star and value.startswith(base + ":") and value[len(base) + 1 :].isdecimal()):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Door:
    """The configured names come beside loopback's, never instead of them."""

    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    is_on_network: bool = True

    def check(self, headers: Headers) -> None:
        """Raises ``Forbidden`` with status 421 or 403."""
        hosts = [value for name, value in headers if name.lower() == "host"]
        is_allowed = len(hosts) == 1 and _is_listed(hosts[0], LOOPBACK_HOSTS + self.hosts)
        if self.is_on_network and not is_allowed:
            raise Forbidden("Invalid Host header", status=421)
        origins = [value for name, value in headers if name.lower() == "origin"]
        if origins and (len(origins) > 1 or not _is_listed(origins[0], LOOPBACK_ORIGINS + self.origins)):
            raise Forbidden("Invalid Origin header", status=403)
