"""What goes when an item of a request cannot cross: the item alone where it can, the request where it is its own address."""

from __future__ import annotations

import base64

from sidecar.session.actions import Refuse, Send, Side
from tests.playbook import Playbook, body

MODERN = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n\x00\xff").decode()


def test_a_root_with_a_personal_uri_goes_alone_from_a_retried_call():
    play = Playbook("strict")
    roots = [{"uri": "file:///srv/jane@example.com"}, {"uri": "file:///srv/crm", "name": "CRM"}]
    params = {"name": "t", "arguments": {}, "inputResponses": {"ask": {"roots": roots}}, "_meta": MODERN}
    sent = play.client({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    assert isinstance(sent, Send)
    assert body(sent)["params"]["inputResponses"]["ask"]["roots"] == roots[1:]


def test_an_image_goes_alone_from_what_the_server_asks_a_model():
    play = Playbook("strict")
    image = {"type": "image", "mimeType": "image/png", "data": PNG}
    said = [{"role": "user", "content": [image, {"type": "text", "text": "what is this?"}]}]
    params = {"messages": said, "maxTokens": 5}
    sent = play.server({"jsonrpc": "2.0", "id": 1, "method": "sampling/createMessage", "params": params})
    assert isinstance(sent, Send)
    first, second = body(sent)["params"]["messages"][0]["content"]
    assert first["type"] == "text"
    assert "image" in first["text"]
    assert second["text"] == "what is this?"


def test_a_request_for_a_personal_uri_is_refused():
    play = Playbook("strict")
    for method, params in (
        ("resources/read", {"uri": "crm://jane@example.com"}),
        ("subscriptions/listen", {"notifications": {"resourceSubscriptions": ["crm://jane@example.com"]}}),
    ):
        refused = play.client({"jsonrpc": "2.0", "id": method, "method": method, "params": params})
        assert isinstance(refused, Refuse)
        assert refused.to is Side.CLIENT
