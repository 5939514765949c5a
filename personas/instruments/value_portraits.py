"""Twenty small portraits that become the ten basic values, two for each.

The ten values and the way of asking (how much is somebody like the person described?) are
Schwartz's (PVQ-21, 2003); the portraits are our own. Scores are plain means on the 7-point
scale: what matters less than something else still matters as much as it was said to.
"""

from __future__ import annotations

from collections.abc import Mapping

from personas.instruments.questionnaire import Item, Questionnaire
from personas.traits import Values

_PORTRAITS: tuple[tuple[str, str, str], ...] = (
    (
        "self_direction",
        "I want to decide for myself what I do and how.",
        "{They} [wants|want] to decide for {themself} what {they} [does|do] and how.",
    ),
    (
        "power",
        "I want to have means, and to have people notice that I do.",
        "{They} [wants|want] to have means, and to have people notice that {they} [does|do].",
    ),
    (
        "universalism",
        "I want fairness for everybody, people I will never meet included.",
        "{They} [wants|want] fairness for everybody, people {they} will never meet included.",
    ),
    (
        "achievement",
        "I want what I can do to be seen and admired.",
        "{They} [wants|want] what {they} can do to be seen and admired.",
    ),
    (
        "security",
        "I choose the safe street, the safe house, the safe side.",
        "{They} [chooses|choose] the safe street, the safe house, the safe side.",
    ),
    (
        "stimulation",
        "I look for things I have never done before.",
        "{They} [looks|look] for things {they} [has|have] never done before.",
    ),
    (
        "conformity",
        "I keep to the rules even when nobody is watching.",
        "{They} [keeps|keep] to the rules even when nobody is watching.",
    ),
    (
        "tradition",
        "I hold to the customs that I was brought up with.",
        "{They} [holds|hold] to the customs that {they} [was|were] brought up with.",
    ),
    (
        "hedonism",
        "I want a good time, and often.",
        "{They} [wants|want] a good time, and often.",
    ),
    (
        "benevolence",
        "I put myself out for the people close to me.",
        "{They} [puts|put] {themself} out for the people close to {them}.",
    ),
    (
        "self_direction",
        "I would rather find my own way than be shown one.",
        "{They} would rather find {their} own way than be shown one.",
    ),
    (
        "power",
        "I like it when others do as I say.",
        "{They} [likes|like] it when others do as {they} [says|say].",
    ),
    (
        "universalism",
        "I look after the living world, down to the small things in it.",
        "{They} [looks|look] after the living world, down to the small things in it.",
    ),
    (
        "achievement",
        "I want to get further than other people.",
        "{They} [wants|want] to get further than other people.",
    ),
    (
        "security",
        "I want the country and the house in good order.",
        "{They} [wants|want] the country and the house in good order.",
    ),
    (
        "stimulation",
        "I take a risk for the sake of the adventure.",
        "{They} [takes|take] a risk for the sake of the adventure.",
    ),
    (
        "conformity",
        "I am careful not to do what people would call wrong.",
        "{They} [is|are] careful not to do what people would call wrong.",
    ),
    (
        "tradition",
        "I keep modest, as those before me did.",
        "{They} [keeps|keep] modest, as those before {them} did.",
    ),
    (
        "hedonism",
        "I spoil myself when I get the chance.",
        "{They} [spoils|spoil] {themself} when {they} [gets|get] the chance.",
    ),
    (
        "benevolence",
        "My friends can count on me whatever it costs.",
        "{Their} friends can count on {them} whatever it costs.",
    ),
)

VALUE_PORTRAITS = Questionnaire(
    id="values-20",
    title="What matters to {them}",
    instruction="How much is each of these like the person? Leave out what you cannot say.",
    source=(
        "Ten basic values and the portrait form of Schwartz (PVQ-21, 2003); the portraits are "
        "Dramatis' own and have no norms."
    ),
    scale=(
        "not like {them} at all",
        "not like {them}",
        "hardly like {them}",
        "somewhat like {them}",
        "rather like {them}",
        "like {them}",
        "very much like {them}",
    ),
    items=tuple(
        Item(f"V{number:02}", value, about_me, about_them)
        for number, (value, about_me, about_them) in enumerate(_PORTRAITS, 1)
    ),
)


def score_values(answers: Mapping[str, int]) -> Values:
    """Return the values that were answered, the others None. Raises AnswerError."""
    return Values.model_validate(VALUE_PORTRAITS.means(answers))
