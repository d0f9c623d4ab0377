"""
The vectors of an index: the flat file answers, a Chroma in step with it holds a copy.

One folder per embedder, so that vectors of different embedders never meet: a new embedder's are built beside the old
ones, which answer until `complete` switches. Every search is answered by the flat file, exactly: 20 ms at 200,000
vectors, where an embedded Chroma needs up to 400 with filters and must never be open twice. Chroma is brought in step
at the end of a sync, in `chroma/` beside this folder, or on a server, where one member's vectors serve the whole team.
From either, vectors that the flat file lost or never had are taken rather than made anew.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zotero_bridge.errors import IndexUnreachable
from zotero_bridge.index.vectors_flat import FlatVectors
from zotero_bridge.index.vectors_rows import write_whole
from zotero_bridge.ports import Embedder, Vectors, VectorStore

if TYPE_CHECKING:
    from zotero_bridge.index.vectors_chroma import ChromaVectors, Credentials

SERVING = "serving.json"
LOCAL = "local"  # the flat file with a Chroma beside it
FLAT = "flat"  # the flat file alone


@dataclass(frozen=True, slots=True)
class OpenedBy:
    """Opens the vectors of an index as its settings say; an `OpenVectors`."""

    index: str = LOCAL  # local, flat, or chroma+http://host:8000/COLLECTION
    credentials: Credentials | None = None  # for the server
    notify: Callable[[str], None] = lambda _: None  # what the reader should be told

    def __call__(self, folder: Path, embedder: Embedder, /, *, writing: bool) -> VectorStore:
        """`folder` holds every embedder's vectors."""
        return VectorsWithCopy(folder, embedder.id, self, writing=writing)


def open_vectors(folder: Path, embedder: Embedder, /, *, writing: bool) -> VectorStore:
    return OpenedBy()(folder, embedder, writing=writing)


def serving(folder: Path) -> str:
    """The id of the embedder whose vectors are complete, "" where none are yet."""
    try:
        value = json.loads((folder / SERVING).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(value.get("embedder", "")) if isinstance(value, dict) else ""


def switch(folder: Path, embedder_id: str) -> None:
    """After a sync that gave every passage its vector: these serve from now on, and other embedders' go."""
    if serving(folder) != embedder_id:
        write_whole(folder / SERVING, json.dumps({"embedder": embedder_id}).encode("utf-8"))
    for other in folder.iterdir():
        if other.is_dir() and other != folder_of(folder, embedder_id):
            shutil.rmtree(other, ignore_errors=True)
        elif other.is_file() and not other.name.startswith(SERVING):
            other.unlink(missing_ok=True)  # of the time when the vectors of one embedder lay here


def embedder_name(embedder_id: str) -> str:
    """What `open_embedder` calls the embedder with this id."""
    name = embedder_id.rpartition("@")[0]
    return {"minilm-l6-v2-int8": "minilm", "hash-128": "hash"}.get(name, name)


def folder_of(folder: Path, embedder_id: str) -> Path:
    return folder / re.sub(r"[^A-Za-z0-9.]+", "-", embedder_id).strip("-.")


class VectorsWithCopy:
    """A VectorStore: a FlatVectors that keeps a Chroma in step when a writer closes it."""

    def __init__(self, folder: Path, embedder_id: str, settings: OpenedBy, *, writing: bool) -> None:
        self._flat_folder = folder_of(folder, embedder_id)
        self._chroma_folder = folder.parent / "chroma"
        self._settings = settings
        self._folder = folder
        self._writing = writing
        self._flat = FlatVectors(self._flat_folder, embedder_id, writing=writing)
        self._lost = bool(self._flat.notices)
        for notice in self._flat.notices:
            settings.notify(notice)

    @property
    def embedder_id(self) -> str:
        return self._flat.embedder_id

    @property
    def flat(self) -> FlatVectors:
        return self._flat

    def ids(self) -> set[str]:
        return self._flat.ids()

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        self._flat.add(ids, vectors)

    def remove(self, ids: Iterable[str]) -> None:
        self._flat.remove(ids)

    def rank(self, vector: Vectors, *, limit: int, among: frozenset[str] | None) -> list[tuple[str, float]]:
        return self._flat.rank(vector, limit=limit, among=among)

    def scores(self, vector: Vectors, ids: Sequence[str]) -> dict[str, float]:
        return self._flat.scores(vector, ids)

    def take(self, ids: Sequence[str]) -> set[str]:
        """
        Of passages without a vector, those for which a copy had one: that of others on a server, or the one beside
        this folder where the flat file lost what it held. Raises IndexUnreachable when a server does not answer.
        """
        from zotero_bridge.index.vectors_copy import restore, take_from_server

        if self._remote:
            return take_from_server(self._flat, self._served(), ids)
        if self._settings.index == LOCAL:
            return restore(self._flat, ids, self._chroma_folder, lost=self._lost)
        return set()

    def complete(self) -> None:
        """Every passage has its vector: these serve from now on, and those of other embedders go."""
        switch(self._folder, self.embedder_id)

    def close(self) -> None:
        """Brings Chroma in step, unless something is going wrong already: then the next writer does."""
        if self._writing and sys.exception() is None:
            self._copy()
        self._flat.close()

    @property
    def _remote(self) -> bool:
        return self._settings.index.startswith("chroma+")

    def _served(self) -> ChromaVectors:
        from zotero_bridge.index.vectors_chroma import served

        return served(self._settings.index, self.embedder_id, self._settings.credentials)

    def _copy(self) -> None:
        from zotero_bridge.index.vectors_copy import copy_embedded, copy_to_server

        if self._settings.index == FLAT:
            return
        if self._remote:
            try:
                copy_to_server(self._flat, self._served(), self._flat_folder)
            except IndexUnreachable as error:  # everything is safe here; the next sync copies it
                self._settings.notify(f"{error} The vectors are kept here and go there with the next sync.")
            return
        told = copy_embedded(self._flat, self._flat_folder, self._chroma_folder)
        if told:
            self._settings.notify(told)
