"""Text that was packed: base64, base64 of gzip, zlib or deflate, and hexadecimal; and how it is packed again.

It says what is packed text and what is not; a blob that unpacks to more than is allowed raises ``Unanalysable``, it is never read in part.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from dataclasses import dataclass
from typing import Final

from sidecar.errors import Unanalysable
from sidecar.redaction.disguise.view import View

MAX_UNPACKED: Final = 4 * 1024 * 1024
"""Bytes one blob may unpack to."""
MAX_RATIO: Final = 200
"""How many times its size a blob over 64 KB may unpack to."""
_ALWAYS: Final = 64 * 1024
SHORTEST: Final = 12
_SURE: Final = 24
"""Characters from which any readable text counts; a shorter blob must hold digits or an at sign."""

RUN = re.compile(
    r"(?<![A-Za-z0-9+/_=-])(?:"
    r"(?:[A-Za-f][A-Za-z0-9+/_-][A-Za-z0-9+/_-]{2}){3}[A-Za-z0-9+/_-]*={0,2}"  # base64 of a text that begins in ASCII
    r"|(?:H4sI|eJ|eA|eN|eF)[A-Za-z0-9+/_-]{14,}={0,2}"  # of gzip, of zlib
    r"|(?:0x)?(?:[2-7][0-9A-Fa-f]){7,}"
    r"|[2-7][0-9A-Fa-f](?:([ :-])[2-7][0-9A-Fa-f])(?:\1(?:[2-7][0-9A-Fa-f]|0[9AaDd]))+"
    r")(?![A-Za-z0-9+/_=-])"
)
"""A packed text inside a text."""
_STANDARD = re.compile(r"[A-Za-z0-9+/]{10,}={0,2}")
_URL_SAFE = re.compile(r"[A-Za-z0-9_-]{10,}={0,2}")
_HEX = re.compile(r"(?:0x)?(?:[0-9a-f]{2}){7,}|(?:0x)?(?:[0-9A-F]{2}){7,}")
_HEX_APART = re.compile(r"[0-9A-Fa-f]{2}(?:([ :-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){5,}")
_HEX_MARK = re.compile(r"[ :-]|^0x")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TELLING = re.compile(r"@|\d.?\d.?\d|://")
_BREAK = re.compile(r"\r?\n")


@dataclass(frozen=True, slots=True)
class Packing:
    """How a text was packed."""

    is_hex: bool = False
    is_upper: bool = False
    prefix: str = ""
    gap: str = ""
    is_url_safe: bool = False
    is_padded: bool = True
    compression: str = ""
    charset: str = "utf-8"
    line: int = 0
    """Characters on a line; 0: one line."""
    newline: str = "\n"

    def packed(self, text: str) -> str:
        try:
            raw = text.encode(self.charset)
        except UnicodeEncodeError:  # a stand-in or lone surrogate the charset lacks
            raw = text.encode(self.charset, "replace")
        if self.is_hex:
            said = raw.hex(self.gap) if self.gap else raw.hex()
            return self.prefix + (said.upper() if self.is_upper else said)
        raw = _compressed(raw, self.compression)
        said = (base64.urlsafe_b64encode if self.is_url_safe else base64.b64encode)(raw).decode("ascii")
        said = said if self.is_padded else said.rstrip("=")
        if self.line:
            return self.newline.join(said[at : at + self.line] for at in range(0, len(said), self.line))
        return said


def opened(view: View) -> View:
    """``view`` with the texts packed in it; the same object when there are none. A packed text stands as a whole for anything in it."""
    text, places = view.text, view.places
    said: list[str] = []
    kept: list[int] = []
    opaque: list[tuple[int, int, int, int]] = []
    at = size = 0
    for run in RUN.finditer(text):
        found = unpacked(run[0])
        if found is None:
            continue
        start, end = run.span()
        said += (text[at:start], found[0])
        kept += places[at:start]
        kept += [places[start]] * len(found[0])
        size += start - at
        opaque.append((size, size + len(found[0]), places[start], places[end]))
        size += len(found[0])
        at = end
    if not said:
        return view
    said.append(text[at:])
    kept += places[at:]
    return view._replace(text="".join(said), places=kept, opaque=tuple(opaque), has_words=True)


def unpacked(text: str) -> tuple[str, Packing] | None:
    """The text in ``text`` and its packing, else ``None``. Raises ``Unanalysable`` for a blob that unpacks to too much."""
    if len(text) < SHORTEST:
        return None
    return _from_hex(text) or _from_base64(text)


def _from_hex(text: str) -> tuple[str, Packing] | None:
    apart = _HEX_APART.fullmatch(text)
    if apart is None and _HEX.fullmatch(text) is None:
        return None
    try:
        said = bytes.fromhex(_HEX_MARK.sub("", text)).decode()
    except (ValueError, UnicodeDecodeError):
        return None
    if not is_readable(said) or (len(said) < SHORTEST and not _TELLING.search(said)):
        return None
    prefix = "0x" if text.startswith("0x") else ""
    bare = text.removeprefix("0x")
    return said, Packing(is_hex=True, is_upper=bare.upper() == bare, prefix=prefix, gap=apart[1] if apart else "")


def _from_base64(text: str) -> tuple[str, Packing] | None:
    line, newline = 0, "\n"
    if "\n" in text:
        lines = _BREAK.split(text.rstrip("\r\n"))
        line, newline = len(lines[0]), "\r\n" if "\r\n" in text else "\n"
        if any(len(each) != line for each in lines[:-1]) or not lines[-1] or newline.join(lines) != text:
            return None
        text = "".join(lines)
    if _STANDARD.fullmatch(text):
        is_url_safe = False
    elif _URL_SAFE.fullmatch(text):
        is_url_safe = True
    else:
        return None
    bare = text.rstrip("=")
    padded = bare + "=" * (-len(bare) % 4)
    is_padded = text == padded
    if len(bare) % 4 == 1 or len(text) > len(padded):  # some decoders want no padding, or do not count it
        return None
    try:
        raw = base64.b64decode(padded, altchars=b"-_" if is_url_safe else None, validate=True)
    except (ValueError, binascii.Error):
        return None
    found = text_of(raw)
    if found is None:
        return None
    said, compression = found
    if not compression and len(text) < _SURE and not (said.isascii() and _TELLING.search(said)):
        return None
    return said, Packing(
        is_url_safe=is_url_safe, is_padded=is_padded, compression=compression, line=line, newline=newline
    )


def text_of(raw: bytes, charset: str = "utf-8") -> tuple[str, str] | None:
    """The text in ``raw`` and how it was compressed (or empty). Raises ``Unanalysable``."""
    try:
        said = raw.decode(charset)
        if is_readable(said):
            return said, ""
    except (UnicodeDecodeError, LookupError):
        pass
    for compression, window in _KINDS:
        if not _may_be(raw, compression):
            continue
        plain = _expanded(raw, window)
        if plain is None:
            continue
        try:
            said = plain.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
        if is_readable(said):
            return said, compression
    return None


def is_readable(text: str) -> bool:
    """A text may have some control characters: whoever could hide a value behind one of them would."""
    return bool(text) and (_CONTROL.search(text) is None or 4 * len(_CONTROL.findall(text)) <= len(text))


_KINDS: Final = (("gzip", 31), ("zlib", 15), ("deflate", -15))
"""Names and zlib's window bits."""


