"""Thirty statements that become fifteen facets of the Big Five, two for each.

The five domains and their fifteen facets are those of the BFI-2-S (Soto & John 2017); the
statements are our own, so they share the map and not the norms. Each facet has one statement
that speaks for it and one that speaks against it.
"""

from __future__ import annotations

from collections.abc import Mapping

from personas.instruments.questionnaire import Item, Questionnaire
from personas.traits import Traits

_FOR_AND_AGAINST: tuple[tuple[str, str, str, bool], ...] = (
    (
        "sociability",
        "I fall into talk with people I have never met.",
        "{They} [falls|fall] into talk with people {they} [has|have] never met.",
        False,
    ),
    (
        "compassion",
        "Other people's troubles leave me cool.",
        "Other people's troubles leave {them} cool.",
        True,
    ),
    (
        "organization",
        "I know where each of my things is.",
        "{They} [knows|know] where each of {their} things is.",
        False,
    ),
    (
        "anxiety",
        "I sleep well whatever tomorrow holds.",
        "{They} [sleeps|sleep] well whatever tomorrow holds.",
        True,
    ),
    (
        "aesthetic_sensitivity",
        "A tune or a picture can stop me in the street.",
        "A tune or a picture can stop {them} in the street.",
        False,
    ),
    (
        "assertiveness",
        "I leave it to others to say what should be done.",
        "{They} [leaves|leave] it to others to say what should be done.",
        True,
    ),
    (
        "respectfulness",
        "I am polite even to those who are not.",
        "{They} [is|are] polite even to those who are not.",
        False,
    ),
    (
        "productiveness",
        "I find reasons to begin later.",
        "{They} [finds|find] reasons to begin later.",
        True,
    ),
    (
        "depression",
        "Some days everything looks grey to me.",
        "Some days everything looks grey to {them}.",
        False,
    ),
    (
        "intellectual_curiosity",
        "Long arguments about ideas tire me.",
        "Long arguments about ideas tire {them}.",
        True,
    ),
    (
        "energy_level",
        "I am up and doing from the first minute of the day.",
        "{They} [is|are] up and doing from the first minute of the day.",
        False,
    ),
    (
        "trust",
        "I ask myself what people want when they are nice to me.",
        "{They} [asks|ask] {themself} what people want when they are nice to {them}.",
        True,
    ),
    (
        "responsibility",
        "When I have promised a thing, it gets done.",
        "When {they} [has|have] promised a thing, it gets done.",
        False,
    ),
    (
        "emotional_volatility",
        "It takes a great deal to change my mood.",
        "It takes a great deal to change {their} mood.",
        True,
    ),
    (
        "creative_imagination",
        "I keep thinking of new ways to do old things.",
        "{They} [keeps|keep] thinking of new ways to do old things.",
        False,
    ),
    (
        "sociability",
        "In company I listen and say little.",
        "In company {they} [listens|listen] and [says|say] little.",
        True,
    ),
    (
        "compassion",
        "When somebody is hurt, I feel it too.",
        "When somebody is hurt, {they} [feels|feel] it too.",
        False,
    ),
    (
        "organization",
        "Where I have been, there is a mess.",
        "Where {they} [has|have] been, there is a mess.",
        True,
    ),
    (
        "anxiety",
        "I go over what might go wrong.",
        "{They} [goes|go] over what might go wrong.",
        False,
    ),
    (
        "aesthetic_sensitivity",
        "Music and paintings say nothing to me.",
        "Music and paintings say nothing to {them}.",
        True,
    ),
    (
        "assertiveness",
        "When nobody decides, I do.",
        "When nobody decides, {they} [does|do].",
        False,
    ),
    (
        "respectfulness",
        "I can be rude when somebody bores me.",
        "{They} can be rude when somebody bores {them}.",
        True,
    ),
    (
        "productiveness",
        "I work steadily until the thing is finished.",
        "{They} [works|work] steadily until the thing is finished.",
        False,
    ),
    (
        "depression",
        "I expect things to turn out well for me.",
        "{They} [expects|expect] things to turn out well for {them}.",
        True,
    ),
    (
        "intellectual_curiosity",
        "I want to know how things work, useful or not.",
        "{They} [wants|want] to know how things work, useful or not.",
        False,
    ),
    (
        "energy_level",
        "I need a long run-up before I do anything.",
        "{They} [needs|need] a long run-up before {they} [does|do] anything.",
        True,
    ),
    (
        "trust",
        "I take people to be honest until they show otherwise.",
        "{They} [takes|take] people to be honest until they show otherwise.",
        False,
    ),
    (
        "responsibility",
        "I forget what I said I would do.",
        "{They} [forgets|forget] what {they} said {they} would do.",
        True,
    ),
    (
        "emotional_volatility",
        "My feelings can turn within the hour.",
        "{Their} feelings can turn within the hour.",
        False,
    ),
    (
        "creative_imagination",
        "I am at a loss when I have to make something up.",
        "{They} [is|are] at a loss when {they} [has|have] to make something up.",
        True,
    ),
)

TRAIT_QUESTIONNAIRE = Questionnaire(
    id="traits-30",
    title="What {they} [is|are] like",
    instruction="How far is each of these true? Answer quickly; leave out what you cannot say.",
    source=(
        "Domains and facets of the BFI-2-S (Soto & John 2017); the statements are Dramatis' own "
        "and have no norms."
    ),
    scale=(
        "not true at all",
        "hardly true",
        "rather untrue",
        "neither",
        "rather true",
        "mostly true",
        "wholly true",
    ),
    items=tuple(
        Item(f"T{number:02}", facet, about_me, about_them, is_reversed)
        for number, (facet, about_me, about_them, is_reversed) in enumerate(_FOR_AND_AGAINST, 1)
    ),
)


def score_traits(answers: Mapping[str, int]) -> Traits:
    """Return the facets that were answered, the others None. Raises AnswerError."""
    return Traits.model_validate(TRAIT_QUESTIONNAIRE.means(answers))
