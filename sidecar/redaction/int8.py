"""Builds the faster Rampart file from the shipped one: eight-bit integer arithmetic, fused layers. For `make model` and image builds.

It never runs at run time, which only looks whether the file is there (``weights``). The same input gives the same bytes.

Weights come as 4-bit blocks; here they become whole columns of -63…63 with one scale each, and what is multiplied with them is
rounded to 0…255 by the fixed ranges below.

1. 63, not 127: two products must fit 16 bits, or processors without VNNI instructions saturate and findings depend on the machine.
2. Fixed ranges, not each batch's own: else a text's findings would depend on the other texts in its batch.
3. Attention, normalisation and the classifier stay in floating point: they cost little.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from sidecar.redaction.weights import FASTER, FASTER_SHA256, SHIPPED, verified_folder

_LAYERS: Final = 6
_HEADS: Final = 12
_WIDTH: Final = 384
_LABELS: Final = 35
_EPSILON: Final = 1e-12
_WEIGHT: Final = 63
_MS: Final = "com.microsoft"
_RANGES: Final = {
    "x0": (-2.99, 7.52), "att0": (-4.41, 2.81), "y0": (-5.94, 22.32), "g0": (-0.17, 19.98),
    "x1": (-4.87, 9.04), "att1": (-2.72, 3.71), "y1": (-5.41, 26.86), "g1": (-0.17, 15.87),
    "x2": (-4.44, 7.94), "att2": (-3.05, 3.16), "y2": (-11.00, 22.33), "g2": (-0.17, 14.52),
    "x3": (-4.56, 9.57), "att3": (-2.96, 3.25), "y3": (-12.56, 22.07), "g3": (-0.17, 10.04),
    "x4": (-5.11, 10.59), "att4": (-4.11, 4.08), "y4": (-8.35, 16.73), "g4": (-0.17, 5.17),
    "x5": (-5.10, 10.07), "att5": (-4.18, 4.89), "y5": (-4.13, 17.05), "g5": (-0.17, 5.05),
}  # fmt: skip
"""Least and greatest value, over 380 generated texts in seven languages, of what each matrix is multiplied with: layer by layer the
layer's input ``x``, attention's result ``att``, the inner layer's input ``y`` and output ``g``."""


class _Graph:
    """The nodes and constants written so far."""

    def __init__(self, shipped: Any) -> None:
        self._known = {tensor.name: numpy_helper.to_array(tensor) for tensor in shipped.graph.initializer}
        self._products = {node.name: node for node in shipped.graph.node if node.op_type == "MatMulNBits"}
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def shipped(self, name: str) -> Any:
        return self._known[name]

    def weights(self, name: str) -> NDArray[np.float32]:
        """The matrix of one product, outputs by inputs."""
        node = self._products[name]
        about = {attribute.name: attribute.i for attribute in node.attribute}
        rows, columns, block = about["N"], about["K"], about["block_size"]
        packed, scales = self._known[node.input[1]], self._known[node.input[2]].reshape(rows, -1, 1)
        steps = np.stack((packed & 15, packed >> 4), axis=-1).reshape(rows, -1, block).astype(np.float32) - 8
        matrix: NDArray[np.float32] = (steps * scales).reshape(rows, -1)[:, :columns]
        return matrix

    def constant(self, name: str, value: Any) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], f"{output}:{kind}", domain=domain, **attributes))
        return output

    def embedding(self, part: str) -> tuple[str, str, str]:
        """Constants of a table of numbers 0…255: the table, its scale, its zero."""
        name = f"bert.embeddings.{part}.weight"
        kinds = ("quantized", "scale", "zero_point")
        return tuple(self.constant(f"{part}.{kind}", self._known[f"{name}_{kind}"]) for kind in kinds)  # type: ignore[return-value]

    def rounded(self, value: str) -> tuple[str, str, str]:
        """``value`` as 0…255, its scale and its zero."""
        least, greatest = _RANGES[value]
        step = np.float32((greatest - least) / 255)
        scale = self.constant(f"{value}.scale", step)
        zero = self.constant(f"{value}.zero", np.uint8(np.rint(-least / step)))
        return self.add("QuantizeLinear", (value, scale, zero), f"{value}.rounded"), scale, zero

    def matrix(self, name: str, weights: NDArray[np.float32]) -> tuple[str, str, str]:
        """Constants: ``weights`` as -63…63, inputs by outputs, the outputs' scales and zeros."""
        scales = (np.abs(weights).max(axis=1) / np.float32(_WEIGHT)).astype(np.float32)
        steps = np.rint(weights / scales[:, None]).astype(np.int8)
        zeros = np.zeros(len(scales), np.int8)
        return (
            self.constant(f"{name}.weights", steps.T),
            self.constant(f"{name}.scales", scales),
            self.constant(f"{name}.zeros", zeros),
        )

    def product(self, value: str, name: str, bias: str, output: str) -> str:
        whole, scale, zero = self.rounded(value)
        weights, scales, zeros = self.matrix(output, self.weights(f"{name}/MatMul_Q4"))
        offset = self.constant(f"{output}.bias", self.shipped(f"{bias}.bias"))
        return self.add(
            "MatMulIntegerToFloat", (whole, weights, scale, scales, zero, zeros, offset), output, domain=_MS
        )

    def normalised(self, inputs: Sequence[str], name: str, output: str) -> str:
        factors = [self.constant(f"{output}.{part}", self.shipped(f"{name}.{part}")) for part in ("weight", "bias")]
        if len(inputs) == 1:
            return self.add("LayerNormalization", (*inputs, *factors), output, axis=-1, epsilon=_EPSILON)
        return self.add("SkipLayerNormalization", (*inputs, *factors), output, domain=_MS, epsilon=_EPSILON)


