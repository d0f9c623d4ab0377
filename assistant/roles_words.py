"""
The word classes that roles are told by: minds, change, offering, standing conditions, and the forms of finite verbs.

General English, with the vocabulary of services of every kind; no document, theory or sector is named here. Members are
matched as whole words (`^` and `$` are implied), so that a class can be widened without looking at the code.
"""

from __future__ import annotations

import re


def words(*alternatives: str) -> re.Pattern[str]:
    """Any of these as whole words, whatever the case."""
    return re.compile(r"\b(?:" + "|".join(alternatives) + r")\b", re.IGNORECASE)


# What goes on in somebody's mind, said by a verb or an adjective that has a person as its subject.
MIND = words(
    r"fe(?:el|els|lt|eling)",
    r"believ(?:e|es|ed|ing)",
    r"(?:think|thinks|thought|thinking)(?! through| about how best)",
    r"(?:trusted|trusting|(?:mis|dis)trust(?:ed|ing|s)?)|(?:they|we|you|I|to|staff|people|who|can|could|not|would|don['’]t|nurses|patients|residents|mothers|parents|users|clinicians) trust",
    r"fear(?:ed|s|ing|ful)?",
    r"(?:worr(?:y|ied|ies|ying)(?! us| me| them| him| her)|afraid|anxious|nervous|scared|frightened|apprehensive|dread(?:ed)?|uneasy|unsure|uncertain)",
    r"(?:reali[sz](?:e|ed|es|ing)|sens(?:ed|es|ing)|reckon(?:ed|s)?|suspect(?:ed|s)?|doubt(?:ed|ing)|suppos(?:e|ed)|assum(?:e|ed|es|ing)|knew|conclud(?:ed|es))",
    r"recogni[sz](?:ed|es|ing|e) (?:that|how|why|themselves|each|one another|in)",
    r"(?:regard(?:ed|s|ing)?|view(?:ed|s|ing)?|perceiv(?:ed|es|ing|e)|consider(?:ed|s)?|judg(?:ed|es|e)|interpret(?:ed|s|ing)?|experienc(?:ed|es|e|ing)|"
    r"describ(?:ed|es|e)|construed|treated|dismissed|framed|understood|took|take|takes|read|saw|see|sees|seen|seeing|came across|come across) (?:[\w’'-]+ ){0,7}?(?:as|to mean|to be|that|for|personally|fair|unfair)",
    r"(?:came|come|comes|began|begun|begin|started|learn(?:ed|t)|grew|grown) to (?:see|believe|regard|view|feel|accept|understand|think|trust|value|expect|appreciate|rely|identify|care|doubt|fear|respect|recogni[sz]e|know|like|want|depend|count)",
    r"(?:began|started|stopped|beginning) (?:seeing|believing|feeling|thinking|trusting|worrying|fearing|caring)",
    r"(?:convinced|persuaded|reassured|assured|confident|certain that|sure that|satisf(?:y|ied) (?:himself|herself|themselves|ourselves|that))",
    r"(?:willing|unwilling|reluctant|prepared|keen|eager|hesitant|happy|content|ready|loath|determined|inclined|disinclined|motivated|tempted) to|(?:fe(?:lt|el|els)|not fe(?:lt|el)) (?:\w+ )?able to",
    r"(?:motivated|inspired|energi[sz]ed|demotivated|demorali[sz]ed|discouraged|encouraged|deterred|emboldened|galvani[sz]ed|intimidated|threatened|humiliated|"
    r"embarrassed|ashamed|proud|flattered|relieved|hopeful|optimistic|pessimistic|resigned to|resented?|resents|resentful|angry|frustrated|disillusioned|overwhelmed|betrayed|"
    r"burned out|let down|cynical|sceptical|skeptical|wary|suspicious|mistrustful|defensive|territorial|loyal|grateful|guilty|empowered|disempowered|stigmati[sz]ed|"
    r"answerable|obliged|indebted|responsible (?:to|for) (?:each|one an)other|at ease|on (?:our|their|your|my) (?:side|level)|one of us|listened to|looked down|taken seriously|belonged|belongs)",
    r"(?:hop(?:ed|ing)|expect(?:ed|ing)) (?:that|to|of|them|it)",
    r"(?:want(?:ed|s|ing)?|wish(?:ed|es|ing)?|prefer(?:red|s)?|cho(?:se|ose|oses)|decid(?:e|ed|es)|resolv(?:ed|es)|calculat(?:ed|es)|reason(?:ed|s)|weigh(?:ed|s|ing)(?: up)?|intend(?:ed|s)?) (?:to|that|whether)",
    r"(?:appreciat(?:ed|es|e|ing)|(?<!were )(?<!was )(?<!be )(?<!are )welcom(?:ed|es|e|ing)|car(?:ed|e|es|ing) about|identif(?:y|ied|ies|ying) with|relat(?:ed|e|es) to|imagin(?:e|ed|es)|accept(?:ed|s)?(?: that)?|matter(?:ed|s)? to)",
    r"(?:understood|understand|understands|understanding) (?:that|what|why|how|each|one another|the other|their|where)",
    r"(?:signal(?:led|s)?|convey(?:ed|s)?|suggested to|showed them|sent a message|sends a message|prov(?:ed|es) to|(?:was|is|were) (?:taken as |seen as |read as )?(?:proof|a sign|a signal|evidence|a mark of|a vote of|a message|a licen[cs]e|permission|an insult|a threat|a reproach))",
    r"(?:seem(?:ed|s)?|sounded|looked|looks) (?:to (?:them|us|me|staff|nurses|him|her|many)|like|as (?:if|though)|hollow|empty|fair|unfair|pointless|possible|worth|safe|risky|remote|hard to)",
    r"no longer (?:seem(?:ed|s)?|feared|worried|felt|thought|saw|believed)",
    r"(?:value|valued|respect|respected|resist(?:ed)?) (?:the|it|them|her|his|their|each|one|as|by)",
    r"(?:could|can|can['’]t|cannot|couldn['’]t) (?:see|recogni[sz]e|satisfy|hide from|imagine|relate|identify|picture|trust|believe|afford|count on|rely on)",
    r"you think|I(?:['’]d| had)? (?:thought|knew|felt|figured)|we knew|made (?:me|you|us|them) (?:think|feel|realise|realize|want)|in it for",
    r"(?:rely|relied|count|counted|depend|depended) on (?:each|one another|her|him|them|it)",
    r"(?:thought|held|found|reckoned|deemed|considered|called|said|say) (?:it|them|the \w+|this|that) (?:\w+ )?(?:unfair|fair|pointless|useful|safe|legitimate|credible|reasonable|to be|worth\w*|helpful|humiliating|reassuring|off-putting|a burden|insulting|empty|hollow)",
)

