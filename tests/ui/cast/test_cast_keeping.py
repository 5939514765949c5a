from __future__ import annotations

import pytest
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage
from PySide6.QtWidgets import QMenu, QPushButton

from tests.ui.cast.cast_rows import row_of, titles
from tests.ui.theatre import isla_in
from ui.cast.cast_delegate import fitted
from ui.cast.cast_list import CastList
from ui.cast.tag_chips import TagChips
from ui.main_window import MainWindow
from ui.theme.theme import TextSize
from ui.viewmodels.cast_model import CastOrder, CastRowKind
from ui.viewmodels.cast_portraits import SIDE_PIXELS
from ui.viewmodels.cast_rows import count_tags


def picture(colour: str, width: int = 60, height: int = 90) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def tag(context, **tags: tuple[str, ...]) -> None:
    cast = {
        record.persona.name.split()[0]: record for record in context.personas.list_all().result()
    }
    for name, words in tags.items():
        context.personas.set_tags(cast[name].id, words).result()


def test_a_copy_stands_beside_the_original(cast, context, qtbot):
    with qtbot.waitSignal(cast.notice_raised) as said:
        cast.duplicate_persona(isla_in(context).id)
    assert said.args[0].text == "The copy is called Isla MacRae (copy)."
    qtbot.waitUntil(lambda: "Isla MacRae (copy)" in titles(cast))


def test_a_copy_looks_like_its_original_and_bears_a_number(panel, cast, context, qtbot):
    isla = isla_in(context)
    for _ in range(2):
        context.personas.duplicate(isla.id).result()
    qtbot.waitUntil(lambda: "Isla MacRae (copy 2)" in titles(cast))
    first, *copies = (
        row_of(cast, f"Isla MacRae{ending}") for ending in ("", " (copy)", " (copy 2)")
    )
    assert {(row.initials, row.tint) for row in copies} == {(first.initials, first.tint)}
    assert [first.number, *(row.number for row in copies)] == [0, 2, 3]
    assert first.spoken.startswith("Isla MacRae, ")
    assert copies[0].spoken.startswith("Isla MacRae (copy), number 2 of this name, ")
    rows = panel.findChild(CastList)
    places = [rows.visualRect(cast.model.index_of(row)) for row in (first, copies[0])]
    discs = [rows.viewport().grab(place).toImage() for place in places]
    assert discs[0].copy(0, 0, 60, 200) != discs[1].copy(0, 0, 60, 200)


def test_of_a_long_name_what_tells_the_copy_is_not_cut_away(live_theme):
    metrics = QFontMetrics(live_theme.current.serif(TextSize.NAME, bold=True))
    name = "Archimandrite Bartholomew of the Far Islands (copy 2)"
    shown = fitted(name, metrics, 190)
    assert shown.endswith("… (copy 2)")
    assert metrics.horizontalAdvance(shown) <= 190
    assert fitted("Ada (copy)", metrics, 190) == "Ada (copy)"


def test_the_archive_opens_and_closes_and_gives_people_back(cast, context, qtbot):
    isla = isla_in(context)
    with qtbot.waitSignal(cast.notice_raised) as said:
        cast.archive_persona(isla.id)
    qtbot.waitUntil(lambda: titles(cast)[-1] == "Archived · 1")
    assert "Isla MacRae" not in titles(cast)
    heading = cast.model.rows[-1]
    assert heading.can_be_chosen
    assert heading.spoken == "Archived · 1, hidden"
    cast.activate(heading)
    assert row_of(cast, "Isla MacRae").is_archived
    assert row_of(cast, "Isla MacRae").spoken == "Isla MacRae, archived"
    assert cast.find(isla.id).archived_at is not None
    cast.activate(row_of(cast, "Archived · 1"))
    assert "Isla MacRae" not in titles(cast)
    said.args[0].act()
    qtbot.waitUntil(lambda: "Isla MacRae" in titles(cast))
    assert not any(row.kind == CastRowKind.ARCHIVE for row in cast.model.rows)


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_the_menu_of_somebody_archived_brings_them_back(panel, cast, context, qtbot):
    context.personas.archive(isla_in(context).id).result()
    qtbot.waitUntil(lambda: cast.model.rows[-1].kind == CastRowKind.ARCHIVE)
    cast.activate(cast.model.rows[-1])
    rows = panel.findChild(CastList)
    last = rows.visualRect(rows.model().index(rows.model().rowCount() - 1, 0))
    rows.customContextMenuRequested.emit(last.center())
    qtbot.waitUntil(lambda: any(menu.isVisible() for menu in panel.findChildren(QMenu)))
    menu = next(menu for menu in panel.findChildren(QMenu) if menu.isVisible())
    actions = {action.text(): action for action in menu.actions()}
    assert "Archive" not in actions
    actions["Bring back"].trigger()
    menu.close()
    qtbot.waitUntil(lambda: not any(row.is_archived for row in cast.model.rows))
    assert len(cast.model.rows) == 9


def test_an_archived_character_opens_and_is_named(cast, context, qtbot):
    isla = isla_in(context)
    context.personas.archive(isla.id).result()
    qtbot.waitUntil(lambda: cast.model.rows[-1].kind == CastRowKind.ARCHIVE)
    cast.activate(cast.model.rows[-1])
    with qtbot.waitSignal(cast.conversation_requested) as opened:
        cast.activate(row_of(cast, "Isla MacRae"))
    assert opened.args[0].persona_id == isla.id
    assert cast.chosen.persona.name == "Isla MacRae"


