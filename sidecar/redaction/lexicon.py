# ruff: noqa: RUF001  letters of many scripts are the subject
"""Words that names, streets, towns and companies are made of, from ``signs.yaml``; loaded when the first column is judged.

It looks at no value but to fold a word; ``signs`` does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.util import module_from_spec, spec_from_file_location
from typing import Final

import yaml

WORD: Final = re.compile(r"[^\W_]+(?:[.'\u2019\u02bc\u02b9]+(?=[^\W_])[^\W_]+)*\.?|[^\s,]+")
_LATIN_ACCENT = re.compile(r"([a-z])[\u0300-\u036f]+")
PARTICLES: Final = "van de der den von zu zum zur da do dos das di del della dello la le les los las el al bin ibn y e i of the und et av af ten ter 't op aan am an auf bei in im nad pod na pri u sur sous en d l s c г с д п м ст пос село місто селище хутір город"


@dataclass(frozen=True, slots=True)
class Words:
    given: frozenset[str]
    titles: frozenset[str]
    companies: frozenset[str]
    company_parts: tuple[str, ...]
    streets: frozenset[str]
    street_ends: tuple[str, ...]
    street_parts: tuple[str, ...]
    cities: frozenset[str]
    city_ends: tuple[str, ...]
    city_parts: tuple[str, ...]
    persons: frozenset[str]
    han_surnames: frozenset[str]
    han_given: frozenset[str]
    hangul_surnames: frozenset[str]
    hangul_given: frozenset[str]
    ja_surnames: tuple[str, ...]
    countries: frozenset[str]
    lowered: frozenset[str]
    """Words of names that begin with a small letter."""


@cache
def words() -> Words:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    table: dict[str, str] = yaml.load(files("sidecar.redaction").joinpath("signs.yaml").read_bytes(), loader)  # noqa: S506
    split = {group: [folded(word) for word in text.split()] for group, text in table.items()}
    return Words(
        given=frozenset(split["given"]),
        titles=frozenset(split["titles"]),
        companies=frozenset(split["organisations"]),
        company_parts=tuple(split["organisation_parts"]),
        streets=frozenset(split["streets"]),
        street_ends=tuple(split["street_ends"]),
        street_parts=tuple(table["street_parts"].split()),
        cities=frozenset(split["cities"]),
        city_ends=tuple(split["city_ends"]),
        city_parts=tuple(table["city_parts"].split()),
        persons=frozenset((*split["arabic"], *split["devanagari"], *split["cyrillic"])),
        han_surnames=frozenset(table["han_surnames"]),
        han_given=frozenset(table["han_given"] + table["ja_given"]),
        hangul_surnames=frozenset(table["hangul_surnames"]),
        hangul_given=frozenset(table["hangul_given"]),
        ja_surnames=tuple(table["ja_surnames"].split()),
        countries=frozenset((*split["countries"], *_countries())),
        lowered=frozenset((*PARTICLES.split(), *split["titles"], *split["cities"])),
    )


def _countries() -> Iterator[str]:
    """As the phone number library calls them, in a score of languages; its table is not kept.

    Loaded by path: importing its package would load the towns of the world with it, 90 MB for ever.
    """
    file = files("phonenumbers").joinpath("geodata", "locale.py")
    spec = spec_from_file_location("phonenumbers.geodata.locale", str(file))
    if spec is None or spec.loader is None:
        return
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    for names in module.LOCALE_DATA.values():
        yield from {folded(text) for text in names.values() if text[:1] not in {"*", ""}}


def folded(word: str) -> str:
    """Lower case, without accents of Latin letters; other scripts keep theirs."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.lower().replace("ß", "ss").replace("ı", "i").replace("ł", "l"))
    return unicodedata.normalize("NFC", _LATIN_ACCENT.sub(r"\1", apart))


def is_given(text: str) -> bool:
    """Whether the first word is a given name that is no place or thing."""
    word = WORD.match(text.strip())
    return word is not None and folded(word.group()).strip(".,") in words().given
