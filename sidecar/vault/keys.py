"""The keys tokens are made with: up to two at a time (the first writes, both read), for everybody and for single tenants.

It opens no file (``sidecar.config.keyfile`` does) and makes no token. A key file is text::

    # the first key writes, both read
    b kq3v…            one letter of [a-z2-7], then 32 bytes in URL-safe base64
    a 9fT0…

    [https://login.example|tenant-7]
    a mm4c…            this principal's own keys

The letter is the first character of every token's tail, so a token says which key made it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from sidecar.errors import BadConfig

VERSIONS: Final = "abcdefghijklmnopqrstuvwxyz234567"
_SECRET_BYTES: Final = 32
_MOST: Final = 2
_SCOPE_SEPARATOR: Final = "\x1f"
_HEADER: Final = (
    "# mcp-sidecar keys: the first writes, both read. Mode 600; whoever has this file can make and read tokens.\n"
)


@lru_cache(maxsize=512)
def _subkey(secret: bytes, use: str) -> bytes:
    return hmac.digest(secret, f"mcp-sidecar 1 {use}".encode(), "sha512")


@dataclass(frozen=True, slots=True)
class Key:
    """``version`` is one character of ``[a-z2-7]``."""

    version: str
    secret: bytes = field(repr=False)

    def sub(self, use: str) -> bytes:
        """64 bytes for one use; keys of two uses tell nothing of each other."""
        return _subkey(self.secret, use)


@dataclass(frozen=True, slots=True)
class Keys:
    """``first`` writes; ``second``, if any, only reads."""

    first: Key
    second: Key | None = None

    def of(self, version: str) -> Key | None:
        """The key a token was made with, by the token's own word."""
        if version == self.first.version:
            return self.first
        return self.second if self.second is not None and version == self.second.version else None

    @property
    def all(self) -> tuple[Key, ...]:
        return (self.first,) if self.second is None else (self.first, self.second)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by principal; who has none of his own uses the common ones."""

    common: Keys
    tenants: Mapping[str, Keys] = field(default_factory=dict)

    def of(self, scope: str) -> Keys:
        """A scope ends with its principal (``scope_of``)."""
        return self.tenants.get(scope.rpartition(_SCOPE_SEPARATOR)[2], self.common) if self.tenants else self.common

    @property
    def all(self) -> tuple[Keys, ...]:
        return (self.common, *self.tenants.values())


def scope_of(upstream: str, principal: str, group: str = "") -> str:
    """Whose tokens: an upstream's, or a group's of upstreams that belong together, and one principal's."""
    owner = f"group\x1e{group}" if group else upstream
    return f"{owner}{_SCOPE_SEPARATOR}{principal}"


def new_key(version: str = VERSIONS[0]) -> Key:
    return Key(version, secrets.token_bytes(_SECRET_BYTES))


def process_keys(secret: bytes | None = None) -> KeyRing:
    """Keys of this process only. The letter is drawn, so that tokens of another process are mostly told by it."""
    key = Key(VERSIONS[0], secret) if secret is not None else new_key(secrets.choice(VERSIONS))
    return KeyRing(Keys(key))


def _next(version: str) -> str:
    return VERSIONS[(VERSIONS.index(version) + 1) % len(VERSIONS)]


def rotated(keys: Keys) -> Keys:
    """A new first key; the old first reads. A key prepared before becomes the first instead."""
    if keys.second is not None and keys.second.version == _next(keys.first.version):
        return Keys(keys.second, keys.first)
    return Keys(new_key(_next(keys.first.version)), keys.first)


def prepared(keys: Keys) -> Keys:
    """A new key that only reads yet, so that every replica knows it before any writes with it."""
    return Keys(keys.first, new_key(_next(keys.first.version)))


def parse(text: str, source: str) -> KeyRing:
    """Raises ``BadConfig`` with file:line; never quotes a line."""
    sections: dict[str, list[Key]] = {"": []}
    name = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1]
            if not name or name in sections:
                raise BadConfig(f"{source}:{number}: a tenant's name is empty or given twice")
            sections[name] = []
            continue
        key = _key(line, f"{source}:{number}")
        if any(key.version == other.version for other in sections[name]):
            raise BadConfig(f"{source}:{number}: two keys of one section have the same letter")
        if len(sections[name]) == _MOST:
            raise BadConfig(f"{source}:{number}: more than two keys; one writes, one more reads")
        sections[name].append(key)
    if not sections[""] or not all(sections.values()):
        raise BadConfig(f"{source}: no key for everybody, or a tenant without a key; 'mcp-sidecar keys new' makes one")
    rings = {name: Keys(*keys) for name, keys in sections.items()}
    return KeyRing(rings.pop(""), rings)


def _key(line: str, at: str) -> Key:
    version, _, text = line.partition(" ")
    try:
        secret = base64.b64decode(text.strip().encode(), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        secret = b""
    if len(version) != 1 or version not in VERSIONS or len(secret) != _SECRET_BYTES:
        raise BadConfig(f"{at}: expected a letter of [a-z2-7] and 32 bytes in URL-safe base64")
    return Key(version, secret)


def dump(ring: KeyRing) -> str:
    """What ``parse`` reads."""
    lines = [_HEADER, *(f"{line}\n" for line in _lines(ring.common))]
    for name, keys in ring.tenants.items():
        lines += [f"\n[{name}]\n", *(f"{line}\n" for line in _lines(keys))]
    return "".join(lines)


def _lines(keys: Keys) -> list[str]:
    return [f"{key.version} {base64.urlsafe_b64encode(key.secret).decode()}" for key in keys.all]
