"""Access tokens: one per business unit, in memory only, renewed by one flight at a time.

It never writes a token or secret anywhere and never asks per call: Salesforce wants about one request in 20 minutes.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from upstream_sfmc.errors import Category, Failure

if TYPE_CHECKING:
    from upstream_sfmc.http import Http
    from upstream_sfmc.pace import Clock
    from upstream_sfmc.settings import Credentials, Settings

TOKEN_TIMEOUT_S = 15.0
RENEW_BEFORE_S = 120.0
"""How long before its end a token is replaced; a quarter of its life where it lives shorter than eight minutes."""

_OAUTH_CODES = {
    "invalid_client": (Category.AUTHENTICATION, "The client id and secret were not accepted."),
    "invalid_scope": (Category.PERMISSION, "The installed package does not have the scope that was asked for."),
    "invalid_request": (
        Category.AUTHENTICATION,
        "No token for this business unit: check its id (MID) and whether the package may use it.",
    ),
    "unsupported_grant_type": (Category.AUTHENTICATION, "The package is not a server-to-server integration."),
    "unauthorized_client": (Category.AUTHENTICATION, "The package may not use the client_credentials grant."),
}


@dataclass(frozen=True, slots=True)
class Token:
    value: str = field(repr=False)
    rest_url: str
    soap_url: str
    renew_at: float


class Tokens:
    """Tokens by business unit. `get` answers from memory until shortly before the end of a token's life."""

    def __init__(self, settings: Settings, http: Http, clock: Clock) -> None:
        self._settings = settings
        self._http = http
        self._clock = clock
        self._tokens: dict[str | None, Token] = {}
        self._flights: dict[str | None, asyncio.Task[Token]] = {}

    async def get(self, mid: str | None) -> Token:
        token = self._tokens.get(mid)
        if token is not None and self._clock.now() < token.renew_at:
            return token
        flight = self._flights.get(mid)
        if flight is None:
            flight = asyncio.create_task(self._fetch(mid))
            self._flights[mid] = flight
            flight.add_done_callback(lambda done: self._landed(mid, done))
        # Shielded: a caller that gives up must not fail the others who wait for the same token.
        return await asyncio.shield(flight)

    def discard(self, mid: str | None, refused: Token) -> None:
        """Forget a token the tenant refused, unless another call has replaced it already."""
        if self._tokens.get(mid) is refused:
            del self._tokens[mid]

    async def close(self) -> None:
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)
        self._tokens.clear()

    def _landed(self, mid: str | None, flight: asyncio.Task[Token]) -> None:
        self._flights.pop(mid, None)
        if not flight.cancelled() and flight.exception() is None:
            self._tokens[mid] = flight.result()

    async def _fetch(self, mid: str | None) -> Token:
        """One token request; another only when a rotated secret file has made the first one's credentials old."""
        used = self._settings.credentials()
        try:
            return await self._ask(mid, used)
        except Failure as failure:
            renewed = self._settings.credentials()
            if failure.code != "invalid_client" or renewed == used:
                raise
            return await self._ask(mid, renewed)

    async def _ask(self, mid: str | None, credentials: Credentials) -> Token:
        request = {
            "grant_type": "client_credentials",
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
        }
        if mid is not None:
            request["account_id"] = mid
        if self._settings.scopes:
            request["scope"] = self._settings.scopes
        reply = await self._http.exchange(
            "POST",
            f"{self._settings.auth_url}/v2/token",
            {"Content-Type": "application/json", "Accept": "application/json"},
            json.dumps(request).encode(),
            timeout_s=TOKEN_TIMEOUT_S,
        )
        answer = _object(reply.body)
        if reply.status != 200:  # noqa: PLR2004 - RFC 6749 section 5.1
            raise _refused(reply.status, answer)
        try:
            value, life_s = str(answer["access_token"]), float(answer["expires_in"])
            token = Token(
                value=value,
                rest_url=str(answer["rest_instance_url"]).rstrip("/"),
                soap_url=str(answer["soap_instance_url"]).rstrip("/"),
                renew_at=self._clock.now() + life_s - min(RENEW_BEFORE_S, life_s / 4),
            )
        except (KeyError, ValueError):
            raise Failure(Category.PROTOCOL, "token_answer", "The token answer lacks what it must have.") from None
        # An answer that names a foreign host would have every later call carry the token there.
        self._http.check(token.rest_url)
        self._http.check(token.soap_url)
        return token


def _object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _refused(status: int, answer: dict[str, Any]) -> Failure:
    code = answer.get("error")
    if isinstance(code, str) and code in _OAUTH_CODES:
        category, message = _OAUTH_CODES[code]
        return Failure(category, code, message)
    if status == 429:  # noqa: PLR2004 - RFC 6585 section 4
        return Failure(Category.RATE_LIMITED, "http_429", "Marketing Cloud limits how often a token may be asked for.")
    if status >= 500:  # noqa: PLR2004 - RFC 9110 section 15.6
        return Failure(Category.UNAVAILABLE, f"http_{status}", "Marketing Cloud could not issue a token now.")
    return Failure(Category.AUTHENTICATION, f"http_{status}", "Marketing Cloud issued no token.")
