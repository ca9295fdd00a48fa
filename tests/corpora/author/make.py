"""Fills the hand-written texts with invented people and freezes them as JSON lines: ``python tests/corpora/author/make.py [dev|test]``.

A text is written once with slots (``{{p.first}}``, ``{{street}}``) and marked values (``[[PERSON:Ann]]``, ``[[?LOCATION:Kent]]`` for
one that may or may not be redacted); README.md has the grammar. The same sources give the same bytes: the random numbers are seeded by
split, kind and place.
"""

from __future__ import annotations

import json
import random
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
_HEAD = re.compile(r"^=== (?P<language>[a-z]{2})(?: x(?P<copies>\d))?\n", re.MULTILINE)
_MARK = re.compile(
    r"\{\{(?P<slot>[a-z]+\d?)(?:\.(?P<form>[a-z0-9]+))?(?::(?P<language>[a-z]{2}))?\}\}"
    r"|\[\[(?P<optional>\??)(?P<entity>[A-Z_]{2,}):(?P<value>[^\]]+)\]\]"
)
_TITLE = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Dame|Herrn?|Frau|Hr|Fr|Mme|Mlle|M|Mme|Monsieur|Madame|Sr|Sra|Srta|Don|Doña|D|Dª|Sig|"
    r"Sig\.ra|Dott|Dott\.ssa|Ing|Dhr|Mevr|Mw|Dona|Pan|Pani|Pana)\.?\s)+$"
)


class People:
    """One invented person per slot, one value per slot and text."""

    def __init__(self, lists: dict[str, Any], language: str, seed: str) -> None:
        self.lists, self.language = lists, language
        self.dice = random.Random(seed)  # noqa: S311 - the same texts every time
        self.people: dict[str, tuple[str, str]] = {}
        self.fixed: dict[str, str] = {}

    def draw(self, name: str, language: str | None = None) -> str:
        return str(self.dice.choice(self.lists[language or self.language][name]))

    def person(self, slot: str, language: str | None) -> tuple[str, str]:
        if slot not in self.people:
            taken = set(self.people.values())
            while (one := (self.draw("first", language), self.draw("last", language))) in taken:
                pass
            self.people[slot] = one
        return self.people[slot]

    def digits(self, shape: str) -> str:
        """``#`` is any digit, ``@`` a capital, ``%`` a hex digit."""
        pick = {"#": "0123456789", "@": "ABCDEFGHJKLMNPRSTUVWXYZ", "%": "0123456789abcdef"}
        return "".join(self.dice.choice(pick[mark]) if mark in pick else mark for mark in shape)


def plain(name: str) -> str:
    """``Núñez-O'Hara`` → ``nunezohara``."""
    name = name.lower().replace("ß", "ss").replace("ø", "o").replace("ł", "l").replace("æ", "ae")
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z]", "", bare)


_SEPARATORS = (".", "_", "", "-")
_SPELLINGS = {
    "full": "{first} {last}",
    "first": "{first}",
    "last": "{last}",
    "lastfirst": "{last}, {first}",
    "init": "{first[0]}. {last}",
    "low": "{low_first} {low_last}",
    "lowfirst": "{low_first}",
    "lowlast": "{low_last}",
    "up": "{up_first} {up_last}",
    "upfirst": "{up_first}",
    "uplast": "{up_last}",
    "lastup": "{up_last} {first}",
}


def of_person(people: People, slot: str, form: str, language: str | None) -> tuple[str, str]:
    """(entity, text) of one spelling of a person."""
    first, last = people.person(slot, language)
    if form in _SPELLINGS:
        return "PERSON", _SPELLINGS[form].format(
            first=first, last=last, low_first=first.lower(), low_last=last.lower(), up_first=first.upper(), up_last=last.upper()
        )  # fmt: skip
    if form == "mid":
        return "PERSON", people.fixed.setdefault(f"{slot}.mid", f"{first} {people.digits('@')}. {last}")
    given, family = plain(first.split()[0].split("-")[0]), plain(last)
    separator = people.dice.choice(_SEPARATORS)
    entity, spellings = {
        "email": (
            "EMAIL_ADDRESS",
            (f"{given}{separator}{family}", f"{given[0]}{family}", f"{family}{separator}{given}"),
        ),
        "user": ("USERNAME", (f"{given[0]}{family}", f"{given}.{family}", f"{family}{given[:2]}{people.digits('##')}")),
        "handle": ("USERNAME", (f"@{given}{separator}{family}", f"@{given}{people.digits('##')}", f"@the{family}")),
    }[form]
    text = people.dice.choice(spellings) + (
        f"@{people.dice.choice(people.lists['domains'])}" if form == "email" else ""
    )
    return entity, people.fixed.setdefault(f"{slot}.{form}", text)


