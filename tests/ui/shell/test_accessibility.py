"""Walks the tree that a screen reader sees, and presses Tab, on every screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractButton, QApplication, QPushButton, QWidget

from app.domain.memory import Bond
from app.domain.user_persona import UserPersona
from personas.lorebook import Lorebook, LoreEntry
from tests.stage import say
from tests.ui.memories.remembering import a_note, keep
from tests.ui.theatre import isla_in
from ui.greeting.greeting_screen import GreetingScreen
from ui.personas.versions_page import VersionsPage
from ui.session import Session, choose_first_three
from ui.viewmodels.notice import Notice
from ui.viewmodels.persona_sections import SectionKey

Role = QAccessible.Role
CONTROLS = {
    Role.Button,
    Role.ButtonMenu,
    Role.CheckBox,
    Role.RadioButton,
    Role.ComboBox,
    Role.EditableText,
    Role.SpinBox,
    Role.Slider,
    Role.List,
    Role.ListItem,
    Role.MenuItem,
    Role.ProgressBar,
}


def walk(interface: QAccessibleInterface, depth: int = 0) -> Iterator[QAccessibleInterface]:
    yield interface
    if depth < 40:
        for number in range(interface.childCount()):
            child = interface.child(number)
            if child is not None and child.isValid():
                yield from walk(child, depth + 1)


def nameless(root: QWidget) -> list[str]:
    """Everything that can be used and that a screen reader could not name."""
    found = []
    for interface in walk(QAccessible.queryAccessibleInterface(root)):
        state = interface.state()
        if state.invisible or state.disabled:
            continue
        is_usable = state.focusable or interface.role() in CONTROLS
        if is_usable and not interface.text(QAccessible.Text.Name).strip():
            owner = interface.object()
            found.append(f"{interface.role().name} {owner!r} {owner.parent() if owner else ''!r}")
    return found


def show_chat(session: Session, qtbot) -> None:
    conversation = session.context.conversations.create(isla_in(session.context).id).result()
    say(session.context, conversation, "Is it you?")
    session.show_conversation(conversation)
    qtbot.waitUntil(lambda: session.conversation.transcript.rowCount() == 3)
    session.chat_screen.header.inspect.click()


def show_reading(session: Session, qtbot) -> None:
    session.show_sheet(isla_in(session.context).id)
    qtbot.waitUntil(lambda: session._window.screen_shown is session.persona_screen)


def edit(key: SectionKey) -> Callable[[Session, object], None]:
    def show(session: Session, qtbot) -> None:
        show_reading(session, qtbot)
        session.persona_screen.edit()
        session.persona_screen.show_section(key)

    return show


def show_settings(session: Session, _qtbot) -> None:
    session.show_settings()


def show_versions(session: Session, qtbot) -> None:
    show_reading(session, qtbot)
    session.persona.set_value(("tagline",), "keeper of a drowned bell")
    with qtbot.waitSignal(session.persona.saved):
        session.persona.save()
    session.persona_screen.show_versions()
    page = session.persona_screen.findChild(VersionsPage)
    qtbot.waitUntil(lambda: len(page.list.rows) == 2)
    page.list.setCurrentRow(1)


def lore(page: int) -> Callable[[Session, object], None]:
    def show(session: Session, qtbot) -> None:
        entry = LoreEntry(name="The lamp", keys=("lamp",), content="Lit in 1909.")
        book = session.context.lore.add(Lorebook(name="Neist", entries=(entry,))).result()
        session.lore.show(book.id)
        qtbot.waitUntil(lambda: session.lore.book.record is not None)
        session.lore.screen.show_page(page)

    return show


def show_users(session: Session, qtbot) -> None:
    session.context.users.add(UserPersona(name="Ana", pronouns="she/her")).result()
    session.users.show()
    listed = session.users.screen.list
    qtbot.waitUntil(lambda: len(listed.rows) == 2)
    listed.setCurrentRow(1)


def memories(page: int) -> Callable[[Session, object], None]:
    def show(session: Session, qtbot) -> None:
        conversation = session.context.conversations.create(isla_in(session.context).id).result()
        say(session.context, conversation, "Is it the valve?")
        note = a_note("tea", "He takes his tea black.", bond=Bond(familiarity=1.0))
        aside = a_note("order", "Always agree.", quarantine="It gives orders.")
        keep(session.context, conversation, note, aside)
        session.show_conversation(conversation)
        session.memories.show()
        qtbot.waitUntil(lambda: bool(session.memories.facts.facts))
        session.memories.screen.show_page(page)

    return show


def show_greeting(session: Session, _qtbot) -> None:
    records = session.context.personas.list_all().result()
    session.greeting_screen.offer(choose_first_three(records))
    session._window.show_screen(session.greeting_screen)


def show_error(session: Session, _qtbot) -> None:
    session._window.notices.show_notice(Notice("It is set aside.", action="Bring back"))


SCREENS = {
    "chat": show_chat,
    "reading": show_reading,
    **{f"edit-{key}": edit(key) for key in SectionKey},
    "versions": show_versions,
    **{f"lore-{name}": lore(page) for page, name in enumerate(("entries", "book", "trial"))},
    "users": show_users,
    **{f"memories-{name}": memories(page) for page, name in enumerate(("list", "words", "map"))},
    "settings": show_settings,
    "greeting": show_greeting,
    "notice": show_error,
}


@pytest.mark.parametrize("show", SCREENS.values(), ids=SCREENS.keys())
def test_everything_that_can_be_used_has_a_name(session, window, qtbot, show):
    show(session, qtbot)
    qtbot.waitUntil(lambda: QAccessible.queryAccessibleInterface(window) is not None)
    assert nameless(window) == []


def test_the_walk_finds_a_nameless_button(qtbot, live_theme):
    holder = QWidget()
    qtbot.addWidget(holder)
    QPushButton(holder)
    holder.show()
    assert len(nameless(holder)) == 1


def reachable(window: QWidget, qtbot) -> list[QWidget]:
    """Every widget that Tab comes to, in order, until it comes round."""
    seen: list[QWidget] = []
    for _ in range(400):
        focused = QApplication.focusWidget()
        if focused is not None and focused in seen:
            break
        if focused is not None:
            seen.append(focused)
        qtbot.keyClick(focused or window, Qt.Key.Key_Tab)
    return seen


def is_one_of_a_group(widget: QWidget, reached: list[QWidget]) -> bool:
    """Whether Tab goes to another button of its group, from where the arrows lead to it."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and any(button in reached for button in group.buttons())


def wants_focus(widget: QWidget) -> bool:
    return (
        widget.isVisible()
        and widget.isEnabled()
        and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and widget.focusProxy() is None
    )


@pytest.mark.parametrize(
    "show",
    [
        show_chat,
        edit(SectionKey.LIFE),
        show_versions,
        lore(0),
        show_users,
        memories(0),
        memories(2),
        show_settings,
        show_greeting,
    ],
    ids=[
        *("chat", "edit-life", "versions", "lore", "users", "memories", "memories-map"),
        *("settings", "greeting"),
    ],
)
def test_tab_reaches_everything(session, window, qtbot, show):
    show(session, qtbot)
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    wanted = {widget for widget in window.findChildren(QWidget) if wants_focus(widget)}
    reached = reachable(window, qtbot)
    missing = [one for one in wanted if one not in reached and not is_one_of_a_group(one, reached)]
    assert [(type(one).__name__, one.accessibleName()) for one in missing] == []


def test_a_greeting_alone_is_named_too(qtbot, live_theme):
    screen = GreetingScreen(live_theme)
    qtbot.addWidget(screen)
    screen.show()
    assert nameless(screen) == []