# States of mind as adjectives and participles that seldom say anything else.
_MOODS = (
    r"aggrieved|alarmed|alienated|ambivalent|angry|annoyed|anxious|apathetic|apprehensive|ashamed|bitter|bored|calm(?:er)?|comfortable|uncomfortable|concerned|confident|confused|contented|curious|cynical|daunted|dejected|demeaned|"
    r"demorali[sz]ed|demotivated|despondent|devalued|disappointed|discouraged|disempowered|disenchanted|disheartened|disillusioned|dismayed|disrespected|distressed|embarrassed|emboldened|empowered|encouraged|energi[sz]ed|enthusiastic|"
    r"exasperated|excited|fearful|flattered|frightened|frustrated|fulfilled|grateful|guilty|heartened|helpless|hesitant|hopeful|humiliated|hurt|impatient|indifferent|indignant|inhibited|inspired|insulted|intimidated|irritated|"
    r"jealous|lonely|loyal|marginali[sz]ed|mistrustful|motivated|nervous|obliged|offended|optimistic|overawed|overwhelmed|passionate|patroni[sz]ed|pessimistic|pleased|powerless|proud|puzzled|reassured|relaxed|relieved|reluctant|resentful|"
    r"sceptical|skeptical|scared|self-conscious|shaken|sidelined|silenced|stigmati[sz]ed|surprised|suspicious|terrified|threatened|timid|torn|undervalued|uneasy|unhappy|unheard|unnerved|unsettled|unsupported|unwilling|upset|vindicated|vulnerable|wary|willing|won over|worried"
)
_MOOD_NOUNS = (
    r"worr(?:y|ies)|fears?|anxiet(?:y|ies)|dread|confidence|suspicions?|resentment|pride|shame|guilt|enthusiasm|motivation|commitment|loyalty|cynicism|scepticism|optimism|hopes?|reluctance|willingness|hesitation|relief|frustration|"
    r"embarrassment|stigma|distress|isolation|unease|discomfort|anger|doubts?|morale|self-respect|self-worth|self-esteem|self-belief|self-confidence|dignity|goodwill|attitudes?|perceptions?|beliefs?|assumptions?|expectations?|misgivings|reservations|qualms"
)
MOOD = words(
    rf"(?:was|were|is|are|be|been|became|become|becomes|grew|grow|remained|seemed|appeared|left (?:\w+ )?|made (?:\w+ )?|being|'re|’re|not|less|more|so|very|too|quite|deeply) (?:(?:more|less|so|very|too|quite|deeply|visibly|understandably|increasingly|initially|clearly|still) )?(?:{_MOODS})",
    rf"(?:their|his|her|our|my|people['’]s|staff['’]s|patients['’]|residents['’]|members['’]|nurses['’]|parents['’]) (?:\w+ )?(?:{_MOOD_NOUNS})",
    rf"(?:with|without|out of|from|of|in|into|such|great|growing|deep|widespread|some|much|considerable|to) (?:{_MOOD_NOUNS})",
    rf"(?:{_MOOD_NOUNS}|trust|mistrust|suspicion|faith|respect) (?:did|was|were|grew|rose|fell|faded|lessened|remained|deepened|turned|gave way|persisted|increased|hardened|spread|returned|waned|evaporated|developed|built|followed)",
    r"(?:looked upon|thought of|spoken of|regarded|treated|talked of|known|received|heard|understood|t(?:aken|ook|akes?)|treat(?:s|ed)?|heard|held) (?:by (?:[\w’'-]+ ){1,6}?|(?:it|this|that|them|her|him|us|the [\w-]+|each [\w-]+|their [\w-]+) )?(?:as (?:a|an|the|one|if|though|somebody|someone|proof|\w+ing|\w+ed|my|your|our|their|evidence|criticism|blame)|to be|for (?:a|an|granted|proof|\w+ing)|against (?:them|him|her|us|it))",
    r"(?:c[ao]me|comes) to (?:mean|stand for)|(?:was|were|is|are) (?:about|for) (?:other people|somebody else|someone else)|(?:their|our|his|her|my|other people|somebody else)['’]?s? (?:lookout|business|fault|affair|job|problem)|not (?:my|our|their|his|her) (?:problem|job|affair|business|plan)",
    r"(?:car(?:ed|es) to|ow(?:ed|es|ing) (?:\w+ ){1,4}|liked? to think|gathered that|worked (?:it )?out that|thought (?:it )?(?:wiser|better|best|worse|the better|the worse|that|they|he|she|we|I|you|there|nothing|little|this|so)|(?:I|you|we|they|he|she|who) (?:thought|think)\b|(?:they|we|I|he|she|you|everyone|everybody|nobody|people|all|staff|who|each|and) (?:all )?(?:knew|know|minded|believed|felt)|believ(?:e|ed|es|ing)|could not (?:very well )?(?:say|look|go back|dress|bring (?:them|him|her|my)\w+)|couldn['’]t (?:dress|go back|look|bring|face)|hadn['’]t the heart|had(?:n['’]t)? the nerve|(?:the )?nerve to|see it coming|g(?:ave|ives) (?:\w+ )?(?:the nerve|a reason to)|(?:a|the) (?:relief|reproach|charge sheet|threat|betrayal|insult|comfort|burden|duty|debt|favour)|silly|disarmed|hooked|tickled|counted for something|feel(?:ing)? (?:anything|nothing)|far rather|polite|honest(?:ly)?|disloyal)",
    r"un(?:thinkable|imaginable|bearable|acceptable to)|taken for granted|in (?:the )?same boat|on the same side|us and them|us against them|what (?:is|was) in it for",
    r"t(?:ook|ake|akes|aking) (?:comfort|heart|pride|offence|umbrage|courage|(?:it|this|them|her|him|us|\w+) (?:seriously|personally|for granted|to heart|for)|ownership|the view|a dim view|exception)",
    r"(?:los(?:t|e|es|ing)|gain(?:ed|s|ing)?|found|find|muster(?:ed)?|g(?:ave|ives) \w+|pluck(?:ed)? up) (?:the |all |their |any |more |new )?(?:heart|face|faith|interest|confidence|courage|hope|patience|respect|appetite|nerve|reassurance|meaning|a reason|something to|licence|permission)",
    r"h(?:ad|ave|as) (?:a stake|no say|a say|little appetite|qualms|second thoughts|faith|confidence|misgivings|doubts|the courage|reservations|nothing to (?:lose|hide|fear)|something to (?:lose|gain|prove))",
    r"(?:saw|see|sees|seen|seeing) (?:themselves|itself|herself|himself|ourselves|myself|each other|one another|in (?:it|them|her|him|this)|the point|no point|little point|value|sense|merit|no reason|the sense|the benefit|that|how|why|what)",
    r"(?:alter(?:ed|s)|chang(?:ed|es)|shift(?:ed|s)|shap(?:ed|es)) (?:the way|how|what) (?:\w+ ){1,4}?(?:saw|see|viewed|view|thought|think|felt|feel|understood|regarded|perceived)",
    r"(?:won|win|wins|brought|bring) (?:\w+ ){1,3}?(?:over|round|on board)|(?:bought|buy|buys) in(?:to)?|warmed to|came round to|come round to|resonat(?:ed|es) with|struck a chord|ma(?:de|kes) sense to|rang (?:hollow|true)|spoke to",
    r"a matter of (?:pride|honour|shame|conscience|principle|duty|trust|indifference)|in the(?:ir)? eyes(?: of)?|at (?:their|our|my|his|her) mercy|in good faith|prid(?:ed|es|e) (?:themselves|itself|ourselves)|wonder(?:ed|ing|s) (?:whether|why|if|what|how)|question(?:ed|s|ing) (?:whether|why|the|their|its)|"
    r"(?:bec(?:ame|omes|ome)|were|was|are|is|made (?:\w+ )?|more|acutely) (?:aware|conscious|mindful|certain|sure|unsure|uncertain|clear in their|indifferent)|internali[sz]ed|despair(?:ed|ing)?|object(?:ed|s) to|balk(?:ed)? at|bristl(?:ed)? at|tolerat(?:ed|es)|"
    r"look(?:ed|s)? (?:up to|forward to|down on)|thought twice|had to (?:worry|fear|weigh|choose|guess|apologi[sz]e)|have to (?:worry|fear|weigh|choose|guess)|gave up (?:hope|on)|stopped (?:being (?:afraid|scared|frightened)|caring|minding)|stop being (?:afraid|scared)|minded|did not mind|lik(?:ed|e) (?:the|that|it|being|having|her|him)|lov(?:ed|e) (?:the|it|that)|hat(?:ed|e) (?:the|it|that|being)|enjoy(?:ed|s)?",
    r"perceived (?:\w+ ){0,2}?(?:cost|costs|risks?|threats?|benefits?|legitimacy|fairness|value|burden|control|support|relevance|barrier)",
    r"(?:took|takes|take) the (?:edge|sting|fear|pressure|worry) (?:off|out of)|set (?:\w+ )?minds at rest|put (?:\w+ ){1,2}at ease|ease of mind|peace of mind",
    r"(?:found|find|finds|finding) (?:it|them|this|that|the \w+|her|him|themselves|being \w+) (?:\w+ )?(?:hard|difficult|easy|easier|helpful|unhelpful|useful|reassuring|intimidating|patroni[sz]ing|humiliating|demeaning|liberating|empowering|off-putting|irrelevant|burdensome|confusing|stressful|comforting|fair|unfair|credible|convincing|empty|threatening|motivating|frustrating|insulting|rewarding|worthwhile|pointless|frightening|daunting|stigmati[sz]ing|alien)",
)

