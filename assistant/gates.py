"""
Decide which sentences of a passage are evidence, and whose statement each one is.

Knows words and typography only: nothing of questions, CMOCs or models. What it turns away keeps its reason, so that a
reader can be told. One invariant: the sentences it returns are slices of the text it was given, in order, not overlapping.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from assistant.gates_patterns import (
    ACKNOWLEDGEMENT,
    ASPIRATION,
    BACKGROUND,
    BOILERPLATE,
    CITATION_MARK,
    CITED,
    CONSENT,
    DEFINITION,
    HYPOTHETICAL,
    LABEL,
    METHODS,
    NO_FINDING,
    NORMATIVE,
    QUANTITATIVE_REPORT,
    REFERENCE_MARKS,
    SPEAKER,
    SPECULATIVE_MODAL,
    SPOKEN_WISH,
    STRUCTURE,
    shielded,
)
from assistant.model import Voice
from assistant.roles_verbs import finite_verbs
from zotero_bridge.model import SectionKind, SourceKind
from zotero_bridge.sentences import sentences


class Turned(StrEnum):
    """Why a sentence is not evidence."""

    SECTION = "stands in a section that holds no findings"
    REFERENCE = "is an entry of a reference list"
    TABLE = "is the text of a table"
    ASPIRATION = "says what is hoped or intended"
    NORMATIVE = "says what ought to be done"
    HYPOTHETICAL = "says what might be"
    DEFINITION = "defines a term"
    BACKGROUND = "is background"
    METHODS = "tells how the work was done"
    NO_FINDING = "says what was not found out"
    ACKNOWLEDGEMENT = "is an acknowledgement or a declaration"
    BOILERPLATE = "is boilerplate"
    STRUCTURE = "tells how the document is arranged"
    QUESTION = "is a question"
    CITED = "reports the work of others"
    FRAGMENT = "is not a sentence"


_CLOSED_SECTIONS = frozenset(
    {
        SectionKind.REFERENCES,
        SectionKind.METHODS,
        SectionKind.ACKNOWLEDGEMENTS,
        SectionKind.FRONT_MATTER,
        SectionKind.TABLE,
        SectionKind.CAPTION,
        SectionKind.FOOTNOTE,
    }
)
_AUTHORED_SECTIONS = frozenset(
    {
        SectionKind.ABSTRACT,
        SectionKind.INTRODUCTION,
        SectionKind.RESULTS,
        SectionKind.DISCUSSION,
        SectionKind.CONCLUSION,
    }
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_OPENING = "“‘"
_ASKS = re.compile(r"\?[\"'”’)]*$")
_ASKING = re.compile(
    r"^\W*(?:\w+: )?(?:and |but |so )?(?:what|why|how|when|where|who|which|did|do|does|is|are|was|were|could|can|would|has|have)\b",
    re.IGNORECASE,
)
_REPORTS = re.compile(r"\b(?:said|says|asked|asks|thought|think|wondered)\b")
_TITLE = re.compile(r"^(?:how|what|why|who|which)\b[^,;:?]*$|^key \w+", re.IGNORECASE)
_PAST_MIND = re.compile(
    r"\b(?:felt|thought|knew|believed|realised|realized|said|told|feared|decided|agreed|asked)\b", re.IGNORECASE
)
_MAIN_VERB = re.compile(r"\b(?:was|were|is|had|did|made|came)\b|['’]s\b", re.IGNORECASE)
_SPOKEN = re.compile(r"\b(?:I|we|you)['’](?:d|ll|m|ve|re)\b|\byou know\b")  # nobody writes so in a report
_ASKER = re.compile(r"^(?:interviewer|facilitator|researcher|moderator|int|i|q|question|iv)\b", re.IGNORECASE)
_STRAIGHT_OPEN = re.compile(r"(?:^|[\s(:—–-])(['\"])(?=\w)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[start:end]`. `turned` is None where the sentence counts as evidence."""

    start: int
    end: int
    text: str
    voice: Voice
    turned: Turned | None = None

    @property
    def evidence(self) -> bool:
        return self.turned is None


