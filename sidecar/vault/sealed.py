"""A vault that keeps nothing: the value is in the token, encrypted with AES-SIV (RFC 5297) under the scope.

``ENTITY_`` + the key's letter + base32(ciphertext) + a check character. Whoever has the keys can restore it, after a restart
and on another replica; nobody else learns more than the length of the value and that two are equal. Values over 40 bytes
have no such token. Nothing expires, and nobody's values can be erased but by taking the keys away. Spellings that need a
memory (dates, numbers) cannot be restored.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from functools import lru_cache
from math import inf
from typing import TYPE_CHECKING, Final

from sidecar.vault.keys import Key, KeyRing
from sidecar.vault.tokens import SEALED_TAIL, Origin, check_character, is_checked

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

LONGEST_BYTES: Final = 40
_ORIGINS: Final[tuple[Origin, ...]] = ("server", "client")
_TAIL: Final = re.compile(r"[a-z2-7]+")
_RECENT: Final = 4096


@lru_cache(maxsize=64)
def _cipher(key: Key) -> AESSIV:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(key.sub("sealed"))


class SealedVault:
    is_remote = False
    is_sealed = True
    ttl_s = inf

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def mint(self, scope: str, origin: Origin, entity: str, value: str) -> str | None:
        octets = value.encode("utf-8", "surrogatepass")
        if not octets or len(octets) > LONGEST_BYTES:
            return None
        key = self._ring.of(scope).first
        sealed = _cipher(key).encrypt(octets, [scope.encode(), origin.encode(), entity.encode()])
        body = key.version + base64.b32encode(sealed).decode().rstrip("=").lower()
        return f"{entity}_{body}{check_character(entity, body)}"

    def spell(self, scope: str, origin: Origin, entity: str, value: str, candidates: Iterable[str]) -> str | None:  # noqa: ARG002
        """Nothing is kept, so nothing can be told from chance later."""
        return None

    def resolve(self, scope: str, token: str) -> str | None:
        entity, _, tail = token.rpartition("_")
        least, most = SEALED_TAIL
        if not (least <= len(tail) <= most and _TAIL.fullmatch(tail) and is_checked(entity, tail)):
            return None
        key = self._ring.of(scope).of(tail[0])
        return None if key is None else _opened(key, scope, entity, tail[1:-1])

    def spelt(self, scope: str, text: str) -> str | None:  # noqa: ARG002  see spell
        return None

    def is_own(self, scope: str, version: str) -> bool:
        return self._ring.of(scope).of(version) is not None

    def close(self) -> None:
        """There is nothing to forget."""


def _opened(key: Key, scope: str, entity: str, body: str) -> str | None:
    from cryptography.exceptions import InvalidTag

    try:
        sealed = base64.b32decode(body.upper() + "=" * (-len(body) % 8))
    except ValueError:  # a length base32 does not have
        return None
    if base64.b32encode(sealed).decode().rstrip("=").lower() != body:
        return None  # bits beyond the last byte were changed: another text than was minted
    for origin in _ORIGINS:
        try:
            octets = _cipher(key).decrypt(sealed, [scope.encode(), origin.encode(), entity.encode()])
            return octets.decode("utf-8", "surrogatepass")
        except InvalidTag:
            continue
    return None
