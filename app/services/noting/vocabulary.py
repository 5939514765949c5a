"""Words that the rules of noting know: kin, pets, illnesses, work, and what weighs on people.

Alternatives for regular expressions, and patterns for weighing. Pure.
"""

from __future__ import annotations

import re

ADVERBS = (
    r"(?:(?:also|really|just|actually|always|still|currently|usually|mostly|often|absolutely|truly"
    r"|recently|now|even|totally|particularly|especially|sometimes|definitely|both|all|already"
    r"|kind of|sort of|finally|secretly|do|very much|quite|originally|only|simply|mainly"
    r"|generally|personally|genuinely|deeply|regularly|proudly|legally|happily) )*"
)
NUMBER = (
    r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|no|any"
    r"|a couple of|many|a few)"
)
KIN = (
    r"(?:(?:step|grand|half[- ]|god)?-?(?:mother|father|sister|brother|son|daughter|child|children"
    r"|kids?|parents?|mum|mom|mama|dad|papa)|(?:grand|great-grand)(?:ma|pa|kids?|children)"
    r"|wife|husband|spouse|partner|girlfriend|boyfriend|fianc\u00e9e?|fiance|fiancee|ex(?:-wife"
    r"|-husband)?|twins?|triplets|siblings?|uncle|aunt|auntie|cousin|niece|nephew|family|baby"
    r"|in-laws"
    r"|(?:mother|father|sister|brother)-in-law|best friend|friend|roommate|flatmate|boss)s?"
)
PETS = (
    r"(?:dog|cat|puppy|kitten|horse|pony|rabbit|bunny|hamster|parrot|bird|budgie|turtle|tortoise"
    r"|fish"
    r"|goldfish|snake|lizard|gecko|pet|ferret|chicken|goat|cow|pig|sheep|donkey|poodle|labrador"
    r"|lab|retriever|husky|beagle|terrier|bulldog|dachshund|chihuahua|guinea pig|rat|mouse)s?"
)
ILLNESS = (
    r"(?:diabetes|asthma|cancer|epilepsy|depression|anxiety|adhd|autism|arthritis|migraines?"
    r"|insomnia"
    r"|celiac disease|coeliac disease|ptsd|bipolar disorder|lupus|ms|crohn'?s(?: disease)?"
    r"|fibromyalgia|allergies|a [\w -]{0,20}allergy|a bad back|a heart condition|high blood "
    r"pressure"
    r"|a pacemaker|dementia|dyslexia|tinnitus|a limp|a stutter|chronic pain|ocd|hiv|covid|the flu"
    r"|an? [\w -]{0,20}(?:disease|disorder|condition|syndrome|disability))"
)
JOBS = (
    r"(?:accountant|actor|actress|architect|artist|astronaut|author|baker|banker|barber|barista"
    r"|bartender|biologist|bookkeeper|builder|butcher|captain|carpenter|cashier|chef|chemist|clerk"
    r"|coach|composer|consultant|contractor|cook|counsell?or|dancer|dentist|designer|detective"
    r"|developer|doctor|driver|economist|editor|electrician|engineer|entrepreneur|farmer"
    r"|firefighter|fireman|fisherman|florist|gardener|graphic designer|guard|hairdresser|historian"
    r"|housewife|inspector|instructor|janitor|journalist|judge|lawyer|lecturer|librarian|lifeguard"
    r"|machinist|maid|manager|mechanic|midwife|miner|model|musician|nanny|nurse|officer|optician"
    r"|painter|paralegal|paramedic|pharmacist|photographer|physicist|pianist|pilot|plumber|poet"
    r"|police officer|policeman|politician|postman|priest|producer|professor|programmer"
    r"|psychologist"
    r"|realtor|receptionist|reporter|researcher|sailor|salesman|scientist|secretary|singer|smith"
    r"|blacksmith|social worker|soldier|stylist|surgeon|tailor|teacher|technician|therapist"
    r"|translator|truck driver|tutor|vet|veterinarian|waiter|waitress|welder|writer|zookeeper)s?"
)
MARITAL = r"(?:married|single|divorced|engaged|widowed|separated|a widow|a widower)"

NAMED = r"(?P<name>(?:[A-Z][\w'-]+|of|de|van|von|O'[A-Z]\w+)(?: (?:[A-Z][\w'-]+|de|van|von)){0,3})"
"""A name, capitalised; patterns that hold it do not ignore case there."""

_GRAVE = (
    r"died|dead|death|passed away|funeral|killed|suicid\w+|miscarriage|cancer|stroke|tumou?r"
    r"|heart attack|dying|terminal\w*|prison|raped?|abused?|lost (?:my|their|our) (?:\w+ )?"
    r"(?:mother|father|mum|mom|dad|son|daughter|wife|husband|brother|sister|baby|child)"
)
_TURNING = (
    r"married|wedding|divorced?|engaged|pregnant|gave birth|was born|have a baby|had a baby"
    r"|diagnosed|surgery|hospital|accident|widow\w*|broke up|allergic|in love|loves? you"
    r"|adopted|homeless|bankrupt"
)
_PERSONAL = (
    rf"{KIN}|name|called|named|secret|afraid|terrified|scared|fear|phobia|quit|fired|laid off"
    r"|promoted|graduat\w+|moved|moving|birthday|diabet\w+|asthma|depress\w+|anxiety|sick|ill"
    r"|blind|deaf|disab\w+|dream of|always wanted|faith|vegan|vegetarian|proud|heartbroken"
    r"|lonely|ashamed|regret|retired?|unemployed"
)
WEIGHTS: tuple[tuple[float, re.Pattern[str]], ...] = tuple(
    (weight, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE))
    for weight, pattern in ((9.0, _GRAVE), (8.0, _TURNING), (6.0, _PERSONAL))
)
"""What a note may weigh, from the gravest down; the first that is found counts."""

TRIVIAL = re.compile(
    r"\b(?:pizza|coffee|tea|tv|television|movies?|films?|music|songs?|colou?r|food|ice cream|games?"
    r"|shows?|weather|snacks?|chocolate|netflix|video|restaurants?)\b",
    re.IGNORECASE,
)