@lru_cache(maxsize=4096)
def read(
    text: str, section_kind: SectionKind = SectionKind.BODY, source_kind: SourceKind = SourceKind.PDF
) -> tuple[Sentence, ...]:
    """Every sentence of a passage with its verdict. Speakers and quotation marks are followed from one to the next."""
    found: list[Sentence] = []
    speech = _Speech()
    closed = False
    for start, end in sentences(text):
        sentence = text[start:end]
        speaking = speech.enter(sentence)
        if label := LABEL.match(sentence):
            closed = label["closed"] is not None
        turned = Turned.SECTION if closed else _verdict(sentence, section_kind, speaking, asked=speech.asked)
        if turned is None and found and found[-1].turned in (Turned.METHODS, Turned.HYPOTHETICAL, Turned.CITED):
            turned = _carried(sentence, found[-1].turned)
        voice = _voice(turned, speaking, section_kind)
        found.append(Sentence(start, end, sentence, voice, turned))
    return tuple(_as_a_whole(found))


def why_not(sentence: str, section_kind: SectionKind = SectionKind.BODY, *, speaking: bool = False) -> Turned | None:
    """The reason why one sentence, read alone, is not evidence; None where it is."""
    return _verdict(sentence, section_kind, speaking, asked=False)


def _as_a_whole(found: list[Sentence]) -> list[Sentence]:
    """Where a third of the sentences are entries of a list or a table, the passage is one."""
    for kind in (Turned.REFERENCE, Turned.TABLE):
        if sum(s.turned is kind for s in found) * 3 >= len(found):
            return [s if s.turned else replace(s, turned=kind) for s in found]
    return found


