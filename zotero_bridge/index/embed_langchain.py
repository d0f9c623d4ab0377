"""
Embedders that live elsewhere: whatever LangChain names as `provider:model`, and sentence-transformers where installed.

The door to their libraries. Their ids carry the provider's name for the model; a provider that changes a model behind
its name cannot be noticed here. Vectors are brought to length 1 whatever the provider does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np

from zotero_bridge.errors import EmbedderFailed, MissingPart, UnknownEmbedder
from zotero_bridge.ports import Vectors

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

BATCH = 64  # passages sent at once: well under every provider's bound, and a fault costs little
# Errors that providers' libraries raise, looked up among what is loaded: none of them is imported for this.
PROVIDER_ERRORS = (
    ("httpx", "HTTPError"),
    ("openai", "OpenAIError"),
    ("ollama", "ResponseError"),
    ("cohere.core", "ApiError"),
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
    ("google.api_core.exceptions", "GoogleAPIError"),
    ("google.genai.errors", "APIError"),
    ("langchain_google_genai._common", "GoogleGenerativeAIError"),
)


class SentenceTransformerModel(Protocol):
    def encode(self, sentences: list[str]) -> Vectors: ...


def open_langchain(name: str) -> RemoteEmbedder:
    """Raises MissingPart with the line to type, UnknownEmbedder, or EmbedderFailed where a key is missing."""
    from langchain.embeddings import init_embeddings

    provider = name.partition(":")[0]
    try:
        # Passages are short, and other servers of OpenAI's protocol do not take the token lists LangChain would send.
        embeddings = (
            init_embeddings(name, check_embedding_ctx_length=False) if provider == "openai" else init_embeddings(name)
        )
    except ImportError as error:
        package = (error.__cause__ and getattr(error.__cause__, "name", None)) or f"langchain-{provider}"
        line = f"pip install {package.split('.')[0].replace('_', '-')}"
        raise MissingPart(f"The embedder {name} needs a package that is not installed.", hint=line) from error
    except ValueError as error:
        if "not supported" in str(error):
            raise UnknownEmbedder(f"LangChain knows no embeddings of {provider}.") from error
        raise EmbedderFailed(f"The embedder {name} cannot be set up: {_first_line(error)}") from error
    except expected_errors() as error:
        raise EmbedderFailed(f"The embedder {name} cannot be set up: {_first_line(error)}") from error
    return remote(name, embeddings)


def open_sentence_transformer(model: str) -> RemoteEmbedder:
    """Raises MissingPart."""
    try:
        from sentence_transformers import SentenceTransformer  # type: ignore[import-not-found]  # an option, not in dev
    except ImportError as error:
        raise MissingPart(
            f"The embedder sentence-transformers:{model} needs a package that is not installed.",
            hint="pip install sentence-transformers",
        ) from error
    try:
        loaded: SentenceTransformerModel = SentenceTransformer(model)
    except (OSError, ValueError) as error:
        raise EmbedderFailed(f"The model {model} cannot be loaded: {_first_line(error)}") from error

    def one_by_one(texts: list[str]) -> list[list[float]]:  # a batch is padded, and padding changes the last bits
        return [loaded.encode([text])[0].tolist() for text in texts]

    return RemoteEmbedder(f"sentence-transformers:{model}", one_by_one, lambda text: one_by_one([text])[0])


def remote(name: str, embeddings: Embeddings) -> RemoteEmbedder:
    """Any LangChain embeddings as an embedder of this name."""
    return RemoteEmbedder(name, embeddings.embed_documents, embeddings.embed_query)


class RemoteEmbedder:
    """Raises EmbedderFailed whenever the provider gives no proper vectors."""

    def __init__(
        self,
        name: str,
        documents: Callable[[list[str]], list[list[float]]],
        query: Callable[[str], list[float]],
    ) -> None:
        self._name = name
        self._documents = documents
        self._query = query
        self._dim: int | None = None

    @property
    def id(self) -> str:
        return f"{self._name}@1"

    @property
    def dim(self) -> int:
        """Asks the provider once, where nothing was embedded before."""
        if self._dim is None:
            self.embed_query("dimension")
        assert self._dim is not None
        return self._dim

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        batches = [list(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
        if not batches:
            return np.zeros((0, self.dim), np.float32)
        return np.concatenate([self._unit(partial(self._documents, batch), len(batch)) for batch in batches])

    def embed_query(self, text: str) -> Vectors:
        row: Vectors = self._unit(lambda: [self._query(text)], 1)[0]
        return row

    def _unit(self, ask: Callable[[], list[list[float]]], count: int) -> Vectors:
        try:
            rows = np.asarray(ask(), np.float32)
        except expected_errors() as error:
            raise EmbedderFailed(f"The embedder {self._name} gave no vectors: {_first_line(error)}") from error
        if (
            rows.ndim != 2
            or len(rows) != count
            or not np.isfinite(rows).all()
            or rows.shape[1] != (self._dim or rows.shape[1])
        ):
            raise EmbedderFailed(f"The embedder {self._name} gave {rows.shape} numbers for {count} texts.")
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if not lengths.all():
            raise EmbedderFailed(f"The embedder {self._name} gave a vector of length 0.")
        self._dim = rows.shape[1]
        return np.asarray(rows / lengths, np.float32)


def expected_errors() -> tuple[type[Exception], ...]:
    """What a provider's library may raise for reasons of its own: no network, no key, no such model, overloaded."""
    loaded = ((sys.modules.get(module), name) for module, name in PROVIDER_ERRORS)
    found = (getattr(module, name, None) for module, name in loaded if module is not None)
    theirs = (error for error in found if isinstance(error, type) and issubclass(error, Exception))
    return (OSError, ValueError, RuntimeError, *theirs)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
