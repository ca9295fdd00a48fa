"""What a text itself says of its names, after the models have read it: titles, initials, the same name elsewhere, written addresses.

It reads no model; engines agree in ``names``. Everything here is cheap: no search runs over a text that has nothing of its kind.

1. A capitalised word after a title is a name ("Herr Weiß"), unless a model is needed to tell ("Dr" is a street in Florida).
2. An initial before a name belongs to it ("R. Baker").
3. A name found with certainty is found wherever else its words stand in the same text ("Maria Gonzalez … Gonzalez said").
4. Who speaks in a chat, where somebody speaks twice, is a person if the model thinks it possible: roles ("Agent") it thinks impossible.
5. A capitalised word beside a name belongs to it if the model thinks it possible ("Signe Mortensen"), and a value of nothing but two or
   three such words is a name.
6. A greeting or an article before a name is none of it ("Beste Daan", "The Bergmann").
7. Who says what they are called is called so ("my name is Ana", "Hi, this is Test User.").
8. "PO Box 411", "Denver, CO 80270", "zip 80214", "C/ Olmo 8" are addresses; "Apt 8B", "Flat 1" beside one belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from sidecar.redaction.findings import Finding
from sidecar.redaction.scripts import named

CERTAIN: Final = 0.9
"""Least score of a name that is looked for elsewhere in its text."""
_TITLED_SCORE: Final = 0.75
_FOUND_AGAIN: Final = 0.8
_SPEAKER_SCORE: Final = 0.6
_SHORTEST: Final = 3
_LONGEST_TEXT: Final = 8192
"""Characters a name is looked for in: names of one place in a long log say nothing of another."""

_BARE_SCORE: Final = 0.5
_LONGEST_BARE: Final = 60
_POSSIBLE_BESIDE: Final = 0.02
_POSSIBLE_PART: Final = 0.03
_POSSIBLE_WHOLE: Final = 0.15
"""Of the words' probabilities, summed. Of 38 bare names from 18 countries that were missed it finds 14, of 50 products and stages none."""
_CAPITALISED = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]+(?:['\u2019-][^\W\d_]+)*")
_BARE_NAME = re.compile(r"[^\W\d_a-z][^\W\d_]+(?: [^\W\d_a-z][^\W\d_]+){1,2}")

_NAME = r"(?:[A-Z\u00c0-\u00de][\w\u00c0-\u017f]*(?:['\u2019-]\w+)*)"
_TITLE = re.compile(
    r"(?<![\w.-])(?:Mr|Mrs|Ms|Miss|Mx|Prof|Herr|Herrn|Frau|Sra|Srta|Señora?|Señorita|Senhora?|Monsieur|Madame|Mademoiselle|Mme|Mlle"
    r"|[Ss]ig|[Ss]ig\.ra|[Ss]ignora?|[Dd]hr|[Mm]evr|[Mm]evrouw|[Mm]eneer|[Dd]ott|[Dd]ott\.ssa|Pani|Fru)(?:\.[ \u00a0]?|[ \u00a0])"
    rf"(?P<name>{_NAME}(?: (?:(?:de|da|di|do|dos|van|von|der|den|del|la|le|el|al|bin|zu) ){{0,2}}{_NAME}){{0,2}})(?!\w)"
)
_INTRODUCED = re.compile(
    r"(?<!\w)(?:"
    r"(?:[Hh]i|[Hh]ello|[Hh]ey|[Hh]allo|[Gg]ood (?:morning|afternoon|evening)|[Gg]uten (?:Tag|Morgen|Abend))(?: (?:there|all|everyone))?[,!.]? "
    r"(?:[Tt]his is|I am|I['\u2019]m|[Hh]ier (?:ist|spricht)|[Ii]ch bin)"
    r"(?= [^\W\d_]+ [^\W\d_]+(?:['\u2019-]\w+)*(?:[.,!;]| (?:here|from|calling|speaking)\b))"
    r"|[Mm]y (?:full )?name is|[Mm]ein Name ist|[Ii]ch heiße|[Jj]e m['\u2019]appelle|[Mm]on nom est|[Mm]e llamo|[Mm]i nombre es|[Mm]e chamo"
    rf"|[Mm]eu nome é|[Mm]i chiamo|[Ii]l mio nome è) (?P<name>{_NAME}(?: {_NAME}){{0,2}})(?!\w)"
)
_DESK = re.compile(
    r"\b(?:[Tt]eam|[Ss]upport|[Ss]ales|[Ss]ervices?|[Dd]esk|[Cc]ustomer|[Cc]are|[Oo]ffice|[Dd]epartment|The|Your|Our|Very|So|Not|Incorrect|Wrong)\b"
)
_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|thanks|hallo|moin|servus|lieber?|beste|bonjour|salut|ch[eè]re?|hola|oye|querid[oa]|estimad[oa]|ciao"
    r"|ol[áa]|oi|prezad[oa]|hoi|tag|omg|bday|the|der|die|and|und|et|y|e) (?=[^\W\d_])",
    re.IGNORECASE,
)
_INITIALS_BEFORE = re.compile(r"(?<!\w)(?:[A-Z\u00c0-\u00de]\.[ \u00a0]?){1,3}$")
_SIGNED = re.compile(
    rf"(?P<quote>[\"'\u201c\u201e\u00ab>(])?(?<![\w.])(?P<name>[A-Z]\. ?{_NAME})(?=[\"'\u201d\u201c\u00bb<\s,.;)]|$)"
)
_SPEAKER = re.compile(
    r"^(?:\[[^\]\n]{1,24}\][ \t]*)?(?P<name>[^\W\d_]{2,20}(?: [^\W\d_]{2,20})?)[ \u00a0]?:(?=[ \t])", re.MULTILINE
)
_LETTERS = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_ALSO_WORDS: Final = frozenset(
    ("will", "mark", "may", "april", "june", "august", "hope", "grace", "joy", "faith", "rose", "bill", "jack", "rob", "dean", "art", "frank",
     "max", "pat", "sue", "don", "ray", "guy", "chase", "grant", "miles", "dawn", "ivy", "penny", "ruby", "amber", "crystal", "summer",
     "autumn", "young", "long", "park", "stone", "baker", "carter", "cook", "king", "hill", "wood", "brown", "black", "white", "green",
     "gray", "grey", "gold", "silver", "little", "small", "short", "strong", "sharp", "best", "good", "west", "east", "north", "south", "day",
     "weeks", "page", "price", "rich", "banks", "bush", "field", "fields", "forest", "rivers", "lake", "bridges", "church", "bell",
     "ball", "cash", "case", "cross", "rice", "berry", "bean", "fish", "fox", "wolf", "lamb", "bird", "drake", "swan", "house",
     "hall", "castle", "mason", "hunter", "fisher", "shepherd", "miller", "smith", "taylor", "porter", "cooper", "parker", "walker", "major",
     "sales", "team", "support", "van", "von", "der", "den", "del", "las", "los", "des", "dos", "von", "mai", "weiß", "klein", "groß", "kurz")
)  # fmt: skip
"""Names that are words: looked for again only in the very same letters."""
_STATES = "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|PR|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]"
_ADDRESS = re.compile(
    r"(?P<box>(?<!\w)(?:P\.? ?O\.? ?Box|Postfach|Apartado|Casilla|Boîte postale|Postbus|Skr\. poczt\.)[ \u00a0]\d{1,6}(?!\w))"
    rf"|(?<![\w-])[A-Z][\w'\u2019.-]{{1,24}}(?: [A-Z][\w'\u2019.-]{{1,24}}){{0,2}},? (?:{_STATES}) \d{{5}}(?:-\d{{4}})?(?![\w-])"
    r"|(?i:(?<!\w)(?:zip|zip ?code|postcode|postal code|postleitzahl|código postal|code postal)[ :=]{1,3})(?P<zip>\d{5}(?:-\d{3,4})?)(?!\w|[.-]\d)"
    r"|(?<!\w)(?:C/|Avda?\.|ul\.|al\.|pl\.) ?[A-Z\u00c0-\u017f]\w{1,24}(?: (?:de|la|las|los|del|da|do|dos|y|e|[A-Z\u00c0-\u017f]\w{0,24})){0,5},? "
    r"(?:n\.?º ?)?\d{1,4}(?:[/-]?\d{0,3}[A-Za-z]?)(?!\w)"
)
_MAY_BE_ADDRESS = re.compile(r"\d")
_UNIT = r"(?:Apt|Apartment|Unit|Suite|Ste|Flat|Room|Rm|Floor|Fl|Bldg|Wohnung|Whg|piso|Esc|m)\.? ?#?(?:\d{1,4}[A-Za-z]?|[A-Z]\d{0,3})(?!\w)"
_UNIT_AFTER = re.compile(
    rf"[, ]{{1,2}}{_UNIT}|[, ]{{1,2}}#\d{{1,4}}[A-Za-z]?(?!\w)|[, ]{{1,2}}\d{{1,2}}\.?º(?: (?:Esq|Dir|Dto|Izq|Dcha)\.?)?"
)
_UNIT_BEFORE = re.compile(rf"(?<!\w){_UNIT},? $|(?<!\w)(?:C/|ul\.|al\.|Avda?\.) ?$")


class Weighed(Protocol):
    """A word a model thinks may be of a name or address, and how much it thinks so."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def score(self) -> float: ...


def complete(text: str, found: Sequence[Finding], possible: Sequence[Weighed] = ()) -> list[Finding]:
    """``found`` and what follows from it, the text, and what a model thinks possible."""
    if len(text) <= _LONGEST_BARE and _BARE_NAME.fullmatch(text):
        return _bare(text, found, possible)
    grown = [_with_neighbours(text, finding) for finding in found]
    if possible:
        grown = [_lengthened(text, finding, possible) for finding in grown]
    grown += _titled(text, possible)
    grown += _written_addresses(text)
    grown += named(text)
    grown += _speakers(text, grown, possible)
    return [*grown, *_again(text, grown)]


def _bare(text: str, found: Sequence[Finding], possible: Sequence[Weighed]) -> list[Finding]:
    """Of a value that is two or three capitalised words."""
    scores = [word.score for word in possible if word.kind == "PERSON"]
    is_whole = len(scores) == text.count(" ") + 1 and min(scores) >= _POSSIBLE_PART and sum(scores) >= _POSSIBLE_WHOLE
    if any(finding.entity == "LOCATION" for finding in found):
        return list(found)
    if found and max(found).end == len(text) and max(finding.score for finding in found) >= CERTAIN:
        is_whole = is_whole or text.count(" ") == 1  # a surname and what stands before it
    if is_whole:
        return [Finding(0, len(text), "PERSON", max((_BARE_SCORE, *(finding.score for finding in found))), "bare")]
    return list(found)


def _lengthened(text: str, finding: Finding, possible: Sequence[Weighed]) -> Finding:
    if finding.entity != "PERSON" or finding.score < _BARE_SCORE:
        return finding
    start, end = finding.start, finding.end
    for word in possible:
        if word.score < _POSSIBLE_BESIDE or not _CAPITALISED.fullmatch(text, word.start, word.end):
            continue
        if word.end == start - 1 and text[word.end] == " ":
            start = word.start
        elif word.start == end + 1 and text[end] == " ":
            end = word.end
    return finding if (start, end) == finding[:2] else finding._replace(start=start, end=end)


def _with_neighbours(text: str, finding: Finding) -> Finding:
    if finding.entity == "PERSON":
        greeting = _GREETING.match(text, finding.start, finding.end)
        if greeting:
            return finding._replace(start=greeting.end())
        if text[finding.start - 2 : finding.start - 1] == "." or text[finding.start - 1 : finding.start] == ".":
            initials = _INITIALS_BEFORE.search(text, max(0, finding.start - 12), finding.start)
            if initials:
                return finding._replace(start=initials.start())
        return finding
    after = _UNIT_AFTER.match(text, finding.end)
    before = _UNIT_BEFORE.search(text, max(0, finding.start - 16), finding.start)
    if after is None and before is None:
        return finding
    return finding._replace(
        start=before.start() if before else finding.start,
        end=after.end() if after else finding.end,
    )


def _titled(text: str, possible: Sequence[Weighed]) -> Iterator[Finding]:
    for match in _TITLE.finditer(text):
        yield Finding(*match.span("name"), "PERSON", _TITLED_SCORE, "title")
    for match in _INTRODUCED.finditer(text):
        if _DESK.search(match["name"]) is None:
            yield Finding(*match.span("name"), "PERSON", _TITLED_SCORE, "title")
    if ". " in text:
        for match in _SIGNED.finditer(text):
            start, end = match.span("name")  # "plan B. Then" looks the same
            if match["quote"] or any(start < word.start < end and word.score >= _POSSIBLE_BESIDE for word in possible):
                yield Finding(start, end, "PERSON", _TITLED_SCORE, "title")


def _written_addresses(text: str) -> Iterator[Finding]:
    if _MAY_BE_ADDRESS.search(text) is None:
        return
    for match in _ADDRESS.finditer(text):
        yield Finding(*match.span("zip" if match["zip"] else 0), "LOCATION", _TITLED_SCORE, "address")


def _speakers(text: str, found: Sequence[Finding], possible: Sequence[Weighed]) -> list[Finding]:
    if text.count(":") < 3 or "\n" not in text:  # noqa: PLR2004  one of two speaks twice
        return []
    starts = {finding.start for finding in found if finding.entity == "PERSON"}
    places = starts.union(word.start for word in possible)
    spoke: dict[str, list[tuple[int, int]]] = {}
    for match in _SPEAKER.finditer(text):
        spoke.setdefault(match["name"], []).append(match.span("name"))
    if all(len(turns) == 1 for turns in spoke.values()):
        return []  # a form
    persons = (turns for turns in spoke.values() if any(start in places for start, _ in turns))
    return [
        Finding(*span, "PERSON", _SPEAKER_SCORE, "speaker")
        for turns in persons
        for span in turns
        if span[0] not in starts
    ]


def _again(text: str, found: Sequence[Finding]) -> Iterator[Finding]:
    """Places of the words of certain names that nothing covers yet."""
    spellings = _spellings(text, found) if len(text) <= _LONGEST_TEXT else set()
    if not spellings:
        return
    covered = sorted((finding.start, finding.end) for finding in found)
    at = 0
    for match in _LETTERS.finditer(text):
        if match.group() not in spellings:
            continue
        while at < len(covered) and covered[at][1] <= match.start():
            at += 1
        is_free = at == len(covered) or covered[at][0] > match.start()
        if is_free and not _is_a_word_of_something_else(text, *match.span()):
            yield Finding(*match.span(), "PERSON", _FOUND_AGAIN, "again")


def _spellings(text: str, found: Sequence[Finding]) -> set[str]:
    """How the words of certain names may be written elsewhere."""
    wanted: set[str] = set()
    for finding in found:
        if finding.entity == "PERSON" and finding.score >= CERTAIN:
            words = _LETTERS.findall(text[finding.start : finding.end])
            is_cased = any(word[0].isupper() for word in words)  # "von" and "oye" beside a written name are none
            wanted.update(
                word
                for word in words
                if len(word) >= _SHORTEST and (word[0].isupper() if is_cased else word not in _ALSO_WORDS)
            )
    for word in [word for word in wanted if word.lower() not in _ALSO_WORDS]:
        wanted |= {word.lower(), word.upper(), word.capitalize()}
    return wanted


def _is_a_word_of_something_else(text: str, start: int, end: int) -> bool:
    """A part of an address, a path, an identifier or a longer capitalised phrase ("Charlotte Bakery")."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if (
        before in {"_", "/", "\\", "@", ".", "#", "-"}
        or after in {"_", "/", "\\", "@", "-"}
        or after.isdigit()
        or before.isdigit()
    ):
        return True
    if after == "." and text[end + 1 : end + 2].isalnum():
        return True
    return text[end : end + 1] == " " and text[end + 1 : end + 2].isupper() and text[end + 2 : end + 3].isalpha()
