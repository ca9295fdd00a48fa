"""Protocol revisions: which one a request speaks, and what follows from it.

It negotiates nothing: a peer's choice is observed, never corrected.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from sidecar.protocol.methods import BY_METHOD, REVISIONS
from sidecar.wire.jsonrpc import Json

Sender: TypeAlias = Literal["client", "server"]

HANDSHAKE: Final = frozenset(REVISIONS[:4])
"""Revisions agreed on by ``initialize``."""

MODERN: Final = frozenset(REVISIONS[4:])
"""Revisions in which every request says which one it speaks (MCP 2026-07-28, basic: _meta)."""

DEFAULT: Final = "2025-03-26"
"""What a request without any sign of a revision speaks over HTTP (MCP 2025-06-18, basic/transports)."""

VERSION_KEY: Final = "io.modelcontextprotocol/protocolVersion"

_CACHEABLE: Final = frozenset(
    (
        *("server/discover", "tools/list", "prompts/list", "resources/list", "resources/templates/list"),
        *("resources/read", "resources/directory/read", "skills/list", "skills/get"),
    )
)


def is_modern(revision: str) -> bool:
    """Whether ``revision`` has no handshake. One nobody knows is taken to be newer than all we know."""
    return revision not in HANDSHAKE


def is_modern_request(body: dict[str, Json]) -> bool:
    """Whether the request itself names a revision without handshake in ``params._meta``."""
    named = _named(body)
    return named is not None and is_modern(named)


def _named(body: dict[str, Json]) -> str | None:
    params = body.get("params")
    meta = params.get("_meta") if isinstance(params, dict) else None
    named = meta.get(VERSION_KEY) if isinstance(meta, dict) else None
    return named if isinstance(named, str) else None


def known_method(method: str) -> str:
    """``method`` if a revision or extension has it, else ``other``: a closed vocabulary for events."""
    return method if method in BY_METHOD else "other"


def revision_of(body: dict[str, Json], header: str | None = None) -> str:
    """The revision a request speaks.

    1. ``params._meta`` names it.
    2. ``initialize`` asks for it in ``params.protocolVersion``, and never for a modern one.
    3. The ``MCP-Protocol-Version`` header names it.
    4. Otherwise :data:`DEFAULT`.
    """
    named = _named(body)
    if named is not None:
        return named
    if body.get("method") == "initialize":
        params = body.get("params")
        asked = params.get("protocolVersion") if isinstance(params, dict) else None
        return asked if isinstance(asked, str) and asked in HANDSHAKE else REVISIONS[3]
    return header or DEFAULT


def exists(method: str, revision: str, sender: Sender) -> bool:
    """Whether ``sender`` may send ``method`` in ``revision``, extensions included."""
    row = BY_METHOD.get(method)
    if row is None:
        return False
    digit = str(REVISIONS.index(revision) + 1) if revision in REVISIONS else str(len(REVISIONS))
    return digit in (row.client if sender == "client" else row.server)


def may_cache(method: str, revision: str) -> bool:
    """Whether a complete result carries ``ttlMs`` and ``cacheScope`` (MCP 2026-07-28, server/utilities/caching)."""
    return is_modern(revision) and method in _CACHEABLE
