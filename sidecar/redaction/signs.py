# ruff: noqa: PLR2004, RUF001  counts stand beside what they measure; letters of many scripts are the subject
"""What one value says about the column it stands in: shapes, words of names, streets and companies, check digits.

It decides nothing: ``votes`` weighs the shares of a whole column, and one value alone proves nothing here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from enum import IntFlag, auto
from typing import Final

from sidecar.redaction.check_digits import luhn
from sidecar.redaction.findings import Finding
from sidecar.redaction.lexicon import WORD, Words, folded, words

LONGEST: Final = 160
"""Characters of a value that may say something about its column; longer ones are texts."""


class Sign(IntFlag):
    """What was seen in one value."""

    NAME_SHAPE = auto()
    """One to eight words of letters, written as names are."""
    TITLE_SHAPE = auto()
    """Short, every word capitalised or a number: how things and people are called, not how people write."""
    WORD = auto()
    """One word without digits."""
    BLIND = auto()
    """Letters of a script the model was not trained on."""
    MODEL_PERSON = auto()
    MODEL_PLACE = auto()
    PERSON_WORD = auto()
    GIVEN = auto()
    """Its first word is a given name that is no place or thing."""
    TITLE = auto()
    """Begins or ends as only a person's name does: ``Dr.``, ``PhD``."""
    COMPANY = auto()
    STREET_WORD = auto()
    CITY_WORD = auto()
    NUMBERED = auto()
    """Words with a number at one end: how streets are written."""
    EMAIL = auto()
    PHONE_SHAPE = auto()
    PHONE_SURE = auto()
    """Found by a pattern, or written as only a phone number is."""
    MOBILE = auto()
    """Eleven digits beginning as a Chinese mobile number."""
    ZIP_DIGITS = auto()
    ZIP_SHAPE = auto()
    LEADING_ZERO = auto()
    DAY = auto()
    """A date without a time of day."""
    RECENT = auto()
    CARD = auto()
    IBAN = auto()
    IP = auto()
    USERNAME = auto()
    NATIONAL_SHAPE = auto()
    NATIONAL_CHECK = auto()
    PLAIN_NUMBER = auto()
    COUNTRY = auto()
    CAPITALS = auto()
    """Every word but particles begins with a capital, or with a letter that has none."""
    MODEL_ANY = auto()
    """The model found something in it, though little."""
    CODE = auto()
    """Capitals and digits in one piece, with a digit."""


