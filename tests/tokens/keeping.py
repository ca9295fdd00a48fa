"""A store's answers without a server: the records as they would lie there, sealed and named, in a dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sidecar.stores.records import named, seal, unseal
from sidecar.vault.base import Entry
from sidecar.vault.keys import KeyRing


class Keeping:
    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self.records: dict[bytes, bytes] = {}

    def store(self, entries: Sequence[Entry]) -> list[Entry]:
        refused = []
        for entry in entries:
            place = named(self.ring.of(entry.scope), entry.scope, entry.handle)[0]
            kept = unseal(place, self.records.setdefault(place.name, seal(place, entry)))
            if kept is None or (kept.scope, kept.entity, kept.value) != (entry.scope, entry.entity, entry.value):
                refused.append(entry)
        return refused

    def lookup(self, scope: str, tokens: Sequence[str]) -> Mapping[str, str]:
        found = {}
        for token in tokens:
            handle = token if token.startswith("=") else token.rpartition("_")[2]
            for place in named(self.ring.of(scope), scope, handle):
                entry = unseal(place, self.records.get(place.name))
                if entry is not None and entry.scope == scope and token.rpartition("_")[0] in ("", entry.entity):
                    found[token] = entry.value
        return found
