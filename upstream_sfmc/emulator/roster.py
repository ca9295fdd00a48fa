"""Hand-written people whose names, addresses and numbers are the ones that go wrong, and rows that hide such data.

It holds data only. Everyone is invented: reserved domains, fictional telephone ranges, published test cards.
"""

# ruff: noqa: RUF001 - confusable characters are what these people are here for
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Entry:
    given: str
    family: str
    email: str
    phone: str
    locale: str = "en_US"
    home: str = ""
    """`street|city|region|postcode|country`"""
    shared_email: bool = False
    parts: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        home = self.home or "1 Sample Street|Springfield|IL|62701|US"
        object.__setattr__(self, "parts", tuple(home.split("|")))

    @property
    def street(self) -> str:
        return self.parts[0]

    @property
    def city(self) -> str:
        return self.parts[1]

    @property
    def region(self) -> str:
        return self.parts[2]

    @property
    def postcode(self) -> str:
        return self.parts[3]

    @property
    def country(self) -> str:
        return self.parts[4]


_PARIS = "12 bis, rue des Exemples|Paris|Île-de-France|75011|FR"
_BERLIN = "Beispielstraße 4a|Berlin|Berlin|10115|DE"
_LONDON = "Flat 3, 22 Sample Row|London|Greater London|E1 6AN|GB"
_TOKYO = "見本町1-2-3|東京都|東京|100-0001|JP"
_MADRID = "Calle de la Muestra 7, 3º B|Madrid|Madrid|28001|ES"

