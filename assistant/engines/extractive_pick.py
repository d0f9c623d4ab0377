"""
What a question asks, and which sentences of the passages could answer it.

A sentence is quotable when it is evidence and plays a part in a configuration; one that leans on the sentence before is
quoted with it. Invariant: a quotable's text is a slice of its passage.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.candidates import linked
from assistant.gates import Sentence, Turned, read
from assistant.model import Hit, Role, Stance, Voice
from assistant.roles import RoleSpan, tag
from assistant.stance_tone import Tone, conditional, limiting, tone_of
from assistant.terms import asked, covered, term_set
from zotero_bridge.model import Passage, SectionKind, SourceKind

ENOUGH_COVERED = 0.5  # share of the question's weight that a passage must hold to bear on it
ENOUGH_MEANT = 0.5  # cosine from which a passage bears on a question whose words it does not use
FAR_IN_MEANING, WHOLLY_COVERED = 0.3, 0.75  # a passage far in meaning must hold nearly all the words
SENTENCE_COVERED = 0.4  # share that a sentence and its neighbours must hold
SOME_COVERED, SOME_MEANT = 0.25, 0.4  # neither alone is enough, both together are
UNHEARD = 1.5  # weight of a word of the question that no passage holds: the library may not know the subject
LONGEST = 700  # characters of one quotation
WITH_CAUSE = 450  # characters up to which an outcome is quoted with its cause
SHORTEST = 5  # words
EXPLAINS = 0.3  # a sentence that is part of an explanation, not a part by itself

_WANTS_LIMITS = re.compile(
    r"\b(?:backfire\w*|fail\w*|not work|doesn['’]t work|harm\w*|undermin\w+|hinder\w*|barriers?|limits?|limit\w+|stops?|contradict\w*|against|unintended|wrong|block\w*|obstacles?|problems? with|downsides?|risks? of|break down|breaks down|exceptions?|tension\w*)\b",
    re.IGNORECASE,
)
_WANTS = {
    Role.CONTEXT: re.compile(r"\b(?:when|where|circumstances?|conditions?|contexts?|settings?)\b", re.IGNORECASE),
    Role.RESOURCE: re.compile(
        r"\bwhat (?:do|does|did|can|could|should) \w+ (?:do|offer|provide|give)|\boffer(?:ed|s)?\b|\bhow (?:do|does|can) \w+",
        re.IGNORECASE,
    ),
    Role.REASONING: re.compile(
        r"\b(?:why|feel|think|respond|react|believe|motivat\w+|mechanisms?|how do (?:people|staff))\b", re.IGNORECASE
    ),
    Role.OUTCOME: re.compile(
        r"\b(?:outcomes?|effects?|results?|happens?|impacts?|consequences?|difference|achieve\w*|improve\w*|reduce\w*|lead to)\b",
        re.IGNORECASE,
    ),
}
_LEANS = re.compile(
    r"^[\"'“‘(\[]*(?:this|that|these|those|such|it|its|they|their|he|she|his|her|him|them|both|neither|the (?:former|latter|same|effect|result|difference|change|others?)|as a (?:result|consequence)|so|then|therefore|thus|hence|"
    r"consequently|even so|however|nonetheless|nevertheless|but|yet|and|instead|elsewhere|by contrast|in contrast|only|several|some|most|many|one|two|three|half|none|all|each|another|others?|similarly|likewise|also|far from|in turn|afterwards|after that|"
    r"now|there|here|since then|within (?:a|two|three|six) \w+|reading it|by then)\b",
    re.IGNORECASE,
)
_LEANS_HARD = re.compile(
    r"^[\"'“‘(\[]*(?:this|these|such|it|they|their|he|she|his|her|them|as a (?:result|consequence)|so|then|therefore|thus|consequently|even so|however|nonetheless|but|yet|and|instead|far from|in turn|only there|several then|neither)\b",
    re.IGNORECASE,
)
_PART_WORTH = {Role.REASONING: 0.3, Role.OUTCOME: 0.2, Role.RESOURCE: 0.2, Role.CONTEXT: 0.1}
_SECTION_WORTH = {
    SectionKind.RESULTS: 0.2, SectionKind.ABSTRACT: 0.05, SectionKind.DISCUSSION: 0.05, SectionKind.CONCLUSION: 0.0,
    SectionKind.INTRODUCTION: -0.35, SectionKind.RECOMMENDATIONS: -0.2, SectionKind.APPENDIX: -0.1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """A question as the engine reads it. `wanted` are its content terms; broad where they single nothing out."""

    question: str
    wanted: dict[str, float]
    broad: bool
    known: bool  # the passages together hold enough of its words
    limits: bool
    roles: frozenset[Role]
    best_score: float

    def bears(self, hit: Hit) -> bool:
        """Whether a passage has to do with the question at all."""
        if not self.wanted:
            return True
        if self.broad:
            return self.known
        share = covered(self.wanted, term_set(hit.passage.text))
        return (
            share >= (ENOUGH_COVERED if not hit.meaning or hit.meaning >= FAR_IN_MEANING else WHOLLY_COVERED)
            or hit.meaning >= ENOUGH_MEANT
            or (share >= SOME_COVERED and hit.meaning >= SOME_MEANT)
        )


@dataclass(frozen=True, slots=True)
class Quotable:
    """Words that may be quoted, with the part they play. `score` orders quotables of one question."""

    text: str
    passage: Passage
    role: Role | None
    stance: Stance
    voice: Voice
    score: float
    whom: bool  # tells for whom it holds
    terms: frozenset[str]


def asking(question: str, hits: Sequence[Hit]) -> Ask:
    """Reads the question against what the passages speak of."""
    wanted = asked(question)
    heard = frozenset().union(*(term_set(h.passage.text) for h in hits)) if hits else frozenset()
    single = {t: w for t, w in wanted.items() if w >= 1}
    if single:
        wanted = {t: (w if t in heard else w * UNHEARD) for t, w in wanted.items()}
    return Ask(
        question=question,
        wanted=wanted,
        broad=not single,
        known=not wanted or covered(wanted, heard) >= ENOUGH_COVERED or any(h.meaning >= ENOUGH_MEANT for h in hits),
        limits=bool(_WANTS_LIMITS.search(question)),
        roles=frozenset(role for role, pattern in _WANTS.items() if pattern.search(question)),
        best_score=max((h.score for h in hits), default=0.0) or 1.0,
    )


def quotables(ask: Ask, hits: Sequence[Hit]) -> list[Quotable]:
    """Every sentence of the passages that bears on the question and may be quoted, best first."""
    found = [q for hit in hits if ask.bears(hit) for q in _of_hit(ask, hit)]
    order = {id(q): i for i, q in enumerate(found)}
    return sorted(found, key=lambda q: (-q.score, order[id(q)]))


def _of_hit(ask: Ask, hit: Hit) -> list[Quotable]:
    passage = hit.passage
    told = read(passage.text, passage.locator.section_kind, passage.source_kind)
    spans = tag(passage.text, passage.locator.section_kind, passage.source_kind)
    bound = linked(spans)
    limited = _limits(passage.text, spans)
    explains = {s.sentence for s in linked(spans)}
    found: list[Quotable] = []
    for number, sentence in enumerate(told):
        mine = [s for s in bound if s.sentence == number and s.role is not Role.ACTOR]
        window = _window(told, number)
        if window is not None:
            window = _with_cause(told, number, window, mine, bound)
        if not sentence.evidence or not mine or window is None:
            continue
        quotable = _quotable(ask, hit, told, number, mine, window, limited, explains=number in explains)
        if quotable is not None:
            found.append(replace(quotable, score=quotable.score + _completeness(bound, number)))
    return found


def _neighbours(text: str, told: tuple[Sentence, ...], number: int) -> frozenset[str]:
    near = told[max(0, number - 1) : number + 2]
    return term_set(text[near[0].start : near[-1].end])


def _completeness(bound: tuple[RoleSpan, ...], number: int) -> float:
    """How much of a configuration stands close by: a part told alone explains little."""
    near = {s.role for s in bound if abs(s.sentence - number) <= 1}
    strength = max(
        (s.strength for s in bound if s.role is Role.REASONING and abs(s.sentence - number) <= 1), default=0.0
    )
    return sum(_PART_WORTH.get(role, 0.0) for role in near) + 0.05 * min(strength, 4.0)


def _quotable(
    ask: Ask,
    hit: Hit,
    told: tuple[Sentence, ...],
    number: int,
    spans: list[RoleSpan],
    window: tuple[int, int],
    limited: Stance,
    *,
    explains: bool,
) -> Quotable | None:
    passage = hit.passage
    text = passage.text[window[0] : window[1]]
    if len(text) > LONGEST or len(text.split()) < SHORTEST:
        return None
    role = _primary(spans)
    held = term_set(text)
    share = covered(ask.wanted, held)
    around = covered(ask.wanted, held | _neighbours(passage.text, told, number))
    if not ask.broad and around < SENTENCE_COVERED and hit.meaning < SOME_MEANT:
        return None
    stance = _stance(passage.text, told[number], spans, limited)
    roles = {s.role for s in spans}
    score = 0.45 * hit.score / ask.best_score + (0.0 if ask.broad else 0.4 * share + 0.4 * around)
    score += EXPLAINS if explains else 0.0
    score += 0.15 * (len(roles) - 1) + (0.1 if Role.REASONING in roles else 0.0)
    score += 0.15 if role in ask.roles else 0.0
    score += 0.3 if ask.limits and stance is not Stance.SUPPORTS else 0.0
    score += _SECTION_WORTH.get(passage.locator.section_kind, 0.0)
    score -= 0.3 if passage.source_kind is SourceKind.NOTE else 0.0
    score -= 0.05 if passage.source_kind in (SourceKind.ANNOTATION, SourceKind.ABSTRACT) else 0.0
    voice = told[number].voice
    return Quotable(text, passage, role, stance, voice, score, _for_whom(text), held)


def _window(told: tuple[Sentence, ...], number: int) -> tuple[int, int] | None:
    """Where the quotation begins and ends; None where the sentence leans on one that cannot be quoted with it."""
    sentence = told[number]
    before = told[number - 1] if number and not _apart(told[number - 1], sentence) else None
    if not _LEANS.match(sentence.text):
        return sentence.start, sentence.end
    if before is not None and before.turned in (None, Turned.FRAGMENT):
        return before.start, sentence.end
    return None if _LEANS_HARD.match(sentence.text) else (sentence.start, sentence.end)


def _apart(before: Sentence, sentence: Sentence) -> bool:
    return sentence.start - before.end > 1  # a paragraph ends between them


def _with_cause(
    told: tuple[Sentence, ...],
    number: int,
    window: tuple[int, int],
    mine: list[RoleSpan],
    bound: tuple[RoleSpan, ...],
) -> tuple[int, int]:
    """What follows is quoted with the sentence that tells why, where that one stands just before it."""
    explained = {s.role for s in mine} & {Role.REASONING, Role.RESOURCE}
    before = {s.role for s in bound if s.sentence == number - 1} & {Role.REASONING, Role.RESOURCE}
    if explained or not before or window[0] < told[number].start or told[number - 1].turned is not None:
        return window
    if _apart(told[number - 1], told[number]):
        return window
    start = told[number - 1].start
    return (start, window[1]) if window[1] - start <= WITH_CAUSE else window


def _primary(spans: list[RoleSpan]) -> Role:
    order = (Role.REASONING, Role.OUTCOME, Role.RESOURCE, Role.CONTEXT)
    return min((s.role for s in spans), key=order.index)


def _limits(text: str, spans: tuple[RoleSpan, ...]) -> Stance:
    """Whether a passage as a whole tells of gain, of its limits, or of the opposite."""
    tones = {
        role: {tone_of(text[s.start : s.end]) for s in spans if s.role is role}
        for role in (Role.REASONING, Role.OUTCOME)
    }
    both = tones[Role.REASONING] | tones[Role.OUTCOME]
    if not both:
        return Stance.SUPPORTS
    if both == {Tone.AGAINST}:
        return Stance.REFUTES
    if Tone.AGAINST in both and Tone.WITH in both and (limiting(text) or conditional(text)):
        return Stance.REFINES
    return Stance.SUPPORTS


def _stance(text: str, sentence: Sentence, spans: list[RoleSpan], limited: Stance) -> Stance:
    if conditional(sentence.text) and {s.role for s in spans} & {Role.REASONING, Role.OUTCOME}:
        return Stance.REFINES
    if limited is Stance.SUPPORTS:
        return Stance.SUPPORTS
    tones = {tone_of(text[s.start : s.end]) for s in spans if s.role in (Role.REASONING, Role.OUTCOME)}
    return limited if Tone.AGAINST in tones else Stance.SUPPORTS


_WHOM = re.compile(
    r"\b(?:particularly|especially|chiefly|mainly|only|most|less so|not) (?:for|among|in|with|where|those)\b|\bamong (?:the )?\w+|\bfor (?:those|people|staff|patients|families|women|men|small\w*|junior|senior|younger|older)\b|\bthose (?:who|with|without|in)\b",
    re.IGNORECASE,
)


def _for_whom(text: str) -> bool:
    return bool(_WHOM.search(text))