def converted(shipped: bytes) -> bytes:
    """The faster model file made of the shipped one."""
    graph = _Graph(onnx.load_from_string(shipped))
    graph.add("Cast", ("attention_mask",), "mask", to=TensorProto.INT32)
    value = _embedded(graph)
    for layer in range(_LAYERS):
        value = _layer(graph, layer, value)
    classes = graph.constant("classes", graph.weights("/classifier/MatMul_Q4").T)
    graph.add("MatMul", (value, classes), "scores")
    graph.add("Add", ("scores", graph.constant("classes.bias", graph.shipped("classifier.bias"))), "logits")
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ("texts", "tokens"))
        for name in ("input_ids", "attention_mask")
    ]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ("texts", "tokens", _LABELS))]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "rampart", inputs, outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(_MS, 1)],
        ir_version=8,
        doc_string="Rampart (CC-BY-4.0), modified: weights requantised to 7 bits per column, layers fused.",
    )
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def _embedded(graph: _Graph) -> str:
    table, *rest = graph.embedding("word_embeddings")
    words = graph.add("DequantizeLinear", (graph.add("Gather", (table, "input_ids"), "word.rows"), *rest), "words")
    graph.add("Shape", ("input_ids",), "length", start=1)
    table, *rest = graph.embedding("position_embeddings")
    start = graph.constant("start", np.zeros(1, np.int64))
    rows = graph.add("Slice", (table, start, "length", start), "place.rows")
    places = graph.add("DequantizeLinear", (rows, *rest), "places")
    name = "bert.embeddings.token_type_embeddings.weight"
    steps = graph.shipped(f"{name}_quantized")[0].astype(np.float32) - np.float32(graph.shipped(f"{name}_zero_point"))
    kind = graph.constant("text.kind", steps * graph.shipped(f"{name}_scale"))  # there is one kind of text
    placed = graph.add("Add", (places, kind), "placed")
    return graph.normalised((graph.add("Add", (words, placed), "summed"),), "bert.embeddings.LayerNorm", "x0")


def _layer(graph: _Graph, number: int, value: str) -> str:
    path, name = f"/bert/encoder/layer.{number}", f"bert.encoder.layer.{number}"
    parts = ("query", "key", "value")
    weights = np.concatenate([graph.weights(f"{path}/attention/self/{part}/MatMul_Q4") for part in parts])
    bias = np.concatenate([graph.shipped(f"{name}.attention.self.{part}.bias") for part in parts])
    whole, scale, zero = graph.rounded(value)
    matrix, scales, zeros = graph.matrix(f"qkv{number}", weights)
    offset = graph.constant(f"qkv{number}.bias", bias)
    inputs = (whole, matrix, offset, scale, scales, "mask", zero, zeros)
    seen = graph.add("QAttention", inputs, f"att{number}", domain=_MS, num_heads=_HEADS)
    seen = graph.product(seen, f"{path}/attention/output/dense", f"{name}.attention.output.dense", f"o{number}")
    value = graph.normalised((value, seen), f"{name}.attention.output.LayerNorm", f"y{number}")
    inner = graph.product(value, f"{path}/intermediate/dense", f"{name}.intermediate.dense", f"f{number}")
    inner = graph.add("Gelu", (inner,), f"g{number}", domain=_MS)
    inner = graph.product(inner, f"{path}/output/dense", f"{name}.output.dense", f"d{number}")
    return graph.normalised((value, inner), f"{name}.output.LayerNorm", f"x{number + 1}")


def main() -> int:
    """Write the file where run time looks for it. Exit code 1 when it is not the file run time knows."""
    data = converted((verified_folder() / SHIPPED).read_bytes())
    digest = sha256(data).hexdigest()
    if digest not in FASTER_SHA256:
        sys.stderr.write(
            f"{FASTER.name}: sha256 {digest} is not the known one; use the locked versions of onnx and numpy\n"
        )
        return 1
    FASTER.parent.mkdir(parents=True, exist_ok=True)
    partial = FASTER.with_suffix(".partial")
    partial.write_bytes(data)
    partial.replace(FASTER)
    sys.stdout.write(f"{FASTER}: {len(data)} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
