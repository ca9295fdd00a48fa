"""Which of Presidio's recognizers run, by country, and the entities they find; data only, so that a name can be checked without loading them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

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
BY_COUNTRY: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "us": {
            "UsSsnRecognizer": "US_SSN",
            "UsItinRecognizer": "US_ITIN",
            "UsPassportRecognizer": "US_PASSPORT",
            "UsBankRecognizer": "US_BANK_NUMBER",
            "UsLicenseRecognizer": "US_DRIVER_LICENSE",
            "MedicalLicenseRecognizer": "MEDICAL_LICENSE",
        },
        "uk": {"NhsRecognizer": "UK_NHS", "UkNinoRecognizer": "UK_NINO"},
        "au": {"AuTfnRecognizer": "AU_TFN", "AuMedicareRecognizer": "AU_MEDICARE"},
        "ca": {"CaSinRecognizer": "CA_SIN"},
        "de": {
            "DeTaxIdRecognizer": "DE_TAX_ID",
            "DeIdCardRecognizer": "DE_ID_CARD",
            "DePassportRecognizer": "DE_PASSPORT",
            "DeSocialSecurityRecognizer": "DE_SOCIAL_SECURITY",
            "DeHealthInsuranceRecognizer": "DE_HEALTH_INSURANCE",
        },
        "es": {"EsNifRecognizer": "ES_NIF", "EsNieRecognizer": "ES_NIE"},
        "fi": {"FiPersonalIdentityCodeRecognizer": "FI_PERSONAL_IDENTITY_CODE"},
        "in": {"InAadhaarRecognizer": "IN_AADHAAR", "InPanRecognizer": "IN_PAN", "InVoterRecognizer": "IN_VOTER"},
        "it": {
            "ItFiscalCodeRecognizer": "IT_FISCAL_CODE",
            "ItDriverLicenseRecognizer": "IT_DRIVER_LICENSE",
            "ItPassportRecognizer": "IT_PASSPORT",
            "ItIdentityCardRecognizer": "IT_IDENTITY_CARD",
        },
        "kr": {"KrRrnRecognizer": "KR_RRN", "KrFrnRecognizer": "KR_FRN"},
        "pl": {"PlPeselRecognizer": "PL_PESEL"},
        "se": {"SePersonnummerRecognizer": "SE_PERSONNUMMER"},
        "sg": {"SgFinRecognizer": "SG_NRIC_FIN"},
        "th": {"ThTninRecognizer": "TH_TNIN"},
        "tr": {"TrNationalIdRecognizer": "TR_NATIONAL_ID"},
        "za": {"ZaIdNumberRecognizer": "ZA_ID_NUMBER"},
    }
)
"""Recognizers of persons' data; those of companies' numbers, dates, URLs, plates and GUIDs are left out."""

OURS: Final = frozenset(
    ("EMAIL_ADDRESS", "PHONE_NUMBER", "US_SSN", "DATE_OF_BIRTH", "CREDENTIAL", "PERSON", "LOCATION")
)

ONLY_IN_CONTEXT: Final = frozenset(
    (
        "NhsRecognizer", "MedicalLicenseRecognizer", "AuTfnRecognizer", "AuMedicareRecognizer", "CaSinRecognizer",
        "TrNationalIdRecognizer", "InAadhaarRecognizer", "PlPeselRecognizer", "ThTninRecognizer", "ZaIdNumberRecognizer",
        "UsLicenseRecognizer", "UsPassportRecognizer", "UsBankRecognizer", "DeTaxIdRecognizer", "DeIdCardRecognizer",
        "DePassportRecognizer", "SePersonnummerRecognizer",
    )
)  # fmt: skip
"""A checksum of one digit lets every tenth order number pass: these run only where a context word stands."""
