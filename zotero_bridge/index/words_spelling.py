"""
One spelling for British and American English, for looking words up and never for showing.

Documents and queries go through the same fold, so a word folded wrongly is still found; what matters is that two
spellings of one word meet and that two words do not. Also gone: accents, ligatures, soft hyphens, the hyphen of
co-production. Knows nothing of stems; the word index stems afterwards.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]{4,}")
_CO = re.compile(r"\b([Cc]o|[Ee]|[Rr]e|[Mm]ulti|[Ii]nter)[-‐‑](?=[a-z]{3})")

# Words in -ise that are so spelled everywhere: folding them would part "revise" from "revision".
_ALWAYS_S = re.compile(
    r"^(?:ad|de|re|super|tele|impro)vis|^(?:ap|com|enter|sur|re)?pris|^apprais|^(?:pro|pre|compro|de|sur)mis|^pra|"
    r"^(?:circum|ex|in|pre|con)cis|exercis|^expertis|^franchis|^merchandis|^paradis|^treatis|^(?:dis)?guis|"
    r"^(?:ad|chas)[vt]?(?:er)?tis|^despis|^bruis|^cruis|wis(?:e|er)$|^porpois|^tortois|^turquois|^malais|^mayonnais"
)
_ISE = re.compile(r"^(\w{3,}?)is(e|ed|es|er|ers|ing|able|ation\w*)$")
_YSE = re.compile(r"^(\w{3,}?)ys(e|ed|es|er|ers|ing)$")
_OUR = re.compile(
    r"((?:behavi|endeav|neighb|demean|splend|savi|glam|cand|clam|ferv|flav|harb|ranc|succ|arm|col|fav|hon|hum|lab|od|"
    r"parl|rig|rum|sav|tum|val|vap|vig))our"
)
_DOUBLED = re.compile(
    r"^(cancel|channel|counsel|dial|equal|fuel|funnel|initial|label|level|marshal|model|panel|parcel|pedal|quarrel|"
    r"rival|shovel|signal|spiral|total|travel|tunnel|unravel)l(ed|ing|ings|er|ers|or|ors)$"
)
_SINGLE = re.compile(r"^(enrol|fulfil|instal|distil|instil)(ment\w*|s)?$")
_SINGLE_L = re.compile(r"^(skil|wil)(ful\w*)$")
_CENTRE = re.compile(r"(cent|theat|met|lit|fib|calib|lust|meag|somb|spect|maneuv)r(e|es|ed|ing)$")
_OGUE = re.compile(r"(catal|dial|anal|monol|prol|epil)ogue(s|d)?$")
_CLASSICAL = re.compile(
    r"(?:(?<=p)ae(?=d(?:i|o|e))|(?<=h)ae(?=m|mo)|(?<=an)ae(?=s|m)|ae(?=mi[ac])|(?<=arch)ae(?=o)|^ae(?=tiol|sth)|"
    r"(?<=f)ae(?=c)|(?<=c)ae(?=s)|(?<=gyn)ae(?=c)|(?<=medi)ae(?=v)|(?<=encyclop)ae|^oe(?=s)|(?<=rrh)oe(?=a)|(?<=f)oe(?=t)|"
    r"^oe(?=dem)|(?<=man)oe(?=uv)|(?<=hom)oe(?=o))"
)
_WORDS = {
    "acknowledgement": "acknowledgment",
    "acknowledgements": "acknowledgments",
    "ageing": "aging",
    "ageism": "agism",
    "amongst": "among",
    "whilst": "while",
    "cheque": "check",
    "defence": "defense",
    "defences": "defenses",
    "grey": "gray",
    "judgement": "judgment",
    "judgements": "judgments",
    "judgemental": "judgmental",
    "learnt": "learned",
    "licence": "license",
    "licences": "licenses",
    "mould": "mold",
    "offence": "offense",
    "offences": "offenses",
    "plough": "plow",
    "practise": "practice",
    "practised": "practiced",
    "practises": "practices",
    "practising": "practicing",
    "pretence": "pretense",
    "programme": "program",
    "programmes": "programs",
    "sceptic": "skeptic",
    "sceptical": "skeptical",
    "scepticism": "skepticism",
    "sceptics": "skeptics",
    "towards": "toward",
    "tyre": "tire",
    "tyres": "tires",
}


def fold_spelling(text: str) -> str:
    """`text` with each word in the one spelling, in lower case. Offsets are not kept; folding twice changes nothing."""
    plain = text
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text.replace("\u00ad", ""))
        plain = "".join(c for c in apart if not unicodedata.combining(c))
        plain = plain.encode("utf-8", "replace").decode("utf-8")  # half of a surrogate pair is no character
    joined = _CO.sub(r"\1", plain)
    return _WORD.sub(lambda found: _folded(found[0]), joined.lower())


@lru_cache(maxsize=200_000)
def _folded(word: str) -> str:
    known = _WORDS.get(word)
    if known is not None:
        return known
    word = _CLASSICAL.sub("e", word)
    if _ALWAYS_S.search(word) is None:
        word = _ISE.sub(r"\1iz\2", word)
    word = _YSE.sub(r"\1yz\2", word)
    word = _OUR.sub(r"\1or", word)
    word = _DOUBLED.sub(r"\1\2", word)
    word = _SINGLE.sub(r"\1l\2", word)
    word = _SINGLE_L.sub(r"\1l\2", word)
    word = _CENTRE.sub(
        lambda found: f"{found[1]}er{found[2].removeprefix('e') if found[2] in ('e', 'es') else found[2]}", word
    )
    return _OGUE.sub(r"\1og\2", word)