ROSTER: Final = (
    # apostrophes, hyphens, particles
    Entry("Mateo", "O'Brien", "mateo.o'brien@example.com", "(212) 555-0101"),
    Entry("Siobhán", "O’Donoghue", "siobhan.odonoghue@example.org", "+44 7700 900101", "en_GB", _LONDON),
    Entry("D'Angelo", "D'Souza", "d'angelo@example.net", "212-555-0102"),
    Entry("Jean-Luc", "Lefèbvre-Roux", "jean-luc.lefebvre-roux@example.com", "01 99 00 01 02", "fr_FR", _PARIS),
    Entry("Van-Anh", "Nguyễn", "van-anh@example.com", "+84 95 555 0103", "vi_VN"),
    Entry("Willem", "van der Berg", "w.vanderberg@example.org", "+1 212 555 0104"),
    Entry("María", "de la Cruz", "maria.delacruz@example.com", "+34 555 01 02 03", "es_ES", _MADRID),
    Entry("Yusuf", "bin Rashid", "yusuf.bin.rashid@example.net", "+1-212-555-0105"),
    Entry("Ludwig", "von Musterstein", "l.von.musterstein@example.com", "030 23125 101", "de_DE", _BERLIN),
    Entry("Ana", "dos Santos e Silva", "ana.dossantos@example.com", "+55 20 95550-1106", "pt_BR"),
    Entry("Conor", "McDonnell-O'Shea", "conor.mcdonnell-o'shea@example.org", "07700 900102", "en_GB", _LONDON),
    Entry("Chloé", "Dubois", "chloé.dubois@example.com", "+33 6 39 98 01 02", "fr_FR", _PARIS),
    Entry("Zoë", "Brontë", "zoe.bronte@example.test", "+44 (0)7700 900103", "en_GB", _LONDON),
    Entry("Łukasz", "Żółć", "lukasz.zolc@example.com", "+48 405 550 101", "pl_PL"),
    Entry("Jürgen", "Groß", "jürgen.groß@example.org", "+49 30 23125 102", "de_DE", _BERLIN),
    # one name only, capitals, emoji, odd spacing
    Entry("Sukarno", "", "sukarno@example.com", "212.555.0106"),
    Entry("", "Madhuri", "madhuri@example.net", "2125550107"),
    Entry("ROBERT", "MCALLISTER", "ROBERT.MCALLISTER@EXAMPLE.COM", "1 (212) 555-0108"),
    Entry("lena", "sørensen", "lena.sorensen@example.org", "+12125550109"),
    Entry("Ivy 🌿", "Rhodes", "ivy.rhodes@example.com", "212 555 0110"),
    Entry("Mary  Ann", "St. Clair", "maryann.stclair@example.com", "+1 (212) 555 0111 ext. 204"),
    Entry("J. R.", "Tollerson", "j.r.tollerson@example.net", "(212) 555-0112 x7"),
    Entry("Dr. Amara", "Okonkwo, PhD", "amara.okonkwo@example.org", "001 212 555 0113"),
    # right to left and CJK
    Entry("ליאת", "כהן", "liat.cohen@example.com", "+1 212 555 0114", "he_IL"),
    Entry("محمد", "الحداد", "m.alhaddad@example.org", "+1 212 555 0115", "ar_AE"),
    Entry("فاطمه", "رضایی", "fatemeh.rezaei@example.net", "٢١٢-٥٥٥-٠١١٦", "fa_IR"),
    Entry("美咲", "森", "misaki.mori@example.com", "090-0000-0117", "ja_JP", _TOKYO),
    Entry("さくら", "渡辺", "sakura.watanabe@example.org", "０９０－００００－０１１８", "ja_JP", _TOKYO),
    Entry("伟", "王", "wei.wang@example.com", "+1 212 555 0119", "zh_CN"),
    Entry("지우", "김", "jiwoo.kim@example.net", "+1 212 555 0120", "ko_KR"),
    Entry("สมชาย", "ใจดี", "somchai.jaidee@example.com", "+1 212 555 0121", "th_TH"),
    Entry("Дмитрий", "Соколов", "dmitry.sokolov@example.org", "+1 212 555 0122", "ru_RU"),
    Entry("Ελένη", "Παπαδοπούλου", "eleni.papadopoulou@example.com", "+1 212 555 0123", "el_GR"),
    # names that are words, months, places, brands
    Entry("Rose", "May", "rose.may@example.com", "212-555-0124"),
    Entry("Grant", "Price", "grant.price@example.com", "212-555-0125"),
    Entry("Paris", "Hill", "paris.hill@example.org", "212-555-0126"),
    Entry("Bill", "Cash", "bill.cash@example.com", "212-555-0127"),
    Entry("Mark", "Field", "mark.field@example.net", "212-555-0128"),
    Entry("Will", "Power", "will.power@example.com", "212-555-0129"),
    Entry("Hope", "Summers", "hope.summers@example.com", "212-555-0130"),
    Entry("Virginia", "Woods", "virginia.woods@example.org", "212-555-0131"),
    Entry("Jordan", "Rivers", "jordan.rivers@example.com", "212-555-0132"),
    Entry("Chase", "Bank", "chase.bank@example.com", "212-555-0133"),
    Entry("April", "Null", "april.null@example.com", "212-555-0134"),
    Entry("True", "Young", "true.young@example.net", "212-555-0135"),
    Entry("Test", "User", "test.user@example.com", "212-555-0136"),
    Entry("Summer", "Sale", "summer.sale@example.org", "212-555-0137"),
    # addresses that are hard to read
    Entry("Nadia", "Petrova", "nadia+newsletter@example.com", "212-555-0138"),
    Entry("Omar", "Haddad", "omar.haddad+sfmc.test-1@example.co.test", "212-555-0139"),
    Entry("Quentin", "Quote", '"quentin quote"@example.org', "212-555-0140"),
    Entry("Ingrid", "Müller", "ingrid@müller.test", "0171/3920041", "de_DE", _BERLIN),
    Entry("Kenji", "Tanaka", "kenji@xn--r8jz45g.test", "+81 90-0000-0142", "ja_JP", _TOKYO),
    Entry("Percy", "Cent", "percy%cent@example.com", "212-555-0143"),
    Entry("Dot", "Dash", "dot.d-a_s.h@sub.mail.example.net", "212-555-0144"),
    Entry("A", "B", "a@b.example.com", "212-555-0145"),
    Entry(
        "Maximiliana", "Featherstonehaugh-Cholmondeley", "m.featherstonehaugh-cholmondeley@example.org", "212-555-0146"
    ),
    # the same name, the same address, the same household
    Entry("Maria", "Garcia", "maria.garcia@example.com", "212-555-0147"),
    Entry("Maria", "Garcia", "mgarcia82@example.com", "212-555-0148"),
    Entry("Tom", "Baker", "bakers@example.com", "212-555-0149", shared_email=True),
    Entry("Sue", "Baker", "bakers@example.com", "212-555-0149", shared_email=True),
    Entry(
        "Jane",
        "Doe",
        "jane.doe@example.com",
        "+1 415 555 0150",
        home="500 Example Ave, Apt #4B|San Francisco|CA|94103|US",
    ),
    Entry("John", "Smith", "john.smith@example.com", "415.555.0151", home="PO Box 12|Smallville|KS|66002-0012|US"),
    Entry(
        "Fatima",
        "Patel",
        "fatima.patel@example.com",
        "(415) 555-0152",
        home="77 Sample Blvd Unit 5|Oakland|CA|94607|US",
    ),
    Entry("Pat", "O", "pat.o@example.net", "+1.415.555.0153"),
    Entry("Hans", "Muster", "hans.muster@example.org", "0049 30 23125 104", "de_DE", _BERLIN),
)


