"""What a field says of a value holds for the whole message; and what was to be hidden and still stands there withholds it."""

from __future__ import annotations

import json

import pytest

from sidecar.runtime.build import Settings, build_kit
from sidecar.session.actions import Analyze, Refuse, Send, Side
from sidecar.session.propagate import is_telling
from sidecar.session.session import Session
from sidecar.wire.jsonrpc import Envelope, Message, dumps, loads

PERSON = {"FirstName": "Ottilie", "LastName": "Brackenbury", "EmailAddress": "o.b@example.com"}
NOTE = 'Ottilie called.\nMrs. Brackenbury said "Brackenbury" is hers, not Blackenbury.'


class Line:
    """A conversation with a live detector; results go to the client the way the proxy sends them."""

    def __init__(self, policy: str) -> None:
        self.kit = build_kit(Settings(policy=policy, engine="none"))
        self.session = Session(self.kit, scope="s", number=1)
        self.calls = 0

    def result(self, result, method="tools/call"):
        self.calls += 1
        params = {"name": "t", "arguments": {}} if method == "tools/call" else {}
        self._send(Side.CLIENT, {"jsonrpc": "2.0", "id": self.calls, "method": method, "params": params})
        return self._send(Side.SERVER, {"jsonrpc": "2.0", "id": self.calls, "result": result})

    def _send(self, sender, body):
        raw = dumps(body)
        actions = self.session.receive(sender, Envelope(Message(loads(raw.decode()), raw)), lane=1)
        while analysis := next((action for action in actions if isinstance(action, Analyze)), None):
            actions = self.session.resume(analysis.ticket, self.kit.detector.detect(analysis.passages))
        return next(action for action in actions if isinstance(action, (Send, Refuse)))


def said(action):
    assert isinstance(action, Send), action
    return json.loads(dumps(action.envelope.message.body))["result"]


@pytest.mark.parametrize("policy", ["strict", "reversible"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_name_its_field_gives_away_is_hidden_in_prose_of_the_same_message_every_time(policy, packed):
    line = Line(policy)
    rows = {"rows": [PERSON, {"Note": NOTE}]}
    result = {"content": [{"type": "text", "text": json.dumps(rows)}]} if packed else {"structuredContent": rows}
    for _ in range(3):  # what a place remembers of a text must not let it pass the second time
        text = json.dumps(said(line.result(result)))
        assert "Ottilie" not in text
        assert "Brackenbury" not in text
        assert "not Blackenbury" in text


def test_a_text_that_is_remembered_to_hold_something_is_searched_for_the_rest_too():
    line = Line("strict")
    rows = {"rows": [PERSON, {"Note": "Ottilie wrote from 555-0142 and from a.z@example.com"}]}
    for _ in range(3):
        text = json.dumps(said(line.result({"structuredContent": rows})))
        assert "Ottilie" not in text
        assert "a.z@example.com" not in text


def test_the_same_value_has_the_same_token_wherever_it_stands():
    rows = said(Line("reversible").result({"structuredContent": {"a": PERSON, "b": {"Note": "seen by Ottilie"}}}))
    rows = rows["structuredContent"]
    assert rows["b"]["Note"] == f"seen by {rows['a']['FirstName']}"


def test_the_same_name_stays_in_another_message_where_nothing_says_whose_it_is():
    line = Line("strict")
    said(line.result({"structuredContent": PERSON}))
    assert said(line.result({"structuredContent": {"Note": "seen by Ottilie"}}))["structuredContent"] == {
        "Note": "seen by Ottilie"
    }


def test_what_was_hidden_and_stands_where_nobody_looks_withholds_the_message_under_strict():
    listed = {"resources": [{"uri": "crm://a", "name": "o.b@example.com"}], "nextCursor": "after:o.b@example.com"}
    assert isinstance(Line("strict").result(listed, "resources/list"), Refuse)


def test_the_residual_scan_can_be_switched_off(tmp_path):
    policy = tmp_path / "p.yaml"
    policy.write_text("version: 1\nresidual_scan: false\n")
    listed = {"resources": [{"uri": "crm://a", "name": "o.b@example.com"}], "nextCursor": "after:o.b@example.com"}
    assert said(Line(str(policy)).result(listed, "resources/list"))["nextCursor"] == "after:o.b@example.com"


def test_what_a_rule_keeps_elsewhere_in_the_message_withholds_nothing(tmp_path):
    policy = tmp_path / "p.yaml"
    policy.write_text("version: 1\nrules:\n  - {match: {field: contact}, do: keep}\n")
    result = said(
        Line(str(policy)).result(
            {"structuredContent": {"contact": "o.b@example.com", "EmailAddress": "o.b@example.com"}}
        )
    )
    assert result["structuredContent"] == {"contact": "o.b@example.com", "EmailAddress": "<EMAIL_ADDRESS>"}


def test_a_message_in_which_nothing_was_replaced_leaves_as_it_came():
    line = Line("strict")
    line.calls = 7
    raw = b'{"jsonrpc":"2.0","id":8,"result":{"content":[{"type":"text","text":"all is well"}]}}'
    line.session.receive(
        Side.CLIENT,
        Envelope(Message({"jsonrpc": "2.0", "id": 8, "method": "tools/call", "params": {"name": "t"}})),
        lane=1,
    )
    actions = line.session.receive(Side.SERVER, Envelope(Message(loads(raw.decode()), raw)), lane=1)
    while analysis := next((action for action in actions if isinstance(action, Analyze)), None):
        actions = line.session.resume(analysis.ticket, line.kit.detector.detect(analysis.passages))
    assert next(a for a in actions if isinstance(a, Send)).envelope.message.raw is raw


@pytest.mark.parametrize(
    ("value", "entity", "tells"),
    [
        ("Rose", "PERSON", True),
        ("rose", "PERSON", False),
        ("Bo", "PERSON", False),
        ("Springfield", "LOCATION", False),
        ("12 Larch Lane", "LOCATION", True),
        ("60601", "LOCATION", False),
        ("a@b.test", "EMAIL_ADDRESS", True),
        ("555-0142 x1", "PHONE_NUMBER", True),
    ],
)
def test_only_a_value_that_says_enough_by_itself_is_looked_for_elsewhere(value, entity, tells):
    assert is_telling(value, entity) is tells
