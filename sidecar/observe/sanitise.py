"""What free text loses before it stands in a log: control characters, credentials, keys, paths. For logs, never for messages.

Redaction has taken out personal data before; this takes out what a server tells of itself. In a payload these patterns
would destroy what tools need: an id of 32 hexadecimal digits is no secret there. The labels are what existing log
processors look for. Patterns are tried in order, and what one has replaced no later one reads as a value.
"""

from __future__ import annotations

import re
from typing import Final

MAX_CHARS: Final = 500
"""Of one message; a line of the server's own stderr is kept whole."""
CERTIFICATE: Final = "[CERTIFICATE REDACTED]"
PATH: Final = "[FILE PATH REDACTED]"
REDACTED: Final = "[REDACTED]"

_ESCAPES: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_BREAKS: Final = re.compile("[\n\x0b\x0c\r\x85\u2028\u2029]+")
_SEPARATOR: Final = r"[\"']?\s*[:=]\s*[\"']?"
_VALUE: Final = r"[^\s\"',;&}]"
_BEGIN: Final = re.compile(r"-----BEGIN [A-Z0-9 ]{1,40}-----")
_END: Final = re.compile(r"-----END [A-Z0-9 ]{1,40}-----")
_MOST_LINES: Final = 500
"""Longer than any certificate's: a stray BEGIN must not swallow a log for good."""


def _rule(pattern: str, label: str) -> tuple[re.Pattern[str], str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL), label


RULES: Final = (
    _rule(r"-----BEGIN [A-Z0-9 ]{1,40}-----.*?-----END [A-Z0-9 ]{1,40}-----", CERTIFICATE),
    _rule(r"\b(https?|ftp|mongodb(?:\+srv)?|mysql|postgres(?:ql)?)://[^\s/@:]+:[^\s/@]+@", rf"\1://{REDACTED}@"),
    _rule(r"\b(Bearer)\s+[A-Za-z0-9._~+/=-]+", rf"\1 {REDACTED}"),
    _rule(rf"(authorization{_SEPARATOR}(?:[a-z]+\s+)?){_VALUE}{{8,}}", rf"\1{REDACTED}"),
    _rule(
        rf"((?:api[_-]?key|token|secret|private[_-]?key|access[_-]?key){_SEPARATOR}){_VALUE}{{8,}}", rf"\1{REDACTED}"
    ),
    _rule(rf"(\b\w{{0,40}}(?:password|passwd|pwd|pass)\b{_SEPARATOR}){_VALUE}{{3,}}", rf"\1{REDACTED}"),
    _rule(r"(\"payload\"\s*:\s*\")[^\"]{100,}(\")", rf"\1{REDACTED}\2"),
    _rule(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*", REDACTED),
    _rule(r"(?<![\w/])[a-z]:\\(?:[^\s\"'<>|:*?]|\\)+", PATH),
    _rule(r"(?<![\w.:/])/(?:home|root|usr|opt|etc|var)/[^\s\"'<>|:,;)]+", PATH),
    _rule(r"\b[0-9a-f]{32,}\b", REDACTED),
    _rule(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{32,}={0,2}(?![A-Za-z0-9+/=])", REDACTED),
)


def sanitise(text: str, max_chars: int | None = MAX_CHARS) -> str:
    """One line, without what could forge another, without credentials; cut to ``max_chars``."""
    text = bare(text)
    for pattern, label in RULES:
        text = pattern.sub(label, text)
    if max_chars is not None and len(text) > max_chars:
        return text[: max_chars - 3] + "..."
    return text


def bare(text: str) -> str:
    """Without control characters: what is left can neither move a cursor nor begin a line."""
    return _CONTROLS.sub("", _BREAKS.sub(" ", _ESCAPES.sub("", text)))


class Lines:
    """Lines of one stream, one after the other: a certificate or key spans several, of which only a label is shown."""

    def __init__(self) -> None:
        self._inside = 0

    def line(self, text: str) -> str | None:
        """The line to show; None: it belongs to what a label stands for already."""
        if self._inside:
            self._inside -= 1
            end = _END.search(text)
            if end is None:
                return None
            self._inside = 0
            rest = text[end.end() :]
            return sanitise(rest, None) if rest.strip() else None
        begins = list(_BEGIN.finditer(text))
        begin = begins[-1] if begins else None
        if begin is None or _END.search(text, begin.end()):
            return sanitise(text, None)
        self._inside = _MOST_LINES
        return sanitise(text[: begin.start()], None) + CERTIFICATE
