"""
Vectors in Chroma: embedded in a folder, or on a server that a team shares. The one door to chromadb.

Only ids and vectors are stored, no texts: they would be most of its disk and half its time. Chroma is derived, never
the only copy. Two processes with one embedded Chroma open destroy it (4 runs of 4), a reader beside a writer too, so
every use of an embedded one, reading too, takes a file lock, opens, works, closes and forgets what chromadb caches.
A server needs none of that. `ef_search` is 500: of the hundred nearest real vectors the default finds .90, this .985.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qs, urlsplit

import numpy as np

from zotero_bridge.errors import IndexDamaged, IndexLocked, IndexUnreachable, MissingPart
from zotero_bridge.ports import Vectors

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

EF_SEARCH = 500
WAIT = 120.0  # seconds for another process to finish with an embedded Chroma
BATCH = 2_000  # rows in one request; Chroma's own bound is 5,461
CLOUD_BATCH = 300  # Chroma Cloud's quota of records written, and of results, in one request
IDS_AT_ONCE = 50_000
KNOCK = 5.0  # seconds for a server to say that it is there; chromadb itself would wait without end
EXACT_UPTO = 20_000  # ids; so many vectors are fetched and multiplied here, which is exact at any selectivity
DEFAULT_PORT = 8000
CREDENTIALS = "Check CHROMA_API_KEY or CHROMA_HEADERS, CHROMA_TENANT and CHROMA_DATABASE in the environment."


class ChromaVectors:
    """A VectorStore in one Chroma collection."""

    def __init__(
        self,
        connect: Callable[[], Client],
        embedder_id: str,
        name: str,
        *,
        lock: Path | None = None,
        server: str = "",
        batch: int = BATCH,
    ) -> None:
        """`lock` for an embedded one, `server` for the others' address."""
        self._connect = connect
        self._embedder_id = embedder_id
        self._name = name
        self._lock = lock
        self._server = server
        self._batch = batch
        # Chroma Cloud has an index of its own kind with other bounds, and is only written to and read from by id.
        hnsw = {"space": "cosine"} if batch == CLOUD_BATCH else {"space": "cosine", "ef_search": EF_SEARCH}
        self._configuration: Any = {"hnsw": hnsw}  # a typed dictionary of chromadb's
        self._held: Collection | None = None

    @property
    def embedder_id(self) -> str:
        return self._embedder_id

    @property
    def place(self) -> str:
        """Where it lies: server and collection."""
        return f"{self._server}/{self._name}"

    @contextmanager
    def held(self) -> Iterator[Collection]:
        """Keeps the collection open for several calls. An embedded one is locked as long."""
        if self._held is not None:
            yield self._held
            return
        with self._locked(), self._sound():
            client = self._connect()
            try:
                self._held = client.get_or_create_collection(
                    self._name,
                    embedding_function=None,
                    configuration=self._configuration,
                    metadata={"embedder": self._embedder_id},
                )
                yield self._held
            finally:
                self._held = None
                client.close()
                client.clear_system_cache()

    def ids(self) -> set[str]:
        with self.held() as collection:
            found: set[str] = set()
            limit = min(IDS_AT_ONCE, self._batch) if self._batch < BATCH else IDS_AT_ONCE
            while page := collection.get(include=[], limit=limit, offset=len(found))["ids"]:
                found.update(page)
            return found

    def holds(self, ids: Sequence[str]) -> set[str]:
        """Which of these it holds; asks for no others."""
        with self.held() as collection:
            return {one for part in self._batches(ids) for one in collection.get(ids=part, include=[])["ids"]}

    def count(self) -> int:
        with self.held() as collection:
            return int(collection.count())

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        if not ids:
            return
        last = {one: at for at, one in enumerate(ids)}  # Chroma refuses an id that stands twice in one request
        with self.held() as collection:
            for part in self._batches(list(last)):
                collection.upsert(ids=part, embeddings=vectors[[last[one] for one in part]])

    def remove(self, ids: Iterable[str]) -> None:
        gone = list(ids)
        if gone:
            with self.held() as collection:
                for part in self._batches(gone):
                    collection.delete(ids=part)

    def rank(self, vector: Vectors, *, limit: int, among: frozenset[str] | None) -> list[tuple[str, float]]:
        """Without `among`, what Chroma's index finds, which may miss one or two in a hundred."""
        if limit < 1 or (among is not None and not among):
            return []
        with self.held() as collection:
            count = int(collection.count())
            if among is not None and (len(among) <= EXACT_UPTO or 2 * len(among) < count):
                found = list(self.scores(vector, sorted(among)).items())
            elif count:
                wanted = limit if among is None else min(count, limit + count - len(among & self.ids()))
                found = [
                    one for one in _nearest(collection, vector, min(wanted, count)) if not among or one[0] in among
                ]
            else:
                found = []
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def scores(self, vector: Vectors, ids: Sequence[str]) -> dict[str, float]:
        asked = np.asarray(vector, np.float32)
        return {one: float(row @ asked) for part in self._batches(ids) for one, row in self._rows(part)}

    def vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of those ids that are held."""
        return {one: row for part in self._batches(ids) for one, row in self._rows(part)}

    def _batches(self, ids: Sequence[str]) -> Iterator[list[str]]:
        for start in range(0, len(ids), self._batch):
            yield list(ids[start : start + self._batch])

    def _rows(self, ids: list[str]) -> Iterator[tuple[str, Vectors]]:
        with self.held() as collection:
            page = collection.get(ids=ids, include=["embeddings"])
        rows = page["embeddings"]
        if rows is not None and page["ids"]:
            yield from zip(page["ids"], np.asarray(rows, np.float32), strict=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if self._lock is None:
            yield
            return
        from filelock import FileLock, Timeout

        self._lock.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._lock, timeout=WAIT):
                yield
        except Timeout as error:
            raise IndexLocked(f"Another process has {self._lock.parent / self._lock.stem} open.") from error

    @contextmanager
    def _sound(self) -> Iterator[None]:
        import httpx
        from chromadb.errors import ChromaError

        try:
            yield
        except httpx.HTTPError as error:
            raise IndexUnreachable(f"The Chroma server at {self._server} does not answer: {error}.") from error
        except ChromaError as error:
            if self._server:
                raise IndexUnreachable(
                    f"The Chroma server at {self._server} refuses: {error}.", hint=CREDENTIALS
                ) from error
            raise IndexDamaged(f"Chroma cannot read or write its collection {self._name}: {error}.") from error


def embedded(folder: Path, embedder_id: str) -> ChromaVectors:
    """A Chroma in `folder`; its lock stands beside the folder, so that the folder can be thrown away."""

    def connect() -> Client:
        chromadb, settings = _chromadb()
        folder.mkdir(parents=True, exist_ok=True)
        client: Client = chromadb.PersistentClient(str(folder), settings=settings)
        return client

    return ChromaVectors(connect, embedder_id, collection_name(embedder_id), lock=folder.with_suffix(".lock"))


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a server wants to know of who asks. A token is sent as Chroma Cloud takes it."""

    token: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    tenant: str = ""
    database: str = ""


