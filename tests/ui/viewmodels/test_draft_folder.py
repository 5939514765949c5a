"""Unsaved work is written on a lane, in order, and read as if it were there already."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest

from app.tasks import Lane
from ui.viewmodels.draft_folder import DraftFolder


@pytest.fixture
def lane() -> Iterator[Lane]:
    lane = Lane("drafts")
    yield lane
    lane.close()


@pytest.fixture
def gate(lane) -> Iterator[threading.Event]:
    """Hold the lane until it is set."""
    gate = threading.Event()
    lane.submit(gate.wait)
    yield gate
    gate.set()


def test_what_waits_for_the_disk_is_read_already_and_the_last_word_holds(lane, gate, tmp_path):
    folder = DraftFolder(tmp_path, lane)
    (tmp_path / "b.json").write_text("{}", encoding="utf-8")
    folder.write("a", {"name": "Isl"})
    folder.write("a", {"name": "Isla"})
    folder.drop("b")
    assert folder.read("a") == {"name": "Isla"}
    assert folder.read("b") is None
    assert not (tmp_path / "a.json").exists()
    gate.set()
    assert lane.settle(10)
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]
    assert DraftFolder(tmp_path).read("a") == folder.read("a") == {"name": "Isla"}


def test_a_draft_that_is_kept_again_after_it_was_dropped_stays(lane, gate, tmp_path):
    folder = DraftFolder(tmp_path, lane)
    draft = {"name": "Isla"}
    folder.write("a", draft)
    folder.drop("a")
    folder.write("a", draft)
    gate.set()
    assert lane.settle(10)
    assert DraftFolder(tmp_path).read("a") == draft


def test_after_the_lane_is_closed_a_draft_is_still_kept(lane, tmp_path):
    folder = DraftFolder(tmp_path, lane)
    lane.close()
    folder.write("a", {"name": "Isla"})
    assert DraftFolder(tmp_path).read("a") == {"name": "Isla"}


def test_a_book_in_a_card_is_written_as_it_is(tmp_path):
    draft = {
        "name": "Ísla \u201cthe\n light\u201d",
        "tags": [],
        "lore": {
            "entries": [{"keys": ["a", "b"], "depth": None}, {"keys": [], "order": 1.5}],
            "extensions": {},
        },
        "personal": {"traits": {"sociability": 2}, "values": {}},
        "lines": [["deep", {"deeper": [1]}]],
    }
    DraftFolder(tmp_path).write("a", draft)
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert json.loads(text) == draft
    assert text == json.dumps(draft, ensure_ascii=False)
