"""
Opens an embedder by the name a review gives it. Knows the names; each embedder is loaded only when asked for.
"""

from __future__ import annotations

from pathlib import Path

from zotero_bridge.errors import UnknownEmbedder
from zotero_bridge.ports import Embedder


def open_embedder(name: str, cache_dir: Path) -> Embedder | None:
    """
    `minilm`, `hash`, `sentence-transformers:MODEL`, or `provider:model` as LangChain names it. None for `none`.

    Raises MissingPart where something has to be installed or downloaded first, UnknownEmbedder for any other name.
    """
    provider, colon, model = name.strip().partition(":")
    if colon and provider and model:
        from zotero_bridge.index.embed_langchain import open_langchain, open_sentence_transformer

        return open_sentence_transformer(model) if provider == "sentence-transformers" else open_langchain(name.strip())
    match provider:
        case "none" if not colon:
            return None
        case "minilm" if not colon:
            from zotero_bridge.index.minilm import open_minilm

            return open_minilm(cache_dir)
        case "hash" if not colon:
            from zotero_bridge.index.embed_hash import HashEmbedder

            return HashEmbedder()
        case _:
            raise UnknownEmbedder(f"There is no embedder called {name or '(empty)'}.")
