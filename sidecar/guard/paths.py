"""May a text be used as a file's name? Judged by its parts, in every spelling it could be decoded to; nothing is opened or resolved.

A relative path may not climb above where it starts. An absolute one, of any system, has to lie in a folder that is allowed: compared
part by part, so that ``/allowed/directory_evil`` does not lie in ``/allowed/directory``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Final
from urllib.parse import unquote_to_bytes

_MOST_DECODINGS: Final = 4
_SEPARATORS: Final = re.compile(r"[/\\]")
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_DEVICE: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_OVERLONG: Final[Sequence[tuple[bytes, bytes]]] = (
    (b"\xc0\xae", b"."),
    (b"\xc0\xaf", b"/"),
    (b"\xc1\x9c", b"\\"),
    (b"\xe0\x80\xae", b"."),
    (b"\xe0\x80\xaf", b"/"),
)
"""UTF-8 longer than it may be, which some decoders still take."""
_IIS: Final = re.compile(r"%u([0-9a-fA-F]{4})")


def complaint(text: str, within: Sequence[str] = (), extensions: Sequence[str] = ()) -> str | None:
    """Why ``text`` may not be a path, in words that do not quote it; ``None`` if it may."""
    for spelling in _spellings(text):
        found = _complaint(spelling, within)
        if found is not None:
            return found
    if extensions and not any(text.lower().endswith(extension.lower()) for extension in extensions):
        return "has an extension that is not allowed"
    return None


def _complaint(text: str, within: Sequence[str]) -> str | None:
    if any(unicodedata.category(sign) == "Cc" for sign in text):
        return "holds a control character"
    if text.startswith(("\\\\", "//")):
        return "names another machine"
    is_absolute = text.startswith(("/", "\\", "~")) or _DRIVE.match(text) is not None
    if not is_absolute and _SCHEME.match(text):
        return "is a URL"
    parts = [part for part in _SEPARATORS.split(text) if part not in {"", "."}]
    if any(_DEVICE.fullmatch(part.rstrip(" .")) for part in parts):
        return "names a device"
    depth = 0
    for part in parts:
        depth += -1 if part.rstrip(" ") == ".." or set(part.strip()) == {"."} else 1
        if depth < 0:
            return "leads out of its folder"
    if ".." in parts and is_absolute:
        return "leads out of its folder"
    if is_absolute and not any(_lies_in(parts, folder) for folder in within):
        return "is absolute"
    return None


def _lies_in(parts: Sequence[str], folder: str) -> bool:
    wanted = [part for part in _SEPARATORS.split(folder) if part not in {"", "."}]
    return list(parts[: len(wanted)]) == wanted


def _spellings(text: str) -> Iterator[str]:
    """The text, and what it becomes when decoded again and again."""
    seen = {text}
    yield text
    waiting = [text]
    for _ in range(_MOST_DECODINGS):
        decoded: list[str] = []
        for known in waiting:
            for other in (_percent(known), unescape(known), unicodedata.normalize("NFKC", known)):
                if other not in seen:
                    seen.add(other)
                    decoded.append(other)
                    yield other
        waiting = decoded


def _percent(text: str) -> str:
    raw = unquote_to_bytes(_IIS.sub(lambda found: chr(int(found[1], 16)), text).encode("utf-8", "surrogatepass"))
    for long, short in _OVERLONG:
        raw = raw.replace(long, short)
    return raw.decode("utf-8", "replace")


_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")


def is_name(text: str) -> bool:
    """Letters, digits, underscore and hyphen of ASCII, and at least one."""
    return _NAME.fullmatch(text) is not None