# Minds as nouns: what a programme gives, takes away or leaves people with.
MIND_NOUN = words(
    r"(?:a |the |an? \w+ |their |his |her |our |any |little |no |more |less |some )?(?:sense|feeling|feelings|belief|conviction|impression|perception|perceptions|fear|fears|dread|confidence|self-confidence|"
    r"trust|mistrust|distrust|faith|suspicion|pride|shame|guilt|anxiety|enthusiasm|motivation|goodwill|commitment|ownership|buy-in|belonging|loyalty|resentment|cynicism|"
    r"scepticism|skepticism|optimism|hope|hopes|respect|empathy|legitimacy|credibility|reluctance|willingness|hesitation|relief|unease|discomfort|frustration|embarrassment|stigma|"
    r"reassurance|self-efficacy|mindsets?|attitudes?|expectations?|appreciation|obligation|duty|solidarity|camaraderie|psychological safety|dignity|autonomy|permission|apathy|fatalism|helplessness|self-worth|self-esteem)",
)

# Verbs that make something happen in a mind; subject = what was offered, object = who responds.
MAKES = words(
    r"ma(?:de|kes|ke|king)(?= (?:\w+ ){0,6}?(?:feel|believe|think|see|want|realise|realize|understand|reluctant|afraid|keen|confident|feel|proud|angry|wary|trust|safe|willing|anxious|aware|responsible|it feel|fear|easier|harder|question|reconsider|imagine))",
    r"g(?:ave|ives|ive|iving)(?= (?:\w+ ){1,5}?(?:sense|confidence|feeling|impression|hope|reassurance|courage|permission|belief|faith|reason|ownership|control|belief|voice))",
    r"(?:allow(?:ed|s|ing)?|enabl(?:ed|es|e|ing)|help(?:ed|s|ing)?|l(?:ed|eads?|eading))(?= (?:\w+ ){1,6}?(?:to )?(?:imagine|see|feel|believe|think|trust|understand|realise|realize|recogni[sz]e|value|appreciate|regard|view|accept|identify|doubt|question|fear|suspect|reconsider)\b)",
    r"(?:remov(?:ed|es|e|ing)|reduc(?:ed|es|e|ing)|lower(?:ed|s|ing)?|eas(?:ed|es)|allay(?:ed|s)|lift(?:ed|s)|dispel(?:led|s)|overc(?:ame|omes)|took away|takes away|build(?:s|ing)?|built|foster(?:ed|s|ing)?|creat(?:ed|es|e|ing)|"
    r"generat(?:ed|es|e|ing)|engender(?:ed|s|ing)?|instil(?:led|s)?|increas(?:ed|es|e|ing)|strengthen(?:ed|s|ing)?|rais(?:ed|es)|restor(?:ed|es)|undermin(?:ed|es|e|ing)|erod(?:ed|es|e|ing)|damag(?:ed|es)|"
    r"inspir(?:ed|es|e|ing)|evok(?:ed|es)|provok(?:ed|es|ing)|bre(?:d|eds|eeds)|nurtur(?:ed|es)|cultivat(?:ed|es)|lend(?:s)?|lent|confer(?:red|s)?|sow(?:ed|s)|trigger(?:ed|s|ing)?|promot(?:ed|es|ing)|earn(?:ed|s)|prompt(?:ed|s)|produc(?:ed|es)|fuel(?:led|s)|"
    r"develop(?:ed|s)?|describ(?:ed|es|e)|express(?:ed|es)?|spoke of|report(?:ed|s)|voic(?:ed|es)|lessen(?:ed|s)|gain(?:ed|s)?|los(?:t|es|e)|left|leav(?:e|es|ing)|cost|w(?:on|in|ins))"
    r"(?= (?:[\w’'-]+ ){0,6}?(?:fears?|dread|sense|feeling|belief|confidence|trust|mistrust|distrust|faith|suspicion|suspicions|pride|shame|anxiety|enthusiasm|motivation|goodwill|commitment|ownership|belonging|loyalty|"
    r"resentment|cynicism|scepticism|optimism|hope|respect|empathy|legitimacy|credibility|reluctance|willingness|relief|frustration|stigma|solidarity|caution|feeling|wary|demorali[sz]ed|confused|safety|self-efficacy|autonomy|perceived|unease|isolation|distress|doubts?)\b)",
    r"(?:reassur(?:ed|es|e|ing)|convinc(?:ed|es|e|ing)|persuad(?:ed|es|e|ing)|motivat(?:ed|es|e|ing)|encourag(?:ed|es|e|ing)|discourag(?:ed|es|e|ing)|deter(?:red|s)|embarrass(?:ed|es|ing)|intimidat(?:ed|es)|"
    r"shamed|offended|irritat(?:ed|es)|alienat(?:ed|es|ing)|embolden(?:ed|s)|demorali[sz](?:ed|es|ing)|frustrat(?:ed|es|ing)|unsettl(?:ed|es|ing)|empower(?:ed|s|ing)?|flatter(?:ed|s)|surprised|impressed|comfort(?:ed|s)|remind(?:ed|s))"
    r"(?= (?!by\b)(?:\w+))",
    r"remov(?:ed|es|e|ing)(?= (?:\w+ ){0,4}?(?:fear|dread|worry|anxiety|doubt|stigma))",
    r"(?:ma(?:de|kes|ke|king)|render(?:ed|s)) (?:it|this|that|doubt|them) (?:\w+ )?(?:legitimate|acceptable|safe|respectable|thinkable|unthinkable|normal|ordinary|permissible)",
    r"(?:normali[sz]|legitimi[sz]|legitimat|validat|destigmati[sz]|humani[sz])(?:ed|es|e|ing)(?= )",
)

