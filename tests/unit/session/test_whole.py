"""The quick lane of a verdict gives the same bytes and the same events as the long way."""

from __future__ import annotations

import base64
import json
import random
from typing import Any

import pytest

from sidecar.events import MessagePassed
from sidecar.redaction.findings import Finding, Findings, Passage
from sidecar.session.actions import Record, Send, Side
from sidecar.wire.jsonrpc import Envelope, Message, dumps, encode
from tests.playbook import PatternDetector, Playbook

POLICIES = {
    "strict": "strict",
    "reversible": "reversible",
    "observe": "observe",
    "masked": "version: 1\nextends: strict\nrules:\n  - {match: {entity: US_SSN}, do: mask}\n  - {match: {field: keep}, do: keep}\n",
    "by path": "version: 1\nextends: strict\nrules:\n  - {match: {path: 'result.structuredContent.items[1].**'}, do: keep}\n",
    "only sure": "version: 1\nextends: strict\nmin_score: 1\n",
}
SCHEMA = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "mail": {"type": "string", "format": "email"},
                    "who": {"type": "string", "maxLength": 60},
                },
            },
        }
    },
}
TUPLES = {
    "properties": {"items": {"prefixItems": [{"properties": {"who": {"type": "string", "maxLength": 60}}}, True]}}
}


def rows(seed: int) -> list[dict[str, Any]]:
    pick = random.Random(seed)  # noqa: S311
    return [
        {
            "mail": pick.choice(["jane@example.com", "joe@example.com", "none"]),
            "who": pick.choice(["Jane Doe", "Jane Doe, Jane Doe", "nobody"]),
            "to": pick.choice(["to jane@example.com", "-"]),
            "keep": pick.choice(["jane@example.com", "Jane Doe"]),
            "id": pick.choice(["123456789", "ref 123456789", 123456789, "12"]),
            "more": [pick.choice(["Jane Doe", "x"]), {"name": "who", "value": pick.choice(["Jane Doe", "y"])}],
        }
        for _ in range(6)
    ]


def flat(row: dict[str, Any], number: int) -> dict[str, Any]:
    """The row without what is inside: known again as a whole the third time, but for what is ``new`` each time."""
    members = {name: item for name, item in row.items() if name != "more"}
    return {
        **members,
        "copy": members["who"],
        "long": 4155550132,
        "none": None,
        **({"new": f"jane{number}@example.com"} if row["keep"] == "Jane Doe" else {"on": True}),
    }


def spellings(items: Any) -> list[str]:
    """The rows as servers write them into a text."""
    tight = dumps(items).decode()
    return [
        tight,
        json.dumps({"café": "à \n/", "items": items}, indent=2).replace("/", "\\/"),
        "\n".join(json.dumps(item) for item in items),
        f"Six people:\n{tight}\nThat is all.",
        json.dumps({"payload": json.dumps(items), "more": [tight]}),
        base64.b64encode(tight.encode()).decode(),
    ]


