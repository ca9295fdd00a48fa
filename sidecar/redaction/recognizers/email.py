"""E-mail addresses at any domain, also ``.test``, ``.local`` and hosts no public suffix list knows.

Presidio's own recognizer rejects those, fetches the list from the network and takes quadratic time on long words. This one does not judge
whether an address exists.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

_AT = re.compile(r"@|%40|\uff20|&#64;|&commat;", re.IGNORECASE)
_LOCAL = re.compile(r"""(?:"[^"\\\r\n@]{1,60}"|[\w!#$%&'*+/=?^`{|}~.-]{1,64})$""")
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOMAIN = re.compile(
    rf"{_LABEL}(?:\.{_LABEL}){{0,8}}\.(?:xn--[\w-]{{2,59}}|[^\W\d_]{{2,63}})(?![\w-]*@)|\[\d{{1,3}}(?:\.\d{{1,3}}){{3}}\]"
)
_BEFORE_NAME = ("=", "?", "&", "/", "%3D", "%3d", "%3A", "%3a", "%20")
"""In URLs the name begins after these."""
_NOT_FIRST = "'.`{|}~!*^$"


class WideEmailRecognizer(EntityRecognizer):
    """Looks left and right of every at sign (or ``%40``): linear in the text."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["EMAIL_ADDRESS"], name="email", supported_language="en")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002  the signature is presidio's
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        found = []
        for at in _AT.finditer(text):
            local = _LOCAL.search(text[max(0, at.start() - 64) : at.start()])
            domain = _DOMAIN.match(text, at.end())
            if local is None or domain is None:
                continue
            name = local.group()
            for separator in _BEFORE_NAME:
                name = name.rpartition(separator)[2]
            name = name.lstrip(_NOT_FIRST)
            if name:
                found.append(RecognizerResult("EMAIL_ADDRESS", at.start() - len(name), domain.end(), 1.0))
        return found
