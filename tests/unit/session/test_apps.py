"""MCP Apps: what a page shows is for a person, as the policy says of people; everything else is for the model."""

from __future__ import annotations

import pytest

from tests.playbook import Playbook, body

JANE = "jane@example.com"
PAGE = {"uri": "ui://contact/card", "mimeType": "text/html;profile=mcp-app", "text": f"<p>{JANE}</p>"}


def read(policy: str, contents: dict[str, object]) -> str:
    play = Playbook(policy)
    play.client({"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": contents["uri"]}})
    got = body(play.server({"jsonrpc": "2.0", "id": 1, "result": {"contents": [contents]}}))
    return str(got["result"]["contents"][0]["text"])


@pytest.mark.parametrize("policy", ["reversible", "observe"])
def test_a_page_shows_people_what_it_holds(policy):
    assert read(policy, PAGE) == PAGE["text"]


def test_under_strict_a_page_is_redacted_as_everything():
    assert JANE not in read("strict", PAGE)


def test_another_resource_of_the_same_address_is_for_the_model():
    assert JANE not in read("reversible", {**PAGE, "mimeType": "text/html"})


def test_what_a_tool_of_an_app_returns_is_for_the_model_and_its_page_is_named_as_it_was():
    play = Playbook("reversible")
    play.client({"jsonrpc": "2.0", "id": "l", "method": "tools/list"})
    tool = {"name": "card", "inputSchema": {"type": "object"}, "_meta": {"ui": {"resourceUri": PAGE["uri"]}}}
    listed = body(play.server({"jsonrpc": "2.0", "id": "l", "result": {"tools": [tool]}}))["result"]["tools"][0]
    assert listed["_meta"]["ui"]["resourceUri"] == PAGE["uri"]
    _, got = play.call("card", {}, {"content": [], "structuredContent": {"mail": JANE}, "_meta": {"com.x/data": JANE}})
    assert JANE not in str(body(got))
