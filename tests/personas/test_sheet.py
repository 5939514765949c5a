"""What of a persona reaches the model: all of it, in order, in the second person."""

from __future__ import annotations

import types
from collections.abc import Iterator
from enum import Enum
from itertools import count
from typing import Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from personas.immersion import last_word
from personas.instructions import Instructions
from personas.life_context import (
    LifeContext,
    LifeEvent,
    Relationship,
    RelationshipChange,
    Secret,
)
from personas.persona import (
    FIRED_INTO_THE_PROMPT,
    NEVER_IN_THE_PROMPT,
    Persona,
    PersonaKind,
)
from personas.sheet import (
    acceptance_turn,
    build_sheet,
    greeting_texts,
    role_turn,
    rules_of_play,
)
from personas.traits import DOMAINS, PersonalIdentity, Traits, Values
from personas.voice import ExampleDialogue, ExampleLine, Voice

USER = "Daniel"


def whole_prompt(persona: Persona) -> str:
    """Everything that comes from the persona before the conversation's first own words."""
    parts = [
        rules_of_play(persona, USER),
        *(section.text for section in build_sheet(persona, user_name=USER)),
        role_turn(persona, USER),
        acceptance_turn(persona, USER),
        *greeting_texts(persona, USER),
        last_word(persona, USER),
    ]
    return "\n".join(parts)


def section_text(persona: Persona, name: str, user_name: str = USER) -> str:
    sections = {s.name: s.text for s in build_sheet(persona, user_name=user_name)}
    return sections[name]


