"""
A review's settings and this machine's: the only module that reads the environment.

A review is a folder with a `review.toml`, found from the working directory upwards like a git checkout. The ledger in
it is precious, `.realist/` is disposable, and `exports/` is where manuscripts go.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import Misused, NoReview, ReviewExists, ReviewMalformed
from assistant.model import Role
from zotero_bridge.model import Marks, Scope

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

REVIEW_FILE = "review.toml"
TIMEOUT = 120.0  # a local model may read a long prompt for a minute before it says a word
ROLE_NAMES = tuple(role.value for role in Role)


@dataclass(frozen=True, slots=True)
class Review:
    """One review: where it is and what it is set to."""

    folder: Path
    library: str
    scope: Scope = field(default_factory=Scope)
    embedder: str = "minilm"  # "none": words alone
    index: str = "local"  # "flat": without the copy in Chroma; or chroma+http://host:port
    model: str = "none"  # LangChain's provider:model
    base_url: str = ""  # an OpenAI-compatible server, or another address of the model's provider
    timeout: float = TIMEOUT  # seconds without a byte from the chat model's server
    context: int = 0  # tokens the chat model takes; 0: what its provider says, else a cautious figure
    citation_style: str = ""  # "": pandoc's default
    tag_map: Mapping[str, str] = field(default_factory=dict)  # tag -> what it means to this review
    color_map: Mapping[str, str] = field(default_factory=dict)  # '#ffd400' -> what it means
    tag_namespace: str = "realist/"  # of tags written to Zotero on request
    prompts: Mapping[str, str] = field(default_factory=dict)  # prompt name -> file that overrides it

    @property
    def ledger_path(self) -> Path:
        return self.folder / "ledger.jsonl"

    @property
    def index_folder(self) -> Path:
        return self.folder / ".realist"

    @property
    def exports(self) -> Path:
        return self.folder / "exports"

    def marks(self, meaning: str) -> Marks:
        """The tags and colours that mean `meaning`; tags of other meanings win over its colours."""
        wanted = meaning.casefold()
        return Marks(
            tags=tuple(t for t, m in self.tag_map.items() if m.casefold() == wanted),
            colors=tuple(c.lower() for c, m in self.color_map.items() if m.casefold() == wanted),
            overriding_tags=tuple(t for t, m in self.tag_map.items() if m.casefold() != wanted),
        )


def find_review(start: Path) -> Review:
    """The review in `start` or the nearest folder above it. Raises NoReview."""
    for folder in (start, *start.parents):
        if (folder / REVIEW_FILE).is_file():
            return load_review(folder)
    raise NoReview(f"There is no review in {start} or above it.")


def load_review(folder: Path) -> Review:
    """Reads `folder/review.toml`. Raises NoReview or ReviewMalformed, naming the line."""
    import tomlkit
    from tomlkit.exceptions import ParseError

    path = folder / REVIEW_FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise NoReview(f"{folder} is not a review: it has no {REVIEW_FILE}.") from error
    except UnicodeDecodeError as error:
        raise ReviewMalformed(f"{path} is not UTF-8 text.") from error
    except OSError as error:
        raise NoReview(
            f"{path} cannot be read: {error.strerror}.", hint="Check that it is a file and that you may read it."
        ) from error
    try:
        table = tomlkit.parse(text).unwrap()
    except ParseError as error:
        raise ReviewMalformed(f"{path}, line {error.line}: {error}") from error
    return _review(folder, path, table)


def _review(folder: Path, path: Path, table: dict[str, Any]) -> Review:
    def text(name: str, default: str) -> str:
        value = table.get(name, default)
        if not isinstance(value, str):
            raise ReviewMalformed(f"{path}: `{name}` must be text in quotation marks.")
        return value

    def number(name: str, default: float) -> float:
        value = table.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise ReviewMalformed(f"{path}: `{name}` must be a number.")
        return value

    def section(name: str, within: dict[str, Any] = table) -> dict[str, Any]:
        value = within.get(name, {})
        if not isinstance(value, dict):
            raise ReviewMalformed(f"{path}: `{name}` must be a table, [{name}].")
        return value

    def texts(name: str, within: dict[str, Any]) -> tuple[str, ...]:
        value = within.get(name, [])
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise ReviewMalformed(f"{path}: `{name}` must be a list of texts.")
        return tuple(value)

    library = text("library", "")
    if not library:
        raise ReviewMalformed(f"{path} names no library.", hint='Add a line such as: library = "zotero://local"')
    scope, mapped = section("scope"), section("map")
    return Review(
        folder=folder,
        library=_absolute(library, folder),
        scope=Scope(texts("collections", scope), texts("tags", scope), texts("searches", scope)),
        embedder=text("embedder", "minilm"),
        index=_index(path, text("index", "local")),
        model=text("model", "none"),
        base_url=text("base_url", ""),
        timeout=number("timeout", TIMEOUT),
        context=int(number("context", 0)),
        citation_style=text("citation_style", ""),
        tag_map=_meanings(path, section("tags", mapped)),
        color_map=_meanings(path, section("colors", mapped)),
        tag_namespace=text("tag_namespace", "realist/"),
        prompts={name: str(folder / file) for name, file in _meanings(path, section("prompts")).items()},
    )


def _index(path: Path, value: str) -> str:
    address = re.fullmatch(r"chroma\+https?://[^\s/?:@]+(:\d{1,5})?(/[^\s?]*)?(\?\S*)?", value)
    if value not in ("local", "flat") and address is None:
        raise ReviewMalformed(
            f"{path}: `index` is {value!r}.",
            hint='It can be "local", "flat", or a server: "chroma+http://host:8000/COLLECTION".',
        )
    return value


def _meanings(path: Path, table: dict[str, Any]) -> dict[str, str]:
    for name, meaning in table.items():
        if not isinstance(meaning, str):
            raise ReviewMalformed(f"{path}: the meaning of `{name}` must be text in quotation marks.")
    return dict(table)


def _absolute(library: str, folder: Path) -> str:
    """File libraries may be named relative to the review folder, so that both can move together."""
    for scheme in ("file:", "zotero-data:"):
        if library.startswith(scheme) and not library.startswith(scheme + "//"):
            rest, mark, query = library[len(scheme) :].partition("?")
            return f"{scheme}{(folder / Path(rest).expanduser()).resolve()}{mark}{query}"
    return library


def create_review(folder: Path, *, library: str, scope: Scope, embedder: str = "minilm", model: str = "none") -> Review:
    """Makes the folder with its review.toml. Raises ReviewExists rather than touch a review that is there."""
    if (folder / REVIEW_FILE).exists():
        raise ReviewExists(f"{folder} already is a review.")
    folder.mkdir(parents=True, exist_ok=True)
    review = Review(folder=folder, library=library, scope=scope, embedder=embedder, model=model)
    (folder / ".gitignore").write_text(".realist/\n", encoding="utf-8")
    unfinished = folder / f"{REVIEW_FILE}.new"
    try:
        unfinished.write_text(_as_toml(review).as_string(), encoding="utf-8")
        unfinished.rename(folder / REVIEW_FILE)  # so that a full disk leaves no half of it
    finally:
        unfinished.unlink(missing_ok=True)
    return load_review(folder)


def _as_toml(review: Review) -> TOMLDocument:
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("A realist review. `realist --help` says what can be done with it."))
    document.add("library", tomlkit.item(review.library))
    document.add(
        tomlkit.comment('Searching by meaning: "minilm" runs on this machine; "none" searches by words alone.')
    )
    document.add("embedder", tomlkit.item(review.embedder))
    document.add(tomlkit.comment('A chat model, as LangChain names it ("ollama:llama3.1"); "none" needs no model.'))
    document.add("model", tomlkit.item(review.model))
    scope = tomlkit.table()
    scope.add(tomlkit.comment("Which items this review brings in; nothing here means the whole library."))
    for name in ("collections", "tags", "searches"):
        scope.add(name, list(getattr(review.scope, name)))
    document.add("scope", scope)
    mapped = tomlkit.table()
    mapped.add(
        tomlkit.comment(f"What your tags and colours mean: {', '.join(ROLE_NAMES)}, a theory, or words of your own.")
    )
    tags = tomlkit.table()
    tags.add(tomlkit.comment('"M-res" = "resource"'))
    colors = tomlkit.table()
    colors.add(tomlkit.comment('"#ffd400" = "context"'))
    mapped.add("tags", tags)
    mapped.add("colors", colors)
    document.add("map", mapped)
    return document


def cache_dir() -> Path:
    """Where models and downloads are kept for this user; REALIST_CACHE_DIR moves it."""
    named = os.environ.get("REALIST_CACHE_DIR")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("realist", appauthor=False))


def server_of(provider: str) -> str:
    """The address that the environment names for a provider, as its own client reads it; "" where it names none."""
    names = {"openai": ("OPENAI_BASE_URL", "OPENAI_API_BASE")}
    return next(filter(None, (os.environ.get(name, "").strip() for name in names.get(provider, ()))), "")


def moves_cursor() -> bool:
    """Whether a terminal can rewrite a line; one that says it is dumb, as for a screen reader, is taken at its word."""
    return os.environ.get("TERM", "") not in ("", "dumb")


def reviewer() -> str:
    """Who decides: REALIST_REVIEWER, else the account's name."""
    import getpass

    named = os.environ.get("REALIST_REVIEWER")
    if named:
        return named
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unnamed reviewer"


