"""Phone numbers as people write them, including 555-01xx and other numbers that no numbering plan has assigned.

Presidio's recognizer asks whether a number can exist; this one asks whether it is written like one. Bare digit runs count only after a word such as
"phone" or "call": otherwise every order number would be one.
"""

from __future__ import annotations

import re
from typing import Final

from sidecar.redaction.recognizers._written import WrittenRecognizer, compiled

_WORDS = (
    r"phone|telephone|tele?f\w{2,6}|tel|mobile?|cell(?:ular|phone)?|handy|rufnummer|call(?:ed|ing)?|dial(?:ed)?|ring|"
    r"text(?:ed)?|sms|fax|whats\s?app|msisdn|reach(?:ed)?|ll[aá]m\w{1,6}|appel\w{0,6}|anruf\w{0,4}|n[uú]mero|landline|hotline|ph"
)
_GAP = r"[\ .\-/\u00a0\u2010\u2011\u2013]"
_EXTENSION = r"(?:,?\s{0,2}(?:x|ext\.?|extension|\#)\s{0,2}\d{1,6})?"

_WRITTEN = compiled(
    rf"""(?<![\w.\-/+]|\d\ )(?:
      (?:\+?1{_GAP}{{0,2}})?(?:\(\d{{3}}\){_GAP}{{0,2}}|\d{{3}}{_GAP}{{1,2}})\d{{3}}{_GAP}{{1,2}}\d{{4}}   # North America
     |(?:\+|(?<=\b)00(?={_GAP}?[1-9]))(?:{_GAP}{{0,2}}\(?\d\)?){{7,15}}                                   # +CC or 00CC
     |0\d{{1,5}}(?:{_GAP}\d{{2,8}}){{1,5}}|\(0\d{{1,5}}\)(?:{_GAP}?\d{{2,8}}){{1,5}}                      # trunk prefix 0
    )(?!\w|[-./]\d){_EXTENSION}"""
)
_AFTER_WORD = compiled(
    rf"""(?<!\w)(?:{_WORDS})(?:\s{{0,2}}(?:number|no\.?|nr\.?|line|\#))?\b[^\d\n]{{0,24}}?
    (?<![\w.\-+])((?:\d{{3}}{_GAP}\d{{4}}|\d{{7,15}})(?!\w|[-./]\d){_EXTENSION})"""
)
_ID_WORD = re.compile(r"\w*(?:id|key|order|ticket|invoice|job|ref|case|code)\W*$", re.IGNORECASE)
_SHORTEST: Final = 9
_LONGEST: Final = 21
"""Digits, with trunk prefix and extension."""


class WrittenPhoneRecognizer(WrittenRecognizer):
    entity = "PHONE_NUMBER"
    title = "phone"
    patterns = ((_WRITTEN, 0, 0.75), (_AFTER_WORD, 1, 0.6))

    def accepts(self, text: str, start: int, end: int) -> bool:
        value = text[start:end]
        digits = sum(map(str.isdigit, value))
        if value.isdigit() or digits < _SHORTEST:  # found by the word before it: another word may be nearer
            return _ID_WORD.search(text[max(0, start - 16) : start]) is None
        return digits <= _LONGEST
