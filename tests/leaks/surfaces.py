"""Every surface of the protocol that carries text, one row each: who asks what, who answers what, where the plant stands.

It moves no bytes: the two peers in this folder say these messages over real pipes and sockets.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from tests.leaks.from_client import FROM_CLIENT
from tests.leaks.from_server import FROM_SERVER
from tests.leaks.rows import AGAIN, Body, Era, Slot

ROWS: Final = tuple(replace(row, number=number) for number, row in enumerate(FROM_SERVER + FROM_CLIENT))
BY_ID: Final = {row.id: row for row in ROWS}


def tools() -> list[Body]:
    """Announced before anything else: every row's tool; all but one say that they only read."""
    reading = {"annotations": {"readOnlyHint": True}, "inputSchema": {"type": "object"}}
    return [{"name": row.id, **reading, **(row.tool or {}), **_input(row.tool)} for row in ROWS]


def _input(tool: Body | None) -> Body:
    return {} if tool and "inputSchema" in tool else {"inputSchema": {"type": "object"}}


def slots(transport: str, era: Era) -> list[Slot]:
    return [Slot(row, kind, era) for row in ROWS if row.runs_over(transport, era) for kind in row.kinds]


def slot_of(key: Any, era: Era) -> Slot | None:
    """The slot of a request id, without the mark of its second round."""
    row_id, _, kind = str(key).removesuffix(AGAIN).partition("|")
    row = BY_ID.get(row_id)
    return Slot(row, kind, era) if row is not None and kind in row.kinds else None  # type: ignore[arg-type]


def key_of(message: Any) -> str:
    """What slot's message this is, ``""`` for others."""
    if not isinstance(message, dict):
        return ""
    if "id" in message:
        return str(message["id"])
    meta = message.get("params", {}).get("_meta", {})
    return str(meta.get("progressToken", ""))
