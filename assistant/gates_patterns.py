"""
The patterns by which a sentence is told from evidence: how papers, policies and front matter give themselves away.

Each pattern is a class of wordings, not a list of known sentences. Knows nothing of passages; `gates` applies them in order.
"""

from __future__ import annotations

import re


def _any(*alternatives: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{a})" for a in alternatives), flags)


SPEAKER = re.compile(
    r"^\W{0,2}(?P<who>(?:Interviewer|Interviewee|Participant|Respondent|Informant|Facilitator|Researcher|Moderator|Speaker|"
    r"Question|Answer|INT|IV|Int|[A-Z]{1,3}\d{0,3}|I|Q|A|R)\s?\d{0,3}[A-Z]?)(?:,\s[\w’' -]{2,50})?\s?(?:\([^)]{1,40}\))?\s?:\s"
)

# The run-in headings of a structured abstract; what follows them stays under them until the next.
LABEL = re.compile(
    r"^\W*(?P<closed>background|introduction|aims?|objectives?|purpose|methods?|design|methodology|design/methodology/approach|setting|participants|data sources|eligibility|registration|funding|keywords|study design|approach)"
    r"(?: and \w+)?\s?[:–—]\s|^\W*(?P<open>results?|findings?|conclusions?|discussion|main findings|interpretation|originality/value|practical implications)\s?[:–—]\s",
    re.IGNORECASE,
)

# Two or more of these in one sentence make a reference-list entry.
REFERENCE_MARKS = re.compile(
    r"\bdoi:?\s?\S|10\.\d{4,}/|https?://|"  # identifiers
    r"\b(?:19|20)\d\d\s?;\s?\d+|;\s?\d+\s?\(\d+\)|\b\d+\(\d+\)\s?[,:]|"  # year;volume(issue)
    r"\bpp?\.\s?\d+|:\s?\d{1,4}\s?[-–]\s?\d{1,4}\b|"  # pages
    r"\b[A-Z][\w’'-]+,? (?:[A-Z]\.?){1,3}(?=[,.;]| and\b| \()|"  # Name AB,
    r"\((?:19|20)\d\d[a-z]?\)\s?[‘'“\"A-Z]|\b(?:19|20)\d\d[a-z]?\.\s|"  # (2016) Title
    r"\b(?:Journal|J|Int J|Review|Rev|Proceedings|Press|Publishers?|Available (?:at|from)|Accessed|\[Online\]|Retrieved|et al\.|eds?\.)(?=[ ,.;:])"
)

ACKNOWLEDGEMENT = _any(
    r"\b(?:authors?|we) (?:declare|thank|acknowledge|are (?:very |most |deeply )?grateful|would like to thank)\b",
    r"\b(?:competing|conflicts? of) interests?\b",
    r"\b(?:work|study|project|research|evaluation|report) (?:was|is|has been) (?:supported|funded|commissioned|sponsored) by\b",
    r"\bviews (?:and opinions )?expressed\b|\bsole responsibility of\b",
    r"\b(?:ethic(?:s|al)) (?:approval|clearance|review|permission|committee)\b|\bresearch ethics\b",
    r"\binformed consent\b|\bgave (?:\w+ )?consent\b|\bconsent(?:ed)? (?:was|to (?:take part|participate|this|be recorded))\b",
    r"\bdata (?:that support|are available|is available|cannot be shared|availability)\b|\brequests? for (?:the )?data (?:should|may|can|must|sharing|access)\b",
    r"\bcorresponding author\b|\bno role in (?:the )?(?:design|decision|study)\b|\bauthors? contribut(?:ed|ions)\b",
)

