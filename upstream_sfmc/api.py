"""REST and SOAP calls: token renewal, throttling, retries and the time a call may take.

It knows no tool and no meaning of an answer. The rules, in this order:

1. A refused token (REST 401, SOAP 500 "Token Expired") is renewed once and the call repeated once: it was not executed.
2. A throttled call (429) waits as long as Retry-After says and is repeated, also when it writes: it was not executed.
   A wait that is too long, and the hard block (50200, no Retry-After), are told to the caller instead.
3. A server error, a broken connection or a timeout is repeated after 1, 2 and 4 seconds (and some jitter) only when
   the call is safe, that is, when it reads. SOAP throttles with a fault whose words are not documented: that is rule 3's.
4. No call takes longer than its budget, whatever it waits for.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote, urlencode

from upstream_sfmc import replies, soap
from upstream_sfmc.auth import Tokens
from upstream_sfmc.errors import Category, Failure, from_rest, from_soap
from upstream_sfmc.http import Http, Reply
from upstream_sfmc.pace import Clock, Limits, Patience, SystemClock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from upstream_sfmc.auth import Token
    from upstream_sfmc.settings import Settings

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

    def __init__(self, settings: Settings, *, clock: Clock | None = None, limits: Limits | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._limits = limits or Limits()
        self._http = Http(loopback=settings.is_loopback, max_bytes=self._limits.response_max_bytes)
        self._tokens = Tokens(settings, self._http, self._clock)

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
        may_be_text: bool = False,
    ) -> Any:
        """The parsed JSON of a REST answer (None when there is none). GET is safe unless told otherwise.

        `advice` is what a failure of a category says to this tool's caller instead of the general sentence. Where an
        answer `may_be_text`, one that is not JSON is given back as a string.
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
            _Attempt(send, method == "GET" if is_safe is None else is_safe, replies.is_unauthorized),
            mid,
        )
        if not 200 <= reply.status < 300:  # noqa: PLR2004 - RFC 9110 section 15.3
            raise replies.refused(reply, advice)
        if not reply.body.strip():
            return None
        try:
            return json.loads(reply.body, parse_constant=_refuse_constant)
        except ValueError:
            if may_be_text:
                return reply.body.decode(errors="replace")
            raise Failure(Category.PROTOCOL, "rest_answer", "Marketing Cloud's answer is not JSON.") from None

    async def retrieve(self, request: soap.Retrieve, *, mid: str | None) -> soap.Answer:
        answer = await self._soap("Retrieve", soap.retrieve(request), mid=mid, is_safe=request.continue_id is None)
        if "permission" in answer.status.casefold():
            raise Failure(Category.PERMISSION, "soap_permission", f"The package may not read {request.object_type}.")
        if answer.status not in {"OK", soap.MORE}:
            raise from_soap(None, f"to read {request.object_type}: a property, filter or page it does not accept")
        return answer

    async def create(
        self, object_type: str, fields: Mapping[str, object], *, mid: str | None, upsert: bool = False
    ) -> dict[str, Any]:
        answer = await self._soap("Create", soap.create(object_type, fields, upsert=upsert), mid=mid, is_safe=False)
        return replies.only_result(answer, f"to create {object_type}")

    async def update(self, object_type: str, fields: Mapping[str, object], *, mid: str | None) -> dict[str, Any]:
        answer = await self._soap("Update", soap.update(object_type, fields), mid=mid, is_safe=False)
        return replies.only_result(answer, f"to update {object_type}")

    async def delete(self, object_type: str, fields: Mapping[str, object], *, mid: str | None) -> dict[str, Any]:
        answer = await self._soap("Delete", soap.delete(object_type, fields), mid=mid, is_safe=False)
        return replies.only_result(answer, f"to delete {object_type}")

    async def describe(self, object_type: str, *, mid: str | None) -> soap.Answer:
        return await self._soap("Describe", soap.describe(object_type), mid=mid, is_safe=True)

    async def close(self) -> None:
        await self._tokens.close()
        await self._http.close()

    async def _soap(
        self,
        action: Literal["Retrieve", "Create", "Update", "Delete", "Describe"],
        body: str,
        *,
        mid: str | None,
        is_safe: bool,
    ) -> soap.Answer:
        async def send(token: Token, timeout_s: float) -> Reply:
            headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": action}
            url = f"{token.soap_url}/Service.asmx"
            return await self._http.exchange(
                "POST", url, headers, soap.envelope(token.value, body), timeout_s=timeout_s
            )

        reply = await self._call(_Attempt(send, is_safe, replies.is_soap_token_refused), mid)
        if reply.status == 500:  # noqa: PLR2004 - SOAP 1.1 section 6.2: a fault travels as 500
            fault = replies.soap_fault(reply)
            if fault is not None and fault.is_throttled:
                raise from_rest(429, None)
            raise from_rest(401 if fault is not None and fault.is_token_expired else 500, None)
        if reply.status != 200:  # noqa: PLR2004
            raise replies.refused(reply)
        if len(reply.body) > replies.INLINE_PARSE_BYTES:
            answer = await asyncio.to_thread(soap.parse, reply.body)
        else:
            answer = soap.parse(reply.body)
        if isinstance(answer, soap.Fault):
            raise from_rest(500, None)
        return answer

    async def _call(self, attempt: _Attempt, mid: str | None) -> Reply:
        patience = Patience(self._limits, self._clock, is_safe=attempt.is_safe)
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
                if reply.status == 429:  # noqa: PLR2004 - RFC 6585 section 4
                    wait_s = patience.after_throttle(replies.retry_after_s(reply))
                else:
                    wait_s = patience.after_failure() if reply.status >= 500 else None  # noqa: PLR2004 - RFC 9110 15.6
                if wait_s is None:
                    return reply
            await self._clock.sleep(wait_s)


def _search(query: Mapping[str, object]) -> str:
    pairs = {name: str(value) for name, value in query.items() if value is not None}
    return f"?{urlencode(pairs, quote_via=quote, safe='$')}" if pairs else ""


def _refuse_constant(_name: str) -> None:
    raise ValueError("NaN and Infinity are not JSON")
