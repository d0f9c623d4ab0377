"""
The content words of a text, reduced to what two writers share: stems, and a small thesaurus of common ideas.

Knows no theory and no document. A term is a stem, or the name of an idea that several stems express ("=trust"). The
thesaurus holds words that are near-synonyms in talk of services and organisations of any kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Protocol, cast

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")

STOP = frozenset(
    "a about above across after again against all almost along already also although always am among an and another any anyone anything are aren't around as at away back be became because become becomes been before being "
    "below between both but by came can cannot come could did do does doing done down due during each either else enough even ever every everyone everything far few first for from further gave get give given go goes going "
    "got had has have having he hence her here hers herself him himself his how however i if in indeed instead into is it its itself just keep kept last later least less let like likely made make makes making many may me "
    "might mine more most much must my myself near need neither never next no nobody none nor not nothing now of off often on once one ones only onto or other others otherwise our out over own part per perhaps put quite "
    "rather really said same saw say says see seem seemed seems seen several shall she should since so some somebody someone something soon still such take taken than that the their them themselves then there therefore "
    "these they thing things this those though three through throughout thus to together too took toward towards two under unless until up upon us use used very via was we well went were what whatever when where whether which "
    "while whilst who whom whose why will with within without would yet you your yours yourself new old good great big small little long way ways kind lot year years month months week weeks day days time times within "
    "four five six seven eight nine ten half third quarter tenth i'd we'd they'd i've we've they've it's that's there's don't didn't doesn't wasn't weren't isn't can't couldn't won't wouldn't".split()
)

# Words of the method and of asking, and words that every source of the field uses: they single nothing out.
GENERIC = frozenset(
    "how whom circumstance circumstances context contexts mechanism mechanisms outcome outcomes work works worked working happen happens effect effects effective effectively effectiveness affect affects influence impact impacts role roles "
    "leads lead led matter matters important evidence literature study studies paper papers source sources document documents library find findings say tell explain describe show report reported know known best better right "
    "question answer respond responds response responses offer offered offers do does people person everyone anyone different difference differ differently make help helps cause causes causal condition conditions situation situations setting settings "
    "factor factors enable enables enabler enablers facilitate facilitates facilitator support supports barrier barriers limit limits limited contradict contradicts fail fails failed failure failures backfire backfires backfired harm harms undermine undermines hinder hinders "
    "block blocks prevent prevents wrong unintended against tension tensions problems challenges exception exceptions explanation reason reasons theory theories programme realist review reviews claim claims case cases example examples "
    "achieve achieves result results follow follows lasting good bad success successful successfully unsuccessful improve improves improving build builds building built create creates created foster fosters fostered develop develops developed stop stops stopped change changes changed keep approach approaches type types form forms aspect aspects want wants".split()
)
# Said of almost everything in services research: they count, but little.
WEAK = frozenset(
    "system systems service services health healthcare care organisation organisations organization organizations organisational leader leaders leadership staff team teams people member members patient patients partner partners partnership integrated integration "
    "participant participants director directors manager managers management local national region regional group groups place places area areas board boards council councils trust trusts provider providers practice practices hospital hospitals "
    "professional professionals worker workers community communities public process processes change changes level levels treatment shared joint social programme programmes project projects policy quality".split()
)

_IDEAS: tuple[tuple[str, str], ...] = (
    ("accountability", "=accountable =accountability =answerable scrutiny scrutinise scrutinised scrutinize oversight"),
    ("responsibility", "responsible responsibility obligation obliged duty beholden"),
    ("measures", "measure measures indicator indicators metric metrics scorecard scorecards dashboard dashboards benchmark benchmarks benchmarking figures"),
    ("vision", "vision visions purpose purposes mission narrative =direction manifesto rallying"),
    ("meaning", "meaning meaningful worthwhile pointless"),
    ("ownership", "ownership theirs ours co-ownership owner owners owning"),
    ("involvement", "involve involved involving involvement participate participated participation engage engaged engagement engaging consult consulted consultation co-design co-designed co-production co-produced codesign coproduction invite invited invitation"),
    ("problem", "problem problems"),
    ("defining", "define defined defining definition frame framed framing map mapped mapping co-define co-defining co-defined diagnose diagnosed drawn-up"),
    ("trust", "trust trusted trusting trustworthy trustworthiness mistrust mistrusted distrust distrusted goodwill"),
    ("confidence", "confidence confident self-confidence reassurance reassured reassure reassures convinced convince persuaded"),
    ("relationships", "relationship relationships relations relational rapport tie ties bond bonds friendship friendships closeness familiarity acquainted acquaintance"),
    ("contact", "meet meeting meetings met visit visits visited informal dined dinner dinners lunch lunches walk walks walking conversation conversations contact"),
    ("sharing", "share shared sharing shares exchange exchanged exchanging pool pooled pooling disclose disclosed disclosing"),
    ("information", "information data numbers records record intelligence"),
    ("alignment", "align aligned alignment aligning consistent consistency coherent coherence coordinate coordinated coordination converge converged"),
    ("priorities", "priority priorities target targets competing conflicting conflict conflicts"),
    ("sustaining", "sustain sustained sustains sustaining sustainability continue continued continues persist persisted survive survived outlive outlived outlasted endure endured maintained maintain"),
    ("commitment", "commit committed commits commitment committing pledge pledged contribute contributed contribution contributions dedicate dedicated"),
    ("resources", "resource resources money funds fund funded funding budget budgets finance finances financial spending invest invested investment"),
    ("rivalry", "rival rivals rivalry compete competed competing competition competitor competitors competitive"),
    ("safety", "safe safety safely secure security"),
    ("voice", "speak spoke speaking voice voices candour candid raise raised challenge challenged challenging escalate escalated alarm disclose outspoken"),
    ("fear", "fear feared fearful fears afraid anxious anxiety worry worried dread dreaded threatened threat intimidated"),
    ("blame", "blame blamed blaming punish punished punishment punitive reproach reproached shame shamed humiliated humiliation"),
    ("feedback", "feedback fed-back debrief debriefing audit audits"),
    ("learning", "learn learned learning learnt lesson lessons reflect reflected reflection reflective"),
    ("judgement", "judgement judgment judge judged judgements reconsider reconsidered rethink rethought threshold thresholds"),
    ("training", "train trained training =courses education educated teach taught coaching coach coached skills skill"),
    ("mentoring", "mentor mentors mentored mentoring supervisor supervision supervised paired preceptor preceptorship buddy"),
    ("turnover", "turnover leavers attrition retention retain retained quit resign resigned resignation"),
    ("feeling supported", "supported supportive unsupported backed backing"),
    ("permission", "permission permitted authority authorised authorized entitled entitling autonomy autonomous discretion licence empower empowered empowerment delegated devolved"),
    ("junior staff", "junior juniors trainee trainees student students newcomer newcomers recruit recruits starter starters hierarchical hierarchy hierarchies seniority"),
    ("recognition", "valued respected respect recognition recognised recognized appreciated appreciation dignity"),
    ("belonging", "belong belonging belonged identity identified identify solidarity togetherness camaraderie"),
    ("workload", "workload overload overstretched burden burdens burdened exhausted exhaustion burnout burned"),
    ("staffing", "vacancy vacancies understaffed short-staffed shortage shortages staffing"),
    ("money for results", "incentive incentives bonus bonuses payment payments paid pay reward rewards"),
    ("honesty", "honest honestly honesty =openly =openness transparent transparency frank frankly admitted admit admitting apologised apology"),
    ("visibility", "visible visibility =presence walkabout walkabouts walkround walkrounds"),
    ("community", "villager villagers residents resident communities"),
    ("use of services", "attend attended attending attendance uptake enrol enrolled enrolment use"),
    ("communication", "communicate communicated communication communicating dialogue listen listened listening"),
    ("scepticism", "sceptical scepticism skeptical cynical cynicism wary suspicious suspicion suspected"),
    ("history", "history historical historically legacy past"),
    ("inspection", "regulator regulators regulation regulatory inspection inspections inspect inspected inspectors"),
    ("role model", "example role-model role-modelling modelled modelling exemplar"),
)  # fmt: skip


# Ideas that several words express together.
_PHRASES: tuple[tuple[str, str], ...] = (
    ("ownership", r"\b(?:as|was|were|is|are|felt) (?:partly |also |now )?(?:their|our|its|his|her|my) own\b|\bour (?:own )?problem\b|\btheirs to solve\b|\bbelong(?:s|ed)? to (?:us|them|all)\b|\bmake it theirs\b"),
    ("accountability", r"\b(?:held|hold|holding|holds|called|calling|brought) (?:[\w ]{1,40} )?to account\b|\banswer(?:s|ed|able)? to\b|\bnothing to report\b|\bexplain(?:ed|ing)? (?:the |their |its )?(?:red )?(?:figures|results|performance)\b|\bpeer[- ](?:challenge|review|scrutiny)\b"),
    ("honesty", r"\bin public\b|\bin the open\b|\bpublic (?:gallery|review|reporting|scrutiny|meetings?|session)\b|\bin front of\b|\bon the table\b|\bnothing (?:was )?(?:being )?hidden\b"),
    ("measures", r"\b(?:outcome|performance|agreed|inequality|shared|waiting) (?:measures|data|figures|results)\b|\bred figures\b"),
    ("vision", r"\bwhat (?:they|we|it|the system) (?:were|was|are|is) (?:all )?(?:there )?for\b|\b(?:a )?reason to (?:come|get up|be)\b|\bstatement of (?:purpose|intent)\b|\blicen[cs]e to act\b|\bcommon cause\b|\bhow (?:their|our|my) (?:own )?work count"),
    ("alignment", r"\bsame (?:direction|way|priorities)\b|\b(?:pulling|pulled|pointed|point) (?:in )?(?:different|the same)\b|\bprotecting (?:its|their) own\b|\bprotect(?:s|ed)? (?:its|their) own\b|\bretreat(?:ed)? (?:in)?to silos?\b|\bsiloe?d?s?\b"),
    ("sustaining", r"\bcarried on\b|\bkept (?:its|their) (?:funding|budget|place)\b|\bwas (?:dropped|cut|abandoned|discontinued)\b|\bfirst to be cut\b|\bwere (?:dropped|cut|abandoned)\b|\bnew services?\b"),
    ("commitment", r"\bput(?:s|ting)? (?:in )?(?:money|staff|time|people|effort)\b|\boffer(?:ed|s)? (?:money|staff|time|weekend|to)\b|\bwithdr(?:ew|awn|aw)\b|\bcommit nothing\b|\bpulled out\b|\bsigned up\b"),
    ("mutuality", r"\bone another\b|\beach other\b|\bmutual(?:ly)?\b|\bpeers?\b|\bcolleagues\b"),
    ("contact", r"\btime together\b|\bmeet without\b|\bface to face\b|\bside by side\b|\bgot to know\b|\baway-?days?\b|\bspen[dt] (?:\w+ ){0,4}time\b|\binvest(?:ed|ing|s)? (?:\w+ )?time\b|\btook time\b"),
    ("trust", r"\bwould not (?:exploit|use|abuse)\b|\bgood faith\b|\bfaith in\b|\bbelieve[ds]? (?:that )?(?:colleagues|partners|others|the other)\b"),
    ("sharing", r"\bput (?:hers|his|theirs|ours) on the table\b|\bwithh(?:eld|old)\b|\bguard(?:ed|ing)? (?:\w+ )?(?:data|information|figures|budgets?)\b|\bshow (?:their|our) numbers\b"),
    ("feeling supported", r"\b(?:whom|who) to turn to\b|\bnot (?:on (?:their|our|my) own|alone)\b|\bless alone\b|\bsomebody (?:was )?(?:behind|there)\b|\bfe(?:el|lt) (?:\w+ )?supported\b"),
    ("retention", r"\bstill there\b|\bstay(?:ed|s)? (?:on|in post)\b|\bleft within\b|\bas many left\b|\bwho stay\b|\bthey stay\b|\bleft in the\b"),
    ("voice", r"\bspeak(?:ing)? (?:up|out)\b|\bstop the procedure\b|\bcall(?:s|ed)? (?:the|for) (?:rapid|help)\b|\braise(?:d|s)? (?:the alarm|concerns?|problems?)\b|\bunchallenged\b|\blooking foolish\b|\bembarrass\b"),
    ("timeliness", r"\b(?:earlier|sooner|before the|too late|no sooner|came to light|in time)\b"),
    ("problem", r"\b(?:the|a) (?:\w+ ){0,2}problem (?:was|is)? ?(?:defined|framed|described)\b|\b(?:define|describe|frame|map)(?:d|s)? (?:the problem|it together)\b|\bpiece of the\b"),
    ("rivalry", r"\bburned before\b|\bhistory of (?:rivalry|conflict|mistrust|competition)\b|\bcompet(?:ed|ing|e) (?:for|with|against)\b"),
    ("use of services", r"\bcame to the clinic\b|\battend(?:ed|ing|ance)?\b|\buse the services?\b|\bsought (?:treatment|care|help)\b"),
    ("distrust of authority", r"\bdistrust\w* (?:the )?(?:authorities|officials|government)\b|\blittle faith in\b|\blied to\b|\bforced campaigns\b|\bcoercive\b"),
)  # fmt: skip


# Ideas so general that they gather little: they name a theme only where nothing more telling is shared.
_GENERAL = frozenset(
    "contact information sharing resources mutuality community communication history timeliness measures problem learning staffing training defining priorities".split()
) | {"junior staff", "use of services", "role model", "distrust of authority"}


def telling(term: str) -> float:
    """How well a term names a theme: a particular idea best, a general one or an ordinary word less."""
    return 2.0 if term.startswith("=") and term.removeprefix("=") not in _GENERAL else 0.7


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - the library's own name


@cache
def _stemmer() -> _Stemmer:
    import snowballstemmer

    return cast(_Stemmer, snowballstemmer.stemmer("english"))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of one lower-case English word; British and American spellings fall together."""
    word = word.replace("’", "'").removesuffix("'s").removesuffix("'")
    word = re.sub(r"is(e|ed|es|ing|ation|ations)$", r"iz\1", word) if len(word) > 6 else word
    return _stemmer().stemWord(word)


