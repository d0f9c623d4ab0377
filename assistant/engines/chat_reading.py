"""
From the objects of a model's reply to drafts, and what is wrong with them on the way.

Nothing is mended here: a number that was never shown stays wrong for `ground` to refuse, a claim that carries a link of
its own or rests on words addressed to a machine is refused at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import cast

from pydantic import BaseModel

from assistant.engines.fence import Fenced, addresses_model
from assistant.engines.reply_schema import Broken, CandidateReply, ClaimReply, FindingReply
from assistant.model import (
    CMOC,
    Basis,
    DraftCandidate,
    DraftClaim,
    DraftElement,
    DraftQuote,
    Hit,
    Refusal,
    Role,
    Stance,
    Voice,
)
from assistant.ports import DraftFinding
from zotero_bridge.fold import find, fold

_NEARLY = 0.6  # of the characters in common: the same claim, mended
_MOST_FAULTS = 12  # told to the model in the repair round
_LINK = re.compile(r"https?://\S+|www\.\S+|!?\[[^\]]*\]\([^)]*\)|<[a-z]+[^>]*>", re.IGNORECASE)
_ADDRESSED = "The words it rests on speak to a machine, not to a reader."


def faults(objects: Sequence[BaseModel | Broken], fenced: Fenced) -> list[str]:
    """What a repair round should mend: broken objects, words that stand in no passage named."""
    found = [f"{one.reason} ({one.text[:80]})" for one in objects if isinstance(one, Broken)]
    for one in objects:
        for number, words in _rests_on(one):
            hit = fenced.numbers.get(number)
            if hit is None:
                found.append(f"There is no passage {number}.")
            elif not _stands(words, hit):
                found.append(f"Passage {number} does not hold exactly these words: “{words[:160]}”")
    return found[:_MOST_FAULTS]


def is_sound(one: BaseModel | Broken, fenced: Fenced) -> bool:
    """Whether it rests on words, and all of them stand where it says."""
    places = _rests_on(one)
    return bool(places) and all(n in fenced.numbers and _stands(w, fenced.numbers[n]) for n, w in places)


def same_words(one: BaseModel | Broken, others: Sequence[BaseModel | Broken]) -> bool:
    """Whether another rests on the same words."""
    return any(_rests_on(one) == _rests_on(other) for other in others)


def mended_by(one: BaseModel | Broken, sound: Sequence[BaseModel | Broken]) -> bool:
    """Whether a sound object says nearly what a faulty one said."""
    return any(SequenceMatcher(None, _wording(one), _wording(other)).ratio() >= _NEARLY for other in sound)


def _wording(one: BaseModel | Broken) -> str:
    if isinstance(one, Broken):
        return one.text
    return " ".join(words for _, words in _rests_on(one)) or str(getattr(one, "text", ""))


def _rests_on(one: BaseModel | Broken) -> list[tuple[int, str]]:
    if isinstance(one, ClaimReply):
        return [(q.passage, q.words) for q in one.quotes]
    if isinstance(one, CandidateReply):
        return [(e.passage, e.words) for e in one.elements]
    if isinstance(one, FindingReply):
        return [(one.passage, one.words)]
    return []


def _stands(words: str, hit: Hit) -> bool:
    bare = words.strip().strip('“”"').strip()
    passage = fold(hit.passage.text)
    return any(next(find(one, passage), None) for one in (bare, bare.rstrip(".,;:")))


def _quote(number: int, words: str, fenced: Fenced) -> DraftQuote:
    """A number that was never shown stays recognisably wrong, so that `ground` refuses it with its reason."""
    hit = fenced.numbers.get(number)
    return DraftQuote(hit.passage.id if hit else f"no passage {number}", words)


def claim_of(one: BaseModel | Broken, fenced: Fenced) -> DraftClaim | Refusal:
    if isinstance(one, Broken):
        return Refusal(plain(one.text), one.reason)
    reply = cast(ClaimReply, one)
    text = plain(reply.text)
    quotes = tuple(_quote(q.passage, q.words, fenced) for q in reply.quotes)
    section = plain(reply.section)[:120]
    if any(addresses_model(q.words) for q in reply.quotes):
        return Refusal(text, _ADDRESSED, section)
    link = _LINK.search(text)
    if link and not any(link.group() in q.words for q in reply.quotes):
        return Refusal(text, "It holds a link or markup that the words it rests on do not.", section)
    if not text:
        return Refusal("(an empty claim)", "It says nothing.", section)
    return DraftClaim(
        text=text,
        quotes=quotes,
        section=section,
        basis=Basis(reply.basis),
        role=Role(reply.role) if reply.role else None,
        stance=Stance(reply.stance),
        voice=Voice(reply.voice) if reply.voice else None,
    )


def candidate_of(one: BaseModel | Broken, fenced: Fenced) -> DraftCandidate | Refusal:
    if isinstance(one, Broken):
        return Refusal(plain(one.text), one.reason)
    reply = cast(CandidateReply, one)
    named = plain(reply.title)[:120] or (plain(reply.elements[0].words)[:120] if reply.elements else "(empty)")
    if any(addresses_model(e.words) for e in reply.elements):
        return Refusal(named, _ADDRESSED)
    elements = tuple(DraftElement(Role(e.role), _quote(e.passage, e.words, fenced)) for e in reply.elements)
    roles = {e.role for e in elements}
    if not roles & {Role.RESOURCE, Role.REASONING} or not roles & {Role.CONTEXT, Role.OUTCOME}:
        return Refusal(named, "It links no mechanism with a context or an outcome.")
    return DraftCandidate(elements=elements, title=plain(reply.title)[:120], limits=reply.limits)


def finding_of(one: BaseModel | Broken, fenced: Fenced) -> DraftFinding | Refusal:
    if isinstance(one, Broken):
        return Refusal(plain(one.text), one.reason)
    reply = cast(FindingReply, one)
    if addresses_model(reply.words):
        return Refusal(plain(reply.words)[:200], _ADDRESSED)
    return DraftFinding(
        stance=Stance(reply.stance),
        part=reply.part,
        reason=plain(reply.reason)[:300],
        quote=_quote(reply.passage, reply.words, fenced),
    )


def plain(text: str) -> str:
    """Fit for a terminal: no control or invisible characters."""
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Cn"))


def in_words(cmoc: CMOC) -> str:
    lines = [f"{cmoc.title}: {cmoc.statement}"]
    for role in (Role.CONTEXT, Role.RESOURCE, Role.REASONING, Role.OUTCOME):
        lines += [f"{role.value}: {element.text}" for element in cmoc.part(role)]
    return "\n".join(lines)