def zotero_api_key() -> str:
    """From ZOTERO_API_KEY, else the system keyring; "" where there is none. Never written anywhere."""
    key = os.environ.get("ZOTERO_API_KEY", "").strip()
    if key:
        return key
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password("realist", "zotero") or ""
    except KeyringError:
        return ""


@dataclass(frozen=True, slots=True)
class ChromaAccess:
    """What a Chroma server wants to know of who asks."""

    token: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    tenant: str = ""
    database: str = ""


def chroma_access() -> ChromaAccess:
    """
    From CHROMA_API_KEY, CHROMA_TENANT and CHROMA_DATABASE, as Chroma Cloud names them, and CHROMA_HEADERS
    ("Authorization: Bearer …", several apart by ";") for a server behind a gate of its own. Never written anywhere.
    """
    headers: dict[str, str] = {}
    for line in filter(str.strip, os.environ.get("CHROMA_HEADERS", "").split(";")):
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or not (name.strip() + value.strip()).isascii():
            raise Misused("CHROMA_HEADERS is not of the form `Name: value; Name: value`.")
        headers[name.strip()] = value.strip()
    return ChromaAccess(
        token=os.environ.get("CHROMA_API_KEY", ""),
        headers=headers,
        tenant=os.environ.get("CHROMA_TENANT", ""),
        database=os.environ.get("CHROMA_DATABASE", ""),
    )


