"""What can go wrong, once, with the JSON-RPC code, HTTP status and exit code of each.

It holds no payload: a message names a place (pointer, count, file:line) or a rule, never a value.

::

    SidecarError
    ├── Withheld        −31010  200  the policy forbids this message to cross
    ├── Unanalysable    −31011  200  detection failed, was late or was overloaded: fail closed
    ├── TooLarge        −31012  413  over a configured limit
    ├── UpstreamGone    −31013  502  the server closed, refused or cannot be reached
    ├── RateLimited     −31014  429  over a rate
    ├── VaultGone       −31015  200  the token store cannot be reached: nothing can be restored, nothing new replaced
    ├── AuditGone       −31016  200  the audit log cannot be written, and nothing may pass without it
    ├── Malformed       −32700  400  not JSON (or −32600: JSON that is not JSON-RPC)
    ├── Forbidden       −32600  403  Host, Origin or caller not allowed
    ├── BadConfig       exit 78      configuration or policy file
    └── BadUsage        exit 2       command line

Codes −32768…−32000 belong to JSON-RPC and the specification; ours are outside (MCP 2026-07-28, basic: error codes).
"""

from __future__ import annotations

from typing import ClassVar


class SidecarError(Exception):
    """Base of all. ``str(error)`` is safe to show: it never holds a value from a message."""

    code: ClassVar[int] = -32603
    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 125
    reason: ClassVar[str] = "failure"


class Withheld(SidecarError):
    code, http_status, reason = -31010, 200, "policy"


class Unanalysable(SidecarError):
    code, http_status, reason = -31011, 200, "failure"


class TooLarge(SidecarError):
    code, http_status, reason = -31012, 413, "too_large"


class UpstreamGone(SidecarError):
    code, http_status, reason = -31013, 502, "upstream_gone"


class RateLimited(SidecarError):
    """``retry_after_s``: when to come again, in whole seconds."""

    code, http_status, reason = -31014, 429, "rate_limited"

    def __init__(self, message: str, retry_after_s: int = 1) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class VaultGone(SidecarError):
    """Always a refusal, whatever ``on_failure`` says: that there is something to replace or restore is known."""

    code, http_status, reason = -31015, 200, "vault_gone"


class AuditGone(SidecarError):
    """Always a refusal, whatever ``on_failure`` says: the configuration requires the audit log."""

    code, http_status, reason = -31016, 200, "audit"


class Malformed(SidecarError):
    """Not JSON (−32700) or JSON that is not a JSON-RPC message (−32600)."""

    code, http_status, reason = -32700, 400, "malformed"


class NotJsonRpc(Malformed):
    code = -32600


class Forbidden(SidecarError):
    """Refused before the body was read; ``status`` is 401, 403 or 421, ``oauth_error`` a code of RFC 6750 or empty."""

    code, http_status, reason = -32600, 403, "forbidden"

    def __init__(self, message: str, status: int = 403, oauth_error: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.oauth_error = oauth_error


class BadConfig(SidecarError):
    exit_code, reason = 78, "config"


class BadUsage(SidecarError):
    exit_code, reason = 2, "usage"
