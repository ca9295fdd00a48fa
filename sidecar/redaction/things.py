"""What bears a person's or a town's name and is neither: a product, a release, a store, a company, an identifier in code.

It finds nothing: it takes away, or shortens, what the models found, by the words beside it. What a field's name says is not asked here.

1. A word of code is no name ("SendID", "isValid", "Martin__c"), unless names are written so ("McDonald", "DeAndre", "MaryAnn").
2. Days of the week and months that nobody is called are no names.
3. What is called a module, a project or a collection is one ("Projekt Brahms", "the Jordan release", "Lily v4", "Harper chair").
4. A place of business is nobody's address ("the Houston plant", "Filialen in Köln und München"), and what ends in "GmbH" is no person.
5. A role or a verb before a name is none of it ("Kundin Annegret Hölzenbein", "Звонила Тамара Евгеньевна").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from sidecar.redaction.findings import Finding
from sidecar.redaction.lexicon import folded, words

_CAMEL = re.compile(r"(?P<first>[A-Z]?[a-z]+|[A-Z]{2,}(?=[A-Z][a-z]))(?P<rest>[A-Z]\w*)")
_JOINED: Final = frozenset(
    re.findall(
        r"\w+",
        "Mc Mac De Di Da Du La Le Lo Li Ja Je Jo Ke Ka Ki Ma Mi Na Ne Ra Re Sha She Ta Te Ti Va Van Von El Al St Fitz Ver Vander Vande Del Dela "
        "Des Delle Della Ten Ter Ann Anne Mary Rae Jean Lee Sue Nic Ni Ap Ab Abd Abdel Abdul Ben Bin Ibn Abu Mbu Mon Dal Ros Bo Bobbi Billie "
        "Betty Xiao Wei Yu Zhi Jia Ming Hui Mei Yan Jun Min Soo Ji Hyun de di da du la le lo van von del mac mc el al d o fitz ten ter",
    )
)
"""What is written in one with a capital after it: ``LaToya``, ``vanDyke``."""

_DAYS: Final = frozenset(
    re.findall(
        r"\S+",
        "monday tuesday wednesday thursday friday saturday sunday january february september october november december montag dienstag "
        "mittwoch donnerstag freitag samstag sonnabend sonntag januar jänner februar juli oktober dezember lundi mardi mercredi jeudi "
        "vendredi samedi dimanche janvier février juillet août septembre octobre novembre décembre lunes martes miércoles miercoles "
        "jueves viernes sábado sabado enero febrero septiembre octubre noviembre diciembre segunda-feira terça-feira quarta-feira "
        "quinta-feira sexta-feira janeiro fevereiro março junho julho setembro outubro novembro dezembro lunedì martedì mercoledì giovedì "
        "venerdì sabato domenica gennaio febbraio aprile maggio giugno luglio agosto settembre ottobre novembre dicembre maandag dinsdag "
        "woensdag donderdag vrijdag zaterdag zondag januari februari maart augustus poniedziałek wtorek środa czwartek piątek sobota "
        "niedziela stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    )
)
"""Without those that are names as well (April, May, Mai, Domingo, Agostino)."""

_THING: Final = (
    "modules?|projects?|products?|campaigns?|journeys?|collections?|releases?|themes?|templates?|codenames?|plugins?|datasets?|playlists?|"
    "modul|modell|projekt|produkt|kampagne|kollektion|baureihe|vorlage|dienst|"
    "modèles?|modules?|produits?|projets?|campagnes?|gammes?|passerelle|parfums?|"
    "modelos?|módulos?|proyectos?|productos?|campañas?|colecci[oó]n|línea|linea|"
    "projetos?|produtos?|campanhas?|cole[cç][aã]o|linha|"
    "modell[oi]|modulo|progett[oi]|prodott[oi]|campagn[ae]|collezion[ei]|"
    "product|collectie|moduł\\w{0,2}|projek\\w{1,3}|produk\\w{1,3}|kolekcj\\w|kampani\\w"
)
_WHICH_THING: Final = rf"(?:{_THING}|model)(?: (?:name|named|called|namens|appelé|llamad[oa]))?"
_CALLED = re.compile(
    rf"(?<![\w-])(?:{_WHICH_THING})(?: ?[:=])? ?(?:<\w{{1,6}}>)?[\"'\u201e\u201c\u00ab]?$", re.IGNORECASE
)
_FIRST_OF = re.compile(rf"(?:{_WHICH_THING}) ", re.IGNORECASE)
_GOODS: Final = (
    "sofa|chair|desk|lamp|rug|table|bed|mattress|shelf|mirror|boots?|shoes?|sneakers?|trainers|jacket|coat|dress|shirt|jeans|skirt|bag|backpack|"
    "watch|strap|bracelet|necklace|perfume|lipstick|mascara|cream|guitar|piano|mug|tumbler|bottle|blanket|candle|stroller|bike|tent|"
    "sponge|tin|teapot|kettle|phone case"
)
_THING_AFTER = re.compile(
    rf" (?:(?:{_GOODS}|release|template|theme|collection|range|edition|module|dashboard|framework|plugin|library|gateway|API|SDK|squad|sprint|"
    r"campaign|journey|newsletter|launch|rollout|queue|cluster|index|theorem|codebase|repo(?:sitory)?)(?!\w)(?! (?:manager|lead|owner))"
    r"|v\d)|[ -]\d{1,3}\.\d+(?:\.\d+)*(?![\w.]\d)| \d\.\d|__[a-z]",
)
_COLUMN_OF_THINGS = re.compile(
    r"(?:brands?|compan(?:y|ies)|vendors?|manufacturers?|suppliers?|publishers?|sponsors?|campaigns?|journeys?|hersteller|lieferant(?:en)?|firma|marke|"
    r"marques?|fournisseurs?|enseigne|soci[eé]t[eé]|marcas?|fabricantes?|proveedor(?:es)?|fornecedor(?:es)?|empresas?|(?:nome_)?fantasia|fornitor[ei]|aziend[ae]|"
    r"modelos?|modell[eio]?|modèles?|products?|produ[ck]t[oe]?s?|stores?|shops?|warehouses?|lager|filiale?|tiendas?|almac[eé]n|magasins?|negozio|lojas?|"
    r"venues?|themes?|codenames?|releases?)"
    r"(?:[._](?:id|name|nombre|nome|nom|city|title|label))?[\"'`\]]?[ ]?(?:=>|==?|:|<>|!=|i?like|(?:not )?in[ ]?\()[ ]?\(?(?:[\"'][^\"'\n]*[\"'],[ ]?)*[\"'][^\"'\n]*$",
    re.IGNORECASE,
)
_AS_FAR: Final = 120
"""Characters from a column's name to a value of it."""
_SITE: Final = r"stores?|shops?|offices?|branch(?:es)?|warehouses?|plants?|sites?|depots?|hubs?|regions?|clusters?|data ?cent(?:er|re)s?|showrooms?|outlets?"
_SITE_AFTER = re.compile(
    rf"(?:,? (?:and|&) [A-Z]\w+(?: [A-Z]\w+)?)? (?:{_SITE}|offsite|airport|team|line)(?!\w)", re.IGNORECASE
)
_PLACES_OF_BUSINESS: Final = (
    rf"{_SITE}|launch|conference|trade fair|flights?|meetup|"
    "filiale[n]?|standort(?:e|en)?|werk|lager|niederlassung(?:en)?|messe|geschäfte?n?|flug|"
    "magasins?|boutiques?|agences?|équipe|entrepôts?|site|usine|salon|vol|"
    "tiendas?|almac[eé]n(?:es)?|taller(?:es)?|sedes?|oficinas?|sucursal(?:es)?|fábricas?|feria|vuelo|nodo|"
    "filia[li]s?|lojas?|armaz[eé]m|escrit[oó]rios?|fábrica|feira|voo|agências?|"
    "negozi[o]?|magazzin[oi]|filial[ei]|uffici[o]?|stabiliment[oi]|fiera|volo|officina|"
    "winkels?|filia(?:al|len)|vestiging(?:en)?|kantoor|magazijn|beurs|vlucht|"
    "sklep\\w{0,3}|oddzia[łl]\\w{0,3}|magazyn\\w{0,3}|biur\\w{1,2}|targi|lot"
)
_SITE_BEFORE = re.compile(
    rf"(?<![\w-])(?:{_PLACES_OF_BUSINESS})(?: ?[:=])? ?(?:(?:in|at|to|of|near|from|nach|von|bei|de|du|des|à|pour|en|a|para|em|no|na|di|a|per|da|te|naar|w|do|z)"
    r"(?: (?:la|las|los|the))? )?(?:<\w{1,6}>)?[\"'\u201e\u00ab]?$",
    re.IGNORECASE,
)
_AND_BEFORE = re.compile(
    r"^(?:,| (?:and|&|or|und|oder|et|ou|y|e|o|en|i|oraz))(?: (?:in|de|di|em|w|à|the))? $|^,? no al de $|^['\"], ?['\"]$",
    re.IGNORECASE,
)
_COMPANY_AFTER = re.compile(
    r"(?: & ?[A-Z\u00c0-\u00de][\w'\u2019]+| [A-Z\u00c0-\u00de][\w'\u2019]+){0,2} "
    r"(?:GmbH|Ltd|Limited|LLC|LLP|Inc|Corp|PLC|plc|AG|KG|OHG|SARL|SAS|S\.A\.?|S\.L\.?|BV|B\.V\.|NV|N\.V\.|SpA|S\.p\.A\.|[Ss]\.?r\.?l\.?|Oy|AB|ApS|Lda|Ltda|Sp\. z o\.o\."
    r"|Group|Holdings?)(?!\w)"
)
_ROLE: Final = (
    "customer|client|caller|user|member|patient|guest|tenant|donor|driver|agent|visitor|subscriber|neighbou?r|"
    "kund(?:e|in|en)|anrufer(?:in)?|benutzer(?:in)?|nutzer(?:in)?|mitglied|patient(?:in)?|mieter(?:in)?|empfänger(?:in)?|agentin?|bearbeiter(?:in)?|guten|fahrer(?:in)?|"
    "cliente?s?|patiente?|utilisat(?:eur|rice)|abonnée?|adhérente?|appelante?|locataire|conseill(?:er|ère)|"
    "llama|llamó|paciente|usuari[oa]|titular|operador[a]?|chama|ligou|atendente|utente|paziente|operat(?:ore|rice)|"
    "klant|gebruiker|lid|patiënt|medewerker|met|bezorgen|niet|aan|klient(?:ka)?|pacjent(?:ka)?|użytkowni(?:k|czka)|konsultant(?:ka)?|"
    "gentile|estimad[oa]|prezad[oa]|szanown[ya]|beste|geachte|"
    "звонила?|позвонила?|уважаем(?:ый|ая)|клиент(?:ка)?|пациент(?:ка)?|пользователь|абонент|оператор|здравствуйте|привет|дорог(?:ой|ая)|получатель"
)
_ROLE_BEFORE = re.compile(rf"(?:(?:{_ROLE})(?: |$))+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'\u2019-]*")
_NEAR: Final = 48
"""Characters before a name that are looked at."""
_CONJUNCTION: Final = 16
"""Characters between two places at most."""