class _Speech:
    """Who speaks: follows speaker labels and quotation marks through a passage."""

    __slots__ = ("_labelled", "_quoting", "asked")

    def __init__(self) -> None:
        self.asked = False
        self._labelled = False
        self._quoting = ""

    def enter(self, sentence: str) -> bool:
        """True where the sentence, or most of it, is somebody's own words."""
        label = SPEAKER.match(sentence)
        if label:
            self.asked = bool(_ASKER.match(label["who"]))
            self._labelled = not self.asked
        quoting_before = bool(self._quoting)
        opened = self._follow_quotes(sentence)
        return self._labelled or quoting_before or opened or bool(_SPOKEN.search(sentence))

    def _follow_quotes(self, sentence: str) -> bool:
        opened = False
        if self._quoting:
            closing = {"“": "”", "‘": "’", '"': '"', "'": "'"}[self._quoting]
            if re.search(rf"[.,!?…]{re.escape(closing)}(?=\s|$)|{re.escape(closing)}(?=\s*(?:\(|$))", sentence):
                self._quoting = ""
        starts = _STRAIGHT_OPEN.findall(sentence[:2]) or [c for c in sentence[:1] if c in _OPENING]
        late = re.search(r"[:,]\s+([“‘\"'])(?=\w)", sentence)
        mark = starts[0] if starts else (late.group(1) if late else "")
        if mark and not self._quoting:
            closing = {"“": "”", "‘": "’"}.get(mark, mark)
            inner = sentence[sentence.find(mark) + 1 :]
            ends = re.search(rf"[.,!?…\w]{re.escape(closing)}(?=[\s.,;)]|$)", inner)
            opened = len(inner.split()) > 3 and (ends is None or ends.start() > len(sentence) // 4)
            reopened = ends is not None and re.search(
                rf"{re.escape(mark)}\w[^{re.escape(closing)}]*$", inner[ends.end() :]
            )
            self._quoting = mark if opened and (ends is None or reopened) else ""
        return opened


def _verdict(sentence: str, section_kind: SectionKind, speaking: bool, *, asked: bool) -> Turned | None:
    if section_kind in _CLOSED_SECTIONS:
        return Turned.SECTION
    if len(REFERENCE_MARKS.findall(sentence)) >= 2:
        return Turned.REFERENCE
    if _tabular(sentence):
        return Turned.TABLE
    if asked or (
        _ASKS.search(sentence)
        and (_ASKING.match(sentence) or len(sentence.split()) < 6 or not (speaking or _REPORTS.search(sentence)))
    ):
        return Turned.QUESTION
    if CONSENT.search(sentence):
        return Turned.BOILERPLATE
    if not speaking and _heading(sentence):
        return Turned.FRAGMENT
    if not speaking:
        plain = _plain_verdict(sentence)
        if plain is not None:
            return plain
    if len(_WORD.findall(sentence)) < 3:
        return Turned.FRAGMENT
    return _modal_verdict(sentence, speaking)


def _plain_verdict(sentence: str) -> Turned | None:
    """Verdicts that hold for a document's own sentences, not for somebody's speech."""
    for pattern, turned in (
        (ACKNOWLEDGEMENT, Turned.ACKNOWLEDGEMENT),
        (BOILERPLATE, Turned.BOILERPLATE),
        (STRUCTURE, Turned.STRUCTURE),
        (NO_FINDING, Turned.NO_FINDING),
        (METHODS, Turned.METHODS),
        (DEFINITION, Turned.DEFINITION),
        (CITED, Turned.CITED),
        (CITATION_MARK, Turned.CITED),
        (BACKGROUND, Turned.BACKGROUND),
        (QUANTITATIVE_REPORT, Turned.METHODS),
        (ASPIRATION, Turned.ASPIRATION),
    ):
        if pattern.search(sentence):
            return turned
    return None


def _modal_verdict(sentence: str, speaking: bool) -> Turned | None:
    if HYPOTHETICAL.search(sentence):
        return Turned.HYPOTHETICAL
    if speaking:
        wish = SPOKEN_WISH.search(sentence)
        return Turned.ASPIRATION if wish and not _PAST_MIND.search(sentence, 0, wish.start()) else None
    for pattern, turned in ((NORMATIVE, Turned.NORMATIVE), (SPECULATIVE_MODAL, Turned.HYPOTHETICAL)):
        for found in pattern.finditer(sentence):
            if not shielded(sentence, found.start()):
                return turned
    return None


def _heading(sentence: str) -> bool:
    """A heading that lost its line: few words and no verb, or a question's words that ask nothing."""
    count = len(_WORD.findall(sentence))
    title = count <= 10 and bool(_TITLE.match(sentence.rstrip("."))) and not _MAIN_VERB.search(sentence)
    return title or (count < 8 and not finite_verbs(sentence))


def _tabular(sentence: str) -> bool:
    """Many numbers, few verbs: text that a table left behind."""
    words, numbers = len(_WORD.findall(sentence)), len(_NUMBER.findall(sentence))
    return numbers >= 6 and numbers * 3 >= words


_CARRIES_ON = re.compile(r"^(?:A|An|This|These|It|They|Two|Three|Each|The)\b.{0,60}\b(?:review|studies|study|trial)\b")


def _carried(sentence: str, before: Turned | None) -> Turned | None:
    """A sentence that goes on from one that was turned away, in the same breath."""
    if before is Turned.CITED and _CARRIES_ON.search(sentence):
        return Turned.CITED
    return None


def _voice(turned: Turned | None, speaking: bool, section_kind: SectionKind) -> Voice:
    if turned is Turned.CITED:
        return Voice.CITED_WORK
    if turned in (Turned.ASPIRATION, Turned.NORMATIVE):
        return Voice.ASPIRATION
    if speaking:
        return Voice.PARTICIPANT
    return Voice.AUTHOR if section_kind in _AUTHORED_SECTIONS else Voice.DOCUMENT
