"""Shapes of short values: what is plainly a machine's word and cannot be a person's data.

It names no entity; ``fields`` and ``detector`` decide what a shape means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sidecar.redaction.windows import matches

_GUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_TIME = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:?\d\d(?::?\d\d(?:[.,]\d+)?)?(?:[ ]?(?:Z|[+-]\d\d:?\d\d))?)?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DATE = rf"(?:{_DAY}[./-]{_MONTH}|{_MONTH}[./-]{_DAY})[./-](?:19|20)\d\d(?:[ ]\d\d?:\d\d(?::\d\d)?(?:[ ]?[AaPp][Mm])?)?|(?:19|20)\d\d/{_MONTH}/{_DAY}"
_HEX = r"(?![A-Z]{2}\d{12,30}(?!\w))(?=[0-9a-fA-F]*[a-fA-F])(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{16,}"

_MACHINE = re.compile(
    rf"""(?:[A-Za-z]{{1,24}}-)?\{{?{_GUID}\}}?(?:\.\d+)*      # GUID, APIEvent-GUID, GUID.1.2.3.4
    |{_TIME}
    |{_DATE}
    |{_HEX}
    |v?\d{{1,3}}(?:\.\d{{1,3}}){{2}}(?:[-+][A-Za-z][\w.]*)?    # 1.2.3, v2.10.0-rc.1; 415.555.0132 is a phone number
    |\d{{1,2}}:\d\d(?::\d\d)?
    |\#[0-9a-fA-F]{{3,8}}
    |[-+]?\d{{1,6}}(?:\.\d+)?%?""",
    re.VERBOSE,
)
_ID_OR_TIME = re.compile(
    rf"(?:[A-Za-z]{{1,24}}-)?\{{?{_GUID}\}}?(?:\.\d+)*|{_HEX}|\d{{4}}-\d\d-\d\d[T ](?!00:00(?::00(?:\.0+)?)?Z?$)\d\d:.*|#[0-9a-fA-F]{{3,8}}|\d{{1,3}}|[\x00-\x7f]{{0,2}}"
)
_IDENTIFIER = re.compile(
    rf"""(?:[A-Za-z]{{1,24}}-)?\{{?{_GUID}\}}?(?:\.\d+)*
    |{_TIME}|{_DATE}|{_HEX}
    |-?\d+(?:\.\d+)?|v?\d{{1,3}}(?:\.\d{{1,3}}){{1,3}}
    |[a-z]+(?:-[a-z]+){{2,}}(?:-\d{{1,4}})?                      # three words of a page's address
    |(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{{15}}(?:[A-Za-z0-9]{{3}})?   # Salesforce ids
    |(?!.*(?:\+\d{{7}}|\d{{3}}[.-]\d{{3}}[.-]\d{{4}}))          # ... but a written phone number is none of these
     (?=[\w./+=-]*\d)(?=[\w./+=-]*[A-Za-z])[\w./+=-]{{4,}}      # mixed letters and digits, no space, no @""",
    re.VERBOSE | re.ASCII,
)
_NO_NAME = re.compile(
    r"""[^@\s]+@[^@\s]+                                         # e-mail address
    |(?:[a-zA-Z][a-zA-Z0-9+.-]{1,20}://|(?:mailto|tel|urn|data):)\S+
    |[\w%-]*(?:_|%)[\w%-]*                                      # snake_case, %%placeholder%%
    |[a-z]+(?:[A-Z][a-z0-9]*)+                                  # camelCase
    |(?=\S*\d)[\w.:/+=#-]+                                      # mixed letters and digits
    |[A-Z]{1,3}
    |[a-z]{2}-[A-Z]{2}
    |[\w.-]*/[\w./+*-]*                                         # path, MIME type
    |[a-z0-9-]+(?:\.[a-z0-9-]+)+                                # dotted lower case: host, method
    |<[A-Z][A-Z_]*>""",
    re.VERBOSE | re.ASCII,
)
_LONGEST: Final = 100
"""Characters of a value that can be one machine word."""
_LONGEST_CALLED: Final = 64
"""Characters of what a thing is called."""
_SENTENCE: Final = 4
_SMALL: Final = 2
_CALLED: Final = 6
"""Words of what a thing is called."""
_LETTERS = re.compile(r"[^\W\d_]{2}")
_LABEL = r"<[A-Z][A-Z_]{2,40}>"
_PLACEHOLDER = r"%%\[[\s\S]{1,20000}?\]%%|%%[^%\n]{1,2000}?%%|\{\{[^{}\n]{1,2000}\}\}|\{%[^\n]{1,2000}?%\}"
_MASK = r"_{10,}"
_PROTECTED = re.compile(f"{_LABEL}|{_PLACEHOLDER}|{_MASK}")
_OPAQUE_RUN = re.compile(
    rf"""(?<![\w-])(?:{_GUID}|{_HEX})(?![\w-])
    |(?<![\w.-])\d{{4}}-\d\d-\d\d(?:[T ]\d\d:?\d\d(?::?\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-])""",
    re.VERBOSE,
)
_NAME_LIKE = re.compile(r"[^\W\d_a-z]\w*[.'\u2019]?(?:[ -][^\W\d_]\w*[.'\u2019]?){1,4}")
_NO_CASE_NAME = re.compile(
    r"[^\W\d_]\S*(?:[ \u3000\u30fb][^\W\d_]\S*){1,4}|[\u3005\u3400-\u9fff\uac00-\ud7a3]{2,5}|[\u3041-\u30ff]{2,8}"
)
_HAS_WORDY_PRECISION = re.compile(r"@|(?:\d[ ().+/-]{0,2}){7}")


