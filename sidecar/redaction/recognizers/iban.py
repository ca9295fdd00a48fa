"""International bank account numbers in any case and grouping, by country's length and check digits (ISO 13616).

Presidio's recognizer wants capitals and groups of four. Without right check digits one counts only after the word itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from sidecar.redaction.recognizers._written import (
    START,
    TIMEOUT_S,
    VALUE,
    Form,
    WrittenRecognizer,
    alnum,
    compiled,
    lacks_digits,
)

LENGTHS: Final[Mapping[str, int]] = MappingProxyType(
    {
        country: int(length)
        for country, length in re.findall(
            r"([A-Z]{2})(\d\d)",
            "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 "
            "FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 "
            "LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 "
            "SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30 ",
        )
    }
)
"""Characters of a country's numbers, from the registry."""
_GAP = r"[ .\-\u00a0\u2010\u2011\u2013/]{0,2}"
_BODY = rf"[A-Z]{{2}}{_GAP}\d{_GAP}\d(?:{_GAP}[A-Z0-9]){{11,30}}"

_BEGINNING: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[ .\-/]{0,2}[0-9]")
"""Of both forms, in ASCII."""


class WideIbanRecognizer(WrittenRecognizer):
    entity = "IBAN_CODE"
    title = "iban"
    least_digits = 2
    forms = (
        Form("any grouping", rf"(?<![A-Z0-9_]){_BODY}", 0.9),
        Form("after the word", rf"{START}iban(?![^\W_])[^\w\n]{{0,8}}(?:is |ist |est |es |è |nr\.? |no\.? )?[^\w\n]{{0,4}}(?P<value>[A-Z]{{2}}\d\d(?:{_GAP}[A-Z0-9]){{8,30}})(?!\w)", 0.8),
    )  # fmt: skip

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002  the signature is presidio's
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002
        regex_flags: int | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """What follows a number may look like more of it: the country's length ends it. Raises ``TimeoutError``."""
        if lacks_digits(text, self.least_digits):
            return []
        found, at = [], 0
        if text.isascii() and _BEGINNING.search(text) is None:
            return []
        checked, worded = (compiled(pattern.regex, self.flags) for pattern in self.forms)
        while match := checked.search(text, at, timeout=TIMEOUT_S):
            end = _end(text, match.start(), match.end())
            at = end or match.start() + 1
            if end:
                found.append(self.result(match.start(), end, 1.0))
        for match in worded.finditer(text, timeout=TIMEOUT_S):
            start, end = match.span(VALUE)
            if not any(result.start <= start < result.end for result in found):
                found.append(self.result(start, end, 0.8))
        return found


def _end(text: str, start: int, limit: int) -> int:
    """Where a number with right check digits that begins at ``start`` ends; 0 when there is none."""
    length, at = LENGTHS.get(text[start : start + 2].upper(), 0), start
    for _ in range(length):
        while at < limit and not text[at].isalnum():
            at += 1
        at += 1
    number = alnum(text[start:at])
    is_one_case = text[start:at].isupper() or text[start:at].islower()  # base64 is neither
    if not length or at > limit or len(number) != length or not is_one_case or text[at : at + 1].isalnum():
        return 0
    spread = "".join(str(int(c, 36)) for c in number[4:] + number[:4])
    return at if int(spread) % 97 == 1 else 0
