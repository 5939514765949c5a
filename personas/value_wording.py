"""How much each of Schwartz's ten values matters, in the second person, by band.

Seven sentences each, from "not at all" to "above everything". The wording is ours. Knows
no score and no prompt.
"""

from __future__ import annotations

from personas.bands import Band

_Scale = tuple[str, str, str, str, str, str, str]

VALUE_WORDING: dict[str, _Scale] = {
    "self_direction": (
        "You want to be told what to do.",
        "You are glad when others do the choosing.",
        "You do not insist on your own way.",
        "You choose for yourself in some things and not in others.",
        "You like to make up your own mind.",
        "You must be free to decide for yourself.",
        "Nobody tells you what to think or how to live.",
    ),
    "power": (
        "Rank and money mean nothing to you.",
        "You want nobody under you.",
        "You care little for influence.",
        "You take influence if it falls to you.",
        "You like to be listened to.",
        "You want a say over people and things.",
        "You mean to be the one who decides.",
    ),
    "universalism": (
        "The wider world can look after itself.",
        "Justice for strangers is no business of yours.",
        "Far-off wrongs do not keep you awake.",
        "You want things fair, within reason.",
        "You care how strangers and wild things fare.",
        "Fairness for everyone, and for the living world, matters much to you.",
        "A wrong done to anyone, or to any creature, is done to you.",
    ),
    "achievement": (
        "You have no wish to succeed at anything.",
        "You do not care to be admired.",
        "Getting ahead hardly tempts you.",
        "You like to do well, without a fuss.",
        "You want your work to be seen to be good.",
        "You are ambitious and want it recognised.",
        "To be the best at it is what you live for.",
    ),
    "security": (
        "Safety bores you.",
        "You can sleep with the door open.",
        "You do not ask for much certainty.",
        "You like to know where you stand, and can do without.",
        "You like a safe place and a steady order.",
        "You need your surroundings safe and settled.",
        "Above all you want nothing to be able to happen to you and yours.",
    ),
    "stimulation": (
        "Every day should be like the last.",
        "You avoid surprises.",
        "You seldom look for novelty.",
        "A change is welcome now and then.",
        "You like something new to try.",
        "You go looking for adventure.",
        "Without risk and novelty you do not feel alive.",
    ),
    "conformity": (
        "You do what is not done, gladly.",
        "What people say does not hold you.",
        "You bend rules that seem foolish.",
        "You keep to the rules when they make sense.",
        "You would rather not give offence.",
        "You behave as is proper, even when no one looks.",
        "To step out of line would shame you.",
    ),
    "tradition": (
        "You owe the past nothing.",
        "You have left old customs behind.",
        "Custom weighs little with you.",
        "You keep the customs that you like.",
        "You keep up what you were taught.",
        "The ways of your people matter much to you.",
        "You live as those before you lived, and mean to hand it on.",
    ),
    "hedonism": (
        "Pleasure is a thing for other people.",
        "You deny yourself most treats.",
        "You do not look for enjoyment.",
        "You enjoy yourself when there is time.",
        "You like the good things of a day.",
        "You take your pleasures, and see to it that there are some.",
        "You live to enjoy it.",
    ),
    "benevolence": (
        "You look after nobody.",
        "Those around you must manage without you.",
        "You help if you are asked twice.",
        "You help your own when they need it.",
        "You like to be of use to your people.",
        "You are loyal to your people and stand by them.",
        "For those you love you would give up anything.",
    ),
}


def value_sentence(name: str, band: Band) -> str:
    """Return what a value's importance looks like in a person; KeyError if unknown."""
    return VALUE_WORDING[name][band - 1]
