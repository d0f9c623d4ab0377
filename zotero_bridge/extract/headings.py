"""
Tell from a heading what the section under it is for.

Knows the words that articles, reports, policy papers and interview transcripts put over their sections; a heading
that is on no list tells nothing, and its section takes the kind of the section around it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from zotero_bridge.model import SectionKind

_K = SectionKind

# Whole headings, after numbering, case and closing punctuation are taken away.
_EXACT: dict[SectionKind, str] = {
    _K.FRONT_MATTER: (
        r"contents|table of contents|list of tables|list of figures|list of tables and figures|list of boxes|"
        r"ccs concepts|acm reference format|"
        r"keywords|key words|keyword|index terms|mesh terms|about this (?:document|publication|report|guide|"
        r"briefing|paper)|publication details|publishing information|copyright|citation|"
        r"how to cite(?: this (?:article|paper|report|document))?|suggested citation|article (?:info|"
        r"information|history)|document (?:control|history|information|title page)|version control|"
        r"correspondence|author details|authors? affiliations?|affiliations|open access|for citation|"
        r"to cite this (?:article|paper)|accessible version|classification: official"
    ),
    _K.ABSTRACT: (
        r"abstract|summary|structured abstract|executive summary|lay summary|plain(?: |-)(?:english|"
        r"language) summary|plain english abstract|abstract and keywords|synopsis|key (?:messages|points|"
        r"findings at a glance)|at a glance|highlights|what is (?:already )?known(?: (?:about|"
        r"on) this (?:topic|subject))?|what this (?:paper|study|article) adds|overview of (?:the|"
        r"this) (?:report|paper)|in brief|purpose of this paper|scientific summary|article summary|"
        r"strengths and limitations of this study|why this matters(?: to (?:me|us))?|"
        r"contributions to the literature"
    ),
    _K.INTRODUCTION: (
        r"introduction|background|introduction and background|background and (?:rationale|context|aims?|"
        r"objectives?)|introduction and (?:aims?|objectives?|context)|foreword|preface|rationale|context|"
        r"policy context|the policy context|national context|local context|literature review|"
        r"review of (?:the )?literature|theoretical (?:background|framework)|conceptual (?:background|"
        r"framework)|theory|related work|previous (?:research|work)|prior (?:research|work)|aims?|objectives?|"
        r"aims? and objectives?|research questions?|purpose|purpose of (?:this|the) (?:report|document|paper)|"
        r"introduction to (?:the|this) .{1,40}|scope|about the (?:project|study|research)|why (?:now|this|"
        r"change).{0,30}|study (?:aims?|objectives?)|the case for change|case for change|setting the scene"
    ),
    _K.METHODS: (
        r"methods?|methodology|methods? and materials?|materials?(?: and |, | & )methods?|"
        r"patients? and methods?|research (?:design|methods?|methodology|approach)|study (?:design|setting|"
        r"population|sample|participants)|design|design(?: and |/|, )(?:methods?|methodology|approach|setting|"
        r"methodology/approach)|design/methodology/approach|design, setting,? and participants|our approach|"
        r"approach and methods?|participants?|setting|settings?|data (?:sources?|collection|analysis|"
        r"extraction|synthesis|management)|data collection(?: and analysis)?|search (?:strategy|methods?)|"
        r"searching(?: (?:for|the) .{1,30})?|study selection|eligibility(?: criteria)?|"
        r"inclusion(?: and exclusion)? criteria|selection(?: and appraisal)?(?: of .{1,30})?|"
        r"sampling(?: and recruitment)?|recruitment|sample|measures?(?: and .{1,30})?|outcome measures|materials|"
        r"(?:study |research )?procedures?|instruments?|apparatus|coding|context and participants|"
        r"(?:setting|participants?|sample) and .{1,30}|study context|research (?:setting|context)|"
        r"research questions? and methods?|data (?:collection|analysis|sources?) (?:and|procedures?).{0,30}|"
        r"statistical analys[ie]s|"
        r"analys[ie]s|analytic(?:al)? (?:approach|strategy)|quality (?:appraisal|assessment)|appraisal|"
        r"risk of bias(?: assessment)?|interviews?|how (?:we|this|the) (?:did|carried|research|study|report|"
        r"review).{0,40}|what we did|how we did (?:it|this)|fieldwork|how we worked|how (?:this|"
        r"the) (?:report|guide|work) was (?:made|written|done)|methods? (?:used|of .{1,40})|"
        r"rationale for using realist (?:synthesis|review)|scoping the literature|"
        r"changes in the review process|patient and public involvement|(?:stakeholder|public) involvement|"
        r"theor(?:y|etical) approach|programme theory development|initial (?:rough )?programme theor(?:y|"
        r"ies) development|data and methods?|limitations of the method"
    ),
    _K.RESULTS: (
        r"results?|findings?|key findings?|main (?:findings?|results?|outcomes?)|results and (?:analysis|"
        r"interpretation)|analysis and (?:findings|results)|emerging (?:findings|themes)|themes?|main themes|"
        r"overarching themes|what we (?:have )?(?:heard|found|learned|learnt|saw|seen|know)(?: .{1,40})?|"
        r"what (?:people|staff|leaders|patients) (?:told us|said)|what they told us|what the (?:evidence|"
        r"research|literature|data) (?:says|shows|tells us)|results of the (?:review|survey|interviews?|"
        r"study)|our findings|research findings|study findings|interview findings|survey (?:results|findings)|"
        r"document flow diagram|literature search results|search results|case stud(?:y|"
        r"ies)(?: \w{1,12})?(?: findings)?|lessons (?:learned|learnt)|what worked|evidence|the evidence|"
        r"synthesis of findings|context(?:–|-| and |, )mechanism.{0,60}|cmo configurations?|cmocs?|"
        r"programme theor(?:y|ies)|refined programme theor(?:y|ies)|findings from .{1,60}"
    ),
    _K.DISCUSSION: (
        r"discussion|discussion and (?:implications|recommendations|limitations)|general discussion|"
        r"interpretation|summary of (?:the )?(?:main |key |principal )?findings|(?:principal|"
        r"main) findings of .{1,30}|limitations|strengths and limitations|strengths,? (?:weaknesses|"
        r"limitations),? and .{1,40}|study limitations|limitations (?:and|of) .{1,60}|"
        r"comparison with (?:existing|other|previous) .{1,30}|implications|originality/value|"
        r"research limitations/implications|research limitations and implications|what this means|"
        r"reflections?|meaning of the (?:study|findings)|future research(?: directions)?|"
        r"directions for future research|unanswered questions(?: and future research)?|results and discussion|"
        r"findings and discussion"
    ),
    _K.CONCLUSION: (
        r"conclusions?|concluding (?:remarks|comments|thoughts)|conclusions? and (?:implications|discussion|"
        r"future work|next steps|outlook)|discussion and conclusions?|summary and conclusions?|"
        r"closing (?:remarks|thoughts)|conclusions?/implications|looking ahead|final (?:remarks|thoughts)|"
        r"in conclusion"
    ),
    _K.RECOMMENDATIONS: (
        r"recommendations?|conclusions? and recommendations?|key recommendations?|recommendations? (?:for|"
        r"and) .{1,60}|implications for (?:policy|practice|research|leaders?|future).{0,60}|"
        r"practical implications|social implications|policy implications|(?:policy|practice) recommendations|"
        r"next steps|what (?:needs to|should|must) (?:happen|change|be done).{0,30}|actions?|action plan|"
        r"priorities for action|calls? to action|what next|where next|our (?:recommendations|asks)"
    ),
    _K.REFERENCES: (
        r"references?|bibliography|works cited|literature cited|reference list|list of references|endnotes|"
        r"references and (?:notes|further reading)|notes and references|further reading|sources|"
        r"cited literature|literature"
    ),
    _K.ACKNOWLEDGEMENTS: (
        r"acknowledge?ments?|funding|funding (?:sources?|statement|information)|"
        r"financial support(?: and sponsorship)?|sources? of (?:funding|support)|role of the fund(?:er|"
        r"ing source)|support|grant support|(?:conflicts?|competing|"
        r"declarations?) (?:of )?(?:competing )?interests?(?: statement)?|disclosures?(?: statement)?|"
        r"disclosure of interests?|declarations?|ethics(?: statement| approval.{0,60}| and consent.{0,60}|"
        r" approval and consent.{0,60})?|ethical (?:approval|considerations?|statement).{0,40}|"
        r"consent(?: for publication| to participate| to publish)?|patient consent.{0,30}|"
        r"informed consent(?: statement)?|institutional review board.{0,40}|data (?:availability|sharing|"
        r"accessibility)(?: statement)?|availability of (?:data|supporting data).{0,40}|"
        r"data and materials availability|authors?['’]?s? contributions?|contributions?|"
        r"contributors?(?:hip)?(?: statement)?|author (?:information|statement|notes?|biograph(?:y|ies))|"
        r"credit author(?:ship)? (?:contribution )?statement|authors?['’]? information|about the authors?|"
        r"guarantor|provenance and peer review|peer review(?:er reports?)?|publisher['’]s note|"
        r"open access statement|rights and permissions|statements|statements and declarations|"
        r"additional information|orcid(?: ids?)?|thanks|acknowledgements and .{1,40}|footnotes|"
        r"declaration of generative .{1,60}|transparency statement|prior presentations?"
    ),
    _K.APPENDIX: (
        r"appendix|appendices|annexe?s?|supplementary (?:materials?|information|data|files?|appendix)|"
        r"supporting information|supplemental (?:materials?|data|files?)|additional files?|"
        r"electronic supplementary material|abbreviations|list of abbreviations|glossary|glossary of terms|"
        r"acronyms|acronyms and abbreviations|nomenclature|interview (?:guide|schedule|topic guide)|"
        r"topic guide|survey questions|questionnaire"
    ),
}
# Beginnings: "Appendix B: search terms" says enough.
_BEGINNING: dict[SectionKind, str] = {
    _K.APPENDIX: (r"(?:appendix|annexe?|supplementary|additional file)\s+(?:[a-z]|\d{1,2}|[ivx]{1,4})(?:\b|$)"),
    _K.ACKNOWLEDGEMENTS: (
        r"(?:declaration|conflict)s? of (?:competing )?interest|acknowledge?ments?\b|ethics approval|"
        r"(?:funding|ethics|ethical approval|competing interests|conflicts? of interests?|data availability|"
        r"author contributions?)(?:,| and| &) "
    ),
    _K.RECOMMENDATIONS: (r"recommendations?\s+\d{1,2}\b|implications for (?:policy|practice)"),
    _K.RESULTS: (
        r"(?:theme|finding|programme theory|cmoc?|case study)\s+(?:\d{1,2}|one|two|three|four|five|six|"
        r"[a-e])(?:\b|$)"
    ),
}
_EXACT_RES = [(kind, re.compile(rf"(?:{pattern})", re.IGNORECASE)) for kind, pattern in _EXACT.items()]
_BEGINNING_RES = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _BEGINNING.items()]
_NUMBERING = re.compile(
    r"^\s*(?:(?:chapter|part|section)\s+(?:\d{1,2}|[ivxlc]{1,6}|one|two|three|four|five|six|seven|eight|nine|ten)\b[\s.:–—-]*"
    r"|\d{1,2}(?:\.\d{1,2}){0,3}\.?\s*[:)|–—-]?\s+|[ivx]{1,5}[.)]\s+|[a-h][.)]\s+|[■●▪•§]\s*)",
    re.IGNORECASE,
)
# How journals close an article: a bold word or two at the head of a paragraph, and nothing but a space after it.
_STATEMENT = re.compile(
    r"(Acknowledge?ments?|Contributors|Competing interests|Conflicts? of interests?|Ethics approval|"
    r"Patient consent(?: for publication)?|Provenance and peer review|Data (?:availability|sharing)(?: statement)?|"
    r"Author contributions|Funding(?= (?:This|The|None|No|We|Not|Supported)\b))\s+(?=[A-Z])"
)
_DEPTH = re.compile(r"^\s*(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+\S")


@lru_cache(maxsize=4096)  # asked several times of every short line
def kind_of(heading: str) -> SectionKind | None:
    """The kind a heading tells by its words alone; None where it tells nothing."""
    bare = bare_heading(heading)
    if not bare or len(bare) > 90:
        return None
    for kind, pattern in _EXACT_RES:
        if pattern.fullmatch(bare):
            return kind
    for kind, pattern in _BEGINNING_RES:
        if pattern.match(bare):
            return kind
    return None


def bare_heading(heading: str) -> str:
    """The words of a heading without its number, bullet and closing punctuation; letter-spaced words closed up."""
    text = " ".join(heading.replace("\u00ad", "").split())
    if re.fullmatch(r"(?:\w ){3,}\w", text):
        text = text.replace(" ", "")
    return _NUMBERING.sub("", text, count=1).strip(" .:;–—-|*#_")


def numbering_depth(heading: str) -> int:
    """1 for "2 Methods", 2 for "2.1 Setting"; 0 where there is no number."""
    found = _DEPTH.match(heading)
    return found.group(1).count(".") + 1 if found else 0


def runs_in(paragraph: str) -> tuple[str, SectionKind] | None:
    """
    A heading that stands at the head of its own paragraph: "Methods: We searched …", "BACKGROUND We …".

    Only words that tell a kind count, followed by a colon, a full stop and a capital, or set in capitals.
    """
    found = re.match(r"([A-Z][A-Za-z/,&’' -]{2,48}?)(?:\s*[:–—]\s*(?=\S)|\.\s+(?=[A-Z“\"‘'(\d]))", paragraph)
    if found is None:
        found = re.match(r"([A-Z][A-Z/,& -]{4,48})\s+(?=[A-Z][a-z]|A [a-z])", paragraph)
    if found is None:
        found = _STATEMENT.match(paragraph)
    if found is None:
        return None
    kind = kind_of(found.group(1))
    return (found.group(1), kind) if kind else None
