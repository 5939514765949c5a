"""Words by which the rules of `paragraph_reading` know kin, work, places and what is no name.

English only, as the rules are. Values; any thread.
"""

from __future__ import annotations

KIN = (
    *("mother", "father", "mum", "mom", "dad", "sister", "brother", "daughter", "son", "wife"),
    *("husband", "partner", "girlfriend", "boyfriend", "fiancée", "fiancé", "aunt", "uncle"),
    *("niece", "nephew", "cousin", "grandmother", "grandfather", "grandma", "grandpa"),
    *("granddaughter", "grandson", "stepmother", "stepfather", "stepson", "stepdaughter"),
    *("friend", "neighbour", "neighbor", "colleague", "boss", "teacher", "mentor", "rival"),
    *("landlord", "landlady", "apprentice", "dog", "cat", "horse"),
)
"""Whoever may have a name behind the word; animals that are lived with are kin here."""

BEFORE_KIN = (
    *("older", "younger", "elder", "little", "big", "late", "twin", "only", "former", "ex"),
    *("best", "old", "first", "second", "ex-", "dead", "estranged"),
)

NAME_PARTICLES = ("de", "da", "di", "van", "von", "der", "den", "la", "le", "el", "al", "bin")
"""Small words inside a name."""

AT_CLAUSE_START = (
    *("she", "he", "they", "where", "who", "which", "while", "though", "although", "because"),
    *("since", "when", "until", "loves", "likes", "enjoys", "adores", "hates", "dislikes"),
    *("detests", "loathes", "despises", "cannot", "can't", "can\u2019t", "does", "doesn't"),
    *("doesn\u2019t", "never", "wants", "hopes", "plans", "dreams", "longs", "lives", "works"),
    *("I love", "I like", "I hate", "I want", "I hope", "I can't", "I don't", "I live", "I work"),
    *("would", "secretly", "says", "is fond", "is afraid"),
)
"""Words that begin something else, even without a full stop before them."""

PLACE_PREPOSITIONS = (
    *("in", "on", "at", "near", "by", "outside", "above", "below", "behind", "between", "beside"),
    *("from", "to", "around", "inside", "under", "off"),
)

OCCUPATIONS = frozenset(
    (
        *("nurse", "cook", "chef", "clerk", "smith", "guide", "judge", "pilot", "priest", "monk"),
        *("nun", "vet", "vicar", "mechanic", "architect", "surgeon", "student", "soldier", "spy"),
        *("thief", "guard", "knight", "mage", "wizard", "witch", "king", "queen", "prince"),
        *("princess", "accountant", "consultant", "merchant", "captain", "athlete", "poet"),
        *("coach", "janitor", "lawyer", "secretary", "detective", "freelance", "agent", "model"),
        *("postman", "fisherman", "policewoman", "seamstress", "actress", "waitress", "assistant"),
        *("attendant", "sergeant", "lieutenant", "maid", "hand", "apprentice", "intern", "medic"),
        *("paramedic", "diplomat", "academic", "cleric", "monarch", "ranger", "farmhand"),
    )
)
"""Work whose name none of the endings gives away."""

OCCUPATION_ENDINGS = ("er", "or", "ist", "ian", "man", "woman", "smith", "eer", "ess", "wright")

NO_NAMES = frozenset(
    (
        *("a", "an", "the", "this", "that", "these", "those", "she", "he", "they", "i", "it", "we"),
        *("you", "her", "his", "their", "its", "my", "our", "your", "in", "on", "at", "by", "for"),
        *("from", "to", "with", "without", "after", "before", "since", "until", "when", "while"),
        *("where", "who", "what", "why", "how", "if", "but", "and", "or", "nor", "so", "yet", "as"),
        *("once", "now", "then", "today", "every", "each", "some", "most", "many", "no", "not"),
        *("never", "always", "often", "sometimes", "usually", "there", "here", "born", "raised"),
        *("meet", "despite", "although", "though", "because", "during", "under", "over", "loves"),
        *("hates", "likes", "works", "lives", "mr", "mrs", "ms", "also", "another", "one", "two"),
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
        *("october", "november", "december", "name", "age", "yes", "well", "young", "old"),
        *("i'm", "i've", "she's", "he's", "they're"),
    )
)
"""Capitals at the beginning of a sentence that are nobody."""