def zotero_api_url() -> str:
    """
    ZOTERO_API_URL: the web API of a Zotero server other than zotero.org; "" for zotero.org.

    No setting of a review: a review from somebody else must not choose where the key is sent.
    """
    return os.environ.get("ZOTERO_API_URL", "").strip()


def remembered_leave() -> str:
    """The key by which a Zotero here knows that it was told to always allow writing; "" where there is none."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password("realist", "zotero-local") or ""
    except KeyringError:
        return ""


def remember_leave(key: str) -> None:
    """Into the system keyring. Without one nothing is kept, and Zotero asks again at the next push."""
    import contextlib

    import keyring
    from keyring.errors import KeyringError

    with contextlib.suppress(KeyringError):
        keyring.set_password("realist", "zotero-local", key)


def store_zotero_api_key(key: str) -> None:
    """Into the system keyring. Raises MissingPart where this system has none."""
    import keyring
    from keyring.errors import KeyringError

    from zotero_bridge.errors import MissingPart

    try:
        keyring.set_password("realist", "zotero", key)
    except KeyringError as error:
        raise MissingPart(
            "This system has no keyring to keep the key in.", hint="Set the variable ZOTERO_API_KEY instead."
        ) from error


def forget_zotero_api_key() -> None:
    """Out of the system keyring; no error where it was not there."""
    import contextlib

    import keyring
    from keyring.errors import KeyringError

    with contextlib.suppress(KeyringError):
        keyring.delete_password("realist", "zotero")
