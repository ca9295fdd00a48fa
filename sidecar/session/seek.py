"""Finds tokens in one message: as they are written toward the client, whatever a model made of them toward the server.

It restores nothing and stores nothing; a policy that neither makes nor restores tokens costs no search toward the client.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sidecar.protocol.leaf import Leaf
from sidecar.session.context import Kit
from sidecar.vault import spellings, tokens, tolerant
from sidecar.vault.tokens import SHORTEST, TokenSpan

SPELT: Final = "="
"""Begins the canonical form of a stand-in only the vault can tell from a genuine value."""
ANYTHING: Final = "VALUE"
"""The entity of a value whose entity is not known."""
_NAMELESS: Final = "?"
_LONGEST_SPELT: Final = 64
_NOT_PLAIN: Final = re.compile(r"[^A-Z0-9_]+")


@lru_cache(maxsize=1024)
def plain_name(entity: str) -> str:
    """An entity's name as it stands in a token: any case a model writes it in has to find it again."""
    return _NOT_PLAIN.sub("_", entity.upper()).strip("_") or ANYTHING


@lru_cache(maxsize=64)
def names_of(entities: frozenset[str]) -> frozenset[str]:
    return frozenset(map(plain_name, entities)) | {ANYTHING}


@dataclass(frozen=True, slots=True)
class Seek:
    """What is looked for in the texts of one message. ``asks``: spellings have to be asked of the vault, leaf by leaf."""

    kit: Kit
    names: Collection[str]
    scope: str
    is_to_server: bool
    is_tolerant: bool
    asks: bool

    def has(self, text: str) -> bool:
        """Whether it is worth a search: most texts are not."""
        if len(text) < SHORTEST:
            return False
        if self.is_tolerant:
            return True
        return "_" in text or "@" in text or "xample" in text or "2001:db8:" in text or "-8" in text

    def find(self, text: str) -> list[TokenSpan]:
        """Tokens in order. Toward the client only genuine ones: any other text is read like all text."""
        if self.is_tolerant:
            return self._strays(text, tolerant.find(text, self.names, is_sealed=self.kit.vault.is_sealed))
        spans = sorted(tokens.find(text, self.names) + spellings.find(text, self.names))
        return [span for span in spans if span.is_genuine or self.is_to_server]

    def _strays(self, text: str, spans: list[TokenSpan]) -> list[TokenSpan]:
        """With tails the vault knows that stand under no name, or one that is no entity's: ``PERSONNE_…``."""
        for start, end in tolerant.tails(text):
            tail = text[start:end].lower()
            is_apart = all(span.end <= start or end <= span.start for span in spans)
            if is_apart and self.kit.vault.resolve(self.scope, f"_{tail}") is not None:
                spans.append(TokenSpan(start, end, f"{_NAMELESS}_{tail}", is_genuine=False))
        return sorted(spans)

    def whole(self, leaf: Leaf) -> list[TokenSpan]:
        """The leaf, when it is as a whole a stand-in that only the vault can tell from a genuine value."""
        text = leaf.text
        if not self.asks or len(text) > _LONGEST_SPELT or self.kit.vault.spelt(self.scope, text) is None:
            return []
        return [TokenSpan(0, len(text), SPELT + text, is_genuine=True)]


def seek(kit: Kit, scope: str, *, to_server: bool) -> Seek | None:
    """None where no token can be met: toward the client under a policy without tokens."""
    makes = kit.policy.makes_tokens or bool(kit.policy.data.restore)
    if not to_server and not makes:
        return None
    is_tolerant = to_server and makes
    return Seek(kit, names_of(kit.entities), scope, is_to_server=to_server, is_tolerant=is_tolerant, asks=is_tolerant)
