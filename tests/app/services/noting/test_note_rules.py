"""What is noted of a sentence, and what is not: everyday talk in our own words."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.memory import About, NoteKind, Provenance, Triple
from app.ports.extractor import Note, Speakers
from app.services.noting.rule_extractor import MOST_NOTES, RuleExtractor
from tests.app.services.noting.spoken import exchange

SPEAKERS = Speakers("Ana", "Morag")
FACT, LIKING = NoteKind.FACT, NoteKind.PREFERENCE
PLAN, PROMISE, EVENT = NoteKind.PLAN, NoteKind.PROMISE, NoteKind.EVENT


def notes(said: str, replied: str = "Aye.") -> list[Note]:
    return RuleExtractor().extract(exchange(said, replied), SPEAKERS)


def told(said: str) -> list[str]:
    return [note.text for note in notes(said)]


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ("I live in Lyon.", FACT, "Ana lives in Lyon."),
        ("I'm living in a houseboat", FACT, "Ana is living in a houseboat."),
        ("I moved to Lyon last month.", FACT, "Ana moved to Lyon in October 2026."),
        ("Well, I'm from Galway, what about you?", FACT, "Ana is from Galway."),
        ("I grew up on a farm.", FACT, "Ana grew up on a farm."),
        ("I was born in 1987.", FACT, "Ana was born in 1987."),
        ("I'm a nurse.", FACT, "Ana is a nurse."),
        ("im a night nurse at the Royal", FACT, "Ana is a night nurse at the Royal."),
        ("I work as a welder in the yard.", FACT, "Ana works as a welder in the yard."),
        ("I work for the post office.", FACT, "Ana works for the post office."),
        ("My name is Ana Ferreira.", FACT, "Ana is called Ana Ferreira."),
        ("Everyone calls me Nan.", FACT, "Ana is called Nan."),
        ("I'm 34 years old.", FACT, "Ana is 34 years old."),
        ("I just turned thirty.", FACT, "Ana just turned thirty."),
        ("I am married.", FACT, "Ana is married."),
        ("I'm not married.", FACT, "Ana is not married."),
        ("I have two sisters.", FACT, "Ana has two sisters."),
        ("I've got a brother called Tom.", FACT, "Ana has got a brother called Tom."),
        ("I don't have any children.", FACT, "Ana does not have any children."),
        ("My sister is called Inês.", FACT, "Ana's sister is called Inês."),
        ("My sister's name is Inês.", FACT, "Ana's sister's name is Inês."),
        ("My mother lives in Porto.", FACT, "Ana's mother lives in Porto."),
        ("My dad is a fisherman.", FACT, "Ana's dad is a fisherman."),
        ("My brother works at the docks.", FACT, "Ana's brother works at the docks."),
        ("I have a black cat named Soot.", FACT, "Ana has a black cat named Soot."),
        ("I'm allergic to walnuts.", FACT, "Ana is allergic to walnuts."),
        ("I was diagnosed with epilepsy.", FACT, "Ana was diagnosed with epilepsy."),
        ("I have asthma.", FACT, "Ana has asthma."),
        ("I broke my wrist.", EVENT, "Ana broke their wrist."),
        ("I speak four languages.", FACT, "Ana speaks four languages."),
        ("I play the cello.", FACT, "Ana plays the cello."),
        ("I teach chemistry.", FACT, "Ana teaches chemistry."),
        ("I'm studying to be a vet.", FACT, "Ana is studying to be a vet."),
        ("I used to be a dancer.", FACT, "Ana used to be a dancer."),
        ("I'm the youngest of five.", FACT, "Ana is the youngest of five."),
        ("My birthday is on 3 May.", FACT, "Ana's birthday is on 3 May 2027."),
        ("I'm vegetarian.", FACT, "Ana is vegetarian."),
        ("I run a small bakery and live above it.", FACT,
         "Ana runs a small bakery and lives above it."),
        ("I love rainy mornings.", LIKING, "Ana loves rainy mornings."),
        ("I really hate crowds.", LIKING, "Ana really hates crowds."),
        ("I can't stand liquorice.", LIKING, "Ana can not stand liquorice."),
        ("I don't like swimming.", LIKING, "Ana does not like swimming."),
        ("I prefer tea to coffee.", LIKING, "Ana prefers tea to coffee."),
        ("My favourite colour is green.", LIKING, "Ana's favourite colour is green."),
        ("Persuasion is my favourite book.", LIKING, "Persuasion is Ana's favourite book."),
        ("I'm scared of heights.", LIKING, "Ana is scared of heights."),
        ("I'm a huge fan of brass bands.", LIKING, "Ana is a huge fan of brass bands."),
        ("I never eat meat.", LIKING, "Ana never eats meat."),
        ("I've always wanted to be a pilot.", LIKING, "Ana has always wanted to be a pilot."),
        ("I'd love to visit Iceland.", LIKING, "Ana would love to visit Iceland."),
        ("I'm really into old maps.", LIKING, "Ana is really into old maps."),
        ('I just read "The Sea, The Sea" too.', EVENT, "Ana just read The Sea, The Sea."),
        ("I'm going to buy a boat.", PLAN, "Ana is going to buy a boat."),
        ("I'm moving to Oslo in two weeks.", PLAN, "Ana is moving to Oslo on 5 December 2026."),
        ("Next week I start at the bank.", PLAN,
         "Ana starts at the bank in the week of 23 November 2026."),
        ("I have a job interview on Monday.", PLAN, "Ana has a job interview on 23 November 2026."),
        ("I plan to walk the whole coast.", PLAN, "Ana plans to walk the whole coast."),
        ("We're getting married in May.", PLAN, "Ana said they are getting married in May 2027."),
        ("I'm saving for a cello.", PLAN, "Ana is saving for a cello."),
        ("I fly home tomorrow.", PLAN, "Ana flies home on 22 November 2026."),
        ("I promise I'll write.", PROMISE, "Ana promises they will write."),
        ("I'll bring you the lamp tomorrow.", PROMISE,
         "Ana will bring Morag the lamp on 22 November 2026."),
        ("I swear to keep your secret.", PROMISE, "Ana swears to keep Morag's secret."),
        ("I will never leave you.", PROMISE, "Ana will never leave Morag."),
        ("Yesterday I saw a whale.", EVENT, "Ana saw a whale on 20 November 2026."),
        ("Yesterday, I saw a whale!", EVENT, "Ana saw a whale on 20 November 2026."),
        ("We got married in May.", EVENT, "Ana said they got married in May 2026."),
        ("I got promoted!", EVENT, "Ana got promoted."),
        ("My grandmother died last winter.", EVENT,
         "Ana's grandmother died between December 2025 and February 2026."),
        ("I went to Lisbon with my sister.", EVENT, "Ana went to Lisbon with their sister."),
        ("I won the regatta.", EVENT, "Ana won the regatta."),
        ("I just wanted to tell you that I won the regatta.", EVENT, "Ana won the regatta."),
        ("I started surfing about five years ago.", EVENT, "Ana started surfing in 2021."),
        ("I love meeting new people.", LIKING, "Ana loves meeting new people."),
        ("I'm a dog person.", FACT, "Ana is a dog person."),
        ("I'm an artist myself.", FACT, "Ana is an artist themself."),
        ("I live near the harbour.", FACT, "Ana lives near the harbour."),
        ("I passed my driving test.", EVENT, "Ana passed their driving test."),
        ("I quit my job.", EVENT, "Ana quit their job."),
        ("I stopped smoking.", EVENT, "Ana stopped smoking."),
        ("My dog ran away three days ago.", EVENT, "Ana's dog ran away on 18 November 2026."),
        ("I don't live in Paris any more.", FACT, "Ana does not live in Paris any more."),
        ("I love you.", FACT, "Ana loves Morag."),
        ("I don't trust you.", FACT, "Ana does not trust Morag."),
        ("*I laugh.* I work at the mill.", FACT, "Ana works at the mill."),
        ('"I live in Leith," I say, and look away.', FACT, "Ana lives in Leith."),
        ("Morag, I have a daughter.", FACT, "Ana has a daughter."),
        ("I *love* snow.", LIKING, "Ana loves snow."),
    ],
)  # fmt: skip
def test_what_somebody_tells_of_themselves_is_noted(said: str, kind: NoteKind, text: str) -> None:
    [note] = notes(said)
    assert (note.kind, note.text) == (kind, text)


@pytest.mark.parametrize(
    "said",
    [
        "Do you live in Lyon?",
        "Am I a nurse?",
        "Did you know I'm a nurse?",
        "I'm a nurse, right?",
        "If I lived in Rome, I would eat ice cream every day.",
        "I wish I lived in Rome.",
        "Imagine I'm a pirate.",
        "Let's pretend I'm a wizard. ",
        "I could be a dancer.",
        "I would live in Rome.",
        "Maybe I'm allergic to cats.",
        'He said "I live in Rome".',
        '"I am the king of Spain," he said.',
        "My brother said I'm a nurse.",
        "He told me that I am lazy.",
        "> I live in Rome.",
        "`I live in Rome`",
        "The song goes I hate Mondays.",
        "*She lives in Rome.*",
        "*He takes my hand.*",
        "I'm fine.",
        "I'm so tired.",
        "I'm a bit cold.",
        "I'm a little lost.",
        "I'm sorry.",
        "I'm glad you asked.",
        "I'm not sure.",
        "I have a question.",
        "I have no idea.",
        "I have to go.",
        "I like that.",
        "I love it!",
        "I like your hat.",
        "I love the way you talk.",
        "I like the idea.",
        "I love hearing about your day.",
        "I'd love to hear more.",
        "I think you are right.",
        "I know what you mean.",
        "I see.",
        "I'll see you.",
        "I'll let you know.",
        "I'll talk to you later.",
        "I'm going to bed.",
        "I'm going to go now.",
        "I'm in a hurry.",
        "I want to help you.",
        "I was about to say that.",
        "I am a nurse. Just kidding!",
        "Tell me about the lighthouse.",
        "You look tired.",
        "The sea is rough today.",
        "She works as a nurse.",
        "Good morning, how are you?",
        "What is your favourite colour?",
        "I'm Ana.",
        "My favourite part was the end.",
        "My point is this.",
        "I mean it.",
        "I love to.",
        "I love their music.",
        "I took it at the beach last month.",
        "You are awesome for coming.",
        "I'm a pretty happy person.",
        "I want to know more about it.",
        "On Fridays the boat comes.",
        "",
        "...",
        "???",
        "*",
        '"',
    ],
)  # fmt: skip
def test_small_talk_questions_quotes_and_ifs_are_not_noted(said: str) -> None:
    assert told(said) == []


def test_each_clause_of_a_sentence_is_a_note_of_its_own() -> None:
    assert told("I live in Lyon and I work as a nurse, but I grew up in Porto.") == [
        "Ana lives in Lyon.",
        "Ana works as a nurse.",
        "Ana grew up in Porto.",
    ]


def test_a_note_carries_who_said_it_when_and_what_it_speaks_of() -> None:
    [note] = notes("I moved to Lyon in March 2024.")
    assert note.provenance is Provenance.USER
    assert note.about is About.USER
    assert note.source.message_id == "user"
    assert note.source.version_id == "user-1"
    assert note.speaks_of == date(2024, 3, 1)
    assert note.triples == (Triple("Ana", "lives in", "Lyon"),)
    assert "lyon" in note.keywords
    assert "ana" not in note.keywords


def test_the_character_speaks_of_itself_and_vouches_for_it() -> None:
    [note] = notes("Hm.", "I'll mend your coat tomorrow, and the kettle is on.")
    assert note.text == "Morag will mend Ana's coat on 22 November 2026."
    assert note.provenance is Provenance.CHARACTER
    assert note.about is About.RELATIONSHIP
    assert note.source.message_id == "character"


def test_what_weighs_on_people_is_more_important_than_what_they_eat() -> None:
    weights = {
        said: notes(said)[0].importance
        for said in (
            "My mother died last year.",
            "I have a sister.",
            "I like rain.",
            "I love pizza.",
        )
    }
    assert list(weights.values()) == sorted(weights.values(), reverse=True)
    assert weights["My mother died last year."] >= 9
    assert weights["I love pizza."] <= 3


def test_names_of_kin_and_animals_become_relations_of_their_own() -> None:
    [note] = notes("I have a sister called Marie.")
    assert Triple("Ana's sister", "is called", "Marie") in note.triples


def test_a_denial_is_told_as_such_and_states_no_relation() -> None:
    [note] = notes("I don't have a car.")
    assert note.text == "Ana does not have a car."
    assert note.triples == ()
    assert note.ended == (Triple("Ana", "has", "car"),)


def test_a_user_without_a_name_is_the_visitor() -> None:
    [note] = RuleExtractor().extract(exchange("I live in Lyon."), Speakers("You", "Morag"))
    assert note.text == "The visitor lives in Lyon."


def test_a_flood_of_statements_gives_a_handful_of_notes() -> None:
    said = " ".join(f"I love town{number}." for number in range(60))
    assert len(notes(said)) == MOST_NOTES


@given(st.text(max_size=400))
def test_any_text_can_be_read(said: str) -> None:
    for note in notes(said, said):
        assert note.text.endswith(".")
        assert 1 <= note.importance <= 10


STARTS = [
    "I live in",
    "*",
    '"',
    "I am",
    "my sister",
    ", and I",
    "yesterday",
    "I'd",
    "? ",
    "if",
    ". ",
]


@given(st.lists(st.sampled_from(STARTS), max_size=200).map(" ".join))
def test_any_beginnings_can_be_read(said: str) -> None:
    assert len(notes(said)) <= 2 * MOST_NOTES
