"""
The words that turn a sense: numbers, denials, opposites, demands, hedges, and whose statement it is.

Pure look-ups for `assistant.support`. Lists are of the language, not of any subject.
"""

from __future__ import annotations

import re

from assistant.terms import term_set
from zotero_bridge.fold import fold

_COUNTS = {
    word: str(number)
    for number, word in enumerate(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=2)
}
_COUNTS |= {"eleven": "11", "twelve": "12", "fifteen": "15"}
_COUNTS |= {"twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "hundred": "100", "thousand": "1000"}
_COUNTS |= {"half": "half", "third": "third", "quarter": "quarter", "twice": "2", "doubled": "2", "dozen": "12"}
_NUMBER = re.compile(
    r"(?<![\w.])(\d+(?:[.,]\d+)*)(\s*(?:%|per ?cent\b|percent\b))?|\b(" + "|".join(_COUNTS) + r")\b", re.IGNORECASE
)

_IRREGULAR = {
    **dict.fromkeys(("fell", "fallen"), "fall"),
    **dict.fromkeys(("rose", "risen"), "rise"),
    **dict.fromkeys(("grew", "grown"), "grow"),
    "felt": "feel",
    "kept": "keep",
    "lost": "lose",
    **dict.fromkeys(("became",), "become"),
    **dict.fromkeys(("spoke", "spoken"), "speak"),
    "told": "tell",
    "held": "hold",
    "met": "meet",
    "built": "build",
    "led": "lead",
    "brought": "bring",
    "left": "leave",
    "sought": "seek",
    "understood": "understand",
    **dict.fromkeys(("broke", "broken"), "break"),
    **dict.fromkeys(("chose", "chosen"), "choose"),
    **dict.fromkeys(("began", "begun"), "begin"),
    **dict.fromkeys(("withdrew", "withdrawn"), "withdraw"),
    "spent": "spend",
    "paid": "pay",
    "won": "win",
}
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def plain(text: str) -> str:
    """One shape of quotation marks and white space, and verbs in the form that rules can compare."""
    return _WORD.sub(lambda w: _IRREGULAR.get(w.group().lower(), w.group()), fold(text).text)


def numbers(text: str) -> list[str]:
    """Every quantity in one form: "1,200" is 1200, "twelve per cent" and "12%" are 12%."""
    found: list[str] = []
    for match in _NUMBER.finditer(text):
        digits, percent, word = match.groups()
        if word and word.lower() == "third" and not re.search(r"\b(?:a|one) $", text[: match.start()]):
            continue  # the third sector, the third year
        if word:
            after = re.match(r"\s*(?:%|per ?cent\b|percent\b)", text[match.end() :], re.IGNORECASE)
            found.append(_COUNTS[word.lower()] + ("%" if after else ""))
        else:
            value = re.sub(r",(?=\d{3}\b)", "", digits)
            found.append(value + ("%" if percent else ""))
    return found


_DENYING = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nobody|nothing|without|cannot|hardly|scarcely|barely|rarely|seldom"
    r"|fail(?:s|ed|ing)? to|far from|rather than|instead of|lack(?:s|ed|ing)?(?: of)?|absence of|unable to"
    r"|unwilling to|refus(?:es|ed|ing) to|stopp?(?:ed|s)|ceas(?:es|ed) to|too \w+ to)\b|n't\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[.;:!?,()\u2013\u2014]|\b(?:but|and|because|so that|although|though|while|whereas|yet|until|unless)\b",
    re.IGNORECASE,
)
_REACH = 5  # words after a denial that it governs


def clauses(text: str) -> list[str]:
    return [part.strip() for part in _CLAUSE.split(text) if part.strip()]


def denied(text: str) -> set[str]:
    """The terms that a denial governs. "Not only" denies nothing."""
    found: set[str] = set()
    for match in _DENYING.finditer(text):
        rest = _CLAUSE.split(text[match.end() :], maxsplit=1)[0]
        if re.match(r"\s*(?:only|just|merely|least)\b", rest):
            continue
        found |= term_set(" ".join(rest.split()[:_REACH]))
    return found


