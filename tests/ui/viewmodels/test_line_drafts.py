"""Words that were not sent yet, in files."""

from __future__ import annotations

from ui.viewmodels.draft_folder import DraftFolder
from ui.viewmodels.line_drafts import LineDrafts


def test_a_draft_is_on_the_disk_soon_after_it_was_typed(qtbot, tmp_path):
    drafts = LineDrafts(DraftFolder(tmp_path))
    drafts.keep("a", "Is it")
    drafts.keep("a", "Is it dead?")
    # Nobody closes anything: another reader finds it as it would after kill -9.
    qtbot.waitUntil((tmp_path / "a.json").exists, timeout=2000)
    assert LineDrafts(DraftFolder(tmp_path)).read("a") == "Is it dead?"
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


def test_a_dropped_or_emptied_draft_leaves_no_file(qapp, tmp_path):
    drafts = LineDrafts(DraftFolder(tmp_path))
    for forget in (drafts.drop, lambda key: drafts.keep(key, "")):
        drafts.keep("a", "Is it dead?")
        drafts.write_out()
        assert (tmp_path / "a.json").exists()
        forget("a")
        drafts.write_out()
        assert drafts.read("a") == ""
        assert list(tmp_path.iterdir()) == []


def test_a_file_that_says_something_else_is_no_draft(qapp, tmp_path):
    (tmp_path / "a.json").write_text('{"text": 3}')
    (tmp_path / "b.json").write_text("{")
    drafts = LineDrafts(DraftFolder(tmp_path))
    assert [drafts.read(key) for key in ("a", "b", "c")] == ["", "", ""]


def test_without_a_folder_drafts_are_kept_in_memory(qapp):
    drafts = LineDrafts(None)
    drafts.keep("a", "Is it dead?")
    drafts.write_out()
    assert drafts.read("a") == "Is it dead?"
    drafts.drop("a")
    assert drafts.read("a") == ""