def without(text: str, found: Sequence[Finding]) -> list[Finding]:
    """``found`` without those that the words beside them give to a thing."""
    kept: list[Finding] = []
    site = -_CONJUNCTION
    for finding in sorted(found):
        if finding.entity == "PERSON":
            kept += _person(text, finding)
        elif finding.entity != "LOCATION":
            kept.append(finding)
        elif (
            _is_site(text, finding)
            or _is_another(text, finding, site)
            or _is_company(text, finding)
            or _is_called(text, finding)
        ):
            site = finding.end
        else:
            kept.append(finding)
    return kept


def _person(text: str, finding: Finding) -> Iterator[Finding]:
    start, end = finding.start, finding.end
    role = _ROLE_BEFORE.match(text, start, end)
    if role is not None:
        if role.end() >= end:
            return
        start = role.end()
        finding = finding._replace(start=start)
    value = text[start:end]
    if finding.recognizer == "title":  # "Frau Freitag"
        yield finding
        return
    if is_identifier(value) or value.lower() in _DAYS or _is_company(text, finding) or _is_called(text, finding):
        return
    yield finding


def is_identifier(value: str) -> bool:
    """Whether a word is written as code is: two words in one, the second with a capital."""
    match = _CAMEL.fullmatch(value)
    if match is None or match["first"] in _JOINED:
        return False
    return folded(match["first"]) not in words().given


