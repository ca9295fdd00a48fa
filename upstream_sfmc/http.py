"""The one HTTP session: where it may go, how long it may take, how much it may read.

It knows no token, no retry and no meaning of an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from upstream_sfmc import __version__
from upstream_sfmc.errors import Category, Failure
from upstream_sfmc.settings import is_loopback, is_tenant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import ClientSession

CONNECT_TIMEOUT_S = 10.0
CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    content_type: str
    retry_after: str | None
    body: bytes = field(repr=False)


class Http:
    """One aiohttp session for all calls, opened by the first: the SDK answers `tools/list` before aiohttp is loaded."""

    def __init__(self, *, loopback: bool, max_bytes: int) -> None:
        self._loopback = loopback
        self._max_bytes = max_bytes
        self._session: ClientSession | None = None

    def check(self, url: str) -> None:
        """Refuse every address but the tenant's API hosts, or but loopback when the emulator is the tenant."""
        if not (is_loopback(url) if self._loopback else is_tenant(url)):
            raise Failure(Category.EGRESS, "egress_refused", "Refused to call a host outside the allowed ones.")

    async def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, *, timeout_s: float
    ) -> Reply:
        """One request, one answer, no redirect. Raises `Failure`; nothing of the request or answer is in it."""
        self.check(url)
        import aiohttp
        from yarl import URL

        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": f"upstream-sfmc/{__version__}"},
            )
            # aiohttp repeats GET, PUT and DELETE by itself on a kept connection that breaks; what may be repeated is
            # `api`'s to say, and there is no public switch.
            self._session._retry_connection = False  # noqa: SLF001
        timeout = aiohttp.ClientTimeout(total=timeout_s, connect=min(CONNECT_TIMEOUT_S, timeout_s))
        try:
            async with self._session.request(
                method,
                URL(url, encoded=True),
                headers=dict(headers),
                data=body,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                received = bytearray()
                async for chunk in response.content.iter_any():
                    received += chunk
                    if len(received) > self._max_bytes:
                        raise Failure(
                            Category.TOO_LARGE,
                            "response_too_large",
                            "The answer is too large; ask for fewer at a time.",
                        )
                return Reply(
                    response.status,
                    response.headers.get("Content-Type", ""),
                    response.headers.get("Retry-After"),
                    bytes(received),
                )
        except TimeoutError:
            raise Failure(Category.TIMEOUT, "timeout", "Marketing Cloud did not answer in time.") from None
        except aiohttp.ClientSSLError:
            raise Failure(
                Category.EGRESS, "tls", "The TLS connection to Marketing Cloud could not be verified.", retryable=False
            ) from None
        except (aiohttp.ClientError, OSError):
            raise Failure(
                Category.UNAVAILABLE, "connection", "The connection to Marketing Cloud failed or broke off."
            ) from None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
