"""An event cannot hold a value: every text field is drawn from a closed vocabulary, listed here by hand."""

import dataclasses
import typing

from sidecar import events

CLOSED = {
    ("Change", "entity"): "entity names",
    ("Change", "operator"): "operator names",
    ("Change", "rule"): "rule names: file stem and number",
    ("MessagePassed", "direction"): "two words",
    ("MessagePassed", "method"): "the specification's methods, else 'other'",
    ("MessagePassed", "tool"): "tools the server announced, else 'other'",
    ("MessagePassed", "policy"): "a digest",
    ("MessageWithheld", "direction"): "two words",
    ("MessageWithheld", "method"): "the specification's methods, else 'other'",
    ("MessageWithheld", "tool"): "tools the server announced, else 'other'",
    ("MessageWithheld", "reason"): "reasons of the error tree",
    ("MessageWithheld", "rule"): "rule names",
    ("MessageWithheld", "pointer"): "pointers; keys that are no identifiers are numbered, see session",
    ("FrameDropped", "direction"): "two words",
    ("FrameDropped", "reason"): "reasons of the edges",
    ("BinaryPassed", "direction"): "two words",
    ("BinaryPassed", "method"): "the specification's methods, else 'other'",
    ("BinaryPassed", "pointer"): "pointers, as above",
    ("DetectorReady", "fingerprint"): "a digest",
    ("DetectorReady", "models"): "names of engines and of model files",
    ("PolicyLoaded", "preset"): "file stem or preset",
    ("PolicyLoaded", "digest"): "a digest",
    ("PolicyKept", "digest"): "a digest",
    ("ValueRestored", "method"): "the specification's methods, else 'other'",
    ("ValueRestored", "tool"): "tools the server announced, else 'other'",
    ("ValueRestored", "pointer"): "pointers, as above",
    ("ValueRestored", "entity"): "entity names",
    ("ValueRestored", "rule"): "rule names",
    ("SelfChecked", "state"): "three words",
    ("ListenerOpened", "host"): "our own address",
    ("SessionOpened", "transport"): "two words",
    ("SessionOpened", "caller"): "a digest",
    ("OperationEnded", "method"): "the specification's methods, else 'other'",
    ("OperationEnded", "tool"): "tools the server announced, else 'other'",
    ("OperationEnded", "protocol"): "known revisions, else 'other'",
    ("OperationEnded", "error"): "'tool_error', known codes, else 'other'",
    ("OperationEnded", "peer_error"): "the same",
    ("OperationFailed", "method"): "the specification's methods, else 'other'",
    ("OperationFailed", "tool"): "tools the server announced, else 'other'",
    ("OperationFailed", "protocol"): "known revisions, else 'other'",
    ("OperationFailed", "error"): "'tool_error', known codes, else 'other'",
    ("OperationFailed", "peer_error"): "the same",
    ("Suspected", "kind"): "five words",
    ("ThresholdPassed", "kind"): "the thresholds' names",
} | {(record.__name__, "policy"): "a digest" for record in typing.get_args(events.Event)}


def test_every_text_field_of_every_event_is_on_the_list_and_the_list_has_no_other():
    texts = set()
    for record in (events.Change, *typing.get_args(events.Event)):
        hints = typing.get_type_hints(record)
        for field in dataclasses.fields(record):
            if hints[field.name] not in (int, float, float | None, bool, tuple[events.Change, ...]):
                texts.add((record.__name__, field.name))
    assert texts == set(CLOSED)


def test_events_are_frozen_and_have_no_room_for_more():
    for record in typing.get_args(events.Event):
        assert record.__dataclass_params__.frozen
        assert hasattr(record, "__slots__")