BOILERPLATE = _any(
    r"©|\bcopyright\b|\ball rights reserved\b|\b(?:creative commons|open access article|licen[cs]ed under)\b",
    r"\bmay be (?:reproduced|copied|reused)\b|\bpermission of the publisher\b|\bISBN\b|\bISSN\b",
    r"\b(?:alternative|accessible) formats?\b|\bavailable (?:on|upon) request\b|\bfor (?:further|more) information\b.{0,40}\b(?:contact|visit|see)\b",
    r"\b(?:downloaded|printed) (?:from|by|on)\b.{0,30}\d|\bversion \d+(?:\.\d+)?\b.{0,30}\b(?:20\d\d|approved|review date)\b",
    r"\bplease (?:contact|email|cite|see|visit)\b|\bwww\.",
    r"\bminutes of the (?:previous|last)\b|^\W*(?:action|actions|resolved|apologies|present|in attendance)\s?:|\bmatters arising\b|\bapologies (?:for absence|were received)\b|\bagenda items?\b",
    r"\bfictional\b.{0,60}\b(?:document|report|region|names|reuse)\b",
)

# Said at the start of an interview, by whoever leads it.
CONSENT = _any(
    r"\b(?:information sheet|signed the form|turned the recorder|recorder on|for the tape|nothing will be quoted|you can (?:stop|withdraw)|happy to go ahead|had the sheet|read the sheet)\b"
)

STRUCTURE = _any(
    r"\b(?:this|the|next|following|final|last|previous|second|third|fourth) (?:chapter|section|paper|report|article|document|part|appendix|guide) "
    r"(?:first |then |also |next |now |briefly )*(?:sets? out|describes?|presents?|outlines?|reports?|reviews?|draws?|"
    r"discusses|explores?|examines?|considers?|turns?|provides?|summari[sz]es|aims?|is (?:structured|organi[sz]ed|intended|for)|"
    r"begins|introduces|explains|addresses|offers)\b",
    r"^\W*it (?:then|also|next|first) (?:describes|presents|outlines|sets out|turns|reviews|discusses|considers)\b",
    r"\b(?:is|are) (?:shown|presented|described|discussed|listed|summari[sz]ed|set out|given|reported|illustrated|outlined) (?:in|below|above|elsewhere in)\b",
    r"\b(?:this|the (?:next|last|following)) (?:chapter|page|paper|section|report|article|guidance|document|pack|framework) (?:is about|has|is|was|goes on|ends|argues|comes|had been|has been)\b|\bwe (?:have tried|write|wrote) (?:to|as|this|with)\b|\bhas been written (?:with|for|by|to)\b",
    r"^\W*(?:see|cf\.) (?:also )?(?:table|figure|box|appendix|section|chapter|page)\b",
    r"^\W*(?:table|figure|fig\.|box|appendix|exhibit) [\dA-Z]+\b",
)