def is_machine(text: str) -> bool:
    """Whether all of it is a short number, GUID, hex string, version or time: no personal data, whatever the field."""
    return not text.isalpha() and len(text) <= _LONGEST and _MACHINE.fullmatch(text) is not None


def is_identifier(text: str) -> bool:
    """Whether all of it is machine-shaped, so that a field called an id, key or date may keep it."""
    return len(text) <= _LONGEST and _IDENTIFIER.fullmatch(text) is not None


def is_label(text: str) -> bool:
    return text.startswith("<") and re.fullmatch(_LABEL, text) is not None


def may_hold_name(text: str) -> bool:
    """Whether NER can find anything: numbers, addresses of machines and code-like words hold no names."""
    if _LETTERS.search(text) is None:
        return False
    return len(text) > _LONGEST or _NO_NAME.fullmatch(text) is None


def is_plain_key(text: str) -> bool:
    """``firstName``, ``email_address``: neither ``may_hold_pattern`` nor ``looks_like_name``, told at a fifth of their cost."""
    return text.isidentifier() and (text.isalpha() or _HAS_WORDY_PRECISION.search(text) is None)


def looks_like_name(text: str) -> bool:
    """``Firstname Lastname``: for object keys, where most words are property names."""
    return len(text) <= _LONGEST and _NAME_LIKE.fullmatch(text) is not None


def looks_like_scripted_name(text: str) -> bool:
    """Two to five words of letters in a script without capitals (Han, Hangul, Arabic, Devanagari), or two to five such characters of Han or Hangul."""
    if text.isascii() or not _NO_CASE_NAME.fullmatch(text):
        return False
    return text.lower() == text.upper()


def is_capitalised(text: str) -> bool:
    """Whether every word begins with a capital or with a letter that has none."""
    return all(word[0].isupper() or word[0].lower() == word[0].upper() for word in text.split())


def may_tell_column(text: str) -> bool:
    """Whether the value may say what its column holds: GUIDs, hashes, times of day and versions do not."""
    return _ID_OR_TIME.fullmatch(text) is None


_LEGAL_FORM: Final = re.compile(r"(?:\w{1,4}\.){2,4}|(?:Inc|Ltd|Co|Corp|Bros|Cie|Lda|Ltda|Srl|Sp)\.")
"""A company's name may end in a stop that ends no sentence: ``S.L.``, ``s.r.l.``, ``Inc.``"""


def is_sentence(text: str) -> bool:
    """Prose, in which anybody may be named: four words or more, most of them small, or ended like a sentence, or many."""
    words = text.split()
    if len(words) < _SENTENCE:
        return False
    small = sum(word[0].islower() for word in words)
    is_ended = words[-1][-1] in ".?!" and _LEGAL_FORM.fullmatch(words[-1]) is None
    return 2 * small >= len(words) or is_ended or (small >= _SMALL and len(words) > _CALLED)


def is_short_name_of_thing(text: str) -> bool:
    """Whether a company or product may be called so, and nothing in it can be an address, number or secret."""
    if len(text) > _LONGEST_CALLED or _HAS_WORDY_PRECISION.search(text) is not None or is_sentence(text):
        return False
    return " " in text or len(text) < 16 or text.replace("-", "").isalpha()  # noqa: PLR2004  no secret is shorter


def may_hold_pattern(text: str) -> bool:
    """Whether it has an at sign or seven digits close together: for object keys and short words."""
    return _HAS_WORDY_PRECISION.search(text) is not None


def protected_spans(text: str) -> list[tuple[int, int]]:
    """What is never part of a finding: labels (``<PERSON>``), personalisation strings (``%%FirstName%%``, ``{{Email}}``), masked tokens."""
    if "<" not in text and "%%" not in text and "{{" not in text and "{%" not in text and "__________" not in text:
        return []
    return [match.span() for match in _PROTECTED.finditer(text)]


def outside(start: int, end: int, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pieces of ``start`` to ``end`` that lie in none of ``spans``."""
    pieces = [(start, end)]
    for low, high in spans:
        pieces = [p for s, e in pieces for p in ((s, min(e, low)), (max(s, high), e)) if p[0] < p[1]]
    return pieces


def bare(text: str) -> list[tuple[int, int]]:
    """A whole value without the blanks around it, and without labels and masked tokens in it."""
    start = len(text) - len(text.lstrip())
    return [(s, e) for s, e in outside(start, len(text.rstrip()), protected_spans(text)) if text[s:e].strip()]


def opaque_runs(text: str) -> Iterator[tuple[int, int]]:
    """GUIDs, long hex strings and ISO times inside a text: digits in them are no phone, card or social security number."""
    return (match.span() for match in matches(_OPAQUE_RUN, text))
