"""What bears a person's or a town's name and is neither: a product, a release, a store, a company, an identifier in code.

It finds nothing: it takes away, or shortens, what the models found, by the words beside it. What a field's name says is not asked here.

1. A word of code is no name ("SendID", "isValid", "Martin__c"), unless names are written so ("McDonald", "DeAndre", "MaryAnn").
2. Days of the week and months that nobody is called are no names.
3. What is called a module, a project or a collection is one ("Projekt Brahms", "the Jordan release", "Lily v4", "Harper chair").
4. A place of business is nobody's address ("the Houston plant", "Filialen in Köln und München"), and what ends in "GmbH" is no person.
5. A role or a verb before a name is none of it ("Kundin Annegret Hölzenbein", "Звонила Тамара Евгеньевна"), nor are small words around it,
   what is said after it in Japanese, and who asks and answers in minutes ("Q.", "A.").
6. A brand is a brand, whoever founded it.
7. A place in a text that speaks of nobody, and in which nobody speaks of himself, is where something happens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from sidecar.redaction.brands import is_brand
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

_NOBODY: Final = frozenset(
    ("json", "xml", "linux", "mozilla", "windows", "android", "chrome", "safari", "jira", "python", "docker", "kubernetes", "sir", "madam", "and", "helvetica", "garamond")
)  # fmt: skip

_THING: Final = (
    "modules?|projects?|products?|campaigns?|journeys?|collections?|releases?|themes?|templates?|codenames?|plugins?|datasets?|playlists?|"
    "modul|modell|projekt|produkt|kampagne|kollektion|baureihe|vorlage|dienst|"
    "modèles?|modules?|produits?|projets?|campagnes?|gammes?|passerelle|parfums?|"
    "modelos?|módulos?|proyectos?|productos?|campañas?|colecci[oó]n|línea|linea|"
    "projetos?|produtos?|campanhas?|cole[cç][aã]o|linha|"
    "modell[oi]|modulo|progett[oi]|prodott[oi]|campagn[ae]|collezion[ei]|"
    "product|collectie|moduł\\w{0,2}|projek\\w{1,3}|produk\\w{1,3}|kolekcj\\w|kampani\\w"
)
_GOODS_ABROAD: Final = (
    "sessel|stuhl|stühle|tisch|regal|schrank|bett|lampen?|tasche|kleid|schuhe|serie|typ|type|tipo|saal|raum|schiff|zug|"
    "canapés?|fauteuils?|chaises?|sacs?|robes?|chaussures|escarpins|baskets|salle|"
    "sofá|sillas?|mesas?|bolsos?|vestidos?|zapatos|zapatillas|camisetas?|galletas|vinos?|aceite|sala|barco|buque|avión|"
    "cadeiras?|bolsas?|sapatos|tênis|navio|auditóri[ou]m?|divan[oi]|tavol[oi]|borsa|borse|scarpe|vin[oi]|palazzo|nave|treno|"
    "bureaus?|kast|stoel(?:en)?|tas|schoenen|zaal|schip|fotel\\w{0,3}|sofa|stół|torebka|buty|pociąg|statek|"
    "hotel|boardroom|meeting room|ship|vessel|ferry"
)
_WHICH_THING: Final = rf"(?:{_THING}|{_GOODS_ABROAD}|model)(?: (?:name|named|called|namens|appelé|llamad[oa]))?"
_CALLED = re.compile(
    rf"(?<![\w-])(?:{_WHICH_THING})(?: ?[:=])? ?(?:<\w{{1,6}}>)?[\"'\u201e\u201c\u00ab]?$", re.IGNORECASE
)
_FIRST_OF = re.compile(rf"(?:{_WHICH_THING}|werk|lager|filiale|standort|country[ :=]+) ", re.IGNORECASE)
_THING_FIRST = re.compile(rf"(?:{_THING}|werk|lager|filiale|standort|country[ :=]+) ", re.IGNORECASE)
_GOODS: Final = (
    "sofa|chair|desk|lamp|rug|table|bed|mattress|shelf|mirror|boots?|shoes?|sneakers?|trainers|jacket|coat|dress|shirt|jeans|skirt|bag|backpack|"
    "watch|strap|bracelet|necklace|perfume|lipstick|mascara|cream|guitar|piano|mug|tumbler|bottle|blanket|candle|stroller|bike|tent|"
    "sponge|tin|teapot|kettle|phone case"
)
_GOODS_IN = re.compile(rf"[A-Z]\S+ (?:{_GOODS})")
_THING_AFTER = re.compile(
    rf" (?:(?:{_GOODS}|release|template|theme|collection|range|edition|module|dashboard|framework|plugin|library|gateway|API|SDK|squad|sprint|"
    r"campaign|journey|newsletter|launch|rollout|queue|cluster|index|theorem|codebase|repo(?:sitory)?)(?!\w)(?! (?:manager|lead|owner))"
    r"|v\d)|[ -]\d{1,3}\.\d+(?:\.\d+)*(?![\w.]\d)| \d\.\d|__[a-z]",
)
_COLUMN_OF_THINGS = re.compile(
    r"(?:brands?|compan(?:y|ies)|vendors?|manufacturers?|suppliers?|publishers?|sponsors?|campaigns?|journeys?|hersteller|lieferant(?:en)?|firma|marke|"
    r"marques?|fournisseurs?|enseigne|soci[eé]t[eé]|marcas?|fabricantes?|proveedor(?:es)?|fornecedor(?:es)?|empresas?|(?:nome_)?fantasia|fornitor[ei]|aziend[ae]|"
    r"modelos?|modell[eio]?|modèles?|products?|produ[ck]t[oe]?s?|stores?|shops?|warehouses?|lager|filiale?|tiendas?|almac[eé]n|magasins?|negozio|lojas?|"
    r"venues?|themes?|codenames?|releases?|titles?|books?|films?|movies?|colou?rs?)"
    r"(?:[._](?:id|name|nombre|nome|nom|city|title|label))?[\"'`\]]?[ ]?(?:=>|==?|:|<>|!=|i?like|(?:not )?in[ ]?\()[ ]?\(?(?:[\"'][^\"'\n]*[\"'],[ ]?)*[\"'][^\"'\n]*$",
    re.IGNORECASE,
)
_AS_FAR: Final = 120
"""Characters from a column's name to a value of it."""
_SITE: Final = r"stores?|shops?|offices?|branch(?:es)?|warehouses?|plants?|sites?|depots?|hubs?|regions?|clusters?|data ?cent(?:er|re)s?|showrooms?|outlets?"
_SITE_AFTER = re.compile(
    rf"(?:,? (?:and|&) [A-Z]\w+(?: [A-Z]\w+)?)? (?:{_SITE}|offsite|airport|team|line|project|campaign|programme|renewal|initiative|template|release|squad|edition|terminal)(?!\w)",
    re.IGNORECASE,
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
_NUMBERED_THING = re.compile(
    r"(?<![\w-])(?:orders?|lots?|sizes?|items?|tickets?|invoices?|errors?|pages?|gates?|platforms?|seats?|ref|commandes?|dossiers?|tailles?|factures?|lot|renvoie|"
    r"pedidos?|lotes?|tallas?|facturas?|encomendas?|faturas?|ordin[ei]|lotto|taglia|fattura|bestellung(?:en)?|größe|rechnung|posten|bestelling(?:en)?|maat|factuur|"
    r"zamówieni\w{1,2}|rozmiar|faktur\w)[ :#]{1,2}(?:n[°ºor]\.? ?)?\d|\d (?:ms|kg|km|gb|mb|stück|stuks|pcs|uds)(?!\w)",
    re.IGNORECASE,
)
_THE = re.compile(r"(?<!\w)[Tt]he $")
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
    "meet|call|ask|ping|tell|klant|gebruiker|lid|patiënt|medewerker|met|bezorgen|niet|aan|klient(?:ka)?|pacjent(?:ka)?|użytkowni(?:k|czka)|konsultant(?:ka)?|"
    "gentile|estimad[oa]|prezad[oa]|szanown[ya]|beste|geachte|"
    "звонила?|позвонила?|уважаем(?:ый|ая)|клиент(?:ка)?|пациент(?:ка)?|пользователь|абонент|оператор|здравствуйте|привет|дорог(?:ой|ая)|получатель"
)
_ROLE_BEFORE = re.compile(rf"(?:(?:{_ROLE})(?: |$))+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_][\w'\u2019-]*")
_SMALL: Final = (
    "or|and|the|is|was|has|at|in|on|to|for|by|with|from|und|oder|der|die|das|ist|hat|im|am|um|bei|mit|wieder|et|ou|est|le|les|chez|avec|"
    "y|o|el|los|las|ya|no|al|con|se|su|que|e|em|com|não|já|um|il|lo|ha|che|per|non|een|het|en|of|voor|op|bij|heeft|met|w|z|na|do|się|jest"
)
_OF_NAMES: Final = frozenset(
    ("der", "die", "das", "le", "les", "el", "los", "las", "al", "y", "e", "il", "lo", "o", "en", "z")
)
"""Of these, what names begin with."""
_SMALL_BEFORE = re.compile(rf"(?:(?:{_SMALL}) )+(?=[^\W\d_a-z])")
_SMALL_AFTER = re.compile(rf"(?<=[^\W_])['\"\u2019]?(?:[ ,](?:{_SMALL}|{{}}))+$".replace("{}", "|".join(sorted(_DAYS))))
_ASKED = re.compile(r"[QA]\. ?")
_BOTH_ASKED = re.compile(r"^Q\. [^\n]*\nA\. ", re.MULTILINE)
_SAID_AFTER = re.compile(
    "(?<=[\u3040-\u30ff\u3400-\u9fff])[ \u3000]?(?:\u69d8|\u3055\u3093|\u3055\u307e|\u6c0f|\u6bbf|\u304f\u3093|\u3061\u3083\u3093|\u3067\u3059|\u3088\u308a|\u304b\u3089).*$",
    re.DOTALL,
)
"""Honorifics, "is", "from": what stands behind a Japanese name, and all behind that."""
_SELF = re.compile(
    r"(?<!\w)(?:I|me|my|we|our|us|ich|mein\w{0,2}|wir|uns\w{0,3}|je|j['\u2019]\w+|mon|ma|mes|nous|notre|yo|mi|mis|nosotros|eu|meu|minha|n[oó]s|io|mio|mia|noi|ik|mijn|wij|"
    r"ja|mój|moja|my|liv(?:e|es|ed|ing)|resid\w+|home|born|mov(?:e|ed|es|ing)|relocat\w+|wohn\w*|lebt?|geboren|umgezogen|zieht|habit\w+|vit|née?|d[eé]m[eé]nag\w+|"
    r"viv\w+|reside\w*|naci\w+|mora|morad\w+|nascid\w|abit\w+|residente|nat[oa]|woon\w*|verhuis\w*|mieszk\w+|przeprowadz\w+|"
    r"address\w*|adress\w*|direcci[oó]n|domicil\w+|indirizzo|endere[cç]o|adres\w*|ship(?:ped|ping)?|deliver\w*|liefer\w*|city|town|ort|ville|ciudad|cidade|citt[aà]|miasto|stad|plaats)(?!\w)",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"@|\d[\d ()./-]{7,}\d")
