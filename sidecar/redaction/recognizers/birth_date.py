"""Dates that a text says are someone's birth date; other dates are nobody's secret."""

from __future__ import annotations

from sidecar.redaction.recognizers._written import WrittenRecognizer, compiled

_BORN = compiled(
    r"""(?<!\w)(?:born|d\.?o\.?b\.?|birth\s?date|birthday|date\ of\ birth|geboren|geburtsdatum|nacid[oa]|fecha\ de\ nacimiento
    |née?|date\ de\ naissance|nat[oa]|data\ di\ nascita|data\ de\ nascimento|geboortedatum)\b[^\d\n]{0,24}?
    \b(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}
      |\d{1,2}(?:st|nd|rd|th|\.)?\ (?:of\ )?\p{L}{3,12}\.?,?\ \d{4}|\p{L}{3,12}\.?\ \d{1,2}(?:st|nd|rd|th)?,?\ \d{4})(?!\d)"""
)


class BirthDateRecognizer(WrittenRecognizer):
    entity = "DATE_OF_BIRTH"
    title = "birth_date"
    patterns = ((_BORN, 1, 0.85),)
