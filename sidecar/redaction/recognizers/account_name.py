"""Names people go by on the net: ``@jane_doe`` where social networks are spoken of, and the name in a profile's URL.

An at sign alone is no one's (decorators, packages, rules of style sheets), and neither is a repository.
"""

from __future__ import annotations

import re
from typing import Final

from sidecar.redaction.recognizers._written import END, START, Form, WrittenRecognizer, any_of, spoken

_NETWORKS = any_of(
    r"twitter|x\.com|tweet(?:s|ed)?|insta(?:gram)?|ig|facebook|fb|tik ?tok|snap(?:chat)?|sc|telegram|tg|threads|mastodon|bluesky|bsky|linkedin|youtube|twitch|discord|reddit|github|gitlab|medium|pinterest|vk|weibo|wechat|weixin|line|kakao|skype|signal|venmo|cash ?app|onlyfans|xing|"
    r"微信|微博|カカオ|インスタ|ツイッター|твиттер|инстаграм|телеграм|телега|вконтакте"
)
_ABOUT = r"handle|username|user name|screen name|nickname|nick|follow(?:s|ed|ing)?|folg\w{0,3}|su[ií]ve[zs]?|sigue(?:me)?|seguime|segu[ií]\w{0,3}|dm(?:s|ed)?|mention(?:s|ed)?|tagged|ping(?:ed)?|profile|social|benutzername|nutzername|pseudo|usuario|utente|usu[aá]rio|gebruikersnaam|u[zż]ytkownik|пишите|ник"
_NAME = r"[A-Z0-9_](?:[A-Z0-9_.-]{0,38}[A-Z0-9_])?"
_USER = r"user(?:_?name)?|login|uname|usr|logname|remote_?user|ruser|agent|actor|benutzer|usuario|utilisateur|utente|u[zż]ytkownik"
_LOGIN = r"[A-Z][A-Z0-9_.-]{1,30}[A-Z0-9]"
_NOT_PEOPLE: Final = frozenset(
    re.findall(
        r"\S+",
        "about account accounts ads api app apps article articles blog business careers channel collections company contact cookies customers dashboard developer developers docs download enterprise events explore "
        "feature features feed features. feed help hashtag home i in intent issues jobs join learning legal login logout marketplace media messages new news notifications orgs p pages policies policy posts premium pricing privacy "
        "product profile pub pulls reel reels search security sessions settings share sharer sharer.php shorts signin signup site solutions sponsors status stories team terms topics tos trending user users video videos watch web "
        "welcome groups school newsletters plugins hub gist notebooks raw releases everyone here channel all",
    )
)


def _has_free_at_sign(text: str) -> bool:
    """One that no address stands before."""
    at = text.find("@")
    while at > 0 and (text[at - 1] in "._/@" or (text[at - 1].isascii() and text[at - 1].isalnum())):
        at = text.find("@", at + 1)
    return at >= 0


