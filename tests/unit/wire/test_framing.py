"""Newline and event-stream framing, case by case; any split of the bytes is tests/properties' business."""

import pytest

from sidecar.wire.framing import (
    LineDecoder,
    Oversized,
    SseComment,
    SseDecoder,
    SseEvent,
    encode_line,
    sse_event,
)


def events(stream: bytes, max_bytes: int = 1000) -> list[SseEvent]:
    decoder = SseDecoder(max_bytes)
    return [item for item in decoder.feed(stream) + decoder.flush() if isinstance(item, SseEvent)]


def test_a_line_comes_out_when_its_newline_is_there() -> None:
    decoder = LineDecoder()
    assert decoder.feed(b'{"a"') == []
    assert decoder.feed(b':1}\n{"b":2}\n{') == [b'{"a":1}', b'{"b":2}']


def test_one_carriage_return_before_the_newline_is_dropped() -> None:
    assert LineDecoder().feed(b"one\r\ntwo\r\r\n") == [b"one", b"two\r"]


def test_a_bare_carriage_return_is_no_line_end() -> None:
    assert LineDecoder().feed(b'{"a":\r1}\n') == [b'{"a":\r1}']


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e"])
def test_other_unicode_line_separators_are_no_line_ends(separator: str) -> None:
    line = f'{{"a":"x{separator}y"}}'.encode()
    assert LineDecoder().feed(line + b"\n") == [line]
    assert events(b"data: " + line + b"\n\n")[0].data == line


def test_blank_lines_are_reported_as_such() -> None:
    assert LineDecoder().feed(b"\n\r\na\n") == [b"", b"", b"a"]


def test_the_last_line_needs_no_newline() -> None:
    decoder = LineDecoder()
    assert decoder.feed(b"a\nlast") == [b"a"]
    assert decoder.flush() == [b"last"]
    assert decoder.flush() == []


def test_a_line_over_the_limit_is_marked_in_its_place_and_later_lines_survive() -> None:
    assert LineDecoder(4).feed(b"1234\n12345\nabcd\r\nabcde\r\nx\n") == [
        b"1234",
        Oversized(5),
        b"abcd",
        Oversized(5),
        b"x",
    ]


def test_a_last_line_over_the_limit_is_marked_too() -> None:
    decoder = LineDecoder(4)
    assert decoder.feed(b"123456") == []
    assert decoder.flush() == [Oversized(6)]


def test_an_oversized_line_is_not_kept_in_memory() -> None:
    decoder = LineDecoder(1000)
    for _ in range(1000):
        decoder.feed(b"x" * 500)
    assert len(decoder._line) <= 1001
    assert decoder.feed(b"\nok\n") == [Oversized(500_000), b"ok"]


def test_a_frame_is_written_as_one_line_whatever_breaks_it_holds() -> None:
    assert encode_line(b'{"a":1}') == b'{"a":1}\n'
    assert encode_line(b'{\r\n"a":\r1}') == b'{  "a": 1}\n'


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_an_event_has_its_fields(end: bytes) -> None:
    (event,) = events(end.join([b"event: endpoint", b"id: 7", b"retry: 3000", b'data: {"a":1}', b"", b""]))
    assert (event.event, event.name, event.id, event.retry, event.data) == (
        "endpoint", "endpoint", "7", 3000, b'{"a":1}',
    )  # fmt: skip


def test_an_event_without_a_type_is_a_message() -> None:
    (event,) = events(b"data: x\n\n")
    assert (event.event, event.name) == (None, "message")


def test_data_lines_are_joined_and_one_space_is_stripped() -> None:
    (event,) = events(b"data:a\ndata: b\ndata:  c\ndata\n\n")
    assert event.data == b"a\nb\n c\n"


def test_a_priming_event_has_an_id_and_empty_data() -> None:
    (event,) = events(b"id: 1_0\ndata:\n\n")
    assert (event.id, event.data) == ("1_0", b"")


