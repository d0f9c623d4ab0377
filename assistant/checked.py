"""
A second look at located claims: whether the cited words bear them, and whether their sense came along.

Words can stand in a source and still say something else there: a demand cut off before its "must", a guess without its
"may", a finding of another work. What lost such a word is refused; whose statement it is, the claim says. Knows the
source's sentences; nothing of engines or the terminal.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from assistant.engines.fence import addresses_model
from assistant.gates import Turned, read
from assistant.model import Citation, Claim, Refusal, Voice
from assistant.support import Support, check_support
from assistant.support_words import HEDGES, PLANS
from zotero_bridge.model import Passage, SectionKind, SourceKind
from zotero_bridge.ports import PassageIndex

_ADDRESSED = "The words it rests on speak to a machine, not to a reader."
_TURN = 6000  # characters that one person may speak before their label is out of sight
_LABELS = 3  # a transcript has at least so many; an article that quotes one speaker has fewer
_LABEL = re.compile(
    r"^[ \t]*(?:(?P<asks>Interviewer|Facilitator|Moderator|Researcher)"
    r"|Participant|Interviewee|Respondent|Informant|Speaker)\b[^:\n]{0,60}:\s",
    re.MULTILINE,
)
_AROUND = 700  # characters before a quotation that are read with it; a long sentence is about 400
_WHOSE = {Turned.CITED: Voice.CITED_WORK, Turned.ASPIRATION: Voice.ASPIRATION, Turned.NORMATIVE: Voice.ASPIRATION}
_OF_OTHERS = (Voice.CITED_WORK, Voice.ASPIRATION, Voice.PARTICIPANT)


def checked(
    claims: Sequence[Claim], shown: Iterable[Passage], index: PassageIndex
) -> tuple[tuple[Claim, ...], tuple[Refusal, ...]]:
    """Claims with what the look found, each once; what the cited words do not bear is refused, with the reason."""
    kinds = {p.id: p.source_kind for p in shown}
    kept: dict[tuple[object, ...], Claim] = {}
    refused: list[Refusal] = []
    for claim in claims:
        told = replace(claim, voice=_voice(claim, index, kinds))
        verdict = _verdict(told, index, kinds)
        if verdict.supported is False:
            refused.append(Refusal(text=claim.text, reason=verdict.reason, section=claim.section))
        else:
            same = (told.text, *((c.source_key, c.start, c.end) for c in told.citations))
            kept.setdefault(same, replace(told, supported=verdict.supported, support_reason=verdict.reason))
    return tuple(kept.values()), tuple(refused)


def _verdict(claim: Claim, index: PassageIndex, kinds: Mapping[str, SourceKind]) -> Support:
    if any(addresses_model(c.quote) for c in claim.citations):
        return Support(False, _ADDRESSED)
    for citation in claim.citations:
        lost = lost_sense(citation, index, kinds.get(citation.passage_id, SourceKind.PDF))
        if lost:
            return Support(False, lost)
    return check_support(claim)


def lost_sense(citation: Citation, index: PassageIndex, kind: SourceKind = SourceKind.PDF) -> str:
    """Why a quotation that begins within a sentence does not say what the sentence says; "" where it does."""
    for sentence, before in _sentences_of(citation, index, kind):
        for pattern, said in ((PLANS, "a demand or a plan"), (HEDGES, "only a possibility")):
            turning = [found for found in pattern.finditer(before) if len(before[found.end() :].split()) <= _GOVERNS]
            if sentence in _TURNING and turning and not pattern.search(citation.quote):
                words = " ".join(before[turning[-1].start() :].split())
                return f"The quotation leaves out the words before it that make it {said}: “{words}”."
    return ""


_GOVERNS = 6  # words between a "must" or a "may" and what it governs
_TURNING = (Turned.ASPIRATION, Turned.NORMATIVE, Turned.HYPOTHETICAL)


def _voice(claim: Claim, index: PassageIndex, kinds: Mapping[str, SourceKind]) -> Voice | None:
    """Whose statement most of the cited words are, where the source's sentences tell that it is not its authors'."""
    heard: Counter[Voice] = Counter()
    for citation in claim.citations:
        for voice, length in _voices(citation, index, kinds.get(citation.passage_id, SourceKind.PDF)):
            heard[voice] += length
    most = heard.most_common(1)
    return most[0][0] if most and most[0][0] in _OF_OTHERS else claim.voice


def _voices(citation: Citation, index: PassageIndex, kind: SourceKind) -> Iterator[tuple[Voice, int]]:
    """Each voice in the cited words, with how many characters it has."""
    if _in_a_transcript(citation, index):
        yield Voice.PARTICIPANT, len(citation.raw)
        return
    text, begin, _ = _around(citation, index)
    end = begin + len(citation.raw)
    for sentence in read(text, citation.section_kind, kind):
        length = min(sentence.end, end) - max(sentence.start, begin)
        if length > 0:
            yield _WHOSE.get(sentence.turned, sentence.voice) if sentence.turned else sentence.voice, length


def _sentences_of(citation: Citation, index: PassageIndex, kind: SourceKind) -> Iterator[tuple[Turned | None, str]]:
    """The sentence a quotation begins in, as the gates take it, with its words before the quotation."""
    text, begin, first = _around(citation, index)
    for sentence in read(text, SectionKind.BODY, kind):
        if sentence.start < begin < sentence.end and (sentence.start > 0 or first):
            yield sentence.turned, text[sentence.start : begin]


def _around(citation: Citation, index: PassageIndex) -> tuple[str, int, bool]:
    """The text around a quotation, where the quotation begins in it, and whether it is the document's beginning."""
    text = index.document(citation.source_key).text
    start = max(0, citation.start - _AROUND)
    return text[start : citation.end + 200], citation.start - start, start == 0


def _in_a_transcript(citation: Citation, index: PassageIndex) -> bool:
    """Whether the last label before the words, in a text that has several, is that of somebody who was asked."""
    text = index.document(citation.source_key).text
    if len(list(zip(range(_LABELS), _LABEL.finditer(text), strict=False))) < _LABELS:
        return False
    before = list(_LABEL.finditer(text, max(0, citation.start - _TURN), citation.start + 1))
    return bool(before) and before[-1]["asks"] is None
