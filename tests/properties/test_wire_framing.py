"""Framing gives the same frames however the bytes were split on their way, and loses none of them."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from sidecar.wire.framing import (
    LineDecoder,
    Oversized,
    SseComment,
    SseDecoder,
    SseEvent,
    SseItem,
    encode_line,
)

cuts = st.lists(st.integers(0, 400), max_size=12)
line_ends = st.sampled_from([b"\n", b"\r\n", b"\r"])
values = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=12).map(str.encode)
fields = st.one_of(
    st.builds(
        lambda name, space, value: name + b":" + space + value,
        st.sampled_from([b"data", b"data", b"id", b"event", b"retry", b"", b"x", b"Data"]),
        st.sampled_from([b"", b" "]),
        st.one_of(values, st.just(b""), st.just(b"12")),
    ),
    st.sampled_from([b"data", b"id", b":", b"retry: 5"]),
)
streams = st.one_of(
    st.builds(
        lambda lines: b"".join(line + end for line, end in lines),
        st.lists(st.tuples(st.one_of(fields, st.just(b"")), line_ends), max_size=24),
    ),
    st.builds(
        lambda lines, end: b"".join(line + end for line in lines),
        st.lists(st.one_of(fields, st.just(b"")), max_size=24),
        line_ends,
    ),
)
any_bytes = st.one_of(
    streams, st.lists(st.sampled_from([b"\r", b"\n", b"data:", b"\xc3", b"\xa9", b":"])).map(b"".join)
)
limits = st.sampled_from([3, 8, 20, 10_000])


def pieces(data: bytes, at: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in at)})
    return [data[start:end] for start, end in pairwise(places)]


def lines(parts: list[bytes], limit: int) -> list[bytes | Oversized]:
    decoder = LineDecoder(limit)
    return [line for part in parts for line in decoder.feed(part)] + decoder.flush()


def items(parts: list[bytes], limit: int = 10_000) -> tuple[list[SseItem], bool]:
    decoder = SseDecoder(limit)
    return [item for part in parts for item in decoder.feed(part)] + decoder.flush(), decoder.is_truncated


def every_byte(data: bytes) -> list[bytes]:
    return [data[at : at + 1] for at in range(len(data))]


@given(any_bytes, cuts, limits)
def test_lines_do_not_depend_on_the_split(data: bytes, at: list[int], limit: int) -> None:
    whole = lines([data], limit)
    assert lines(pieces(data, at), limit) == whole
    assert lines(every_byte(data), limit) == whole


@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line)), st.booleans())
def test_lines_are_those_between_the_newlines(given_lines: list[bytes], ends_in_newline: bool) -> None:
    data = b"\n".join(given_lines) + (b"\n" if ends_in_newline and given_lines else b"")
    expected = data.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert lines([data], 20) == [
        line if len(line := raw.removesuffix(b"\r")) <= 20 else Oversized(len(line)) for raw in expected
    ]


@given(st.lists(st.binary(max_size=30).filter(lambda line: not {10, 13} & set(line))))
def test_lines_written_are_the_lines_read(frames: list[bytes]) -> None:
    assert lines([b"".join(map(encode_line, frames))], 100) == frames


@given(any_bytes, cuts, limits)
@example(b"data: a\r\r\n\ndata: b\r\n\r\n", [], 10_000)
@example(b"data: a\n\r\n", [], 10_000)
@example("\ufeffdata: é\r\n\r\n".encode(), [], 10_000)
def test_events_do_not_depend_on_the_split(data: bytes, at: list[int], limit: int) -> None:
    whole = items([data], limit)
    assert items(pieces(data, at), limit) == whole
    assert items(every_byte(data), limit) == whole


@given(any_bytes)
def test_untouched_items_concatenate_to_the_stream(data: bytes) -> None:
    found, is_truncated = items([data])
    written = b"".join(item.encode() for item in found)
    body = data.removeprefix(b"\xef\xbb\xbf")
    assert body.startswith(written)
    if len(body) > len(written):
        assert is_truncated or body[len(written) :].startswith(b":")


@given(any_bytes)
def test_what_is_written_reads_the_same(data: bytes) -> None:
    found, _ = items([data])
    assert items([b"".join(item.encode() for item in found)]) == (found, False)


def dispatched(data: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """The standard's own algorithm (HTML, 9.2.6), line by line, over a whole stream: type, data and last id of each event."""
    body = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    result = []
    buffer = kind = last_id = b""
    for line in body.split(b"\n")[:-1]:
        if not line:
            if buffer:
                result.append((kind or b"message", buffer[:-1], last_id))
            buffer = kind = b""
        elif not line.startswith(b":"):
            name, _, value = line.partition(b":")
            value = value[1:] if value.startswith(b" ") else value
            if name == b"data":
                buffer += value + b"\n"
            elif name == b"event":
                kind = value
            elif name == b"id" and b"\0" not in value:
                last_id = value
    return result


def listened(found: list[SseItem]) -> list[tuple[bytes, bytes, bytes]]:
    result = []
    last_id = ""
    for event in found:
        if isinstance(event, SseEvent):
            last_id = last_id if event.id is None else event.id
            if event.data is not None:
                result.append((event.name.encode(), event.data, last_id.encode()))
    return result


@given(streams)
def test_a_listener_is_told_what_the_standard_says(data: bytes) -> None:
    assert listened(items([data])[0]) == dispatched(data)


@given(streams, values)
def test_rewriting_changes_the_data_and_nothing_else(data: bytes, new: bytes) -> None:
    found, _ = items([data])
    changed = [item.with_data(new) if isinstance(item, SseEvent) and item.data is not None else item for item in found]
    expected = [(kind, new, last_id) for kind, _, last_id in dispatched(data)]
    assert dispatched(b"".join(item.encode() for item in changed)) == expected


@given(streams, st.binary(max_size=30))
def test_no_new_data_can_forge_an_event(data: bytes, new: bytes) -> None:
    found, _ = items([data])
    changed = [item.with_data(new) if isinstance(item, SseEvent) else item for item in found]
    told = dispatched(b"".join(item.encode() for item in changed))
    assert len(told) == sum(isinstance(item, SseEvent) for item in found)
    assert {text for _, text, _ in told} <= {new.replace(b"\r\n", b"\n").replace(b"\r", b"\n")}


@given(streams, st.sampled_from([5, 30]))
def test_data_over_the_limit_never_comes_out(data: bytes, limit: int) -> None:
    for item in items([data], limit)[0]:
        if isinstance(item, SseComment):
            assert len(item.raw) <= limit + 2
        else:
            assert item.data is None or len(item.data) <= limit
            assert not (item.oversized and item.data)
            assert bool(item.oversized) == (item.oversized > limit)