NO_FINDING = _any(
    r"\b(?:was|were|is|are|has|have)(?: been)? (?:not|never) (?:\w+ )?(?:assessed|examined|measured|explored|reported|studied|investigated|asked|"
    r"evaluated|recorded|collected|tested|explained|established|known|described|documented|analy[sz]ed|determined)(?=\s*(?:[.;)]|$|in |by |for |here|separately|directly|formally|further|why|how|what|whether|as part|at this|during))",
    r"\b(?:was|were|is|are)n['’]t (?:\w+ )?(?:assessed|examined|measured|explored|reported|studied|investigated|asked|known)\b",
    r"\b(?:did|do|does|could|can) not (?:\w+ )?(?:ask|examine|explore|assess|measure|report|explain|establish|determine|evaluate|investigate|record|"
    r"describe|collect|analy[sz]e|say|tell us|distinguish|address|consider (?:why|how|whether)) ?(?:\w+ )?(?:why|how|what|whether|which|respondents|participants|"
    r"staff|reasons|the|this|these|any|outcomes|effects|it)?\b(?=.{0,80}[.])(?:(?<=why)|(?<=how)|(?<=what)|(?<=whether)|(?<=respondents)|(?<=participants)|"
    r"(?<=reasons)|(?<=outcomes)|(?<=effects))",
    r"\bno (?:\w+ )?(?:explanation|reason|account|data|information|evidence|details?|interviews?) (?:was|were|is|are|for \w+ (?:was|were)) (?:\w+ )?"
    r"(?:offered|given|available|provided|collected|reported|held|conducted|presented|sought|found|gathered)\b",
    r"\b(?:is|are|was|were|remains?|remained) (?:un(?:known|clear|certain|tested|explored|examined|explained)|to be (?:seen|established|tested))\b(?=[^,;]*\.)"
    r"(?:(?<=known)|(?<=tested)|(?<=explored)|(?<=examined)|(?<=explained)|(?<=seen)|(?<=established))",
    r"\b(?:study|survey|evaluation|trial|pilot|data collection|follow-up|fieldwork|project) (?:ended|closed|stopped|finished) before\b",
    r"\b(?:neither|none of the) [\w ]{1,50}\b(?:interviewed|asked|surveyed|measured|consulted by the (?:authors|researchers))\b",
    r"^\W*(?:whether|why|how|what) [^.]{3,120}\b(?:is|was|remains?) (?:unknown|unclear|not known|uncertain|an open question)\b",
    r"\b(?:interpreted|treated|read) with (?:some |great |due )?(?:caution|care)\b|\b(?:limitations?|weakness(?:es)?) of (?:this|the|our)\b",
    r"\b(?:survey|study|analysis|data|account|method|design|measure)s? (?:has|have|had) (?:the |its |their |several |some |many )?(?:weakness(?:es)?|limitations?|limits|shortcomings)\b|\b(?:none of this|this|that) is (?:not |no |hardly )?(?:a )?(?:proof|evidence)\b|\bwe are aware (?:that|of)\b|\bdiscourage anyone\b|\blittle (?:statistical )?power\b",
    r"\b(?:social desirability|recall bias|selection bias|self-select\w+|small sample|generali[sz]ab\w+)\b",
    r"\b(?:further|future|more) (?:research|work|studies|evaluation) (?:is|are|might|may|could|should|will|would|needs?)\b",
    r"\b(?:report|authors?|study|paper) attributes? (?:this|these|it)\b",
)

