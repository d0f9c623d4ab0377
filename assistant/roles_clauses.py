"""
Split a sentence into clauses, each with the word that ties it to the one before.

Knows the joints of English sentences and nothing of roles. One invariant: clauses are slices of the sentence, in order
and disjoint, and the connectives between them belong to none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from assistant.roles_verbs import AUXILIARY, IRREGULAR_PAST, PRESENT


class Link(StrEnum):
    """How a clause hangs on the sentence."""

    START = "start"
    THEN = "then"  # and, semicolon, dash
    SO = "so"  # so, as a result, leading to
    BECAUSE = "because"
    WHEN = "when"  # when, once, after, if
    WHERE = "where"  # where, in places with, among, during
    CONTRAST = "contrast"  # but, although, even so
    ONLY = "only"  # only in, particularly where, provided that
    WHO = "who"  # modifies the subject: who had …, with …, serving …
    SAID = "said"  # what is left of "said a director"


@dataclass(frozen=True, slots=True)
class Clause:
    """`sentence[start:end]`. `fronted`: a subordinate clause that precedes its main clause."""

    start: int
    end: int
    link: Link
    fronted: bool = False


_TOKEN = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*|\d[\d.,]*%?")
_NOT_FINITE_AFTER = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "their",
        "its",
        "his",
        "her",
        "our",
        "your",
        "my",
        "of",
        "for",
        "with",
        "without",
        "by",
        "from",
        "in",
        "on",
        "at",
        "to",
        "and",
        "or",
        "more",
        "most",
        "less",
        "very",
        "newly",
        "recently",
        "jointly",
        "highly",
        "well",
        "poorly",
        "shared",
        "as",
        "than",
        "some",
        "any",
        "no",
        "each",
        "every",
        "both",
        "who",
        "which",
        "whom",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "former",
        "other",
        "own",
        "be",
        "been",
        "being",
        "was",
        "were",
        "is",
        "are",
        "had",
        "has",
        "have",
        "get",
        "got",
        "new",
        "single",
        "not",
        "never",
    ]
)
_LY = re.compile(r"\w+ly$", re.IGNORECASE)
_NOT_VERBS_ED = frozenset(
    [
        "need",
        "indeed",
        "hundred",
        "bed",
        "red",
        "shed",
        "seed",
        "speed",
        "feed",
        "breed",
        "sacred",
        "naked",
        "united",
        "embed",
    ]
)

_SO_WORDS = (
    r"(?:and |and,? )?(?:as a (?:result|consequence)|consequently|therefore|thus|hence|in consequence|accordingly|in turn|ultimately|eventually)|"
    r"with the (?:result|effect|consequence) that|so that|so(?! far| that| as| even| long| much| many| few| little| called)|(?:and )?so(?= (?:they|we|it|he|she|the|that))|"
    r"(?:which|that|and|this|these|it)? ?(?:in turn )?(?:(?:led|leads|leading|lead)(?: \w+)? to|(?:results?|resulted|resulting) in|(?:g(?:ave|ives|iving)) rise to|(?:brought|brings|bringing) about|mean(?:t|s|ing) that|contribut(?:ed|es|ing) to)|which meant|meaning|thereby|whereupon|the result (?:was|is|being)(?: that)?"
)
_OPENER_SO = re.compile(
    rf"^(?:{_SO_WORDS}|by then|by the \w+ \w+|in the end|over time|in time|within (?:a|two|three|six|\w+) \w+|after that|since then|soon|that (?:is|was) (?:why|the day|when)|from then on)\b,?\s+",
    re.IGNORECASE,
)
_OPENER_CONTRAST = re.compile(
    r"^(?:but|yet|however|nonetheless|nevertheless|even so|still|by contrast|in contrast|conversely|on the other hand|instead|unfortunately|elsewhere|in (?:other|the other) (?:places|sites|systems|places|wards|schools|two|one))\b,?\s+",
    re.IGNORECASE,
)
_OPENER_ONLY = re.compile(
    r"^(?:this|the (?:effect|pattern|change|difference)|such \w+|it) (?:(?:held|applied|occurred|happened|worked)|was (?:true|so|seen|most marked|strongest|the case|evident|greatest|more marked))(?: \w+)? (?:for|in|among|on|where|when)\s+",
    re.IGNORECASE,
)
_OPENER_SUBORDINATE = re.compile(
    r"^(?P<word>because|since(?= (?:they|he|she|it|we|people|staff|the))|as(?= (?:they|he|she|it|we|people|staff|leaders|trust))|given(?: that)?|"
    r"when(?:ever)?|once|if|after|before|until|as soon as|"
    r"where(?:ver)?|in|on|at|among(?:st)?|amid(?:st)?|during|under|within|across|against|throughout|for|with|without|following|faced with|despite|in spite of|"
    r"although|though|even though|while|whilst|whereas|far from|rather than|contrary to|only (?:in|where|when|among|after|if)|except (?:in|where)|"
    r"unless|provided that|so long as|as long as|by|through|being|[A-Z][a-z]+ing)\b\s*",
    re.IGNORECASE,
)
_DENIED = ("far from", "rather than", "contrary to")  # what was expected and did not happen
_KIND_OF = {
    "because": Link.BECAUSE, "since": Link.BECAUSE, "as": Link.BECAUSE, "given": Link.WHERE,
    "when": Link.WHEN, "whenever": Link.WHEN, "once": Link.WHEN, "if": Link.WHEN, "after": Link.WHEN, "before": Link.WHERE, "until": Link.WHERE, "as soon as": Link.WHEN,
    "although": Link.CONTRAST, "though": Link.CONTRAST, "even though": Link.CONTRAST, "while": Link.CONTRAST, "whilst": Link.CONTRAST, "whereas": Link.CONTRAST,
    "despite": Link.CONTRAST, "in spite of": Link.CONTRAST, "far from": Link.CONTRAST, "rather than": Link.CONTRAST, "contrary to": Link.CONTRAST,
    "unless": Link.ONLY, "provided that": Link.ONLY, "so long as": Link.ONLY, "as long as": Link.ONLY,
    "by": Link.WHEN, "through": Link.WHEN, "being": Link.WHEN, "following": Link.WHEN,
}  # fmt: skip
_PLACE = (
    r"(?:places|those|areas|regions|districts|systems|organi[sz]ations|teams|settings|sites|localities|units|wards|schools|hospitals|clinics|practices|provinces|counties|villages|camps|communities|neighbourhoods|towns|departments|"
    r"people|staff|patients|families|women|men|adults|children|leaders|partners|services|homes|contexts|circumstances|cases|trusts|councils|countries|households|facilities|groups|place|site|system|area|team|ward|school|hospital|unit|district|village|town|department|practice|organi[sz]ation|community|clinic)"
)
_JOINTS = re.compile(
    r"(?P<semi>;\s+(?:and |but |so |there, |in those places, )?|\s+[–—]\s+|—|:\s+(?=[a-z])|,?\s+then(?=\s+(?:they|he|she|it|we)\b))"
    rf"|(?P<so>,?\s+(?:{_SO_WORDS})\s+)"
    r"|(?P<because>,?\s+(?:because(?! of)|(?<=,)\s*as(?= (?:they|he|she|it|we|people|staff) )|(?<=,)\s*since|since(?= (?:they|he|she|it|we|people|staff)\b)|given that|on the grounds that)\s+)"
    rf"|(?P<only>,?\s+(?:but )?(?:only|particularly|especially|notably|chiefly|mainly|mostly|above all|except|(?:this (?:was|is) )?(?:confined|limited|restricted) to)\s+(?P<onlyprep>(?=units|wards|places|those|sites|areas|teams|the)|in|among(?:st)?|where|when|for|on|within|after|if|at)\s+)"
    r"|(?P<unless>,?\s+(?:unless|provided that|so long as|as long as|on condition that)\s+)"
    r"|(?P<contrast>,?\s+(?:although|even though|though|whilst|while|whereas|even where|even if|despite)\s+)"
    rf"|(?P<where>,?\s+(?:(?:in|on|at|among|across|within) (?=(?:the |these |those |two |three |all |most )?{_PLACE}\b[^,;]{{0,40}}?\b(?:where|with|that|which|whose|in which|who|under|without)\b)|where|in which|amid|during|against a back\w+ of|under (?=(?:pressure|scrutiny|strain|special)))\s*)"
    r"|(?P<when>,?\s+(?:when(?:ever)?|once|after(?= (?:a|an|the|they|he|she|it|we|two|three|years|having)\b)|if|until)\s+)"
    r"|(?P<with>,\s+with\s+(?=[^,;]{3,70}?\b\w{3,}ing\b))"
    r"|(?P<cause>,?\s+(?:which \w+ )?(?:(?:put|puts) (?:this |it )?down to|(?:was|were|is|are)? ?(?:widely |largely )?attributed (?:this |it )?to|credited to|thanks to|owing to|(?<!was )(?<!were )(?<!is )(?<!are )due to(?! (?:leave|retire|close|end|start|begin|move|be|go|take|expire|open)\b)|on account of|because of)\s+)"
    r"|(?P<which>,\s+(?:which|who)\s+)"
    r"|(?P<and>,\s+(?:and|nor|or)(?:,\s+[^,]{3,30},)?\s+|\s+and,\s+[^,]{3,30},\s+|\s+and\s+(?=(?:they|he|she|it|we|nobody|no one|staff|people|I)\b)|\s+and\s+(?=(?:[\w’'-]+\s+){1,4}(?:was|were|became|fell|rose|remained|stopped|began|declined|increased|improved|ceased|dropped)\b))"
    r"|(?P<but>,\s+(?:but|yet)(?:,\s+[^,]{3,30},)?\s+|,\s+(?:however|nonetheless|nevertheless|though),\s+)"
    r"|(?P<comma>,\s+(?=(?:they|he|she|it|we|I|you|nobody|and)\b))"
)
_GROUP_LINK = {
    "semi": Link.THEN, "so": Link.SO, "because": Link.BECAUSE, "with": Link.SO, "cause": Link.BECAUSE, "only": Link.ONLY, "unless": Link.ONLY, "contrast": Link.CONTRAST, "where": Link.WHERE,
    "when": Link.WHEN, "which": Link.THEN, "and": Link.THEN, "but": Link.CONTRAST, "comma": Link.THEN,
}  # fmt: skip
_NEEDS_VERB = frozenset({"and", "but", "comma", "which", "when", "contrast"})
_INTERROGATIVE = re.compile(
    r"\b(?:see|saw|know|knew|known|understand|understood|tell|told|ask|asked|show|showed|learn|learned|discover|discovered|of|to|about|from)\s*$",
    re.IGNORECASE,
)
_NEW_CLAUSE = re.compile(
    r"(?:the|a|an|its|their|his|her|our|these|those|this|each|many|most|some|few|fewer|more)\b", re.IGNORECASE
)
_PLACE_HEAD = re.compile(rf"(?:the )?{_PLACE}\b[^,;]{{0,30}}$|(?:the )?{_PLACE}\b")
_SPEAKER = re.compile(r"^\W{0,2}[A-Z][\w.]*(?: ?\d+)?(?: \([^)]*\))?\s?:\s+")
_EDGE = " \t\n,;:.!?…'\"‘’“”()[]–—"
_SAYS = re.compile(
    r"^(?:[^,.;:]{0,60}?\b(?:said|says|say|told us|told me|reported|reports|explained|explains|recalled|remarked|noted|stated|added|commented|observed|described how|acknowledged|emphasi[sz]ed|stressed)"
    r"(?: to us)?(?: that)?|(?:[^,.;:]{0,40}?\b)?(?:we|authors?|stud(?:y|ies)|review|report|evaluation|analysis|data|interviews|observations?|findings|evidence|accounts|results) (?:\w+ )?(?:suggests?|suggested|found|argued|show(?:s|ed)?|indicated?s?|concluded?)(?: that)?|it was (?:said|reported|felt) that)\s+(?=(?:that |the |a |an |they |it |she |he |we |this |those |these |there |staff |people |what |one |no |when |where |if |being |taking |\w+s |\w+ (?:was|were|had|felt)))",
    re.IGNORECASE,
)
_SAID_TAIL = re.compile(
    r"(?:,|[’'”\"])[’'”\"]?,?\s+(?:(?:said|explained|recalled|remarked|added|noted|commented) (?:a|an|the|one|another)\b.*|(?:a|an|the|one|another) (?:[\w’'-]+ ){1,5}(?:said|explained|recalled|remarked|added|noted|commented)\W*)$",
    re.IGNORECASE,
)


def finite_verbs(text: str) -> list[tuple[int, int]]:
    """Where finite verbs seem to stand, by form alone. Good enough to find clauses, no more."""
    found: list[tuple[int, int]] = []
    before = ["", ""]
    for token in _TOKEN.finditer(text):
        word = token[0].lower()
        if _finite(word, before):
            found.append(token.span())
        before = [before[1], word]
    if len(found) > 1 and text[: found[0][0]].strip() == "" and text[slice(*found[0])].endswith("ed"):
        del found[0]  # "Structured debriefing helped": an adjective at the head
    return found


def _finite(word: str, before: list[str]) -> bool:
    if word in AUXILIARY:
        return before[1] != "to" and word not in ("be", "been")
    if before[1] == "to":
        return False
    adjectival = before[1] in _NOT_FINITE_AFTER or (_LY.match(before[1]) and before[0] in _NOT_FINITE_AFTER)
    if word in IRREGULAR_PAST:
        return not adjectival or before[1] in ("who", "which", "that", "and", "each", "both", "never", "one")
    if word in PRESENT:
        return before[1] in (
            "who",
            "which",
            "that",
            "they",
            "we",
            "it",
            "you",
            "i",
            "he",
            "she",
            "people",
            "staff",
        ) or (not adjectival and bool(before[1]))
    if word.endswith("ed") and len(word) > 4 and word not in _NOT_VERBS_ED:
        return not adjectival or before[1] in ("who", "which", "each", "both", "never", "and")
    return False


def clauses(sentence: str) -> list[Clause]:
    """The clauses of one sentence."""
    start, end = 0, len(sentence)
    if label := _SPEAKER.match(sentence):
        start = label.end()
    start, end = _trim(sentence, start, end)
    if credit := re.search(r"[.!?…]?[\"”’']\s*\([^()]{2,80}\)\W*$", sentence[start:end]):
        end = start + credit.start()
    if tail := _SAID_TAIL.search(sentence, start, end):
        end = tail.start()
    link = Link.START
    for pattern, opener in ((_OPENER_CONTRAST, Link.CONTRAST), (_OPENER_SO, Link.SO), (_OPENER_ONLY, Link.ONLY)):
        if (found := pattern.match(sentence[start:end])) and start + found.end() < end:
            start += found.end()
            link = opener
            break
    found_clauses: list[Clause] = []
    if says := _SAYS.match(sentence[start:end]):
        found_clauses.append(Clause(start, start + says.end(), Link.SAID))
        start += says.end()
    fronted = _framed(sentence, start, end) or _fronted(sentence, start, end)
    if fronted:
        found_clauses.extend(_places_within(sentence, fronted[0]))
        start = fronted[1]
        if says := _SAYS.match(sentence[start:end]):
            found_clauses.append(Clause(start, start + says.end(), Link.SAID))
            start += says.end()
    attributed = _ATTRIBUTED.match(sentence[start:end])
    if attributed and not fronted:
        effect, cause = attributed.span("effect"), attributed.span("cause")
        found_clauses.append(Clause(start + effect[0], start + effect[1], Link.SO))
        found_clauses.extend(_jointed(sentence, start + cause[0], end, Link.BECAUSE))
    else:
        found_clauses.extend(_jointed(sentence, start, end, link))
    return [c for c in (_trimmed(sentence, c) for c in found_clauses) if c.end - c.start > 2]


def _fronted(sentence: str, start: int, end: int) -> tuple[Clause, int] | None:
    """A subordinate clause or phrase at the head of the sentence, and where the main clause begins."""
    opener = _OPENER_SUBORDINATE.match(sentence[start:end])
    if opener is None:
        return None
    word = opener["word"].lower()
    if word in _DENIED and (comma := re.search(r",\s+", sentence[start:end])):
        at = start + comma.end()
        return Clause(start, start, Link.CONTRAST, fronted=True), at
    link = Link.ONLY if word.startswith(("only", "except")) else _KIND_OF.get(word, Link.WHERE)
    participle = word.endswith("ing") and word not in _KIND_OF and word != "during"
    if participle:
        link = Link.WHEN
    body = start + opener.end()
    if participle and finite_verbs(re.split(r"[,;]", sentence[body:end], maxsplit=1)[0]):
        return None  # "Investing in X built trust": the subject, not a circumstance
    inverted = re.search(r"\s(?=(?:did|were|was|do|does|had|have) (?:\w+ ){1,4}\w+)", sentence[body:end])
    if link is Link.ONLY and inverted:
        return Clause(body, body + inverted.start(), link, fronted=True), body + inverted.end()
    for comma in re.finditer(r"[,;]\s+", sentence[body:end]):
        rest = sentence[body + comma.end() : end]
        main = re.split(r"[,;]", rest, maxsplit=1)[0]
        if re.match(r"(?:and|or|but|which|who|where|in which|whose|many|including|such as)\b", rest) and not re.match(
            r"and [^,]*,", rest
        ):
            continue
        if finite_verbs(main) or re.match(r"then\b", rest):
            skip = re.match(r"then\s+", rest)
            at = body if not participle else start
            return Clause(at, body + comma.start(), link, fronted=True), body + comma.end() + (
                skip.end() if skip else 0
            )
    verbs = finite_verbs(sentence[body:end])
    if word in ("where", "when", "once", "if", "because") and len(verbs) >= 2:
        subject = re.search(
            r"\s(?=(?:they|he|she|it|we|nobody|no one|staff|people)\s)",
            sentence[body + verbs[0][1] : body + verbs[1][0]],
        )
        if subject:
            at = body + verbs[0][1] + subject.start()
            return Clause(body, at, link, fronted=True), at + 1
    pronoun = re.search(r"\s(?=(?:they|he|she|it|we|nobody|no one)\s+\w+)", sentence[body:end])
    if (
        pronoun
        and link in (Link.WHERE, Link.ONLY)
        and word != "for"
        and finite_verbs(sentence[body + pronoun.end() : end])
    ) and not finite_verbs(sentence[body : body + pronoun.start()]):
        return Clause(body, body + pronoun.start(), link, fronted=True), body + pronoun.end()
    return None


_PLACE_WITHIN = re.compile(
    rf"\s+(?:in|among(?:st)?|across|within) (?={_PLACE}\b[^,;]{{0,40}}?\b(?:where|with|that|which|whose|in which|who|under|without)\b)"
)


def _places_within(sentence: str, clause: Clause) -> list[Clause]:
    """ "If patients are shown X in clinics with time for Y": the place is a clause of its own."""
    found = _PLACE_WITHIN.search(sentence, clause.start, clause.end)
    if clause.link is Link.WHERE or found is None or found.start() - clause.start < 10:
        return [clause]
    return [
        Clause(clause.start, found.start(), clause.link, fronted=True),
        Clause(found.end(), clause.end, Link.WHERE, fronted=True),
    ]


def _jointed(sentence: str, start: int, end: int, link: Link) -> list[Clause]:
    found: list[Clause] = []
    at = start
    for joint in _JOINTS.finditer(sentence, start, end):
        group = joint.lastgroup or ""
        group = "only" if joint["only"] else group
        if joint.start() <= at:
            continue
        rest = sentence[joint.end() : end]
        if group == "where" and found and at and link is Link.WHERE and _PLACE_HEAD.match(sentence[at : joint.start()]):
            continue
        if group == "where" and not finite_verbs(sentence[at : joint.start()]) and link is not Link.WHERE:
            inner = finite_verbs(rest)
            aside = re.search(r",\s+", rest)
            if (
                sentence[joint.start()] == ","
                and aside
                and finite_verbs(rest[: aside.start()])
                and finite_verbs(rest[aside.end() :])
            ):
                found.append(Clause(joint.start() + 2, joint.end() + aside.start(), Link.WHERE))
                at = joint.end() + aside.end()
                continue
            second = 0 if _PLACE_HEAD.match(rest) and " where " not in rest and " which " not in rest else 1
            if len(inner) > second and not re.search(r"[,;]", rest[: inner[second][0]]):
                found.append(
                    Clause(
                        joint.start() + (1 if sentence[joint.start()] == " " else 2),
                        joint.end() + inner[second][0] - 1,
                        Link.WHERE,
                    )
                )
                at = joint.end() + inner[second][0]
                continue
        if group == "when" and _starts_with_verb(rest):
            continue
        if (
            group in _NEEDS_VERB
            and not re.match(r"(?:it|they|we|she|he|you|I)\b", rest)
            and not finite_verbs(re.split(r"[;]", rest, maxsplit=1)[0][:90])
        ):
            continue
        if group == "where" and _INTERROGATIVE.search(sentence[at : joint.start()]):
            continue
        left = sentence[at : joint.start()]
        phrase = link in (Link.WHERE, Link.ONLY) and bool(found)
        if (
            group in ("and", "which", "comma")
            and not finite_verbs(left)
            and not phrase
            and not (len(left.split()) > 4 and _NEW_CLAUSE.match(rest))
        ):
            continue
        found.append(Clause(at, joint.start(), link))
        at = joint.end()
        link = _GROUP_LINK[group]
    found.append(Clause(at, end, link))
    return [part for clause in found for part in _unfronted(sentence, clause)]


def _starts_with_verb(text: str) -> bool:
    verbs = finite_verbs(text[:40])
    return bool(verbs) and verbs[0][0] == 0


_CONSEQUENCE = re.compile(
    r"^(?:one|a|an|the|another|the main) (?:\w+ )?(?:consequence|result|effect|impact) of (?P<cause>[^,;]{5,120}?) (?:was|is|were|has been) (?:that )?",
    re.IGNORECASE,
)
_EFFECTIVE = re.compile(
    r"^(?P<cause>[^,;]{5,90}?) (?:is|are|was|were|proved|works?|worked)(?:, [^,]{3,30},)? (?:\w+ )?(?:effective|successful|helpful|powerful|well|best|counterproductive|ineffective)(?::|\b)",
    re.IGNORECASE,
)
_ATTRIBUTED = re.compile(
    r"^[^,;]{0,60}?\b(?:attribut(?:ed|e|es)|credit(?:ed|s)|ascrib(?:ed|es)|put) (?P<effect>[^,;]{5,120}?) (?:down )?to (?P<cause>.+)$",
    re.IGNORECASE,
)
_CLEFT = re.compile(
    r"^it (?:was|is) (?:not [^,;]{3,60} but )?(?P<cause>[^,;]{5,120}?) (?:that|which|who) ", re.IGNORECASE
)


def _framed(sentence: str, start: int, end: int) -> tuple[Clause, int] | None:
    """The cause that a sentence names before its effect: "One consequence of X was Y", "It was X that Y"."""
    for frame in (_CONSEQUENCE, _CLEFT, _EFFECTIVE):
        found = frame.match(sentence[start:end])
        if found and len(found["cause"].split()) > 1:
            return Clause(
                start + found.start("cause"), start + found.end("cause"), Link.WHEN, fronted=True
            ), start + found.end()
    return None


_INNER_WHEN = re.compile(r"^(?:when(?:ever)?|once|if|where|because|in|among|under|during)\b", re.IGNORECASE)
_NEW_SUBJECT = re.compile(r"\s(?=(?:each|the|they|their|he|she|it|we|nobody|no|staff|people|its|those|these) )")


def _unfronted(sentence: str, clause: Clause) -> list[Clause]:
    """Parts a subordinate clause from the main clause that follows it, where no comma does: "and when X grew each Y fell"."""
    text = sentence[clause.start : clause.end]
    if clause.link is Link.START or not _INNER_WHEN.match(text):
        return [clause]
    front = _fronted(sentence, clause.start, clause.end)
    if front:
        return [front[0], Clause(front[1], clause.end, clause.link)]
    verbs = finite_verbs(text)
    if len(verbs) >= 2 and (subject := _NEW_SUBJECT.search(text, verbs[0][1])) and subject.start() < verbs[1][0]:
        opener = _OPENER_SUBORDINATE.match(text)
        skip = opener.end() if opener else 0
        return [
            Clause(clause.start + skip, clause.start + subject.start(), Link.WHEN, fronted=True),
            Clause(clause.start + subject.end(), clause.end, clause.link),
        ]
    return [clause]


def _trim(sentence: str, start: int, end: int) -> tuple[int, int]:
    while start < end and sentence[start] in _EDGE:
        start += 1
    while end > start and sentence[end - 1] in _EDGE:
        if sentence[end - 1] == ")" and "(" in sentence[start:end]:
            break
        end -= 1
    return start, end


def _trimmed(sentence: str, clause: Clause) -> Clause:
    start, end = _trim(sentence, clause.start, clause.end)
    return Clause(start, end, clause.link, clause.fronted)
