r"""Where one frame ends and the next begins: newline framing (stdio) and server-sent events, fed any split of the bytes.

It does not look into a frame: JSON is ``jsonrpc``'s business, and a frame comes out as the bytes it came in.

Lines end at ``\n`` and nowhere else (MCP 2025-11-25, basic/transports: stdio); one ``\r`` before it is dropped. A bare
``\r`` is JSON whitespace and stays in the frame, but peers that read in text mode take it for a line end, so nothing
with a ``\r`` or ``\n`` inside may leave as it came: ``jsonrpc.decode`` keeps no raw bytes of such a frame and
:func:`encode_line` turns both into spaces. ``splitlines`` is never used: on text it also splits at U+2028, U+0085 and
other characters that are legal inside JSON strings.

Event streams follow the WHATWG HTML standard, section 9.2 (server-sent events).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, TypeAlias

_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_ONE_LINE: Final = bytes.maketrans(b"\r\n", b"  ")
_BOM: Final = b"\xef\xbb\xbf"

_MAX_KEPT_LINE: Final = 4096
"""Of an oversized event only ``event``, ``id`` and ``retry`` lines up to this length are kept …"""
_MAX_KEPT: Final = 16 * _MAX_KEPT_LINE
"""… and this many bytes of them."""
_MAX_RETRY_DIGITS: Final = 15

DEFAULT_MAX_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Oversized:
    """Stands where a line of ``size`` bytes stood that was over the limit and is gone."""

    size: int


class LineDecoder:
    """Newline framing with a bound; time is linear in the bytes fed, however they are split."""

    def __init__(self, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._line = bytearray()
        self._size = 0
        self._ends_in_cr = False

    def feed(self, data: bytes) -> list[bytes | Oversized]:
        """The lines that ``data`` completes, without delimiter; a blank line is ``b""``."""
        *ended, rest = data.split(b"\n")
        lines: list[bytes | Oversized] = []
        for piece in ended:
            self._extend(piece)
            lines.append(self._take())
        self._extend(rest)
        return lines

    def flush(self) -> list[bytes | Oversized]:
        """At end of file: the last line, if it had no newline. Peers read it too."""
        return [self._take()] if self._size else []

    def _extend(self, piece: bytes) -> None:
        if not piece:
            return
        self._size += len(piece)
        self._ends_in_cr = piece.endswith(b"\r")
        if self._size <= self._max_bytes + 1:  # one more: it may be the \r that does not count
            self._line += piece
        else:
            self._line.clear()

    def _take(self) -> bytes | Oversized:
        size = self._size - self._ends_in_cr
        line = bytes(self._line[:size]) if size <= self._max_bytes else Oversized(size)
        self._line.clear()
        self._size = 0
        self._ends_in_cr = False
        return line


def encode_line(frame: bytes) -> bytes:
    """One JSON frame as one line. In valid JSON a line break can only be whitespace, so it may become a space."""
    if b"\n" in frame or b"\r" in frame:
        frame = frame.translate(_ONE_LINE)
    return frame + b"\n"


@dataclass(frozen=True, slots=True)
class SseComment:
    """Bytes between events that dispatch nothing: one comment line (a keep-alive), or one empty line."""

    raw: bytes = field(repr=False)

    @property
    def text(self) -> bytes | None:
        """What follows the colon; None for an empty line."""
        return self.raw[1:].rstrip(b"\r\n") if self.raw.startswith(b":") else None

    def encode(self) -> bytes:
        return self.raw


@dataclass(frozen=True, slots=True)
class SseEvent:
    """One block of fields up to its empty line.

    ``data`` is None without a ``data`` field (nothing is dispatched, but ``id`` and ``retry`` take effect) and ``b""``
    in a priming event (MCP 2025-11-25, basic/transports). ``event``, ``id`` and ``retry`` are None when absent or,
    as the standard has it, ignored. ``oversized`` is the block's size when it was over the limit: its data is gone.
    """

    raw: bytes = field(repr=False)
    event: str | None = None
    id: str | None = field(default=None, repr=False)
    retry: int | None = None
    data: bytes | None = field(default=None, repr=False)
    oversized: int = 0

    @property
    def name(self) -> str:
        """The event's type as a listener sees it."""
        return self.event or "message"

    def encode(self) -> bytes:
        """The exact bytes received, or what :meth:`with_data` made of them."""
        return self.raw

    def with_data(self, new: bytes) -> SseEvent:
        """The same lines in the same order, comments and unknown fields included, with ``new`` where the data stood.

        They all end alike: never in a bare CR, after which many parsers wait for one byte more.
        """
        *lines, (_, blank) = _lines(self.raw)
        end = b"\r\n" if blank == b"\r\n" else b"\n"
        texts = [line for line, _ in lines]
        places = [number for number, text in enumerate(texts) if _field(text)[0] == b"data"]
        at = places[0] if places else len(texts)
        data = [b"data: " + text for text, _ in _lines(new, is_whole=True)]
        kept = [text for text in texts[at:] if _field(text)[0] != b"data"]
        return _event(b"".join(text + end for text in (*texts[:at], *data, *kept, b"")))


SseItem: TypeAlias = SseEvent | SseComment


