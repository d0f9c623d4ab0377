"""
Tell from a heading what the section under it is for.

Knows the words that articles, reports, policy papers and interview transcripts put over their sections; a heading that is
on no list tells nothing, and its section takes the kind of the section around it.
"""

from __future__ import annotations

import re

from zotero_bridge.model import SectionKind

_K = SectionKind

# Whole headings, after numbering, case and closing punctuation are taken away.
_EXACT: dict[SectionKind, str] = {
    _K.FRONT_MATTER: "contents|table of contents|list of tables|list of figures|list of tables and figures|list of boxes|"
    "keywords|key words|keyword|index terms|mesh terms|about this (?:document|publication|report|guide|briefing|paper)|"
    "publication details|publishing information|copyright|citation|how to cite(?: this (?:article|paper|report|document))?|"
    "suggested citation|article (?:info|information|history)|document (?:control|history|information|title page)|"
    "version control|correspondence|author details|authors? affiliations?|affiliations|"
    "open access|for citation|to cite this (?:article|paper)|accessible version|classification: official",
    _K.ABSTRACT: "abstract|summary|structured abstract|executive summary|lay summary|plain(?: |-)(?:english|language) summary|"
    "plain english abstract|abstract and keywords|synopsis|key (?:messages|points|findings at a glance)|at a glance|"
    "highlights|what is (?:already )?known(?: (?:about|on) this (?:topic|subject))?|what this (?:paper|study|article) adds|"
    "overview of (?:the|this) (?:report|paper)|in brief|purpose of this paper|scientific summary|article summary|"
    "strengths and limitations of this study|why this matters(?: to (?:me|us))?|contributions to the literature",
    _K.INTRODUCTION: "introduction|background|introduction and background|background and (?:rationale|context|aims?|objectives?)|"
    "introduction and (?:aims?|objectives?|context)|foreword|preface|rationale|context|policy context|the policy context|"
    "national context|local context|literature review|review of (?:the )?literature|theoretical (?:background|framework)|"
    "conceptual (?:background|framework)|theory|related work|previous (?:research|work)|prior (?:research|work)|"
    "aims?|objectives?|aims? and objectives?|research questions?|purpose|purpose of (?:this|the) (?:report|document|paper)|"
    "introduction to (?:the|this) .{1,40}|scope|about the (?:project|study|research)|why (?:now|this|change).{0,30}|"
    "study (?:aims?|objectives?)|the case for change|case for change|setting the scene",
    _K.METHODS: "methods?|methodology|methods? and materials?|materials?(?: and |, | & )methods?|patients? and methods?|"
    "research (?:design|methods?|methodology|approach)|study (?:design|setting|population|sample|participants)|design|"
    "design(?: and |/|, )(?:methods?|methodology|approach|setting|methodology/approach)|design/methodology/approach|"
    "design, setting,? and participants|our approach|approach and methods?|participants?|setting|settings?|"
    "data (?:sources?|collection|analysis|extraction|synthesis|management)|data collection(?: and analysis)?|"
    "search (?:strategy|methods?)|searching(?: (?:for|the) .{1,30})?|study selection|eligibility(?: criteria)?|"
    "inclusion(?: and exclusion)? criteria|selection(?: and appraisal)?(?: of .{1,30})?|sampling(?: and recruitment)?|"
    "recruitment|sample|measures|outcome measures|statistical analys[ie]s|analys[ie]s|analytic(?:al)? (?:approach|strategy)|"
    "quality (?:appraisal|assessment)|appraisal|risk of bias(?: assessment)?|interviews?|"
    "how (?:we|this|the) (?:did|carried|research|study|report|review).{0,40}|what we did|how we did (?:it|this)|"
    "fieldwork|how we worked|how (?:this|the) (?:report|guide|work) was (?:made|written|done)|"
    "methods? (?:used|of .{1,40})|rationale for using realist (?:synthesis|review)|scoping the literature|"
    "changes in the review process|patient and public involvement|(?:stakeholder|public) involvement|theor(?:y|etical) approach|"
    "programme theory development|initial (?:rough )?programme theor(?:y|ies) development|data and methods?|limitations of the method",
    _K.RESULTS: "results?|findings?|key findings?|main (?:findings?|results?|outcomes?)|results and (?:analysis|interpretation)|"
    "analysis and (?:findings|results)|emerging (?:findings|themes)|themes?|main themes|overarching themes|"
    "what we (?:have )?(?:heard|found|learned|learnt|saw|seen|know)(?: .{1,40})?|what (?:people|staff|leaders|patients) (?:told us|said)|what they told us|"
    "what the (?:evidence|research|literature|data) (?:says|shows|tells us)|results of the (?:review|survey|interviews?|study)|"
    "our findings|research findings|study findings|interview findings|survey (?:results|findings)|document flow diagram|"
    "literature search results|search results|case stud(?:y|ies)(?: \\w{1,12})?(?: findings)?|lessons (?:learned|learnt)|what worked|"
    "evidence|the evidence|synthesis of findings|context(?:–|-| and |, )mechanism.{0,60}|cmo configurations?|cmocs?|"
    "programme theor(?:y|ies)|refined programme theor(?:y|ies)|findings from .{1,60}",
    _K.DISCUSSION: "discussion|discussion and (?:implications|recommendations|limitations)|general discussion|interpretation|"
    "summary of (?:the )?(?:main |key |principal )?findings|(?:principal|main) findings of .{1,30}|limitations|"
    "strengths and limitations|strengths,? (?:weaknesses|limitations),? and .{1,40}|study limitations|"
    "limitations (?:and|of) .{1,60}|comparison with (?:existing|other|previous) .{1,30}|implications|"
    "originality/value|research limitations/implications|research limitations and implications|what this means|"
    "reflections?|meaning of the (?:study|findings)|future research(?: directions)?|directions for future research|"
    "unanswered questions(?: and future research)?|results and discussion|findings and discussion",
    _K.CONCLUSION: "conclusions?|concluding (?:remarks|comments|thoughts)|conclusions? and (?:implications|discussion|"
    "future work|next steps|outlook)|discussion and conclusions?|summary and conclusions?|closing (?:remarks|thoughts)|"
    "conclusions?/implications|looking ahead|final (?:remarks|thoughts)|in conclusion",
    _K.RECOMMENDATIONS: "recommendations?|conclusions? and recommendations?|key recommendations?|"
    "recommendations? (?:for|and) .{1,60}|implications for (?:policy|practice|research|leaders?|future).{0,60}|"
    "practical implications|social implications|policy implications|(?:policy|practice) recommendations|next steps|"
    "what (?:needs to|should|must) (?:happen|change|be done).{0,30}|actions?|action plan|priorities for action|calls? to action|"
    "what next|where next|our (?:recommendations|asks)",
    _K.REFERENCES: "references?|bibliography|works cited|literature cited|reference list|list of references|endnotes|"
    "references and (?:notes|further reading)|notes and references|further reading|sources|cited literature|literature",
    _K.ACKNOWLEDGEMENTS: "acknowledge?ments?|funding|funding (?:sources?|statement|information)|financial support(?: and sponsorship)?|"
    "sources? of (?:funding|support)|role of the fund(?:er|ing source)|support|grant support|(?:conflicts?|competing|declarations?) "
    "(?:of )?(?:competing )?interests?(?: statement)?|disclosures?(?: statement)?|disclosure of interests?|declarations?|"
    "ethics(?: statement| approval.{0,60}| and consent.{0,60}| approval and consent.{0,60})?|ethical (?:approval|considerations?|statement).{0,40}|"
    "consent(?: for publication| to participate| to publish)?|patient consent.{0,30}|informed consent(?: statement)?|"
    "institutional review board.{0,40}|data (?:availability|sharing|accessibility)(?: statement)?|"
    "availability of (?:data|supporting data).{0,40}|data and materials availability|"
    "authors?['’]?s? contributions?|contributions?|contributors?(?:hip)?(?: statement)?|author (?:information|statement|notes?|biograph(?:y|ies))|"
    "credit author(?:ship)? (?:contribution )?statement|authors?['’]? information|about the authors?|guarantor|"
    "provenance and peer review|peer review(?:er reports?)?|publisher['’]s note|open access statement|"
    "rights and permissions|statements|statements and declarations|additional information|orcid(?: ids?)?|thanks|acknowledgements and .{1,40}|"
    "footnotes|declaration of generative .{1,60}|transparency statement|prior presentations?",
    _K.APPENDIX: "appendix|appendices|annexe?s?|supplementary (?:materials?|information|data|files?|appendix)|"
    "supporting information|supplemental (?:materials?|data|files?)|additional files?|electronic supplementary material|"
    "abbreviations|list of abbreviations|glossary|glossary of terms|acronyms|acronyms and abbreviations|nomenclature|"
    "interview (?:guide|schedule|topic guide)|topic guide|survey questions|questionnaire",
}
# Beginnings: "Appendix B: search terms" says enough.
_BEGINNING: dict[SectionKind, str] = {
    _K.APPENDIX: r"(?:appendix|annexe?|supplementary|additional file)\s+(?:[a-z]|\d{1,2}|[ivx]{1,4})(?:\b|$)",
    _K.ACKNOWLEDGEMENTS: r"(?:declaration|conflict)s? of (?:competing )?interest|acknowledge?ments?\b|ethics approval|"
    r"(?:funding|ethics|ethical approval|competing interests|conflicts? of interests?|data availability|author contributions?)"
    r"(?:,| and| &) ",
    _K.RECOMMENDATIONS: r"recommendations?\s+\d{1,2}\b|implications for (?:policy|practice)",
    _K.RESULTS: r"(?:theme|finding|programme theory|cmoc?|case study)\s+(?:\d{1,2}|one|two|three|four|five|six|[a-e])(?:\b|$)",
}
_EXACT_RES = [(kind, re.compile(rf"(?:{pattern})", re.IGNORECASE)) for kind, pattern in _EXACT.items()]
_BEGINNING_RES = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _BEGINNING.items()]
_NUMBERING = re.compile(
    r"^\s*(?:(?:chapter|part|section)\s+(?:\d{1,2}|[ivxlc]{1,6}|one|two|three|four|five|six|seven|eight|nine|ten)\b[\s.:–—-]*"
    r"|\d{1,2}(?:\.\d{1,2}){0,3}\.?\s*[:)|–—-]?\s+|[ivx]{1,5}[.)]\s+|[a-h][.)]\s+|[■●▪•§]\s*)",
    re.IGNORECASE,
)
_DEPTH = re.compile(r"^\s*(\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+\S")


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
    found = re.match(r"([A-Z][A-Za-z/,&’' -]{2,48}?)(?:\s*[:–—]\s*|\.\s+)(?=[A-Z“\"‘'(\d])", paragraph)
    if found is None:
        found = re.match(r"([A-Z][A-Z/,& -]{4,48})\s+(?=[A-Z][a-z]|A [a-z])", paragraph)
    if found is None:
        return None
    kind = kind_of(found.group(1))
    return (found.group(1), kind) if kind else None
