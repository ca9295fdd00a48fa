"""Credentials with a form of their own: bearer tokens, JWTs, private keys, and the key formats of large providers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import regex
from presidio_analyzer import EntityRecognizer, RecognizerResult

_SECRET = regex.compile(
    r"""(?<![\w-])(?:
      eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}                      # JWT
     |(?:AKIA|ASIA)[0-9A-Z]{16}
     |gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}
     |sk-[A-Za-z0-9_-]{20,}|sk_(?:live|test)_[A-Za-z0-9]{16,}
     |xox[abprs]-[A-Za-z0-9-]{10,}
     |AIza[0-9A-Za-z_-]{35}
    )(?![\w-])
    |-----BEGIN[A-Z ]{0,20}PRIVATE\ KEY-----(?:[\s\S]{0,8000}?-----END[A-Z ]{0,20}PRIVATE\ KEY-----|[\s\S]{0,8000})
    |(?<=\b[Bb]earer\ )[A-Za-z0-9._~+/-]{16,}=*
    |(?<=://[^\s:/@]{1,40}:)[^\s:/@]{3,80}(?=@)                  # password in a URL""",
    regex.VERBOSE,
)


class SecretRecognizer(EntityRecognizer):  # type: ignore[misc]  # presidio is untyped
    def __init__(self, timeout_s: float = 1.0) -> None:
        super().__init__(supported_entities=["CREDENTIAL"], name="secret", supported_language="en")
        self._timeout_s = timeout_s

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002  the signature is presidio's
        nlp_artifacts: Any = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """Raises ``TimeoutError``."""
        return [
            RecognizerResult("CREDENTIAL", m.start(), m.end(), 1.0)
            for m in _SECRET.finditer(text, timeout=self._timeout_s)
        ]
