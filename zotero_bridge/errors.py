"""
Every failure the tool expects, in one tree. Each error states a fact and a hint that says what to do next.

`assistant` derives its own errors from `RealistError` too; the command line turns any of them into two lines and an
exit code. Anything that is not in this tree is a bug and shows its traceback.
"""

from __future__ import annotations


class RealistError(Exception):
    """A failure with a fact (the message) and a hint (what to do). `exit_code` is 1 could not, 2 misused."""

    hint: str = ""
    exit_code: int = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        if hint is not None:
            self.hint = hint


class LibraryError(RealistError):
    """The library cannot be reached or read."""


class UnknownLibrary(LibraryError):
    hint = (
        "Use one of: zotero://local, zotero://local/groups/ID, zotero://web/users/ID, zotero://web/groups/ID, "
        "zotero-data:DIR, file:PATH, sample."
    )
    exit_code = 2


class LibraryUnreachable(LibraryError):
    hint = "Start Zotero, or check the address, and run the command again."


class LibraryRefused(LibraryError):
    hint = "Check the key and what it may read."


class ExportMissing(LibraryError):
    hint = (
        "Check the path, or export the library again from your reference manager. If the export has moved, say where "
        "to in review.toml, on the line that begins with `library =`."
    )


class ExportMalformed(LibraryError):
    hint = "Export the library again, or mend the line named above; nothing has been changed."


class LibraryVanished(LibraryError):
    """Most of a library is gone at once. It is not believed."""

    hint = "If you really removed these, run `realist sync --accept-removals`. Nothing has been removed yet."


class SourceUnreadable(RealistError):
    """One source cannot be read. It is recorded with its reason, and the run goes on."""


class AttachmentMissing(SourceUnreadable):
    """The file is not where the library says."""


class IndexFailure(RealistError):
    """Base of everything the index can refuse."""


class IndexLocked(IndexFailure):
    hint = "Another `realist` is writing this index. Wait for it to finish, or end it, and try again."


class IndexMissing(IndexFailure):
    hint = "Run `realist sync` first."


class IndexOfAnotherVersion(IndexFailure):
    hint = "Run `realist sync --rebuild`; your ledger and your library are not touched."


class IndexDamaged(IndexFailure):
    hint = "Run `realist sync --rebuild`; your ledger and your library are not touched."


class IndexUnreachable(IndexFailure):
    """The vectors lie on a server that does not answer."""

    hint = 'Start the server (`chroma run --path DIR`), or set index = "local" in review.toml.'


class DiskFull(RealistError):
    hint = "Free some space and run the command again; what was indexed before is still there."


class FileRefused(RealistError):
    """The operating system lets a file or folder not be read or written."""

    hint = "Check who may read and write there, and that no other program holds it open; nothing was lost."


class MissingPart(RealistError):
    """An optional part is not installed or not downloaded."""


class EmbedderFailed(RealistError):
    """An embedder behind a network or a provider's library gave no vectors."""

    hint = "Check the address, the key and the network, and run the command again; what was embedded before is kept."


class UnknownEmbedder(RealistError):
    hint = "Use minilm, none, openai:MODEL, ollama:MODEL, sentence-transformers:MODEL or another LangChain name."
    exit_code = 2


class NoSuchSource(RealistError):
    hint = "`realist status` counts what is indexed; `realist search` shows source keys."
