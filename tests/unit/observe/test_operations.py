"""A client's request, from receipt to answer, as seen from both sides."""

from __future__ import annotations

import pytest

from sidecar.events import OperationEnded, OperationFailed
from sidecar.observe.operations import Operations, error_of
from sidecar.observe.watch import Observing, Watch
from sidecar.session.actions import Side
from sidecar.wire.jsonrpc import Envelope, Message


@pytest.mark.parametrize("method", ["sampling/createMessage", "elicitation/create", "roots/list"])
def test_what_a_server_asks_is_timed_on_both_sides_too(method):
    events = []
    watch = Watch(Observing(), 7, events.append, lambda _: "other")

    def goes(sender, body, *, has_crossed=True):
        envelope = watch.received(sender, Envelope(Message({"jsonrpc": "2.0", **body})))
        if has_crossed:
            watch.sent(sender.other, envelope.message)

    goes(Side.CLIENT, {"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18"}})
    goes(Side.SERVER, {"id": 1, "method": method})
    goes(Side.CLIENT, {"id": 1, "result": {}})
    goes(Side.SERVER, {"id": 1, "result": {}})
    assert [(event.method, event.error, event.protocol, event.peer_ms is None) for event in events] == [
        (method, "", "2025-06-18", False),
        ("initialize", "", "2025-06-18", False),
    ], "the same id in both directions is two requests"
    goes(Side.SERVER, {"id": 2, "method": method}, has_crossed=False)
    watch.sent(Side.SERVER, Message({"jsonrpc": "2.0", "id": 2, "error": {"code": -31010}}))
    assert [(event.error, event.peer_ms) for event in events[2:]] == [("-31010", None)], "the client was never asked"


class Times:
    def __init__(self):
        self.now = 0.0
        self.events = []
        self.operations = Operations(
            7, self.events.append, lambda name: name if name == "rows" else "other", None, self.clock
        )

    def clock(self):
        return self.now

    def go(self, step, body, at):
        self.now = at
        return getattr(self.operations, step)(Message(body))


def request(method="tools/call", number=1, **params):
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def result(number=1, **result):
    return {"jsonrpc": "2.0", "id": number, "result": result}


def test_both_sides_of_a_call_are_timed():
    times = Times()
    times.go("asked", request(name="rows"), 1.0)
    times.go("forwarded", request(name="rows"), 1.25)
    times.go("replied", result(), 2.25)
    times.go("answered", result(), 3.0)
    assert times.events == [OperationEnded(7, "tools/call", "rows", "2025-03-26", "", 2000.0, "", 1000.0)]


@pytest.mark.parametrize("is_first", [True, False])
def test_an_operation_told_of_later_ends_when_it_was_answered_and_once(is_first):
    times, later = Times(), []
    times.operations = Operations(7, times.events.append, str, None, times.clock, later=later.append)
    times.go("asked", request(name="rows"), 1.0)
    times.go("forwarded", request(name="rows"), 1.25)
    times.go("replied", result(), 2.25)
    times.go("answered", result(), 3.0)
    assert times.events == []
    times.now = 9.0
    steps = [later[0], times.operations.close]
    for step in steps if is_first else steps[::-1]:
        step()
    assert times.events == [OperationEnded(7, "tools/call", "rows", "2025-03-26", "", 2000.0, "", 1000.0)]


@pytest.mark.parametrize(("is_usable", "is_told"), [(None, False), (lambda: True, True)])
def test_where_everything_has_to_be_accounted_for_nothing_is_told_of_later(is_usable, is_told):
    events, later = [], []
    watch = Watch(Observing(is_usable), 7, events.append, str, later=later.append)
    watch.received(Side.CLIENT, Envelope(Message(request(name="rows"))))
    watch.sent(Side.CLIENT, Message(result()))
    assert (bool(events), bool(later)) == (is_told, not is_told)


@pytest.mark.parametrize(("last", "error"), [("answered", "-31016"), ("close", "other")])
def test_what_failed_behind_us_is_told_however_it_ends_for_who_asked(last, error):
    times = Times()
    times.go("asked", request(name="rows"), 1.0)
    times.go("forwarded", request(name="rows"), 1.25)
    times.go("replied", {"jsonrpc": "2.0", "id": 1, "error": {"code": -32603}}, 2.25)
    times.now = 3.0
    if last == "answered":
        times.go("answered", {"jsonrpc": "2.0", "id": 1, "error": {"code": -31016}}, 3.0)
    else:
        times.operations.close()
    assert times.events == [OperationFailed(7, "tools/call", "rows", "2025-03-26", error, 2000.0, "-32603", 1000.0)]


def test_a_call_that_is_refused_never_was_the_servers():
    times = Times()
    times.go("asked", request(name="rows"), 1.0)
    times.go("answered", result(isError=True), 1.5)
    assert [(event.error, event.peer_error, event.peer_ms) for event in times.events] == [("tool_error", "", None)]


def test_names_come_from_closed_sets():
    times = Times()
    for number, body in enumerate([request(name="jane@example.com"), request("jane@example.com", 1)]):
        times.go("asked", {**body, "id": number}, 1.0)
        times.go("answered", result(number), 1.0)
    assert [(event.method, event.tool) for event in times.events] == [("tools/call", "other"), ("other", "")]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (result(), ""), (result(isError=True), "tool_error"), (result(isError="yes"), ""),
        ({"error": {"code": -32603}}, "-32603"), ({"error": {"code": -31016}}, "-31016"),
        ({"error": {"code": 5550123}}, "other"), ({"error": {"code": "jane@example.com"}}, "other"), ({"error": {}}, "other"),
    ],
)  # fmt: skip
def test_an_error_is_told_by_a_code_that_is_known(body, error):
    assert error_of(body) == error


def test_the_revision_is_the_one_that_was_agreed_on():
    times = Times()
    times.go("asked", request("initialize", protocolVersion="2025-06-18"), 0.0)
    times.go("answered", result(), 0.0)
    times.go("asked", request(name="rows"), 0.0)
    times.go("answered", result(), 0.0)
    assert {event.protocol for event in times.events} == {"2025-06-18"}
    times.go("asked", request("initialize", 2, protocolVersion="jane@example.com"), 0.0)
    times.go("answered", result(2), 0.0)
    assert "jane" not in str(times.events)


def test_what_nobody_answers_is_not_kept_for_ever():
    times = Times()
    for number in range(10_050):
        times.go("asked", request(number=number), 0.0)
    assert len(times.operations._waiting) == 10_000
    times.operations.close()
    assert not times.operations._waiting


def test_notifications_and_unknown_answers_are_not_timed():
    times = Times()
    times.go("asked", {"jsonrpc": "2.0", "method": "notifications/initialized"}, 0.0)
    times.go("replied", result(9), 0.0)
    times.go("answered", result(9), 0.0)
    assert times.events == []
