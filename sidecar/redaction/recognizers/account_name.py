"""Names people go by on the net: ``@jane_doe`` where social networks are spoken of, and the name in a profile's URL.

An at sign alone is no one's (decorators, packages, rules of style sheets), and neither is a repository.
"""

from __future__ import annotations

import re
from typing import Final

from sidecar.redaction.recognizers._written import END, START, Form, WrittenRecognizer, any_of

_NETWORKS = any_of(
    r"twitter|x\.com|tweet(?:s|ed)?|insta(?:gram)?|ig|facebook|fb|tik ?tok|snap(?:chat)?|sc|telegram|tg|threads|mastodon|bluesky|bsky|linkedin|youtube|twitch|discord|reddit|github|gitlab|medium|pinterest|vk|weibo|wechat|weixin|line|kakao|skype|signal|venmo|cash ?app|onlyfans|xing|"
    r"微信|微博|カカオ|インスタ|ツイッター|твиттер|инстаграм|телеграм|телега|вконтакте"
)
_ABOUT = r"handle|username|user name|screen name|nickname|nick|follow(?:s|ed|ing)?|folg\w{0,3}|su[ií]ve[zs]?|sigue(?:me)?|seguime|segu[ií]\w{0,3}|dm(?:s|ed)?|mention(?:s|ed)?|tagged|ping(?:ed)?|profile|social|benutzername|nutzername|pseudo|usuario|utente|usu[aá]rio|gebruikersnaam|u[zż]ytkownik|пишите|ник"
_NAME = r"[A-Z0-9_](?:[A-Z0-9_.-]{0,38}[A-Z0-9_])?"
_NOT_PEOPLE: Final = frozenset(
    re.findall(
        r"\S+",
        "about account accounts ads api app apps article articles blog business careers channel collections company contact cookies customers dashboard developer developers docs download enterprise events explore "
        "feature features feed features. feed help hashtag home i in intent issues jobs join learning legal login logout marketplace media messages new news notifications orgs p pages policies policy posts premium pricing privacy "
        "product profile pub pulls reel reels search security sessions settings share sharer sharer.php shorts signin signup site solutions sponsors status stories team terms topics tos trending user users video videos watch web "
        "welcome groups school newsletters plugins hub gist notebooks raw releases everyone here channel all",
    )
)


class AccountNameRecognizer(WrittenRecognizer):
    entity = "USERNAME"
    title = "account_name"
    screens = (
        r"@\w",
        rf"\b(?:{_NETWORKS}|username|user name|screen name|handle|gamertag|nickname|benutzername|nutzername|nom|nombre|nome|gebruikersnaam|nazwa)[^\n]{{0,24}}?(?:[:=/]| is )",
        r"\w#\d{4}|live:|(?:xing|keybase|t|telegram|wa|fb|snapchat|patreon|paypal|about|stackoverflow|soundcloud)\.(?:com|io|me)/",
    )
    forms = (
        Form("at sign after a word", rf"{START}(?:{_NETWORKS}|{_ABOUT}){END}[^\n@]{{0,24}}?(?<![\w.@/])(?P<value>@{_NAME})(?![\w@/]|\.\w)", 0.75),
        Form("at sign before a word", rf"(?<![\w.@/])(?P<value>@{_NAME})(?![\w@/]|\.\w)\s?(?:\(|on |auf |en |sur |su |no |op |na |в ){{1,2}}(?:my |the )?(?:{_NETWORKS}){END}", 0.75),
        Form("named", rf"{START}(?:(?:{_NETWORKS})(?:[ -](?:id|name|user ?name|handle|tag|account|user|profile|konto|compte|cuenta))?|(?:his|her|my|their|user|the) (?:handle|username|user name|screen name|nickname)|handle|username|user name|screen name|benutzername|nutzername|nom d'utilisateur|nombre de usuario|nome utente|gebruikersnaam|nazwa użytkownika)(?: is| ist| est| es| è)?\s?[:=]\s?[\"']?(?P<value>@?{_NAME}(?:#\d{{4}})?)(?![\w@/]|\.\w)", 0.7),
        Form("username is", rf"{START}(?:user ?name|screen name|handle|gamertag|nickname) (?:is|was)\s[\"']?(?P<value>@?{_NAME})(?![\w@/]|\.\w)", 0.65),
        Form("tag", r"(?<![\w.@/#])(?P<value>[A-Z][A-Z0-9_.]{1,31}#\d{4})(?![\w])", 0.7),
        Form("skype", r"(?<!\w)(?P<value>live:\.?[A-Z0-9_.]{3,40}[A-Z0-9_])(?!\w)", 0.7),
        Form("fediverse", rf"(?<![\w.@/])(?P<value>@{_NAME})@[A-Z0-9-]+(?:\.[A-Z0-9-]+)+", 0.7),
        Form(
            "profile",
            r"(?<![\w.-])(?:https?://)?(?:[a-z]{2,3}\.|www\.|m\.)?(?:linkedin\.com/(?:in|pub)/|xing\.com/profile/|reddit\.com/(?:u|user)/|medium\.com/@|tiktok\.com/@|youtube\.com/(?:@|user/|c/)|threads\.(?:net|com)/@|bsky\.app/profile/|mastodon\.social/@|"
            r"keybase\.io/|t\.me/|telegram\.me/|wa\.me/|facebook\.com/(?:people/)?|fb\.com/|instagram\.com/|twitter\.com/|x\.com/|github\.com/|gitlab\.com/|snapchat\.com/add/|pinterest\.com/|vk\.com/|twitch\.tv/|soundcloud\.com/|patreon\.com/|paypal\.me/|venmo\.com/(?:u/)?|about\.me/|stackoverflow\.com/users/\d+/)"
            r"(?P<value>[\w%][\w%.-]{1,80}[\w%]|\w{2})(?=/?(?:[?#\s\"'<>)\],;!]|[.:](?:\s|$)|$))",
            0.8,
        ),
    )  # fmt: skip

    def rate(self, text: str, start: int, end: int, form: Form) -> float:
        value = text[start:end].lstrip("@").lower()
        if value in _NOT_PEOPLE or not any(map(str.isalnum, value)):
            return 0.0
        if form.name in {"named", "username is"} and not text[start:end].startswith("@"):
            return form.score if value not in _NO_NAMES and len(value) > 2 else 0.0  # noqa: PLR2004
        return form.score


_NO_NAMES: Final = frozenset(
    re.findall(r"\w+", "null none undefined unknown string true false required optional taken invalid available not already empty missing incorrect wrong the your link links page post ads campaign integration api login error")
)  # fmt: skip
