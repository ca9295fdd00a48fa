"""Seals what the client must echo and never read, ``requestState`` and cursors: encrypted toward it, opened toward the server.

It scans and edits nothing: what comes back opens to the very text the server made, or goes on as it came, for the server to
judge. AES-SIV (RFC 5297) needs no random numbers: the same text is sealed the same each time, in replayed events too.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterator, Sequence
from typing import Final

from sidecar.protocol.leaf import Leaf
from sidecar.session.context import Topic

_PREFIX: Final = "sealed."
_OUT: Final = ("nextCursor", "requestState")
_IN: Final = ("cursor", "requestState")


class Seals:
    """``key``: at least 32 secret bytes. ``has_cursors``: cursors are sealed too, not only ``requestState``."""

    def __init__(self, key: bytes, *, has_cursors: bool) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        self._cipher = AESSIV(hmac.digest(key, b"seals", "sha512"))
        self._has_cursors = has_cursors

    def edits(self, leaves: Sequence[Leaf], topic: Topic, scope: str) -> Iterator[tuple[Leaf, str]]:
        """Opaque leaves of a message and what they become; those of a client's own making stay.

        A state belongs to one scope. A cursor does not: lists must not vary by connection (MCP 2026-07-28, server/tools).
        """
        is_out = topic.direction == "to_client" and topic.is_response
        if not is_out and not (topic.direction == "to_server" and topic.is_request):
            return
        for leaf in leaves:
            name = leaf.path[-1]
            if name not in (_OUT if is_out else _IN) or (name != "requestState" and not self._has_cursors):
                continue
            bound = scope if name == "requestState" else ""
            text = self.seal(leaf.text, bound) if is_out else self.open(leaf.text, bound)
            if text is not None:
                yield leaf, text

    def seal(self, text: str, scope: str) -> str:
        plain = b"\0" + text.encode("utf-8", "surrogatepass")
        sealed = self._cipher.encrypt(plain, [scope.encode("utf-8", "surrogatepass")])
        return _PREFIX + base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, text: str, scope: str) -> str | None:
        """The text that was sealed; None for one that was not, or for another scope."""
        from cryptography.exceptions import InvalidTag

        if not text.startswith(_PREFIX):
            return None
        body = text[len(_PREFIX) :]
        try:
            sealed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
            plain = self._cipher.decrypt(sealed, [scope.encode("utf-8", "surrogatepass")])
        except (InvalidTag, binascii.Error, ValueError):
            return None
        return plain[1:].decode("utf-8", "surrogatepass")
