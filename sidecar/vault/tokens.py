"""The token grammar: how a token is derived, written, recognised and checked.

It keeps no values. A token is ``ENTITY_`` + twelve characters of ``[a-z2-7]`` + one check character, for example
``PERSON_7k2q9xw3fav4d``-like; only ``[A-Za-z0-9_]``, so it survives JSON, HTML, Markdown, URLs and models. The twelve are the
first 60 bits of HMAC-SHA-256 over (origin, scope, entity, exact value): the same value gets the same token in every
message, another scope another one, and nobody without the key can test a guess. The check character tells an invented
or mistyped token from a real one before the vault is asked. Where a schema asks for an e-mail address the same token is
spelt ``email-7k2q9xw3fav4d@example.com``.
"""

from __future__ import annotations

import base64
import hmac
import re
import zlib
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Origin: TypeAlias = Literal["server", "client"]
"""Who sent the value the token stands for. Values the client sent use another domain of the key: no equality oracle."""

_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_BODY: Final = 12
_TAIL: Final = re.compile(r"\\?_([A-Za-z2-7]{13})(?![A-Za-z0-9])")
_NAME: Final = re.compile(r"(?<![A-Za-z0-9_\\])[A-Za-z][A-Za-z0-9]*(?:\\?_[A-Za-z0-9]+)*\Z")
_LONGEST_NAME: Final = 48
SHORTEST: Final = 1 + 1 + _BODY + 1
"""Characters of the shortest token: callers with thousands of texts need not have shorter ones searched."""
_MAIL_ENTITY: Final = "EMAIL_ADDRESS"
_MAIL: Final = re.compile(r"(?<![\w.%+-])email-([a-z2-7]{13})@example\.com(?![\w-]|\.\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """A token found in a text, in its canonical spelling; ``is_genuine`` is what the check character says."""

    start: int
    end: int
    token: str
    is_genuine: bool


def _check(entity: str, body: str) -> str:
    return _ALPHABET[zlib.crc32(f"{entity}:{body}".encode()) & 31]


def derive(key: bytes, origin: Origin, scope: str, entity: str, value: str, *, attempt: int = 0) -> str:
    """The token of ``value``; ``attempt`` > 0 only after a collision inside one scope."""
    material = "\x1f".join((origin, scope, entity, value, str(attempt))).encode("utf-8", "surrogatepass")
    body = base64.b32encode(hmac.digest(key, material, "sha256")[:8])[:_BODY].decode().lower()
    return f"{entity}_{body}{_check(entity, body)}"


def find(text: str) -> list[TokenSpan]:
    r"""Tokens in a text, tolerant of what models do to them: letter case and Markdown's ``\_``."""
    spans = _mails(text) if "@" in text else []
    if "_" not in text:
        return spans
    for tail in _TAIL.finditer(text):
        name = _NAME.search(text, max(0, tail.start() - _LONGEST_NAME), tail.start())
        if name is None:
            continue
        entity = name.group().replace("\\", "").upper()
        body = tail.group(1).lower()
        spans.append(
            TokenSpan(name.start(), tail.end(), f"{entity}_{body}", _check(entity, body[:_BODY]) == body[_BODY])
        )
    return sorted(spans, key=lambda span: span.start)


def _mails(text: str) -> list[TokenSpan]:
    """The e-mail spelling; an address that only looks like one is an address."""
    return [
        TokenSpan(found.start(), found.end(), f"{_MAIL_ENTITY}_{body}", is_genuine=True)
        for found in _MAIL.finditer(text)
        if _check(_MAIL_ENTITY, (body := found.group(1).lower())[:_BODY]) == body[_BODY]
    ]


def as_mail(token: str) -> str | None:
    """The same token where a schema wants an e-mail address; None for other entities."""
    entity, _, body = token.rpartition("_")
    return f"email-{body}@example.com" if entity == _MAIL_ENTITY else None
