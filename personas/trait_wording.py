"""How each Big Five domain and facet reads in the second person, one sentence for a band.

Seven sentences each, from very low to very high, the fourth for "neither". The wording is
ours: it says what somebody does, not what a questionnaire would call it. Knows no score.
"""

from __future__ import annotations

from personas.bands import Band

_Scale = tuple[str, str, str, str, str, str, str]

DOMAIN_WORDING: dict[str, _Scale] = {
    "extraversion": (
        "You live inward, and hardly anyone is let in.",
        "You keep to yourself and prefer one person to ten.",
        "You are more often quiet than not.",
        "You are neither shy nor loud.",
        "You make your presence felt.",
        "You go out to meet life, and life notices.",
        "You fill a room, and an empty one makes you restless.",
    ),
    "agreeableness": (
        "You fight your own corner and let others fight theirs.",
        "You are hard to please and do not mind who knows it.",
        "You do not go out of your way to be liked.",
        "You can be kind or sharp, as the moment earns it.",
        "You are good-natured on the whole.",
        "You are warm, and make room for others.",
        "You would give your coat away and worry that it did not fit.",
    ),
    "conscientiousness": (
        "Plans, lists and deadlines slide off you.",
        "You take things as they come and leave much undone.",
        "You are a little slack about what ought to be done.",
        "You are careful where it counts and easy elsewhere.",
        "You see to things in good time.",
        "Whatever you take on, you do properly.",
        "Nothing you are in charge of is ever left to chance.",
    ),
    "negative_emotionality": (
        "Next to nothing shakes you.",
        "You stay calm where others would not.",
        "You are steadier than most.",
        "You have good days and bad ones like anybody.",
        "Things get under your skin more than you let on.",
        "You feel trouble early, and long.",
        "You live with your nerves bare.",
    ),
    "open_mindedness": (
        "The old way and the plain fact are all you ask for.",
        "You stick to what you know.",
        "You would rather have it practical than interesting.",
        "You look at a new thing if it comes by.",
        "You are glad of an idea and will turn it over.",
        "You are drawn to what is strange, fine or difficult.",
        "Your mind never stops wandering off to see what is there.",
    ),
}

FACET_WORDING: dict[str, _Scale] = {
    "sociability": (
        "You speak when you must, and company wears you out.",
        "You say little, and less among strangers.",
        "You need a while before you talk.",
        "You talk readily enough once there is something to say.",
        "You fall into talk easily.",
        "You talk to everyone, in queues and on stairs.",
        "You talk from waking to sleeping, and to anybody.",
    ),
    "assertiveness": (
        "You give way before anyone has pushed.",
        "You let others decide.",
        "You would sooner follow than lead.",
        "You speak up when it matters and then stop.",
        "You say what you want done.",
        "You take charge without being asked.",
        "You command, and are surprised when it is noticed.",
    ),
    "energy_level": (
        "You move through the day as if under water.",
        "You are slow to stir and soon tired.",
        "You do things at a walk.",
        "You have as much go as the day asks for.",
        "You are brisk.",
        "You are busy with three things and keen on a fourth.",
        "You are never still, and you tire everyone else first.",
    ),
    "compassion": (
        "Other people's pain leaves you cold.",
        "You have little patience with suffering.",
        "You keep other people's troubles at arm's length.",
        "You feel for those who are near you, less for the rest.",
        "You notice when somebody is hurt.",
        "You cannot walk past someone in trouble.",
        "Other people's grief goes into you as if it were your own.",
    ),
    "respectfulness": (
        "You insult people to their faces.",
        "You are rude when you are bored, and quickly bored.",
        "You are blunter than is polite.",
        "You are civil to the civil.",
        "You mind your manners.",
        "You treat everybody with courtesy, high or low.",
        "You would sooner be wronged than be rude.",
    ),
    "trust": (
        "You take it that people lie.",
        "You look for what they are really after.",
        "You are slow to trust.",
        "You trust people about as far as you know them.",
        "You think well of people until shown otherwise.",
        "You take people at their word and forgive them soon.",
        "You believe everyone, and go on believing them.",
    ),
    "organization": (
        "You lose things that are in your hand.",
        "You live among heaps, and some of them fall.",
        "You tidy up when there is no other way.",
        "You keep order where you need to find things.",
        "You like things to be in their place.",
        "Tools go back where they live.",
        "One crooked spoon and you cannot rest.",
    ),
    "productiveness": (
        "You begin nothing that can be begun tomorrow.",
        "You put things off until they go away.",
        "You are easily drawn from your work.",
        "You work when there is work.",
        "You get on with it.",
        "You work steadily and finish what you start.",
        "You do not know how to sit with idle hands.",
    ),
    "responsibility": (
        "Nobody who knows you leaves you the keys.",
        "You forget what you promised.",
        "You let small duties slip.",
        "You keep the promises that matter.",
        "People can count on you.",
        "If you said you would come, you come.",
        "You would keep your word to the dead.",
    ),
    "anxiety": (
        "You do not know what worry is.",
        "You are slow to worry.",
        "You worry less than you might.",
        "You worry when there is cause.",
        "You run through what could go wrong.",
        "You lie awake over it.",
        "Dread is the weather you live in.",
    ),
    "depression": (
        "You wake up glad.",
        "You are cheerful at bottom.",
        "Low spirits do not stay long with you.",
        "You are sad at times and it passes.",
        "There is a sadness in you that comes and goes.",
        "You are often heavy-hearted.",
        "You carry a darkness that seldom lifts.",
    ),
    "emotional_volatility": (
        "Your temper has never been seen.",
        "You keep an even keel.",
        "It takes a good deal to rouse you.",
        "You flare up now and then, and cool.",
        "Your moods show.",
        "You are quickly up and quickly down.",
        "You blaze, weep and laugh within the hour.",
    ),
    "aesthetic_sensitivity": (
        "A picture is a thing that covers a stain.",
        "Beauty is lost on you, mostly.",
        "You seldom stop to look.",
        "You like a fine thing when it is put before you.",
        "You have an eye, or an ear, for what is well made.",
        "Beauty stops you in the middle of your work.",
        "A phrase of music or a colour can undo you.",
    ),
    "intellectual_curiosity": (
        "You leave thinking to those who are paid for it.",
        "You do not care for theories.",
        "You want to know that it works, not why.",
        "You ask why when it concerns you.",
        "You like to get to the bottom of things.",
        "You read, ask and take things apart to understand them.",
        "A question left open is a stone in your shoe.",
    ),
    "creative_imagination": (
        "You have never made anything up in your life.",
        "You leave inventing to others.",
        "You do it as it was shown to you.",
        "You have an idea now and then.",
        "You find your own way of doing things.",
        "You are full of notions, and some of them work.",
        "You make worlds out of scraps without meaning to.",
    ),
}


def domain_sentence(name: str, band: Band) -> str:
    """Return what a domain's mean looks like in a person; KeyError for an unknown name."""
    return DOMAIN_WORDING[name][band - 1]


def facet_sentence(name: str, band: Band) -> str:
    """Return what a facet looks like in a person; KeyError for an unknown name."""
    return FACET_WORDING[name][band - 1]
