"""spaCy's token vectors (MultiHashEmbed, MaxoutWindowEncoder) computed at once: the same weights, a third of the time of layer by layer.

It trains nothing and tokenizes nothing. Any other architecture is for thinc itself to run (``read`` gives ``None``).

For short texts the network's products are cheap; what costs is thinc's way from layer to layer, which is made for training.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

Floats: TypeAlias = Any
"""A matrix of 32-bit floats."""

_NORM, _BLOCK = "maxout>>layernorm>>dropout", "residual(expand_window>>maxout>>layernorm>>dropout)"
_KNOWN = re.compile(
    r"extract_features>>list2ragged>>with_array\((?:ints-getitem>>hashembed\|?)+\)"
    rf">>with_array\({re.escape(_NORM)}\)>>ragged2list>>with_array\({re.escape(_BLOCK)}(?:>>{re.escape(_BLOCK)})*\)"
    r">>list2array>>linear"
)
_EPSILON = 1e-8
"""Added to a variance, as thinc does."""


class _Maxout(NamedTuple):
    """A maxout layer and the normalisation behind it. Pieces lie one block after the other: their largest is found a row at a time."""

    weights: Floats
    bias: Floats
    pieces: int
    width: int
    scale: Floats
    shift: Floats

    def of(self, rows: Floats) -> Floats:
        """``rows``: one per token."""
        found = rows @ self.weights
        found += self.bias
        best = found[:, : self.width]
        for piece in range(1, self.pieces):
            best = np.maximum(best, found[:, piece * self.width : (piece + 1) * self.width])
        best = best - np.add.reduce(best, axis=1, keepdims=True) / self.width
        variance = np.add.reduce(best * best, axis=1, keepdims=True) / self.width
        best *= (variance + _EPSILON) ** -0.5
        best *= self.scale
        best += self.shift
        return best


class Vectors:
    """Made by ``read``."""

    def __init__(self, model: Any) -> None:
        """``model``: a tok2vec of the architecture ``_KNOWN`` says."""
        layers = list(model.walk(order="dfs_pre"))
        by_name = [(layer.name, layer) for layer in layers]
        self._columns = next(layer.attrs["columns"] for name, layer in by_name if name == "extract_features")
        self._ops = model.ops
        self._tables = [(layer.get_param("E"), layer.attrs["seed"]) for name, layer in by_name if name == "hashembed"]
        maxouts = [layer for name, layer in by_name if name == "maxout"]
        norms = [layer for name, layer in by_name if name == "layernorm"]
        first, *rest = (_maxout(maxout, norm) for maxout, norm in zip(maxouts, norms, strict=True))
        self._mixer, self._encoder = first, rest
        linear = next(layer for name, layer in by_name if name == "linear")
        self._weights, self._bias = np.ascontiguousarray(linear.get_param("W").T), linear.get_param("b")

    def of(self, docs: Sequence[Any]) -> Floats:
        """A row for each token of all ``docs``, one doc after the other."""
        ids = np.concatenate([doc.to_array(self._columns) for doc in docs])
        mixed = self._mixer.of(np.concatenate([self._embedded(ids, n) for n in range(len(self._tables))], axis=1))
        # Between two texts stand as many empty rows as the window reaches in all layers: none sees another's tokens.
        apart, width = len(self._encoder), self._mixer.width
        lengths = [len(doc) for doc in docs]
        rows = np.zeros((sum(lengths) + apart * (len(docs) + 1), width), dtype=np.float32)
        places, at, start = [], 0, apart
        for length in lengths:
            rows[start : start + length] = mixed[at : at + length]
            places.append((start, start + length))
            at, start = at + length, start + length + apart
        for layer in self._encoder:
            window = np.zeros((len(rows), 3 * width), dtype=np.float32)
            window[1:, :width] = rows[:-1]
            window[:, width : 2 * width] = rows
            window[:-1, 2 * width :] = rows[1:]
            rows += layer.of(window)
        encoded = np.concatenate([rows[start:end] for start, end in places])
        return encoded @ self._weights + self._bias

    def _embedded(self, ids: Any, number: int) -> Floats:
        table, seed = self._tables[number]
        return self._ops.gather_add(table, self._ops.hash(np.ascontiguousarray(ids[:, number]), seed) % len(table))


def _maxout(maxout: Any, norm: Any) -> _Maxout:
    weights, bias = maxout.get_param("W"), maxout.get_param("b")
    width, pieces, inputs = weights.shape
    blocks = np.ascontiguousarray(weights.transpose(1, 0, 2).reshape(pieces * width, inputs).T)
    return _Maxout(blocks, bias.T.reshape(-1).copy(), pieces, width, norm.get_param("G"), norm.get_param("b"))


def read(model: Any) -> Vectors | None:
    """``model``: the pipe's tok2vec. ``None`` for one of another architecture, or with another window."""
    if _KNOWN.fullmatch(model.name) is None:
        return None
    windows = {layer.attrs["window_size"] for layer in model.walk() if layer.name == "expand_window"}
    return Vectors(model) if windows == {1} else None
