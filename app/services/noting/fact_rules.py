"""Rules for what somebody is, has and likes.

The order counts: the first rule that fits a clause is taken. Pure.
"""

from __future__ import annotations

from app.domain.memory import About, NoteKind
from app.services.noting.rule import Rule, rule
from app.services.noting.vocabulary import (
    ADVERBS,
    ILLNESS,
    JOBS,
    KIN,
    MARITAL,
    NAMED,
    NUMBER,
    PETS,
)

_FACT, _LIKING = NoteKind.FACT, NoteKind.PREFERENCE
_I = rf"I {ADVERBS}"
_AM = rf"I (?:am|have been|was) {ADVERBS}"
_NOW = rf"I am {ADVERBS}"
_CASED = NAMED.replace("?P<name>", "?P<o>")
_MUCH = r"(?:(?:really|very|so|too|much|deeply|a bit|pretty|quite|super|extremely) )*"
_HAD = r"(?:have(?: got)?|had|own|got|adopted|keep|raise|look after|take care of)"
_NO_VERB = r"(?!(?:wanted|been|loved|liked|had|thought|heard|seen|known|met|always|never|ridden)\b)"
_THING = (
    r"(?:car|truck|motorcycle|motorbike|bike|boat|house|home|apartment|flat|farm|garden|business"
    r"|shop|store|company|restaurant|bakery|blog|podcast|channel|band|collection|degree|phd"
    r"|tattoos?"
    r"|twin|scholarship|guitar|piano|violin|cabin|ranch|jeep|mustang|van|scooter|library|website"
    r"|masters?|diploma|licen[cs]e|red hair|blue eyes|brown eyes|green eyes|blond\w* hair"
    r"|brown hair|black hair|curly hair|long hair|dreadlocks)"
)
_NOT_A_KIND = (
    r"(?!(?:bit|little|lot|few|mess|fan|huge fan|big fan|good|great|bad|terrible|better|nice"
    r"|kind of"
    r"|sort of|part|member|fool|failure|joke|wreck|ghost|big|huge|real|true|total|complete|second"
    r"|person who|firm believer|pleasure|shame|type of)\b)"
)

