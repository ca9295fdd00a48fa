"""What lies in a store, and under which names: nothing there tells a value, an entity, a scope or a subject.

It does no I/O. A record's name is an HMAC of its handle, its content an AES-SIV ciphertext (RFC 5297) bound to the name, so
that records cannot be exchanged; contents are padded, so that their length tells little. Beside it stands the subject's
index: which records hold one value, for requests of the person it belongs to. A token's name needs no scope, so a token can
be looked for by itself; its scope is inside and is compared.
"""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

from sidecar.vault.base import Entry
from sidecar.vault.keys import Key, KeyRing, Keys
from sidecar.vault.tokens import Origin

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

PREFIX: Final = b"mcp-sidecar:1:"
_PADDED_TO: Final = 128
_SPELT: Final = "="


@lru_cache(maxsize=64)
def _cipher(key: Key) -> AESSIV:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    return AESSIV(key.sub("records"))


@dataclass(frozen=True, slots=True)
class Named:
    """A record's name, and the key that makes and reads it."""

    name: bytes
    key: Key


def _name(key: Key, kind: str, text: str) -> bytes:
    digest = hmac.digest(key.sub("names"), f"{kind}\x1f{text}".encode("utf-8", "surrogatepass"), "sha256")
    return PREFIX + kind.encode() + b":" + base64.urlsafe_b64encode(digest[:20])


def named(keys: Keys, scope: str, handle: str) -> list[Named]:
    """Where a handle can lie: a token under the key it names, a spelling under each."""
    if handle.startswith(_SPELT):
        return [Named(_name(key, "s", f"{scope}\x1f{handle}"), key) for key in keys.all]
    key = keys.of(handle[:1])
    return [Named(_name(key, "t", handle), key)] if key is not None else []


def subject(key: Key, value: str) -> bytes:
    """The index of one value, however it is capitalised and spaced."""
    return _name(key, "v", " ".join(value.casefold().split()))


def seal(to: Named, entry: Entry) -> bytes:
    text = json.dumps([entry.scope, entry.handle, entry.origin, entry.entity, entry.value]).encode()
    return _cipher(to.key).encrypt(text + b" " * (-len(text) % _PADDED_TO), [to.name])


def unseal(at: Named, record: bytes | None) -> Entry | None:
    """None for what was not made by us under this name: such a record restores nothing."""
    from cryptography.exceptions import InvalidTag

    if record is None:
        return None
    try:
        scope, handle, origin, entity, value = json.loads(_cipher(at.key).decrypt(record, [at.name]))
    except (InvalidTag, ValueError, TypeError):
        return None
    return Entry(scope, handle, cast("Origin", origin), entity, value)


def every_key(ring: KeyRing) -> list[Key]:
    return [key for keys in ring.all for key in keys.all]
