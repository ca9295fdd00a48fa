"""spaCy's entity recognizer, run without its transition machine: the same weights, the same answers, a quarter of the time.

It reads no model file and knows no entity. What it relies on is checked: another architecture is for spaCy itself to run.

The machine moves over a text token by token, but while no entity is open what it does next depends on the token alone, not on what it did
before: so the moves of all tokens of all texts are scored at once, and only inside an entity, where nothing but "go on" or "end" is left,
some at a time. Matrices are multiplied by numpy, which is three times as fast at it as spaCy's default.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, Final, TypeAlias

import numpy as np

from sidecar.redaction.recognizers import _vectors
from sidecar.redaction.recognizers._words import Tokens

_FEATURES: Final = 3
"""What a move looks at: the token, the open entity's first token, the token before."""
_AHEAD: Final = 4
"""Tokens of an open entity that are scored at once: most have fewer."""

TokenSpan: TypeAlias = tuple[int, int, str]
"""First token, the one after the last, label."""


def is_known(ner: Any) -> bool:
    """Whether the pipe is of the architecture this module runs: greedy, three features, an upper layer, a tok2vec of its own and known."""
    model = ner.model
    return (
        model.attrs.get("has_upper") is True
        and not model.attrs.get("unseen_classes")
        and ner.cfg.get("beam_width") == 1
        and model.get_ref("lower").get_param("W").shape[0] == _FEATURES
        and not any("listener" in layer.name for layer in model.walk())
        and _vectors.is_known(model.get_ref("tok2vec"))
    )


class Greedy:
    """``ner``: the pipe of a loaded pipeline, ``is_known``."""

    def __init__(self, ner: Any) -> None:
        model = ner.model
        self.vectors: Final = _vectors.Vectors(model.get_ref("tok2vec"))
        lower, upper = model.get_ref("lower"), model.get_ref("upper")
        self._token, self._first, self._before = (_blocks(feature) for feature in lower.get_param("W"))
        self._open_bias = lower.get_param("b").T.reshape(-1)
        pads = lower.get_param("pad")[0]
        self._bias = self._open_bias + (pads[1] + pads[2]).T.reshape(-1)
        self._width = lower.get_param("b").shape[0]
        weights, bias = upper.get_param("W").T, upper.get_param("b")
        names = [str(ner.moves.get_class_name(n)) for n in range(ner.moves.n_moves)]
        labels = [name.partition("-")[2] for name in names]
        closed = [n for n, name in enumerate(names) if name == "O" or (name[0] in "BU" and labels[n])]
        self._moves = [(names[n][0], labels[n]) for n in closed]
        """While no entity is open."""
        self._outside = closed.index(names.index("O"))
        self._begins = [place for place, (kind, _) in enumerate(self._moves) if kind == "B"]
        self._closed, self._closed_bias = np.ascontiguousarray(weights[:, closed]), bias[closed]
        self._inside = {}
        for label in set(labels) - {""}:
            two = [names.index(f"I-{label}"), names.index(f"L-{label}")]
            self._inside[label] = np.ascontiguousarray(weights[:, two]), bias[two], two[1] < two[0]

    def entities(self, tokens: Tokens) -> list[list[TokenSpan]]:
        """Of each text; tokens are counted through all of them."""
        if not tokens.starts:
            return [[] for _ in tokens.lengths]
        vectors = self.vectors.of(tokens)
        seen = vectors @ self._token
        scores = self._largest(seen + self._bias) @ self._closed
        scores += self._closed_bias
        ends = list(accumulate(tokens.lengths))
        for end in ends:
            scores[end - 1, self._begins] = -np.inf  # an entity of two cannot begin at a text's end
        moves = scores.argmax(axis=1)
        starts = (moves != self._outside).nonzero()[0].tolist()
        found: list[list[TokenSpan]] = []
        at = 0
        for end in ends:
            after = bisect_left(starts, end, at)
            found.append(list(self._read(tokens, starts[at:after], moves, end, vectors, seen)))
            at = after
        return found

    def _read(
        self, tokens: Tokens, starts: Sequence[int], moves: Any, stop: int, vectors: Any, seen: Any
    ) -> Iterator[TokenSpan]:
        at = 0
        for start in starts:
            if start < at or start in tokens.blanks:
                continue  # within an entity; or blank, which cannot be one's start
            kind, label = self._moves[moves[start]]
            at = start + 1 if kind == "U" else self._end(label, start, stop, vectors, seen)
            yield start, at, label

    def _end(self, label: str, start: int, stop: int, vectors: Any, seen: Any) -> int:
        """The token after the last of the entity that begins at ``start``. ``stop``: the text's end."""
        weights, bias, is_end_first = self._inside[label]
        base = vectors[start] @ self._first
        base += self._open_bias
        for at in range(start + 1, stop - 1, _AHEAD):
            to = min(at + _AHEAD, stop - 1)
            hidden = seen[at:to] + vectors[at - 1 : to - 1] @ self._before
            hidden += base
            scores = self._largest(hidden) @ weights
            scores += bias
            for place, (goes_on, ends) in enumerate(scores.tolist(), at):
                if ends > goes_on or (is_end_first and ends == goes_on):
                    return place + 1
        return stop

    def _largest(self, pieces: Any) -> Any:
        """Of the blocks that lie side by side."""
        best = pieces[:, : self._width]
        for low in range(self._width, pieces.shape[1], self._width):
            best = np.maximum(best, pieces[:, low : low + self._width])
        return best


def _blocks(feature: Any) -> Any:
    """Weights of outputs, pieces and inputs as a matrix of inputs and outputs, one piece's behind the other's."""
    return np.ascontiguousarray(feature.transpose(1, 0, 2).reshape(-1, feature.shape[2]).T)