FACT_RULES: tuple[Rule, ...] = (
    # Where
    rule(
        _FACT,
        rf"{_I}(?:live|reside|am {ADVERBS}living|am {ADVERBS}based|have been living|have {ADVERBS}"
        r"lived) (?:in|at|on)(?: the (?:city|town|village|suburbs) of)? (?P<o>.+)",
        6,
        "lives in",
    ),
    rule(_FACT, rf"{_I}(?:live|am living) (?P<p>with|near|by|next to|alone|off) ?(?P<o>.*)", 5,
         "lives {p}", is_checked=False),
    rule(
        _FACT,
        rf"{_I}(?:have )?{ADVERBS}(?:moved|relocated|am back) (?:back |over |out |here )?"
        r"(?:from .+? )?to (?P<o>.+)",
        6,
        "lives in",
    ),
    rule(_FACT, rf"{_I}(?:am|come|hail) {ADVERBS}from (?P<o>.+)", 6, "comes from"),
    rule(_FACT, rf"{_I}was born (?:and raised )?(?:in|on|at) (?P<o>.+)", 6, "was born in",
         is_checked=False),
    rule(_FACT, rf"{_I}grew up (?:in|on|with|near|without) (?P<o>.+)", 5, "grew up in"),
    # Who
    rule(_FACT, rf"my (?:full |real |first |last |middle )?name is (?-i:{_CASED})(?:$|[,.]| "
         rf"and)", 7,
         "is called"),
    rule(_FACT, rf"(?:{_NOW}(?:called|named)|call me|(?:people|everyone|everybody|friends|my "
         rf"friends) (?:all )?calls? me|I go by) (?-i:{_CASED})(?:$|,)", 7, "is called"),
    rule(_FACT, r"I am (?-i:(?P<o>[A-Z][a-z]{2,}(?: [A-Z][a-z]+)?))$", 7, "is called"),
    rule(_FACT, rf"{_NOW}(?P<o>\d{{1,3}}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
         r"(?:[- ]\w+)?|(?:thir|four|fif|six|seven|eigh|nine)teen)(?: years? old| years? of age)?$",
         6, "is aged"),
    rule(_FACT, rf"{_NOW}(?P<o>\d{{1,3}})(?: years? old| years? of age)\b", 6, "is aged"),
    rule(_FACT, rf"{_I}(?:have )?(?:just )?turned (?P<o>\d{{1,3}}|\w+ty(?:-\w+)?)\b", 6, "is aged"),
    rule(_FACT, rf"{_NOW}(?P<not>not )?(?P<o>{MARITAL})\b(?! (?:out|minded|up|with|in))", 7,
         "status", is_checked=False),
    rule(_FACT, rf"{_NOW}(?P<o>pregnant|retired|unemployed|out of work|homeless|bilingual|vegan|"
         r"vegetarian|gay|lesbian|bisexual|trans\w*|nonbinary|autistic|dyslexic|adopted|an orphan|"
         r"deaf|blind|left-handed|disabled|colou?r ?-?blind|catholic|christian|muslim|jewish|hindu|"
         r"buddhist|atheist|agnostic|italian|french|german|american|canadian|british|irish"
         r"|scottish|"
         r"english|spanish|mexican|indian|chinese|japanese|korean|polish|russian|dutch|swedish|"
         r"greek|turkish|brazilian|australian|african)\b", 6, "is"),
    # Health
    rule(_FACT, rf"{_AM}(?P<not>not )?(?:severely |very |highly |deathly )?(?:allergic|intolerant) "
         r"to (?P<o>.+)", 8, "is allergic to"),
    rule(_FACT, rf"{_I}(?:(?:am|was|have been|got) {ADVERBS}diagnosed with|suffer(?:ed)? from|"
         rf"survived|am recovering from|am being treated for) (?P<o>.+)", 8, "has"),
    rule(_FACT, rf"{_I}(?:have|had)(?: got)? {ADVERBS}(?P<o>(?:type \w+ |chronic |severe |bad )?"
         rf"{ILLNESS})\b", 8, "has"),
    rule(_FACT, rf"{_I}(?:broke|sprained|injured|hurt|tore|fractured) my (?P<o>.+)", 7, "hurt"),
    rule(_FACT, rf"{_I}(?P<not>not )?{ADVERBS}(?P<v>smoke|drink alcohol|drink|use a wheelchair"
         rf"|wear "
         r"glasses|wear contacts|wear a hearing aid|take medication|take insulin)$", 5, "{v}"),
    # Work and study
    rule(_FACT, rf"{_I}(?:work|worked|am {ADVERBS}working|have {ADVERBS}worked|am employed) "
         r"(?:\w+-time )?as (?P<o>.+)", 6, "works as"),
    rule(_FACT, rf"{_I}(?:work|am {ADVERBS}working|am employed) (?:\w+-time )?"
         r"(?:at|for|in|with) (?!hard|on\b)(?P<o>.+)", 6, "works at"),
    rule(_FACT, rf"{_NOW}(?:training|studying|learning|in school|going to school) (?:to (?:be|"
         r"become)|for|as) (?P<o>.+)", 5, "studies"),
    rule(_FACT, rf"{_NOW}(?:an?|the) (?P<o>(?:[\w-]+ ){{0,3}}{JOBS}\b(?: .*)?)", 6, "works as"),
    rule(_FACT, rf"{_NOW}(?:an?) (?P<o>(?:[\w-]+ ){{0,3}}(?:student|freshman|sophomore|senior|"
         r"junior|pupil|apprentice|trainee|graduate)\b.*)", 6, "is a"),
    rule(_FACT, rf"{_NOW}(?:an?) (?P<o>(?:[\w-]+ ){{0,2}}{KIN})\b(?: of (?P<n>.+))?", 7, "is a"),
    rule(_FACT, rf"{_NOW}an? {_NOT_A_KIND}(?P<o>[\w-]+(?: [\w-]+)?)$", 5, "is a"),
    rule(_FACT, rf"{_I}(?:stud(?:y|ied)|am {ADVERBS}studying|am {ADVERBS}majoring in"
         rf"|major(?:ed)? in"
         r"|attend|graduated (?:from|in|with)|go to (?:school|college|university) (?:at|in|for)"
         r"|have a degree in|have an? (?:\w+ )?degree in|dropped out of) (?P<o>.+)", 5, "studies"),
    rule(_FACT, rf"{_I}(?P<v>teach|coach|run|manage|own|drive|fly|repair|build|design|breed|train|"
         r"farm|volunteer|write|paint|sell|make|bake|restore|edit|foster) (?P<o>(?:at |for |in "
         r"|with "
         r"|as )?(?!sure|sense|a living|me\b|up\b|away|around|into|it|better|off|on\b).+)",
         5, "{vs}"),
    rule(_FACT, rf"{_I}(?P<v>speak|play|collect|sing|dance|practi[cs]e|knit|sew|garden|hunt|fish|"
         r"hike|surf|ski|swim|box|climb|skate) (?P<o>(?!to (?:you|her|him|them)|up|about|with "
         r"you).+)",
         4, "{vs}"),
    rule(_FACT, rf"{_I}(?P<v>served|worked|studied|lived|taught|played|competed|travelled"
         rf"|traveled) "
         r"(?P<o>(?:in|at|for|as|with|on|to) .+)", 5, "{v}"),
    rule(_FACT, rf"{_I}used to (?P<v>be|live|work|play|have|teach|own|smoke|drink|love|hate|study|"
         r"dance|sing|run|write|drive|want|go)\b ?(?P<o>.*)", 5, "used to {v}", is_checked=False),
    # Family, animals, things
    rule(_FACT, rf"{_I}(?P<not>not )?{_HAD} {ADVERBS}{_NO_VERB}(?P<c>(?:an?|my|{NUMBER}) )?"
         rf"(?P<o>(?:[\w-]+,? ){{0,3}}(?:{KIN})\b.*)", 7, "has"),
    rule(_FACT, rf"{_I}(?P<not>not )?{_HAD} {ADVERBS}{_NO_VERB}(?P<c>(?:an?|my|{NUMBER}) )?"
         rf"(?P<o>(?:[\w-]+,? ){{0,3}}(?:{PETS})\b.*)", 5, "has"),
    rule(_FACT, rf"{_I}(?P<not>not )?{_HAD} {ADVERBS}{_NO_VERB}(?P<c>(?:an?|my|{NUMBER}) )?"
         rf"(?P<o>(?:[\w-]+,? ){{0,3}}{_THING}\b.*)", 4, "has"),
    rule(_FACT, rf"my (?P<s>(?:\w+ )?(?:{KIN}|{PETS}))'s name is (?-i:{_CASED})", 7, "is called",
         about=About.OTHERS),
    rule(_FACT, rf"my (?P<s>(?:\w+ ){{0,2}}(?:{KIN}|{PETS}))(?: is|'s| are)? (?:called|named) "
         rf"(?-i:{_CASED})", 7, "is called", about=About.OTHERS),
    rule(_FACT, rf"my (?P<s>(?:\w+ ){{0,2}}(?:{KIN}|{PETS})) (?:lives|live|is living) "
         r"(?:in|on|at|with|near) (?P<o>.+)", 5, "lives in", about=About.OTHERS),
    rule(_FACT, rf"my (?P<s>(?:\w+ ){{0,2}}(?:{KIN})) (?:works|work|worked) "
         r"(?:as|at|for|in) (?P<o>.+)", 5, "works as", about=About.OTHERS),
    rule(_FACT, rf"my (?P<s>(?:\w+ ){{0,2}}(?:{KIN}|{PETS}))(?:,? (?-i:[A-Z]\w+),?)? (?P<v>is"
         rf"|are|was|"
         r"were|has|have|had|died|passed away|left|loves|likes|hates|got|suffers|taught|raised|gave"
         r"|named|just had|recently|plays|runs|owns|teaches|used to|came from|does not) (?P<o>.*)",
         5, "{v}", about=About.OTHERS, is_checked=False),
    rule(_FACT, rf"my (?P<s>(?:\w+ ){{0,2}}(?:{KIN}|{PETS})) (?:died|passed away)$", 9,
         "died", about=About.OTHERS),
    rule(_FACT, r"my (?P<s>birthday|anniversary) (?:is|was) (?P<o>.+)", 7, "{s} is",
         is_checked=False),
    rule(_FACT, r"my (?P<s>job|hobby|hobbies|profession|occupation|dream|goal|"
         r"religion|phobia|biggest fear|greatest fear|mother tongue|native language|pronouns|"
         r"nationality|nickname|hometown|home town|zodiac sign|star sign|blood type|hair|eyes"
         r"|house|"
         r"car|business|band|team|ancestors|heritage|dream (?:job|car|house)|secret|talent|"
         r"(?:biggest )?(?:pet peeve|weakness|regret)|major|degree|school|native country) "
         r"(?:is|are|was) (?P<o>.+)", 6, "{s} is"),
    rule(_FACT, rf"{_NOW}the (?P<o>(?:oldest|youngest|eldest|middle|only|first) "
         r"(?:child|of|one|sibling|son|daughter|person).*)", 6, "is the", is_checked=False),
)  # fmt: skip