def served(url: str, embedder_id: str, credentials: Credentials | None = None) -> ChromaVectors:
    """
    A Chroma server at `chroma+http://host:8000/COLLECTION?tenant=T&database=D`; all but the host may be left out.

    What the address says of tenant and database wins over the credentials.
    """
    parts = urlsplit(url.removeprefix("chroma+"))
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    known = credentials or Credentials()
    headers = {**({"x-chroma-token": known.token} if known.token else {}), **known.headers}
    port = parts.port or (443 if parts.scheme == "https" else DEFAULT_PORT)
    place = {"tenant": asked.get("tenant", known.tenant), "database": asked.get("database", known.database)}
    address = f"{parts.scheme}://{parts.hostname}:{port}"

    def connect() -> Client:
        chromadb, settings = _chromadb()
        _knock(address, headers)
        with _unreachable(address):
            client: Client = chromadb.HttpClient(
                host=parts.hostname,
                port=port,
                ssl=parts.scheme == "https",
                headers=headers,
                settings=settings,
                **{name: value for name, value in place.items() if value},
            )
        return client

    name = collection_name(embedder_id, parts.path.strip("/"))
    batch = CLOUD_BATCH if _is_cloud(parts) else BATCH
    return ChromaVectors(connect, embedder_id, name, server=address, batch=batch)


def _is_cloud(parts: SplitResult) -> bool:
    return (parts.hostname or "").endswith("trychroma.com")


def _knock(address: str, headers: Mapping[str, str]) -> None:
    """Raises IndexUnreachable where no Chroma answers."""
    import httpx

    try:
        answer = httpx.get(f"{address}/api/v2/heartbeat", headers=dict(headers), timeout=KNOCK)
    except httpx.HTTPError as error:
        raise IndexUnreachable(f"No Chroma server answers at {address} ({error}).") from error
    if answer.status_code in (401, 403):
        raise IndexUnreachable(f"The Chroma server at {address} does not let us in.", hint=CREDENTIALS)
    if answer.status_code != 200 or "heartbeat" not in answer.text:
        raise IndexUnreachable(f"What answers at {address} is no Chroma server of version 1 or later.")


def collection_name(embedder_id: str, name: str = "") -> str:
    """One collection per embedder: vectors of different embedders are never compared."""
    return re.sub(r"[^A-Za-z0-9]+", "-", f"{name or 'realist'}-{embedder_id}").strip("-")[:120]


def _chromadb() -> tuple[Any, Any]:
    try:
        import chromadb
        from chromadb.config import Settings
    except ImportError as error:
        raise MissingPart(f"chromadb does not load on this machine: {error}.", hint="pip install chromadb") from error
    return chromadb, Settings(_env_file=None, anonymized_telemetry=False)  # type: ignore[call-arg]  # pydantic's own: no .env of the folder one stands in


@contextmanager
def _unreachable(url: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:  # what chromadb makes of a refused connection, and of a missing tenant
        raise IndexUnreachable(f"The Chroma server at {url} cannot be used: {error}.") from error


def _nearest(collection: Collection, vector: Vectors, count: int) -> list[tuple[str, float]]:
    found = collection.query(query_embeddings=[vector.tolist()], n_results=count, include=["distances"])
    distances = found["distances"]
    assert distances is not None
    return [(one, 1.0 - float(far)) for one, far in zip(found["ids"][0], distances[0], strict=True)]
