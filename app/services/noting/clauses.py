"""What somebody says of their own accord: statements, without quotes, questions and ifs.

A message falls into clauses with their contractions spelt out. Narration in stars counts only
where it is in the first person, by what the rules make of it. English; linear in the text. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST_MESSAGE = 20_000
_LONGEST_CLAUSE = 300

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_CITED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<!\*)\*{1,3}([\w'-]+(?: [\w'-]+)?)\*{1,3}(?!\*)")
_STARS = re.compile(r"\*+")
_QUOTED = re.compile(r"[\"\u201c\u201d]([^\"\u201c\u201d]*)[\"\u201c\u201d]")
_ASCRIBED = re.compile(
    r"\b(?:he|she|they|it|who|song|book|poem|sign|letter|line|lyrics?|my [\w ]{2,20}?)\s+"
    r"(?:just |once |always )?(?:said|says|say|asked|told|wrote|goes|reads|shouted|whispered)\b"
    r"|\b(?:said|says|asked|wrote|shouted|whispered) (?:he|she|they|the|my|[A-Z]\w+)\b",
)
_ABBREVIATED = re.compile(r"\b(Mr|Mrs|Ms|Dr|St|Prof|Jr|Sr|vs|No|[A-Z])\.(?= ?[A-Z])")
_SENTENCE = re.compile(r"[^.!?\u2026\n]+(?:(?<=\d)\.(?=\d)[^.!?\u2026\n]+)*[.!?\u2026]*")
_ASKING_BACK = re.compile(
    r"[,;]? (?:and |but |so )?(?:what about|how about|and you|you\?|do you|are you|have you|what "
    r"do you|what are|what is|where do|where are|how do|how are|did you|can you|who |will you)"
    r".*$",
    re.IGNORECASE,
)
_CLAUSES = re.compile(
    r"\s*(?:;|\s[-\u2013\u2014]+\s|\u2014)\s*"
    r"|,?\s+(?:and|but|so|then|plus|because|while|although|though)\s+(?=(?:I|my|we|our)\b)"
    r"|,\s+(?:but|so)\s+"
    r"|,\s+and\s+(?=(?:he|she|it|they|you|that|this|there|(?:the|his|her) \w+ (?:is|are|was"
    r"|were))\b)|,\s*(?=(?:I|my|we)\b)",
    re.IGNORECASE,
)
_UNREAL = re.compile(
    r"\b(?:if|unless|imagine|suppose|supposing|pretend|pretending|hypothetically|let us say|wish"
    r"|dreamt|dreamed|in (?:a|my) dream|as though|what would|in another life|for example"
    r"|my character|in (?:the|this|my) (?:story|game|novel|film|movie))\b",
    re.IGNORECASE,
)
_UNSURE = re.compile(
    r"\b(?:would|could|might|should|maybe|perhaps|almost|nearly|probably|supposedly|(?:not|be)"
    r" sure|guess|may (?:be|have)|if)\b",
    re.IGNORECASE,
)
_WOULD_LOVE = re.compile(r"^I would (?:really )?(?:love|like) to\b")
_TAKEN_BACK = re.compile(
    r"\b(?:just kidding|only kidding|I am kidding|jk|only joking|just joking|I am joking"
    r"|I was lying|I lied|none of (?:that|this) is true)\b",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"^(?:(?:well|oh|ah|aw|aww|yes|yeah|yep|yup|no|nope|nah|hi|hello|hey|hm+|um+|uh+|er|wow|ok|okay"
    r"|actually|so|and|but|also|plus|honestly|anyway|besides|you know(?: what)?|you see"
    r"|to be honest|to be fair|by the way|btw|as for me|personally|sadly|unfortunately|luckily"
    r"|thankfully|fortunately|haha+|ha|lol|me too|me neither|same here|same|sorry|thanks|thank you"
    r"|right|sure|of course|listen|look|in fact|as it happens|truth is|the truth is|guess what"
    r"|remember(?: that)?|note that|please|for now|these days|nowadays|at the moment"
    r"|right now|in my (?:free|spare) time|that is (?:great|nice|cool|awesome|true|right)"
    r"|I (?:just )?(?:want(?:ed)?|have) to (?:let you know|tell you)(?: that)?(?=,? (?:I|my|we)\b)"
    r"|in reality|in truth|fact|fyi|reminder|update|correction)(?:[ ,:!-]+|$))+",
    re.IGNORECASE,
)
_CONTRACTIONS = tuple(
    (re.compile(pattern, re.IGNORECASE), spelt)
    for pattern, spelt in (
        (r"\b(?:im|i'm)\b", "I am"),
        (r"\bi've\b|\bive\b", "I have"),
        (r"\bi'll\b", "I will"),
        (r"\bi'd\b", "I would"),
        (r"\b(we|you|they)'re\b", r"\1 are"),
        (r"\b(we|you|they)'ve\b", r"\1 have"),
        (r"\b(we|you|they|he|she|it)'ll\b", r"\1 will"),
        (r"\b(we|you|they|he|she|it)'d\b", r"\1 would"),
        (r"\b(he|she|it|that|there|who)'s (been|got)\b", r"\1 has \2"),
        (r"\b(he|she|it|that|there|name|who)'s\b", r"\1 is"),
        (r"\blet's\b", "let us"),
        (r"\bcan(?:'t|not)\b|\bcant\b", "can not"),
        (r"\bwon't\b", "will not"),
        (r"\bshan't\b", "shall not"),
        (r"\bain't\b", "am not"),
        (r"\bdont\b", "do not"),
        (r"\bdidnt\b", "did not"),
        (r"\b(\w+)n't\b", r"\1 not"),
        (r"\bgonna\b", "going to"),
        (r"\bwanna\b", "want to"),
        (r"\bgotta\b", "have to"),
        (r"\bi\b", "I"),
    )
)


def clauses(text: str) -> list[str]:
    """Return what a message states, clause by clause, contractions spelt out, as it was put.

    Left out are questions, what is only supposed, what somebody else is quoted with, code, and
    everything where the writer was joking.
    """
    plain = spelt_out(text[:LONGEST_MESSAGE])
    if _TAKEN_BACK.search(plain):
        return []
    return [clause for part in _spoken_parts(plain) for clause in _stated(part)]


def spelt_out(text: str) -> str:
    """Return a text with straight apostrophes and no contractions."""
    plain = text.replace("\u2019", "'").replace("\u2018", "'")
    for pattern, spelt in _CONTRACTIONS:
        plain = pattern.sub(spelt, plain)
    return plain


def _spoken_parts(text: str) -> Iterator[str]:
    """Yield the parts that are the writer's own words, told or said."""
    bare = _CITED_LINE.sub("\n", _CODE.sub(" ", text))
    bare = _EMPHASIS.sub(r"\1", bare)
    for part in _STARS.split(bare):
        if not _QUOTED.search(part):
            yield part
        elif part.lstrip()[:1] in {'"', "\u201c"} and not _ASCRIBED.search(part):
            # Speech in quotation marks, as in a novel; what is told beside it is told.
            yield from (found[1] for found in _QUOTED.finditer(part))
        else:
            yield _QUOTED.sub(lambda found: found[1] if _is_title(found[1]) else " ~ ", part)


def _is_title(quoted: str) -> bool:
    """Whether a quote is the name of something and nobody's words."""
    words = quoted.split()
    is_named = quoted[:1].isupper() and words[-1][:1].isupper()
    return is_named and len(words) <= 6 and not {"I", "My", "my", "You", "you"} & set(words)


def _stated(part: str) -> Iterator[str]:
    for found in _SENTENCE.findall(_ABBREVIATED.sub(r"\1", part)):
        sentence = _without_question(found.strip())
        if not sentence or _UNREAL.search(sentence):
            continue
        for piece in _CLAUSES.split(sentence):
            clause = " ".join(_LEAD_IN.sub("", piece.strip(" ,~")).rstrip(".!\u2026 ,~").split())
            if clause and len(clause) <= _LONGEST_CLAUSE and not _is_unsure(clause):
                yield clause


def _without_question(sentence: str) -> str:
    """Return what is stated before somebody asks back, "" when all of it is a question."""
    if "?" not in sentence:
        return sentence
    stated = _ASKING_BACK.sub("", sentence)
    return "" if "?" in stated else stated


def _is_unsure(clause: str) -> bool:
    return bool(_UNSURE.search(clause)) and not _WOULD_LOVE.match(clause)