@dataclass(frozen=True, slots=True)
class Oddity:
    """A row of the imported table whose columns say nothing about what is in them: column, text, planted kind."""

    cells: tuple[tuple[str, str, str | None], ...]
    inside: tuple[tuple[str, str], ...] = ()
    """Values and kinds within the text of Field1, where the cell is not one value."""


def _row(*cells: tuple[str, str, str | None], inside: tuple[tuple[str, str], ...] = ()) -> Oddity:
    return Oddity(cells, inside)


ODDITIES: Final = (
    _row(("Field1", "jane.doe@example.com", "EMAIL_ADDRESS"), ("Field2", "Jane Doe", "PERSON")),
    _row(("Field1", "078-05-1120", "US_SSN"), ("Field2", "SSN on file", None)),
    _row(("Field1", "4111 1111 1111 1111", "CREDIT_CARD"), ("Field2", "Visa", None)),
    _row(("Field1", "5555555555554444", "CREDIT_CARD"), ("Field2", "Mastercard", None)),
    _row(("Field1", "378282246310005", "CREDIT_CARD"), ("Field2", "Amex", None)),
    _row(("Field1", "6011-1111-1111-1117", "CREDIT_CARD"), ("Field2", "Discover", None)),
    _row(("Field1", "GB33BUKB20201555555555", "IBAN_CODE"), ("Field2", "refund account", None)),
    _row(("Field1", "DE89 3704 0044 0532 0130 00", "IBAN_CODE"), ("Field2", "SEPA", None)),
    _row(("Field1", "QQ123456C", "UK_NINO"), ("Field2", "payroll", None)),
    _row(("Field1", "529.982.247-25", "BR_CPF"), ("Field2", "CPF", None)),
    _row(("PhoneNumeric", "12125550155", "PHONE_NUMBER"), ("Field2", "phone stored as a number", None)),
    _row(("PhoneNumeric", "447700900155", "PHONE_NUMBER"), ("Field2", "phone stored as a number", None)),
    _row(("City", "rose.may@example.com", "EMAIL_ADDRESS"), ("Field2", "e-mail in the wrong column", None)),
    _row(
        ("Field1", "Bill Cash, 212-555-0127", None),
        ("Field2", "bill.cash@example.com", "EMAIL_ADDRESS"),
        inside=(("Bill Cash", "PERSON"), ("212-555-0127", "PHONE_NUMBER")),
    ),
    _row(
        ("Field1", '{"contact":{"n":"Hope Summers","m":"hope.summers@example.com"}}', None),
        ("Field2", "JSON in a text", None),
        inside=(("Hope Summers", "PERSON"), ("hope.summers@example.com", "EMAIL_ADDRESS")),
    ),
    _row(
        ("Field1", "grant.price [at] example.com / card 4242 4242 4242 4242", None),
        ("Field2", "written out", None),
        inside=(("4242 4242 4242 4242", "CREDIT_CARD"),),
    ),
    _row(("Field1", "03/14/1985", "DATE_OF_BIRTH"), ("Field2", "DOB, US order", None)),
    _row(("Field1", "14.03.1985", "DATE_OF_BIRTH"), ("Field2", "Geburtsdatum", None)),
    _row(("Field1", "198.51.100.77", "IP_ADDRESS"), ("Field2", "last login from", None)),
    _row(("Field1", "2001:db8:85a3::8a2e:370:7334", "IP_ADDRESS"), ("Field2", "last login from", None)),
    _row(("Field1", "am9obi5zbWl0aEBleGFtcGxlLmNvbQ==", "EMAIL_ADDRESS"), ("Field2", "base64 export", None)),
    _row(("Field1", "1447640", None), ("Field2", "MID of the old unit", None)),
    _row(("Field1", "2127654321", None), ("Field2", "SendID, not a phone", None)),
    _row(("Field1", "756891044", None), ("Field2", "SubscriberID, not an SSN", None)),
    _row(("Field1", "5.0.2.1", None), ("Field2", "template version", None)),
    _row(("Field1", "4080-8903", None), ("Field2", "lot number", None)),
)
