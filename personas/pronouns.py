"""What to call a character on a screen: she, he or they, from free text about gender and sex.

Written words decide in this order: pronouns that are spelt out, gender, sex. What cannot be
told is "they". Knows no screen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from personas.identity import SocialIdentity

_SLOT = re.compile(
    r"(?<!\{)\{(?P<pronoun>[Tt](?:hey|hem|heir|heirs|hemself))\}"
    r"|\[(?P<singular>[^|\[\]]*)\|(?P<plural>[^|\[\]]*)\]"
)


@dataclass(frozen=True, slots=True)
class Pronouns:
    """The forms of one set of pronouns; a value, any thread."""

    subject: str
    object: str
    possessive: str
    is_plural: bool = False

    def verb(self, singular: str, plural: str) -> str:
        """Return the form of a verb that agrees: `verb("drives", "drive")`."""
        return plural if self.is_plural else singular

    def put_into(self, template: str) -> str:
        """Return a sentence about somebody with these pronouns.

        Pronouns stand in braces and verbs in brackets: "{They} [talks|talk]". Macros and
        whatever else stands in brackets are left alone.
        """
        words = {
            "they": self.subject,
            "them": self.object,
            "their": self.possessive,
            "theirs": self.absolute,
            "themself": self.reflexive,
        }

        def put_in(slot: re.Match[str]) -> str:
            name = slot["pronoun"]
            if not name:
                return self.verb(slot["singular"], slot["plural"])
            said = words[name.casefold()]
            return said.capitalize() if name[0].isupper() else said

        return _SLOT.sub(put_in, template)

    @property
    def absolute(self) -> str:
        """Whose it is, without saying what: "hers"."""
        return self.possessive if self.possessive.endswith("s") else f"{self.possessive}s"

    @property
    def reflexive(self) -> str:
        """Who does it to whom they are: "herself"."""
        stem = self.possessive if self.subject in {"she", "I"} else self.object
        return f"{stem}self"


SHE = Pronouns("she", "her", "her")
HE = Pronouns("he", "him", "his")
THEY = Pronouns("they", "them", "their", is_plural=True)
MYSELF = Pronouns("I", "me", "my", is_plural=True)
"""Whoever answers for themself."""

_SPELT_OUT = re.compile(r"\b(she|he|they)\s*/\s*(?:her|him|them|she|he|they)\b")
_BY_SUBJECT = {"she": SHE, "he": HE, "they": THEY}
_NEITHER = re.compile(r"\b(?:non-?\s?binary|enby|agender|genderqueer|gender-?\s?fluid|intersex)\b")
_FEMALE = re.compile(r"\b(?:female|woman|girl|lady|feminine)\b|^f$")
_MALE = re.compile(r"\b(?:male|man|boy|gentleman|masculine)\b|^m$")


def pronouns_for(social: SocialIdentity) -> Pronouns:
    """Return the pronouns for a character. Gender, where given, outweighs sex."""
    said = (social.gender or social.sex).casefold()
    spelt_out = _SPELT_OUT.search(said)
    if spelt_out is not None:
        return _BY_SUBJECT[spelt_out[1]]
    if _NEITHER.search(said):
        return THEY
    is_female = _FEMALE.search(said) is not None
    is_male = _MALE.search(said) is not None
    if is_female == is_male:
        return THEY
    return SHE if is_female else HE
