"""spaCy's entity recognizer, run without its transition machine: the same weights, the same answers, a quarter of the time.

It reads no model file and knows no entity. What it relies on is checked: another architecture is for spaCy itself to run.

The machine moves over a text token by token, but while no entity is open what it does next depends on the token alone, not on what it did
before: so the moves of all tokens of all texts are scored at once, and only inside an entity, where nothing but "go on" or "end" is left,
one by one. Matrices are multiplied by numpy, which is three times as fast at it as spaCy's default.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from thinc.api import NumpyOps

from sidecar.redaction.recognizers import _vectors

_FEATURES = 3
"""What a move looks at: the token, the open entity's first token, the token before."""

TokenSpan: TypeAlias = tuple[int, int, str]
"""First token, the one after the last, label."""


class _Products(NumpyOps):  # type: ignore[misc]
    name = "numpy"

    def gemm(self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False) -> Any:
        return np.matmul(x.T if trans1 else x, y.T if trans2 else y, out=out)


def is_known(ner: Any) -> bool:
    """Whether the pipe is of the architecture this module runs: greedy, three features, an upper layer, a tok2vec of its own."""
    model = ner.model
    return (
        model.attrs.get("has_upper") is True
        and not model.attrs.get("unseen_classes")
        and ner.cfg.get("beam_width") == 1
        and model.get_ref("lower").get_param("W").shape[0] == _FEATURES
        and not any("listener" in layer.name for layer in model.walk())
    )


class Greedy:
    """``ner``: the pipe of a loaded pipeline, ``is_known``."""

    def __init__(self, ner: Any) -> None:
        model = ner.model
        products = _Products()
        for layer in model.walk():
            layer.ops = products
        layers = model.get_ref("tok2vec")
        at_once = _vectors.read(layers)
        self._vectors: Callable[[Sequence[Any]], Any] = layers.predict if at_once is None else at_once.of
        lower, upper = model.get_ref("lower"), model.get_ref("upper")
        weights = lower.get_param("W")
        self._shape = weights.shape[1:3]
        self._lower = np.ascontiguousarray(weights.reshape(-1, weights.shape[3]).T)
        pad = lower.get_param("pad")[0]
        self._bias = lower.get_param("b") + pad[1] + pad[2]
        self._open_bias = lower.get_param("b")
        self._upper, self._upper_bias = upper.get_param("W"), upper.get_param("b")
        names = [str(ner.moves.get_class_name(n)) for n in range(ner.moves.n_moves)]
        self._labels = [name.partition("-")[2] for name in names]
        self._kinds = [name[0] for name in names]
        self._begins = np.array([name[0] == "B" and len(name) > 1 for name in names])
        self._outside = names.index("O")
        closed = [n for n, name in enumerate(names) if name == "O" or (name[0] in "BU" and self._labels[n])]
        self._closed = np.array([n in closed for n in range(len(names))])
        self._inside = {
            label: (names.index(f"I-{label}"), names.index(f"L-{label}")) for label in set(self._labels) - {""}
        }

    def entities(self, docs: Sequence[Any]) -> list[list[TokenSpan]]:
        """Of each tokenized text. To be used in the vocabulary's memory zone."""
        if not any(map(len, docs)):
            return [[] for _ in docs]
        seen = (self._vectors(docs) @ self._lower).reshape(-1, _FEATURES, *self._shape)
        hidden = _largest(seen[:, 0] + self._bias)
        scores = hidden @ self._upper.T + self._upper_bias
        scores[:, ~self._closed] = -np.inf
        ends = np.cumsum([len(doc) for doc in docs])
        lasts = [end - 1 for end, doc in zip(ends, docs, strict=True) if len(doc)]
        scores[np.ix_(lasts, np.flatnonzero(self._begins))] = -np.inf  # an entity of two cannot begin at the end
        moves = scores.argmax(axis=1)
        found = []
        for doc, end in zip(docs, ends, strict=True):
            start = end - len(doc)
            starts = (np.flatnonzero(moves[start:end] != self._outside)).tolist()
            found.append(list(self._read(doc, starts, moves[start:end], seen[start:end])) if starts else [])
        return found

    def _read(self, doc: Any, starts: Sequence[int], moves: Any, seen: Any) -> Iterator[TokenSpan]:
        at = 0
        for start in starts:
            if start < at or doc[start].is_space:
                continue  # within an entity; or blank, which cannot be one's start
            label = self._labels[moves[start]]
            at = start + 1 if self._kinds[moves[start]] == "U" else self._end(label, start, seen)
            yield start, at, label

    def _end(self, label: str, start: int, seen: Any) -> int:
        """The token after the last of the entity that begins at ``start``."""
        on, last = self._inside[label]
        upper, bias = self._upper[[on, last]], self._upper_bias[[on, last]]
        base = seen[start, 1] + self._open_bias
        for at in range(start + 1, len(seen) - 1):
            hidden = _largest(seen[at, 0] + base + seen[at - 1, 2])
            goes_on, ends = upper @ hidden + bias
            if ends > goes_on or (ends == goes_on and last < on):
                return at + 1
        return len(seen)


def _largest(pieces: Any) -> Any:
    """Over the last axis, which is short: numpy's own ``max`` is ten times slower there."""
    best = pieces[..., 0]
    for n in range(1, pieces.shape[-1]):
        best = np.maximum(best, pieces[..., n])
    return best