@cache
def _idea_of() -> dict[str, str]:
    """Idea of each stem; a member written "=word" holds for that word alone ("of course" is no training)."""
    found: dict[str, str] = {}
    for name, members in _IDEAS:
        for member in members.split():
            found.setdefault(member if member.startswith("=") else stem(member), "=" + name)
    return found


@cache
def _stems(which: str) -> frozenset[str]:
    return frozenset(stem(w) for w in {"generic": GENERIC, "weak": WEAK}[which])


@lru_cache(maxsize=20_000)
def terms(text: str) -> tuple[tuple[str, str], ...]:
    """(term, word as written) for each content word, in order."""
    ideas = _idea_of()
    found: list[tuple[str, str]] = []
    for match in _WORD.finditer(text):
        word = match[0].lower().replace("’", "'")
        if word in STOP or len(word) < 3 or _is_body(match[0], text, match.start()):
            continue
        reduced = stem(word)
        found.append((ideas.get("=" + word) or ideas.get(reduced, reduced), match[0]))
    found.extend(("=" + name, phrase[0]) for name, pattern in _phrases() for phrase in pattern.finditer(text))
    return tuple(found)


@cache
def _phrases() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _PHRASES)


_BODY_BEFORE = re.compile(
    r"\b(?:NHS|acute|hospital|foundation|each|the two|two|three|these|those|mental health|the)\s+$", re.IGNORECASE
)


