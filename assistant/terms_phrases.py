"""Ideas that several words express together: the phrases of `terms`, as patterns, each under its idea's name."""

from __future__ import annotations

from typing import Final

# Ideas that several words express together.
PHRASES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        "ownership",
        (
            r"\b(?:as|was|were|is|are|felt) (?:partly |also |now )?(?:their|our|its|his|her|my) own\b",
            r"\bour (?:own )?problem\b",
            r"\btheirs to solve\b",
            r"\bbelong(?:s|ed)? to (?:us|them|all)\b",
            r"\bmake it theirs\b",
        ),
    ),
    (
        "accountability",
        (
            r"\b(?:held|hold|holding|holds|called|calling|brought) (?:[\w ]{1,40} )?to account\b",
            r"\banswer(?:s|ed|able)? to\b",
            r"\bnothing to report\b",
            r"\bexplain(?:ed|ing)? (?:the |their |its )?(?:red )?(?:figures|results|performance)\b",
            r"\bpeer[- ](?:challenge|review|scrutiny)\b",
        ),
    ),
    (
        "honesty",
        (
            r"\bin public\b",
            r"\bin the open\b",
            r"\bpublic (?:gallery|review|reporting|scrutiny|meetings?|session)\b",
            r"\bin front of\b",
            r"\bon the table\b",
            r"\bnothing (?:was )?(?:being )?hidden\b",
        ),
    ),
    (
        "measures",
        (
            r"\b(?:outcome|performance|agreed|inequality|shared|waiting) (?:measures|data|figures|results)\b",
            r"\bred figures\b",
        ),
    ),
    (
        "vision",
        (
            r"\bwhat (?:they|we|it|the system) (?:were|was|are|is) (?:all )?(?:there )?for\b",
            r"\b(?:a )?reason to (?:come|get up|be)\b",
            r"\bstatement of (?:purpose|intent)\b",
            r"\blicen[cs]e to act\b",
            r"\bcommon cause\b",
            r"\bhow (?:their|our|my) (?:own )?work count",
        ),
    ),
    (
        "alignment",
        (
            r"\bsame (?:direction|way|priorities)\b",
            r"\b(?:pulling|pulled|pointed|point) (?:in )?(?:different|the same)\b",
            r"\bprotecting (?:its|their) own\b",
            r"\bprotect(?:s|ed)? (?:its|their) own\b",
            r"\bretreat(?:ed)? (?:in)?to silos?\b",
            r"\bsiloe?d?s?\b",
        ),
    ),
    (
        "sustaining",
        (
            r"\bcarried on\b",
            r"\bkept (?:its|their) (?:funding|budget|place)\b",
            r"\bwas (?:dropped|cut|abandoned|discontinued)\b",
            r"\bfirst to be cut\b",
            r"\bwere (?:dropped|cut|abandoned)\b",
            r"\bnew services?\b",
        ),
    ),
    (
        "commitment",
        (
            r"\bput(?:s|ting)? (?:in )?(?:money|staff|time|people|effort)\b",
            r"\boffer(?:ed|s)? (?:money|staff|time|weekend|to)\b",
            r"\bwithdr(?:ew|awn|aw)\b",
            r"\bcommit nothing\b",
            r"\bpulled out\b",
            r"\bsigned up\b",
        ),
    ),
    (
        "mutuality",
        (
            r"\bone another\b",
            r"\beach other\b",
            r"\bmutual(?:ly)?\b",
            r"\bpeers?\b",
            r"\bcolleagues\b",
        ),
    ),
    (
        "contact",
        (
            r"\btime together\b",
            r"\bmeet without\b",
            r"\bface to face\b",
            r"\bside by side\b",
            r"\bgot to know\b",
            r"\baway-?days?\b",
            r"\bspen[dt] (?:\w+ ){0,4}time\b",
            r"\binvest(?:ed|ing|s)? (?:\w+ )?time\b",
            r"\btook time\b",
        ),
    ),
    (
        "trust",
        (
            r"\bwould not (?:exploit|use|abuse)\b",
            r"\bgood faith\b",
            r"\bfaith in\b",
            r"\bbelieve[ds]? (?:that )?(?:colleagues|partners|others|the other)\b",
        ),
    ),
    (
        "sharing",
        (
            r"\bput (?:hers|his|theirs|ours) on the table\b",
            r"\bwithh(?:eld|old)\b",
            r"\bguard(?:ed|ing)? (?:\w+ )?(?:data|information|figures|budgets?)\b",
            r"\bshow (?:their|our) numbers\b",
        ),
    ),
    (
        "feeling supported",
        (
            r"\b(?:whom|who) to turn to\b",
            r"\bnot (?:on (?:their|our|my) own|alone)\b",
            r"\bless alone\b",
            r"\bsomebody (?:was )?(?:behind|there)\b",
            r"\bfe(?:el|lt) (?:\w+ )?supported\b",
        ),
    ),
    (
        "retention",
        (
            r"\bstill there\b",
            r"\bstay(?:ed|s)? (?:on|in post)\b",
            r"\bleft within\b",
            r"\bas many left\b",
            r"\bwho stay\b",
            r"\bthey stay\b",
            r"\bleft in the\b",
        ),
    ),
    (
        "voice",
        (
            r"\bspeak(?:ing)? (?:up|out)\b",
            r"\bstop the procedure\b",
            r"\bcall(?:s|ed)? (?:the|for) (?:rapid|help)\b",
            r"\braise(?:d|s)? (?:the alarm|concerns?|problems?)\b",
            r"\bunchallenged\b",
            r"\blooking foolish\b",
            r"\bembarrass\b",
        ),
    ),
    (
        "timeliness",
        (r"\b(?:earlier|sooner|before the|too late|no sooner|came to light|in time)\b",),
    ),
    (
        "problem",
        (
            r"\b(?:the|a) (?:\w+ ){0,2}problem (?:was|is)? ?(?:defined|framed|described)\b",
            r"\b(?:define|describe|frame|map)(?:d|s)? (?:the problem|it together)\b",
            r"\bpiece of the\b",
        ),
    ),
    (
        "rivalry",
        (
            r"\bburned before\b",
            r"\bhistory of (?:rivalry|conflict|mistrust|competition)\b",
            r"\bcompet(?:ed|ing|e) (?:for|with|against)\b",
        ),
    ),
    (
        "use of services",
        (
            r"\bcame to the clinic\b",
            r"\battend(?:ed|ing|ance)?\b",
            r"\buse the services?\b",
            r"\bsought (?:treatment|care|help)\b",
        ),
    ),
    (
        "distrust of authority",
        (
            r"\bdistrust\w* (?:the )?(?:authorities|officials|government)\b",
            r"\blittle faith in\b",
            r"\blied to\b",
            r"\bforced campaigns\b",
            r"\bcoercive\b",
        ),
    ),
)
