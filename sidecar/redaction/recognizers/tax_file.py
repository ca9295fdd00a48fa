# ruff: noqa: RUF001  words of many scripts
"""Tax numbers of persons after a word for them; numbers with check digits are ``national_id``'s, companies' VAT numbers nobody's."""

from __future__ import annotations

from sidecar.redaction.recognizers._document import DocumentRecognizer, forms
from sidecar.redaction.recognizers._written import any_of

_WORDS = any_of(
    r"tax(?:payer)?[ _-]?(?:id(?:entification)?|file|ref(?:erence)?)(?:[ _-](?:number|no\.?))?|tin|steuer(?:-?nummer|-?nr\.?|liche identifikationsnummer)|st\.?-?nr\.?|num[eé]ro (?:fiscal|d'imposition)|identificaci[oó]n fiscal|codice fiscale|n[uú]mero de contribuinte|belasting(?:nummer| ?id)|nip|"
    r"ид\.? ?номер налогоплательщика|vergi (?:no|numaras[ıi])|納税者番号|税号"
)


class TaxFileRecognizer(DocumentRecognizer):
    entity = "TAX_ID"
    title = "tax_file"
    words = _WORDS
    least_digits = 7
    forms = forms(_WORDS)
    least = 7
    most = 18
