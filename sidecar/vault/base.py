"""What the session asks of a vault, whatever keeps its values. It keeps none itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sidecar.vault.tokens import Origin


@dataclass(frozen=True, slots=True)
class Entry:
    """One stand-in and what it stands for. ``handle``: a token's tail, or ``=`` and a spelling that only memory can tell."""

    scope: str
    handle: str
    origin: Origin
    entity: str
    value: str = field(repr=False)


class Vault(Protocol):
    """Answers inline. A vault whose values lie elsewhere is a ``RemoteVault``, and says what has to be stored first."""

    @property
    def ttl_s(self) -> float:
        """How long a token minted now can be restored, in seconds; infinite where nothing is kept."""

    @property
    def is_remote(self) -> bool:
        """Whether tokens have to be stored before they are sent, and looked up before they are restored."""

    @property
    def is_sealed(self) -> bool:
        """Whether a token's tail is the value, and long."""

    def mint(self, scope: str, origin: Origin, entity: str, value: str) -> str | None:
        """The token of a value, restorable from now on; None when it cannot be kept (too long)."""

    def spell(self, scope: str, origin: Origin, entity: str, value: str, candidates: Iterable[str]) -> str | None:
        """The first of ``candidates`` that stands for no other value; it is restored where it is a leaf as a whole."""

    def resolve(self, scope: str, token: str) -> str | None:
        """The value of a token of this scope; None: unknown, expired or another scope's. ``_tail``: of any entity."""

    def spelt(self, scope: str, text: str) -> str | None:
        """The value that ``spell`` gave this text for; None: none."""

    def is_own(self, scope: str, version: str) -> bool:
        """Whether one of the scope's keys has this letter."""

    def close(self) -> None: ...


class RemoteVault(Vault, Protocol):
    """The part of a vault in a store that needs no I/O."""

    def take(self) -> Sequence[Entry]:
        """What was minted since the last call and is not known to be stored."""

    def stored(self, entries: Sequence[Entry]) -> None:
        """The store acknowledged them."""

    def refused(self, entries: Sequence[Entry]) -> None:
        """Their handles stand for other values: mint them anew, differently."""
