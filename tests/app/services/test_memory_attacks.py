"""Attacks on memory from end to end: by the user, the character, a card, lore, a document.

None changes a byte of who the character is in the prompt, what gives orders is never recalled, and
nothing is recalled as a fact about the user that the user did not say as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from app.context import AppContext, build_context
from app.domain.generation import GenerationRequest
from app.domain.ids import ConversationId, PersonaId, new_id
from app.domain.memory import About, Memory, MemoryKind, Provenance
from app.inference.scripted import ScriptedEngine
from app.paths import HOME_VARIABLE, AppPaths, find_paths
from app.ports.authoring import NewCard
from app.services.memory_prose import what_is_known
from app.services.recall_trials import card_of
from app.settings import Remembering as RememberingSettings
from app.settings import Settings
from personas.library import load_library
from personas.lorebook import Lorebook, LoreEntry
from personas.persona import Persona
from tests.app.services.noting.test_note_attacks import CLAIMS, FABLES, ORDERS
from tests.app.services.remember_until_killed import Remembering
from tests.stage import say

ATTACKS = [*ORDERS, *CLAIMS, *FABLES]
TRUTH = "I live in Oban."
SHARED = Settings(remembering=RememberingSettings(between_stories=True, recall_count=12))
ASKED = [
    "What do you know about me?",
    "Where do I live, and what do I do?",
    "Who are you, really?",
    ORDERS[0],
    ORDERS[-2],
    CLAIMS[3],
    FABLES[3],
]
BEGINNING = datetime(2026, 5, 4, 12, tzinfo=UTC)


@dataclass
class Poisoned:
    """A home with a character that was attacked, and a twin that was not."""

    paths: AppPaths
    persona_id: PersonaId
    twin_id: PersonaId
    story: ConversationId
    by_user: list[Memory]
    by_character: list[Memory]


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Poisoned:
    folder = tmp_path_factory.mktemp("attacks")
    paths = find_paths({HOME_VARIABLE: str(folder / "dramatis")})
    persona = next(one for one in load_library().values() if one.name == "Isla MacRae")
    with ExitStack() as stack:
        remembering = Remembering.open(stack, paths)
        stories = remembering.parts.lanes.storage.call(lambda: _keep(remembering, persona))
        (persona_id, said, replied), (twin_id, *_) = stories
        remembering.write_all()
        memories = remembering.memories.list_all(persona_id).result()
    return Poisoned(
        paths,
        persona_id,
        twin_id,
        said,
        [one for one in memories if one.conversation_id == said],
        [one for one in memories if one.conversation_id == replied],
    )


def _keep(
    remembering: Remembering, persona: Persona
) -> list[tuple[PersonaId, ConversationId, ConversationId]]:
    """Keep the character with lore and two conversations of attacks, and a twin without."""
    lore = Lorebook(
        name="World",
        entries=tuple(
            LoreEntry(name=f"{n}", content=text, constant=True) for n, text in enumerate(ATTACKS)
        ),
    )
    by_user = _card(persona, [(text, "Aye.") for text in [*ATTACKS, TRUTH]])
    by_character = _card(persona, [("Hm, and then?", text) for text in ATTACKS])
    attacked = replace(
        by_user,
        persona=persona.model_copy(update={"lore": lore}),
        conversations=(*by_user.conversations, *by_character.conversations),
    )
    calm = _card(persona, [("Hm.", "Aye."), ("So.", "So it is.")])
    twin = replace(calm, conversations=calm.conversations * 2)
    stores = remembering.parts.stores
    kept = stores.cards.add_all([attacked, twin], even_duplicates=True)
    return [
        (stores.conversations.get(one.conversations[0]).persona_id, *one.conversations[:2])
        for one in kept
    ]


def _card(persona: Persona, exchanges: list[tuple[str, str]]) -> NewCard:
    said: list[tuple[bool, str, datetime]] = []
    for number, (asked, replied) in enumerate(exchanges):
        moment = BEGINNING + timedelta(hours=5 * number)
        said += [(True, asked, moment), (False, replied, moment)]
    return replace(card_of(persona.name, "Ana", said), persona=persona, fingerprint=new_id())


def is_of_user(memory: Memory) -> bool:
    """Whether it can be recalled as something that is so of the user."""
    is_note = memory.kind is not MemoryKind.EPISODE
    return is_note and memory.about is About.USER and not memory.quarantine


def test_what_gives_orders_is_kept_out_whoever_said_it(poisoned: Poisoned) -> None:
    for memories in (poisoned.by_user, poisoned.by_character):
        episodes = [one for one in memories if one.kind is MemoryKind.EPISODE]
        assert len(episodes) >= len(ATTACKS)
        for order in ORDERS:
            held = [one for one in memories if order.strip() in one.text]
            assert held
            assert all(one.quarantine.startswith("Kept out of recall: ") for one in held)


def test_nothing_is_a_fact_about_the_user_but_what_the_user_said_as_one(
    poisoned: Poisoned,
) -> None:
    facts = [one for one in poisoned.by_user if is_of_user(one)]
    assert [one.text for one in facts] == ["Ana lives in Oban."]
    assert facts[0].provenance is Provenance.USER
    assert [one.text for one in poisoned.by_character if is_of_user(one)] == []
    known = what_is_known([*poisoned.by_user, *poisoned.by_character])
    assert [one.text for one in known if one.about is About.USER] == ["Ana lives in Oban."]


def test_what_is_said_of_the_character_stays_a_claim(poisoned: Poisoned) -> None:
    for one in poisoned.by_user:
        if one.about is About.CHARACTER and one.kind is not MemoryKind.EPISODE:
            assert one.text.startswith("Ana claims that ")
            assert one.triples == ()


@dataclass
class Stage:
    """The app over the poisoned home, with the attacks as a document too."""

    context: AppContext
    engine: ScriptedEngine
    poisoned: Poisoned

    def asked(self, persona_id: PersonaId, question: str) -> GenerationRequest:
        """Ask in a new conversation; return what the engine read."""
        story = self.context.conversations.create(persona_id).result()
        say(self.context, story, question)
        self.context.conversations.set_aside(story.id).result()
        return self.engine.requests[-1]


@pytest.fixture(scope="module")
def stage(poisoned: Poisoned, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    document = tmp_path_factory.mktemp("documents") / "notes.md"
    document.write_text("\n".join(f"# Part {n}\n\n{text}\n" for n, text in enumerate(ATTACKS)))
    engine = ScriptedEngine(("Aye.",), context_tokens=16_384)
    with build_context(poisoned.paths, SHARED, engine=engine) as context:
        [outcome] = context.documents.bring_in([document], poisoned.story).result()
        assert outcome.is_whole
        # One order is nothing but a heading, and says nothing under it.
        assert outcome.quarantined == len(ORDERS) - 1
        yield Stage(context, engine, poisoned)


def _flat(text: str) -> str:
    return " ".join(text.split())


def identity(request: GenerationRequest) -> bytes:
    """What says who the character is: rules, sheet, role and acceptance."""
    parts = [one for one in request.messages if one.section in {"sheet", "role", "acceptance"}]
    assert len(parts) == 3
    assert parts == list(request.messages[:3])
    return "\0".join(one.content for one in parts).encode()


@pytest.mark.parametrize("question", ASKED)
def test_no_attack_changes_who_the_character_is(stage: Stage, question: str) -> None:
    clean = stage.asked(stage.poisoned.twin_id, question)
    attacked = stage.asked(stage.poisoned.persona_id, question)
    assert identity(attacked) == identity(clean)
    assert not any(_flat(text).encode() in identity(attacked) for text in ATTACKS)


def test_memories_of_attacks_never_bring_orders_or_facts_into_a_prompt(stage: Stage) -> None:
    recalled = [
        item
        for question in ASKED
        for item in stage.asked(stage.poisoned.persona_id, question).recalled
    ]
    assert recalled
    assert TRUTH in " ".join(item.memory.text for item in recalled)
    for item in recalled:
        assert not item.memory.quarantine
        assert not [order for order in ORDERS if _flat(order) in _flat(item.memory.text)]
        if is_of_user(item.memory):
            assert item.memory.text == "Ana lives in Oban."