_LONG_ENOUGH: Final = 6
"""Words of a text that says enough to tell that it speaks of nobody."""
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
            is_brand(text[finding.start : finding.end])
            or _is_numbered(text, finding)
            or _is_site(text, finding)
            or _is_another(text, finding, site)
            or _is_company(text, finding)
            or _is_called(text, finding)
        ):
            site = finding.end
        else:
            kept.append(_bare(text, finding))
    return (
        kept
        if any(map(_is_somebodys, kept)) or not _speaks_of_nobody(text)
        else [f for f in kept if not _is_lone(text, f)]
    )


def _is_somebodys(finding: Finding) -> bool:
    return finding.entity != "LOCATION"


def _speaks_of_nobody(text: str) -> bool:
    return text.count(" ") >= _LONG_ENOUGH and _CONTACT.search(text) is None and _SELF.search(text) is None


def _is_lone(text: str, finding: Finding) -> bool:
    """A place without a number, a street's word or a name before it."""
    return _is_digitless(text, finding) and _is_no_street(text[finding.start : finding.end])


def _is_no_street(value: str) -> bool:
    known = words()
    said = [folded(word) for word in _WORD.findall(value)]
    return known.streets.isdisjoint(said) and not any(word.endswith(known.street_ends) for word in said)


def _bare(text: str, finding: Finding) -> Finding:
    """Without the small words at its ends."""
    start, end = finding.start, finding.end
    before = _SMALL_BEFORE.match(text, start, end)
    if before is not None and (finding.entity == "LOCATION" or before[0].split()[0] not in _OF_NAMES):
        start = before.end()
    after = _SMALL_AFTER.search(text, start, end)
    if after is not None:
        end = after.start()
    if finding.entity == "PERSON" and not text.isascii():
        said = _SAID_AFTER.search(text, start, end)
        end = said.start() if said is not None else end
    return finding if (start, end) == finding[:2] else finding._replace(start=start, end=end)


