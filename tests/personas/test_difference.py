"""What changed between two versions: every change found, named and readable."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personas.difference import WordsAre, compare_words, describe_difference
from personas.library import load_library_persona
from personas.life_context import (
    LifeContext,
    LifeEvent,
    Relationship,
    RelationshipChange,
    Secret,
)
from personas.lorebook import Lorebook, LoreEntry
from personas.origin import Origin
from personas.persona import Persona
from personas.traits import PersonalIdentity, Traits
from personas.voice import ExampleDialogue, ExampleLine, Voice

ISLA = load_library_persona("isla-macrae")


def changed(persona, path, value):
    """The persona with another value at a dotted path, checked anew."""
    document = persona.model_dump()
    *parents, last = path.split(".")
    place = document
    for part in parents:
        place = list(place) if isinstance(place, tuple) else place
        place = place[int(part) if part.isdigit() else part]
    place[last] = value
    return Persona.model_validate(document)


def sentences(old, new):
    return [change.sentence for change in describe_difference(old, new)]


def test_equal_personas_differ_in_nothing():
    assert describe_difference(ISLA, ISLA.model_copy(deep=True)) == ()


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("social.age", "62", "Age: “61” became “62”."),
        ("social.religion", "", "was taken out."),
        ("nickname", "Isa", "Called: “Isa” is new."),
        ("kind", "individual", "Kind: “character” became “individual”."),
        ("personal.traits.trust", 4.5, "Trust: “2.9” became “4.5” (up 1.6)."),
        ("personal.traits.trust", 1.4, "(down 1.5)"),
        ("personal.traits.trust", None, "Trust: “2.9” was taken out."),
    ],
)
def test_a_short_field_says_what_it_was_and_is(path, value, sentence):
    (change,) = describe_difference(ISLA, changed(ISLA, path, value))
    assert change.path == path
    assert sentence in change.sentence
    assert change.words == ()


def test_a_long_text_is_told_word_by_word():
    text = ISLA.life.weekday.replace("before the lamp goes off", "long before the lamp is off")
    (change,) = describe_difference(ISLA, changed(ISLA, "life.weekday", text))
    assert change.path == "life.weekday"
    assert change.sentence == "A weekday: 1 word taken out, 2 words put in."
    assert [run.text.strip() for run in change.words if run.are is WordsAre.REMOVED] == ["goes"]
    assert [run.text.strip() for run in change.words if run.are is WordsAre.ADDED] == ["long", "is"]


def test_a_text_of_which_only_the_spaces_changed_says_so():
    text = ISLA.life.weekday.replace(". ", ".\n")
    assert sentences(ISLA, changed(ISLA, "life.weekday", text)) == [
        "A weekday: only the spaces changed."
    ]


def test_list_entries_are_added_removed_changed_and_reordered():
    first, second, *others = ISLA.life.hates
    cases = {
        ("fog", second, *others): "Hates 1: “drones over the cliff” became “fog”.",
        (second, *others): "Hates: “drones over the cliff” was taken out.",
        (second, first, *others): "Hates: the same entries in another order.",
    }
    for hates, sentence in cases.items():
        assert sentences(ISLA, changed(ISLA, "life.hates", hates)) == [sentence]
    fewer = changed(ISLA, "life.hates", (second, *others))
    assert [(c.path, c.after) for c in describe_difference(fewer, ISLA)] == [
        ("life.hates.0", first)
    ]


def test_a_person_is_known_by_name_and_not_by_place():
    people = (
        Relationship(name="Ewan", relation="cousin", affection=2),
        Relationship(name="Morag", relation="aunt"),
    )
    moved = (
        Relationship(name="Morag", relation="great-aunt"),
        Relationship(name="Ewan", relation="cousin", affection=5),
        Relationship(name="Sorley"),
    )
    old = Persona(name="Ada", life=LifeContext(relationships=people))
    new = Persona(name="Ada", life=LifeContext(relationships=moved))
    found = {change.path: change.sentence for change in describe_difference(old, new)}
    assert found == {
        "life.relationships.0.relation": "People, Morag, Relation: “aunt” became “great-aunt”.",
        "life.relationships.1.affection": "People, Ewan, Affection: “2” became “5” (up 3).",
        "life.relationships.2": "People: “Sorley” is new.",
    }


def test_another_name_is_another_person():
    old = Persona(name="Ada", life=LifeContext(relationships=(Relationship(name="Ewan"),)))
    new = Persona(name="Ada", life=LifeContext(relationships=(Relationship(name="Morag"),)))
    assert sentences(old, new) == ["People: “Morag” is new.", "People: “Ewan” was taken out."]


def test_what_changed_between_two_people_is_told_by_its_event():
    fell_out = RelationshipChange(when="1988", age=23, what="Fell out.", affection=-3)
    before = Relationship(name="Ewan", relation="cousin")
    after = before.model_copy(update={"changes": (fell_out,)})
    grown = before.model_copy(update={"changes": (fell_out.model_copy(update={"affection": -5}),)})

    def ada(*people):
        return Persona(name="Ada", life=LifeContext(relationships=people))

    assert sentences(ada(before), ada(after)) == [
        "People, Ewan, How it changed: “1988, aged 23, Fell out.” is new."
    ]
    assert sentences(ada(after), ada(grown)) == [
        "People, Ewan, How it changed 1, Affection: “-3” became “-5” (down 2)."
    ]
    assert sentences(ada(), ada(after)) == ["People: “Ewan, cousin” is new."]
    bare = before.model_copy(update={"changes": (RelationshipChange(affection=1),)})
    assert sentences(ada(before), ada(bare)) == ["People, Ewan, How it changed: “A change” is new."]


def test_lines_deep_in_the_examples_have_a_path_of_their_own():
    text = ISLA.voice.examples[1].lines[0].text
    document = ISLA.model_dump(mode="json")
    document["voice"]["examples"][1]["lines"][0]["text"] = "Why?"
    (change,) = describe_difference(ISLA, Persona.model_validate(document))
    assert change.path == "voice.examples.1.lines.0.text"
    assert (change.before, change.after) == (text, "Why?")
    assert change.title == "Example dialogue 2, Lines 1, Line"


def test_an_event_that_came_is_told_whole():
    event = LifeEvent(when="1970", age=5, what="Fell in.")
    timeline = (ISLA.life.timeline[0], event, *ISLA.life.timeline[1:])
    (change,) = describe_difference(ISLA, changed(ISLA, "life.timeline", timeline))
    assert change.path == "life.timeline.1"
    assert change.sentence == "Past: “1970, aged 5, Fell in.” is new."


def test_groups_that_come_are_told_in_words():
    grown = Persona(
        name="Ada",
        life=LifeContext(secrets=(Secret(what="She cannot swim.", known_by=("Ewan", "Morag")),)),
        voice=Voice(
            examples=(
                ExampleDialogue(
                    lines=(
                        ExampleLine(speaker="{{user}}", text="Why?"),
                        ExampleLine(speaker="{{char}}", text="Fog."),
                    )
                ),
            )
        ),
        lore=Lorebook(name="Neist", entries=(LoreEntry(keys=("lamp",), content="Lit."),)),
    )
    assert {one.title: one.after for one in describe_difference(Persona(name="Ada"), grown)} == {
        "Secrets": "She cannot swim. (known by Ewan, Morag)",
        "Example dialogue": "{{user}}: Why?\n{{char}}: Fog.",
        "Lorebook": "Neist, 1 entry",
    }


def test_lore_that_comes_goes_and_changes():
    bare = Persona(name="Ada")
    book = Persona(name="Ada", lore=Lorebook(entries=(LoreEntry(name="Lamp", content="Lit."),)))
    other = Persona(
        name="Ada",
        lore=Lorebook(entries=(LoreEntry(name="Lamp", content="Out.", constant=True),)),
    )
    assert [c.path for c in describe_difference(bare, book)] == ["lore"]
    assert sentences(book, bare)[0].endswith("was taken out.")
    assert sentences(book, other) == [
        "Lorebook, Entries, Lamp, Content: “Lit.” became “Out.”.",
        "Lorebook, Entries, Lamp, Constant: “no” became “yes”.",
    ]


def test_foreign_fields_are_said_to_have_changed():
    old = Persona(name="Ada", origin=Origin(foreign={"data": {"a": 1}}))
    new = Persona(name="Ada", origin=Origin(foreign={"data": {"a": 2}}))
    (change,) = describe_difference(old, new)
    assert change.sentence == "Foreign fields: changed."
    assert (change.before, change.after) == ('{"data": {"a": 1}}', '{"data": {"a": 2}}')


@given(before=st.text(max_size=80), after=st.text(max_size=80))
def test_words_make_up_both_texts_to_the_letter(before, after):
    words = compare_words(before, after)
    kept, removed, added = WordsAre.KEPT, WordsAre.REMOVED, WordsAre.ADDED
    assert "".join(run.text for run in words if run.are in {kept, removed}) == before
    assert "".join(run.text for run in words if run.are in {kept, added}) == after


@given(
    old=st.dictionaries(st.sampled_from(list(Traits.model_fields)), st.floats(1, 7)),
    new=st.dictionaries(st.sampled_from(list(Traits.model_fields)), st.floats(1, 7)),
)
def test_exactly_the_scores_that_differ_are_told(old, new):
    one, other = (
        Persona(name="Ada", personal=PersonalIdentity(traits=Traits.model_validate(scores)))
        for scores in (old, new)
    )
    expected = {
        f"personal.traits.{name}" for name in Traits.model_fields if old.get(name) != new.get(name)
    }
    assert {change.path for change in describe_difference(one, other)} == expected


def test_two_changes_far_apart_in_a_long_text_leave_the_middle_alone():
    sentences = [f"On day {number} the lamp burned and the log was kept." for number in range(300)]
    before = " ".join(sentences)
    after = " ".join(["At first there was fog.", *sentences[1:-1], "Then it went out."])
    kept = "".join(run.text for run in compare_words(before, after) if run.are is WordsAre.KEPT)
    assert len(kept) > 0.98 * len(before)


@pytest.mark.parametrize("end", ["", "."])
def test_very_long_texts_are_told_apart_without_a_long_wait(end):
    before = " ".join(f"word{number % 97}{end}" for number in range(9_000))
    after = " ".join(f"word{number % 89}{end}" for number in range(9_000))
    started = time.process_time()
    words = compare_words(before, after)
    assert time.process_time() - started < 5
    assert {run.are for run in words} >= {WordsAre.REMOVED, WordsAre.ADDED}


def test_lines_that_differ_only_in_where_their_words_stand_are_no_reordering():
    old = Persona(name="Ada", life=LifeContext(timeline=(LifeEvent(when="x", what="y"),)))
    new = Persona(name="Ada", life=LifeContext(timeline=(LifeEvent(what="x, y"),)))
    assert sentences(old, new) == [
        "Past 1, When: “x” was taken out.",
        "Past 1, What happened: “y” became “x, y”.",
    ]
