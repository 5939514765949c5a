"""Rules for what somebody will do, promised, did, and for what is over.

The order counts: the first rule that fits a clause is taken. Pure.
"""

from __future__ import annotations

from app.domain.memory import About, NoteKind
from app.services.noting.rule import Rule, rule
from app.services.noting.vocabulary import ADVERBS, JOBS, KIN, PETS

_FACT, _PLAN, _PROMISE, _EVENT = NoteKind.FACT, NoteKind.PLAN, NoteKind.PROMISE, NoteKind.EVENT
_I = rf"I {ADVERBS}"
_WE = rf"(?:I|we) {ADVERBS}"
_TIE = About.RELATIONSHIP
_GIVEN = (
    r"bring|show|give|send|lend|write|call|phone|visit|teach|take|tell|buy|build|make|cook|bake"
    r"|help"
    r"|pay|repay|meet|wait for|come back|be back|return|find|fetch|keep|protect|look after|watch"
    r"|pick|save|mend|repair|read|sing|carry|drive|stay|forgive|never|always|not|be there|invite"
)
_PASSING = (
    r"(?!.*\byou (?:mine|some|one|it|that)$|.*\b(?:let you know|talk to you|text you|see you"
    r"|check (?:it|that|them|this|him|her) out"
    r"|keep (?:that|it|you|this|them|an eye|my)|tell you (?:what|the truth|that|more|about it)"
    r"|be there|show you what i mean|make sure|give (?:it|that|them) a|not lie|never know|call you "
    r"back|always be|make it|take (?:that|it|a look|you up)|help you with that|stay|look it up"
    r"|read it|watch it|find out|keep)\b)"
)

ENDING_RULES: tuple[Rule, ...] = (
    rule(_FACT, rf"{_I}(?:do )?(?:no longer|not) (?:live|am living) (?:in|at|on|with) "
         r"(?P<o>.+?)(?: any ?more| any longer)?$", 6, ends="lives in"),
    rule(_FACT, rf"{_I}(?:do )?(?:no longer|not) work (?:as|at|for|in) (?:an? )?"
         r"(?P<o>.+?)(?: any ?more| any longer)?$", 6, ends="works as|works at"),
    rule(_EVENT, rf"{_I}(?:have )?(?:just )?(?:quit|left|resigned from|lost|got fired from|was "
         rf"fired "
         r"from|was laid off from|retired from) (?:my|the|that) (?:old |new )?(?P<o>(?:\w+ "
         r")?(?:job|"
         r"work|position|post|company|firm)\b.*)", 7, ends="works as|works at",
         ends_any=True),
    rule(_EVENT, rf"{_I}(?:have |was |got )?(?:just )?(?:retired|resigned|fired|laid off)\b"
         r"(?P<o>.*)", 7, ends="works as|works at", ends_any=True, is_checked=False),
    rule(_EVENT, rf"{_WE}(?:have )?(?:just )?(?:broke up|broken up|split up|separated|got "
         rf"divorced|are "
         r"getting divorced|divorced)\b(?: (?:with|from) (?P<o>.+))?", 8,
         ends="status", ends_any=True, is_checked=False),
    rule(_EVENT, rf"{_I}(?:have )?(?:just )?(?:quit|stopped|gave up|given up) "
         r"(?P<o>(?!my job|on\b|and\b|by\b|at\b|for\b|to\b).+)", 6, "gave up",
         ends="likes|drinks|eats|smoke|smokes|plays|drink"),
    rule(_FACT, rf"{_I}(?:do )?(?:no longer|not) (?:like|love|enjoy) (?P<o>.+?) (?:any ?more|any "
         r"longer)$", 5, "dislikes", ends="likes"),
    rule(_FACT, rf"{_I}(?:no longer) (?P<v>like|love|enjoy|eat|drink|play|smoke|have|want"
         rf"|believe in|"
         r"am|hate|fear|speak|own|study) ?(?P<o>.*)", 6, "no longer {vs}",
         ends="likes|eats|drinks|plays|has|smoke|studies|is|is a|speaks", is_checked=False),
    rule(_FACT, rf"{_I}(?:do |am )?not (?P<v>like|love|enjoy|eat|drink|play|smoke|have|hate|speak|"
         r"study|married|engaged|afraid of|vegan|vegetarian|together with)"
         r" ?(?P<o>.*?) ?(?:any ?more|any longer)$", 6, "no longer {v}",
         ends="likes|eats|drinks|plays|has|smoke|studies|is|is a|status|speaks"
         "|is afraid of", is_checked=False),
)  # fmt: skip