class AccountNameRecognizer(WrittenRecognizer):
    entity = "USERNAME"
    title = "account_name"
    screens = (
        r"@\w",
        rf"\b(?:{_USER})",
        rf"_(?:{_USER})",
        r"\d\d:\d\d",
        r"\bfor [^\n]{3,60} from ",
        rf"\b(?:{_NETWORKS}|username|user name|screen name|handle|gamertag|nickname|benutzername|nutzername|nom|nombre|nome|gebruikersnaam|nazwa)[^\n]{{0,24}}?(?:[:=/]| is )",
        r"\w#\d{4}|live:|(?:xing|keybase|t|telegram|wa|fb|snapchat|patreon|paypal|about|stackoverflow|soundcloud)\.(?:com|io|me)/",
    )
    forms = (
        Form("at sign after a word", rf"{START}(?:{_NETWORKS}|{_ABOUT}){END}[^\n@]{{0,24}}?(?<![\w.@/])(?P<value>@{_NAME})(?![\w@/]|\.\w)", 0.75, "@", _has_free_at_sign),
        Form("at sign before a word", rf"(?<![\w.@/])(?P<value>@{_NAME})(?![\w@/]|\.\w)\s?(?:\(|on |auf |en |sur |su |no |op |na |в ){{1,2}}(?:my |the )?(?:{_NETWORKS}){END}", 0.75, "@", _has_free_at_sign),
        Form("named", rf"{START}(?:(?:{_NETWORKS})(?:[ -](?:id|name|user ?name|handle|tag|account|user|profile|konto|compte|cuenta))?|(?:his|her|my|their|user|the) (?:handle|username|user name|screen name|nickname)|handle|username|user name|screen name|benutzername|nutzername|nom d'utilisateur|nombre de usuario|nome utente|gebruikersnaam|nazwa użytkownika)(?: is| ist| est| es| è)?\s?[:=]\s?[\"']?(?P<value>@?{_NAME}(?:#\d{{4}})?)(?![\w@/]|\.\w)", 0.7, ":="),
        Form("username is", rf"{START}(?:user ?name|screen name|handle|gamertag|nickname) (?:is|was)\s[\"']?(?P<value>@?{_NAME})(?![\w@/]|\.\w)", 0.65, may_be_in=spoken("name", "handle", "gamertag")),
        Form("set", rf"(?<![^\W_]|-)(?:{_USER})(?:[\"'])?\s?[=:]{{1,2}}\s?[\"']?(?P<value>{_LOGIN})(?![\w@/(=]|\.\w|::)", 0.6, ":="),
        Form("logged", rf"{START}(?:for|user)(?: invalid)?(?: user)? (?P<value>{_LOGIN}) from (?=[\da-f.:]{{3}})", 0.7, may_be_in=spoken(" from ")),
        Form("user beside", rf"{START}(?:user(?: ?name)?|login|benutzer|usuario|utilisateur|utente|u[zż]ytkownik) (?P<value>{_LOGIN})(?![\w@/(=]|\.\w)", 0.6, may_be_in=spoken("user", "login", "benutzer", "usuario", "utilisateur", "utente", "uzytkownik")),
        Form("said in a log of chat", rf"(?:^|\n)\[?\d\d:\d\d(?::\d\d)?\]?\s{{1,3}}(?:<[@+~&%]?(?P<value>{_LOGIN})>)", 0.75, ":"),
        Form("came or went", rf"(?:^|\n)\[?\d\d:\d\d(?::\d\d)?\]?\s{{1,3}}(?:\*{{1,3}}\s|-!-\s)?(?P<value>{_LOGIN}) (?:has )?(?:joined|left|quit|parted|kicked)", 0.75, ":"),
        Form("mentioned", rf"(?<![\w.@/<&-])(?P<value>@{_NAME})(?![\w@/(={{]|\.\w|-\w)", 0.6, "@", _has_free_at_sign),
        Form("tag", r"(?<![\w.@/#])(?P<value>[A-Z][A-Z0-9_.]{1,31}#\d{4})(?![\w])", 0.7, "#"),
        Form("skype", r"(?<!\w)(?P<value>live:\.?[A-Z0-9_.]{3,40}[A-Z0-9_])(?!\w)", 0.7, ":"),
        Form("fediverse", rf"(?<![\w.@/])(?P<value>@{_NAME})@[A-Z0-9-]+(?:\.[A-Z0-9-]+)+", 0.7, "@", _has_free_at_sign),
        Form(
            "profile",
            r"(?<![\w.-])(?:https?://)?(?:[a-z]{2,3}\.|www\.|m\.)?(?:linkedin\.com/(?:in|pub)/|xing\.com/profile/|reddit\.com/(?:u|user)/|medium\.com/@|tiktok\.com/@|youtube\.com/(?:@|user/|c/)|threads\.(?:net|com)/@|bsky\.app/profile/|mastodon\.social/@|"
            r"keybase\.io/|t\.me/|telegram\.me/|wa\.me/|facebook\.com/(?:people/)?|fb\.com/|instagram\.com/|twitter\.com/|x\.com/|github\.com/|gitlab\.com/|snapchat\.com/add/|pinterest\.com/|vk\.com/|twitch\.tv/|soundcloud\.com/|patreon\.com/|paypal\.me/|venmo\.com/(?:u/)?|about\.me/|stackoverflow\.com/users/\d+/)"
            r"(?P<value>[\w%][\w%.-]{1,80}[\w%]|\w{2})(?=/?(?:[?#\s\"'<>)\],;!]|[.:](?:\s|$)|$))",
            0.8,
            "/",
        ),
    )  # fmt: skip

    def rate(self, text: str, start: int, end: int, form: Form) -> float:
        value = text[start:end].lstrip("@").lower()
        if value in _NOT_PEOPLE or not any(map(str.isalnum, value)):
            return 0.0
        is_odd = any(c.isdigit() or c in "_." for c in value)
        match form.name:
            case "named" | "username is" if not text[start:end].startswith("@"):
                is_name = value not in _NO_NAMES and len(value) > 2  # noqa: PLR2004
            case "set" | "logged":
                is_said = form.name == "set" and text[:start].rstrip(" \"'").endswith(":")  # who speaks in a transcript
                is_name = (is_odd or not is_said) and value not in _NO_NAMES | _MACHINES and not _CODE.match(value)
            case "user beside":
                is_name = is_odd and value not in _MACHINES and not _CODE.match(value)
            case "mentioned":
                is_name = _is_mention(text, start, end, value)
            case _:
                is_name = True
        return form.score if is_name else 0.0


def _is_mention(text: str, start: int, end: int, value: str) -> bool:
    """In a line of prose: decorators, rules of style sheets and tags of documentation begin a line or are known words."""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    line = before[before.rfind("\n") + 1 :] + text[start:end] + after.partition("\n")[0]
    words = [word for word in line.split() if word[:1].isalpha()]
    return len(words) > 1 and len(value) > 3 and value not in _TAGS and not _CODE.match(value) and "{" not in line and ";" not in line  # noqa: PLR2004  # fmt: skip


_NEAR: Final = 200
"""Characters of its line that are looked at: lines can be long and full of mentions."""
_MACHINES: Final = frozenset(
    re.findall(
        r"\S+",
        "admin administrator root system guest test user users nobody anonymous anon postgres mysql oracle www-data ubuntu ec2-user daemon service api bot agent deploy jenkins git nginx redis app default public sa dbo "
        "mozilla chrome safari curl python java node browser client server request session name id email mail type role group password login logout signup self this new old all any some other current",
    )
)
_CODE: Final = re.compile(
    r"(?:self|request|req|ctx|this|context|config|os|app|settings|pytest|session|db|data|auth|v\d)\b[._]|.*\.(?:com|org|net|io|py|js|ts|id|name|email)$"
)
_TAGS: Final = frozenset(
    re.findall(
        r"[\w.-]+",
        "override deprecated param params return returns throws throw media import charset keyframes supports font-face page namespace staticmethod classmethod property dataclass abstractmethod cached cache fixture "
        "inject injectable component input output entity table column autowired bean test before after given nullable notnull see since author version link code todo example type typedef private public protected readonly "
        "async function class module interface extends implements template layer container apply tailwind include mixin extend else each here everyone channel team home work gmail yahoo hotmail outlook latest next beta alpha",
    )
)
_NO_NAMES: Final = frozenset(
    re.findall(r"\w+", "null none undefined unknown string true false required optional taken invalid available not already empty missing incorrect wrong the your link links page post ads campaign integration api login error")
)  # fmt: skip
