# ruff: noqa: RUF001  words of many scripts
"""Numbers by which health care knows a person, after a word: medical record, health card, insured person's number.

Patient and member numbers of a business, without such a word, stay.
"""

from __future__ import annotations

from sidecar.redaction.recognizers._written import END, IS, START, Form, WrittenRecognizer, any_of

_WORDS = any_of(
    r"mrn|m\.r\.n\.|emrn|medical[ _-]record(?:s)?(?:[ _-](?:number|no\.?|num|#|id))?|med\.? ?rec\.?|health[ _-]record(?: (?:number|no\.?))?|chart (?:number|no\.?|#)|hospital (?:number|no\.?)|empi|health[ _-](?:card|insurance|plan)(?:[ _-](?:member|beneficiary|policy|claim))?[ _-]?(?:number|no\.?|id|#)?|"
    r"medicaid(?: (?:id|number|no\.?))?|ohip|phn|hicn|insurance member id|member id on (?:the|my) insurance card|(?:kranken)?versicherten(?:nummer|nr\.?|-nr\.?)|krankenversicherungs?(?:nummer|nr\.?)|krankenkassen(?:nummer|nr\.?)|kvnr|patientenakte|"
    r"num[eé]ro de (?:dossier m[eé]dical|carte vitale|mutuelle)|dossier m[eé]dical|ipp|carte vitale|historia cl[ií]nica|nhc|tarjeta sanitaria|cip|n[uú]mero de (?:la )?seguridad sanitaria|cartella clinica|tessera sanitaria|cart[aã]o (?:do )?sus|cns|prontu[aá]rio|n[uú]mero de utente|utente|"
    r"pati[eë]ntnummer|zorgverzekeringsnummer|polis(?:nummer)? zorg|journalnummer|numer karty pacjenta|полис(?:а)? омс|омс|медкарт\w|号码 病历|病历号|診察券番号|カルテ番号|保険証番号|의무기록번호|등록번호 환자|dea(?: (?:number|no\.?|#))?|npi"
)


class MedicalIdRecognizer(WrittenRecognizer):
    entity = "MEDICAL_ID"
    title = "medical_id"
    words = _WORDS
    least_digits = 5
    forms = (
        Form("after a word", rf"{START}(?:{_WORDS}){END}{IS}(?P<value>(?:[A-Z]{{1,5}}[ -]?)?\d[\dA-Z]*(?:[ ./-]?[\dA-Z]{{2,12}}){{0,4}})(?!\w)", 0.75),
        Form("before a word", r"(?<![\w.\-/])(?P<value>[A-Z]{0,3}-?\d{5,12})\s?\((?:mrn|medical record)", 0.75),
    )  # fmt: skip

    def rate(self, text: str, start: int, end: int, form: Form) -> float:
        count = sum(map(str.isdigit, text[start:end]))
        return form.score if 5 <= count <= 20 else 0.0  # noqa: PLR2004  digits of such a number
