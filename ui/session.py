"""Everything that lives as long as an open context: view-models, screens, who shows what.

The one place where screens meet: each asks through a signal, and the session answers by
opening something and showing the screen for it. Made when the context is there, closed
before it.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, QObject
from PySide6.QtWidgets import QAbstractItemView

from app.context import AppContext
from app.domain.conversation import Conversation, PersonaRecord
from app.domain.ids import ConversationId, MessageId, PersonaId
from app.errors import AppError
from app.services.transcript_formats import TranscriptFormat
from app.settings import Settings
from app.tasks import Lane
from ui.aside_tools import NewFromParagraph
from ui.bridge import EventBridge, deliver
from ui.chat.chat_screen import ChatScreen
from ui.errors import explain
from ui.greeting.greeting_screen import GreetingScreen
from ui.main_window import MainWindow
from ui.message_jump import MessageJump
from ui.persona_tools import persona_tools
from ui.personas.persona_screen import PersonaScreen
from ui.settings.settings_screen import SettingsScreen
from ui.theme.live_theme import LiveTheme
from ui.viewmodels.cast_view_model import CastViewModel
from ui.viewmodels.conversation_view_model import ConversationViewModel
from ui.viewmodels.draft_folder import DraftFolder
from ui.viewmodels.notice import Notice
from ui.viewmodels.persona_sections import SectionKey, path_from_dots, section_of
from ui.viewmodels.persona_view_model import PersonaViewModel
from ui.viewmodels.preview_view_model import PreviewViewModel
from ui.viewmodels.settings_view_model import SettingsViewModel
from ui.viewmodels.status_view_model import EngineFacts
from ui.window_commands import WindowCommands
from ui.window_lore import WindowLore
from ui.window_memories import WindowMemories
from ui.window_users import WindowUsers


class Session(QObject):
    """View-models and screens over one context. GUI thread; owned by the application."""

    def __init__(self, context: AppContext, window: MainWindow, theme: LiveTheme) -> None:
        """Build every screen; nothing is fetched before `begin`."""
        super().__init__()
        self.context = context
        self._window = window
        self.theme = theme
        self.bridge = EventBridge(context.hub)
        self._drafts_lane = Lane("drafts")
        self.cast = CastViewModel(context.personas, context.conversations, self.bridge)
        self.conversation = ConversationViewModel(
            context.conversations,
            context.chat,
            context.models,
            self.bridge,
            self.draft_folder("lines"),
        )
        self.persona = PersonaViewModel(context.personas, self.draft_folder())
        self.preview = PreviewViewModel(self.persona, context.previews, self.bridge)
        self.settings = SettingsViewModel(context.settings, context.models, self.bridge)
        self.chat_screen = ChatScreen(self.conversation, theme)
        # A proxy for a whole screen makes Tab pass over everything in it but the proxy.
        self.chat_screen.setFocusProxy(None)  # pyright: ignore[reportArgumentType] - Qt takes none
        self.persona_screen = PersonaScreen(self.persona, self.preview, theme, persona_tools(self))
        self._settings_screen: SettingsScreen | None = None
        self.greeting_screen = GreetingScreen(theme)
        for screen in (self.chat_screen, self.persona_screen, self.greeting_screen):
            window.add_screen(screen)
        self._jump = MessageJump(self.conversation.transcript, self._show_row)
        self.new_from_paragraph = NewFromParagraph(self, self._write_new)
        self.commands = WindowCommands(self, window)
        self.lore = WindowLore(self, window)
        self.users = WindowUsers(self, window)
        self.memories = WindowMemories(self, window)
        window.cast.set_view_model(self.cast)
        self._connect()

    @property
    def settings_screen(self) -> SettingsScreen:
        """The settings; its many fields are made when it is first asked for."""
        if self._settings_screen is None:
            self._settings_screen = SettingsScreen(self.settings)
            self._settings_screen.users_requested.connect(self.users.show)
            self._window.add_screen(self._settings_screen)
        return self._settings_screen

    def begin(self, model: Path | None = None) -> None:
        """Fill the cast, open the last conversation or greet, and load the model."""
        self.cast.refresh()
        deliver(self.context.conversations.list_all(), self, self._open_last, self.show_error)
        if model is None and self.context.paths.crash_marker.exists():
            self._offer_model()
        else:
            self.settings.load_model_again(model)

    def close(self) -> None:
        """Keep what is being written and stop listening. Idempotent."""
        self.cast.close()
        self.lore.close()
        self.users.close()
        self.memories.close()
        self.preview.watch(is_watched=False)
        self.persona.leave()
        self.conversation.drafts.write_out()
        self.bridge.close()
        self._drafts_lane.close()

    def draft_folder(self, *names: str) -> DraftFolder:
        """Return where drafts of one kind are kept."""
        return DraftFolder(self.context.paths.data.joinpath("drafts", *names), self._drafts_lane)

    def show_conversation(self, conversation: Conversation) -> None:
        """Bring a conversation onto the screen."""
        self._jump.give_up()
        shown = self.conversation.conversation
        if shown is None or shown.id != conversation.id:
            self.conversation.open(conversation)
        else:
            # What was asked on another screen has overwritten what the model had read.
            self.read_ahead()
        self.cast.show_conversation(conversation)
        self._name_character()
        self._window.show_screen(self.chat_screen)
        self.chat_screen.focus_composer()

    def show_message(self, conversation: Conversation, message_id: str) -> None:
        """Bring a conversation onto the screen, at one of its lines."""
        self.show_conversation(conversation)
        self._jump.go_to(MessageId(message_id))

    def show_sheet(self, persona_id: PersonaId, place: str = "") -> None:
        """Bring a character's sheet onto the screen, to be read; at a dotted place, if any."""

        def show(record: PersonaRecord) -> None:
            self.persona.open(record)
            self.cast.choose(record.id)
            self.persona_screen.read()
            self._window.show_screen(self.persona_screen)
            if (key := section_of(path_from_dots(place))) is not None:
                self.persona_screen.show_section(key)
            self.persona_screen.focus_page()

        deliver(self.context.personas.get(persona_id), self, show, self.show_error)

    def show_settings(self) -> None:
        """Bring the settings onto the screen."""
        self._window.show_screen(self.settings_screen)
        self.settings_screen.focus_page()

    def show_error(self, error: AppError) -> None:
        """Say quietly what went wrong."""
        problem = explain(error)
        text = f"{problem.sentence} {problem.hint}".strip()
        self._window.notices.show_notice(Notice(text, is_warning=True))

    def _connect(self) -> None:
        cast, window = self.cast, self._window
        self.conversation.transcript.opened.connect(self.read_ahead)
        self.conversation.status.engine_changed.connect(self._follow_engine)
        cast.conversation_requested.connect(self.show_conversation)
        cast.message_requested.connect(self.show_message)
        cast.passage_requested.connect(lambda id_, place: self.show_sheet(PersonaId(id_), place))
        cast.persona_added.connect(self._write_new)
        cast.persona_tagged.connect(self.persona.take_tags)
        for by_paragraph in (
            window.actions_.new_from_paragraph.triggered,
            window.cast.paragraph_requested,
        ):
            by_paragraph.connect(lambda: self.new_from_paragraph.ask(window))
        cast.chosen_changed.connect(self.commands.follow_persona)
        window.cast.sheet_requested.connect(lambda id_: self.show_sheet(PersonaId(id_)))
        window.cast.settings_requested.connect(self.show_settings)
        window.cast.rename_requested.connect(lambda id_: self.commands.rename(ConversationId(id_)))
        self.conversation.conversation_changed.connect(self.commands.follow_conversation)
        cast.model.modelReset.connect(self._name_character)
        cast.model.dataChanged.connect(self._name_character)
        self._jump.branch_requested.connect(self._show_branch)
        self._jump.missed.connect(self._tell_missed)
        self.chat_screen.export_requested.connect(
            lambda form: self.commands.export(TranscriptFormat(form))
        )
        self.chat_screen.copy_requested.connect(self.commands.copy_conversation)
        self.persona_screen.stage_requested.connect(lambda id_: cast.open_persona(PersonaId(id_)))
        self.greeting_screen.finished.connect(self._finish_greeting)
        for source in (cast, self.persona):
            source.notice_raised.connect(window.notices.show_notice)
            source.failed.connect(self.show_error)
        self.settings.failed.connect(self.show_error)
        self.persona.problems_changed.connect(self._withdraw_draft_notice)
        self.persona.opened.connect(self._withdraw_draft_notice)
        self.bridge.error_raised.connect(self.show_error)
        self.settings.settings_changed.connect(self._follow_settings)

    def _follow_engine(self, engine: EngineFacts) -> None:
        """Have a model that has just come up remember what is pending and read what is open."""
        if engine.state == "ready":
            self.context.memories.record_pending()
            self.read_ahead()

    def read_ahead(self) -> None:
        """Let the model read the page while nothing is said: the first reply starts sooner."""
        opened = self.conversation.conversation
        if opened is not None:
            ahead = self.context.chat.read_ahead(opened.id)
            # What stands in the way here does so again with the turn, which says it in its row.
            deliver(ahead, self, None, lambda _: None)

    def _open_last(self, conversations: list[Conversation]) -> None:
        if conversations:
            self.show_conversation(conversations[0])
        elif not self.settings.current.greeted:
            deliver(self.context.personas.list_all(), self, self._greet, self.show_error)
        else:
            self._window.show_screen(self.chat_screen)
            self._window.cast.focus_list()

    def _offer_model(self) -> None:
        """After a crash the model is not loaded by itself: it may be what crashed."""
        self._window.notices.show_notice(
            Notice(
                "The engine crashed last time, so the model is not loaded yet.",
                is_warning=True,
                action="Load it",
                act=self.settings.load_model_again,
                key="crash",
            )
        )

    def _greet(self, records: list[PersonaRecord]) -> None:
        whole = [record for record in records if record.problem is None]
        self.greeting_screen.offer(choose_first_three(whole))
        self._window.show_screen(self.greeting_screen)

    def _finish_greeting(self, name: str, persona_id: str) -> None:
        self.settings.finish_greeting(name)
        self.cast.open_persona(PersonaId(persona_id))

    def _withdraw_draft_notice(self) -> None:
        if not self.persona.problems:
            self._window.notices.withdraw("draft")

    def _write_new(self, record: PersonaRecord) -> None:
        self.persona.open(record)
        self.persona_screen.edit()
        self.persona_screen.show_section(SectionKey.SOCIAL)
        self._window.show_screen(self.persona_screen)

    def _show_row(self, index: QModelIndex) -> None:
        view = self.chat_screen.transcript
        view.setCurrentIndex(index)
        view.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        view.setFocus()

    def _show_branch(self, message_id: str) -> None:
        def fail(error: AppError) -> None:
            self._jump.give_up()
            self.show_error(error)

        deliver(self.context.chat.select(MessageId(message_id)), self, None, fail)

    def _tell_missed(self) -> None:
        self._window.notices.show_notice(Notice("That message is no longer in the conversation."))

    def _name_character(self) -> None:
        conversation = self.conversation.conversation
        record = self.cast.find(conversation.persona_id) if conversation else None
        if record is not None:
            self.chat_screen.set_character_name(record.persona.name)

    def _follow_settings(self, settings: Settings) -> None:
        self.theme.set_appearance(settings.appearance)
        self.commands.follow_settings(settings)


def choose_first_three(records: list[PersonaRecord]) -> list[PersonaRecord]:
    """Return three characters for the greeting, spread over the cast so that they differ."""
    if len(records) <= 3:
        return records
    step = len(records) / 3
    return [records[int(number * step)] for number in range(3)]