METHODS = _any(
    r"\b(?:semi-?structured|in-depth|telephone|face-to-face|qualitative|realist|key[- ]informant|group) interviews? (?:was|were)\b|"
    r"\binterviews? (?:was|were) (?:\w+ )?(?:conducted|held|recorded|audio|transcribed|carried|undertaken|coded|analy[sz]ed|arranged)\b",
    r"\binterviews? lasted\b|\baudio-?\s?record|\btranscri(?:bed|ption)\b|\btranscripts? (?:was|were)\b|\bverbatim\b.{0,30}\btranscri",
    r"\b(?:participants?|respondents?|informants?|interviewees?|sites?|cases|a (?:\w+ )?sample(?: of [\w ]{1,30})?) (?:was|were) (?:\w+ )?"
    r"(?:recruited|selected|sampled|approached|identified|chosen|invited to (?:take part|participate)|drawn|contacted|eligible|randomly)\b",
    r"\b(?:purposive|snowball|convenience|maximum variation|theoretical|random|stratified)(?:ly)? sampl\w+|\bsampling (?:frame|strategy)\b|\bsaturation\b",
    r"\b(?:inclusion|exclusion|eligibility) criteria\b|\b(?:titles? and abstracts?|full texts?)\b|\bdata(?:base)? search|\bduplicates\b",
    r"\b(?:MEDLINE|CINAHL|Scopus|Embase|PsycINFO|PubMed|Cochrane Library|Google Scholar|Web of Science|NVivo|ATLAS\.ti|MAXQDA|SPSS|Stata|PRISMA|RAMESES)\b",
    r"\b(?:was|were|are) (?:\w+ )?(?:coded|analy[sz]ed|screened|double-coded|triangulated|anonymi[sz]ed|pseudonymi[sz]ed)\b|\bthematic(?:ally)? (?:analysis|synthesis)\b|"
    r"\bframework (?:approach|analysis|method)\b|\bgrounded theory\b|\bcoding (?:frame|framework|tree)\b",
    r"\b(?:we|the (?:authors|researchers|team|evaluation|study|review|reviewers)) (?:also |then |first |therefore |further )?(?:conducted|interviewed|recruited|searched|screened|coded|analy[sz]ed|"
    r"extracted|sampled|selected|surveyed|asked (?:participants|respondents|interviewees|them|(?:\w+ ){1,5}?(?:how|whether|why|what|which|about|to (?:describe|rate|say|complete|identify|recall|name)))|observed (?:\d|\w+ meetings)|collected|used (?:a|an|the|semi)|adopted a|drew on|followed (?:the|a|standard)|carried out|undertook|sought to|aimed to|refined|developed (?:a|an|the|our) (?:initial|programme|search|topic|coding))\b",
    r"\b(?:data|documents?|notes?|field ?notes) (?:collection|were (?:\w+ )?(?:collected|gathered|extracted|written up|drawn|obtained|entered|taken from))\b|\bdata (?:collection|extraction|analysis)\b",
    r"\b(?:comments?|answers?|replies|responses) (?:were|was) (?:\w+ )?(?:invited|left|received|returned|given on)\b|\bwe (?:heard|were told) of\b",
    r"\b(?:topic|interview) guide\b|\b(?:Likert|five-point|seven-point) \w+|\bquestionnaires? (?:was|were|comprised|contained|asked)\b|\bresponse rate\b",
    r"\b(?:inter-?rater|inter-?coder|reflexiv\w+|trustworthiness|member[- ]check\w*|triangulation|rigour of)\b",
    r"\b(?:internal consistency|validated (?:scale|instrument|questionnaire)|psychometric|Cronbach|alpha =|mixed (?:effects )?models?|random effects?|regression|adjust(?:ed|ing) for (?:age|sex|confound))\b",
    r"\b(?:programme theory|programme theories|CMOCs?|CMO configurations?|nodes?|initial (?:rough )?theor(?:y|ies))\b.{0,50}\b(?:was|were) (?:\w+ )?(?:created|developed|refined|tested|formulated|generated|drafted|coded)\b",
    r"\b(?:studies|articles|records|papers|documents|publications|references) (?:were|was) (?:\w+ )?(?:included|excluded|retained|identified|retrieved|eligible|removed|assessed|appraised)\b|"
    r"\b(?:reasons? for exclusion|searches? (?:returned|yielded|identified|were run))\b",
    r"\b(?:participants?|interviewees) (?:included|comprised|ranged|consisted)\b|\b(?:study|case) (?:was|is) (?:set|conducted|carried out|a (?:realist|qualitative|mixed))\b",
)

DEFINITION = _any(
    r"\b(?:is|are|was|were|can be|has been) (?:\w+ )?(?:defined|understood|conceptuali[sz]ed|characteri[sz]ed|construed) (?:here |as|to (?:be|mean))",
    r"\brefers? to (?:the|a|an|how|any|those)\b|\bby [\w\s-]{1,30}\bwe mean\b|\bwe (?:define|use the term|take)\b|\bthe term (?=[“\"'‘]|refers|is|has|was|means|denotes)|\bdenotes the\b|\bis an? (?:\w+ ){0,2}(?:undertaking|arrangement|agreement|way of|means of|measure of|set of|body|extent)\b",
    r"\b(?:was|were) taken to (?:be|mean)\b|\bis (?:a|the) (?:form|type|kind|style|concept|construct|notion|process) (?:of|that|in which|by which)\b",
    r"^\W*\w+(?: \w+){0,4} (?:are|is) (?:groups?|networks?|partnerships?|bodies|organi[sz]ations?|a (?:group|network|partnership|body)) (?:of|that|which|responsible)\b",
)

