"""Credentials with a form of their own: keys and tokens of providers, JWTs, private keys, passwords in URLs.

GUIDs, hashes and base64 are none. Whatever only a word calls a secret is ``password``'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import regex
from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from sidecar.redaction.recognizers._secret_forms import TOKENS, is_placeholder, theirs
from sidecar.redaction.recognizers._written import Form, WrittenRecognizer

_PEM_END: Final = regex.compile(r"-----END [A-Z0-9 ]{0,32}(?:PRIVATE|SECRET) KEY(?: BLOCK)?[A-Z ]{0,8}-----")
_PUTTY_END: Final = regex.compile(r"Private-MAC: [0-9a-f]+")
_LONGEST_KEY: Final = 16_384


class SecretRecognizer(WrittenRecognizer):
    entity = "CREDENTIAL"
    title = "secret"
    flags = 0
    forms = TOKENS

    def __init__(self) -> None:
        others = theirs(is_caseless=False)
        self.forms = (*type(self).forms, *others)
        super().__init__()

    def analyze(
        self,
        text: str,
        entities: Sequence[str],
        nlp_artifacts: NlpArtifacts | None = None,
        regex_flags: int | None = None,
    ) -> list[RecognizerResult]:
        """A private key ends with its footer. Raises ``TimeoutError``."""
        found = super().analyze(text, entities, nlp_artifacts, regex_flags)
        for result in found:
            if text.startswith(("-----BEGIN", "PuTTY-User-Key"), result.start):
                result.end = _end_of_key(text, result.start, result.end)
        return found

    def rate(self, text: str, start: int, end: int, form: Form) -> float:
        value = text[start:end]
        if value.startswith(("-----", "PuTTY")):
            return float(form.score)
        return 0.0 if is_placeholder(value) or len(set(value)) < 2 else form.score  # noqa: PLR2004


def _end_of_key(text: str, start: int, end: int) -> int:
    """The footer of the key, or what is left of the text: half a key is a key."""
    limit = min(len(text), start + _LONGEST_KEY)
    footer = (_PEM_END if text[start] == "-" else _PUTTY_END).search(text, end, limit)
    return footer.end() if footer else limit
