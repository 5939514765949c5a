"""An exchange as a memory: what is kept of it, and what is turned into a vector.

Kept is what was said, to the letter. Embedded is the same with its day in front, because
dates and names in the text make it findable, and clipped to what the embedding model reads.
Pure; knows no model and no store.
"""

from __future__ import annotations

from app.domain.conversation import Message
from app.domain.days import day_in_words
from app.domain.ids import MemoryId, PersonaId, new_id
from app.domain.memory import Memory, MemoryKind, MemorySource
from app.prompting.clipping import clip
from personas.immersion import name_in_play

# The embedding model reads 256 word pieces; English has some four characters a piece.
EMBEDDED_CHARACTERS = 900


def make_episode(persona_id: PersonaId, said: Message, reply: Message) -> Memory:
    """Return the memory of one exchange; its words are not changed."""
    return Memory(
        id=MemoryId(new_id()),
        persona_id=persona_id,
        conversation_id=said.conversation_id,
        kind=MemoryKind.EPISODE,
        text=" ".join(_quote(message, message.text.strip()) for message in _spoken(said, reply)),
        happened_at=said.created_at,
        sources=tuple(MemorySource(message.id, message.version_id) for message in (said, reply)),
    )


def embedded_text(said: Message, reply: Message) -> str:
    """Return what stands for an exchange in the embedding: day, speakers, clipped words."""
    spoken = _spoken(said, reply)
    lengths = _share(tuple(len(message.text) for message in spoken), EMBEDDED_CHARACTERS)
    quotes = (
        _quote(message, clip(" ".join(message.text.split()), length))
        for message, length in zip(spoken, lengths, strict=True)
    )
    return " ".join((f"On {day_in_words(said.created_at)}", *quotes))


def is_worth_keeping(said: Message, reply: Message) -> bool:
    """Whether anything was said at all."""
    return bool(_spoken(said, reply))


def _spoken(said: Message, reply: Message) -> tuple[Message, ...]:
    return tuple(message for message in (said, reply) if message.text.strip())


def _quote(message: Message, text: str) -> str:
    """Return who said it; a user called "You" gets another name, for "you" is the character."""
    name = name_in_play(message.speaker)
    return f"{name[:1].upper()}{name[1:]} said: {text}"


def _share(wanted: tuple[int, ...], total: int) -> tuple[int, ...]:
    """Divide `total` evenly; what the short ones leave goes to the long ones."""
    left = total
    shares = [0] * len(wanted)
    by_length = sorted(range(len(wanted)), key=lambda place: wanted[place])
    for done, place in enumerate(by_length):
        shares[place] = min(wanted[place], left // (len(wanted) - done))
        left -= shares[place]
    return tuple(shares)
