"""
The word lists of `terms`: what counts for nothing, for little, and which words express one idea.

Near-synonyms in talk of services and organisations of any kind; no theory and no document is named here. In an idea, a
member stands for all words of its stem, "=member" for that word alone ("of course" is no training).
"""

from __future__ import annotations

from typing import Final


def spaced(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


STOP: Final = spaced(
    """
    a about above across after again against all almost along already also although always am among an and another
    any anyone anything are aren't around as at away back be became because become becomes been before being below
    between big both but by came can can't cannot come could couldn't day days did didn't do does doesn't doing
    don't done down due during each eight either else enough even ever every everyone everything far few first five
    for four from further gave get give given go goes going good got great had half has have having he hence her
    here hers herself him himself his how however i i'd i've if in indeed instead into is isn't it it's its itself
    just keep kept kind last later least less let like likely little long lot made make makes making many may me
    might mine month months more most much must my myself near need neither never new next nine no nobody none nor
    not nothing now of off often old on once one ones only onto or other others otherwise our out over own part per
    perhaps put quarter quite rather really said same saw say says see seem seemed seems seen seven several shall
    she should since six small so some somebody someone something soon still such take taken ten tenth than that
    that's the their them themselves then there there's therefore these they they'd they've thing things third this
    those though three through throughout thus time times to together too took toward towards two under unless until
    up upon us use used very via was wasn't way ways we we'd we've week weeks well went were weren't what whatever
    when where whether which while whilst who whom whose why will with within without won't would wouldn't year
    years yet you your yours yourself
    """
)

# Words of the method and of asking, and words that every source of the field uses: they single nothing out.
GENERIC: Final = spaced(
    """
    achieve achieves affect affects against answer anyone approach approaches aspect aspects backfire backfired
    backfires bad barrier barriers best better block blocks build building builds built case cases causal cause
    causes challenges change changed changes circumstance circumstances claim claims condition conditions context
    contexts contradict contradicts create created creates describe develop developed develops differ difference
    different differently do document documents does effect effective effectively effectiveness effects enable
    enabler enablers enables everyone evidence example examples exception exceptions explain explanation facilitate
    facilitates facilitator factor factors fail failed fails failure failures find findings follow follows form
    forms foster fostered fosters good happen happens harm harms help helps hinder hinders how impact impacts
    important improve improves improving influence keep know known lasting lead leads led library limit limited
    limits literature make matter matters mechanism mechanisms offer offered offers outcome outcomes paper papers
    people person prevent prevents problems programme question realist reason reasons report reported respond
    responds response responses result results review reviews right role roles say setting settings show situation
    situations source sources stop stopped stops studies study success successful successfully support supports tell
    tension tensions theories theory type types undermine undermines unintended unsuccessful want wants whom work
    worked working works wrong
    """
)

# Said of almost everything in services research: they count, but little.
WEAK: Final = spaced(
    """
    area areas board boards care change changes communities community council councils director directors group
    groups health healthcare hospital hospitals integrated integration joint leader leaders leadership level levels
    local management manager managers member members national organisation organisational organisations organization
    organizations participant participants partner partners partnership patient patients people place places policy
    practice practices process processes professional professionals programme programmes project projects provider
    providers public quality region regional service services shared social staff system systems team teams
    treatment trust trusts worker workers
    """
)

# Ideas so general that they gather little: they name a theme only where nothing more telling is shared.
GENERAL_IDEAS: Final = spaced(
    """
    communication community contact defining history information learning measures mutuality priorities problem
    resources sharing staffing timeliness training
    """
) | {"distrust of authority", "junior staff", "role model", "use of services"}

# One idea a paragraph: its name, and the words that express it.
_IDEAS: Final = """
    accountability: =accountable =accountability =answerable scrutiny scrutinise scrutinised scrutinize oversight
    responsibility: responsible responsibility obligation obliged duty beholden
    measures: measure measures indicator indicators metric metrics scorecard scorecards dashboard dashboards
        benchmark benchmarks benchmarking figures
    vision: vision visions purpose purposes mission narrative =direction manifesto rallying
    meaning: meaning meaningful worthwhile pointless
    ownership: ownership theirs ours co-ownership owner owners owning
    involvement: involve involved involving involvement participate participated participation engage engaged
        engagement engaging consult consulted consultation co-design co-designed co-production co-produced codesign
        coproduction invite invited invitation
    problem: problem problems
    defining: define defined defining definition frame framed framing map mapped mapping co-define co-defining
        co-defined diagnose diagnosed drawn-up
    trust: trust trusted trusting trustworthy trustworthiness mistrust mistrusted distrust distrusted goodwill
    confidence: confidence confident self-confidence reassurance reassured reassure reassures convinced convince
        persuaded
    relationships: relationship relationships relations relational rapport tie ties bond bonds friendship
        friendships closeness familiarity acquainted acquaintance
    contact: meet meeting meetings met visit visits visited informal dined dinner dinners lunch lunches walk walks
        walking conversation conversations contact
    sharing: share shared sharing shares exchange exchanged exchanging pool pooled pooling disclose disclosed
        disclosing
    information: information data numbers records record intelligence
    alignment: align aligned alignment aligning consistent consistency coherent coherence coordinate coordinated
        coordination converge converged
    priorities: priority priorities target targets competing conflicting conflict conflicts
    sustaining: sustain sustained sustains sustaining sustainability continue continued continues persist persisted
        survive survived outlive outlived outlasted endure endured maintained maintain
    commitment: commit committed commits commitment committing pledge pledged contribute contributed contribution
        contributions dedicate dedicated
    resources: resource resources money funds fund funded funding budget budgets finance finances financial spending
        invest invested investment
    rivalry: rival rivals rivalry compete competed competing competition competitor competitors competitive
    safety: safe safety safely secure security
    voice: speak spoke speaking voice voices candour candid raise raised challenge challenged challenging escalate
        escalated alarm disclose outspoken
    fear: fear feared fearful fears afraid anxious anxiety worry worried dread dreaded threatened threat intimidated
    blame: blame blamed blaming punish punished punishment punitive reproach reproached shame shamed humiliated
        humiliation
    feedback: feedback fed-back debrief debriefing audit audits
    learning: learn learned learning learnt lesson lessons reflect reflected reflection reflective
    judgement: judgement judgment judge judged judgements reconsider reconsidered rethink rethought threshold
        thresholds
    training: train trained training =courses education educated teach taught coaching coach coached skills skill
    mentoring: mentor mentors mentored mentoring supervisor supervision supervised paired preceptor preceptorship
        buddy
    turnover: turnover leavers attrition retention retain retained quit resign resigned resignation
    feeling supported: supported supportive unsupported backed backing
    permission: permission permitted authority authorised authorized entitled entitling autonomy autonomous
        discretion licence empower empowered empowerment delegated devolved
    junior staff: junior juniors trainee trainees student students newcomer newcomers recruit recruits starter
        starters hierarchical hierarchy hierarchies seniority
    recognition: valued respected respect recognition recognised recognized appreciated appreciation dignity
    belonging: belong belonging belonged identity identified identify solidarity togetherness camaraderie
    workload: workload overload overstretched burden burdens burdened exhausted exhaustion burnout burned
    staffing: vacancy vacancies understaffed short-staffed shortage shortages staffing
    money for results: incentive incentives bonus bonuses payment payments paid pay reward rewards
    honesty: honest honestly honesty =openly =openness transparent transparency frank frankly admitted admit
        admitting apologised apology
    visibility: visible visibility =presence walkabout walkabouts walkround walkrounds
    community: villager villagers residents resident communities
    use of services: attend attended attending attendance uptake enrol enrolled enrolment use
    communication: communicate communicated communication communicating dialogue listen listened listening
    scepticism: sceptical scepticism skeptical cynical cynicism wary suspicious suspicion suspected
    history: history historical historically legacy past
    inspection: regulator regulators regulation regulatory inspection inspections inspect inspected inspectors
    role model: example role-model role-modelling modelled modelling exemplar
"""


def ideas() -> list[tuple[str, list[str]]]:
    """(name, members) of every idea."""
    found: list[tuple[str, list[str]]] = []
    for line in _IDEAS.splitlines():
        name, mark, members = line.strip().partition(": ")
        if mark:
            found.append((name, members.split()))
        elif line.strip():
            found[-1][1].extend(line.split())
    return found
