"""spaCy's token vectors (MultiHashEmbed, MaxoutWindowEncoder) computed at once: the same weights, a third of the time of layer by layer.

It trains nothing and tokenizes nothing. Another architecture it does not compute (``is_known``).

For short texts the network's products are cheap; what costs is thinc's way from layer to layer, which is made for training. And what a word
is before it meets its neighbours, and what it adds to theirs in the first layer, depends on the word alone: of known words it is looked up.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from spacy.attrs import intify_attr

from sidecar.redaction.recognizers._words import TOLD, Tokens

Floats: TypeAlias = Any
"""A matrix of 32-bit floats."""

_NORM, _BLOCK = "maxout>>layernorm>>dropout", "residual(expand_window>>maxout>>layernorm>>dropout)"
_KNOWN = re.compile(
    r"extract_features>>list2ragged>>with_array\((?:ints-getitem>>hashembed\|?)+\)"
    rf">>with_array\({re.escape(_NORM)}\)>>ragged2list>>with_array\({re.escape(_BLOCK)}(?:>>{re.escape(_BLOCK)})*\)"
    r">>list2array>>linear"
)
_EPSILON = np.float32(1e-8)
"""Added to a variance, as thinc does."""
_HASHES = 4
"""Rows of its table that a hash embedding sums."""
_WINDOW = 3
"""A token and those beside it."""


class _Maxout(NamedTuple):
    """A maxout layer and the normalisation behind it. Pieces lie one block after the other: their largest is found a row at a time."""

    weights: Floats
    """The last row is what is added to each product."""
    pieces: int
    width: int
    apart: Floats
    """Takes from each of a row's numbers the mean of all."""
    mean: Floats
    scale: Floats

    def of(self, found: Floats) -> Floats:
        """``found``: products of inputs and weights, a row for each token. All but the shift behind."""
        width = self.width
        best = np.maximum(found[:, :width], found[:, width : 2 * width])
        for piece in range(2, self.pieces):
            np.maximum(best, found[:, piece * width : (piece + 1) * width], out=best)
        best = best @ self.apart
        spread = (best * best) @ self.mean
        spread += _EPSILON
        best /= np.sqrt(spread, out=spread)
        best *= self.scale
        return best