PROMISE_RULES: tuple[Rule, ...] = (
    rule(_PROMISE, rf"{_I}(?:promise|swear|vow|give you my word|pledge|promised)(?: to)?(?: you)?"
         r"(?: that| on my \w+)?,? (?P<o>(?:I (?:will|shall|am)|to|we will|not to|never "
         r"to)\b.+)", 7,
         "promised", about=_TIE, is_checked=False),
    rule(_PROMISE, r"I (?:will|shall) (?:do that|be there|not forget|remember|never .+|always .+"
         r"|.+)"
         r",? (?P<o>I (?:promise|swear))$", 7, "promised", about=_TIE, is_checked=False),
    rule(_PROMISE, rf"{_PASSING}I (?:will|shall) (?:definitely |certainly |gladly |come and "
         rf"|surely |"
         rf"also |not |never )?(?P<o>(?:{_GIVEN})\b.*\byou\b.*)", 6, "promised", about=_TIE,
         is_checked=False),
    rule(_PROMISE, rf"{_PASSING}I (?:will|shall) (?P<o>(?:{_GIVEN})\b.+)", 6, "promised",
         about=_TIE, needs="future", is_checked=False),
    rule(_PROMISE, r"(?P<o>you have my word)\b", 6, "promised", about=_TIE, is_checked=False),
)  # fmt: skip

PLAN_RULES: tuple[Rule, ...] = (
    rule(_PLAN, rf"{_WE}(?:plan|intend|hope|mean|am hoping|am planning|are planning|are hoping"
         rf"|have "
         r"decided|decided) (?:to|on) (?P<o>(?!see you|meet you|talk|hear|chat|stay|keep|have a (?:"
         r"good|great|nice)|do that|be able|try).+)", 5, "plans to"),
    rule(_PLAN, rf"{_I}(?:am )?(?:thinking (?:of|about)|considering|looking forward to|saving "
         r"(?:up )?(?:for|to)|training (?:for|to)|preparing (?:for|to)|working on|working "
         r"towards|about "
         r"to|trying to (?:learn|quit|become|get|find|lose|save|finish|write|buy|sell|stop|start))"
         r" (?P<o>.+)", 4, "plans to"),
    rule(_PLAN, rf"{_I}(?:am|are) (?:moving|relocating|emigrating) (?:back |out |in |away )?"
         r"(?P<o>(?:to|from|with|into|in|out|next|on)\b.+)", 6, "plans to move"),
    rule(_PLAN, rf"(?:I am|we are) {ADVERBS}getting (?P<o>married|divorced|engaged|a \w+.*)", 8,
         "plans to get"),
    rule(_PLAN, rf"{_I}have (?:got )?(?P<o>(?:an? |my |the )?(?:\w+ )?(?:appointment|interview"
         rf"|exams?|"
         r"test|date|surgery|operation|flight|meeting|audition|concert|wedding|performance|match|"
         r"game|deadline|party|presentation|race|marathon|trip|class|check-?up)\b.*)", 5, "has",
         needs="future"),
    rule(_PLAN, rf"{_WE}(?:am|are) going (?:to|on|for|away|back|home|up|down|out)\b (?P<o>.+)", 5,
         "plans to", needs="future"),
    rule(_PLAN, rf"(?:I am|we are) {ADVERBS}going to (?P<o>(?:start|buy|become|be a|have a baby"
         rf"|have a "
         r"child|learn|move|marry|propose|quit|study|open|write|adopt|retire|visit|travel|apply|"
         r"graduate|build|sell|run for|get married|get a|go to|tell|ask|leave|join|compete|paint)"
         r"\b (?!it\b|that\b|you\b|bed\b|sleep\b|check\b|off\b).+)", 5, "plans to"),
    rule(_PLAN, rf"{_WE}(?:am|are|will|shall) (?:be )?(?P<o>.+)", 4, "plans to", needs="later"),
    rule(_PLAN, rf"(?:we|I) {ADVERBS}(?:fly|leave|start|begin|travel|go|sail|depart|drive|have"
         rf"|get|see|"
         r"meet|turn|play|perform|return|take) (?P<o>.+)", 4, "plans to", needs="later"),
    rule(_PLAN, rf"my (?P<s>(?:\w+ ){{0,2}}(?:{KIN}|birthday|wedding|flight|exam|interview|surgery|"
         r"appointment|operation|concert)) (?:is|are|will) (?P<o>.+)", 5, "will", needs="future"),
)  # fmt: skip