LIKING_RULES: tuple[Rule, ...] = (
    rule(_LIKING, r"my (?:all[- ]time |most |absolute |second )?favou?rite (?!part|one|thing|bit"
         r"|scene|episode)"
         r"(?P<k>[\w -]+?) "
         r"(?:in the world |of all time |growing up )?(?:is|are|was|would be|has to be) "
         r"(?P<o>.+)", 4,
         "favourite {k}"),
    rule(_LIKING, r"(?P<o>(?-i:[A-Z])?[\w' -]{2,40}?) (?:is|are) my (?:all[- ]time |absolute )?"
         r"favou?rite(?: (?P<k>[\w -]+))?$", 4, "favourite {k}"),
    rule(_LIKING, rf"{_I}(?:dislike|hate|detest|loathe|despise|(?:can|could) (?:not|never) {_MUCH}"
         rf"(?:stand|bear|abide)|do not {_MUCH}(?:like|enjoy|care for)|am not {_MUCH}(?:into"
         rf"|fond of|"
         rf"keen on|(?:a|much of a) (?:\w+ )?fan of)|never liked|have never liked) (?P<o>.+)", 4,
         "dislikes"),
    rule(_LIKING, rf"{_I}(?:do not|never|can not) (?P<v>eat|drink|watch|wear|touch|dance|swim"
         rf"|drive|"
         r"cook|sing|read|ride) ?(?P<o>.*)", 5, "does not {v}"),
    rule(_LIKING, rf"{_NOW}{_MUCH}(?:afraid|scared|terrified|frightened) of (?P<o>.+)", 6,
         "is afraid of"),
    rule(_LIKING, rf"{_I}(?:fear|have a (?:fear|phobia) of) (?P<o>.+)", 6, "is afraid of"),
    rule(_LIKING, rf"{_I}(?:have )?{ADVERBS}(?:prefer|preferred) (?P<o>.+)", 4, "prefers"),
    rule(_LIKING, rf"{_NOW}(?:a|such a|an) (?:\w+ )?(?:fan|lover|admirer|enthusiast) of "
         r"(?P<o>.+)", 4, "likes"),
    rule(_LIKING, rf"{_NOW}an? (?:(?:big|huge|avid|massive|total) )?(?P<o>[\w -]+) "
         r"(?:fan|lover|(?<=dog )person|(?<=cat )person|(?<=morning )person|nerd|buff|junkie"
         r"|enthusiast|addict)$", 4, "likes"),
    rule(_LIKING, rf"{_NOW}{_MUCH}(?:into|fond of|keen on|passionate about|obsessed with|crazy "
         rf"about|"
         r"addicted to|interested in|good at|bad at|terrible at|in love with) (?P<o>.+)",
         4, "likes"),
    rule(_LIKING, rf"{_I}(?:have )?{ADVERBS}(?:love|loved|adore|enjoy|enjoyed|like|appreciate) "
         r"(?P<o>(?!it\b|that\b|this\b|you\b|your\b|to think).+)", 4, "likes"),
    rule(_LIKING, r"I would (?:really )?(?:love|like) to (?P<v>visit|go to|travel to|see|learn"
         r"|become|"
         r"own|live in|move to|study|write|open|start|work) (?P<o>.+)", 4, "would like to {v}"),
    rule(_LIKING, rf"{_I}(?:have )?{ADVERBS}(?:want|wanted|dream of|dreamed of|dreamt of) (?:to "
         rf"(?:be|"
         r"become|own|visit|learn|live|go|see|write|travel|open|have|start|work|meet|study|buy))"
         r" (?P<o>.+)", 4, "wants"),
    rule(_LIKING, rf"{_I}(?:dream of|dream about) (?P<o>.+)", 5, "dreams of"),
    rule(_LIKING, rf"{_I}(?:believe in) (?P<o>(?!you\b).+)", 4, "believes in"),
    rule(_LIKING, rf"{_I}(?:usually |mostly |mainly )?(?P<v>listen to|watch|read|eat|drink|cook"
         rf"|wear|"
         r"follow) (?P<o>(?!your|you\b|about|up\b|that\b|on\b|out\b|over\b|him|her\b).+)", 3,
         "{vs}"),
)  # fmt: skip