class Vectors:
    """``model``: a pipe's tok2vec, ``is_known``."""

    def __init__(self, model: Any) -> None:
        self.columns = _columns(model)
        """Attributes of a word it looks at."""
        layers = list(model.walk(order="dfs_pre"))
        self._ops = model.ops
        maxouts = [layer for layer in layers if layer.name == "maxout"]
        norms = [layer for layer in layers if layer.name == "layernorm"]
        mixer, first, *rest = map(_maxout, maxouts, norms)
        shifts = [norm.get_param("b") for norm in norms]
        self._mixer, self._shift = mixer, shifts[0]
        tables = [layer for layer in layers if layer.name == "hashembed"]
        # A row of each table as the mixer weighs it: what stands for a word are sums of those.
        blocks = np.split(mixer.weights[:-1], len(tables))
        self._table = np.concatenate([one.get_param("E") @ block for one, block in zip(tables, blocks, strict=True)])
        sizes = [len(one.get_param("E")) for one in tables]
        self._seeds = [one.attrs["seed"] for one in tables]
        self._sizes = np.repeat(np.array(sizes, np.uint32), _HASHES)
        self._starts = np.repeat(np.cumsum([0, *sizes[:-1]], dtype=np.uint32), _HASHES)
        # What a word adds in the first layer to the token after it, to its own and to the one before it.
        self._width = width = first.width
        self._first = first
        self._reach = np.concatenate([first.weights[n * width : (n + 1) * width] for n in range(_WINDOW)], axis=1)
        # Each layer's shift goes into the bias of the next, for every row has had it.
        self._rest = []
        shift = np.zeros(width, np.float32)
        for layer, own in zip(rest, shifts[1:], strict=False):
            shift = shift + own
            layer.weights[-1] += np.tile(shift, _WINDOW) @ layer.weights[:-1]
            self._rest.append(layer)
        linear = next(layer for layer in layers if layer.name == "linear")
        self._weights = np.ascontiguousarray(linear.get_param("W").T)
        self._bias = linear.get_param("b") + (shift + shifts[-1]) @ self._weights
        self._known = np.zeros((1, width), np.float32)
        self._known_reach = np.zeros((1, self._reach.shape[1]), np.float32)
        """Of no word, then of the known ones."""
        high = first.pieces * width
        self._known_reach[0, high : 2 * high] = first.weights[-1]

    def learn(self, known: Any) -> None:
        """``known``: a row of attributes for each word that is looked up from now on."""
        mixed = self._mixed(known)
        self._known = np.concatenate((self._known[:1], mixed))
        self._known_reach = np.concatenate((self._known_reach[:1], self._reached(mixed)))

    def of(self, tokens: Tokens) -> Floats:
        """A row for each token of all texts, one text after the other."""
        # Between two texts, and around all, stand as many empty rows as the window reaches in all layers: none sees another's tokens.
        # Each layer leaves off the outermost two.
        apart, lengths = 1 + len(self._rest), tokens.lengths
        words = np.zeros(len(tokens.words) + apart * (len(lengths) + 1), np.intp)
        places = None
        if len(lengths) == 1:
            words[apart:-apart] = tokens.words
        else:
            places = np.arange(len(tokens.words)) + np.repeat(np.arange(1, len(lengths) + 1) * apart, lengths)
            words[places] = tokens.words
        rows = self._known.take(words, axis=0, mode="clip")
        reach = self._known_reach.take(words, axis=0, mode="clip")
        if len(tokens.new):
            own = self._mixed(tokens.new)
            new = (words >= len(self._known)).nonzero()[0]
            which = words[new] - len(self._known)
            rows[new] = own[which]
            reach[new] = self._reached(own)[which]
        high = self._first.pieces * self._width
        found = reach[:-2, :high] + reach[1:-1, high : 2 * high]
        found += reach[2:, 2 * high :]
        rows = rows[1:-1] + self._first.of(found)
        one = np.ones((len(rows), 1), np.float32)
        for layer in self._rest:
            window = np.concatenate((rows[:-2], rows[1:-1], rows[2:], one[2:]), axis=1)
            one = one[2:]
            rows = rows[1:-1] + layer.of(window @ layer.weights)
        if places is not None:
            rows = rows[places - apart]
        return rows @ self._weights + self._bias

    def _mixed(self, ids: Any) -> Floats:
        """A row for each row of attributes."""
        columns = np.ascontiguousarray(ids.T)
        hashes = [self._ops.hash(column, seed) for column, seed in zip(columns, self._seeds, strict=True)]
        found = self._ops.gather_add(self._table, np.concatenate(hashes, axis=1) % self._sizes + self._starts)
        found += self._mixer.weights[-1]
        return self._mixer.of(found) + self._shift

    def _reached(self, mixed: Floats) -> Floats:
        reach = mixed @ self._reach
        high = self._first.pieces * self._width
        reach[:, high : 2 * high] += self._first.weights[-1]
        return reach


def _maxout(maxout: Any, norm: Any) -> _Maxout:
    weights, bias = maxout.get_param("W"), maxout.get_param("b")
    width, pieces, inputs = weights.shape
    blocks = weights.transpose(1, 0, 2).reshape(pieces * width, inputs).T
    mean = np.full((width, 1), 1 / width, np.float32)
    return _Maxout(
        np.concatenate((blocks, bias.T.reshape(1, -1))),
        pieces,
        width,
        np.eye(width, dtype=np.float32) - mean,
        mean,
        norm.get_param("G"),
    )


def is_known(model: Any) -> bool:
    """Whether a pipe's tok2vec is of the architecture this module computes, with its window, and looks at nothing but the words."""
    if _KNOWN.fullmatch(model.name) is None:
        return False
    windows = {layer.attrs["window_size"] for layer in model.walk() if layer.name == "expand_window"}
    return windows == {1} and TOLD.issuperset(_columns(model))


def _columns(model: Any) -> tuple[int, ...]:
    columns = next(layer.attrs["columns"] for layer in model.walk() if layer.name == "extract_features")
    return tuple(intify_attr(column) for column in columns)