def _any(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words.split())})\b", re.IGNORECASE)


OPPOSITES = tuple(
    (_any(one), _any(other))
    for one, other in (
        (
            "rise rises rising increase increases increased increasing grow grows growing",
            "fall falls falling decrease decreases decreased decreasing decline declines declined declining drop drops "
            "dropped shrink shrank reduced",
        ),
        (
            "improve improves improved improving better",
            "worsen worsens worsened worsening worse deteriorate deteriorated",
        ),
        ("more higher greater", "less fewer lower smaller"),
        ("strengthen strengthens strengthened strengthening", "weaken weakens weakened weakening erode erodes eroded"),
        ("gain gains gained", "lose loses losing loss losses"),
        ("trust trusted trusting", "mistrust mistrusted distrust distrusted"),
        ("safe safely", "unsafe unsafely"),
        ("willing willingly keen", "unwilling reluctant reluctantly"),
        ("agree agrees agreed agreement", "disagree disagrees disagreed disagreement"),
        ("support supports supported supporting", "oppose opposes opposed opposing resist resists resisted resisting"),
        ("always all every everyone everybody", "never none nobody"),
        ("many most much", "few little"),
        ("success successful succeed succeeds succeeded", "failure unsuccessful fail fails failed"),
        ("faster sooner earlier quicker", "slower later"),
        ("before", "after"),
        (
            "enable enables enabled enabling encourage encourages encouraged",
            "prevent prevents prevented hinder hinders "
            "hindered discourage discourages discouraged inhibit inhibits inhibited",
        ),
        ("open opened opens", "closed close closes"),
        ("easier easy", "harder difficult"),
    )
)


def near(pattern: re.Pattern[str], text: str) -> set[str]:
    """The terms within four words of what the pattern finds."""
    found: set[str] = set()
    for match in pattern.finditer(text):
        before, after = text[: match.start()].split()[-4:], text[match.end() :].split()[:4]
        found |= term_set(" ".join(before)) | term_set(" ".join(after))
    return found


PLANS = re.compile(
    r"\b(?:must|should|ought to|shall|need(?:s)? to|aim(?:s|ed)? to|intend(?:s|ed)? to|plan(?:s|ned)? to|seeks? to"
    r"|expected to|committed to|commit to|is to|are to|ambition|aspir\w+|vision is|we will"
    r"|will (?:be|have|need|work|hold|ensure|deliver|support|develop))\b",
    re.IGNORECASE,
)
HEDGES = re.compile(
    r"\b(?:may|might|could|perhaps|possibly|potentially|probably|presumably|suggest(?:s|ed|ing)?|appear(?:s|ed)?"
    r"|seem(?:s|ed)?|likely|arguably|speculat\w+|hypothesi[sz]\w+|tend(?:s|ed)? to|in part|to some extent|whether)\b",
    re.IGNORECASE,
)
ATTRIBUTED = re.compile(
    r"(?P<name>[A-ZÀ-Þ][\w'-]+)(?:(?:(?:,| and| &) [A-ZÀ-Þ][\w'-]+)*(?: et al\.?)?(?:'s)? ?[,(]+ ?(?:19|20)\d\d[a-z]?"
    r"| et al\b)"
)
CREDITED_HERE = re.compile(
    r"\b(?:we|our|this study|the present|consistent with|in line with|unlike|contrary to|in contrast|as did|echo\w*"
    r"|confirm\w*)\b",
    re.IGNORECASE,
)
SPEAKING = re.compile(r"\b(?:I|I'[a-z]+|me|my|we|we'[a-z]+|us|our)\b")
SPOKEN_OF = re.compile(
    r"\b(?:participants?|interviewees?|respondents?|informants?|sa(?:y|ys|id)|told|tell|describ\w+|recall\w*|explain\w*"
    r"|report\w*|according to|one (?:leader|manager|director|nurse|clinician|chair|person|member)|felt|feel|believ\w+"
    r"|views?|in (?:his|her|their) (?:words|view))\b",
    re.IGNORECASE,
)
