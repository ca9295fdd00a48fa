"""Bank account and routing numbers after the English words for them: Presidio's ``US_BANK_NUMBER``, which field names mean too.

Accounts in other languages and systems are ``bank_account``'s.
"""

from __future__ import annotations

from sidecar.redaction.recognizers._written import DASH, END, IS, START, Form, WrittenRecognizer

_ACCOUNT = (
    r"(?:bank|checking|savings?|current|debit|deposit|giro|payroll)[ _-]{1,2}(?:acc(?:oun)?t|a/c)(?:s|\.)?(?:[ _-]?(?:number|no\.?|num|nr\.?|#))?|(?:acc(?:oun)?t|a/c)[ _]?(?:number|no\.?|num|#)(?= ?[^\n]{0,24}(?:bank|routing|sort|bsb|aba))|"
    r"account number(?= (?:at|with) [^\n]{0,24}bank)"
)
_NUMBER = rf"(?:\d{{2}}{DASH})?\d(?:{DASH}?\d){{5,33}}(?:{DASH}[A-Z\d])?"


class UsBankAccountRecognizer(WrittenRecognizer):
    entity = "US_BANK_NUMBER"
    title = "us_bank_account"
    least_digits = 5
    words = f"{_ACCOUNT}|routing|bank|aba|rtn"
    forms = (
        Form("account", rf"{START}(?:{_ACCOUNT}){END}{IS}(?P<value>{_NUMBER})(?!\w|[-./]\d)", 0.7),
        Form("routing", rf"{START}(?:(?:bank )?routing(?: (?:transit )?(?:number|no\.?|#))?|aba(?: (?:routing|number|no\.?))?|rtn){END}{IS}(?P<value>\d{{4}}-?\d{{4}}-?\d)(?!\w|[-./]\d)", 0.7),
        Form("account after a routing number", rf"{START}(?:routing|aba|rtn){END}[^\d\n]{{0,24}}\d{{9}}[^\d\n]{{1,24}}?(?<![\w.-])(?P<value>\d{{5,17}})(?!\w|[-./]\d)", 0.7),
    )  # fmt: skip