def test_a_block_without_data_keeps_its_id_and_retry() -> None:
    (event,) = events(b"id: 5\nretry: 10\n\n")
    assert (event.id, event.retry, event.data) == ("5", 10, None)


def test_what_the_standard_ignores_is_ignored_and_still_forwarded() -> None:
    stream = b"id: a\0b\nretry: 1s\nretry: \xd9\xa1\nunknown: u\nlone\ndata: x\n\n"
    (event,) = events(stream)
    assert (event.id, event.retry, event.encode()) == (None, None, stream)


def test_the_last_of_repeated_fields_counts() -> None:
    (event,) = events(b"id: 1\nid: 2\nevent: a\nevent: b\nretry: 1\nretry: 2\n\n")
    assert (event.id, event.event, event.retry) == ("2", "b", 2)


def test_a_byte_order_mark_is_left_out() -> None:
    (event,) = events(b"\xef\xbb\xbfdata: x\n\n")
    assert event.encode() == b"data: x\n\n"


def test_keep_alives_come_out_at_once_and_in_their_place() -> None:
    decoder = SseDecoder()
    (ping,) = decoder.feed(b": ping\n")
    assert isinstance(ping, SseComment)
    assert ping.text == b" ping"
    items = decoder.feed(b"\ndata: x\n\n:\n")
    assert [type(item) for item in items] == [SseComment, SseEvent, SseComment]
    assert [item.encode() for item in items] == [b"\n", b"data: x\n\n", b":\n"]


def test_an_empty_line_is_no_comment() -> None:
    (blank,) = SseDecoder().feed(b"\n")
    assert isinstance(blank, SseComment)
    assert blank.text is None


def test_a_comment_inside_an_event_stays_inside() -> None:
    stream = b"id: 1\n: note\ndata: x\n\n"
    (event,) = events(stream)
    assert event.encode() == stream


def test_an_event_is_not_held_back_by_a_stream_that_ends_lines_with_carriage_returns() -> None:
    (event,) = SseDecoder().feed(b"data: x\r\r")
    assert isinstance(event, SseEvent)
    assert event.data == b"x"


def test_a_carriage_return_waits_for_its_line_feed() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"data: x\r\n\r") == []
    (event,) = decoder.feed(b"\n")
    assert event.encode() == b"data: x\r\n\r\n"


def test_the_end_of_the_stream_completes_a_last_carriage_return() -> None:
    decoder = SseDecoder()
    assert decoder.feed(b"data: x\r\n\r") == []
    assert [item.encode() for item in decoder.flush()] == [b"data: x\r\n\r"]
    assert not decoder.is_truncated


@pytest.mark.parametrize("rest", [b"data: x", b"data: x\n", b"id: 1\n", b"\xef\xbb"])
def test_an_incomplete_last_event_is_dropped_and_said_so(rest: bytes) -> None:
    decoder = SseDecoder()
    assert decoder.feed(rest) == []
    assert decoder.flush() == []
    assert decoder.is_truncated


def test_an_incomplete_comment_is_no_loss() -> None:
    decoder = SseDecoder()
    decoder.feed(b"data: x\n\n: pi")
    decoder.flush()
    assert not decoder.is_truncated


def test_an_oversized_event_loses_its_data_and_keeps_what_steers_the_client() -> None:
    stream = b"event: message\nid: 9\ndata: " + b"x" * 200 + b"\nretry: 5\n: note\nother: y\n\ndata: next\n\n"
    lost, following = events(stream, max_bytes=100)
    assert lost.encode() == b"event: message\nid: 9\nretry: 5\n\n"
    assert (lost.event, lost.id, lost.retry, lost.data) == ("message", "9", 5, None)
    assert lost.oversized > 200
    assert (following.data, following.oversized) == (b"next", 0)