_STUDY = r"(?:stud(?:y|ies)|work|research|literature|reviews?|evidence|authors|scholars|writers|commentators|trials?|scholarship|analyses|reports)"
CITED = _any(
    rf"\b(?:earlier|previous|prior|existing|recent|other|several|many|some|extant|published|international|much|a growing body of) (?:\w+ )?{_STUDY} (?:\w+ )?"
    r"(?:ha(?:ve|s)|suggests?|found|finds?|show(?:s|ed|n)?|report(?:s|ed)?|indicates?|demonstrate[sd]?|argues?|points?|identif\w+|describe[sd]?|on|by|from|in)\b",
    r"\b(?:systematic|scoping|realist|narrative|literature|Cochrane) review (?:of [\w ]{1,40} )?(?:by|found|reported|concluded|identified|suggests?|showed)\b",
    r"\baccording to (?:[\w-]+ ){1,4}theory\b|\b(?:[\w-]+ )?theor(?:y|ists?) (?:holds?|posits?|suggests?|predicts?|proposes?|assumes?|maintains?|tells us|offers?|explains?)\b|\bwe drew on\b",
    r"\baccording to [A-Z][\w’'-]+(?: (?:and|et al)\b[^,(]{0,30})?\s?\((?:19|20)\d\d",
    r"\b[A-Z][\w’'-]+ (?:et al\.?|and (?:colleagues|[A-Z][\w’'-]+)) (?:\((?:19|20)\d\d[a-z]?\) )?(?:found|show|report|argu|suggest|describ|conclude|note|propos|observ)\w*",
    r"\b[A-Z][\w’'-]+(?:['’]s)? \((?:19|20)\d\d[a-z]?(?:, p\.? ?\d+)?\)",
    r"\b(?:have|has) (?:long )?been (?:described|reported|shown|found|noted|documented|observed|argued|suggested) (?:elsewhere|previously|before|in (?:other|the literature|many|several)|to|that|by)\b",
    r"\bas (?:others|\w+ et al\.?) (?:have|has) (?:\w+)\b|\bit (?:has been|is) (?:\w+ )?(?:argued|suggested|shown|claimed|well known|well established|recogni[sz]ed|accepted|believed|established) that\b",
    r"\b(?:consistent|in line|in keeping|accords?|chimes?|resonates?|echo(?:es)?) with (?:the )?(?:findings of|previous|earlier|other|existing|prior|theor\w+|work|literature)\b",
)

CITATION_MARK = re.compile(
    r"\((?:see |e\.g\.,? |cf\. )*[A-Z][^()]{1,80}?,? (?:19|20)\d\d[a-z]?(?:[;,:][^()]{0,160})?\)"  # (Name, 2012; …)
    r"|\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\]"  # [14,15]
    r"|\(\d{1,3}(?:\s?[,–-]\s?\d{1,3})+\)(?!\s?(?:per|%|years|staff|participants))"  # (14, 15)
    r"|[a-z)][.,]\d{1,3}(?:[,–-]\d{1,3})*(?=\s|$)"  # trust.14
    r"|[\u00b9\u00b2\u00b3\u2070-\u2079]+(?=\W|$)"
)

