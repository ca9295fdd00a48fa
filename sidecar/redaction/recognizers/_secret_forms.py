# ruff: noqa: S105  words for secrets
"""The written forms of secrets: detect-secrets' own patterns for providers' keys, and those it lacks. Data and no recognizer.

Of detect-secrets only the ``denylist`` expressions are taken: its plugins would verify over the network, its keyword and entropy plugins
take every second line of prose for a secret. Left out are those whose time is quadratic (npm) or that have better forms here.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import Any, Final, cast

import regex

from sidecar.redaction.recognizers._written import Form

_TOKENS: Final = (
    "artifactory", "aws", "azure_storage_key", "cloudant", "discord", "github_token", "gitlab_token", "ibm_cloud_iam", "ibm_cos_hmac", "mailchimp",
    "openai", "pypi_token", "sendgrid", "slack", "softlayer", "square_oauth", "stripe", "telegram_token", "twilio",
)  # fmt: skip
"""Plugins of detect-secrets."""
_ASSIGNED: Final = frozenset(("cloudant", "ibm_cloud_iam", "ibm_cos_hmac", "softlayer"))
"""These match a name and its value; the value is a group."""


@cache
def theirs(*, is_caseless: bool) -> tuple[Form, ...]:
    """Patterns of detect-secrets, those of one kind; 15 ms of import, once."""
    from detect_secrets.plugins.base import RegexBasedDetector

    found = []
    for name in _TOKENS:
        module = import_module(f"detect_secrets.plugins.{name}")
        plugins = [
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, RegexBasedDetector) and value is not RegexBasedDetector
        ]
        for plugin in plugins:
            found += [
                Form(f"detect-secrets {name}", _bordered(name, compiled), 0.95)
                for compiled in cast("Any", plugin).denylist
                if bool(compiled.flags & re.IGNORECASE) == is_caseless
            ]
    return tuple(found)


def _bordered(name: str, compiled: re.Pattern[str]) -> str:
    """Theirs have no borders, so that parts of longer words match; a group is the value where there is exactly one in an assignment."""
    body = compiled.pattern
    if name in _ASSIGNED or "secret" in body or "{40}" in body:
        groups = [match.start() for match in re.finditer(r"(?<!\\)\((?!\?)", body)]
        if len(groups) == 1:
            body = f"{body[: groups[0]]}(?P<value>{body[groups[0] + 1 :]}"
    body = body.replace("AccountKey=[a-zA-Z0-9+\\/=]{88}", "AccountKey=(?P<value>[a-zA-Z0-9+/=]{88})")
    # Unbounded runs of names and blanks would cost quadratic time.
    body = re.sub(r"(\[\\w\\-\])\+", r"\1{1,64}", body).replace("(?: *)", "(?: {0,4})").replace("| +|", "| {1,4}|")
    body = body.replace(r"(?:\d+-)+", r"(?:\d{1,16}-){1,4}").replace("[a-z0-9]+", "[a-z0-9]{1,80}").replace("[a-zA-Z0-9_]+", "[a-zA-Z0-9_]{1,64}")  # fmt: skip
    body = body.replace("[A-Za-z0-9-_]*[A-Za-z0-9]{20}", "[A-Za-z0-9-_]{0,160}[A-Za-z0-9]{20}")
    return rf"(?<![A-Za-z0-9])(?:{body})(?![A-Za-z0-9])"


PROVIDERS: Final = (
    r"(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[0-9A-Z]{16}",
    r"AIza[0-9A-Za-z_-]{35}|ya29\.[0-9A-Za-z_-]{20,1024}|GOCSPX-[\w-]{28}|1//0[\w-]{40,160}",
    r"gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{30,255}|ghs_[A-Za-z0-9._-]{36,520}",
    r"gl(?:pat|dt|ft|soat|rt|cbt|ptt|agent|oas|imt|ffct)-[A-Za-z0-9_.-]{20,300}",
    r"xox[abeoprs]-[A-Za-z0-9-]{10,250}|xapp-\d-[A-Za-z0-9-]{10,250}",
    r"(?:sk|rk|pk)_(?:live|test|prod)_[A-Za-z0-9]{10,250}|whsec_[A-Za-z0-9+/=]{24,88}",
    r"sk-(?:ant|proj|svcacct|admin|or|lf|None)-[A-Za-z0-9_-]{20,250}|sk-[A-Za-z0-9]{20,64}|pplx-[A-Za-z0-9]{32,64}|gsk_[A-Za-z0-9]{30,64}|xai-[A-Za-z0-9]{40,100}|r8_[A-Za-z0-9]{30,44}|sk-[A-Za-z0-9_-]{20,200}",
    r"hf_[A-Za-z0-9]{30,44}|api_org_[A-Za-z]{34}|npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{32,250}|rubygems_[a-f0-9]{48}|dckr_(?:pat|oat)_[\w-]{20,64}|oy2[a-z0-9]{43}",
    r"SG\.[\w-]{16,32}\.[\w-]{32,64}|key-[0-9a-f]{32}|[0-9a-f]{32}-us\d{1,2}|sq0(?:atp|csp|idp)-[\w-]{22,43}|EAAA[A-Za-z0-9_-]{60}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
    r"do[opr]_v1_[a-f0-9]{64}|dapi[a-f0-9]{32}(?:-\d)?|dp\.(?:pt|st|ct|sa)\.[A-Za-z0-9]{40,44}|hv[sbr]\.[\w-]{24,300}|[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,70}|ATATT3[\w=-]{180,200}|ATCTT3[\w=-]{60,200}|ATBB[A-Za-z0-9]{28}",
    r"lin_api_[A-Za-z0-9]{40}|(?:secret|ntn)_[A-Za-z0-9]{40,50}|NRAK-[A-Z0-9]{27}|NRJS-[a-f0-9]{19}|sl\.[\w-]{130,160}|glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/=]{32,200}|PMAK-[a-f0-9]{24}-[a-f0-9]{34}|sbp_[a-f0-9]{40}|pscale_(?:tkn|pw|oauth)_[\w.=-]{32,64}",
    r"[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{31,34}|\d{8,10}:AA[A-Za-z0-9_-]{33}|AC[a-f0-9]{32}|SK[a-f0-9]{32}|pat[A-Za-z0-9]{14}\.[a-f0-9]{64}|pat-(?:na|eu)1-[a-f0-9]{8}-(?:[a-f0-9]{4}-){3}[a-f0-9]{12}|figd_[\w-]{40}|phc_[A-Za-z0-9]{40,50}|AGE-SECRET-KEY-1[0-9A-Z]{58}",
    r"00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{40,250}|[MNO][A-Za-z\d_-]{23,25}\.[A-Za-z\d_-]{6}\.[A-Za-z\d_-]{27,38}|amzn\.mws\.[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|eyJ[\w-]{8,4000}(?:\.[\w-]{4,4000}){1,4}",
)
"""Prefixes of keys and tokens, as their issuers publish them."""

_URL_USER = r"(?<=[\w+]://)[^\s:/@\"'<>]{0,80}:(?P<value>[^\s/@\"'<>]{1,128})@(?=[\w\[{$%-])"
_PRIVATE = r"-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----|-----BEGIN [A-Z0-9 ]{0,12}SECRET KEY[A-Z ]{0,8}-----|PuTTY-User-Key-File-\d:"
_SSH = r"(?<!\w)b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/=\s]{40,200}"
TOKENS: Final = (
    *(Form("provider", rf"(?<![A-Za-z0-9_-])(?:{form})(?!\w)", 1.0) for form in PROVIDERS),
    Form("private key", _PRIVATE, 1.0),
    Form("private key without its head", _SSH, 1.0),
    Form("password in a url", _URL_USER, 0.95),
    Form("slack webhook", r"https://hooks\.slack\.com/services/T\w{1,16}/B\w{1,16}/(?P<value>\w{16,32})", 1.0),
    Form("webhook", r"https://(?:\w{1,20}\.)?(?:discord(?:app)?\.com/api/webhooks/\d{10,20}/|webhook\.office\.com/webhookb2/)(?P<value>[\w@./-]{30,300})", 1.0),
)  # fmt: skip
"""To be read with their case."""

_SCHEME = r"(?<![\w-])(?:proxy-)?authorization[\"']?\s{0,2}[:=]\s{0,2}[\"']?(?:basic|bearer|token|digest|apikey|negotiate|ntlm|hmac|aws4-hmac-sha256|sharedaccesssignature|key)\s{1,2}(?P<value>[^\s\"',;]{6,2000}(?:[,;] ?\w{1,20}=[^\s,;]{1,300}){0,12})"
_BARE_SCHEME = r"(?<![\w-])authorization[\"']?\s{0,2}[:=]\s{0,2}[\"']?(?P<value>[A-Za-z0-9._~+/=|:-]{16,2000})(?![\w ])"
_BEARER = r"(?<![\w-])bearer\s{1,2}(?P<value>[A-Za-z0-9._~+/-]{16,2000}={0,2})"
_BASIC = r"(?<![\w-])basic\s(?P<value>[A-Za-z0-9+/]{12,400}={0,2})(?![\w ])"
_HEADER = r"(?<![\w-])(?:x-(?:[\w]{1,24}-){0,3}(?:api-?key|key|token|secret|auth|signature|session)|api-key|apikey|ocp-apim-subscription-key|private-token|x-csrf-?token)[\"']?\s{0,2}:\s{0,2}[\"']?(?P<value>[^\s\"',;]{8,2000})"
_COOKIE = r"(?<![\w-])(?:set-)?cookie[\"']?:\s{0,2}[\"']?(?P<value>[\w.!#$%&'*+^`|~-]{1,64}=[^\r\n\"]{4,500})"
_QUERY = r"[?&;](?:sig|signature|x-amz-signature|x-amz-security-token|x-goog-signature|access_?token|api_?key|apikey|auth_?token|client_?secret|refresh_?token|id_?token|password|passwd|pwd|secret|session_?(?:id|token)|jwt|private_?token|code_?verifier)=(?P<value>[^\s&#\"'<>;]{6,2000})"
_USER_PASS = r"(?<![\w-])(?:-u|--user(?:name)?(?:-pass)?)[ =][\"']?[^\s:\"']{1,64}:(?P<value>[^\s\"'@]{3,128})"
HEADERS: Final = (
    Form("authorization", _SCHEME, 0.95),
    Form("authorization without a scheme", _BARE_SCHEME, 0.9),
    Form("bearer", _BEARER, 0.9),
    Form("basic", _BASIC, 0.7),
    Form("header", _HEADER, 0.9),
    Form("cookie", _COOKIE, 0.9),
    Form("query", _QUERY, 0.9),
    Form("command line", _USER_PASS, 0.85),
)
"""To be read without their case."""

_PLACEHOLDER: Final = regex.compile(
    r"[*\u2022x._#-]+|<.*|\[.*|\$\{.*|\$\(.*|\$[A-Z_]+|%%.*|%\w+%|\{.*|(?:your|my|the|some|new|old|user)[_-].*|.*\.(?:get|env|password|getenv|secret)\b.*|os\..*|process\..*|env[.:].*|secrets?\..*|vault:.*|\w+\(.*|/.*|https?://.*|\*+.*|_{4,}|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*_[a-z0-9]{13}|xxx.*|\.{3}|\S+@\S+\.\w+",
    regex.IGNORECASE,
)


def is_placeholder(value: str) -> bool:
    """A mask, a variable, a path, a token of ours: something in a secret's place that is none."""
    return _PLACEHOLDER.fullmatch(value) is not None