# Something is put into a situation that was not there.
OFFER = words(
    r"introduc(?:ed|es|e|ing)",
    r"launch(?:ed|es|ing)?",
    r"establish(?:ed|es|ing)?",
    r"(?:creat|implement|pilot|install|devis|design|develop|redesign|adapt)(?:ed|es|ing|e|s)?",
    r"(?:roll(?:ed|ing)?[ -]out|rolled|set(?:ting)? up|set(?:ting)? aside|put in place|drew up|drawn up|drafted|laid on|brought in|bring(?:ing)? in|put (?:forward|on|hers|his|theirs|up))",
    r"(?:giv(?:e|en|es|ing)|gave)",
    r"(?:offer|provid|suppl|fund|grant|allocat|delegat|devolv|deploy|appoint|invit|hir|recruit|employ|train|coach|mentor|assign|pair|attach|second|match|award|subsidi[sz]|reimburs|equip)(?:ied|ies|ed|ted|es|e|ing|s)?",
    r"(?:ask(?:ed)?|hand(?:ed)?|paid|pays|sent|sends|circulat(?:ed|es)|publish(?:ed|es|ing)?|issu(?:ed|es|ing)|present(?:ed|s|ing)?|post(?:ed|ing)|display(?:ed|ing)?|placed|distribut(?:ed|es|ing)|lent|taught|shown|show|wrote|written|read out)",
    r"(?:held|holds|hold|hosted|ran|run|convened|organi[sz]ed|arranged|chaired|opened|opens|extended|shared|shares|sharing|co-?located|moved|relocated|replaced|brought together|visited|toured|joined|joining|signed|apologi[sz]ed|admitted|listened|described|disclosed|agreed|"
    r"involv(?:ed|ing)|engag(?:ed|ing)|consult(?:ed|ing)|includ(?:ed|ing)|explain(?:ed|s)|review(?:ed|s|ing)|report(?:ed)? back|sat down|went through|walked|meet|met|worked (?:one|alongside|beside)|work(?:ing)? (?:alongside|beside|one)|spen(?:t|d)|recogni[sz]ed|adopted|commissioned|merged|let|allowed|built|made (?:available|public)|redesigned|announced|promised|guaranteed|drew|convened|took part|attended|participated)",
    r"(?:began|started) (?:to )?\w+(?:ing)?",
)

