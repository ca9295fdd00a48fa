"""Where the sidecar listens and where the server is: addresses as people write them, taken apart once.

It resolves no names (one can be made to point anywhere) and opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from sidecar.errors import BadConfig

UNIX: Final = "unix:"
_LAST_PORT: Final = 65535
_MAX_SOCKET_PATH: Final = 103
"""Bytes of a socket's path: 108 on Linux, 104 on macOS, with the NUL."""


def is_loopback(host: str) -> bool:
    """``localhost`` or a loopback address, never by the look of a name: ``127.0.0.1.example.com`` is anywhere."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@dataclass(frozen=True, slots=True)
class Address:
    """A TCP address, or a unix socket when ``socket`` is its path."""

    host: str = ""
    port: int = 0
    socket: str = ""

    @property
    def is_local(self) -> bool:
        """Nobody beyond this machine can reach it."""
        return bool(self.socket) or is_loopback(self.host)


def address(text: str, name: str) -> Address:
    """``HOST:PORT``, ``[::1]:PORT``, ``:PORT`` (loopback) or ``unix:/PATH``. Raises ``BadConfig`` naming ``name``."""
    if text.startswith(UNIX):
        return Address(socket=_socket(text.removeprefix(UNIX), name))
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or "127.0.0.1"
    if not port.isdigit() or int(port) > _LAST_PORT:
        raise BadConfig(f"{name}: expected HOST:PORT or unix:/PATH")
    return Address(host, int(port))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server's MCP endpoint. ``netloc`` is what its Host field says; ``socket`` its unix socket, if it has one."""

    origin: str
    netloc: str
    path: str
    query: str
    at: Address

    @property
    def is_tls(self) -> bool:
        return self.origin.startswith("https:")


def endpoint(url: str) -> Endpoint:
    """``http(s)://HOST[:PORT]/PATH`` or ``unix:/SOCKET[:/PATH]``, as nginx writes it. Raises ``BadConfig`` without repeating the URL."""
    if url.startswith(UNIX):
        socket, colon, path = url.removeprefix(UNIX).rpartition(":/")
        if not colon:
            socket, path = url.removeprefix(UNIX), "mcp"
        path, _, query = path.partition("?")
        at = Address(socket=_socket(socket, "the upstream"))
        return Endpoint("http://localhost", "localhost", f"/{path}", query, at)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # brackets without an address, a port beyond 65535
        raise BadConfig("the upstream's URL cannot be read") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise BadConfig("the upstream must be http://HOST:PORT/PATH, https://… or unix:/SOCKET:/PATH")
    if parts.username is not None or parts.password is not None:
        raise BadConfig("the upstream's URL must not hold credentials: give them as a header")
    if parts.fragment:
        raise BadConfig("the upstream's URL must not have a fragment")
    at = Address(parts.hostname, port or (443 if parts.scheme == "https" else 80))
    return Endpoint(f"{parts.scheme}://{parts.netloc}", parts.netloc, parts.path or "/mcp", parts.query, at)


def _socket(path: str, name: str) -> str:
    if not path.startswith("/") or "\0" in path:
        raise BadConfig(f"{name}: a unix socket needs an absolute path: unix:/PATH")
    if len(path.encode()) > _MAX_SOCKET_PATH:
        raise BadConfig(f"{name}: a unix socket's path has at most {_MAX_SOCKET_PATH} bytes")
    return path
