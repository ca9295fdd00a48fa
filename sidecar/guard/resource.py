"""What a client may know of the access tokens asked for here: the resource's metadata (RFC 9728) and the challenge that leads to it.

It judges no token and knows only what the configuration says: where a resource has no address, there is neither.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from sidecar.errors import Forbidden
from sidecar.guard.model import Tokens
from sidecar.wire.jsonrpc import Json, dumps

WELL_KNOWN: Final = "/.well-known/oauth-protected-resource"
_UNAUTHORIZED: Final = 401
_LOCAL: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def is_address(url: str) -> bool:
    """An https URL without a fragment (RFC 9728, 1.2), or one of this machine, where plain http will do."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL)
    return (
        is_safe
        and bool(host)
        and not parts.fragment
        and url.isascii()
        and url.isprintable()
        and not set(url) & set(' "\\')
    )


class Resource:
    """``document`` is there at ``paths``, for everybody: whoever needs it has no token yet."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens: Final = tokens
        self.paths: frozenset[str] = frozenset()
        self.document = b""
        self._at = ""
        address = tokens.resource or (tokens.audience if is_address(tokens.audience) else "")
        servers = tokens.authorization_servers or ((tokens.issuer,) if is_address(tokens.issuer) else ())
        if not address or not servers:
            return
        parts = urlsplit(address)
        path = f"{WELL_KNOWN}{parts.path.rstrip('/')}"  # RFC 9728, 3.1: between host and path
        self._at = f"{parts.scheme}://{parts.netloc}{path}{f'?{parts.query}' if parts.query else ''}"
        self.paths = frozenset({path, WELL_KNOWN})
        said: dict[str, Json] = {
            "resource": address, "authorization_servers": list(servers), "bearer_methods_supported": ["header"],
        }  # fmt: skip
        if tokens.scopes:
            said["scopes_supported"] = list(tokens.scopes)
        self.document = dumps(said)

    def challenge(self, failure: Forbidden) -> str:
        """``WWW-Authenticate`` of a refusal; empty where no token would change it (RFC 6750, 3; RFC 9728, 5.1)."""
        if failure.status != _UNAUTHORIZED and failure.oauth_error != "insufficient_scope":
            return ""
        fields = {
            "error": failure.oauth_error,
            "scope": " ".join(self._tokens.scopes),
            "resource_metadata": self._at,
        }
        return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in fields.items() if value)
