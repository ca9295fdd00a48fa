# ruff: noqa: RUF001, S311  many scripts; invented data needs no secrets
"""CRM rows in many locales, invented by faker: personal columns, business columns, and keys that tell or do not.

It measures nothing: ``measure`` does. Product, journey and campaign names are written here; nothing in the sidecar knows them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from faker import Faker

LOCALES = (
    "en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "it_IT", "pt_BR", "nl_NL", "pl_PL", "sv_SE", "cs_CZ", "tr_TR", "ru_RU", "uk_UA",
    "ja_JP", "zh_CN", "ko_KR", "ar_SA", "hi_IN",
)  # fmt: skip
DEV_SEEDS = (11, 12, 13)
TEST_SEEDS = (9_001, 9_002)
"""Looked at once, when everything was built."""
Names = Literal["known", "some", "opaque"]

_PERSONAL = (
    "first",
    "last",
    "full",
    "email",
    "phone",
    "street",
    "city",
    "zip",
    "birth",
    "national",
    "card",
    "iban",
    "username",
    "ip",
)
_BUSINESS = (
    "number", "guid", "created", "ordered", "total", "quantity", "product", "journey", "company", "locale", "currency", "status", "url",
    "sku", "campaign", "tier", "active", "job", "country", "device", "coupon", "shelf", "file", "slug", "founded", "reference", "colour",
)  # fmt: skip

_KEYS: dict[str, tuple[str, ...]] = {
    "first": ("FirstName", "first_name", "First Name", "firstname", "givenName", "Contact.FirstName", "First_Name__c", "fname", "FNAME"),
    "last": ("LastName", "last_name", "Last Name", "lastname", "surname", "familyName", "Contact:LastName", "LNAME", "last-name"),
    "full": ("FullName", "full_name", "Contact Name", "customerName", "hs_full_name", "Full_Name__c", "owner_name"),
    "email": ("EmailAddress", "email", "e_mail", "Email Address", "workEmail", "PersonEmail", "email_address_1", "emailaddress1"),
    "phone": ("MobilePhone", "phone", "tel_no", "Phone Number", "telephone1", "phone_home", "hs_whatsapp_phone_number", "MOBILE_NBR"),
    "street": ("MailingStreet", "street", "address_line_1", "Street Address", "address1_line1", "addr_ln1", "billing.address.line1"),
    "city": ("City", "MailingCity", "billing_city", "address1_city", "City Name", "shipping.address.city", "addressLocality"),
    "zip": ("PostalCode", "zip", "postal_code", "Zip Code", "billing_zip", "address1_postalcode", "post_code"),
    "birth": ("BirthDate", "date_of_birth", "DOB", "dob_dt", "Birth Date", "PersonBirthdate", "birthday"),
    "national": ("NationalID", "national_id_number", "tax_id", "SSN_Number", "governmentId", "National_Identifier__c", "identity_number"),
    "card": ("CreditCardNumber", "card_number", "ccNum", "Card Number", "credit_card_no", "payment.card_number"),
    "iban": ("IBAN", "iban_code", "bankIban", "payout_iban", "IBAN Number"),
    "username": ("Username", "user_name", "login_name", "preferred_username", "screenName", "sAMAccountName"),
    "ip": ("IPAddress", "ip", "client_ip", "last_login_ip", "browser_ip", "remoteAddr"),
    "number": ("OrderNumber", "order_id", "JobID", "Invoice No", "SubscriberID", "ticket_number"),
    "guid": ("guid", "ContactKey", "object_id", "RequestID", "uuid"),
    "created": ("CreatedDate", "created_at", "LastModifiedDate", "updatedAt", "event_time"),
    "ordered": ("OrderDate", "order_date", "CloseDate", "due_date", "start_date"),
    "total": ("OrderTotal", "amount", "total_price", "Revenue", "subtotal"),
    "quantity": ("Quantity", "qty", "item_count", "NumberOfItems", "open_count"),
    "product": ("ProductName", "product", "item_name", "Product Title", "productFamily"),
    "journey": ("JourneyName", "journey", "journey_name", "Journey Name"),
    "company": ("CompanyName", "company", "account_name", "organization", "Company Name", "orgName"),
    "locale": ("Locale", "language", "preferred_locale", "LanguageCode"),
    "currency": ("CurrencyIsoCode", "currency", "currency_code"),
    "status": ("Status", "order_status", "state", "LifecycleStage", "lead_status"),
    "url": ("ClickUrl", "url", "landing_page", "Website", "image_url"),
    "sku": ("SKU", "sku", "product_code", "ItemCode"),
    "campaign": ("CampaignName", "campaign", "utm_campaign", "Campaign Name"),
    "tier": ("LoyaltyTier", "tier", "segment", "Plan", "membership_tier"),
    "job": ("JobTitle", "job_title", "occupation", "Position"),
    "country": ("Country", "country", "billing_country", "Country Name"),
    "device": ("Device", "device_model", "Browser"),
    "coupon": ("CouponCode", "coupon_code", "Promo Code"),
    "shelf": ("Warehouse Position", "shelf", "storage_bin"),
    "file": ("FileName", "file_name", "attachment"),
    "slug": ("slug", "url_key", "page_slug"),
    "founded": ("FoundedDate", "founded_on", "incorporation_date"),
    "reference": ("Reference", "external_ref", "booking_reference"),
    "colour": ("Colour", "color", "Shade"),
    "active": ("IsActive", "active", "HasOptedOutOfEmail", "email_verified"),
}  # fmt: skip
_NATIVE: dict[str, dict[str, str]] = {
    "de_DE": {"first": "Vorname", "last": "Nachname", "phone": "Telefonnummer", "street": "Straße", "city": "Wohnort", "zip": "PLZ",
              "birth": "Geburtsdatum", "company": "Firma", "product": "Produktname"},
    "fr_FR": {"first": "Prénom", "last": "Nom de famille", "phone": "Téléphone", "street": "Adresse", "city": "Ville", "zip": "Code postal",
              "birth": "Date de naissance", "company": "Raison sociale"},
    "es_ES": {"first": "nombre_pila", "last": "Apellidos", "phone": "Teléfono", "street": "Dirección", "city": "Ciudad", "zip": "Código postal",
              "birth": "Fecha de nacimiento", "company": "Empresa"},
    "it_IT": {"first": "nome_di_battesimo", "last": "Cognome", "phone": "Telefono", "street": "Indirizzo", "city": "Città", "birth": "Data di nascita",
              "national": "Codice fiscale"},
    "pt_BR": {"last": "Sobrenome", "phone": "Telefone", "street": "Endereço", "city": "Cidade", "zip": "CEP", "national": "CPF"},
    "nl_NL": {"first": "Voornaam", "last": "Achternaam", "phone": "Telefoonnummer", "street": "Straat", "city": "Woonplaats", "national": "BSN"},
    "pl_PL": {"first": "Imię", "last": "Nazwisko", "street": "Ulica", "city": "Miasto", "zip": "Kod pocztowy", "national": "PESEL"},
    "sv_SE": {"first": "Förnamn", "last": "Efternamn", "street": "Gatuadress", "city": "Postort", "zip": "Postnummer", "national": "Personnummer"},
    "cs_CZ": {"first": "Jméno", "last": "Příjmení", "street": "Ulice", "city": "Město", "zip": "PSČ", "national": "Rodné číslo"},
    "tr_TR": {"last": "Soyadı", "full": "Ad Soyad", "phone": "Telefon numarası", "street": "Adres", "city": "Şehir", "birth": "Doğum tarihi"},
    "ru_RU": {"first": "Имя", "last": "Фамилия", "full": "ФИО", "phone": "Телефон", "street": "Адрес", "city": "Город", "zip": "Индекс",
              "birth": "Дата рождения", "email": "Электронная почта", "company": "Компания"},
    "uk_UA": {"first": "Ім'я", "last": "Прізвище", "phone": "Телефон", "street": "Адреса", "city": "Місто", "birth": "Дата народження"},
    "ja_JP": {"first": "名", "last": "姓", "full": "氏名", "phone": "電話番号", "street": "住所", "city": "市区町村", "zip": "郵便番号", "birth": "生年月日",
              "email": "メールアドレス", "company": "会社名"},
    "zh_CN": {"first": "名", "last": "姓", "full": "姓名", "phone": "手机号", "street": "地址", "city": "城市", "zip": "邮编", "birth": "出生日期",
              "national": "身份证号", "company": "公司名称"},
    "ko_KR": {"first": "이름", "last": "성", "full": "성명", "phone": "전화번호", "street": "주소", "city": "도시", "zip": "우편번호", "national": "주민등록번호"},
    "ar_SA": {"first": "الاسم الأول", "last": "اسم العائلة", "full": "الاسم الكامل", "phone": "رقم الهاتف", "street": "العنوان", "city": "المدينة"},
    "hi_IN": {"first": "पहला नाम", "last": "उपनाम", "full": "पूरा नाम", "phone": "फ़ोन नंबर", "street": "पता", "city": "शहर"},
}  # fmt: skip
_PRODUCTS = (
    "Jordan Retro Sneaker", "Martin Guitar Strings", "Trail Running Shoe", "Espresso Machine X200", "Wireless Earbuds Pro", "Linen Shirt Blue",
    "Georgia Peach Candle", "Florence Leather Bag", "Standing Desk 140", "Savannah Rug Large", "Gift Card 50", "Alpine Jacket", "Ceramic Mug",
    "Vitamin D3 Drops", "Parker Pen Black", "Victoria Sponge Mix", "Winter Boots", "Kids Bicycle 16", "Paris Eau de Parfum", "Oxford Notebook A5",
    "Yoga Mat", "Solar Lamp", "Diesel Jeans", "Bluetooth Speaker Mini", "Dyson Filter Set", "Cast Iron Pan", "Madison Armchair", "USB-C Cable 2m",
)  # fmt: skip
_JOURNEYS = (
    "Welcome Series", "Abandoned Cart EMEA", "Austin Store Opening", "Black Friday 2026", "Re-Engagement Q3", "Birthday Offer", "VIP Upgrade",
    "Post Purchase Survey", "Berlin Launch Event", "Newsletter Weekly", "Win Back 90 Days", "Onboarding Trial", "Loyalty Bronze to Silver",
)  # fmt: skip
_CAMPAIGNS = (
    "spring_sale_2026", "2026-Q2 Retention", "Mother's Day Promo", "FR_Newsletter_April", "Webinar Follow-up", "summer-launch", "Product Recall Notice",
    "Holiday Gift Guide", "Beta Invite Wave 2", "NPS Survey", "St. Patrick's Day", "Price Change Notice",
)  # fmt: skip

_DEVICES = (
    "iPhone 15", "Galaxy S24", "Pixel 8", "iPad Air", "MacBook Pro 14", "ThinkPad X1", "Chrome 126", "Safari 17", "Firefox 127", "Edge 125",
    "Surface Pro 9", "Kindle Fire", "Xperia 5", "OnePlus 12", "Opera 110",
)  # fmt: skip
_NATIVE_PRODUCTS = {
    "ru_RU": ("Кроссовки беговые", "Чайник электрический", "Куртка зимняя", "Набор кастрюль", "Лампа настольная", "Рюкзак городской", "Сумка кожаная",
              "Кофемашина", "Плед шерстяной", "Часы наручные", "Книга рецептов", "Полотенце банное", "Ковёр", "Духи", "Велосипед детский", "Стул"),
    "uk_UA": ("Чайник електричний", "Куртка зимова", "Набір каструль", "Лампа настільна", "Рюкзак міський", "Сумка шкіряна", "Кавомашина", "Плед",
              "Годинник наручний", "Книга рецептів", "Рушник банний", "Килим", "Парфуми", "Велосипед дитячий", "Стілець", "Кросівки"),
    "ja_JP": ("ランニングシューズ", "電気ケトル", "冬用ジャケット", "卓上ランプ", "リュックサック", "革のバッグ", "コーヒーメーカー", "毛布", "腕時計", "料理本", "バスタオル",
              "絨毯", "香水", "子供用自転車", "椅子", "ギフト券"),
    "zh_CN": ("跑步鞋", "电热水壶", "冬季外套", "台灯", "双肩包", "真皮手袋", "咖啡机", "毛毯", "手表", "菜谱", "浴巾", "地毯", "香水", "儿童自行车", "椅子", "礼品卡"),
    "ko_KR": ("런닝화", "전기 주전자", "겨울 자켓", "탁상 램프", "백팩", "가죽 가방", "커피 머신", "담요", "손목시계", "요리책", "목욕 타월", "카펫", "향수", "어린이 자전거",
              "의자", "상품권"),
    "ar_SA": ("حذاء رياضي", "غلاية كهربائية", "سترة شتوية", "مصباح مكتب", "حقيبة ظهر", "حقيبة جلدية", "آلة قهوة", "بطانية", "ساعة يد", "كتاب طبخ", "منشفة",
              "سجادة", "عطر", "دراجة أطفال", "كرسي", "بطاقة هدية"),
    "hi_IN": ("दौड़ने के जूते", "बिजली की केतली", "सर्दी की जैकेट", "टेबल लैंप", "बैग", "चमड़े का पर्स", "कॉफी मशीन", "कंबल", "कलाई घड़ी", "पाक पुस्तक", "तौलिया",
              "कालीन", "इत्र", "बच्चों की साइकिल", "कुर्सी", "उपहार कार्ड"),
}  # fmt: skip
_SLUGS = (
    "summer",
    "linen",
    "shirt",
    "blue",
    "sale",
    "guide",
    "how-to",
    "winter",
    "boots",
    "about",
    "gift",
    "news",
    "kids",
    "trail",
    "yoga",
)
_COLOURS = (
    "Navy", "Olive", "Rose", "Burgundy", "Jet Black", "Ivory", "Hazel", "Sienna", "Indigo", "Coral", "Amber", "Ruby", "Jade", "Scarlet", "Slate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a page: its key, its kind, and its values (JSON scalars), one per row."""

    key: str
    kind: str
    values: tuple[Any, ...]

    @property
    def is_personal(self) -> bool:
        return self.kind in _PERSONAL


