"""
The text that stands for a passage when its meaning is measured.

The title of the document goes before the passage: measured on 20,306 passages of 915 articles, that gains more than
the embedder itself does (nDCG@10 .419 → .466 by meaning, .515 → .572 mixed with words). The stored passage and its
offsets are untouched; this text is never shown or cited.
"""

from __future__ import annotations


def embedding_text(title: str, heading: str, body: str) -> str:
    """
    What the embedder is given for a passage. `heading` is left out: it was not part of what was measured, and a
    heading such as "Results" says nothing. It is asked for so that callers need not change when that is measured.
    """
    del heading
    title = " ".join(title.split())
    return f"{title}\n{body}" if title else body