def _is_called(text: str, finding: Finding) -> bool:
    """One word, or two of which the first says what it is, beside a word for a thing."""
    value = text[finding.start : finding.end]
    if text[finding.start - 1 : finding.start] in {"'", '"'} and _COLUMN_OF_THINGS.search(
        text, max(0, finding.start - _AS_FAR), finding.start
    ):
        return True
    if _FIRST_OF.match(value) is not None:
        return True
    if " " in value or not value[:1].isupper() or any(map(str.isdigit, value)):
        return False
    if _CALLED.search(text, max(0, finding.start - _NEAR), finding.start) is not None:
        return True
    return _THING_AFTER.match(text, finding.end) is not None


def _is_company(text: str, finding: Finding) -> bool:
    value = text[finding.start : finding.end]
    return value.count(" ") <= 1 and value[:1].isupper() and _COMPANY_AFTER.match(text, finding.end) is not None


def _is_site(text: str, finding: Finding) -> bool:
    if not _is_digitless(text, finding):
        return False
    before = _SITE_BEFORE.search(text, max(0, finding.start - _NEAR), finding.start)
    return before is not None or _SITE_AFTER.match(text, finding.end) is not None


def _is_another(text: str, finding: Finding, site: int) -> bool:
    """The second of two is what the first is, which ends at ``site``: ``Köln und München``."""
    is_near = 0 < finding.start - site < _CONJUNCTION
    return is_near and _is_digitless(text, finding) and _AND_BEFORE.match(text[site : finding.start]) is not None


def _is_digitless(text: str, finding: Finding) -> bool:
    return not any(map(str.isdigit, text[finding.start : finding.end]))
