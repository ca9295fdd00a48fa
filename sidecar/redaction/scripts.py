# ruff: noqa: RUF001  letters of other scripts are what it is about
"""Names in scripts the models cannot read, where the text itself says that they are names.

Cyrillic, Greek, Han, Kana, Hangul, Arabic and Hebrew: a patronymic, initials, a title or an honorific, "my name is". It guesses at no bare
word: most names without such a sign are not found here, and ``fields`` knows them only by what their field is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sidecar.redaction.findings import Finding

_SCORE: Final = 0.75
_BEYOND_LATIN = re.compile("[\u0370-\u07ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")

_CYRILLIC = "[\u0410-\u042f\u0401\u0404\u0406\u0407\u0490][\u0430-\u044f\u0451\u0454\u0456\u0457\u0491'\u2019]+(?:-[\u0410-\u042f\u0401][\u0430-\u044f\u0451]+)?"
_PATRONYMIC = "[\u0410-\u042f\u0401\u0404\u0406\u0407][\u0430-\u044f\u0451\u0456\u0457']+(?:ович|евич|ьич|йович|ївна|овна|евна|инична|ична|івна)(?:а|у|ем|ом|ы|е|ой|ою|і)?"
_INITIALS = "[\u0410-\u042f\u0401]\\.\\s?[\u0410-\u042f\u0401]\\."
_GREEK = "[\u0386-\u03ab][\u03ac-\u03ce]+"
_HAN = "[\u4e00-\u9fff\u3005]"
_SURNAMES: Final = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖田董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范金石廖贾賈夏韦韋付方白邹鄒孟熊秦邱江尹薛"
    "闫閻段雷侯龙龍史陶黎贺賀顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔向汤湯"
)
_HANGUL = "(?:[김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국]|남궁|황보|선우|제갈)[가-힣]{1,2}"
_ARABIC = "[\u0621-\u064a]{2,14}"
_HEBREW = "[\u05d0-\u05ea]{2,12}"

_NAMES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\w)(?P<name>(?:{_CYRILLIC} ){{1,2}}{_PATRONYMIC}(?: {_CYRILLIC})?)(?!\w)",
        rf"(?<!\w)(?P<name>{_CYRILLIC} {_INITIALS}|{_INITIALS}\s?{_CYRILLIC})(?!\w)",
        rf"(?<!\w)(?:[Гг]-н[ау]?|[Гг]-ж[аеиу]|[Гг]осподин[ау]?|[Гг]оспож[аеиу]|[Пп]ан[іе]?|[Мм]еня зовут|[Мм]ене звати) (?P<name>{_CYRILLIC}(?: {_CYRILLIC}){{0,2}})(?!\w)",
        rf"(?<!\w)(?:κ\.|κ|κος|κα|[Κκ]ύριο[ςνυ]|[Κκ]υρία[ςν]?|[Μμ]ε λένε|[Οο]νομάζομαι) (?P<name>{_GREEK}(?: {_GREEK}){{0,2}})(?!\w)",
        rf"(?P<name>[{_SURNAMES}]{_HAN}{{0,2}}?)(?:先生|女士|小姐|太太|同学|同志)(?!们)",
        rf"(?:我叫|我的名字是|姓名[:：]\s?|我名叫)(?P<name>[{_SURNAMES}]{_HAN}{{1,2}})",
        rf"(?<![\u4e00-\u9fff\u30a0-\u30ffお御])(?P<name>{_HAN}{{1,4}}(?:[ \u3000]?{_HAN}{{1,3}})?|[\u30a1-\u30ff・]{{2,14}})[ \u3000]?(?:さん|様|さま|氏|くん|ちゃん|殿)(?=[^\u3041-\u309f\u4e00-\u9fff]|[がはのにかとをもへでやよねだ]|$)",
        rf"(?:私の名前は|名前は|と申します。|氏名[:：]\s?)(?P<name>{_HAN}{{2,4}}(?:[ \u3000]{_HAN}{{1,3}})?)(?=です|と|、|。|\s|$)",
        rf"(?P<name>(?<![\u4e00-\u9fff\u3041-\u309f]){_HAN}{{2,5}})(?=と申します)",
        rf"(?<![가-힣])(?P<name>{_HANGUL})(?= ?(?:씨|님|고객님|선생님|과장님|부장님|대리님)(?![가-힣]{{3}}))",
        rf"(?:제 이름은|저는|이름:|성함은|성명:) ?(?P<name>{_HANGUL})(?=입니다|이고|이에요|예요|[ ,.]|$)",
        rf"(?<![\u0621-\u064a])(?:السيدة?|الأستاذة?|الدكتورة?|الآنسة|المهندسة?|اسمي) (?P<name>(?:عبد )?{_ARABIC}(?: (?:بن |بنت |أبو |آل )?{_ARABIC})?)(?![\u0621-\u064a])",
        rf"(?<![\u05d0-\u05ea])(?:מר|גב['\u05f3]|גברת|ד\"ר|קוראים לי) (?P<name>{_HEBREW})(?![\u05d0-\u05ea])",
        rf"(?<![\u05d0-\u05ea])שמי (?P<name>{_HEBREW}(?: {_HEBREW})?)(?![\u05d0-\u05ea])",
    )
)
_NO_NAMES: Final = frozenset(
    ("皆", "客", "奥", "神", "王", "仕", "多", "同", "模", "有", "異", "各位", "担当者", "関係者", "業者", "店員", "患者", "医者", "母", "父", "姉", "兄",
     "娘", "息子", "隣", "お客", "利用者", "ユーザー", "カスタマー", "スタッフ", "購入者", "当社", "弊社", "御社", "貴社", "株式会社", "学生", "看護師",
     "고객", "회원", "선생", "사장", "이용자", "구매자", "신청자", "담당자", "관리자", "기사", "원장", "소장", "주인", "성도", "공주", "조합원",
     "于是", "高等", "方便", "金额", "石油", "马上", "任何", "何时", "田中先")
)  # fmt: skip
"""Roles and words that honorifics follow as well."""
_ROLES: Final = "者員客屋店課"
"""Last characters of other such words."""


def named(text: str) -> Iterator[Finding]:
    """PERSON findings; nothing for a text in Latin letters."""
    if text.isascii() or _BEYOND_LATIN.search(text) is None:
        return
    for pattern in _NAMES:
        for match in pattern.finditer(text):
            name = match["name"]
            if name not in _NO_NAMES and name[-1] not in _ROLES:
                yield Finding(*match.span("name"), "PERSON", _SCORE, "script")
