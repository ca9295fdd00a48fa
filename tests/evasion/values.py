"""Invented values of every entity that has a pattern, each in words that make the plain value found."""

from __future__ import annotations

COUNTRIES = ("us", "uk", "es", "it", "in", "pl", "de", "au")

_JWT = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ0ZXN0LXVzZXIiLCJpc3MiOiJleGFtcGxlIn0.c2lnbmF0dXJlLW9mLW5vdGhpbmc"
)

VALUES: dict[str, tuple[str, list[str]]] = {
    "EMAIL_ADDRESS": ("{}", ["jane.doe@example.com", "maria@mail.example.test", "ana-lopez@example.org", "j.roe77@shop.example.net"]),
    "PHONE_NUMBER": ("{}", ["+1 415 555 0132", "+44 20 7946 0958", "+14155550199", "+1-212-555-0143"]),
    "CREDIT_CARD": ("{}", ["4111 1111 1111 1111", "5555555555554444", "378282246310005", "6011-1111-1111-1117"]),
    "IBAN_CODE": ("{}", ["DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819", "FR1420041010050500013M02606"]),
    "US_SSN": ("SSN {}", ["123-45-6789", "219-09-9999"]),
    "IP_ADDRESS": ("{}", ["203.0.113.77", "198.51.100.24", "2001:db8::8a2e:370:7334"]),
    "MAC_ADDRESS": ("{}", ["00:1A:2B:3C:4D:5E", "02-42-AC-11-00-02"]),
    "CRYPTO": ("{}", ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"]),
    "CREDENTIAL": ("{}", ["AKIAIOSFODNN7EXAMPLE", "ghp_abcdefghijklmnopqrstuvwxyz0123456789", _JWT]),
    "DATE_OF_BIRTH": ("born {}", ["1980-03-12", "12.03.1980", "03/12/1980"]),
    "UK_NHS": ("NHS number {}", ["943 476 5919"]),
    "UK_NINO": ("NINO {}", ["AB123456C"]),
    "ES_NIF": ("DNI {}", ["12345678Z"]),
    "IT_FISCAL_CODE": ("codice fiscale {}", ["RSSMRA85T10A562S"]),
    "IN_PAN": ("PAN {}", ["ABCPE1234F"]),
    "PL_PESEL": ("PESEL {}", ["44051401359"]),
    "US_PASSPORT": ("passport {}", ["912803456"]),
    "US_BANK_NUMBER": ("bank account number {}", ["945456787654"]),
}  # fmt: skip
