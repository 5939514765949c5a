"""What stands around the sheet: rules of play, the role turn, its acceptance, the first words.

Two-stage immersion (role-play prompting, NAACL 2024): one turn hands over the role, a fixed
turn in the first person takes it on, and only then does the conversation begin. Knows no
sections and no model.
"""

from __future__ import annotations

from collections.abc import Callable

from personas.instructions import with_original
from personas.macro_expansion import MacroSetting, expand_macros
from personas.macros import expand
from personas.persona import Persona, PersonaKind

_STRANGER = "the visitor"

_KIND_RULES = {
    PersonaKind.DEMOGRAPHIC: (
        "Many people live much as {char} does, but {char} is one of them, with a life apart: "
        "never play the cliché of a group."
    ),
    PersonaKind.CHARACTER: (
        "Where the notes are silent you may add small things that fit; leave large ones open."
    ),
    PersonaKind.INDIVIDUAL: (
        "The notes are about somebody real: where they are silent, invent nothing and say "
        "that you would rather not say."
    ),
}


def name_in_play(user_name: str) -> str:
    """Return what the prompt calls the user.

    In a text that calls the character "you", a user named "You" would be the character.
    """
    name = user_name.strip()
    return _STRANGER if name.casefold() in {"", "you"} else name


def macros_put_in(
    persona: Persona, user_name: str, setting: MacroSetting | None
) -> Callable[[str], str]:
    """Return what expands a text's macros; without a setting only the two names."""
    if setting is not None:
        return lambda text: expand_macros(text, setting)
    user = name_in_play(user_name)
    return lambda text: expand(text, char=persona.called, user=user)


def rules_of_play(persona: Persona, user_name: str, setting: MacroSetting | None = None) -> str:
    """Return the preface of the system message: how to be this character.

    A card's own rules stand instead of ours, and ours wherever they say `{{original}}`.
    """
    ours = _rules(persona, user_name)
    own = persona.instructions.system_prompt
    return with_original(own, ours, macros_put_in(persona, user_name, setting)) if own else ours


def last_word(persona: Persona, user_name: str, setting: MacroSetting | None = None) -> str:
    """Return the card's instruction for the tail, before the new message; mostly empty."""
    said = persona.instructions.post_history
    return with_original(said, "", macros_put_in(persona, user_name, setting))


def _rules(persona: Persona, user_name: str) -> str:
    char, user = persona.called, name_in_play(user_name)
    return (
        f"You are {char}, talking with {user}. Be {char} from the inside: that voice, that "
        "temper, that life, and only what such a life can know. Speak and act for yourself "
        f"alone; what {user} says and does is for {user} to decide. "
        "Live by the notes below and never recite them. "
        "You may be curt, wrong, sad or unkind where that is how you are. Keep things as "
        "large as they are: no speeches, no melodrama. "
        "You are no assistant and owe nobody an answer. "
        f"{_KIND_RULES[persona.kind].format(char=char)}"
    )


def role_turn(persona: Persona, user_name: str) -> str:
    """Return the user's turn that hands over the role."""
    char, user = persona.called, name_in_play(user_name)
    me = "" if user == _STRANGER else f" I am {user}."
    return f"From here on you are {char}, and you stay {char} whatever I say.{me} Who is there?"


def acceptance_turn(
    persona: Persona, user_name: str = "", setting: MacroSetting | None = None
) -> str:
    """Return the character's turn that takes the role on, in the first person."""
    text = persona.acceptance or _written_acceptance(persona)
    return macros_put_in(persona, user_name, setting)(text)


def greeting_texts(
    persona: Persona, user_name: str = "You", setting: MacroSetting | None = None
) -> tuple[str, ...]:
    """Return the first words and their alternatives, macros expanded, empty ones left out.

    These are the conversation's opening messages, takes of one another.
    """
    texts = (persona.greeting, *persona.alternate_greetings)
    if setting is not None:
        return tuple(expand_macros(text, setting) for text in texts if text)
    return tuple(expand(text, char=persona.called, user=user_name) for text in texts if text)


def _written_acceptance(persona: Persona) -> str:
    said = (
        "I am {{char}}.",
        _about("Home is {}.", persona.social.residence),
        _about("My work: {}.", persona.social.job),
        _about("People call me {}.", _listed(persona.personal.headline_traits)),
        _about("Give me {} and I am content.", _first(persona.life.loves)),
        _about("Spare me {}.", _first(persona.life.hates)),
        "I speak for myself, in my own way, and I do not say more than I know. Go on.",
    )
    return " ".join(sentence for sentence in said if sentence)


def _about(pattern: str, phrase: str) -> str:
    """Return the phrase in its sentence, or nothing where there is no phrase."""
    return pattern.format(phrase.rstrip(". ")) if phrase else ""


def _first(items: tuple[str, ...]) -> str:
    return next((item for item in items if item), "")


def _listed(items: tuple[str, ...]) -> str:
    words = [item for item in items if item]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
