# ruff: noqa: RUF001  words of many scripts
"""Numbers of identity cards and residence permits after a word for the card; numbers with check digits are ``national_id``'s."""

from __future__ import annotations

from sidecar.redaction.recognizers._document import DocumentRecognizer, forms
from sidecar.redaction.recognizers._written import any_of

_WORDS = any_of(
    r"national (?:id(?:entity|entification)?|insurance)(?: (?:card|number|no\.?))*|id(?:entity|entification)? (?:card|document)(?: (?:number|no\.?))?|identity number|government id|citizen(?:ship)? (?:id|card|number)|personal (?:id(?:entification)?|identity)(?: (?:number|no\.?|code))?|residence permit|green card|alien (?:registration )?number|visa (?:number|no\.?)|"
    r"(?:personal)?ausweis(?:nummer|nr\.?|-nr\.?)?|aufenthaltstitel|carte (?:nationale )?d'identit[eé]|cni|titre de s[eé]jour|documento (?:nacional )?de identidad|c[eé]dula(?: de identidad)?|documento d'identit[aà]|carta d'identit[aà]|bilhete de identidade|cart[aã]o de cidad[aã]o|carteira de identidade|identiteitskaart|"
    r"dow[oó]d(?:u)? osobist\w+|id-?kort|henkil[oö]kortti|ob[cč]ansk[yý] pr[uů]kaz|szem[eé]lyi(?: igazolv[aá]ny)?|buletin|удостоверени\w личности|nüfus c[uü]zdan[ıi]|بطاقة (?:ال)?هوية|身份证(?:号码?)?|在留カード(?:番号)?|주민등록"
)


class IdentityCardRecognizer(DocumentRecognizer):
    entity = "NATIONAL_ID"
    title = "identity_card"
    words = _WORDS
    least_digits = 4
    forms = forms(_WORDS)
    least = 4
    most = 20
