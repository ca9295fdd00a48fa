"""One file, one recognizer; the file's name is its name in the configuration.

``ours`` makes the objects; importing this package loads none of them, because Presidio takes seconds to import.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

NAMES: Final = (
    ("email", "WideEmailRecognizer"),
    ("phone", "WrittenPhoneRecognizer"),
    ("social_security", "SocialSecurityRecognizer"),
    ("birth_date", "BirthDateRecognizer"),
    ("secret", "SecretRecognizer"),
    ("password", "PasswordRecognizer"),
    ("card", "CardRecognizer"),
    ("iban", "WideIbanRecognizer"),
    ("bank_account", "BankAccountRecognizer"),
    ("us_bank_account", "UsBankAccountRecognizer"),
    ("clabe", "ClabeRecognizer"),
    ("bic", "BicRecognizer"),
    ("vin", "VinRecognizer"),
    ("license_plate", "LicensePlateRecognizer"),
    ("wallet", "WalletRecognizer"),
    ("device", "DeviceRecognizer"),
    ("medical_id", "MedicalIdRecognizer"),
    ("passport", "PassportRecognizer"),
    ("driver_license", "DriverLicenseRecognizer"),
    ("identity_card", "IdentityCardRecognizer"),
    ("tax_file", "TaxFileRecognizer"),
    ("account_name", "AccountNameRecognizer"),
    ("national_id", "NationalIdRecognizer"),
)
"""(file, class) of our own recognizers, models apart."""


def ours(countries: Sequence[str]) -> list[Any]:
    """Our own recognizers, each a Presidio ``EntityRecognizer``; models of names are not among them."""
    classes = {name: getattr(import_module(f"{__name__}.{name}"), title) for name, title in NAMES}
    return [cls(countries) if name == "national_id" else cls() for name, cls in classes.items()]