_BLIND = re.compile(r"[\u0370-\u03ff\u0400-\u052f\u0530-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_NAME = re.compile(
    r"[^\W\d_][^\d_\s,@/:;()<>\[\]{}|=&+*%#!?\"]*(?:(?:,? |\u3000|\u30fb)[^\W\d_][^\d_\s,@/:;()<>\[\]{}|=&+*%#!?\"]*){0,7}"
)
_TITLED = re.compile(
    r"(?:[^\W\d_a-z]|\d)\S*(?:[ ,-]+(?:(?:[^\W\d_a-z]|\d)\S*|(?:and|of|the|to|for|de|la|du|y|e|und|et|i|in|&|-)(?= )))*"
)
_LETTERS = re.compile(r"[^\W\d_]{3}")
_NOBLE = re.compile(
    r"(?:van|von|zu|de|del|da|dos|di|bin|ibn|al|el|ten|ter|vom)(?: (?:de|der|den|la|las|los))?[ -][^\W\d_a-z]\w+$"
)
_CODE = re.compile(r"(?=[^\d]*\d)[A-Z\d][A-Z\d._/-]{3,23}")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_FIRM = re.compile(
    r"[^\W\d_][^\s,]*, [^\W\d_][^\s,]* (?:and|und|et|y|e|i|en|och|og|ja|ve|a|és|și|та|и|і|και|&) [^\W\d_][^\s,]*"
)
_NUMBERED = re.compile(
    r"\d{1,6}[\w/-]{0,8},? +.*[^\W\d_]\S.*|[^\W\d_]+\.? \d{1,4}[A-Za-z]?, .+|.*[^\W\d_]\S.*[ ,\u00ba#]\d{1,6}(?:[\w/.-]{0,12})?",
    re.DOTALL,
)
_CYRILLIC_NAME = re.compile(
    r"[\u0400-\u052f'\u2019\u02bc-]*(?:ов|ев|ёв|ин|ын|ова|ева|ёва|ина|ына|ский|ская|цкий|цкая|ська|цька|ський|цький|енко|чук|щук|юк|як|вич|дзе|швили|янц|ян|"
    r"нко|йко|шко|вко|чко|ішин|ишин)"
)
_PATRONYMIC = re.compile(r"(?:[оеё]вич|ьич|[оеё]вна|ична|инична|йович|ійович|ївна|івна|овна)(?!\w)")
_LATIN_SURNAME = re.compile(
    r"[^\W\d_]{2,}(?:sk[iy]|ska|cki|cka|czyk|wicz|ov[aá]|ová|sson|sen|oglu|escu|opoulos|idis|akis|enko|chuk|ez|ini|etti|elli|nen)"
)
_GREEK_NAME = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]{2,}(?:ης|ου|ος|ας|άκης|ίδης|πουλος|πούλου|ίδου|ή|ία|α)")
_HAN = re.compile(r"[\u3005\u3400-\u9fff]+(?:[ \u3000][\u3005\u3400-\u9fff\u3040-\u30ff]+)?|[\u3040-\u30ff]+")
_HANGUL = re.compile(r"[\uac00-\ud7a3]{1,5}")
_EMAIL = re.compile(r"[^\s@<>\"',;:()]{1,64}@[^\s@<>\"',;:()]{1,253}\.[^\W\d_][\w-]{1,62}")
_PHONE = re.compile(r"\+?[\d\s()./\-\u2013]{6,30}(?:\s*(?:x|ext\.?)\s*\d{1,6})?", re.IGNORECASE)
_PHONE_SURE = re.compile(r"\+.*|00[1-9].*|\(\d{1,5}\).*|0\d[\d ()/.-]{6,}|\d{2,4}[-. ]\d{3,4}[-. ]\d{3,4}(?:x\d+)?")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_ZIP = re.compile(
    r"\d{5}-\d{4}|\d{3}-\d{4}|\d{2}-\d{3}|\d{3} \d{2}|\d{4} ?[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{5}-\d{3}"
    r"|[A-Z]{1,2}-\d{4,5}"
)
_DAY = re.compile(
    r"(?:(?P<y>(?:19|20)\d\d)[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])[-/. ](?:0?[1-9]|[12]\d|3[01])[-/. ]"
    r"(?P<z>(?:19|20)\d\d))(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?"
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_IP = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}|(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]{3,45}")
_USERNAME = re.compile(r"@?[a-z]{1,20}(?:[._-][a-z]{1,20}){0,3}[._-]?\d{0,4}")
_NATIONAL = re.compile(
    r"[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D T]?[A-DT]|\d{6}-[1-8]\d{6}|\d{6}[-+]\d{4}|\d{6}/\d{3,4}|\d{3}-\d{2}-\d{4}|[XYZ]-?\d{7}-?[A-Z]|\d{8}-?[A-HJ-NP-TV-Z]"
    r"|[12]\d{2}(?:0[1-9]|1[0-2])[0-9AB]{10}|[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]|[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]"
    r"|\d{3}\.\d{3}\.\d{3}-\d\d|\d{6}[-A+]\d{3}[0-9A-Y]|\d{3}-\d{3}-\d{3} \d\d"
)
_DIGITS = re.compile(r"\d+")
_RECENT: Final = date.today().year - 14  # noqa: DTZ011  a day does not matter
"""Few who were born after have an entry in a CRM; orders are younger, and companies are founded every year."""


def is_day_long_past(text: str) -> bool:
    """A date without a time of day, on which somebody who has an entry in a CRM may have been born."""
    day = _DAY.fullmatch(text.strip())
    return day is not None and int(day["y"] or day["z"]) < _RECENT


def letters_of(text: str) -> str:
    """Without digits and punctuation: what differs between streets, and not between shelves."""
    return _NO_LETTERS.sub("", text)


def tokens(text: str) -> list[str]:
    """The words of a name, path or handle."""
    return _NO_LETTERS.split(text)


def look(text: str, found: Sequence[Finding]) -> Sign:
    """``found``: what patterns and the model found in it."""
    bare = text.strip()
    if not bare or len(bare) > LONGEST:
        return Sign(0)
    signs = _findings(bare, found)
    if any(map(str.isdigit, bare)):
        signs |= _numbers(bare)
    if any(map(str.isalpha, bare)):
        signs |= _letters(bare)
    return signs


def _findings(text: str, found: Sequence[Finding]) -> Sign:
    signs = Sign.MODEL_ANY if any(f.entity in {"PERSON", "LOCATION"} for f in found) else Sign(0)
    for entity, sign in (("PERSON", Sign.MODEL_PERSON), ("LOCATION", Sign.MODEL_PLACE)):
        covered = sum(f.end - f.start for f in found if f.entity == entity)
        if 5 * covered >= 3 * len(text):
            signs |= sign
    if any(f.entity == "PHONE_NUMBER" and 2 * (f.end - f.start) >= len(text) for f in found):
        signs |= Sign.PHONE_SURE
    return signs