def sse_event(data: bytes, event: str | None = None, event_id: str | None = None) -> SseEvent:
    """A new event, for an edge that has no received one to rewrite."""
    raw = b""
    for name, value in (("event", event), ("id", event_id)):
        if value is not None:
            if _LINE_END.search(value.encode()):
                raise ValueError(f"a line break in the {name} of an event")
            raw += f"{name}: {value}\n".encode()
    return _event(raw + b"\n").with_data(data)


class SseDecoder:
    """Events and comments, each handed out as soon as its last byte is there; the parts concatenate to what was fed.

    Only a byte order mark at the start is left out: clients lose the first event after one.
    """

    def __init__(self, max_bytes: int = DEFAULT_MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._held = b""
        self._is_start = True
        self._truncated = False
        self._reset()

    @property
    def is_truncated(self) -> bool:
        """The stream ended inside an event; its incomplete block was dropped, as the standard says."""
        return self._truncated

    def feed(self, data: bytes) -> list[SseItem]:
        data, self._held = self._held + data, b""
        if self._is_start:
            if len(data) < len(_BOM) and _BOM.startswith(data):
                self._held = data
                return []
            self._is_start = False
            data = data.removeprefix(_BOM)
        items: list[SseItem] = []
        at = 0
        for match in _LINE_END.finditer(data):
            self._extend(data[at : match.start()])
            at = match.end()
            if match[0] == b"\r" and at == len(data) and not self._is_cr_blank():
                self._held = b"\r"  # its \n may be in the next chunk
                return items
            self._end_line(match[0], items)
        self._extend(data[at:])
        return items

    def flush(self) -> list[SseItem]:
        """At end of file: what a last bare CR completes. Then see :attr:`is_truncated`."""
        items: list[SseItem] = []
        held, self._held = self._held, b""
        if held == b"\r":
            self._end_line(held, items)
        else:
            self._extend(held)
        self._truncated = bool(self._block) and not self._is_comment()
        self._reset()
        return items

    def _reset(self) -> None:
        self._block = bytearray()
        self._line_start = 0
        self._ended = b""
        self._size = 0
        self._is_over = False

    def _is_comment(self) -> bool:
        return self._line_start == 0 and self._block.startswith(b":")

    def _is_cr_blank(self) -> bool:
        """An empty line after one that ended in a bare CR: such a stream sends no LF, waiting for it would hold the event back."""
        return self._ended == b"\r" and len(self._block) == self._line_start

    def _extend(self, piece: bytes) -> None:
        if not piece:
            return
        self._size += len(piece)
        if self._size > self._max_bytes and not self._is_over:
            self._is_over = True
            line = self._block[self._line_start :]
            lines = _lines(bytes(self._block[: self._line_start]))
            self._block.clear()
            self._line_start = 0
            for text, end in lines:
                self._keep(text, end)
            self._block += line
        self._block += piece
        if self._is_over:  # one byte too many says that the line is too long to be kept
            del self._block[self._line_start + _MAX_KEPT_LINE + 1 :]

    def _keep(self, line: bytes, end: bytes) -> None:
        """Of an oversized block, a line that steers the client."""
        is_short = len(line) <= _MAX_KEPT_LINE and self._line_start + len(line) <= _MAX_KEPT
        del self._block[self._line_start :]
        if is_short and _field(line)[0] in {b"event", b"id", b"retry"}:
            self._block += line + end
            self._line_start = len(self._block)

    def _end_line(self, end: bytes, items: list[SseItem]) -> None:
        if end == b"\r\n" and self._is_cr_blank():
            self._end_line(b"\r", items)
            end = b"\n"
        is_blank = len(self._block) == self._line_start
        is_first = self._size == 0 if is_blank else self._is_comment()
        if is_first:
            items.append(SseComment((b":" if self._is_over else bytes(self._block)) + end))
            self._reset()
        elif is_blank:
            items.append(_event(bytes(self._block) + end, self._size if self._is_over else 0))
            self._reset()
        else:
            self._size += len(end)
            self._ended = end
            if self._is_over:
                self._keep(bytes(self._block[self._line_start :]), end)
            else:
                self._block += end
                self._line_start = len(self._block)


def _lines(raw: bytes, *, is_whole: bool = False) -> list[tuple[bytes, bytes]]:
    """Lines with their ends; ``is_whole`` adds what follows the last line end."""
    lines = []
    at = 0
    for match in _LINE_END.finditer(raw):
        lines.append((raw[at : match.start()], match[0]))
        at = match.end()
    if is_whole:
        lines.append((raw[at:], b""))
    return lines


def _field(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name, value.removeprefix(b" ")


def _event(raw: bytes, oversized: int = 0) -> SseEvent:
    event: str | None = None
    event_id: str | None = None
    retry: int | None = None
    data: list[bytes] | None = None
    for line, _ in _lines(raw):
        name, value = _field(line)
        match name:
            case b"data":
                data = data or []
                data.append(value)
            case b"event":
                event = value.decode(errors="replace")
            case b"id" if b"\0" not in value:
                event_id = value.decode(errors="replace")
            case b"retry" if value.isdigit() and len(value) <= _MAX_RETRY_DIGITS:
                retry = int(value)
            case _:
                pass
    return SseEvent(raw, event, event_id, retry, None if data is None else b"\n".join(data), oversized)
