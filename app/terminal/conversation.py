"""A conversation in the terminal: type a line, read the reply as it is written.

Ctrl+C stops a reply and keeps its text; Ctrl+D or /quit leaves. Knows services only,
through the context.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future
from typing import TextIO

from app.context import AppContext
from app.domain.conversation import Author, Conversation, Message, PersonaRecord
from app.errors import AppError
from app.terminal.exchange import follow

HELP = "/again another reply · /continue · /cast · /with NAME · /new · /quit"
SHOWN_MESSAGES = 6
Begin = Callable[[], Future[Message]]


class TerminalConversation:
    """One person at one terminal. Lives on the main thread; owned by the front end."""

    def __init__(self, context: AppContext, source: TextIO, sink: TextIO) -> None:
        """Read lines from `source`, write to `sink`."""
        self._context = context
        self._source = source
        self._sink = sink
        self._persona: PersonaRecord | None = None
        self._conversation: Conversation | None = None

    def run(self, wanted: str | None = None) -> None:
        """Talk until the person leaves."""
        cast = self._cast()
        if not cast:
            self._say("The cast is empty: add a character with `personas save FILE`.")
            return
        self._say("Dramatis. Everything stays on this machine.")
        chosen = self._named(cast, wanted) or self._last_spoken_with(cast) or cast[0]
        self._open(chosen)
        self._say(f"({HELP})")
        while (line := self._read()) is not None:
            if line in {"/quit", "/exit"}:
                break
            self._obey(line)

    def _obey(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if not line:
            return
        try:
            match word:
                case "/again":
                    self._exchange(lambda: self._context.chat.regenerate(self._opened.id))
                case "/continue":
                    self._exchange(lambda: self._context.chat.continue_reply(self._opened.id))
                case "/cast":
                    for record in self._cast():
                        self._say(f"  {record.persona.name}, {record.persona.tagline}")
                case "/with":
                    self._change(rest)
                case "/new":
                    self._open(self._record, anew=True)
                case _ if word.startswith("/"):
                    self._say(f"({HELP})")
                case _:
                    self._exchange(lambda: self._context.chat.start_turn(self._opened.id, line))
        except AppError as error:
            self._say(f"\n{error.message}")

    def _exchange(self, begin: Begin) -> None:
        """Show a reply as it comes; Ctrl+C stops it and keeps the text."""
        self._write(f"\n{self._record.persona.name}: ")
        conversation_id = self._opened.id
        follow(
            self._context.hub,
            conversation_id,
            begin,
            self._write,
            lambda: self._context.chat.stop(conversation_id),
        )
        self._say("\n")

    @property
    def _record(self) -> PersonaRecord:
        if self._persona is None:
            message = "no character is on stage"
            raise LookupError(message)
        return self._persona

    @property
    def _opened(self) -> Conversation:
        if self._conversation is None:
            message = "no conversation is open"
            raise LookupError(message)
        return self._conversation

    def _cast(self) -> list[PersonaRecord]:
        everyone = self._context.personas.list_all().result()
        return [record for record in everyone if not record.problem]

    def _named(self, cast: list[PersonaRecord], wanted: str | None) -> PersonaRecord | None:
        if not wanted:
            return None
        for record in cast:
            if wanted.casefold() in record.persona.name.casefold() or wanted == record.id:
                return record
        self._say(f"Nobody in the cast is called {wanted}.")
        return None

    def _last_spoken_with(self, cast: list[PersonaRecord]) -> PersonaRecord | None:
        conversations = self._context.conversations.list_all().result()
        for conversation in conversations:
            for record in cast:
                if record.id == conversation.persona_id:
                    return record
        return None

    def _change(self, wanted: str) -> None:
        if record := self._named(self._cast(), wanted):
            self._open(record)

    def _open(self, record: PersonaRecord, *, anew: bool = False) -> None:
        conversations = self._context.conversations
        self._persona = record
        opened = conversations.create(record.id) if anew else conversations.open_latest(record.id)
        self._conversation = opened.result()
        self._say(f"\n— {record.persona.name}, {record.persona.tagline} —\n")
        for message in conversations.page(self._opened.id, limit=SHOWN_MESSAGES).result():
            self._show(message)

    def _show(self, message: Message) -> None:
        speaker = "You" if message.author is Author.USER else message.speaker
        self._say(f"{speaker}: {message.text}\n")

    def _read(self) -> str | None:
        self._write("> ")
        try:
            line = self._source.readline()
        except KeyboardInterrupt:
            line = ""
        return line.strip() if line else None

    def _say(self, text: str) -> None:
        self._write(f"{text}\n")

    def _write(self, text: str) -> None:
        self._sink.write(text)
        self._sink.flush()


def converse(context: AppContext, wanted: str | None = None) -> None:
    """Talk on the process's own terminal."""
    TerminalConversation(context, sys.stdin, sys.stdout).run(wanted)
