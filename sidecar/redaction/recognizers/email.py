"""E-mail addresses at any domain, also ``.test``, ``.local`` and hosts no public suffix list knows.

Presidio's own recognizer rejects those, fetches the list from the network and takes quadratic time on long words. This one does not judge
whether an address exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import regex
from presidio_analyzer import EntityRecognizer, RecognizerResult

_LOCAL = regex.compile(r"""(?:"[^"\\\r\n@]{1,60}"|[\w!#$%&'*+/=?^`{|}~.-]{1,64})$""")
_DOMAIN = regex.compile(
    r"[^\W_](?:[\w-]{0,61}[^\W_])?(?:\.[^\W_](?:[\w-]{0,61}[^\W_])?){0,8}\.(?:xn--[\w-]{2,59}|[^\W\d_]{2,63})(?![\w-]*@)"
    r"|\[\d{1,3}(?:\.\d{1,3}){3}\]"
)
_AT = regex.compile(r"@|%40|＠|&#64;|&commat;", regex.IGNORECASE)
_LEADING = "'.`{|}~/=&?!*^$"
_SCORE = 1.0


class WideEmailRecognizer(EntityRecognizer):  # type: ignore[misc]  # presidio is untyped
    """Looks left and right of every at sign (or ``%40``): linear in the text."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["EMAIL_ADDRESS"], name="email", supported_language="en")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002  the signature is presidio's
        nlp_artifacts: Any = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        found = []
        for at in _AT.finditer(text):
            left = text[max(0, at.start() - 64) : at.start()]
            local = _LOCAL.search(left)
            domain = _DOMAIN.match(text, at.end())
            if local is None or domain is None:
                continue
            name = local.group()
            for separator in ("=", "?", "&", "/", "%3D", "%3d", "mailto:"):  # in URLs the name begins after these
                name = name.rpartition(separator)[2]
            name = name.lstrip(_LEADING)
            if name:
                found.append(RecognizerResult("EMAIL_ADDRESS", at.start() - len(name), domain.end(), _SCORE))
        return found
