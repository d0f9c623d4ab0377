"""
How the MiniLM graph is run: one thread for each text, and products that do not saturate.

On processors without VNNI, onnxruntime's fast product of uint8 and int8 may saturate, and its exact one is slower by a
third. Which of the two a machine needs is measured on the graph itself rather than read off the processor's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zotero_bridge.errors import MissingPart

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

PROBE = np.arange(1000, 29800, 450, dtype=np.int64)[None, :]  # word pieces from all over the vocabulary
ALIKE = 0.99999  # cosine; saturation costs far more


def open_session(graph: bytes, *, exact_kernels: bool) -> InferenceSession:
    """Raises MissingPart where onnxruntime is missing or does not load."""
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingPart(
            f"onnxruntime does not load on this machine: {error}.",
            hint="Reinstall it (pip install --force-reinstall onnxruntime); until then, words alone are searched.",
        ) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # texts run side by side instead: faster, and the bits do not depend on the cores
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.x64quantprecision", "1" if exact_kernels else "0")
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def needs_exact_kernels(graph: bytes) -> bool:
    """Whether the fast kernels of this machine give other vectors than the exact ones."""
    fast, exact = (
        open_session(graph, exact_kernels=exact).run(["vectors"], {"input_ids": PROBE})[0][0] for exact in (False, True)
    )
    return float(fast @ exact) < ALIKE
