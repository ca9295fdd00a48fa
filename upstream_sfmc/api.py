"""REST and SOAP calls: token renewal, throttling, retries and the time a call may take.

It knows no tool and no meaning of an answer. The rules, in this order:

1. A refused token (REST 401, SOAP 500 "Token Expired") is renewed once and the call repeated once: it was not executed.
2. A throttled call (429) waits as long as Retry-After says and is repeated, also when it writes: it was not executed.
   A wait that is too long, and the hard block (50200, no Retry-After), are told to the caller instead.
3. A server error, a broken connection or a timeout is repeated after 1, 2 and 4 seconds (and some jitter) only when
   the call is safe, that is, when it reads.
4. No call takes longer than its budget, whatever it waits for.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urlencode

from upstream_sfmc import soap
from upstream_sfmc.auth import Tokens
from upstream_sfmc.errors import Category, Failure, from_rest, from_soap
from upstream_sfmc.http import Http, Reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from upstream_sfmc.auth import Token
    from upstream_sfmc.settings import Settings

REQUEST_TIMEOUT_S = 30.0
CALL_BUDGET_S = 55.0
"""Below the minute after which most MCP clients give a call up."""
RETRY_WAITS_S = (1.0, 2.0, 4.0)
THROTTLE_WAITS = 3
THROTTLE_MAX_S = 30.0
INLINE_PARSE_BYTES = 64 * 1024
"""Larger SOAP answers are parsed on a thread: defusedxml needs a quarter of a second for 2 MB."""
BLOCKED = 50200
PASSING = frozenset({Category.UNAVAILABLE, Category.TIMEOUT})


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One way to send the call with a given token, and how to read whether the token was refused."""

    send: Callable[[Token, float], Awaitable[Reply]]
    is_safe: bool
    is_token_refused: Callable[[Reply], bool]


def path(template: str, *parts: str) -> str:
    """Fill `{}` with values, each percent-encoded whole: a key may hold `/`, `&`, `%` and must not climb the path."""
    if any(part in {"", ".", ".."} for part in parts):
        raise Failure(Category.INVALID_INPUT, "input", "A key or id is empty or a path of its own.")
    return template.format(*(quote(part, safe="") for part in parts))


