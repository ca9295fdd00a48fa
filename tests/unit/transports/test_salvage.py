"""What is found of a frame that cannot be read: its id and kind, or nothing; never an id from inside."""

from __future__ import annotations

import pytest

from sidecar.errors import TooLarge
from sidecar.session.actions import Side
from sidecar.transports.salvage import HEAD_BYTES, TAIL_BYTES, Salvaged, refusal, salvage


def whole(frame: bytes) -> Salvaged:
    return salvage(frame, frame[-TAIL_BYTES:], is_whole=True)


def cut(frame: bytes) -> Salvaged:
    return salvage(frame[:HEAD_BYTES], frame[-TAIL_BYTES:], is_whole=False)


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (b'{"id":1,"method":"m"}', Salvaged("request", 1)),
        (b' { "method" : "m" , "id" : "a-1" } ', Salvaged("request", "a-1")),
        (b'{"id":1,"result":{}}', Salvaged("response", 1)),
        (b'{"error":{"code":1},"id":-7}', Salvaged("response", -7)),
        (b'{"result":{"method":"m"},"id":1}', Salvaged("response", 1)),
        (b'{"method":"m","params":{"id":6}}', Salvaged("request")),
        (b'{"method":"m","params":"\\"id\\":6"}', Salvaged("request")),
        (b'{"params":[{"id":6},{"id":7}],"method":"m","id":8', Salvaged("request", 8)),
        (b'{"id":1,"id":2,"method":"m"}', Salvaged("request")),
        (b'{"id":1.5,"method":"m"}', Salvaged("request")),
        (b'{"id":true,"method":"m"}', Salvaged("request")),
        (b'{"id":null,"method":"m"}', Salvaged("request")),
        (b'{"id":{"id":3},"method":"m"}', Salvaged("request")),
        (b'[{"id":1,"method":"m"}]', Salvaged("unknown")),
        (b"Server started, id: 5", Salvaged("unknown")),
        (b'"id":5}', Salvaged("unknown")),
        (b"", Salvaged("unknown")),
    ],
)
def test_a_whole_frame_that_is_malformed(frame, expected) -> None:
    assert whole(frame) == expected


LONG = b"y" * 100_000


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (b'{"id":1,"method":"m","params":"%s"}' % LONG, Salvaged("request", 1)),
        (b'{"method":"m","params":"%s","id":1}' % LONG, Salvaged("request", 1)),
        (b'{"method":"m","params":"%s" , "id" : "x" } ' % LONG, Salvaged("request", "x")),
        (b'{"method":"m","params":"%s,\\"id\\":6}"}' % LONG, Salvaged("request")),
        (b'{"method":"m","params":{"a":"%s","id":6}}' % LONG, Salvaged("request")),
        (b'{"result":{"a":"%s"},"jsonrpc":"2.0","id":3}' % LONG, Salvaged("response", 3)),
        (b'{"id":3,"method":"m","params":"%s","id":4}' % LONG, Salvaged("request", 3)),
    ],
)
def test_a_frame_of_which_only_the_ends_are_left(frame, expected) -> None:
    assert cut(frame) == expected


def test_a_number_that_the_cut_may_have_shortened_is_not_taken_for_the_id() -> None:
    assert salvage(b'{"method":"m","id":12', b"", is_whole=False) == Salvaged("request")


@pytest.mark.parametrize("filler", [b'"', b"\\", b"{", b'{"a":', b'"\\', b"\\\\\\", b"y", b" ", b'"id":', b","])
def test_no_filler_makes_it_slow(filler) -> None:
    """Under a pattern that backtracks this test would not end; the suite's timeout bounds it."""
    frame = b'{"method":"' + filler * HEAD_BYTES
    assert cut(frame).id is None
    assert whole(frame[:HEAD_BYTES]).id is None


@pytest.mark.parametrize(
    ("sender", "salvaged", "to", "is_answered"),
    [
        (Side.CLIENT, Salvaged("request", 1), Side.CLIENT, True),
        (Side.CLIENT, Salvaged("response", 1), Side.SERVER, True),
        (Side.SERVER, Salvaged("response", 1), Side.CLIENT, True),
        (Side.SERVER, Salvaged("request", 1), Side.SERVER, True),
        (Side.CLIENT, Salvaged("request"), Side.CLIENT, False),
        (Side.CLIENT, Salvaged("response"), Side.SERVER, False),
    ],
)
def test_the_answer_goes_to_whoever_waits(sender, salvaged, to, is_answered) -> None:
    outcome = refusal(sender, salvaged, TooLarge("too large"))
    assert outcome.to is to
    assert (outcome.envelope is not None) is is_answered


def test_a_null_id_is_only_for_the_sender_itself() -> None:
    told = refusal(Side.CLIENT, Salvaged("unknown"), TooLarge("too large"), null_id=True)
    assert told.envelope is not None
    assert told.envelope.message.body["id"] is None
    assert refusal(Side.CLIENT, Salvaged("response"), TooLarge("too large"), null_id=True).envelope is None