def test_the_cast_is_sorted_as_asked(cast, context, qtbot):
    names = sorted(titles(cast)[1:])
    cast.set_order(CastOrder.NAME)
    assert titles(cast) == ["By name", *names]
    tag(context, Isla=("keeper",))
    cast.set_order(CastOrder.CHANGED)
    qtbot.waitUntil(lambda: titles(cast)[:2] == ["Recently changed", "Isla MacRae"])
    cast.set_order(CastOrder.TALKED)
    assert titles(cast)[0] == "Waiting"


def test_the_order_is_remembered_with_the_window(session, window, live_theme, paths, qtbot):
    window.actions_.orders[CastOrder.NAME].trigger()
    assert session.cast.state.order == CastOrder.NAME
    window.close()
    again = MainWindow(live_theme, paths.config / "window.ini")
    qtbot.addWidget(again)
    assert again.actions_.orders[CastOrder.NAME].isChecked()


def test_tags_count_once_whatever_their_case_the_commonest_first(cast, context):
    tag(context, Isla=("Sea", "quiet"), Amir=("sea",))
    assert count_tags(context.personas.list_all().result()) == ["sea", "quiet"]


def test_without_tags_there_are_no_chips(panel):
    assert panel.findChild(TagChips).isHidden()


def test_a_chip_narrows_the_cast_and_lets_go_again(panel, cast, context, qtbot):
    tag(context, Isla=("Sea", "quiet"), Amir=("sea",))
    qtbot.waitUntil(lambda: len(panel.findChild(TagChips).chips) == 2)
    chip = panel.findChild(TagChips).chips[0]
    assert chip.accessibleName() == "Only those with the tag sea"
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert titles(cast) == ["Waiting", "Amir Mansour", "Isla MacRae"]
    qtbot.keyClick(chip, Qt.Key.Key_Space)
    assert len(cast.model.rows) == 9


def test_tags_are_searched_too(cast, context, qtbot):
    tag(context, Isla=("lighthouse keepers",))
    qtbot.waitUntil(lambda: cast.tags == ["lighthouse keepers"])
    cast.set_words("keepers")
    assert "Isla MacRae" in titles(cast)


def test_a_chosen_tag_that_nobody_has_any_more_is_given_up(panel, cast, context, qtbot):
    tag(context, Isla=("sea",))
    chips = panel.findChild(TagChips)
    qtbot.waitUntil(lambda: len(chips.chips) == 1)
    qtbot.mouseClick(chips.chips[0], Qt.MouseButton.LeftButton)
    tag(context, Isla=())
    qtbot.waitUntil(chips.isHidden)
    assert len(cast.model.rows) == 9


def test_many_tags_fill_two_lines_and_a_menu(panel, qtbot):
    chips = panel.findChild(TagChips)
    chips.show_tags([f"tag number {number}" for number in range(30)])
    more = next(one for one in chips.findChildren(QPushButton) if one.text() == "More …")
    qtbot.waitUntil(more.isVisible)
    assert chips.height() < 3 * more.height()
    shown = len(chips.chips)
    menu = chips.findChild(QMenu)
    assert 2 <= shown < 12
    assert len(menu.actions()) == 30 - shown
    assert all(chip.geometry().right() <= chips.width() for chip in chips.chips)
    with qtbot.waitSignal(chips.tag_chosen) as chosen:
        menu.actions()[-1].trigger()
    assert chips.chips[0].isChecked()
    assert chosen.args == [chips.chips[0].text()]


def test_a_portrait_takes_the_place_of_the_initials(panel, cast, context, qtbot):
    isla = isla_in(context)
    rows = panel.findChild(CastList)
    context.personas.set_portrait(isla.id, picture("#ff0000")).result()
    qtbot.waitUntil(lambda: row_of(cast, "Isla MacRae").portrait is not None)

    def colour() -> QColor:
        place = titles(cast).index("Isla MacRae")
        area = rows.visualRect(cast.model.index(place))
        return rows.viewport().grab().toImage().pixelColor(area.left() + 30, area.center().y())

    qtbot.waitUntil(lambda: colour() == QColor("#ff0000"))
    kept = cast.portraits.find(isla.id, row_of(cast, "Isla MacRae").portrait)
    assert (kept.width(), kept.height()) == (SIDE_PIXELS, SIDE_PIXELS)


def test_what_is_no_picture_leaves_the_initials(cast, context, qtbot):
    isla = isla_in(context)
    with qtbot.waitSignal(cast.portraits.arrived):
        assert cast.portraits.find(isla.id, "no-such-picture") is None
    assert cast.portraits.find(isla.id, "no-such-picture") is None


def test_portraits_that_flew_past_are_not_all_fetched(cast, context, qtbot):
    arrived = []
    cast.portraits.arrived.connect(lambda: arrived.append(True))
    for number in range(500):
        cast.portraits.find(isla_in(context).id if number == 0 else "nobody", f"key {number}")
    qtbot.waitUntil(lambda: not cast.portraits._waiting and not cast.portraits._asked)
    assert 60 <= len(arrived) < 80


def test_after_the_end_no_portrait_is_fetched(cast, context, qtbot):
    cast.close()
    with qtbot.assertNotEmitted(cast.portraits.arrived, wait=50):
        assert cast.portraits.find(isla_in(context).id, "key") is None
