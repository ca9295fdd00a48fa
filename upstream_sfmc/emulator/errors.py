"""The error bodies of the REST API, and the exception that carries one out of an answer.

It decides nothing: whoever raises a `Refusal` has already chosen status, code and wording.
"""

from __future__ import annotations

from typing import Any, Final

DOCUMENTATION: Final = "https://developer.salesforce.com/docs/atlas.en-us.mc-apis.meta/mc-apis/error-handling.htm"

NOT_AUTHORIZED: Final = 0
GENERIC: Final = 10000
MISSING_REQUIRED: Final = 10002
INCORRECT_FORMAT: Final = 10003
INVALID_MESSAGE: Final = 10004
INVALID_VALUE: Final = 10005
BUSINESS_RULE: Final = 20001
INSUFFICIENT_PRIVILEGES: Final = 20002
RATE_LIMITED: Final = 50100
BLOCKED: Final = 50200


class Refusal(Exception):
    """An HTTP answer other than success, with Marketing Cloud's error body: an answer, not a defect."""

    def __init__(self, status: int, errorcode: int, message: str, **extra: Any) -> None:
        super().__init__(f"HTTP {status}, errorcode {errorcode}")
        self.status = status
        self.body: dict[str, Any] = {
            "documentation": DOCUMENTATION,
            "errorcode": errorcode,
            "message": message,
            **extra,
        }


def not_authorized() -> Refusal:
    return Refusal(401, NOT_AUTHORIZED, "Not Authorized")


def not_found() -> Refusal:
    return Refusal(404, 404, "Not Found")


def missing(field: str) -> Refusal:
    return Refusal(400, MISSING_REQUIRED, f"Missing required field: {field}")


def invalid(message: str) -> Refusal:
    return Refusal(400, INVALID_VALUE, message)
