"""US social security numbers: ``123-45-6789`` anywhere, nine bare digits after words that say so.

Presidio's recognizer refuses well-known sample numbers and numbers never issued; people write and test with those, and they are found here.
"""

from __future__ import annotations

from sidecar.redaction.recognizers._written import DASH, START, Form, WrittenRecognizer

_WORDS = (
    r"ssns?|social[\s_-]{0,2}security(?:[\s_-]{0,2}(?:number|no\.?|num|\#))?|soc\.?\s?sec\.?|seguro social|s\.s\.n\.?"
)
_MASKED = rf"[*x\u2022]{{3}}{DASH}?[*x\u2022]{{2}}{DASH}?\d{{4}}"


class SocialSecurityRecognizer(WrittenRecognizer):
    entity = "US_SSN"
    title = "social_security"
    least_digits = 4
    forms = (
        Form("written", rf"(?<![\w.\-/+]|\d\ )\d{{3}}({DASH})\d{{2}}\1\d{{4}}(?!\w|[-./]\d)", 0.85),
        Form(
            "after a word",
            rf"{START}(?:{_WORDS})(?!\w)[^\d\n*]{{0,24}}?(?<![\w.\-])"
            rf"(?P<value>\d{{9}}|\d{{3}}{DASH}?\d{{2}}{DASH}?\d{{4}}|{_MASKED})(?!\w|[-./]\d)",
            0.9,
        ),
        Form(
            "before a word",
            rf"(?<![\w.\-/+])(?P<value>\d{{9}}|\d{{3}}{DASH}?\d{{2}}{DASH}?\d{{4}})\s?[(\[]\s?(?:ssn|social security)", 0.9
        ),
        Form(
            "last four",
            rf"{START}(?:(?:last (?:4|four)(?: digits)?(?: of)?(?: (?:the|his|her|my|their|your))? (?:ssn|social(?: security(?: number)?)?))|(?:ssn|social)(?:,? (?:last (?:4|four)|ending(?: in)?)))"
            r"[^\d\n]{0,12}?(?<![\w.\-])(?P<value>\d{4})(?!\w|[-./]\d)",
            0.8,
        ),
    )  # fmt: skip
