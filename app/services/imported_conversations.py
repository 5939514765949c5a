"""Conversations that came with a card, as the store keeps them: names put in, each with a title.

Pure; knows ports' values and those of cards.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.conversation import Author
from app.ports.authoring import NewConversation, NewTakes
from app.ports.stores import NewMessage
from app.services.titles import title_from
from personas.cards.said import SaidConversation, SaidMessage
from personas.macros import expand
from personas.persona import Persona


def bring_conversations(
    conversations: Iterable[SaidConversation], persona: Persona, user_name: str
) -> tuple[NewConversation, ...]:
    """Return them with the user called by that name; one without a title has its first words."""

    def takes(said: SaidMessage) -> NewTakes:
        author, speaker = Author.CHARACTER, persona.name
        if said.by_user:
            author, speaker = Author.USER, user_name
        texts = (expand(text, char=persona.called, user=user_name) for text in said.takes)
        return NewTakes(
            tuple(NewMessage(author, speaker, text) for text in texts), said.chosen, said.said_at
        )

    brought: list[NewConversation] = []
    for conversation in conversations:
        messages = tuple(map(takes, conversation.messages))
        read = [said.takes[said.chosen] for said in messages]
        first = next((one for one in read if one.author is Author.USER), read[0])
        title = conversation.title or title_from(first.text)
        brought.append(NewConversation(title, user_name, messages))
    return tuple(brought)
