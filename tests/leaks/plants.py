"""Invented people's data, distinct for every surface and kind, and a scanner that finds it in recorded bytes.

It knows no protocol. Addresses are under example domains, phone numbers 555-01xx, cards in payment providers' test ranges.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import quote, unquote

Kind: TypeAlias = Literal["email", "phone", "ssn", "card", "name"]
KINDS: Final[tuple[Kind, ...]] = ("email", "phone", "ssn", "card", "name")

_PEOPLE: Final = """
Amara Okafor|Lorenzo Bianchi|Ingrid Halvorsen|Mateus Carvalho|Priya Raghunathan|Tomasz Kowalczyk|Yuki Tanabe|Siobhan Gallagher
Dmitri Volkov|Fatima Benhaddou|Chloé Dubreuil|Kwame Mensah|Anneliese Baumgartner|Rajesh Subramaniam|Marisol Figueroa|Hiroshi Nakagawa
Olga Petrenko|Declan Fitzgerald|Noor Qureshi|Esteban Villalobos|Wanjiru Kamau|Zsofia Szabolcsi|Bogdan Ionescu|Thandiwe Dlamini
Margarethe Lindholm|Ibrahim Toure|Camille Rousselot|Jorge Echeverria|Sunita Deshpande|Piotr Zielinski|Aaliyah Washington|Giulia Ferrante
Henrik Sorensen|Leila Farahani|Eamon Kilbride|Valentina Moretti|Osman Yildirim|Katarzyna Wisniewska|Desmond Achebe|Xiomara Delgado
Birgitta Engstrom|Vikram Chaudhary|Nathaniel Prescott|Soraya Haddad|Caoimhe Brannigan|Renato Albuquerque|Ayesha Siddiqui|Mikhail Sokolov
Guadalupe Ontiveros|Torsten Wiedemann|Ngozi Ezekwesili|Beatrix Vandenberg|Emeka Nwosu|Philippa Thistlewood|Cedric Lemaire|Marta Olszewska
Javier Aguirre|Hannelore Schuster|Rasheed Coleman|Ludmila Horakova|Alistair Drummond|Paloma Navarrete|Sanjay Venkataraman|Freya Johansson
Casimir Dabrowski|Imani Robinson|Matthias Grunwald|Zainab Abdullahi|Gareth Llewellyn|Elena Papadakis|Cornelius Vanderbeek|Mireille Gauthier
Rodrigo Salvatierra|Parisa Tehrani|Oluwaseun Adeyemi|Bernadette Kirkpatrick|Stefan Radulescu|Haruka Fujimoto|Nikolai Antonov|Delphine Marchand
Abdul Rahmani|Gwendolyn Ashworth|Pedro Quintanilla|Simone Castellano|Kirsten Aagaard|Jamal Henderson|Agnieszka Pawlak|Lucian Munteanu
Rosalind Featherstone|Arjun Mukherjee|Violeta Stoyanova|Bastien Charpentier|Nokuthula Ndlovu|Isidro Montoya|Tuulikki Virtanen|Montgomery Blackwood
Shreya Banerjee|Leopold Eisenberg|Catarina Figueiredo|Malik Jefferson|Signe Mortensen|Hamish MacKinnon|Dolores Zamora|Evangeline Thibodeaux
Yevgenia Morozova|Caspian Wetherby|Adaeze Obiora|Ottilie Brandstetter|Rufus Hargreaves|Mariana Sepulveda|Kenji Matsuoka|Ursula Zimmermann
Farouk Bensalem|Henrietta Cavendish|Laszlo Horvath|Tamsin Penhaligon|Ignacio Urrutia|Saoirse Donnelly|Bjorn Gustafsson|Chiamaka Onyekachi
Genevieve Lafontaine|Milos Stankovic|Jocasta Underhill|Themba Mokoena|Roswitha Oberholzer|Alejandro Cisneros|Pooja Krishnamurthy|Viggo Rasmussen
"""
PEOPLE: Final = tuple(name for line in _PEOPLE.strip().splitlines() for name in line.split("|"))

_MAILBOXES: Final = (
    "jonasson", "abernathy", "castrillo", "dragomir", "etcheverry", "fairbanks", "gundersen", "hollingsworth",
    "iwasaki", "jablonski", "kettering", "lundqvist", "mbeki", "norrington", "oduya", "pemberton",
    "quispe", "rotherham", "sakamoto", "trevelyan", "uchida", "vasquez", "wickham", "yamazaki",
)  # fmt: skip
_DOMAINS: Final = ("example.com", "example.org", "mail.example.com", "shop.test", "example.net")
_AREAS: Final = (212, 415, 312, 617, 206, 305, 713, 503, 702, 919, 614, 303, 404, 858, 267)
_PHONES: Final = (
    "({0}) 555-{1}", "{0}-555-{1}", "+1 {0} 555 {1}", "{0}.555.{1}", "+1{0}555{1}", "1-{0}-555-{1}", "+1 ({0}) 555-{1}",
)  # fmt: skip
_CARDS: Final = ("424242{0:09d}", "555555{0:09d}", "401288{0:09d}", "37828{0:09d}", "601111{0:09d}")

SENTENCES: Final[dict[Kind, tuple[str, ...]]] = {
    "email": (
        "Please send the receipt to {} before noon.",
        "The customer wrote to us from {} yesterday.",
        "Her address is {}, and she prefers e-mail.",
        "No account was found for {}.",
    ),
    "phone": (
        "You can reach the customer at {} after lunch.",
        "Her phone number is {}.",
        "Please call {} about the delivery.",
        "He left a message and asked us to ring {} tomorrow.",
    ),
    "ssn": (
        "The social security number on file is {}.",
        "We verified the SSN {} with the bureau.",
        "The form gives {} as the social security number.",
        "SSN: {} (checked by phone).",
    ),
    "card": (
        "Charge the card {} for the difference.",
        "The payment with card number {} failed.",
        "She paid with {} and wants a refund.",
        "Card on file: {}, expires next year.",
    ),
    "name": (
        "Please call {} back about the renewal before Friday.",
        "I spoke with {} this morning about the invoice.",
        "The order was placed by {} last week.",
        "{} has asked us to close the account.",
        "The contract was signed by {} in our office.",
        "We are still waiting for an answer from {} about the offer.",
    ),
}
FIELDS: Final[dict[Kind, tuple[str, ...]]] = {
    "email": ("EmailAddress", "email", "contact_email"),
    "phone": ("MobilePhone", "phone", "Phone__c"),
    "ssn": ("SSN", "ssn", "social_security_number"),
    "card": ("CardNumber", "credit_card", "card_number"),
    "name": ("FullName", "customer_name", "FirstName"),
}


def luhn(body: str) -> str:
    """The check digit that makes ``body`` valid (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(map(int, reversed(body))):
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


@dataclass(frozen=True, slots=True)
class Plant:
    """One value. ``number`` is its place in the whole plantation: it chooses spellings and sentences."""

    kind: Kind
    number: int
    value: str

    @property
    def sentence(self) -> str:
        choice = SENTENCES[self.kind]
        return choice[self.number % len(choice)].format(self.value)

    @property
    def record(self) -> dict[str, Any]:
        """A row in which a field's name says what the value is."""
        names = FIELDS[self.kind]
        name = names[self.number % len(names)]
        if name == "FirstName":
            first, _, last = self.value.partition(" ")
            return {"Id": self.number, "FirstName": first, "LastName": last, "Status": "active"}
        return {"Id": self.number, name: self.value, "Status": "active"}

    @property
    def integer(self) -> dict[str, int]:
        """The same as a bare number; not for addresses and names."""
        name = {"phone": "phone", "ssn": "ssn", "card": "cardNumber"}[self.kind]
        return {name: int(self.digits)}

    @property
    def query(self) -> str:
        """``name=value``, percent-encoded."""
        name = {"email": "email", "phone": "phone", "ssn": "ssn", "card": "card_number", "name": "full_name"}[self.kind]
        return f"{name}={quote(self.value, safe='')}"

    @property
    def digits(self) -> str:
        return re.sub(r"\D", "", self.value).removeprefix("1" if self.kind == "phone" else "")

    @property
    def traces(self) -> tuple[str, ...]:
        """Any of these in a text is a leak."""
        match self.kind:
            case "email":
                return (fold(self.value), fold(self.value.partition("@")[0]))
            case "card":
                return (self.digits, self.digits[:12], self.digits[-12:])
            case "name":
                return (fold(self.value), *fold(self.value).split())
            case _:
                return (self.digits,)


def plant(kind: Kind, number: int) -> Plant:
    match kind:
        case "email":
            mailbox, style = _MAILBOXES[number % len(_MAILBOXES)], number // len(_MAILBOXES)
            local = (f"{mailbox}.{'abcdefgh'[style]}", f"{'klmnoprs'[style]}.{mailbox}{number}")[number % 2]
            value = f"{local}@{_DOMAINS[number % len(_DOMAINS)]}"
        case "phone":
            area = _AREAS[number % len(_AREAS)]
            value = _PHONES[number % len(_PHONES)].format(area, f"01{number % 100:02d}")
        case "ssn":
            value = f"{219 + 3 * number:03d}-{11 + number % 80:02d}-{1301 + 37 * number:04d}"
        case "card":
            body = _CARDS[number % len(_CARDS)].format((100_200_300 + 7_654_321 * number) % 10**9)
            bare = body + luhn(body)
            spelling = number % 3 if len(bare) == 16 else 0
            value = " -"[spelling - 1].join(re.findall("....", bare)) if spelling else bare
        case "name":
            value = PEOPLE[number]
    return Plant(kind, number, value)


def fold(text: str) -> str:
    """Without letter case and accents."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark)).casefold()


_RUN: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_ESCAPE: Final = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|(["\\/bfnrt]))')
_NUMBER: Final = re.compile(r"\d(?:[\s().+/\-\u2010-\u2013]*\d)*")
_DEPTH: Final = 4
_PRINTABLE_SHARE: Final = 0.9


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: json.loads(f'"{found.group()}"'), text)


def _opened(text: str) -> str:
    """What the long base64 runs in ``text`` say, as far as it is text."""
    said = []
    for run in set(_RUN.findall(text)):
        bare = run.rstrip("=").replace("-", "+").replace("_", "/")
        try:
            decoded = base64.b64decode(bare + "=" * (-len(bare) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
        if sum(map(str.isprintable, decoded)) >= _PRINTABLE_SHARE * len(decoded):
            said.append(decoded)
    return "\n".join(said)


class Scanner:
    """Everything ``data`` says: as it is, unescaped, percent-decoded, from base64, in any order, four deep."""

    def __init__(self, data: bytes) -> None:
        views = {data.decode("utf-8", "replace")}
        fresh = set(views)
        for _ in range(_DEPTH):
            made = {
                say(view).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
                for view in fresh
                for say in (_unescaped, unquote, html.unescape, _opened)
            }
            fresh = made - views - {""}
            views |= fresh
        self._folded = [fold(view) for view in views]
        self._words = {word for view in self._folded for word in re.findall(r"[^\W\d_]+", view)}
        self._digits = "|".join(re.sub(r"\D", "", run) for view in views for run in _NUMBER.findall(view))

    def finds(self, planted: Plant) -> list[str]:
        """The traces of it that are there."""
        return [trace for trace in planted.traces if self._has(trace)]

    def _has(self, trace: str) -> bool:
        if trace.isdigit():
            return trace in self._digits
        if trace.isalpha():
            return trace in self._words
        return any(trace in view for view in self._folded)
