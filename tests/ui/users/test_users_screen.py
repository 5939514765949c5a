"""Who you are, in the window: written, kept while it is typed, chosen by default and per story."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget

from app.domain.user_persona import UserPersona
from tests.stage import open_with_isla
from tests.ui.accessibility import unnamed
from tests.ui.controls import button
from tests.ui.theatre import isla_in
from ui.chat.you_chip import YouChip
from ui.users.character_dialog import CharacterDialog
from ui.users.users_screen import UsersScreen
from ui.viewmodels.draft_folder import DraftFolder
from ui.viewmodels.user_personas import UserPersonasViewModel


@pytest.fixture
def make_users(context, bridge, paths):
    def make() -> UserPersonasViewModel:
        return UserPersonasViewModel(
            context.users,
            context.conversations,
            context.personas,
            bridge,
            DraftFolder(paths.data / "drafts" / "users"),
            lambda: context.settings.current.writing.user_name,
        )

    return make


@pytest.fixture
def users(make_users, qtbot) -> UserPersonasViewModel:
    made = make_users()
    with qtbot.waitSignal(made.changed):
        made.refresh()
    return made


@pytest.fixture
def ana(context):
    said = UserPersona(name="Ana", pronouns="she/her", description="A sailor.")
    return context.users.add(said).result()


@pytest.fixture
def screen(ana, users, live_theme, show) -> UsersScreen:
    return show(UsersScreen(users, live_theme), 1000, 700)


def choose(screen: UsersScreen, title: str) -> None:
    key = next(row.key for row in screen.list.rows if row.title == title)
    screen.list.setCurrentRow([row.key for row in screen.list.rows].index(key))


def titles(screen: UsersScreen) -> list[str]:
    return [row.title for row in screen.list.rows]


def test_what_is_written_is_stored_and_read_by_characters(screen, users, context, ana, qtbot):
    choose(screen, "Ana")
    assert screen.page.name.text() == "Ana"
    with qtbot.waitSignal(users.reading_changed):
        screen.page.description.setPlainText("A pilot; {{char}} knows.")
    qtbot.waitUntil(lambda: "the character knows" in users.reading)
    assert screen.page.save.isVisible()
    screen.page.save.click()
    qtbot.waitUntil(lambda: users.status == "Saved")
    assert context.users.get(ana.id).result().user_persona.description.startswith("A pilot")
    assert not screen.page.save.isVisible()


def test_what_was_typed_is_there_after_the_process_ended(
    screen, users, make_users, context, ana, paths, qtbot
):
    choose(screen, "Ana")
    screen.page.description.setPlainText("Half a sent")
    file = paths.data / "drafts" / "users" / f"{ana.id}.json"
    qtbot.waitUntil(file.exists)
    assert context.users.get(ana.id).result().user_persona.description == "A sailor."
    later = make_users()
    with qtbot.waitSignal(later.changed):
        later.refresh()
    later.open(ana.id)
    assert later.draft["description"] == "Half a sent"
    assert later.status == "Unsaved changes from last time"
    later.discard()
    assert later.draft["description"] == "A sailor."
    assert not file.exists()


def test_an_empty_name_is_told_and_kept_as_a_draft(screen, users, context, ana, qtbot):
    choose(screen, "Ana")
    screen.page.name.clear()
    screen.page.name.textEdited.emit("")
    assert users.problem == "This cannot be empty."
    choose(screen, context.settings.current.writing.user_name)
    assert context.users.get(ana.id).result().user_persona.name == "Ana"
    choose(screen, "Ana")
    assert users.draft["name"] == ""


def test_leaving_one_stores_what_holds(screen, users, context, ana, qtbot):
    choose(screen, "Ana")
    qtbot.keyClicks(screen.page.pronouns, "!")
    choose(screen, context.settings.current.writing.user_name)
    stored = context.users.get
    qtbot.waitUntil(lambda: stored(ana.id).result().user_persona.pronouns == "!she/her")
    assert screen.page.default.isVisible()
    assert not screen.page.name.isVisible()


def test_somebody_new_waits_for_a_name(screen, users, qtbot):
    with qtbot.waitSignal(users.added):
        screen.new.click()
    assert screen.page.name.selectedText() == "Somebody new"
    qtbot.waitUntil(lambda: "Somebody new" in titles(screen))
    assert screen.list.current == users.record.id


def test_the_default_is_chosen_and_withdrawn(screen, users, context, ana, qtbot):
    choose(screen, "Ana")
    screen.page.default.click()
    qtbot.waitUntil(lambda: screen.page.default.text() == "Not by default")
    assert context.users.default().result().id == ana.id
    assert next(row.line for row in screen.list.rows if row.title == "Ana") == "she/her, by default"
    screen.page.default.click()
    qtbot.waitUntil(lambda: screen.page.default.text() == "Use by default")
    assert context.users.default().result() is None


def test_who_is_set_aside_stands_below_and_comes_back(screen, users, ana, qtbot):
    choose(screen, "Ana")
    notices = []
    users.notice_raised.connect(notices.append)
    screen.page.aside.click()
    qtbot.waitUntil(lambda: "Set aside" in titles(screen) and bool(notices))
    assert notices[0].text.startswith("Ana is set aside.")
    choose(screen, "Ana")
    assert screen.page.restore.isVisible()
    assert not screen.page.name.isVisible()
    screen.page.restore.click()
    qtbot.waitUntil(lambda: "Set aside" not in titles(screen))
    qtbot.waitUntil(screen.page.name.isVisible)


def test_a_character_is_found_by_name_and_played(screen, users, context, qtbot):
    screen.play.click()
    qtbot.waitUntil(lambda: bool(screen.findChildren(CharacterDialog)))
    (dialog,) = screen.findChildren(CharacterDialog)
    assert unnamed(dialog) == []
    qtbot.keyClicks(dialog.findChild(QLineEdit), "tunde")
    assert dialog.findChild(QListWidget).currentItem().text().startswith("Tunde Okafor")
    qtbot.keyClick(dialog.findChild(QLineEdit), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: users.plays == "Tunde Okafor")
    assert "Tunde Okafor" in titles(screen)
    qtbot.waitUntil(lambda: "night-bus" in users.reading)
    users.set_value("persona_id", None)
    assert users.plays == ""


def test_every_control_has_a_name(screen):
    choose(screen, "Ana")
    assert unnamed(screen) == []


def test_the_chip_says_who_and_changes_it(users, context, ana, qtbot):
    conversation = open_with_isla(context)
    with qtbot.waitSignal(users.changed):
        users.refresh()
    chip = YouChip()
    qtbot.addWidget(chip)
    chip.set_choices(users.choices)
    chip.show_conversation(conversation)
    chip.user_chosen.connect(lambda user_id: users.attach(conversation, user_id))
    entries = chip.menu().actions()
    plain = context.settings.current.writing.user_name
    assert [one.text() for one in entries[:2]] == [
        f"{plain}  (the name in the settings, by default)",
        "Ana  (she/her)",
    ]
    assert entries[0].isChecked()
    assert entries[-1].text() == "The next turn reads the sheet anew"
    notices = []
    users.notice_raised.connect(notices.append)
    with qtbot.waitSignal(users.attached) as told:
        entries[1].trigger()
    chip.show_conversation(told.args[0])
    assert chip.words == "as Ana"
    assert "reads the sheet anew" in notices[0].text
    assert chip.menu().actions()[1].isChecked()
    with qtbot.waitSignal(users.attached) as told:
        notices[0].act()
    assert told.args[0].user_persona_id is None


def test_a_long_name_is_shortened_and_read_out_whole(users, context, qtbot):
    name = "Wilhelmina & Featherstonehaugh of the Royal Society"
    user = context.users.add(UserPersona(name=name)).result()
    conversation = open_with_isla(context)
    changed = context.conversations.set_user_persona(conversation.id, user.id).result()
    context.users.set_aside(user.id).result()
    chip = YouChip()
    qtbot.addWidget(chip)
    chip.set_choices(users.choices)
    chip.show_conversation(changed)
    assert chip.text() == "as Wilhelmina && Feath\u2026"
    assert name in chip.accessibleName()
    assert any(one.isChecked() and "set aside" in one.text() for one in chip.menu().actions())


def test_the_menu_and_the_header_lead_to_the_screen(session, window, context, qtbot):
    conversation = context.conversations.create(isla_in(context).id).result()
    session.show_conversation(conversation)
    window.actions_.users.trigger()
    assert window.screen_shown is session.users.screen
    session.show_conversation(conversation)
    session.chat_screen.header.you.users_requested.emit()
    assert window.screen_shown is session.users.screen
    session.show_settings()
    button(session.settings_screen, "Who you are \u2026").click()
    assert window.screen_shown is session.users.screen
    ana = context.users.add(UserPersona(name="Ana")).result()
    qtbot.waitUntil(lambda: "Ana" in [one.name for one in session.users.users.choices])
    session.chat_screen.header.you.user_chosen.emit(ana.id)
    qtbot.waitUntil(lambda: session.chat_screen.header.you.words == "as Ana")


def test_the_chip_takes_another_name_on(session, context, qtbot):
    ana = context.users.add(UserPersona(name="Ana")).result()
    conversation = context.conversations.create(isla_in(context).id).result()
    changed = context.conversations.set_user_persona(conversation.id, ana.id).result()
    session.show_conversation(changed)
    you = session.chat_screen.header.you
    qtbot.waitUntil(lambda: you.words == "as Ana")
    context.users.save(ana.id, UserPersona(name="Anna")).result()
    qtbot.waitUntil(lambda: you.words == "as Anna")
