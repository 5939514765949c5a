from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from ui.personas.versions_dialog import VersionsDialog
from ui.viewmodels.persona_versions import PersonaVersions


def test_a_version_tells_what_it_changed_and_comes_back_as_a_step(
    sheet, isla, context, live_theme, qtbot
):
    sheet.open(isla)
    before = sheet.persona
    sheet.set_value(("tagline",), "keeper of a drowned bell")
    with qtbot.waitSignal(sheet.saved):
        sheet.save()
    versions = PersonaVersions(sheet)
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = VersionsDialog(versions, parent)
    dialog.show()
    qtbot.waitUntil(lambda: len(versions.rows) == 2)
    shown = [one.text() for one in dialog.findChildren(QLabel)]
    assert any("drowned bell" in text for text in shown)
    assert "The first version." in shown
    assert "Version 2 \u00b7 today" in shown
    restore = next(one for one in dialog.findChildren(QPushButton) if one.text() == "Restore")
    with qtbot.waitSignal(sheet.saved):
        restore.click()
    assert context.personas.get(sheet.record.id).result().persona == before
    assert sheet.record.version == 3
    sheet.undo()
    assert sheet.draft["tagline"] == "keeper of a drowned bell"