EVENT_RULES: tuple[Rule, ...] = (
    rule(_EVENT, rf"{_WE}(?:have )?(?:just )?(?:got|gotten|was|were|have been) (?:recently |just "
         rf"|now )?"
         r"(?P<o>married|engaged|divorced|fired|hired|promoted|laid off|robbed|arrested|accepted|"
         r"evicted|attacked|adopted|baptised|baptized|elected|kicked out|mugged|rejected)\b.*", 8,
         "got {o}", is_checked=False),
    rule(_EVENT, rf"{_I}(?:have )?(?:just )?lost my (?P<o>(?:\w+ )?(?:{KIN}|{PETS}|house|home"
         rf"|sight|"
         r"hearing|leg|arm|faith)\b.*)", 9, "lost"),
    rule(_EVENT, rf"my (?P<s>(?:\w+ ){{0,2}}(?:{KIN}|{PETS}))(?:,? (?-i:[A-Z]\w+),?)? (?:has "
         rf"|have )?"
         r"(?:just )?(?P<v>died|passed away|got married|was born|broke|left|moved|won|got|had|gave "
         r"birth|graduated|visited|ran away|came|went|fell|disappeared)\b(?P<o>.*)", 8, "{v}",
         about=About.OTHERS, is_checked=False),
    rule(_EVENT, rf"{_WE}(?:have )?(?:just )?(?P<v>gave birth|had a baby|became|bought|adopted|won|"
         r"passed|failed|graduated|finished|completed|published|opened|founded|started|moved|broke|"
         r"crashed|proposed|eloped|inherited|retired|enlisted|joined|built|sold|ran a|climbed) "
         r"(?P<o>(?!up\b|out\b|it\b|that\b|by\b|to\b|at\b|with\b|in\b|off\b|down\b).+)", 6, "{v}"),
    rule(_EVENT, rf"{_WE}(?:have )?(?:just )?(?P<v>went|travelled|traveled|flew|drove|sailed) "
         r"(?P<o>(?:to|on|around|across|through|back to) .+)", 4, "{v}"),
    rule(_EVENT, rf"{_I}(?:(?:just|recently|finally) )+read (?P<o>.+)", 3, "read"),
    rule(_EVENT, rf"{_I}have (?:already |also )?(?:been|travelled|traveled) (?P<o>to .+)", 4,
         "has been"),
    rule(_EVENT, rf"{_WE}(?:have )?(?:first |finally |once )?(?:met) (?P<o>(?!you\b).+)", 5, "met"),
    rule(_EVENT, rf"my (?:first |new )?(?:job|{JOBS}) (?P<o>.+)", 5, "happened", needs="past"),
    rule(_EVENT, rf"{_WE}(?!(?:\w+ ){{1,2}}(?:it|them|this|that|those|these)\b)(?P<o>.+)", 4,
         "happened", needs="past"),
    rule(_EVENT, r"my (?P<s>[\w' -]{2,30}?) (?P<o>(?:was|were|had|got|went|came|fell|broke"
         r"|\w+ed)\b.*)",
         4, "happened", needs="past"),
)  # fmt: skip

TIE_RULES: tuple[Rule, ...] = (
    rule(_FACT, rf"{_I}(?:do )?(?P<o>love you)(?: (?:so much|too|very much|more than .+))?$", 8,
         "loves", about=_TIE, is_checked=False),
    rule(_FACT, r"I (?:am|have (?:fallen)?) ?(?P<o>(?:falling )?in love with you)\b.*", 9, "loves",
         about=_TIE, is_checked=False),
    rule(_FACT, rf"{_I}(?P<o>hate you|can not stand you|do not trust you|trust you|miss you|missed "
         r"you|forgive you|will never forgive you)\b(?: .*)?$", 7, "{o}", about=_TIE,
         is_checked=False),
)  # fmt: skip
