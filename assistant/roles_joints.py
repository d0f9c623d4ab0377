"""
The joints of English sentences: what opens a clause, what ties two together, and the frames that name a cause.

Patterns and the two values made with them; `roles_clauses` does the cutting. Knows nothing of roles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


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


SO_WORDS = (
    r"(?:and |and,? )?(?:as a (?:result|consequence)|consequently|therefore|thus|hence|in consequence|accordingly|in turn|ultimately|eventually)|"
    r"with the (?:result|effect|consequence) that|so that|so(?! far| that| as| even| long| much| many| few| little| called)|(?:and )?so(?= (?:they|we|it|he|she|the|that))|"
    r"(?:which|that|and|this|these|it)? ?(?:in turn )?(?:(?:led|leads|leading|lead)(?: \w+)? to|(?:results?|resulted|resulting) in|(?:g(?:ave|ives|iving)) rise to|(?:brought|brings|bringing) about|mean(?:t|s|ing) that|contribut(?:ed|es|ing) to)|which meant|meaning|thereby|whereupon|the result (?:was|is|being)(?: that)?"
)
OPENER_SO = re.compile(
    rf"^(?:{SO_WORDS}|by then|by the \w+ \w+|in the end|over time|in time|within (?:a|two|three|six|\w+) \w+|after that|since then|soon|that (?:is|was) (?:why|the day|when)|from then on)\b,?\s+",
    re.IGNORECASE,
)
OPENER_CONTRAST = re.compile(
    r"^(?:but|yet|however|nonetheless|nevertheless|even so|still|by contrast|in contrast|conversely|on the other hand|instead|unfortunately|elsewhere|in (?:other|the other) (?:places|sites|systems|places|wards|schools|two|one))\b,?\s+",
    re.IGNORECASE,
)
OPENER_ONLY = re.compile(
    r"^(?:this|the (?:effect|pattern|change|difference)|such \w+|it) (?:(?:held|applied|occurred|happened|worked)|was (?:true|so|seen|most marked|strongest|the case|evident|greatest|more marked))(?: \w+)? (?:for|in|among|on|where|when)\s+",
    re.IGNORECASE,
)
OPENER_SUBORDINATE = re.compile(
    r"^(?P<word>because|since(?= (?:they|he|she|it|we|people|staff|the))|as(?= (?:they|he|she|it|we|people|staff|leaders|trust))|given(?: that)?|"
    r"when(?:ever)?|once|if|after|before|until|as soon as|"
    r"where(?:ver)?|in|on|at|among(?:st)?|amid(?:st)?|during|under|within|across|against|throughout|for|with|without|following|faced with|despite|in spite of|"
    r"although|though|even though|while|whilst|whereas|far from|rather than|contrary to|only (?:in|where|when|among|after|if)|except (?:in|where)|"
    r"unless|provided that|so long as|as long as|by|through|being|[A-Z][a-z]+ing)\b\s*",
    re.IGNORECASE,
)
DENIED = ("far from", "rather than", "contrary to")  # what was expected and did not happen
KIND_OF = {
    "because": Link.BECAUSE, "since": Link.BECAUSE, "as": Link.BECAUSE, "given": Link.WHERE,
    "when": Link.WHEN, "whenever": Link.WHEN, "once": Link.WHEN, "if": Link.WHEN, "after": Link.WHEN, "before": Link.WHERE, "until": Link.WHERE, "as soon as": Link.WHEN,
    "although": Link.CONTRAST, "though": Link.CONTRAST, "even though": Link.CONTRAST, "while": Link.CONTRAST, "whilst": Link.CONTRAST, "whereas": Link.CONTRAST,
    "despite": Link.CONTRAST, "in spite of": Link.CONTRAST, "far from": Link.CONTRAST, "rather than": Link.CONTRAST, "contrary to": Link.CONTRAST,
    "unless": Link.ONLY, "provided that": Link.ONLY, "so long as": Link.ONLY, "as long as": Link.ONLY,
    "by": Link.WHEN, "through": Link.WHEN, "being": Link.WHEN, "following": Link.WHEN,
}  # fmt: skip
PLACE = (
    r"(?:places|those|areas|regions|districts|systems|organi[sz]ations|teams|settings|sites|localities|units|wards|schools|hospitals|clinics|practices|provinces|counties|villages|camps|communities|neighbourhoods|towns|departments|"
    r"people|staff|patients|families|women|men|adults|children|leaders|partners|services|homes|contexts|circumstances|cases|trusts|councils|countries|households|facilities|groups|place|site|system|area|team|ward|school|hospital|unit|district|village|town|department|practice|organi[sz]ation|community|clinic)"
)
JOINTS = re.compile(
    r"(?P<semi>;\s+(?:and |but |so |there, |in those places, )?|\s+[–—]\s+|—|:\s+(?=[a-z])|,?\s+then(?=\s+(?:they|he|she|it|we)\b))"
    rf"|(?P<so>,?\s+(?:{SO_WORDS})\s+)"
    r"|(?P<because>,?\s+(?:because(?! of)|(?<=,)\s*as(?= (?:they|he|she|it|we|people|staff) )|(?<=,)\s*since|since(?= (?:they|he|she|it|we|people|staff)\b)|given that|on the grounds that)\s+)"
    rf"|(?P<only>,?\s+(?:but )?(?:only|particularly|especially|notably|chiefly|mainly|mostly|above all|except|(?:this (?:was|is) )?(?:confined|limited|restricted) to)\s+(?P<onlyprep>(?=units|wards|places|those|sites|areas|teams|the)|in|among(?:st)?|where|when|for|on|within|after|if|at)\s+)"
    r"|(?P<unless>,?\s+(?:unless|provided that|so long as|as long as|on condition that)\s+)"
    r"|(?P<contrast>,?\s+(?:although|even though|though|whilst|while|whereas|even where|even if|despite)\s+)"
    rf"|(?P<where>,?\s+(?:(?:in|on|at|among|across|within) (?=(?:the |these |those |two |three |all |most )?{PLACE}\b[^,;]{{0,40}}?\b(?:where|with|that|which|whose|in which|who|under|without)\b)|where|in which|amid|during|against a back\w+ of|under (?=(?:pressure|scrutiny|strain|special)))\s*)"
    r"|(?P<when>,?\s+(?:when(?:ever)?|once|after(?= (?:a|an|the|they|he|she|it|we|two|three|years|having)\b)|if|until)\s+)"
    r"|(?P<with>,\s+with\s+(?=[^,;]{3,70}?\b\w{3,}ing\b))"
    r"|(?P<cause>,?\s+(?:which \w+ )?(?:(?:put|puts) (?:this |it )?down to|(?:was|were|is|are)? ?(?:widely |largely )?attributed (?:this |it )?to|credited to|thanks to|owing to|(?<!was )(?<!were )(?<!is )(?<!are )due to(?! (?:leave|retire|close|end|start|begin|move|be|go|take|expire|open)\b)|on account of|because of)\s+)"
    r"|(?P<which>,\s+(?:which|who)\s+)"
    r"|(?P<and>,\s+(?:and|nor|or)(?:,\s+[^,]{3,30},)?\s+|\s+and,\s+[^,]{3,30},\s+|\s+and\s+(?=(?:they|he|she|it|we|nobody|no one|staff|people|I)\b)|\s+and\s+(?=(?:[\w’'-]+\s+){1,4}(?:was|were|became|fell|rose|remained|stopped|began|declined|increased|improved|ceased|dropped)\b))"
    r"|(?P<but>,\s+(?:but|yet)(?:,\s+[^,]{3,30},)?\s+|,\s+(?:however|nonetheless|nevertheless|though),\s+)"
    r"|(?P<comma>,\s+(?=(?:they|he|she|it|we|I|you|nobody|and)\b))"
)
GROUP_LINK = {
    "semi": Link.THEN, "so": Link.SO, "because": Link.BECAUSE, "with": Link.SO, "cause": Link.BECAUSE, "only": Link.ONLY, "unless": Link.ONLY, "contrast": Link.CONTRAST, "where": Link.WHERE,
    "when": Link.WHEN, "which": Link.THEN, "and": Link.THEN, "but": Link.CONTRAST, "comma": Link.THEN,
}  # fmt: skip
NEEDS_VERB = frozenset({"and", "but", "comma", "which", "when", "contrast"})
INTERROGATIVE = re.compile(
    r"\b(?:see|saw|know|knew|known|understand|understood|tell|told|ask|asked|show|showed|learn|learned|discover|discovered|of|to|about|from)\s*$",
    re.IGNORECASE,
)
NEW_CLAUSE = re.compile(
    r"(?:the|a|an|its|their|his|her|our|these|those|this|each|many|most|some|few|fewer|more)\b", re.IGNORECASE
)
PLACE_HEAD = re.compile(rf"(?:the )?{PLACE}\b[^,;]{{0,30}}$|(?:the )?{PLACE}\b")
SPEAKER = re.compile(r"^\W{0,2}[A-Z][\w.]*(?: ?\d+)?(?: \([^)]*\))?\s?:\s+")
EDGE = " \t\n,;:.!?…'\"‘’“”()[]–—"
SAYS = re.compile(
    r"^(?:[^,.;:]{0,60}?\b(?:said|says|say|told us|told me|reported|reports|explained|explains|recalled|remarked|noted|stated|added|commented|observed|described how|acknowledged|emphasi[sz]ed|stressed)"
    r"(?: to us)?(?: that)?|(?:[^,.;:]{0,40}?\b)?(?:we|authors?|stud(?:y|ies)|review|report|evaluation|analysis|data|interviews|observations?|findings|evidence|accounts|results) (?:\w+ )?(?:suggests?|suggested|found|argued|show(?:s|ed)?|indicated?s?|concluded?)(?: that)?|it was (?:said|reported|felt) that)\s+(?=(?:that |the |a |an |they |it |she |he |we |this |those |these |there |staff |people |what |one |no |when |where |if |being |taking |\w+s |\w+ (?:was|were|had|felt)))",
    re.IGNORECASE,
)
SAID_TAIL = re.compile(
    r"(?:,|[’'”\"])[’'”\"]?,?\s+(?:(?:said|explained|recalled|remarked|added|noted|commented) (?:a|an|the|one|another)\b.*|(?:a|an|the|one|another) (?:[\w’'-]+ ){1,5}(?:said|explained|recalled|remarked|added|noted|commented)\W*)$",
    re.IGNORECASE,
)
PLACE_WITHIN = re.compile(
    rf"\s+(?:in|among(?:st)?|across|within) (?={PLACE}\b[^,;]{{0,40}}?\b(?:where|with|that|which|whose|in which|who|under|without)\b)"
)
CONSEQUENCE = re.compile(
    r"^(?:one|a|an|the|another|the main) (?:\w+ )?(?:consequence|result|effect|impact) of (?P<cause>[^,;]{5,120}?) (?:was|is|were|has been) (?:that )?",
    re.IGNORECASE,
)
EFFECTIVE = re.compile(
    r"^(?P<cause>[^,;]{5,90}?) (?:is|are|was|were|proved|works?|worked)(?:, [^,]{3,30},)? (?:\w+ )?(?:effective|successful|helpful|powerful|well|best|counterproductive|ineffective)(?::|\b)",
    re.IGNORECASE,
)
ATTRIBUTED = re.compile(
    r"^[^,;]{0,60}?\b(?:attribut(?:ed|e|es)|credit(?:ed|s)|ascrib(?:ed|es)|put) (?P<effect>[^,;]{5,120}?) (?:down )?to (?P<cause>.+)$",
    re.IGNORECASE,
)
CLEFT = re.compile(
    r"^it (?:was|is) (?:not [^,;]{3,60} but )?(?P<cause>[^,;]{5,120}?) (?:that|which|who) ", re.IGNORECASE
)
INNER_WHEN = re.compile(r"^(?:when(?:ever)?|once|if|where|because|in|among|under|during)\b", re.IGNORECASE)
NEW_SUBJECT = re.compile(r"\s(?=(?:each|the|they|their|he|she|it|we|nobody|no|staff|people|its|those|these) )")