def _numbers(text: str) -> Sign:  # noqa: C901, PLR0912  a table of forms
    signs = Sign(0)
    digits = sum(map(str.isdigit, text))
    day = _DAY.fullmatch(text)
    if day:
        signs |= Sign.DAY
        if int(day["y"] or day["z"]) >= _RECENT:
            signs |= Sign.RECENT
    elif _IP.fullmatch(text):
        return Sign.IP
    elif 7 <= digits <= 20 and _PHONE.fullmatch(text):
        signs |= Sign.PHONE_SHAPE
        if _PHONE_SURE.fullmatch(text):
            signs |= Sign.PHONE_SURE
        if _MOBILE.fullmatch(text):
            signs |= Sign.MOBILE
    if _DIGITS.fullmatch(text):
        signs |= Sign.PLAIN_NUMBER
        if 4 <= digits <= 8:
            signs |= Sign.ZIP_DIGITS
            if text[0] == "0":
                signs |= Sign.LEADING_ZERO
    elif _ZIP.fullmatch(text):
        signs |= Sign.ZIP_SHAPE
    if 12 <= digits <= 19 and digits + text.count(" ") + text.count("-") == len(text) and luhn(text):
        signs |= Sign.CARD
    compact = text.replace(" ", "").upper()
    if _IBAN.fullmatch(compact) and int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1:
        signs |= Sign.IBAN
    if _NATIONAL.fullmatch(text):
        signs |= Sign.NATIONAL_SHAPE
    return signs


def _letters(text: str) -> Sign:  # noqa: C901, PLR0912  a table of signs
    known = words()
    is_blind = _BLIND.search(text) is not None
    pieces = text.replace("\u3000", " ").split() if is_blind else WORD.findall(text)
    named = [folded(word).strip(".,'\u2019\"«»()").replace(".", "") for word in pieces]
    plain = frozenset(named)
    signs = Sign(0)
    if _EMAIL.fullmatch(text):
        return Sign.EMAIL
    if _USERNAME.fullmatch(text):
        signs |= Sign.USERNAME
    if _NAME.fullmatch(text) and len(named) <= 8:
        signs |= Sign.NAME_SHAPE
    if len(text) <= 60 and _TITLED.fullmatch(text) and (is_blind or _LETTERS.search(text)):
        signs |= Sign.TITLE_SHAPE
    if len(named) == 1 and signs & Sign.NAME_SHAPE:
        signs |= Sign.WORD
    if is_blind:
        signs |= Sign.BLIND
    if all(not word[0].islower() or folded(word).strip(".") in known.lowered for word in pieces):
        signs |= Sign.CAPITALS
    if _CODE.fullmatch(text):
        signs |= Sign.CODE
    if folded(text) in known.countries:
        signs |= Sign.COUNTRY
    if (
        (
            not known.companies.isdisjoint(named[1:])
            or any(part in text.lower() for part in known.company_parts)
            or "&" in text
        )
        or _FIRM.fullmatch(text)
        or (named and named[0] in known.companies and signs & Sign.BLIND)
    ):
        signs |= Sign.COMPANY
    if _NOBLE.match(text):
        signs |= Sign.PERSON_WORD
    if named and named[0] in known.given:
        signs |= Sign.GIVEN | Sign.PERSON_WORD
    if len(named) > 1 and (named[0] in known.titles or named[-1] in known.titles):
        signs |= Sign.TITLE
    if _NUMBERED.fullmatch(text):
        signs |= Sign.NUMBERED
    is_street = not known.streets.isdisjoint(plain) or any(word.endswith(known.street_ends) for word in named)
    if is_street or (
        not text.isascii()
        and any(part in text for part in known.street_parts)
        and (signs & Sign.NUMBERED or "街" in text or "路" in text)
    ):
        signs |= Sign.STREET_WORD
    is_city = (len(named) > 1 and named[0] in known.cities) or any(
        len(w) > 4 and w.endswith(known.city_ends) for w in named
    )
    if is_city or (not text.isascii() and len(text) > 1 and text.endswith(known.city_parts)):
        signs |= Sign.CITY_WORD
    return signs | _person(text, named, known)


def _person(text: str, words: Sequence[str], known: Words) -> Sign:
    if text.isascii():
        return Sign.PERSON_WORD if any(map(_LATIN_SURNAME.fullmatch, words)) else Sign(0)
    if not known.persons.isdisjoint(words) or any(map(_CYRILLIC_NAME.fullmatch, words)) or _PATRONYMIC.search(text):
        return Sign.PERSON_WORD
    if any(map(_GREEK_NAME.fullmatch, words)) or any(map(_LATIN_SURNAME.fullmatch, words)):
        return Sign.PERSON_WORD
    if text[:2] == "ال" and len(text) <= 14:
        return Sign.PERSON_WORD
    if _HANGUL.fullmatch(text) and (
        (text[0] in known.hangul_surnames and len(text) in {1, 3})
        or (len(text) == 2 and known.hangul_given.issuperset(text))
    ):
        return Sign.PERSON_WORD
    if _HAN.fullmatch(text) and len(text) <= 7 and _is_han_name(text, known):
        return Sign.PERSON_WORD
    return Sign(0)


def _is_han_name(text: str, known: Words) -> bool:
    if text.startswith(known.ja_surnames) and not text.endswith(known.city_parts):
        return True
    if " " in text or "\u3000" in text:
        return text[0] in known.han_surnames
    if len(text) <= 3 and text[0] in known.han_surnames:
        return len(text) == 1 or not text.endswith(known.city_parts)
    return len(text) <= 3 and (text[-1] in known.han_given or known.han_given.issuperset(text))
