"""Which HTTP header fields cross, and the codec of header values that mirror a message.

It knows no body: which mirrored value belongs into a header is ``protocol``'s business. Names keep their spelling,
fields their order and their duplicates.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from sidecar.errors import Malformed
from sidecar.wire.jsonrpc import Headers

_HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authentication-info",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""RFC 9110 7.6.1 and 11.7, and the Trailer of trailers that are not relayed. What Connection names comes on top."""

_FRAMING: Final = frozenset({"content-length", "content-encoding", "expect"})
"""Describe the bytes of one connection; the next one has its own. Bodies are handled decoded."""

_INTEGRITY: Final = frozenset(
    {
        "accept-ranges",
        "content-digest",
        "content-md5",
        "content-range",
        "digest",
        "etag",
        "last-modified",
        "repr-digest",
        "signature",
        "signature-input",
        "x-content-digest",
    }
)
"""Untrue once a body changed: validators and ranges (RFC 9110 8.8, 14), digests (RFC 9530, 3230), signatures (RFC 9421)."""

_CONDITIONAL: Final = frozenset(
    {"if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "range"}
)
"""Would be answered about, or with a part of, the body as it was before redaction."""

_SAME_ORIGIN: Final = frozenset({"origin", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user"})
"""Judged by the edge against the host the client named. Upstream has another host and would judge wrongly."""

_AROUND_US: Final = frozenset({"alt-svc"})
"""Tells the client to reach the same origin elsewhere (RFC 7838), past the redaction."""

_NEVER_UP: Final = _HOP_BY_HOP | _FRAMING | _INTEGRITY | _CONDITIONAL | _SAME_ORIGIN
_NEVER_DOWN: Final = _HOP_BY_HOP | _FRAMING | _AROUND_US

_SENTINEL: Final = re.compile(r"=\?base64\?(.*)\?=")
_PRINTABLE: Final = re.compile(r"[\x20-\x7E]*")
_UNSAFE: Final = re.compile(r"[\r\n\0]")


def upward(headers: Headers, host: str) -> Headers:
    """Request fields that pass to the server at ``host``. Call it after ``Host`` and ``Origin`` were checked."""
    never = _NEVER_UP | _nominated(headers)
    passing = tuple((name, value) for name, value in headers if name.lower() not in never)
    return replace(replace(passing, "Host", host), "Accept-Encoding", "identity")


def downward(headers: Headers, changed: bool) -> Headers:
    """Response fields that pass to the client; ``changed`` when the body is not, or may not stay, the server's.

    A decoded body (Content-Encoding) counts as changed.
    """
    never = _NEVER_DOWN | _nominated(headers)
    if changed or (get(headers, "content-encoding") or "identity").strip().lower() != "identity":
        never |= _INTEGRITY
    return tuple((name, value) for name, value in headers if name.lower() not in never)


def get(headers: Headers, name: str) -> str | None:
    """The field's value; several lines of it joined by commas (RFC 9110 5.3), so that a check sees all of them."""
    wanted = name.lower()
    values = [value for key, value in headers if key.lower() == wanted]
    return ", ".join(values) if values else None


def take(headers: Headers, name: str) -> tuple[str | None, Headers]:
    """What ``get`` says, and the fields that are left without it."""
    wanted = name.lower()
    values: list[str] = []
    left: list[tuple[str, str]] = []
    for field in headers:
        if field[0].lower() == wanted:
            values.append(field[1])
        else:
            left.append(field)
    return (", ".join(values), tuple(left)) if values else (None, headers)


def replace(headers: Headers, name: str, value: str | None) -> Headers:
    """The first field of that name gets ``value``, further ones go; a new one is last. None removes all of them."""
    if value is not None and _UNSAFE.search(value):
        raise Malformed(f"line break or NUL in the header {name}")
    result: list[tuple[str, str]] = []
    is_due = value is not None
    wanted = name.lower()
    for field in headers:
        key = field[0]
        if key.lower() != wanted:
            result.append(field)
        elif is_due and value is not None:
            result.append((key, value))
            is_due = False
    if is_due and value is not None:
        result.append((name, value))
    return tuple(result)


def encode_value(value: str) -> str:
    """How ``Mcp-Name`` and ``Mcp-Param-*`` carry a text (MCP 2026-07-28, basic/transports: custom headers).

    As it is when printable ASCII without outer blanks that does not look encoded, else ``=?base64?…?=``.
    Raises ``Malformed`` on a lone surrogate, which no header can carry.
    """
    if _PRINTABLE.fullmatch(value) and value == value.strip() and not _SENTINEL.fullmatch(value):
        return value
    try:
        encoded = base64.b64encode(value.encode()).decode("ascii")
    except UnicodeEncodeError:
        raise Malformed("a lone surrogate cannot stand in a header") from None
    return f"=?base64?{encoded}?="


def decode_value(value: str | None) -> str | None:
    """The text a mirrored header carries; None for no header, and for base64 that is not canonical or not UTF-8."""
    match = _SENTINEL.fullmatch(value) if value is not None else None
    if match is None:
        return value
    try:
        decoded = base64.b64decode(match[1], validate=True)
        if base64.b64encode(decoded).decode("ascii") != match[1]:
            return None
        return decoded.decode()
    except (binascii.Error, ValueError):
        return None


def _nominated(headers: Headers) -> frozenset[str]:
    listed = get(headers, "connection") or ""
    return frozenset(name.strip().lower() for name in listed.split(","))