# Things that are offered, so that a clause without a verb of offering can still be known by what it names.
OFFERED = words(
    r"protected (?:time|sessions?)|training|coaching|mentor(?:s|ing)?|courses?|workshops?|away-?days?|supervision|huddles?|briefings?|meetings?|forums?|committees?|boards?|panels?|dashboards?|scorecards?|feedback|"
    r"statement of \w+|vision|charter|compact|memorandum|agreement|contract|protocols?|guidelines?|checklists?|toolkits?|frameworks?|pathways?|letters?|text messages?|leaflets?|app|apps|hotline|helpline|telephone line|"
    r"budgets?|funds?|funding|grants?|bonus(?:es)?|payments?|incentives?|vouchers?|stipends?|rewards?|awards?|scheme|programme|programmes|program|initiative|project|pilot|service|collaborative|networks?|"
    r"coordinators?|champions?|facilitators?|navigators?|link workers?|peer workers?|advocates?|liaison|lead|(?:joint|new|shared|additional|named) posts?|money|availability|presence|provision|materials|reports?|results|secondments?|rotations?|shadowing|walkabouts?|walkrounds?|visits?|rounds?|rota|record|records|notes|data|"
    r"policy|tool|tools|kits?|tests?|permission|authority|autonomy|discretion|seat|place on|invitation|opportunity|space|time together|example|scrutiny|review|reviews|reporting|accountability|leadership|involvement|participation",
)

