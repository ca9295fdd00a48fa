"""Case descriptions and survey answers: sentences with people's data planted in them, in five languages.

It knows what it planted and says so; it does not store the texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .ids import choose

if TYPE_CHECKING:
    from .people import Person


@dataclass(frozen=True, slots=True)
class Text:
    """A text and the (value, kind) pairs planted in it; an empty text where only the pairs are asked for."""

    text: str
    planted: tuple[tuple[str, str], ...]


CASE_TEMPLATES: Final = {
    "en": (
        "{full} called from {phone} about order {order}. Please write back to {email}.",
        "Customer says the parcel for {street}, {city} never arrived. Caller: {full}.",
        "Spoke with {given} about the refund; asked to use {email} instead of the old address.",
        "Hi, this is {given} {family}. I moved to {street}, {postcode} {city}. My number is now {phone}. Thanks!",
        "Duplicate account. Keep {email}, close the other one. Ticket opened by the web form, version 5.0.2.1.",
        "The %%FirstName%% placeholder was shown in job 44609 instead of a name; reported by {full} <{email}>.",
    ),
    "de": (
        "{full} hat unter {phone} angerufen, es geht um die Bestellung {order}. Antwort bitte an {email}.",
        "Die Sendung nach {street}, {postcode} {city} ist nicht angekommen. Kunde: {full}.",
    ),
    "fr": (
        "{full} a appelé du {phone} au sujet de la commande {order}. Répondre à {email}.",
        "Le colis pour {street}, {postcode} {city} n'est jamais arrivé. Client : {full}.",
    ),
    "es": (
        "{full} llamó desde {phone} por el pedido {order}. Responder a {email}.",
        "El paquete para {street}, {city} no ha llegado. Cliente: {full}.",
    ),
    "pt": (
        "{full} ligou do {phone} sobre o pedido {order}. Responder para {email}.",
        "A encomenda para {street}, {city} não chegou. Cliente: {full}.",
    ),
}

SURVEY_TEMPLATES: Final = {
    "en": (
        "Great service, thank you!",
        "Please stop calling {phone}, I answered {given} from your team twice already.",
        "Would buy again. You can reach me at {email}.",
        "The size chart was wrong, nothing else to complain about.",
    ),
    "de": ("Alles bestens, gerne wieder.", "Bitte nur noch an {email} schreiben, nicht mehr anrufen."),
    "fr": ("Très satisfait, merci.", "Merci de me rappeler au {phone}, {full}."),
    "es": ("Todo perfecto.", "Mi nombre está mal escrito: soy {full}, no otra persona."),
    "pt": ("Tudo certo, obrigado.", "Meu e-mail correto é {email}."),
}

_KINDS: Final = {
    "full": "PERSON",
    "given": "PERSON",
    "family": "PERSON",
    "email": "EMAIL_ADDRESS",
    "phone": "PHONE_NUMBER",
    "street": "STREET_ADDRESS",
    "city": "LOCATION",
    "postcode": "POSTAL_CODE",
}


def write(seed: int, label: str, index: int, person: Person, templates: dict[str, tuple[str, ...]]) -> Text:
    """One text about `person`, in the person's language where there is one."""
    language = person.locale[:2]
    template = choose(seed, label, index, templates.get(language, templates["en"]))
    values = {
        "full": person.full,
        "given": person.given or person.family,
        "family": person.family,
        "email": person.email,
        "phone": person.phone,
        "street": person.street,
        "city": person.city,
        "postcode": person.postcode,
        "order": f"SO-{100_000 + index}",
    }
    planted = tuple((values[name], kind) for name, kind in _KINDS.items() if f"{{{name}}}" in template and values[name])
    return Text(" ".join(template.format(**values).split(" ")), planted)
