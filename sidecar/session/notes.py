"""What the sidecar itself adds to a result, where the policy says so: a legend of tokens, and a receipt.

Neither holds a value. The legend is one fixed text, so that results which others may cache stay the same for everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sidecar.events import Change
from sidecar.wire import tree
from sidecar.wire.jsonrpc import Json

INTRODUCED: Final = frozenset(("initialize", "server/discover"))
"""Methods whose result carries ``instructions``, which hosts show to the model."""

LEGEND: Final = (
    "Personal data in results is replaced by tokens: an entity's name in capitals, an underscore and thirteen letters or "
    "digits. The same value always has the same token. Pass a token on exactly as written wherever its value is needed, "
    "as a tool's argument too: the server gets the real value. Never invent, change or shorten one."
)

RECEIPT: Final = "mcp-sidecar/receipt"
"""Our own namespace: those of ``modelcontextprotocol`` and ``mcp`` are reserved (MCP 2025-06-18, basic: _meta)."""


def with_legend(body: dict[str, Json]) -> dict[str, Json]:
    """``body`` of a result with the legend after the server's own instructions."""
    result = body.get("result")
    if not isinstance(result, dict):
        return body
    own = result.get("instructions")
    text = f"{own}\n\n{LEGEND}" if isinstance(own, str) and own else LEGEND
    return tree.put(body, ("result", "instructions"), text)


def with_receipt(body: dict[str, Json], changes: Sequence[Change], policy: str) -> dict[str, Json]:
    """``body`` of a result, saying how many values of which entity became what under which policy."""
    result = body.get("result")
    meta = result.get("_meta", {}) if isinstance(result, dict) else None
    if not changes or not isinstance(meta, dict) or RECEIPT in meta:
        return body
    counts = [{"entity": change.entity, "operator": change.operator, "count": change.count} for change in changes]
    receipt: dict[str, Json] = {"policy": policy, "changes": counts}
    return tree.put(body, ("result", "_meta"), {**meta, RECEIPT: receipt})
