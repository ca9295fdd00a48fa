"""What an HTTP answer says of itself: its error code, how long to wait, whether the token was refused.

It keeps nothing of a body but numbers, and raises nothing with a word of one.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from upstream_sfmc import soap
from upstream_sfmc.errors import Category, Failure, from_rest, from_soap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from upstream_sfmc.http import Reply

INLINE_PARSE_BYTES = 64 * 1024
"""Larger SOAP answers are parsed on a thread: defusedxml needs a quarter of a second for 2 MB."""
BLOCKED = 50200
UNSAID_WAIT_S = 1.0


def refused(reply: Reply, advice: Mapping[Category, str] | None = None) -> Failure:
    is_throttled = reply.status == 429  # noqa: PLR2004 - RFC 6585 section 4
    failure = from_rest(reply.status, errorcode(reply), retry_after_s(reply) if is_throttled else None)
    if advice and failure.category in advice:
        return Failure(failure.category, failure.code, advice[failure.category])
    return failure


def errorcode(reply: Reply) -> int | None:
    code = _answer(reply).get("errorcode")
    if isinstance(code, str) and code.isdigit():
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def retry_after_s(reply: Reply) -> float | None:
    """The header's seconds, else the body's `retryAfter`; None for the hard block, which names no time."""
    if errorcode(reply) == BLOCKED:
        return None
    for asked in (reply.retry_after, _answer(reply).get("retryAfter")):
        try:
            seconds = float(asked) if asked is not None else -1.0
        except (TypeError, ValueError):
            continue
        if 0 <= seconds < 86_400:  # noqa: PLR2004 - a day: more is a block
            return max(seconds, 0.1)
    return UNSAID_WAIT_S


def is_unauthorized(reply: Reply) -> bool:
    return reply.status == 401  # noqa: PLR2004 - RFC 9110 section 15.5.2


def is_soap_token_refused(reply: Reply) -> bool:
    fault = soap_fault(reply)
    return fault is not None and fault.is_token_expired


def soap_fault(reply: Reply) -> soap.Fault | None:
    """The fault of an HTTP 500 (SOAP 1.1 section 6.2); None where the body is none."""
    if reply.status != 500 or len(reply.body) > INLINE_PARSE_BYTES:  # noqa: PLR2004
        return None
    try:
        answer = soap.parse(reply.body)
    except Failure:
        return None
    return answer if isinstance(answer, soap.Fault) else None


def only_result(answer: soap.Answer, what: str) -> dict[str, Any]:
    """The one result of a writing call; SFMC says 200 and `Error` in the body when it refuses."""
    result = answer.results[0] if answer.results else {}
    if answer.status != "OK" or result.get("StatusCode") != "OK":
        code = result.get("ErrorCode")
        said = f"{answer.status} {result.get('StatusMessage')}".casefold()
        if "permission" in said:
            raise Failure(Category.PERMISSION, "soap_permission", f"The package may not do this: {what}.")
        raise from_soap(code if isinstance(code, str) else None, what)
    return result


def _answer(reply: Reply) -> dict[str, Any]:
    try:
        answer = json.loads(reply.body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
