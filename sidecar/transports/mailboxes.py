"""HTTP+SSE (MCP 2024-11-05): which open stream answers what is posted where.

It sends nothing itself; the two round trips, of the stream and of the post, meet here.

Nothing has to be configured: a server speaks this transport when the first event of a GET's stream is ``endpoint``, as that
revision demands and no later one allows. The endpoint keeps its path and query byte for byte and loses its origin, so that the
client, which accepts no other origin than the stream's, posts to us. A server that names another origin is refused, as clients do.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from yarl import URL

from sidecar.config.addresses import Endpoint
from sidecar.errors import UpstreamGone
from sidecar.transports.conversations import Lease
from sidecar.wire.jsonrpc import Message

EVENT: Final = "endpoint"
_MAX_PATHS: Final = 64
_ELSEWHERE: Final = "the server's stream names an endpoint that is not its own"


@dataclass(frozen=True, slots=True, eq=False)
class Mailbox:
    """One open stream: where the server takes its client's messages, and how the client is told something on it."""

    target: str
    lease: Lease
    principal: str
    say: Callable[[Message], Awaitable[None]]


class Mailboxes:
    """Those of the streams that are open, and the paths of the last ones: a late post is for the server to refuse."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint: Final = endpoint
        self._open: dict[tuple[str, str], Mailbox] = {}
        self._paths: OrderedDict[str, None] = OrderedDict()

    def resolve(self, data: bytes) -> tuple[str, bytes]:
        """Target at the server, and what to tell the client instead of ``data``. Raises ``UpstreamGone``."""
        try:
            said = data.decode("ascii")
            parts = urlsplit(urljoin(f"{self._endpoint.origin}{self._endpoint.path}", said))
        except ValueError:
            raise UpstreamGone(_ELSEWHERE) from None
        own = urlsplit(self._endpoint.origin)
        is_own = (parts.scheme, parts.netloc.lower()) == (own.scheme, own.netloc.lower())
        if not said.isprintable() or " " in said or not is_own:
            raise UpstreamGone(_ELSEWHERE)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        is_relative = not urlsplit(said).scheme and not said.startswith("//")
        return target, data if is_relative else target.encode()

    def open(self, mailbox: Mailbox) -> None:
        self._open[_key(mailbox.principal, mailbox.target)] = mailbox
        path = mailbox.target.partition("?")[0]
        self._paths[path] = None
        self._paths.move_to_end(path)
        if len(self._paths) > _MAX_PATHS:
            self._paths.popitem(last=False)

    def close(self, mailbox: Mailbox) -> None:
        key = _key(mailbox.principal, mailbox.target)
        if self._open.get(key) is mailbox:
            del self._open[key]

    def find(self, principal: str, target: str) -> Mailbox | None:
        """Only for whom the stream was opened: another's post gets a conversation of its own, which restores nothing of this one's."""
        return self._open.get(_key(principal, target)) if self._open else None

    def has_path(self, path: str) -> bool:
        return path in self._paths


def _key(principal: str, target: str) -> tuple[str, str]:
    """Clients may percent-encode a URL anew; the server still gets the one it named."""
    return principal, str(URL(target))
