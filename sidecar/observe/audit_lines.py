"""The grammar of an audit line: its fields, its place in the chain, its seal. It opens no file.

A line ends in ``"seq":N,"prev":"…","mac":"…"}``. ``mac`` is an HMAC-SHA-256 over every byte before it, and ``prev`` is
the ``mac`` of the line before: no byte can be changed, and no line taken out or moved, without the key. With a second
key the record inside is encrypted (AES-256-GCM, bound to its place in the chain); the chain stays verifiable without it.

What a line may hold is what an event may hold: names from closed sets, counts, pointers, digests. Never a value.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

import orjson

from sidecar import __version__

Format: TypeAlias = Literal["native", "ocsf"]
Record: TypeAlias = Mapping[str, Any]

SCHEMA: Final = 1
START: Final = "0" * 64
"""What stands before the first line of all."""
OPENED: Final = "log.opened"
"""The first line of every file: a file whose first line is another has lost its beginning."""
CLOSED: Final = "log.closed"
"""The last line of every file that was rotated."""
_END: Final = re.compile(rb',"seq":([0-9]{1,18}),"prev":"([0-9a-f]{64})","mac":"([0-9a-f]{64})"(\}{1,2})\n\Z')
_NONCE: Final = 12
_BLOCK: Final = 64
_MIN_KEY: Final = 16
_SEVERITY: Final = {"info": (1, 1), "refused": (3, 2)}
"""OCSF: (severity_id, status_id): informational and success; medium and failure."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Derived from the texts the configuration names; ``seal`` is empty without encryption."""

    chain: bytes = field(repr=False)
    seal: bytes = field(default=b"", repr=False)
    mac: Callable[[bytes], str] = field(init=False, repr=False, compare=False)
    """HMAC-SHA-256 with ``chain``, in hexadecimal digits."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "mac", _hmac(self.chain))

    @classmethod
    def derive(cls, chain: str, seal: str = "") -> Keys:
        """Raises ``ValueError`` for a text too short to be a key."""
        for text in filter(None, (chain, seal)):
            if len(text) < _MIN_KEY:
                raise ValueError(f"a key needs at least {_MIN_KEY} characters")
        return cls(_derived(chain, b"audit chain"), _derived(seal, b"audit seal") if seal else b"")


@dataclass(frozen=True, slots=True)
class Link:
    """One line's place in the chain: its number and its mac."""

    seq: int = 0
    mac: str = START


@dataclass(frozen=True, slots=True)
class Found:
    """A line as it was read: the number and mac it claims, the mac it follows, and whether its own is right."""

    link: Link
    prev: str
    is_genuine: bool
    record: Record


def line(record: Record, seq: int, prev: str, keys: Keys, style: Format = "native") -> tuple[bytes, str]:
    """The bytes of line ``seq``, newline included, and its mac; ``prev`` is the mac of the one before."""
    if style == "native" and not keys.seal:
        text = b'{"v":%d,%b,"seq":%d,"prev":"%b"' % (SCHEMA, orjson.dumps(record)[1:-1], seq, prev.encode())
        mac = keys.mac(b"line\0%b}" % text)
        return b'%b,"mac":"%b"}\n' % (text, mac.encode()), mac
    body = _ocsf(record) if style == "ocsf" else {"v": SCHEMA, **record}
    if keys.seal:
        own = {"event": record["event"]} if str(record.get("event", "")).startswith("log.") else {}
        body = {"v": SCHEMA, **own, "sealed": _sealed(orjson.dumps(body), seq, prev, keys.seal)}
    braces = b"}}" if "unmapped" in body else b"}"
    text = b'%b,"seq":%d,"prev":"%b"' % (orjson.dumps(body)[: -len(braces)], seq, prev.encode())
    mac = _mac(text, braces, keys)
    return b'%b,"mac":"%b"%b\n' % (text, mac.encode(), braces), mac