BACKGROUND = _any(
    r"\b(?:has|have) (?:been (?:widely|much|extensively|long|frequently|often) (?:discussed|debated|studied|written|described)|attracted|received|gained|generated) "
    r"?(?:\w+ ){0,2}(?:discussed|interest|attention|debate|in|by|across|about|scholarly|policy)?",
    r"\b(?:the )?(?:\w+ )?literature (?:on|in|distinguishes|suggests|describes|is|has|discusses)\b|\bdebate (?:continues|about|over)\b|\bis widely (?:held|believed|regarded|recogni[sz]ed|seen)\b",
    r"\b(?:affects?|accounts? for|costs?) (?:around|about|some|nearly|over|more than|an estimated|one in|approximately)\b",
    r"\b(?:prevalence|incidence|burden) (?:of|has|is)\b.{0,60}\b(?:doubled|risen|increased|high|estimated)\b",
    r"\b(?:was|were) (?:placed on a statutory footing|established by (?:law|statute|act)|created (?:by|under) the)\b",
    r"^\W*(?:there (?:are|is|were) (?:some|about|around|approximately|currently|\d))",
    r"\beach (?:\w+ )?(?:brings? together|serv(?:es|ing)|covers?|comprises?|consists? of)\b",
    r"\b(?:sets? out|describes?|defines?|lists?|specif(?:ies|y)) (?:the )?(?:\w+ ){0,2}(?:responsibilities|roles?|duties|functions|requirements|principles|expectations|standards|steps)\b",
    r"\b(?:is|are) (?:statutorily |legally |formally |jointly |directly |ultimately )?(?:responsible|accountable) (?:for|to)\b",
)

QUANTITATIVE_REPORT = _any(
    r"\b(?:no |any )?(?:statistically )?significant differences?\b|\bp ?[<=>] ?0?\.\d|\b95% ?(?:CI|confidence)|\bodds ratio\b|\b(?:mean|median|SD|IQR) ?[=(]",
    r"\b(?:respondents|participants) (?:\w+ )?(?:agreed|disagreed)(?: or strongly)?\b",
)

ASPIRATION = _any(
    r"\b(?:our|its|the (?:\w+['’]s|board|trust|system|partnership|strategy)|their) (?:\w+ )?(?:vision|ambition|mission|aim|goal|aspiration|purpose|priorit(?:y|ies)|values?|objectives?|commitment|intention|plan) (?:for [\w ]{1,30} |of [\w ]{1,30} )?(?:is|are)\b",
    r"\b(?:we|the (?:board|system|partnership|trust|council|strategy|plan|programme)|partners|leaders|this (?:strategy|plan|framework|document)) "
    r"(?:aims?|aspires?|intends?|plans?|seeks?|hopes?|wants?|strives?|pledges?|commits?|(?:is|are) committed|(?:is|are) determined) to\b",
    r"\b(?:we|partners|organi[sz]ations|(?:is|are)) (?:\w+ )?committed to\b(?! (?:memory|paper))",
    r"\bour (?:ambition|vision|aspiration)\b|\bin (?:due course|the coming years?)\b|\bby (?:the end of )?20\d\d\b,? (?:we|every|all|the|our)\b",
    r"\bwe want (?:to|every|all|our)\b|\bwe (?:believe|recogni[sz]e) (?:that )?(?:every|all|everyone|our)\b",
)

_BASE = r"(?:make|ask|find|give|stop|ensure|use|keep|build|consider|try|start|set|agree|choose|invite|share|listen|be|do|don['’]t|take|think|remember|avoid|begin|bring|check|encourage|identify|involve|let|look|meet|put|tell|write|work|hold|plan|recogni[sz]e|review|speak|spend|support|talk|treat|visit|go|get)"
NORMATIVE = _any(
    rf"^\W*{_BASE}\b(?! (?:was|were|is|are|had|has|of|in|for)\b)(?:(?!\b(?:was|were|had|felt)\b)[^,;])*$",
    rf"^\W*(?:if|when|where|before|after|once) [^,.;]{{3,120}}, (?:then )?{_BASE}\b",
    r"\b(?:should|must|shall|ought to|needs? to|(?<!longer )(?<!not )(?<!would )(?<!will )ha(?:s|ve) to|will(?! be remembered)|(?:is|are) (?:expected|encouraged|required|urged|advised|recommended|asked) to|"
    r"(?:is|are) (?:essential|vital|crucial|imperative|important|critical|key|recommended)(?: to| that| for|[,.])|(?:it is|we) recommend\w*|requires? (?:leaders|organi[sz]ations|systems|us))\b",
)

