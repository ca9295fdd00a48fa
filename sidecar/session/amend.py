"""Carries a verdict out on a message: edited leaves, withheld items, caching hints, mirrored headers.

It decides nothing. Items that cannot cross are replaced or removed where they stand, so that the rest of the message
stays what it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sidecar.protocol import mirrors
from sidecar.protocol.leaf import JsonType, Path
from sidecar.session.context import Topic
from sidecar.session.decided import Verdict
from sidecar.session.replies import withheld_block, withheld_link
from sidecar.wire import tree
from sidecar.wire.jsonrpc import Envelope, Headers, Json, Message, Number

_APART: Final = " (header)"


def amend(
    envelope: Envelope, verdict: Verdict, topic: Topic, mirrored: Sequence[mirrors.Mirror], ttl_s: float
) -> Envelope:
    """The envelope that goes on; the very same one when nothing changed."""
    if not verdict.edits and not verdict.withheld and not verdict.replaced:
        return envelope
    body = tree.rewrite(envelope.message.body, [(path, False, value) for path, value in verdict.replaced])
    changes = [(leaf[2], leaf[6] is JsonType.KEY, value) for leaf, value in verdict.edits if leaf[2][0] != "headers"]
    if changes:
        body = tree.rewrite(body, _injective(body, changes))
    for path, entity in sorted(verdict.withheld, key=_by_path, reverse=True):
        body = _withhold(body, path, entity)
    if verdict.has_tokens and topic.is_response:
        body = _keep_private(body, ttl_s)
    headers = _mirror(envelope.headers, verdict, mirrored)
    message = envelope.message if body is envelope.message.body else Message(body)
    return replace(envelope, message=message, headers=headers)


def _by_path(item: tuple[Path, str]) -> list[tuple[int, int, str]]:
    """Later items of a list first, so that removing one moves none still to come."""
    return [(0, step, "") if isinstance(step, int) else (1, 0, step) for step in item[0]]


def _injective(body: dict[str, Json], changes: list[tuple[Path, bool, Json]]) -> list[tuple[Path, bool, Json]]:
    """Two keys of one object never become one: the second stand-in gets a number."""
    if not any(is_key for _, is_key, _ in changes):
        return changes
    taken: dict[Path, set[str]] = {}
    result: list[tuple[Path, bool, Json]] = []
    for path, is_key, value in changes:
        name = value
        if is_key:
            parent, number = path[:-1], 2
            if parent not in taken:
                taken[parent] = set(tree.get(body, parent))
            while name in taken[parent]:
                name, number = f"{value} {number}", number + 1
            taken[parent].add(name)
        result.append((path, is_key, name))
    return result


def _withhold(body: dict[str, Json], path: Path, entity: str) -> dict[str, Json]:
    """Replace the block or remove the list item that ``path`` is part of."""
    if path[:2] == ("result", "skills"):
        return tree.delete(body, path[:3])
    block = path[:-1]
    if block and block[-1] == "resource":
        block = block[:-1]
    if block[-2:-1] == ("icons",):  # an icon nobody can check is left out; they are optional everywhere
        return tree.delete(body, block)
    item = tree.get(body, block)
    if block == ("params",) or not isinstance(item, dict):
        return body
    if "type" in item or (block and block[-1] == "content"):
        return tree.put(body, block, withheld_link(entity) if entity else withheld_block(_what(item)))
    if entity and block and isinstance(block[-1], int) and block[-2] != "contents":
        return tree.delete(body, block)
    if entity:
        return tree.put(body, path, f"withheld:{entity}")
    kept = {key: value for key, value in item.items() if key != path[-1]}
    return tree.put(body, block, {**kept, "mimeType": "text/plain", "text": withheld_block(_what(item))["text"]})


def _what(item: dict[str, Json]) -> str:
    """The announced media type when it is one of the usual, never free text."""
    for place in (item, item.get("resource")):
        mime = place.get("mimeType") if isinstance(place, dict) else None
        if isinstance(mime, str):
            family = mime.partition("/")[0].lower()
            if family in {"image", "audio", "video", "application", "text", "font", "model"}:
                return family
    return "binary"


def _keep_private(body: dict[str, Json], ttl_s: float) -> dict[str, Json]:
    """Tokens belong to one scope: no shared cache may serve them (MCP 2026-07-28, caching hints)."""
    result = body.get("result")
    if not isinstance(result, dict):
        return body
    if "cacheScope" in result:
        body = tree.put(body, ("result", "cacheScope"), "private")
    ttl_ms = result.get("ttlMs")
    if isinstance(ttl_ms, int) and ttl_ms > ttl_s * 1000:
        body = tree.put(body, ("result", "ttlMs"), int(ttl_s * 1000))
    return body


def _mirror(headers: Headers, verdict: Verdict, mirrored: Sequence[mirrors.Mirror]) -> Headers:
    """Every mirrored header gets what its body leaf got; a header of its own gets its own."""
    if not mirrored:
        return headers
    by_path = {leaf.path: value for leaf, value in verdict.edits if leaf.json_type is not JsonType.KEY}
    said = {value for path, value in by_path.items() if path[0] != "headers" and isinstance(value, str)}
    new: dict[str, str] = {}
    for mirror in mirrored:
        path = mirror.path if mirror.path is not None else ("headers", mirror.name)
        if path in by_path:
            value = by_path[path]
            text = value.text if isinstance(value, Number) else str(value)
            if mirror.path is None and text in said:
                text += _APART  # two values, one label: the server must still see that they were two
            new[mirror.name] = text
    return mirrors.recompute(headers, mirrored, new) if new else headers
