"""The server's stderr: always drained, redacted line by line, written to ours; when it comes too fast, dropped and counted.

It is free text (MCP 2025-11-25, basic/transports: logging on stderr), so nothing here knows of messages. Hosts keep
these lines in log files and show them, so redaction is irreversible, credentials and paths go too, and a line that cannot be redacted is not shown.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from typing import Final

from sidecar.observe.sanitise import Lines
from sidecar.transports.base import Core
from sidecar.transports.pipes import Sink, Source

MAX_PIECE_BYTES: Final = 64 * 1024
_MAX_WAITING_BYTES: Final = 1024 * 1024
_CUTS: Final = (re.compile(rb'.*[\r;|{}\[\]<>"\t]', re.DOTALL), re.compile(rb".*\s", re.DOTALL))
"""Where a long line may be cut: structure first, then white space. Never inside a word, which may be a value."""
_WORD_END: Final = re.compile(rb'[\s;|{}\[\]<>"]')
_LEAST_PIECE_BYTES: Final = MAX_PIECE_BYTES // 2

WITHHELD: Final = b"[mcp-sidecar: a line of the server's stderr was withheld: it could not be redacted]\n"
TOO_LONG: Final = b"[mcp-sidecar: a part of a line of the server's stderr was withheld: it has no place to cut it]\n"


def dropped_notice(count: int) -> bytes:
    return b"[mcp-sidecar: %d lines of the server's stderr were dropped]\n" % count


class StderrRelay:
    def __init__(self, core: Core, source: Source, sink: Sink) -> None:
        self._core = core
        self._source = source
        self._sink = sink
        self._pieces: deque[bytes | int] = deque()
        self._waiting_bytes = 0
        self._changed = asyncio.Event()
        self._is_ended = False
        self._is_inside_word = False
        self._lines = Lines()

    async def run(self) -> None:
        reading = asyncio.create_task(self._read())
        try:
            await self._show()
        finally:
            reading.cancel()

    @property
    def unshown(self) -> int:
        """Lines that were read and not yet shown."""
        return sum(piece if isinstance(piece, int) else 1 for piece in self._pieces)

    async def _read(self) -> None:
        """Never waits for anything but the server."""
        rest = b""
        try:
            while data := await self._source.read():
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self._add_line(line)
                while len(rest) > MAX_PIECE_BYTES:
                    rest = self._add_start(rest)
            if rest:
                self._add_line(rest)
        finally:
            self._is_ended = True
            self._changed.set()

    def _add_line(self, line: bytes) -> None:
        was_long = self._is_inside_word or len(line) > MAX_PIECE_BYTES
        while len(line) > MAX_PIECE_BYTES:
            line = self._add_start(line)
        if self._is_inside_word:
            line = self._after_word(line)
            self._is_inside_word = False
        if line or not was_long:
            self._add(line + b"\n")

    def _add_start(self, line: bytes) -> bytes:
        """Queue the start of a long line; what is left of it."""
        if self._is_inside_word:
            return self._after_word(line)
        start = line[:MAX_PIECE_BYTES]
        for cut in _CUTS:
            match = cut.match(start)
            if match and match.end() >= _LEAST_PIECE_BYTES:
                self._add(line[: match.end()])
                return line[match.end() :]
        self._add(TOO_LONG)
        self._is_inside_word = True
        return line[MAX_PIECE_BYTES:]

    def _after_word(self, line: bytes) -> bytes:
        """The rest of a withheld word is withheld too: it may be half of a value."""
        end = _WORD_END.search(line)
        self._is_inside_word = end is None
        return line[end.start() :] if end else b""

    def _add(self, piece: bytes) -> None:
        if self._waiting_bytes + len(piece) <= _MAX_WAITING_BYTES:
            self._pieces.append(piece)
            self._waiting_bytes += len(piece)
        elif isinstance(dropped := self._pieces[-1], int):
            self._pieces[-1] = dropped + 1
        else:
            self._pieces.append(1)
        self._changed.set()

    async def _show(self) -> None:
        while self._pieces or not self._is_ended:
            if not self._pieces:
                self._changed.clear()
                await self._changed.wait()
                continue
            piece = self._pieces[0]
            shown = dropped_notice(piece) if isinstance(piece, int) else await self._scrubbed(piece)
            self._waiting_bytes -= 0 if isinstance(piece, int) else len(piece)
            del self._pieces[0]
            if shown:
                await self._sink.write(shown)

    async def _scrubbed(self, piece: bytes) -> bytes:
        text = piece.decode("utf-8", "replace")
        body = text.removesuffix("\n")
        if piece is TOO_LONG or not body.strip():
            return piece
        try:
            shown = await self._core.scrub(body, "to_client")
        except Exception:  # noqa: BLE001 - whatever broke, the line may not be shown, and the server must not notice
            return WITHHELD
        line = self._lines.line(shown)
        return b"" if line is None else (line + text[len(body) :]).encode("utf-8", "replace")