_NUMBERED = {
    "phone": "PHONE_NUMBER",
    "street": "LOCATION",
    "zipcity": "LOCATION",
    "zip": "LOCATION",
    "nid": "NATIONAL_ID",
}
_LISTED = {"card": "CREDIT_CARD", "iban": "IBAN_CODE", "ip": "IP_ADDRESS", "ipv": "IP_ADDRESS", "ssn": "US_SSN", "secret": "CREDENTIAL", "password": "CREDENTIAL", "user": "USERNAME", "mac": "MAC_ADDRESS"}  # fmt: skip
_PLAIN = ("order", "uuid", "amount", "track", "product", "company", "campaign", "hex", "ver", "sku", "time")
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
}
_ORDER = {
    "en": "{m:02}/{d:02}/{y}",
    "de": "{d:02}.{m:02}.{y}",
    "nl": "{d:02}-{m:02}-{y}",
    "pl": "{d:02}.{m:02}.{y}",
    "sv": "{y}-{m:02}-{d:02}",
}
_LONG = {"en": "{name} {d}, {y}", "de": "{d}. {name} {y}", "es": "{d} de {name} de {y}", "pt": "{d} de {name} de {y}"}


def date_text(people: People, form: str, years: tuple[int, int], language: str) -> str:
    y, m, d = people.dice.randint(*years), people.dice.randint(1, 12), people.dice.randint(1, 28)
    name = _MONTHS[language].split()[m - 1]
    pattern = {
        "iso": "{y}-{m:02}-{d:02}",
        "long": _LONG.get(language, "{d} {name} {y}"),
        "short": "{d} {name}",
    }.get(form, _ORDER.get(language, "{d:02}/{m:02}/{y}"))
    return pattern.format(y=y, m=m, d=d, name=name)


def value(people: People, slot: str, form: str, language: str | None) -> tuple[str | None, str]:
    """(entity or None for what is nobody's, text)."""
    kind = slot.rstrip("0123456789")
    spoken = language or people.language
    if kind == "p":
        return of_person(people, slot, form or "full", language)
    key = f"{slot}.{form}"
    if key in people.fixed:
        text = people.fixed[key]
    elif kind in {"dob", "date"}:
        text = date_text(people, form, (1941, 2004) if kind == "dob" else (2024, 2027), spoken)
    elif kind in _NUMBERED:
        text = people.digits(people.draw(kind, spoken))
    elif kind == "city":
        text = people.draw("city", spoken)
    elif kind == "email":
        text = f"{people.digits(people.draw('mailbox', 'any'))}@{people.dice.choice(people.lists['domains'])}"
    elif kind in _LISTED or kind in _PLAIN:
        text = people.digits(people.draw(kind, "any"))
    else:
        raise ValueError(f"unknown slot {slot}")
    people.fixed[key] = text
    entity = {"dob": "DATE_OF_BIRTH", "city": "LOCATION", "email": "EMAIL_ADDRESS"}.get(kind) or {
        **_NUMBERED,
        **_LISTED,
    }.get(kind)
    return entity, text


def fill(template: str, people: People) -> dict[str, Any]:
    """A text with its spans."""
    out, spans, at = "", [], 0
    for mark in _MARK.finditer(template):
        out += template[at : mark.start()]
        at = mark.end()
        is_optional = bool(mark["optional"])
        if mark["entity"]:
            entity, text = mark["entity"], mark["value"]
        else:
            entity, text = value(people, mark["slot"], mark["form"] or "", mark["language"])
        if entity == "PERSON" and (title := _TITLE.search(out)):
            spans.append({"start": title.start(), "end": len(out.rstrip()), "entity": "PERSON", "optional": True})
        if entity:
            spans.append(
                {"start": len(out), "end": len(out) + len(text), "entity": entity}
                | ({"optional": True} if is_optional else {})
            )
        out += text
    return {"text": out + template[at:], "spans": spans}


def records(split: str, kind: str) -> Iterator[dict[str, Any]]:
    lists = yaml.safe_load((HERE / split / "lists.yaml").read_text("utf-8"))
    source = (HERE / split / f"{kind}.txt").read_text("utf-8")
    heads = list(_HEAD.finditer(source))
    if not heads or heads[0].start():
        raise ValueError(f"{split}/{kind}.txt: does not begin with '=== LANGUAGE'")
    for number, head in enumerate(heads):
        end = heads[number + 1].start() if number + 1 < len(heads) else len(source)
        template = source[head.end() : end].rstrip("\n")
        for copy in range(int(head["copies"] or 1)):
            people = People(lists, head["language"], f"{split}/{kind}/{number}/{copy}")
            yield {**fill(template, people), "kind": kind, "language": head["language"], "template": f"{kind}-{number}"}


def frozen(split: str, kind: str) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records(split, kind))


def main() -> None:
    for split in sys.argv[1:] or ("dev", "test"):
        total = 0
        for source in sorted((HERE / split).glob("*.txt")):
            text = frozen(split, source.stem)
            (HERE.parent / split / f"{source.stem}.jsonl").write_text(text, "utf-8")
            total += text.count("\n")
        print(f"{split}: {total} texts")


if __name__ == "__main__":
    main()