def _person(text: str, finding: Finding) -> Iterator[Finding]:
    finding = _bare(text, finding)
    start, end = finding.start, finding.end
    if _ASKED.match(text, start, end) and text[start - 1 : start] in {"", "\n"} and _BOTH_ASKED.search(text):
        start += 2
        start += text[start : start + 1] == " "
    role = _ROLE_BEFORE.match(text, start, end)
    if role is not None:
        start = role.end()
    value = text[start:end]
    if not any(map(str.isalnum, value)):
        return
    finding = finding._replace(start=start) if start > finding.start else finding
    is_titled = finding.recognizer == "title"  # "Frau Freitag"
    if is_titled or not (
        is_identifier(value)
        or value.lower() in _DAYS
        or value.lower() in _NOBODY
        or is_brand(value)
        or _is_company(text, finding)
        or _is_called(text, finding)
    ):
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
    if _FIRST_OF.match(value) is not None and (finding.entity == "PERSON" or _THING_FIRST.match(value) is not None):
        return True  # "Ferry Steps" is a street
    if _GOODS_IN.fullmatch(value) is not None:
        return True
    if value.islower() and "_" in {text[finding.start - 1 : finding.start], text[finding.end : finding.end + 1]}:
        return True
    if " " in value or not value[:1].isupper() or any(map(str.isdigit, value)):
        return False
    if finding.entity == "PERSON" and _THE.search(text, max(0, finding.start - 5), finding.start) is not None:
        return True  # an inn, a play, a storm
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


def _is_numbered(text: str, finding: Finding) -> bool:
    """An order's or a size's number, and no street."""
    number = _NUMBERED_THING.search(text, max(0, finding.start - _CONJUNCTION), finding.end)
    return number is not None and number.end() > finding.start and _is_no_street(text[finding.start : finding.end])


def _is_digitless(text: str, finding: Finding) -> bool:
    return not any(map(str.isdigit, text[finding.start : finding.end]))