def _may_be(raw: bytes, compression: str) -> bool:
    match compression:
        case "gzip":
            return raw[:2] == b"\x1f\x8b"
        case "zlib":
            return len(raw) > 6 and raw[0] & 15 == 8 and int.from_bytes(raw[:2], "big") % 31 == 0  # noqa: PLR2004  RFC 1950 2.2
        case _:
            return len(raw) >= SHORTEST


def _expanded(raw: bytes, window: int) -> bytes | None:
    most = min(MAX_UNPACKED, max(_ALWAYS, len(raw) * MAX_RATIO))
    parts: list[bytes] = []
    size = 0
    while raw:  # gzip members may follow one another
        machine = zlib.decompressobj(window)
        try:
            plain = machine.decompress(raw, most - size + 1)
        except zlib.error:
            return None
        size += len(plain)
        if size > most:
            if window < 0:  # random bytes may look like endless deflate
                return None
            raise Unanalysable("a packed text unpacks to more than is allowed")
        if not machine.eof:
            return None
        parts.append(plain)
        raw = machine.unused_data if window > 0 else b""
        if machine.unused_data and window < 0:
            return None
        if window == 15 and raw:  # noqa: PLR2004  zlib streams do not
            return None
    return b"".join(parts)


def _compressed(raw: bytes, compression: str) -> bytes:
    match compression:
        case "gzip":
            return gzip.compress(raw, mtime=0)
        case "zlib":
            return zlib.compress(raw)
        case "deflate":
            machine = zlib.compressobj(wbits=-15)
            return machine.compress(raw) + machine.flush()
        case _:
            return raw