def read(raw: bytes, keys: Keys) -> Found | None:
    """None: no line of this grammar. A sealed record is opened where the keys can."""
    end = _END.search(raw)
    if end is None:
        return None
    seq, prev, mac, braces = int(end[1]), end[2].decode(), end[3].decode(), end[4]
    text = raw[: end.start(3) - len(b',"mac":"')]
    try:
        body = json.loads(raw)
    except ValueError:
        return None
    if "sealed" in body and keys.seal:
        body = _opened(str(body["sealed"]), seq, prev, keys.seal)
    is_genuine = hmac.compare_digest(_mac(text, braces, keys), mac)
    return Found(Link(seq, mac), prev, is_genuine, body)


def event_of(found: Found) -> str:
    """What the line tells of; where it is sealed, only what the log says of itself can be told without the key."""
    record = found.record.get("unmapped", found.record)
    return str(record.get("event", "")) if isinstance(record, dict) else ""


def head(link: Link, keys: Keys) -> bytes:
    """What stands beside the file: its last line, so that a cut end shows too. Always as long."""
    text = b"%018d %b" % (link.seq, link.mac.encode())
    return b"%b %b\n" % (text, keys.mac(b"head\0" + text).encode())


def read_head(raw: bytes, keys: Keys) -> Link | None:
    parts = raw.split()
    if len(parts) != 3 or not parts[0].isdigit():  # noqa: PLR2004 - number, mac, its own mac
        return None
    link = Link(int(parts[0]), parts[1].decode("ascii", "replace"))
    return link if hmac.compare_digest(head(link, keys), raw) else None


def fingerprint(text: str, keys: Keys) -> str:
    """A name under which one caller is the same in every line, and which nobody can guess back."""
    return hmac.new(keys.chain, b"caller\0" + text.encode(), hashlib.sha256).hexdigest()[:16] if text else ""


def _derived(text: str, purpose: bytes) -> bytes:
    return hmac.new(text.encode(), purpose, hashlib.sha256).digest()


def _mac(text: bytes, braces: bytes, keys: Keys) -> str:
    return keys.mac(b"line\0" + text + braces)


def _hmac(key: bytes) -> Callable[[bytes], str]:
    """RFC 2104, with the key's two blocks hashed once: a line is shorter than what ``hmac`` does before it reads the first byte."""
    block = hashlib.sha256(key).digest() if len(key) > _BLOCK else key
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block.ljust(_BLOCK, b"\0")))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block.ljust(_BLOCK, b"\0")))

    def mac(text: bytes) -> str:
        first, second = inner.copy(), outer.copy()
        first.update(text)
        second.update(first.digest())
        return second.hexdigest()

    return mac


def _bound(seq: int, prev: str) -> bytes:
    return b"%d %b" % (seq, prev.encode())


def _sealed(record: bytes, seq: int, prev: str, key: bytes) -> str:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, record, _bound(seq, prev))).decode()


def _opened(text: str, seq: int, prev: str, key: bytes) -> Record:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        raw = base64.b64decode(text)
        found = json.loads(AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(seq, prev)))
    except (ValueError, InvalidTag):
        return {}
    return found if isinstance(found, dict) else {}


def _ocsf(record: Record) -> dict[str, Any]:
    """OCSF 1.8, API Activity (class 6003): what it has a place for, the rest in ``unmapped``."""
    severity, status = _SEVERITY["refused" if record.get("outcome") == "withheld" else "info"]
    stamp = str(record.get("ts", ""))
    return {
        "category_uid": 6,
        "class_uid": 6003,
        "activity_id": 99,
        "activity_name": str(record.get("event", "")),
        "type_uid": 600399,
        "time": int(record.get("time_ms", 0)),
        "severity_id": severity,
        "status_id": status,
        "actor": {"user": {"uid": str(record.get("caller") or "unknown")}},
        "api": {
            "operation": str(record.get("method") or record.get("event", "")),
            "service": {"name": str(record.get("tool") or "mcp")},
        },
        "src_endpoint": {"uid": str(record.get("session", 0)), "type": str(record.get("transport") or "unknown")},
        "metadata": {
            "version": "1.8.0",
            "product": {"name": "mcp-sidecar", "version": __version__, "vendor_name": "mcp-sidecar"},
            "original_time": stamp,
        },
        "unmapped": {key: value for key, value in record.items() if key not in {"ts", "time_ms"}},
    }