def test_data_that_came_before_the_limit_was_passed_is_lost_too() -> None:
    (lost,) = events(b"data: 1\nid: 1\ndata: " + b"x" * 200 + b"\n\n", max_bytes=100)
    assert lost.encode() == b"id: 1\n\n"


def test_line_ends_count_so_that_many_small_lines_are_bounded_too() -> None:
    assert events(b"a\n" * 50 + b"\n", max_bytes=100)[0].oversized == 0
    assert events(b"a\n" * 51 + b"\n", max_bytes=100)[0].oversized == 102


def test_an_oversized_event_can_carry_an_error_instead() -> None:
    (lost,) = events(b"id: 1\ndata: " + b"x" * 200 + b"\n\n", max_bytes=100)
    replaced = lost.with_data(b"{}")
    assert (replaced.encode(), replaced.oversized) == (b"id: 1\ndata: {}\n\n", 0)


@pytest.mark.parametrize("line", [b"data: ", b"id: ", b": ", b""])
def test_what_an_oversized_event_holds_in_memory_is_bounded(line: bytes) -> None:
    decoder = SseDecoder(max_bytes=1000)
    decoder.feed(b"event: message\n" + line)
    for _ in range(100):
        decoder.feed(b"x" * 10_000)
    for _ in range(10_000):
        decoder.feed(b"\nid: " + b"y" * 50)
    assert len(decoder._block) <= 80_000
    (event, following) = decoder.feed(b"\n\ndata: z\n\n")
    assert isinstance(event, SseEvent)
    assert event.data is None
    assert event.oversized > 1_000_000
    assert isinstance(following, SseEvent)
    assert following.data == b"z"


def test_an_endless_comment_is_cut() -> None:
    decoder = SseDecoder(max_bytes=1000)
    decoder.feed(b":")
    for _ in range(100):
        decoder.feed(b"x" * 10_000)
    assert [item.encode() for item in decoder.feed(b"\n")] == [b":\n"]


def test_new_data_stands_on_one_line_where_the_old_stood() -> None:
    (event,) = events(b'id: 1\n: n\ndata: {"a":\ndata: 1}\nx: y\nevent: message\n\n')
    changed = event.with_data(b'{"a":2}')
    assert changed.encode() == b'id: 1\n: n\ndata: {"a":2}\nx: y\nevent: message\n\n'
    assert (changed.data, changed.id, changed.event) == (b'{"a":2}', "1", "message")


def test_new_data_keeps_the_line_ends_of_the_stream() -> None:
    (event,) = events(b"event: message\r\ndata: 1\r\n\r\n")
    assert event.with_data(b"2").encode() == b"event: message\r\ndata: 2\r\n\r\n"


def test_rewritten_events_do_not_end_in_a_bare_carriage_return() -> None:
    (event,) = events(b"id: 1\rdata: 1\r\r")
    assert event.with_data(b"2").encode() == b"id: 1\ndata: 2\n\n"


def test_new_data_with_line_breaks_cannot_forge_fields() -> None:
    (event,) = events(b"data: 1\n\n")
    changed = event.with_data(b"a\nid: 666\r\n\r\ndata: b")
    assert changed.encode() == b"data: a\ndata: id: 666\ndata: \ndata: data: b\n\n"
    assert (changed.id, changed.data) == (None, b"a\nid: 666\n\ndata: b")


def test_an_event_can_be_made_anew() -> None:
    assert sse_event(b"{}").encode() == b"data: {}\n\n"
    assert sse_event(b"/messages", "endpoint", "1").encode() == b"event: endpoint\nid: 1\ndata: /messages\n\n"
    with pytest.raises(ValueError, match="line break in the id"):
        sse_event(b"{}", event_id="1\ndata: x")


def test_representations_show_no_payload() -> None:
    (event,) = events(b"id: secret\ndata: secret\n\n")
    assert "secret" not in repr(event)
    assert "secret" not in repr(SseDecoder().feed(b": secret\n"))
