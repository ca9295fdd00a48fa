"""Options → keys, vault and, where the vault is a store, the store. It keeps nothing and connects to nothing yet."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sidecar.config.document import suggestion
from sidecar.errors import BadConfig
from sidecar.runtime.key_files import read
from sidecar.vault.base import Vault
from sidecar.vault.keys import process_keys
from sidecar.vault.memory import MemorySettings, MemoryVault
from sidecar.vault.remote import StoredVault
from sidecar.vault.sealed import SealedVault

if TYPE_CHECKING:
    from sidecar.stores.redis import RedisStore

KINDS: Final = ("memory", "sealed", "redis://…", "rediss://…")
_SCHEMES: Final = frozenset(("redis", "rediss", "unix"))
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class VaultSettings:
    """``kind``: ``memory``, ``sealed`` or a Redis URL; ``key_file``: empty for keys of this process only."""

    kind: str = "memory"
    key_file: str = ""
    ttl_s: float = MemorySettings().ttl_s
    max_bytes: int = MemorySettings().max_bytes
    scope_group: str = ""

    def __repr__(self) -> str:
        """A URL may hold a password."""
        return f"VaultSettings({self.name})"

    @property
    def name(self) -> str:
        return "redis" if self.is_store else self.kind

    @property
    def is_store(self) -> bool:
        return self.kind.partition("://")[0] in _SCHEMES


@dataclass(frozen=True, slots=True)
class Built:
    """``salt``: for operators that cannot be undone, stable as long as the first key is."""

    vault: Vault
    salt: bytes
    store: RedisStore | None = None


def build(settings: VaultSettings) -> Built:
    """Raises ``BadConfig``."""
    if settings.kind not in {"memory", "sealed"} and not settings.is_store:
        known = ", ".join(KINDS)
        raise BadConfig(f"vault: expected one of {known}{suggestion(settings.kind[:20], KINDS)}")
    if not settings.key_file:
        if settings.kind != "memory":
            raise BadConfig(f"vault: {settings.name} needs --key-file; 'mcp-sidecar keys new FILE' makes one")
        memory = MemoryVault(MemorySettings(ttl_s=settings.ttl_s, max_bytes=settings.max_bytes), process_keys())
        return Built(memory, secrets.token_bytes(_KEY_BYTES))
    ring = read(settings.key_file)
    salt = ring.common.first.sub("operators")[:_KEY_BYTES]
    if settings.kind == "sealed":
        return Built(SealedVault(ring), salt)
    if settings.kind == "memory":
        return Built(MemoryVault(MemorySettings(ttl_s=settings.ttl_s, max_bytes=settings.max_bytes), ring), salt)
    from sidecar.stores.redis import RedisStore

    vault = StoredVault(ring, settings.ttl_s)
    return Built(vault, salt, RedisStore(settings.kind, vault))
