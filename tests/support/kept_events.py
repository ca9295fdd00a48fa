"""An event store that forgets nothing: streams of a test server have ids and can be resumed."""

from __future__ import annotations

from typing import Any

from mcp.server.streamable_http import EventMessage, EventStore


class Events(EventStore):
    """Keeps every event, so that streams have ids and can be resumed."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, Any]] = []

    async def store_event(self, stream_id: str, message: Any) -> str:
        self.kept.append((stream_id, message))
        return str(len(self.kept) - 1)

    async def replay_events_after(self, last_event_id: str, send_callback: Any) -> str | None:
        stream_id = self.kept[int(last_event_id)][0]
        for number, (stream, message) in list(enumerate(self.kept))[int(last_event_id) + 1 :]:
            if stream == stream_id and message is not None:
                await send_callback(EventMessage(message, str(number)))
        return stream_id