def page(locale: str, seed: int, names: Names, rows: int = 50) -> list[Column]:
    """The same people for every ``names``; ``opaque`` keys are c1, c2 …; ``some``: three keys of ten."""
    fake = Faker(locale)
    fake.seed_instance(seed)
    pick = random.Random(f"{locale} {seed}")
    makers = _makers(fake, pick, locale)
    order = [*_PERSONAL, *_BUSINESS]
    columns = [Column(_key(kind, locale, pick), kind, tuple(makers[kind]() for _ in range(rows))) for kind in order]
    if pick.random() < 0.5:
        pick.shuffle(columns)
    hidden = set(range(len(columns)))
    if names == "some":
        hidden = set(pick.sample(range(len(columns)), round(0.3 * len(columns))))
    if names == "known":
        hidden = set()
    return [Column(f"c{n + 1}", c.kind, c.values) if n in hidden else c for n, c in enumerate(columns)]


def _key(kind: str, locale: str, pick: random.Random) -> str:
    native = _NATIVE.get(locale, {}).get(kind)
    return native if native and pick.random() < 0.6 else pick.choice(_KEYS[kind])


def _makers(fake: Faker, pick: random.Random, locale: str) -> dict[str, Callable[[], Any]]:
    language = locale.replace("_", "-")
    start = pick.randrange(10**5, 10**8)
    first_format, birth_format = (
        pick.choice(("%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%dT00:00:00", "%d.%m.%Y", "%m/%d/%Y")),
        "%Y-%m-%d",
    )
    birth_format = pick.choice((birth_format, "%d.%m.%Y", "%m/%d/%Y", "%Y-%m-%dT00:00:00", "%Y/%m/%d"))
    sources: Sequence[str] = _NATIVE_PRODUCTS.get(locale) or pick.sample(_PRODUCTS, 20)
    return {
        "first": fake.first_name,
        "last": fake.last_name,
        "full": fake.name,
        "email": fake.email,
        "phone": fake.phone_number,
        "street": lambda: fake.street_address().replace("\n", ", "),
        "city": fake.city,
        "zip": fake.postcode,
        "birth": lambda: fake.date_of_birth(minimum_age=18, maximum_age=88).strftime(birth_format),
        "national": _national(fake, locale),
        "card": fake.credit_card_number,
        "iban": fake.iban,
        "username": fake.user_name,
        "ip": fake.ipv4_public,
        "number": lambda: str(start + pick.randrange(10**5)),
        "guid": lambda: str(fake.uuid4()),
        "created": lambda: fake.date_time_between("-2y", "now").strftime("%Y-%m-%dT%H:%M:%SZ"),
        "ordered": lambda: fake.date_between("-2y", "now").strftime(first_format),
        "total": lambda: round(pick.random() * 900 + 5, 2),
        "quantity": lambda: pick.randrange(1, 40),
        "product": lambda: pick.choice(sources),
        "journey": lambda: pick.choice(_JOURNEYS),
        "company": fake.company,
        "locale": lambda: pick.choice((language, "en-US", "en-GB", "fr-FR")),
        "currency": lambda: pick.choice(("EUR", "USD", "GBP", "JPY")),
        "status": lambda: pick.choice(("Active", "Bounced", "Unsubscribed", "Held", "New")),
        "url": lambda: (
            f"https://www.example.com/{pick.choice(('shop', 'c', 'lp'))}/{pick.randrange(10**4)}?utm_source=mail&c={pick.randrange(99)}"
        ),
        "sku": lambda: f"{pick.choice(('AB', 'KX', 'SHO', 'LMP'))}-{pick.randrange(1000, 9999)}-{pick.choice('SML')}",
        "campaign": lambda: pick.choice(_CAMPAIGNS),
        "tier": lambda: pick.choice(("gold", "silver", "bronze", "platinum")),
        "active": lambda: pick.random() < 0.5,
        "job": fake.job,
        "country": fake.country,
        "device": lambda: pick.choice(_DEVICES),
        "coupon": lambda: "".join(pick.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=8)),
        "shelf": lambda: f"{pick.choice(('Aisle', 'Rack', 'Bay'))} {pick.randrange(1, 60)}",
        "file": lambda: f"{pick.choice(('invoice', 'report', 'scan', 'contract'))}-{pick.randrange(1000, 9999)}.pdf",
        "slug": lambda: "-".join(pick.sample(_SLUGS, 3)),
        "founded": lambda: fake.date_between("-60y", "-3y").strftime("%Y-%m-%d"),
        "reference": lambda: f"{pick.choice('ABX')}{pick.randrange(10**8, 10**9)}",
        "colour": lambda: pick.choice(_COLOURS),
    }


def _national(fake: Faker, locale: str) -> Callable[[], str]:
    if locale == "hi_IN":
        indian = Faker("en_IN")
        indian.seed_instance(fake.random_int(0, 10**9))
        return indian.aadhaar_id  # type: ignore[no-any-return]
    return fake.ssn  # type: ignore[no-any-return]
