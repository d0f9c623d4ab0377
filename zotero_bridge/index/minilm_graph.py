"""
all-MiniLM-L6-v2 as an ONNX graph, built from its published weights.

No library converts the safetensors to ONNX without torch, so the graph is written out here: six BERT layers, the mean
over the word pieces, length 1. It knows nothing of files or tokens. Weights are int8 with one scale per output channel
(per tensor costs .05 of cosine); what flows between layers stays float32. There is no padding mask: only texts of the
same number of word pieces may share a batch, and int8 scales are taken over the batch, so the embedder gives one text
at a time. The reference vectors in `tests/index/minilm_reference.json` guard every line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

Weights = Mapping[str, NDArray[np.float32]]

LAYERS = 6
STATES = (6, 4, 2)  # layers whose states are given side by side, the last one first; 0 would be the embeddings
HEADS = 12
DIM = 384
LAYER_NORM_EPSILON = 1e-12
OPSET = 17
IR_VERSION = 8  # read by every onnxruntime since 1.13


def build_graph(weights: Weights, *, quantized: bool = True) -> bytes:
    """
    The model as ONNX bytes: `input_ids` (n, pieces) int64 → `vectors` (n, 384) float32 of length 1, and `states`
    (n, pieces, 1152) float32, what the layers in `STATES` made of each word piece.
    """
    from onnx import TensorProto, helper

    parts = _Parts(weights, quantized=quantized)
    hidden = [parts.embeddings("input_ids")]
    for layer in range(LAYERS):
        hidden.append(parts.layer(hidden[-1], layer))
    parts.pooled(hidden[-1], "vectors")
    parts.side_by_side([hidden[n] for n in STATES], "states")
    graph = helper.make_graph(
        parts.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["n", "pieces"])],
        [
            helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", DIM]),
            helper.make_tensor_value_info("states", TensorProto.FLOAT, ["n", "pieces", DIM * len(STATES)]),
        ],
        parts.constants,
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)],
        ir_version=IR_VERSION,
        producer_name="realist",
    )
    serialized: bytes = model.SerializeToString()
    return serialized


class _Parts:
    """Nodes and constants in the making; each method adds some and names its result."""

    def __init__(self, weights: Weights, *, quantized: bool) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self._weights = weights
        self._quantized = quantized
        self._names = 0

    def embeddings(self, ids: str) -> str:
        words = self._embedded_words(ids)
        positions = self._constant(self._weights["embeddings.position_embeddings.weight"])
        kind = self._constant(self._weights["embeddings.token_type_embeddings.weight"][0])
        pieces = self._node("Shape", [ids], start=1, end=2)
        zero, axis = self._constant(np.array([0], np.int64)), self._constant(np.array([0], np.int64))
        placed = self._node("Slice", [positions, zero, pieces, axis])
        summed = self._node("Add", [self._node("Add", [words, placed]), kind])
        return self._normalised(summed, "embeddings.LayerNorm")

    def layer(self, hidden: str, number: int) -> str:
        at = f"encoder.layer.{number}"
        own = f"{at}.attention.self"
        packed = self._linear(hidden, [f"{own}.query", f"{own}.key", f"{own}.value"])
        sizes = self._constant(np.array([DIM] * 3, np.int64))
        query, key, value = self._split(packed, sizes)
        attended = self._node("MultiHeadAttention", [query, key, value], domain="com.microsoft", num_heads=HEADS)
        attended = self._linear(attended, [f"{at}.attention.output.dense"])
        hidden = self._normalised_sum(attended, hidden, f"{at}.attention.output.LayerNorm")
        wide = self._linear(hidden, [f"{at}.intermediate.dense"])
        wide = self._node("Gelu", [wide], domain="com.microsoft")
        return self._normalised_sum(self._linear(wide, [f"{at}.output.dense"]), hidden, f"{at}.output.LayerNorm")

    def pooled(self, hidden: str, output: str) -> None:
        mean = self._node("ReduceMean", [hidden], axes=[1], keepdims=0)
        self._node("LpNormalization", [mean], output=output, axis=-1, p=2)

    def side_by_side(self, states: list[str], output: str) -> None:
        self._node("Concat", states, output=output, axis=-1)

    def _embedded_words(self, ids: str) -> str:
        table = self._weights["embeddings.word_embeddings.weight"]
        if not self._quantized:
            return self._node("Gather", [self._constant(table), ids])
        rows, scales = quantize_rows(table)
        picked = self._node("Cast", [self._node("Gather", [self._constant(rows), ids])], to=1)
        scale = self._node("Gather", [self._constant(scales[:, None]), ids])
        return self._node("Mul", [picked, scale])

    def _linear(self, hidden: str, names: list[str]) -> str:
        """One product for all of `names`, their outputs side by side."""
        rows = np.concatenate([self._weights[f"{name}.weight"] for name in names])  # (out, in)
        bias = self._constant(np.concatenate([self._weights[f"{name}.bias"] for name in names]))
        if not self._quantized:
            product = self._node("MatMul", [hidden, self._constant(np.ascontiguousarray(rows.T))])
            return self._node("Add", [product, bias])
        whole, scales = quantize_rows(rows)
        columns = self._constant(np.ascontiguousarray(whole.T))
        return self._node(
            "DynamicQuantizeMatMul", [hidden, columns, self._constant(scales), "", bias], domain="com.microsoft"
        )

    def _normalised(self, hidden: str, name: str) -> str:
        scale, bias = (self._constant(self._weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self._node("LayerNormalization", [hidden, scale, bias], axis=-1, epsilon=LAYER_NORM_EPSILON)

    def _normalised_sum(self, hidden: str, skipped: str, name: str) -> str:
        # Not com.microsoft's SkipLayerNormalization: ten times the time of these two (onnxruntime 1.32, November 2026).
        return self._normalised(self._node("Add", [hidden, skipped]), name)

    def _split(self, packed: str, sizes: str) -> tuple[str, str, str]:
        from onnx import helper

        names = (self._name(), self._name(), self._name())
        self.nodes.append(helper.make_node("Split", [packed, sizes], list(names), axis=-1))
        return names

    def _node(
        self,
        operator: str,
        inputs: list[str],
        *,
        output: str = "",
        domain: str = "",
        **attributes: int | float | list[int],
    ) -> str:
        from onnx import helper

        output = output or self._name()
        node = helper.make_node(operator, inputs, [output], domain=domain)
        node.attribute.extend(helper.make_attribute(name, value) for name, value in attributes.items())
        self.nodes.append(node)
        return output

    def _constant(self, array: NDArray[np.generic]) -> str:
        from onnx import numpy_helper

        name = self._name()
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def _name(self) -> str:
        self._names += 1
        return f"t{self._names}"


def quantize_rows(rows: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Each row as int8 and the scale that brings it back: `whole * scale[:, None]` is within half a scale of `rows`."""
    largest = np.abs(rows).max(axis=1)
    finest = np.finfo(np.float32).tiny  # a row of smaller numbers has no scale of its own
    scales = np.where(largest > finest * 127, largest / 127, finest).astype(np.float32)
    whole = np.clip(np.rint(rows / scales[:, None]), -127, 127).astype(np.int8)
    return whole, scales
