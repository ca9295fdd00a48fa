"""What can go wrong between a tool and Marketing Cloud, and how a caller is told.

It never carries what the tenant answered: an answer may quote a subscriber's key, address or a token.

    Failure             a call failed: category, code, whether trying again can help
    BadSettings         the environment is incomplete or contradictory (exit code 78)
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Category(StrEnum):
    """The closed vocabulary of `error.category`; a caller can branch on it."""

    AUTHENTICATION = "authentication"
    PERMISSION = "permission"
    NOT_FOUND = "not_found"
    INVALID_INPUT = "invalid_input"
    CONFLICT = "conflict"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    EGRESS = "egress"
    PROTOCOL = "protocol"
    INTERNAL = "internal"


RETRYABLE = frozenset({Category.RATE_LIMITED, Category.UNAVAILABLE, Category.TIMEOUT})


class Failure(Exception):
    """A call that failed. `message` is one of our own sentences, `code` a number or word of ours or of SFMC's."""

    def __init__(
        self,
        category: Category,
        code: str | int,
        message: str,
        *,
        retryable: bool | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.category = category
        self.code = str(code)
        self.message = message
        self.retryable = category in RETRYABLE if retryable is None else retryable
        self.retry_after_s = retry_after_s

    def as_json(self, correlation_id: str) -> dict[str, dict[str, Any]]:
        error: dict[str, Any] = {
            "code": self.code,
            "category": self.category.value,
            "retryable": self.retryable,
            "correlation_id": correlation_id,
            "message": self.message,
        }
        if self.retry_after_s is not None:
            error["retry_after_s"] = self.retry_after_s
        return {"error": error}


class BadSettings(Exception):
    """The environment does not allow a start; the message names variables, never their values."""

    exit_code = 78


REST_CODES: dict[int, tuple[Category, str]] = {
    10000: (Category.INVALID_INPUT, "Marketing Cloud could not process the request (general error)."),
    10001: (Category.INVALID_INPUT, "A value has the wrong data type."),
    10002: (Category.INVALID_INPUT, "A required value is missing."),
    10003: (Category.INVALID_INPUT, "A value has the wrong format."),
    10004: (Category.INVALID_INPUT, "The message was not understood; check names and types of the fields."),
    10005: (Category.INVALID_INPUT, "A value is not allowed."),
    10006: (Category.INVALID_INPUT, "Several values were refused."),
    20000: (Category.PERMISSION, "The API user is not authorized for this operation."),
    20001: (Category.INVALID_INPUT, "A business rule of the account refuses this operation."),
    20002: (Category.PERMISSION, "Insufficient privileges: the installed package lacks the scope this tool needs."),
    30000: (Category.CONFLICT, "The journey is running; the operation is not possible now."),
    50100: (Category.RATE_LIMITED, "Marketing Cloud limits the request rate; try again later."),
    50200: (Category.RATE_LIMITED, "Marketing Cloud has blocked this client's requests for some time."),
}
"""Error codes of the REST API with our own sentence for each (REST API error handling, "Error codes")."""

STATUS_CODES: dict[int, tuple[Category, str]] = {
    400: (Category.INVALID_INPUT, "Marketing Cloud refused the request as invalid."),
    401: (Category.AUTHENTICATION, "Marketing Cloud did not accept the access token, renewed once."),
    403: (Category.PERMISSION, "The API user may not do this, or the channel is not provisioned for the account."),
    404: (Category.NOT_FOUND, "Marketing Cloud knows no such object."),
    409: (Category.CONFLICT, "The object exists already or has changed in the meantime."),
    413: (Category.TOO_LARGE, "The request is too large for Marketing Cloud."),
    415: (Category.PROTOCOL, "Marketing Cloud refused the content type."),
    429: (Category.RATE_LIMITED, "Marketing Cloud limits the request rate; try again later."),
}

SOAP_CODES: dict[str, tuple[Category, str]] = {
    "12014": (Category.CONFLICT, "The subscriber is already on the list."),
    "12002": (Category.INVALID_INPUT, "The e-mail address is not valid."),
}


def from_rest(status: int, errorcode: int | None, retry_after_s: float | None = None) -> Failure:
    """The failure for a REST answer; of the answer only the status and the numeric code are used."""
    # A server error may carry code 10000 too; it says nothing about the request then.
    if status < 500 and errorcode is not None and errorcode in REST_CODES:  # noqa: PLR2004 - RFC 9110 section 15.6
        category, message = REST_CODES[errorcode]
        return Failure(category, errorcode, message, retry_after_s=retry_after_s)
    category, message = STATUS_CODES.get(
        status,
        (Category.UNAVAILABLE, "Marketing Cloud has a problem of its own.")
        if status >= 500  # noqa: PLR2004 - an HTTP class, RFC 9110 section 15.6
        else (Category.PROTOCOL, "Marketing Cloud gave an unexpected answer."),
    )
    return Failure(category, f"http_{status}", message, retry_after_s=retry_after_s)


def from_soap(errorcode: str | None, what: str) -> Failure:
    """The failure for a SOAP result with StatusCode Error; the StatusMessage is left out, it may quote values."""
    code = (errorcode or "").strip()
    if code in SOAP_CODES:
        category, message = SOAP_CODES[code]
        return Failure(category, code, message)
    number = code if code.isdigit() else "soap_error"
    return Failure(Category.INVALID_INPUT, number, f"Marketing Cloud refused {what}.")
