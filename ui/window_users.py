"""Who the user is, in the window: the screen, the menu, the line above a conversation.

Knows the session and the window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ui.users.users_screen import UsersScreen
from ui.viewmodels.user_personas import UserPersonasViewModel

if TYPE_CHECKING:
    from ui.main_window import MainWindow
    from ui.session import Session


class WindowUsers(QObject):
    """Connects user personas with the window. GUI thread; owned by the session."""

    def __init__(self, session: Session, window: MainWindow) -> None:
        """Listen to the menu and the header; the screen is made when it is first asked for."""
        super().__init__()
        self._session = session
        self._window = window
        self._screen: UsersScreen | None = None
        context = session.context
        self.users = UserPersonasViewModel(
            context.users,
            context.conversations,
            context.personas,
            session.bridge,
            session.draft_folder("users"),
            lambda: session.settings.current.writing.user_name,
            self,
        )
        you = session.chat_screen.header.you
        self.users.changed.connect(lambda: you.set_choices(self.users.choices))
        self.users.notice_raised.connect(window.notices.show_notice)
        self.users.failed.connect(session.show_error)
        self.users.attached.connect(lambda _conversation: session.read_ahead())
        you.user_chosen.connect(self._attach)
        you.users_requested.connect(self.show)
        window.actions_.users.triggered.connect(lambda _checked: self.show())
        self.users.refresh()

    @property
    def screen(self) -> UsersScreen:
        """The screen of everybody whom the user can be."""
        if self._screen is None:
            screen = self._screen = UsersScreen(self.users, self._window.theme)
            screen.settings_requested.connect(self._session.show_settings)
            self._window.add_screen(screen)
        return self._screen

    def show(self) -> None:
        """Bring it onto the screen, with who the user is in the open conversation."""
        conversation = self._session.conversation.conversation
        screen = self.screen
        if self.users.record is None and conversation is not None:
            self.users.open(conversation.user_persona_id)
        self._window.show_screen(screen)
        screen.focus_page()

    def close(self) -> None:
        """Keep what is being written."""
        self.users.leave()

    def _attach(self, user_id: object) -> None:
        conversation = self._session.conversation.conversation
        if conversation is not None:
            self.users.attach(conversation, user_id)  # pyright: ignore[reportArgumentType]