def _is_body(word: str, text: str, at: int) -> bool:
    """ "Trusts" and "the acute trust" are bodies, not a state of mind."""
    if word.lower() == "trusts":
        return not re.match(r"\s+(?:that|in|her|him|them|it|each|the)\b", text[at + len(word) :])
    if word.lower() not in ("trust", "trust's"):
        return False
    return bool(_BODY_BEFORE.search(text[:at])) or bool(
        re.match(r"['’]s\b|\s+(?:board|executive|chief|boundar|devolved|headquarters)", text[at + len(word) :])
    )


def term_set(text: str) -> frozenset[str]:
    return frozenset(term for term, _ in terms(text))


def weight(term: str) -> float:
    """How much a term singles out: ideas and ordinary words 1, what every source says less, words of asking nothing."""
    if term.startswith("="):
        return 1.0
    if term in _stems("generic"):
        return 0.0
    return 0.35 if term in _stems("weak") else 1.0


def asked(question: str) -> dict[str, float]:
    """What a question is about: its terms with their weights, words of asking left out."""
    found = {term: weight(term) for term, word in terms(question) if weight(term) > 0 and " " not in word}
    return found or {term: weight(term) for term, _ in terms(question) if weight(term) > 0}


def covered(wanted: dict[str, float], held: Iterable[str]) -> float:
    """The share of the wanted weight that is held, 0 to 1."""
    total = sum(wanted.values())
    have = set(held)
    return sum(w for term, w in wanted.items() if term in have) / total if total else 0.0