class Filler:
    """Fills any persona model, each string with a word that stands nowhere else."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.words: dict[str, str] = {}

    def model(self, kind: type[BaseModel], at: str = "") -> BaseModel:
        values = {
            name: self.value(field.annotation, f"{at}.{name}")
            for name, field in kind.model_fields.items()
            if at or name not in NEVER_IN_THE_PROMPT | FIRED_INTO_THE_PROMPT
        }
        return kind(**values)

    def value(self, annotation: Any, at: str) -> Any:
        origin, inner = get_origin(annotation), get_args(annotation)
        if origin in (Union, types.UnionType):
            return self.value(next(arm for arm in inner if arm is not type(None)), at)
        if origin is tuple:
            return tuple(self.value(inner[0], f"{at}[{index}]") for index in range(2))
        if origin is not None:  # Annotated[float, …]
            return self.value(inner[0], at)
        if issubclass(annotation, BaseModel):
            return self.model(annotation, at)
        if issubclass(annotation, Enum):
            return next(iter(annotation))
        if issubclass(annotation, str):
            self.words[at] = f"zq{next(self.numbers):04d}x"
            return self.words[at]
        return 3 if issubclass(annotation, int) else 3.0


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value of a dumped persona that is no container, with the way to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value


def replaced(value: Any, path: tuple[Any, ...], leaf: Any) -> Any:
    if not path:
        return leaf
    key, *rest = path
    if isinstance(value, dict):
        return {**value, key: replaced(value[key], tuple(rest), leaf)}
    return tuple(
        replaced(inner, tuple(rest), leaf) if index == key else inner
        for index, inner in enumerate(value)
    )


def different(leaf: Any) -> Any:
    if isinstance(leaf, Enum):
        return PersonaKind.INDIVIDUAL
    return leaf + 3 if isinstance(leaf, int | float) else f"{leaf}changed"


FILLER = Filler()
FULL = FILLER.model(Persona)
assert isinstance(FULL, Persona)
# A card's own rules stand instead of ours, so what only ours say is walked through both.
FULL = FULL.model_copy(
    update={
        "instructions": FULL.instructions.model_copy(
            update={"system_prompt": f"{FULL.instructions.system_prompt} {{{{original}}}}"}
        )
    }
)
DUMPED = FULL.model_dump(exclude=set(NEVER_IN_THE_PROMPT | FIRED_INTO_THE_PROMPT))
LEAVES = list(leaves(DUMPED))


def test_every_written_word_reaches_the_prompt_once_it_is_filled_in():
    prompt = whole_prompt(FULL)
    assert len(FILLER.words) > 60
    assert [place for place, word in FILLER.words.items() if word not in prompt] == []


@pytest.mark.parametrize("path", [path for path, _ in LEAVES], ids=lambda p: ".".join(map(str, p)))
def test_changing_any_field_changes_the_prompt(path):
    leaf = dict(LEAVES)[path]
    other = Persona.model_validate(replaced(DUMPED, path, different(leaf)))
    assert whole_prompt(other) != whole_prompt(FULL)


def test_the_walk_sees_every_kind_of_field():
    names = {part for path, _ in LEAVES for part in path if isinstance(part, str)}
    assert {"familiarity", "affection", "their_familiarity", "their_affection"} <= names
    assert {"life", "relationships", "changes"} <= {part for path, _ in LEAVES for part in path}
    assert {"known_by", "speaker", "anxiety", "hedonism"} <= names
    assert {type(leaf) for _, leaf in LEAVES} == {str, int, float, PersonaKind}


def test_sections_come_in_the_order_of_the_layers():
    names = [section.name for section in build_sheet(FULL, user_name=USER)]
    assert names == [
        "identity",
        "description",
        "traits",
        "values",
        "work",
        "life",
        "people",
        "past",
        "voice",
        "examples",
        "scenario",
    ]
    assert all(section.title for section in build_sheet(FULL, user_name=USER))


def test_a_name_alone_gives_one_section():
    (only,) = build_sheet(Persona(name="Isla"), user_name=USER)
    assert (only.name, only.text) == ("identity", "You are Isla.")


def test_social_identity_reads_as_lines_of_key_and_value():
    persona = Persona.model_validate(
        {"name": "Isla", "tagline": "keeper of a light", "social": {"age": "61", "sex": "female"}}
    )
    assert section_text(persona, "identity") == (
        "You are Isla: keeper of a light.\nAge: 61\nSex: female"
    )


def test_life_context_is_never_shortened():
    essay = "I wake before the lamp.  Then tea;\nthen the log.\n\n" * 40
    life = LifeContext(weekday=essay, weekend=essay[::-1], home=essay)
    text = section_text(Persona(name="Isla", life=life), "life")
    assert all(field in text for field in (life.weekday, life.weekend, life.home))


def test_a_relationship_reads_as_sentences_both_ways():
    sister = Relationship(
        name="Morag",
        relation="sister",
        familiarity=9,
        affection=-4,
        their_familiarity=4,
        their_affection=5,
        note="Owes.",
    )
    text = section_text(Persona(name="Isla", life=LifeContext(relationships=(sister,))), "people")
    assert text == (
        "The people in your life:\n"
        "- Morag (sister): You know her through and through and cannot bear her; "
        "she knows you a little and is fond of you. Owes."
    )


def test_what_changed_between_two_people_is_told_by_event_under_the_person():
    rival = Relationship(
        name="Tam",
        changes=(
            RelationshipChange(
                when="1988", age=23, what="Fell out", affection=-9, their_affection=5
            ),
            RelationshipChange(age=30, their_familiarity=0),
            RelationshipChange(what="A wave!"),
            RelationshipChange(),
        ),
    )
    text = section_text(Persona(name="Isla", life=LifeContext(relationships=(rival,))), "people")
    assert text.splitlines()[1:] == [
        "- Tam",
        "  - 1988, aged 23: Fell out. After that you hated them; they were fond of you.",
        "  - aged 30: After that they did not know you.",
        "  - A wave!",
    ]


def test_a_person_or_event_with_nothing_but_a_name_stands_alone():
    life = LifeContext(
        relationships=(Relationship(name="Morag"),),
        timeline=(LifeEvent(what="Left."), LifeEvent(when="1988", age=23, what="Came back.")),
        secrets=(Secret(what="The key."), Secret(what="The tin.", known_by=("Morag", "Ewan"))),
    )
    persona = Persona(name="Isla", life=life)
    assert section_text(persona, "people").endswith("\n- Morag")
    assert section_text(persona, "past").endswith("\n- Left.\n- 1988, aged 23: Came back.")
    assert section_text(persona, "life").endswith(
        "- The key. (nobody knows)\n- The tin. (known by Morag, Ewan)"
    )


def test_a_domain_speaks_by_the_mean_of_its_filled_facets_only():
    quiet = PersonalIdentity(traits=Traits(sociability=1.9))
    text = section_text(Persona(name="Isla", personal=quiet), "traits")
    assert "You keep to yourself and prefer one person to ten. You say little" in text
    assert text.count("\n") == 1


def test_examples_name_their_speakers():
    dialogue = ExampleDialogue(
        lines=(
            ExampleLine(speaker="{{user}}", text="Cold?"),
            ExampleLine(speaker="{{CHAR}}", text="No, <user>."),
        )
    )
    persona = Persona(name="Isla", voice=Voice(examples=(ExampleDialogue(), dialogue)))
    assert section_text(persona, "examples").endswith("\nDaniel: Cold?\nIsla: No, Daniel.")


def test_a_user_without_a_name_of_their_own_is_not_taken_for_the_character():
    persona = Persona(name="Isla", scenario="{{user}} is at the door.")
    assert "the visitor is at the door." in section_text(persona, "scenario", "You")
    assert "I am You" not in role_turn(persona, "You")
    assert "I am Daniel" in role_turn(persona, "Daniel")


def test_a_name_that_looks_like_a_macro_stays_as_it_is():
    persona = Persona(name="{{user}}", social=FULL.social)
    assert section_text(persona, "identity").startswith("You are {{user}}.")
    assert acceptance_turn(persona, USER).startswith("I am {{user}}.")


def test_what_is_for_people_and_files_is_named_and_stays_out_of_the_prompt():
    private = Persona.model_validate(
        {
            "name": "Isla",
            "tags": ["zqtag"],
            "origin": {"creator": "zqcreator", "creator_notes": "zqnotes"},
            "lore": {"entries": [{"keys": ["zqkey"], "content": "zqlore"}]},
        }
    )
    assert "zq" not in whole_prompt(private)
    assert set(Persona.model_fields) > NEVER_IN_THE_PROMPT | FIRED_INTO_THE_PROMPT


def test_free_prose_of_a_card_stands_right_after_who_they_are():
    persona = Persona(name="Isla", description="{{char}} keeps a light.", personality="Dry.")
    first, second = build_sheet(persona, user_name=USER)
    assert (first.name, second.name, second.title) == ("identity", "description", "About you")
    assert second.text == "About you:\nIsla keeps a light.\nWhat you are like: Dry."


def test_a_nickname_is_what_they_are_called_and_the_name_is_kept():
    persona = Persona(name="{{user}} MacRae", nickname="Isla", greeting="{{char}} nods.")
    assert section_text(persona, "identity") == "You are Isla.\nFull name: {{user}} MacRae"
    assert greeting_texts(persona, USER) == ("Isla nods.",)
    assert role_turn(persona, USER).startswith("From here on you are Isla")


def test_rules_of_a_card_stand_in_for_ours_and_may_quote_them():
    ours = rules_of_play(Persona(name="Isla {{user}}"), USER)
    said = Instructions(system_prompt="You play {{char}}. {{Original}} Go, {{user}}.")
    assert rules_of_play(Persona(name="Isla {{user}}", instructions=said), USER) == (
        f"You play Isla {{{{user}}}}. {ours} Go, Daniel."
    )
    alone = Instructions(system_prompt="Only this.")
    assert rules_of_play(Persona(name="Isla", instructions=alone), USER) == "Only this."


def test_the_last_word_is_for_the_tail_and_quotes_nothing():
    said = Instructions(post_history="{{original}} Stay terse, {{char}}.")
    assert last_word(Persona(name="Isla", instructions=said), USER) == "Stay terse, Isla."
    assert last_word(Persona(name="Isla"), USER) == ""


def test_each_kind_plays_by_a_rule_of_its_own():
    rules = {rules_of_play(Persona(name="Isla", kind=kind), USER) for kind in PersonaKind}
    assert len(rules) == len(PersonaKind)
    assert all("Isla" in text and "Daniel" in text for text in rules)


def test_a_written_acceptance_is_spoken_as_written():
    persona = Persona(name="Isla", acceptance="Aye, {{char}} here. Sit, {{user}}.")
    assert acceptance_turn(persona, USER) == "Aye, Isla here. Sit, Daniel."


def test_an_acceptance_is_written_from_the_persona_when_there_is_none():
    persona = Persona.model_validate(
        {
            "name": "Isla",
            "social": {"residence": "Neist, Skye.", "job": "keeper"},
            "personal": {"headline_traits": ["dry", "exact", "loyal"]},
            "life": {"loves": ["", "silence"], "hates": ["brass polish"]},
        }
    )
    assert acceptance_turn(persona).startswith(
        "I am Isla. Home is Neist, Skye. My work: keeper. People call me dry, exact and loyal. "
        "Give me silence and I am content. Spare me brass polish."
    )
    one_word = Persona(name="Isla", personal=PersonalIdentity(headline_traits=("dry",)))
    assert "People call me dry. I speak" in acceptance_turn(one_word)


def test_all_first_words_are_offered_and_empty_ones_are_not():
    persona = Persona(
        name="Isla", greeting="", alternate_greetings=("Come in, {{user}}.", "", "You again.")
    )
    assert greeting_texts(persona, "Daniel") == ("Come in, Daniel.", "You again.")


def test_every_facet_and_value_has_wording():
    traits = Traits.model_validate({name: 4 for names in DOMAINS.values() for name in names})
    values = Values.model_validate(dict.fromkeys(Values.model_fields, 4))
    persona = Persona(name="Isla", personal=PersonalIdentity(traits=traits, values=values))
    assert section_text(persona, "traits").count(".") == 20
    assert section_text(persona, "values").count(".") == 10