class Sfmc:
    """The tenant. One instance serves all calls; `mid` chooses the business unit of each."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._http = Http(loopback=settings.is_loopback)
        self._tokens = Tokens(settings, self._http)

    async def rest(
        self,
        method: str,
        where: str,
        *,
        mid: str | None,
        query: Mapping[str, object] | None = None,
        body: object = None,
        is_safe: bool | None = None,
        host: Literal["rest", "auth"] = "rest",
        advice: Mapping[Category, str] | None = None,
    ) -> Any:
        """The parsed JSON of a REST answer (None when there is none). GET is safe unless told otherwise.

        `advice` is what a failure of a category says to this tool's caller instead of the general sentence.
        """
        encoded = json.dumps(body).encode() if body is not None else None
        search = _search(query or {})

        async def send(token: Token, timeout_s: float) -> Reply:
            base = self._settings.auth_url if host == "auth" else token.rest_url
            headers = {"Authorization": f"Bearer {token.value}", "Accept": "application/json"}
            if encoded is not None:
                headers["Content-Type"] = "application/json"
            return await self._http.exchange(method, base + where + search, headers, encoded, timeout_s=timeout_s)

        reply = await self._call(
            _Attempt(send, method == "GET" if is_safe is None else is_safe, lambda answer: answer.status == 401),  # noqa: PLR2004
            mid,
        )
        if not 200 <= reply.status < 300:  # noqa: PLR2004 - RFC 9110 section 15.3
            raise _refused(reply, advice)
        if not reply.body.strip():
            return None
        try:
            return json.loads(reply.body, parse_constant=_refuse_constant)
        except ValueError:
            raise Failure(Category.PROTOCOL, "rest_answer", "Marketing Cloud's answer is not JSON.") from None

    async def retrieve(self, request: soap.Retrieve, *, mid: str | None) -> soap.Answer:
        answer = await self._soap("Retrieve", soap.retrieve(request), mid=mid, is_safe=request.continue_id is None)
        if "permission" in answer.status.casefold():
            raise Failure(Category.PERMISSION, "soap_permission", f"The package may not read {request.object_type}.")
        if answer.status not in {"OK", soap.MORE}:
            raise from_soap(None, f"to read {request.object_type}: a property, filter or page it does not accept")
        return answer

    async def create(
        self, object_type: str, fields: Mapping[str, object], *, mid: str | None, upsert: bool
    ) -> dict[str, Any]:
        answer = await self._soap("Create", soap.create(object_type, fields, upsert=upsert), mid=mid, is_safe=False)
        return _only_result(answer, f"to create {object_type}")

    async def update(self, object_type: str, fields: Mapping[str, object], *, mid: str | None) -> dict[str, Any]:
        answer = await self._soap("Update", soap.update(object_type, fields), mid=mid, is_safe=False)
        return _only_result(answer, f"to update {object_type}")

    async def close(self) -> None:
        await self._tokens.close()
        await self._http.close()

    async def _soap(
        self, action: Literal["Retrieve", "Create", "Update"], body: str, *, mid: str | None, is_safe: bool
    ) -> soap.Answer:
        async def send(token: Token, timeout_s: float) -> Reply:
            headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": action}
            url = f"{token.soap_url}/Service.asmx"
            return await self._http.exchange(
                "POST", url, headers, soap.envelope(token.value, body), timeout_s=timeout_s
            )

        reply = await self._call(_Attempt(send, is_safe, _is_soap_token_refused), mid)
        if reply.status == 500:  # noqa: PLR2004 - SOAP 1.1 section 6.2: a fault travels as 500
            expired = _is_soap_token_refused(reply)
            raise from_rest(401 if expired else 500, None)
        if reply.status != 200:  # noqa: PLR2004
            raise _refused(reply)
        if len(reply.body) > INLINE_PARSE_BYTES:
            answer = await asyncio.to_thread(soap.parse, reply.body)
        else:
            answer = soap.parse(reply.body)
        if isinstance(answer, soap.Fault):
            raise from_rest(500, None)
        return answer

    async def _call(self, attempt: _Attempt, mid: str | None) -> Reply:
        patience = _Patience(attempt.is_safe)
        mid = mid or self._settings.account_id
        is_renewed = False
        while True:
            wait_s: float | None
            is_sent = False
            try:
                token = await self._tokens.get(mid)
                is_sent = True
                reply = await attempt.send(token, patience.timeout_s())
            except Failure as failure:
                wait_s = patience.after_failure(is_sent=is_sent) if failure.category in PASSING else None
                if wait_s is None:
                    raise
            else:
                if attempt.is_token_refused(reply):
                    self._tokens.discard(mid, token)
                    if not is_renewed:
                        is_renewed = True
                        continue
                    return reply
                wait_s = patience.after(reply)
                if wait_s is None:
                    return reply
            await asyncio.sleep(wait_s)


class _Patience:
    """How long to wait before a call is repeated; None where it is not. One for each call."""

    def __init__(self, is_safe: bool) -> None:
        self._is_safe = is_safe
        self._ends_at = time.monotonic() + CALL_BUDGET_S
        self._failures = 0
        self._throttles = 0

    def timeout_s(self) -> float:
        left_s = self._ends_at - time.monotonic()
        if left_s <= 0:
            raise Failure(Category.TIMEOUT, "timeout", "Marketing Cloud did not answer in time.", retryable=True)
        return min(REQUEST_TIMEOUT_S, left_s)

    def after(self, reply: Reply) -> float | None:
        if reply.status == 429:  # noqa: PLR2004 - RFC 6585 section 4
            return self._after_throttle(_retry_after_s(reply))
        return self.after_failure() if reply.status >= 500 else None  # noqa: PLR2004 - RFC 9110 section 15.6

    def after_failure(self, *, is_sent: bool = True) -> float | None:
        """A call that waits for its token has not been sent yet, and may be tried again whatever it does."""
        if (is_sent and not self._is_safe) or self._failures == len(RETRY_WAITS_S):
            return None
        wait_s = RETRY_WAITS_S[self._failures] * (1 + secrets.randbelow(250) / 1000)
        self._failures += 1
        return self._if_time(wait_s)

    def _after_throttle(self, asked_s: float | None) -> float | None:
        if asked_s is None or asked_s > THROTTLE_MAX_S or self._throttles == THROTTLE_WAITS:
            return None
        self._throttles += 1
        return self._if_time(asked_s)

    def _if_time(self, wait_s: float) -> float | None:
        return wait_s if time.monotonic() + wait_s < self._ends_at else None


def _search(query: Mapping[str, object]) -> str:
    pairs = {name: str(value) for name, value in query.items() if value is not None}
    return f"?{urlencode(pairs, quote_via=quote, safe='$')}" if pairs else ""


def _refuse_constant(_name: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")


def _answer(reply: Reply) -> dict[str, Any]:
    try:
        answer = json.loads(reply.body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _errorcode(reply: Reply) -> int | None:
    code = _answer(reply).get("errorcode")
    if isinstance(code, str) and code.isdigit():
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _refused(reply: Reply, advice: Mapping[Category, str] | None = None) -> Failure:
    is_throttled = reply.status == 429  # noqa: PLR2004 - RFC 6585 section 4
    failure = from_rest(reply.status, _errorcode(reply), _retry_after_s(reply) if is_throttled else None)
    if advice and failure.category in advice:
        return Failure(failure.category, failure.code, advice[failure.category])
    return failure


def _retry_after_s(reply: Reply) -> float | None:
    """The header's seconds, else the body's `retryAfter`; None for the hard block, which names no time."""
    if _errorcode(reply) == BLOCKED:
        return None
    for asked in (reply.retry_after, _answer(reply).get("retryAfter")):
        try:
            seconds = float(asked) if asked is not None else -1.0
        except (TypeError, ValueError):
            continue
        if 0 <= seconds < 86_400:  # noqa: PLR2004 - a day: more is a block
            return max(seconds, 0.1)
    return RETRY_WAITS_S[0]


def _is_soap_token_refused(reply: Reply) -> bool:
    if reply.status != 500 or len(reply.body) > INLINE_PARSE_BYTES:  # noqa: PLR2004 - SOAP 1.1 section 6.2
        return False
    try:
        answer = soap.parse(reply.body)
    except Failure:
        return False
    return isinstance(answer, soap.Fault) and answer.is_token_expired


def _only_result(answer: soap.Answer, what: str) -> dict[str, Any]:
    """The one result of a create or update; SFMC says 200 and `Error` in the body when it refuses."""
    result = answer.results[0] if answer.results else {}
    if answer.status != "OK" or result.get("StatusCode") != "OK":
        code = result.get("ErrorCode")
        raise from_soap(code if isinstance(code, str) else None, what)
    return result
