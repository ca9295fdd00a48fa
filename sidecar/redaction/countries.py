"""Which of Presidio's recognizers run, by country, and the entities they find; data only, so that a name can be checked without loading them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sidecar.redaction.recognizers._national_forms import NUMBERS

EVERYWHERE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "CreditCardRecognizer": "CREDIT_CARD",
        "CryptoRecognizer": "CRYPTO",
        "IbanRecognizer": "IBAN_CODE",
        "IpRecognizer": "IP_ADDRESS",
        "MacAddressRecognizer": "MAC_ADDRESS",
        "PhoneRecognizer": "PHONE_NUMBER",
    }
)
_PACKS: Final[Mapping[str, Mapping[str, str]]] = {
    "us": {
        "UsSsnRecognizer": "US_SSN",
        "UsItinRecognizer": "US_ITIN",
        "UsPassportRecognizer": "US_PASSPORT",
        "UsBankRecognizer": "US_BANK_NUMBER",
        "UsLicenseRecognizer": "US_DRIVER_LICENSE",
        "UsMbiRecognizer": "US_MBI",
        "MedicalLicenseRecognizer": "MEDICAL_LICENSE",
    },
    "uk": {
        "NhsRecognizer": "UK_NHS",
        "UkNinoRecognizer": "UK_NINO",
        "UkDrivingLicenceRecognizer": "UK_DRIVING_LICENCE",
        "UkPassportRecognizer": "UK_PASSPORT",
    },
    "au": {"AuTfnRecognizer": "AU_TFN", "AuMedicareRecognizer": "AU_MEDICARE"},
    "ca": {"CaSinRecognizer": "CA_SIN"},
    "de": {
        "DeTaxIdRecognizer": "DE_TAX_ID",
        "DeIdCardRecognizer": "DE_ID_CARD",
        "DePassportRecognizer": "DE_PASSPORT",
        "DeSocialSecurityRecognizer": "DE_SOCIAL_SECURITY",
        "DeHealthInsuranceRecognizer": "DE_HEALTH_INSURANCE",
        "DeFuehrerscheinRecognizer": "DE_FUEHRERSCHEIN",
    },
    "es": {"EsNifRecognizer": "ES_NIF", "EsNieRecognizer": "ES_NIE", "EsPassportRecognizer": "ES_PASSPORT"},
    "fi": {"FiPersonalIdentityCodeRecognizer": "FI_PERSONAL_IDENTITY_CODE"},
    "in": {
        "InAadhaarRecognizer": "IN_AADHAAR",
        "InPanRecognizer": "IN_PAN",
        "InVoterRecognizer": "IN_VOTER",
        "InPassportRecognizer": "IN_PASSPORT",
    },
    "it": {
        "ItFiscalCodeRecognizer": "IT_FISCAL_CODE",
        "ItDriverLicenseRecognizer": "IT_DRIVER_LICENSE",
        "ItPassportRecognizer": "IT_PASSPORT",
        "ItIdentityCardRecognizer": "IT_IDENTITY_CARD",
    },
    "kr": {
        "KrRrnRecognizer": "KR_RRN",
        "KrFrnRecognizer": "KR_FRN",
        "KrPassportRecognizer": "KR_PASSPORT",
        "KrDriverLicenseRecognizer": "KR_DRIVER_LICENSE",
    },
    "ng": {"NgNinRecognizer": "NG_NIN"},
    "ph": {"PhUmidRecognizer": "PH_UMID", "PhPassportRecognizer": "PH_PASSPORT"},
    "pl": {"PlPeselRecognizer": "PL_PESEL"},
    "se": {"SePersonnummerRecognizer": "SE_PERSONNUMMER"},
    "sg": {"SgFinRecognizer": "SG_NRIC_FIN"},
    "th": {"ThTninRecognizer": "TH_TNIN"},
    "tr": {"TrNationalIdRecognizer": "TR_NATIONAL_ID"},
    "za": {
        "ZaIdNumberRecognizer": "ZA_ID_NUMBER",
        "ZaPassportRecognizer": "ZA_PASSPORT",
        "ZaDriverLicenseRecognizer": "ZA_DRIVER_LICENSE",
    },
}
BY_COUNTRY: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {country: _PACKS.get(country, {}) for country in sorted({*_PACKS, *(number.country for number in NUMBERS)})}
)
"""Presidio's recognizers of persons' data; those of companies' numbers, dates, URLs, plates and GUIDs are left out. A country without any may have
numbers of its own in ``recognizers/_national_forms``: naming it lets those stand without a word beside them."""

NATIONAL: Final = frozenset(number.entity for number in NUMBERS)
"""What ``recognizers/national_id`` finds, in every country."""
OURS: Final = NATIONAL | {
    "BANK_ACCOUNT",
    "BIC_CODE",
    "CREDENTIAL",
    "CREDIT_CARD",
    "CRYPTO",
    "DATE_OF_BIRTH",
    "DEVICE_ID",
    "DRIVER_LICENSE",
    "EMAIL_ADDRESS",
    "IBAN_CODE",
    "LICENSE_PLATE",
    "LOCATION",
    "MEDICAL_ID",
    "NATIONAL_ID",
    "PASSPORT",
    "PERSON",
    "PHONE_NUMBER",
    "TAX_ID",
    "USERNAME",
    "US_BANK_NUMBER",
    "US_SSN",
    "VIN",
}
"""What our own recognizers and models find."""

ONLY_IN_CONTEXT: Final = frozenset(
    (
        "NhsRecognizer", "MedicalLicenseRecognizer", "AuTfnRecognizer", "AuMedicareRecognizer", "CaSinRecognizer",
        "TrNationalIdRecognizer", "InAadhaarRecognizer", "PlPeselRecognizer", "ThTninRecognizer", "ZaIdNumberRecognizer",
        "UsLicenseRecognizer", "UsPassportRecognizer", "UsBankRecognizer", "DeTaxIdRecognizer", "DeIdCardRecognizer",
        "DePassportRecognizer", "SePersonnummerRecognizer", "UkPassportRecognizer", "DeFuehrerscheinRecognizer", "EsPassportRecognizer",
        "InPassportRecognizer", "InVoterRecognizer", "KrPassportRecognizer", "KrDriverLicenseRecognizer", "NgNinRecognizer", "PhUmidRecognizer",
        "PhPassportRecognizer", "ZaPassportRecognizer", "ZaDriverLicenseRecognizer", "ItDriverLicenseRecognizer", "ItPassportRecognizer",
        "ItIdentityCardRecognizer", "DeHealthInsuranceRecognizer",
    )
)  # fmt: skip
"""A checksum of one digit lets every tenth order number pass: these run only where a context word stands."""
