"""Who may see the page: pure decisions on one request's headers.

It answers nothing and knows no secret but its own token. The page shows originals, so a web page open in the same
browser (cross-site requests, DNS rebinding) and other users of the machine must not reach it. In this order:

1. Exactly one Host, and it is this listener under a loopback name: otherwise 421.
2. An Origin, if there is one, is this listener's own; a POST has one: otherwise 403.
3. ``Sec-Fetch-Site``, if there is one, is ``same-origin`` or ``none`` (typed or clicked in a terminal): otherwise 403.
   ``same-site`` is another port of this machine, to which the browser sends our cookie too.
4. The cookie holds the token, compared in constant time: otherwise 403. ``GET /?token=…`` is how it gets there.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Final

from sidecar.wire.jsonrpc import Headers

SAFETY_HEADERS: Final[dict[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""On every answer. Trusted types make the browser refuse ``innerHTML`` and its kin, should a line of ours ever use them."""


@dataclass(frozen=True, slots=True)
class Access:
    """``host`` is the loopback address that was bound."""

    host: str
    port: int
    token: str = field(repr=False)

    @property
    def cookie(self) -> str:
        """Browsers keep one jar for all ports of a host: the port keeps two pages apart."""
        return f"mcp_sidecar_{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.origin}/?token={self.token}"

    def refusal(self, method: str, headers: Headers) -> int | None:
        """Rules 1 to 3: the status to refuse with, or None."""
        hosts = _all(headers, "host")
        names = {self.origin, f"http://localhost:{self.port}"}
        if len(hosts) != 1 or f"http://{hosts[0].lower()}" not in names:
            return 421
        origins = _all(headers, "origin")
        is_own = origins == [f"http://{hosts[0].lower()}"]
        if not is_own and (origins or method not in {"GET", "HEAD"}):
            return 403
        if any(site not in {"same-origin", "none"} for site in _all(headers, "sec-fetch-site")):
            return 403
        return None

    def admits(self, offered: str | None) -> bool:
        """Rule 4."""
        return hmac.compare_digest((offered or "").encode("utf-8", "surrogateescape"), self.token.encode())


def _all(headers: Headers, name: str) -> list[str]:
    return [value for key, value in headers if key.lower() == name]