def crossing(book: Playbook, items: Any, *, remembers: bool) -> tuple[list[bytes], list[Any]]:
    sent, events = [], []
    for number in range(3):
        if not remembers:
            book.kit.places.clear()
        book.client(
            {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": "find", "arguments": {}}}
        )
        result = {
            "content": [{"type": "text", "text": text} for text in spellings(items)],
            "structuredContent": {"items": items, "flat": [flat(item, number) for item in (*items, *items)]},
        }
        for action in book.raw(Side.SERVER, {"jsonrpc": "2.0", "id": number, "result": result}):
            if isinstance(action, Send):
                sent.append(encode(action.envelope.message))
            elif isinstance(action, Record) and isinstance(action.event, MessagePassed):
                events.append((action.event.changes, action.event.restored))
    return sent, events


class Sparing(PatternDetector):
    """Reads no numbers but those called ``id``, as the real one: objects with others can be known as a whole."""

    def reads_numbers(self, name: str) -> bool:
        return name == "id"


@pytest.mark.parametrize("schema", [None, SCHEMA, TUPLES], ids=["no schema", "schema", "schema by position"])
@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
def test_remembered_answers_change_no_byte_and_no_count(policy, schema) -> None:
    books = [Playbook(policy, detector=Sparing()), Playbook(policy, detector=Sparing())]
    for book in books:
        book.learn(
            {"name": "find", "annotations": {"readOnlyHint": True}, **({"outputSchema": schema} if schema else {})}
        )
    for seed in range(10):
        items = rows(seed)
        quick, long = crossing(books[0], items, remembers=True), crossing(books[1], items, remembers=False)
        assert quick == long
        assert len(quick[0]) == 3
    flat_rows = books[0].kit.places.root("tools/call", "find").member("structuredContent").member("flat").rows
    assert bool(flat_rows) == ("path:" not in policy and schema is not TUPLES)


def test_what_was_restored_is_looked_for_in_what_was_seen_before_to_hold_nothing() -> None:
    """A value the detector does not find is hidden once it went out restored: places must not pass over it."""
    book = Playbook("reversible")
    book.learn({"name": "find", "annotations": {"readOnlyHint": True}})
    shown = book.call("find", {}, {"content": [], "structuredContent": {"who": "Jane Doe", "note": "JANE DOE"}})[1]
    token = shown.envelope.message.body["result"]["structuredContent"]["who"]
    assert shown.envelope.message.body["result"]["structuredContent"]["note"] == "JANE DOE"
    _, again = book.call("find", {"q": token}, {"content": [], "structuredContent": {"who": "x", "note": "JANE DOE"}})
    assert again.envelope.message.body["result"]["structuredContent"]["note"] == token


def test_a_column_is_the_same_one_after_a_value_was_restored() -> None:
    """What the detector learned of a column holds for as long as the column comes."""
    book = Playbook("reversible")
    book.learn({"name": "find", "annotations": {"readOnlyHint": True}})
    asked: list[Any] = []
    find = book.detector.lookup
    book.detector.lookup = lambda passages: asked.append(list(passages)) or find(passages)  # type: ignore[method-assign]

    def columns() -> dict[str, bytes]:
        return {passage.text: passage.column for passage in asked.pop() if passage.column}

    result = {
        "content": [{"type": "text", "text": '{"rows": [{"ship": "in text"}]}'}],
        "structuredContent": {
            "rows": [{"ship": "North Hall", "more": [{"name": "x", "value": "y y"}]}],
            "who": "Jane Doe",
        },
    }
    book.call("find", {"q": 1}, result)
    before = columns()
    assert {"in text", "North Hall", "y y"} <= before.keys()
    _, shown = book.call("find", {"q": 2}, {"content": [], "structuredContent": {"who": "Jane Doe"}})
    token = shown.envelope.message.body["result"]["structuredContent"]["who"]
    book.call("find", {"q": token}, result)
    after = columns()
    assert {text: column for text, column in after.items() if text in before} == before


def test_what_the_detector_learned_since_is_asked_for_again() -> None:
    book = Playbook("strict")
    book.learn({"name": "find", "annotations": {"readOnlyHint": True}})
    book.detector.is_blind = True
    result = {"content": [], "structuredContent": {"who": "Jane Doe"}}
    assert book.call("find", {}, result)[1].envelope.message.body["result"] == result
    book.detector.is_blind = False
    assert book.call("find", {}, result)[1].envelope.message.body["result"] == result  # remembered
    book.detector.generation += 1
    assert book.call("find", {}, result)[1].envelope.message.body["result"]["structuredContent"]["who"] == "<PERSON>"


def test_an_answer_of_an_earlier_generation_is_not_remembered() -> None:
    book = Playbook("strict", is_slow=True)
    book.detector.is_blind = True
    sent = {"jsonrpc": "2.0", "method": "notifications/custom", "params": {"who": "Jane Doe"}}
    (asked,) = book.raw(Side.SERVER, sent)
    book.detector.generation += 1
    book.session.resume(asked.ticket, [() for _ in asked.passages])
    assert len(book.kit.places) == 0


def test_a_result_that_is_refused_after_all_does_not_leave_in_part() -> None:
    """What was replaced on the way in is nothing once another leaf refuses the message."""
    policy = "version: 1\nextends: strict\nrules:\n  - {match: {entity: US_SSN}, do: block}\n"
    book = Playbook(policy)
    book.learn({"name": "find", "annotations": {"readOnlyHint": True}})
    book.call("find", {}, {"content": [], "structuredContent": {"who": "Jane Doe"}})
    refused = book.call("find", {}, {"content": [], "structuredContent": {"who": "Jane Doe", "id": "123456789"}})[1]
    assert refused.reply.message.body["result"]["isError"] is True
    assert "structuredContent" not in refused.reply.message.body["result"]


def test_the_message_that_came_in_is_not_changed() -> None:
    book = Playbook("strict")
    book.learn({"name": "find", "annotations": {"readOnlyHint": True}})
    items = [{"who": "Jane Doe", "more": [{"who": "Jane Doe"}]}]
    for number in range(2):
        book.client(
            {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": "find", "arguments": {}}}
        )
        body = {"jsonrpc": "2.0", "id": number, "result": {"content": [], "structuredContent": {"items": items}}}
        before = dumps(body)
        sent = book.session.receive(Side.SERVER, Envelope(Message(body)), lane=1)
        assert [action for action in sent if isinstance(action, Send)]
        assert dumps(body) == before


class ByField(Sparing):
    """Knows a person by the field only."""

    def _find(self, passage: Passage) -> Findings:
        return (Finding(0, len(passage.text), "PERSON", 1.0, "field"),) if passage.field == "who" else ()


def test_what_rows_known_as_a_whole_pass_over_is_searched_for_what_they_hide() -> None:
    book = Playbook("strict", detector=ByField())
    row = {"who": "Ottilie Quist", "note": "ring Ottilie Quist", "a": "b", "c": "d"}
    for number in range(5):
        items = [{**row, "note": "ring nobody"}, {**row, "note": "or nobody"}, row]
        _, sent = book.call("find", {}, {"content": [], "structuredContent": {"items": items}}, request_id=number)
        got = sent.envelope.message.body["result"]["structuredContent"]["items"]
        assert [one["note"] for one in got] == ["ring nobody", "or nobody", "ring <PERSON>"]
    assert book.kit.places.root("tools/call", "find").member("structuredContent").member("items").rows
