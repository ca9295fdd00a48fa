"""Credentials with a form of their own: bearer tokens, JWTs, private keys, passwords in URLs, the key formats of large providers."""

from __future__ import annotations

import regex

from sidecar.redaction.recognizers._written import WrittenRecognizer

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


class SecretRecognizer(WrittenRecognizer):
    entity = "CREDENTIAL"
    title = "secret"
    patterns = ((_SECRET, 0, 1.0),)
