# ruff: noqa: S105  words for secrets
"""Whatever a text calls a password, secret, token or code, in headers, settings and prose: the word tells, the value has to look like one.

Keys with a form of their own are ``secret``'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import regex
from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from sidecar.redaction.recognizers._secret_forms import HEADERS, is_placeholder, theirs
from sidecar.redaction.recognizers._written import START, Form, WrittenRecognizer, any_of

_PASSWORD = any_of(
    r"pass ?words?|passwd|pass ?phrases?|pass ?codes?|pwd|pword|psw|pw|pass|kennwort|passwor[td]\w?|losung|contrase[nñ]a|clave(?: de acceso| secreta)?|mots? de passe|mdp|senha|parola(?: d'ordine| segreta)?|wachtwoord|has[lł][oa]|"
    r"l[oö]senord(?:et)?|adgangskode|passord|salasana|парол[ья]|密码|密碼|パスワード|비밀번호|şifre|jelsz[oó]|heslo|κωδικός|كلمة (?:المرور|السر)|סיסמה|mật khẩu|รหัสผ่าน|kata sandi"
)
_SECRET = any_of(
    r"(?:client|app|shared|consumer|webhook|signing|jwt|master|oauth|db|database|account|storage|encryption|aws|session|hmac)?[ _.-]?secret(?:[ _.-]?(?:access)?[ _.-]?(?:key|token|value|id))?|(?:api|access|private|auth|encryption|signing|master|account|storage|subscription|license|security|service|ssh|deploy|sharedaccess|shared[ _-]access)[ _.-]?(?:key|token|secret|pass|code)s?|"
    r"accountkey|sharedaccesskey|secretkey|apikey|authkey|(?:access|refresh|auth|bearer|session|security|id|csrf|xsrf|bot|jwt|personal[ _-]access|api|oauth)[ _.-]?tokens?|api[ _-]?schl[uü]ssel|clave (?:de )?api|cl[eé] (?:d')?api|chiave api|chave (?:de )?api|"
    r"credentials?|creds?|session[ _-]?(?:id|key)|recovery (?:key|code|phrase)|seed phrase|backup codes?|activation key|токен|секрет\w?|ключ api"
)
_TOKEN = r"token|authtoken|auth|(?:private|symmetric) key|salt|key vault secret"
_CODE = any_of(
    r"pin(?:[ -]?(?:code|number))?|otp|one[ -]time (?:pass ?code|code|password|pin)|(?:verification|confirmation|security|auth(?:entication)?|login|access|2fa|mfa|sms|door|alarm|unlock|card) (?:code|pin)|2fa(?: code)?|mfa(?: code)?|cv[vc]2?|csc|card verification(?: (?:code|value|number))?|"
    r"best[aä]tigungscode|sicherheitscode|tan|c[oó]digo de (?:verificaci[oó]n|seguridad)|code (?:de v[eé]rification|secret|de s[eé]curit[eé]|pin)|codice (?:di verifica|pin|otp|di sicurezza)|c[oó]digo de (?:verifica[cç][aã]o|seguran[cç]a)|verificatiecode|pincode is|код(?: подтверждения| из смс)?|验证码|驗證碼|認証コード|暗証番号|인증번호"
)
_SET = r"[\"'`\]]{0,2}\s{0,3}(?::=|=>|[:=\uff1a\u2192]|->)\s{0,3}"
_SAYS = r"\s{1,3}(?:is|was|to|ist|lautet|war|es|era|est|è|era|é|are|jest|это|is now|has been (?:set|changed|reset) to|changed to|set to|will be)\s{0,2}[:=]?\s{0,3}"
_QUOTED = r"[\"'`](?P<value>[^\"'`\n]{3,200})[\"'`]"
_WORD = r"(?P<value>[^\s\"'`<>,;(){}\[\]][^\s\"'`<>;]{2,400})"
_NO_VALUES: Final = frozenset(
    regex.findall(
        r"[^\s]+",
        "string str text number integer boolean bool object null none nil undefined true false yes no optional required mandatory unknown empty missing invalid incorrect wrong expired valid correct redacted hidden masked secret password passwd token key "
        "value default example test changeme? reset changed set updated sent stored encrypted hashed field input type please must should cannot can may will was were is are has have been being not never now here there this that these those with without for from into "
        "your my his her their our the a an to in on at by or and of as if it its too weak strong long short same ok safe protected managed private public required. forgotten lost stolen shared known given needed obligatorio requerido requis obbligatorio vereist erforderlich falsch richtig ung\u00fcltig vergessen oubli\u00e9 incorrecta olvidada "
        "based management manager policy reset. link page form box hint prompt free only protection recovery authentication authorization",
    )
)
_GUID: Final = regex.compile(r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?", regex.IGNORECASE)
_TAIL: Final = ".,:;?)]}\"'`>"
_FURTHER: Final = regex.compile(r"&[\w.-]{1,40}=")
"""Where the next parameter of a query begins."""
_CURSOR: Final = regex.compile(r"(?:next|page|continuation|continue|cursor|sync|delta|resume|upload|progress|pagination|state|idempotency|request|csrf|change)[ _-]?$", regex.IGNORECASE)  # fmt: skip
_PIN_CODE: Final = regex.compile(r"pin ?code\W*$", regex.IGNORECASE)
_PASS: Final = regex.compile(r"\b(?:pass|pw)\W*$", regex.IGNORECASE)
_NOT_BEFORE: Final = regex.compile(r"(?:no|forgot|reset|change|new|enter|wrong|invalid|incorrect|a|any|without|zip|postal|postcode|country|area|dress|color|colour|discount|promo|coupon|voucher)\s$", regex.IGNORECASE)  # fmt: skip

_LOOSE: Final = (
    r"\d{3} (?:is|ist|es|est|è|é)\s",
    r"\b(?:log(?:ged)? ?in|sign(?:ed)? ?in|user(?:name)?|credentials?|creds?|acc(?:oun)?t|einloggen|zugangsdaten)\b[^\n]{0,90}/",
)
"""What the forms without a word of their own need."""


class PasswordRecognizer(WrittenRecognizer):
    entity = "CREDENTIAL"
    title = "password"
    words = f"{_PASSWORD}|{_SECRET}|{_TOKEN}|{_CODE}"
    forms = (
        *HEADERS,
        *(
            form
            for value in (_WORD, _QUOTED)
            for form in (
                Form("password set", rf"{START}(?:{_PASSWORD})(?![^\W\d_]){_SET}{value}", 0.85),
                Form("password said", rf"{START}(?:{_PASSWORD})(?![^\W_])(?: for \S{{1,40}}| of \S{{1,40}})?{_SAYS}{value}", 0.8),
                Form("secret set", rf"(?<![^\W])(?:\w{{0,24}}_)?(?:{_SECRET})(?![^\W\d_]){_SET}{value}", 0.82),
                Form("secret said", rf"{START}(?:{_SECRET})(?![^\W_]){_SAYS}{value}", 0.78),
                Form("token set", rf"{START}(?:{_TOKEN})(?![^\W_]){_SET}{value}", 0.75),
            )
        ),
        Form("token beside", rf"{START}(?:{_SECRET}|{_PASSWORD}|{_TOKEN})(?![^\W_])\s{{1,2}}(?P<value>[A-Za-z0-9._~+/=!@#$%^&*-]{{8,400}})(?!\w)", 0.7),
        Form("code", rf"{START}(?:{_CODE})(?![^\W_])(?:{_SET}|{_SAYS}|\s#?)(?P<value>\d{{3}}[ -]\d{{3}}|\d{{3,8}}|[A-Z]{{1,2}}-\d{{4,8}})(?!\w|[-./%:]\d|\s?%)", 0.72),
        Form("is your code", r"(?<![\w.\-/])(?P<value>\d{4,8}|\d{3}[ -]\d{3})\s(?:is|ist|es|est|è|é)\s(?:your|the|ihr|dein|su|tu|votre|ton|il tuo|o seu|seu)\s[^\n\d]{0,30}?(?:code|otp|pin|passcode|c[oó]digo|codice)", 0.75),
        Form("log in with", r"(?<![^\W_])(?:log(?:ged)? ?in|sign(?:ed)? ?in|login|user(?:name)?|credentials?|creds?|acc(?:oun)?t|einloggen|zugangsdaten)\b[^\n]{0,40}?[\s:(=](?:[^\s:/@]{2,40}|[^\s:/@]{1,40}@[^\s:/@]{3,40})\s?/\s?(?P<value>[^\s/\"'<>]{5,64})(?!\S)", 0.7),
    )  # fmt: skip

    def __init__(self) -> None:
        others = theirs(is_caseless=True)
        self.forms = (*type(self).forms, *others)
        self.screens = (*_LOOSE, *(form.regex for form in (*HEADERS, *others)))
        super().__init__()

    def analyze(
        self,
        text: str,
        entities: Sequence[str],
        nlp_artifacts: NlpArtifacts | None = None,
        regex_flags: int | None = None,
    ) -> list[RecognizerResult]:
        """What is found ends before the punctuation around it. Raises ``TimeoutError``."""
        found = super().analyze(text, entities, nlp_artifacts, regex_flags)
        for result in found:
            if further := _FURTHER.search(text, result.start, result.end):
                result.end = further.start()
            while result.end - result.start > 1 and text[result.end - 1] in _TAIL:
                result.end -= 1
        return found

    def rate(self, text: str, start: int, end: int, form: Form) -> float:
        value = text[start:end].rstrip(_TAIL)
        if is_placeholder(value) or value.lower() in _NO_VALUES:
            return 0.0
        return float(form.score) if _is_secret(value, text, start, end, form.name) else 0.0


def _is_secret(value: str, text: str, start: int, end: int, form: str) -> bool:
    """The weaker the word, the more the value has to look like a secret."""
    has_digit = any(map(str.isdigit, value))
    is_mixed = has_digit and any(map(str.isalpha, value))
    is_quoted = start > 0 and text[start - 1] in "\"'`"
    has_symbol = any(not c.isalnum() and c not in "-_./" for c in value)
    before = text[max(0, start - 60) : start]
    match form:
        case "code" | "is your code":
            is_postal = len(value) == 6 and _PIN_CODE.search(before) is not None  # noqa: PLR2004  India's postal codes
            return not is_postal and not _NOT_BEFORE.search(regex.sub(r"\S+\W*$", "", before))
        case "basic":
            return has_digit or value.endswith("=") or (value != value.lower() and value[1:] != value[1:].lower())
        case "password set":
            if value.isdigit() and _PASS.search(before):
                return False
            rest = text[end:].split("\n", 1)[0].strip(" ,;.\"'`)}")
            return has_digit or has_symbol or is_quoted or not rest or text[end : end + 1] == ","
        case "password said":
            return has_digit or has_symbol or is_quoted or (value[1:] != value[1:].lower() and not value.isupper())
        case "secret set" | "secret said":
            is_whole = is_quoted and len(value) >= 8 and " " not in value  # noqa: PLR2004
            return len(value) >= 6 and (is_mixed or is_whole or len(value) >= 24)  # noqa: PLR2004
        case "token set" | "token beside":
            name = regex.sub(r"\W*\s*(?:[:=]|:=|=>)?\s*[\"'`]?$", "", before)
            is_page = _CURSOR.search(regex.sub(r"[^\W_]+$", "", name)) is not None
            is_id = _GUID.fullmatch(value) is not None or value[:10].count("-") > 1
            return is_mixed and len(value) >= 8 and not is_page and not is_id  # noqa: PLR2004
        case "log in with":
            return (has_digit or has_symbol) and any(map(str.isalpha, value))
        case _:
            return True
