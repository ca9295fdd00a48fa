"""Start: handshakes and lists are answered before any model is loaded; what has to be read waits for the models and is then read."""

from __future__ import annotations

import asyncio

from sidecar.events import DetectorReady, MessagePassed
from sidecar.runtime.build import App, Settings
from sidecar.session.actions import Side
from sidecar.wire.jsonrpc import Envelope, Message

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "client", "version": "1"}},
}
INITIALIZED = {
    "jsonrpc": "2.0",
    "id": 1,
    "result": {
        "protocolVersion": "2025-11-25",
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "server", "version": "1"},
    },
}
PROSE = {
    "jsonrpc": "2.0",
    "method": "notifications/message",
    "params": {"level": "info", "data": "Write to Maria Gonzalez, maria@example.com"},
}


async def test_initialize_is_answered_before_models_are_loaded_and_text_waits_until_they_are():
    events = []
    app = App(Settings(), [events.append])
    conversation = app.conversation()
    lane = conversation.lane()
    for sender, body in ((Side.CLIENT, INITIALIZE), (Side.SERVER, INITIALIZED)):
        answer = conversation.submit(sender, Envelope(Message(body)), lane)
        assert answer.done()
        assert answer.result().error is None
        assert not app.kit.detector.is_warm
    assert app._warming is not None, "the first forwarded message starts the loading"
    assert not app.is_warm
    waiting = conversation.submit(Side.SERVER, Envelope(Message(PROSE)), lane)
    assert not waiting.done()
    outcome = await asyncio.wait_for(waiting, 60)
    assert outcome.envelope is not None
    assert outcome.envelope.message.body["params"]["data"] == "Write to <PERSON>, <EMAIL_ADDRESS>"
    assert app.is_warm
    await conversation.close()
    await app.close()
    order = [type(event) for event in events if isinstance(event, (MessagePassed, DetectorReady))]
    assert order == [MessagePassed, MessagePassed, DetectorReady, MessagePassed]