# What follows: change, behaviour and its absence.
CHANGE = words(
    r"(?:increas|decreas|reduc|improv|worsen|declin|climb|shorten|lengthen|halv|doubl|tripl|quadrupl|accelerat|deteriorat|narrow|widen|diminish|shrink|plummet|plateau|stabili[sz]|escalat|drop)(?:ed|es|e|s|ped|ing|bed)?",
    r"(?:rose|risen|rises|rise|rising|fell|fallen|falls|grew|grown|went (?:up|down)|moved (?:towards|up|down|closer)|shrank|dried up|picked up|levelled off|soared|slipped|doubled|dwindled|sank|eased|quickened|slowed)",
    r"(?:fewer|lower|higher|better|poorer|faster|slower|quicker|shorter|longer|earlier|sooner|later|safer|rarer|smoother|greater|larger|smaller|cheaper|less|more|twice as|half as|as many|most (?:of them )?(?:were still|stayed|left|attended))",
    r"(?:became|become|becomes|remained|remain|remains|stayed|stays|kept|keep)",
    r"(?:disappear|vanish|multipl|materiali[sz]|evaporat|emerg|dwindl|trebl)(?:ed|ied|es|ies|ing)?|turn(?:ed|s|ing) up|turnout|came forward|dropped out|stayed away|walked out|handed over|passed on|carried on|went on|lived on|put (?:money|staff|time|effort|resources|in)|opted|switched|all but",
    r"(?:ceased|ended|stopped|stop|halted|stalled|failed|fails|collapsed|broke down|reverted|retreated|lapsed|abandoned|dropped|shelved|cancelled|closed|withdrew|withdrawn|withheld|withhold|disengaged|resigned|left|quit|refused|avoided|bypassed|ignored|rehearsed|hid|gamed|manipulated|guarded|hoarded|competed)",
    r"(?:adopted|embedded|sustained|spread|scaled|completed|carried out|achieved|delivered|attained|met|missed|adher(?:e|ed|es|ence)|complied|compliance|attended|returned|re-?attended|used|using|sought|seek|seeks|referred|refer|shared|sharing|pooled|pool|exchanged|merged|agreed|approved|commissioned|redirected|reinvested|volunteered|pledged|contributed|committed|signed up|enrolled|took part|joined|took up|offered|filled|recruited|retained|stayed on|spoke up|raised|escalated|flagged|reported|spotted|detected|caught|disclosed|challenged|unchallenged|unfilled|duplicated|repeated|followed|came to light|got going|started|began|begun|resumed|persisted|survived|outlived|flourished|thrived)",
    r"(?:admissions?|readmissions?|length of stay|average stay|waits|waiting times?|transfers|uptake|coverage|mortality|retention|turnover|absence|attendance|absenteeism|vacancies|incidents?|complaints|errors|infections?|falls|referrals?|prescribing|costs?|spending|savings|throughput|performance|productivity|consistency|adherence|enrolment|scores?|rates?|restraint)",
    r"\d+(?:\.\d+)?\s?(?:%|per ?cent|percentage)|(?:a|one|two|three|nine|eight|seven|six|five|four) (?:in|of the|out of) (?:\w+)|by (?:a|an|one|two) (?:\w+ )?(?:tenth|fifth|quarter|third|half)|(?:from|to) \d[\d,.]*",
    r"no (?:\w+ )?(?:change|difference|improvement|progress|effect|better|sooner|further|longer)|nothing (?:\w+ )?(?:changed|happened|came)|nobody|no one|none|did not (?:change|improve|return|attend|alter|fall|rise|increase|decrease)|did nothing",
    r"(?:the norm|routine|common|exceptional|unchanged|the same|consistent|aligned|likely|on schedule|within (?:the hour|a day|a year|months|weeks|days))",
)
STRONG_CHANGE = words(
    r"(?:increas|decreas|reduc|improv|worsen|declin|climb|shorten|lengthen|halv|doubl|tripl|deteriorat|narrow|widen)(?:ed|es|e|s|ing)?(?! (?:their|his|her|our|members['’]|a|the) (?:sense|fear|feeling|trust|confidence))",
    r"(?:rose|risen|rises|fell|falls|dropped|grew|went (?:up|down)|dried up|soared|dwindled|levelled off)",
    r"(?:fewer|lower|higher|better|poorer|faster|slower|quicker|shorter|rarer|less common|more common|less likely|more likely|half as likely|twice as likely|more (?:consistent|often|frequent\w*|appropriate))",
    r"\d+(?:\.\d+)?\s?(?:%|per ?cent)|by (?:a|an|one|two|three) (?:\w+ )?(?:tenth|fifth|quarter|third|half|days?|weeks?|months?)|(?:longer|sooner|faster)$|(?:for longer|earlier than|later than)|(?:days?|weeks?|months?|years?|minutes|hours) (?:earlier|later|sooner|longer)|trebl(?:ed|es)|fell away|multiplied|proliferat(?:ed|ing)",
    r"(?:ceased|collapsed|stalled|abandoned|withdrew|reverted|became (?:the norm|routine|common|rarer?|exceptional|more|less)|no better|no sooner|nothing changed|did not (?:change|improve|fall|rise|return)|(?:stayed|remained) (?:unchanged|the same|at|as|below|above|high|low))",
)