HYPOTHETICAL = _any(
    r"\b(?:had|were) \w+ (?:\w+ )?(?:continued|been|not|to)\b[^.]{0,60}\b(?:might|would|could) have\b",
    r"^\W*(?:it is|it seems|it may be|it might be) (?:\w+ )?(?:possible|likely|plausible|conceivable|probable|that|unlikely)\b",
    r"^\W*(?:perhaps|possibly|maybe|presumably)\b|\bwere (?:that|this|it) (?:so|to be|the case)\b|\bspeculat\w+|\bhypothesi[sz]e\w*|\bin theory\b|\bhypothetical\w*|\bin future\b.{0,40}\b(?:could|might|may|will)\b",
    r"\bif [^.]{3,120}\b(?:would|might|could) (?:have|be|lead|help|feel|make)\b",
    r"\b(?:future|further) (?:research|studies|work)\b",
    r"\b(?:explore|examine|test|assess|ask|asked|investigate|consider|unclear|know|see) whether\b",
)

# In somebody's own speech: what they wish for, think right, or imagine.
SPOKEN_WISH = _any(
    r"\b(?:should|ought to|shall)\b",
    r"\b(?:what )?I['’]d (?:love|like|want|hope|say it needed)\b|\bI (?:do )?(?:hope|believe|think) (?:that )?we['’]?(?:ll| will)\b|\bwe['’]ll get (?:to|there)\b|\bmy (?:hope|dream|wish) is\b|\bin an ideal world\b",
    r"\b(?:maybe|perhaps|possibly|probably) (?:\w+ )?(?:they|we|he|she|it|I|you)['’]d\b|\bif (?:they|we|he|she|it|I|you)['’]d\b[^.]{0,80}['’]d\b|\bif (?:they|we|he|she|I|you) \w+[^.]{3,60}\b(?:they|we|he|she|I|you|it)['’]d\b|\bI might have thought\b|\b['’]d (?:not )?have \w+ed (?:here )?otherwise\b",
)
_SHIELDLESS = re.compile(
    r"\b(?:we|I) (?:\w+ )?(?:believe|think|know|trust|hope|are confident|am confident|feel)\b", re.IGNORECASE
)


def shielded(sentence: str, until: int) -> bool:
    """Whether a modal stands inside somebody's state of mind; "we believe that it will" is still a hope."""
    return bool(ATTITUDE_BEFORE.search(sentence, 0, until)) and not _SHIELDLESS.search(sentence, 0, until)


SPECULATIVE_MODAL = _any(
    r"\b(?-i:may|might)\b",
    r"\b(?:could|would) (?:have|potentially|possibly|help|lead|improve|reduce|enable|support|allow|benefit)\b",
    r"\bcan (?:build|improve|help|lead|create|enable|reduce|foster|support|increase|also|strengthen|promote|undermine)\b",
)

# Before a modal, one of these puts it into somebody's mind: "they feared that figures would be used against them".
ATTITUDE_BEFORE = re.compile(
    r"\b(?:fe(?:lt|el|els|ared|ars|aring)|believ\w+|thought|think\w*|knew|know\w*|trusted|trusting|confident that|convinc\w+|persuad\w+|reali[sz]\w+|saw|seen|"
    r"worr\w+|afraid|suspect\w*|hop(?:ed|ing|es)|expect(?:ed|ing|s|ation)|assum\w+|suppos\w+|signal\w*|sure|certain|assur\w+|reassur\w+|understood|understand\w*|"
    r"judg\w+|sense|feeling|sensed|proof|proved|accept\w*|reckon\w*|doubt\w*|told|promis\w+|imagin\w+|whoever|before|than|anticipat\w+|conclud\w+|took|show\w*|meant|because|conviction|belief|fear|faith|so that|what|whatever|anyone|someone|whether)\b",
    re.IGNORECASE,
)
