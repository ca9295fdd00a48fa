"""What a token looks like where a schema wants an e-mail address, a URL, a host name, a UUID or an IPv6 address.

Each has room for the whole tail of a token, so it can be told from a genuine one and needs no memory of its own. Dates,
telephone numbers, IPv4 addresses and numbers have no such room: the vault remembers which of them it gave out
(``Vault.spell``), and they are read only where they are a leaf as a whole. It makes no token.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from ipaddress import IPv6Address
from typing import Final

from sidecar.vault.tokens import TAIL, TokenSpan, is_checked

_MAIL_ENTITY: Final = "EMAIL_ADDRESS"
_MAIL_WORD: Final = "email"
_WORD: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_TAIL: Final = rf"[a-z2-7]{{{TAIL}}}"
_MAIL: Final = re.compile(rf"(?<![\w.%+-])({_WORD})-({_TAIL})@example\.com(?![\w-]|\.\w)", re.IGNORECASE | re.ASCII)
_HOST: Final = re.compile(rf"(?<![\w.-])({_WORD})-({_TAIL})\.example\.com(?![\w-]|\.\w)", re.IGNORECASE | re.ASCII)
_URL: Final = re.compile(rf"https://redacted\.example/({_WORD})-({_TAIL})(?![\w-])", re.IGNORECASE | re.ASCII)
_UUID: Final = re.compile(
    r"(?<![\w-])[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![\w-])", re.IGNORECASE | re.ASCII
)
_IPV6: Final = re.compile(r"(?<![\w:.])2001:db8(?::[0-9a-f]{1,4}|:){2,6}(?![\w:])", re.IGNORECASE | re.ASCII)
_BODY_BITS: Final = 65
"""A tail of thirteen characters of five bits."""
_UUID_LENGTH: Final = 36


def _word(entity: str) -> str:
    return _MAIL_WORD if entity == _MAIL_ENTITY else entity.lower().replace("_", "-")


def _entity(word: str, names: Collection[str] | None) -> str | None:
    """The entity a word stands for, of those there are."""
    entity = _MAIL_ENTITY if word.lower() == _MAIL_WORD else word.upper().replace("-", "_")
    return entity if names is None or entity in names else None


def _number(tail: str) -> int:
    """Sixty-five bits."""
    return int.from_bytes(base64.b32decode(tail.upper() + "A" * (16 - TAIL)), "big") >> (80 - _BODY_BITS)


def _tail(number: int) -> str:
    return base64.b32encode((number << (80 - _BODY_BITS)).to_bytes(10, "big"))[:TAIL].decode().lower()


def _mark(number: int, bits: int) -> int:
    """What tells a number of ours: bits everybody can check and chance hits once in 2^``bits``."""
    return int.from_bytes(sha256(b"mcp-sidecar spelling" + number.to_bytes(9, "big")).digest()[:8], "big") >> (
        64 - bits
    )


def _as_mail(entity: str, tail: str) -> str | None:
    return f"{_word(entity)}-{tail}@example.com"


def _as_host(entity: str, tail: str) -> str | None:
    word = f"{_word(entity)}-{tail}"
    return f"{word}.example.com" if len(word) <= 63 else None  # noqa: PLR2004  RFC 1035, section 2.3.4


def _as_url(entity: str, tail: str) -> str | None:
    return f"https://redacted.example/{_word(entity)}-{tail}"


_UUID_MARK: Final = 57
"""Of the 122 free bits of a UUID of version 8 (RFC 9562, section 5.8) what the tail leaves."""


def _as_uuid(_entity: str, tail: str) -> str | None:
    number = _number(tail)
    free = f"{number << _UUID_MARK | _mark(number, _UUID_MARK):0122b}"
    digits = f"{int(f'{free[:48]}1000{free[48:60]}10{free[60:]}', 2):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _of_uuid(text: str) -> str | None:
    bits = f"{int(text.replace('-', ''), 16):0128b}"
    number, mark = divmod(int(bits[:48] + bits[52:64] + bits[66:], 2), 1 << _UUID_MARK)
    return _tail(number) if mark == _mark(number, _UUID_MARK) else None


_IPV6_MARK: Final = 31
"""Of the 96 free bits of a documentation address (RFC 3849) what the tail leaves."""


def _as_ipv6(_entity: str, tail: str) -> str | None:
    number = _number(tail)
    return str(IPv6Address(0x20010DB8 << 96 | number << _IPV6_MARK | _mark(number, _IPV6_MARK)))


def _of_ipv6(text: str) -> str | None:
    try:
        value = int(IPv6Address(text)) & (1 << 96) - 1
    except ValueError:
        return None
    number, mark = divmod(value, 1 << _IPV6_MARK)
    return _tail(number) if mark == _mark(number, _IPV6_MARK) else None


_FORMATS: Final[Mapping[str, Callable[[str, str], str | None]]] = {
    "email": _as_mail,
    "idn-email": _as_mail,
    "hostname": _as_host,
    "idn-hostname": _as_host,
    "uri": _as_url,
    "url": _as_url,
    "uri-reference": _as_url,
    "iri": _as_url,
    "iri-reference": _as_url,
    "uuid": _as_uuid,
    "ipv6": _as_ipv6,
}
_BY_ENTITY: Final[Mapping[str, str]] = {_MAIL_ENTITY: "email", "URL": "uri"}


def spell(token: str, format_: str, value: str = "") -> str | None:
    """The same token in a JSON Schema ``format``, or without one as the kind of text its entity is.

    None where there is no such spelling, and for sealed tokens, whose tail has no room in any.
    """
    entity, _, tail = token.rpartition("_")
    if len(tail) != TAIL:
        return None
    name = format_ or _BY_ENTITY.get(entity, "")
    if not name:
        name = "uuid" if _UUID_LIKE.fullmatch(value) else "ipv6" if entity == "IP_ADDRESS" and ":" in value else ""
    make = _FORMATS.get(name)
    return make(entity, tail) if make is not None else None


_UUID_LIKE: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def find(text: str, names: Collection[str] | None = None) -> list[TokenSpan]:
    """Tokens in these spellings, wherever they stand. What only looks like one is what it looks like."""
    spans: list[TokenSpan] = []
    if "example" in (folded := text.lower()):
        for pattern in (_MAIL, _HOST, _URL):
            spans += [span for found in pattern.finditer(text) if (span := _named(found, names)) is not None]
    if "-8" in text and len(text) >= _UUID_LENGTH:
        spans += [span for found in _UUID.finditer(text) if (span := _unnamed(found, _of_uuid)) is not None]
    if "2001:db8:" in folded:
        spans += [span for found in _IPV6.finditer(text) if (span := _unnamed(found, _of_ipv6)) is not None]
    return spans


def mistyped(text: str, names: Collection[str]) -> list[TokenSpan]:
    """Texts of the form of such a spelling whose check character is wrong: nobody's address, since nobody has one there (RFC 2606)."""
    if "example" not in text.lower():
        return []
    return [
        TokenSpan(found.start(), found.end(), f"{entity}_{found[2].lower()}", is_genuine=False)
        for pattern in (_MAIL, _HOST, _URL)
        for found in pattern.finditer(text)
        if (entity := _entity(found[1], names)) is not None and not is_checked(entity, found[2].lower())
    ]


def _named(found: re.Match[str], names: Collection[str] | None) -> TokenSpan | None:
    entity, tail = _entity(found[1], names), found[2].lower()
    if entity is None or not is_checked(entity, tail):
        return None
    return TokenSpan(found.start(), found.end(), f"{entity}_{tail}", is_genuine=True)


def _unnamed(found: re.Match[str], read: Callable[[str], str | None]) -> TokenSpan | None:
    """A spelling that has no room for the entity: the vault knows it."""
    tail = read(found.group())
    return None if tail is None else TokenSpan(found.start(), found.end(), f"_{tail}", is_genuine=True)