# How things stood before, or stand in some places and not in others.
STANDING = words(
    r"had (?:long|always|never|usually|often|already|only|been|spent|just|seen|lost|grown|come|fought|competed|relied|run|closed|worked|recently|little|few|no|not|once|gone|left|made|had|taken|lived|\w+ed)",
    r"(?:we|they|it|nobody|I|she|he)['’]d (?:been|had|always|never|\w+ed)|we['’]ve (?:been|had|always|never)",
    r"(?:previously|historically|traditionally|until then|up to then|hitherto|before (?:this|that|then)|back then|at (?:the|that) time|for (?:years|decades|a generation|\w+ years)|so far|long[- ]?standing|at first|initially|originally)",
    r"(?:rarely|seldom|never|hardly|always|usually|often|typically|still|barely|not yet|already|chronic(?:ally)?|persistent(?:ly)?|perennial(?:ly)?|repeated(?:ly)?)",
    r"(?:history|legacy|tradition|culture|climate|background|backdrop|shortages?|vacanc(?:y|ies)|turnover|deficits?|austerity|cuts?|pressures?|poverty|deprivation|worklessness|rivalry|conflict(?:ing|s)?|competing|competition|hierarch(?:y|ical)|scarc\w+|remote|rural|urban|isolated|"
    r"interim|temporary|newly (?:formed|merged|appointed|established|created)|inherited|pre-?existing|prior|incompatible|separate|fragmented|overlapping|coterminous|unstable|stable|under strain|stretched|understaffed|short-?staffed|overcrowded|at risk|special measures|mergers?|reorgani[sz]ation|restructuring|faced|facing|wary|sceptical)",
)

PEOPLE = words(
    r"people|persons?|patients?|residents?|families|family|parents?|mothers?|fathers?|carers?|children|pupils?|students?|learners?|teachers?|staff|nurses?|midwives|midwife|doctors?|physicians?|clinicians?|practitioners?|professionals|"
    r"GPs?|consultants?|surgeons?|therapists?|pharmacists?|trainees?|juniors?|managers?|leaders?|directors?|chairs?|officers?|executives?|workers?|volunteers?|members?|partners?|participants?|users?|clients?|tenants?|women|men|adults|adolescents|"
    r"relatives|visitors|guests|villagers?|traders?|elders|farmers|providers?|practices?|hospitals?|wards?|units?|schools?|clinics?|teams?|trusts?|councils?|organi[sz]ations?|agencies|charities|districts?|villages?|places?|areas?|systems?|sites?|settings?|regions?|"
    r"communit(?:y|ies)|departments?|services|homes?|camps?|towns?|cities|boards?|recruits?|newcomers?|starters?|colleagues?|peers?|crews?|carers?|porters?|receptionists?|those|neighbourhoods?|localities|provinces?|counties|estates?|sisters?|matrons?|facilities|countries|networks|groups?|households?|respondents"
)
