"""Measuring memory: what a file of dialogues must be, and what comes out."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from app.__main__ import GOOD, USER, main
from app.terminal.locomo_file import read_dialogues

DIALOGUES = [
    {
        "id": "one",
        "speakers": ["Ana", "Isla"],
        "sessions": [
            {
                "session": 1,
                "date": "7:48 pm on 21 May, 2023",
                "turns": [
                    {"id": "D1:1", "speaker": "Isla", "text": "Calum mends boats at the harbour."},
                    {"id": "D1:2", "speaker": "Ana", "text": "My sister plays the violin."},
                    {"id": "D1:3", "speaker": "Ana", "text": "She lives in Glasgow."},
                    {"id": "D1:4", "speaker": "Isla", "text": "How lovely!"},
                    {"id": "D1:5", "speaker": "Ana", "text": "Look!", "image": "a grey cat"},
                ],
            },
            {
                "session": 2,
                "date": "12:05 am on 1 June, 2023",
                "turns": [
                    {"id": "D2:1", "speaker": "Ana", "text": "I failed my chemistry exam."},
                    {"id": "D2:2", "speaker": "Isla", "text": "Sit it again in spring."},
                ],
            },
        ],
        "questions": [
            {
                "question": "Which instrument does Ana's sister play?",
                "category": 4,
                "evidence": ["D1:2", "D9:9"],
            },
            {"question": "What does Calum mend?", "category": 4, "evidence": ["D1:1"]},
            {"question": "What colour is Ana's cat?", "category": 4, "evidence": ["D1:5"]},
            {"question": "Which exam did Ana fail in June?", "category": 2, "evidence": ["D2:1"]},
            {"question": "Who is the queen?", "category": 5, "evidence": []},
            {"question": "Who is the king?", "category": 5, "evidence": ["D7:1"]},
        ],
    }
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "dialogues.json"
    path.write_text(json.dumps(DIALOGUES), encoding="utf-8")
    return path


def test_dates_pictures_and_evidence_are_read(file: Path):
    [trial] = read_dialogues(file)
    turns = trial.dialogue.turns
    assert [turn.said_at.astimezone().day for turn in turns] == [21] * 5 + [1] * 2
    evening, night = turns[0].said_at.astimezone(), turns[5].said_at.astimezone()
    assert (evening.hour, evening.minute, night.hour, night.minute) == (19, 48, 0, 5)
    assert all(turn.said_at.tzinfo is UTC for turn in turns)
    assert turns[4].text == "Look! [a grey cat]"
    assert [turn.by_first for turn in turns] == [False, True, True, False, True, True, False]
    assert trial.questions[0].evidence == {"D1:2"}
    assert (len(trial.questions), trial.skipped) == (4, 2)


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[1]", '[{"speakers": ["a"]}]', json.dumps(DIALOGUES).replace("May,", "Mai,")],
)
def test_what_is_no_file_of_dialogues_is_refused(
    tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
):
    path = tmp_path / "other.json"
    path.write_text(content, encoding="utf-8")
    assert main(["bench", "memory", str(path), "--json"]) == USER
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "dialogues-unreadable"


def test_a_file_that_is_not_there_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["bench", "memory", str(tmp_path / "none.json")]) == USER
    assert "none.json" in capsys.readouterr().err


def test_it_must_be_said_what_to_measure(capsys: pytest.CaptureFixture[str]):
    assert main(["bench", "memory"]) == USER
    assert "--latency" in capsys.readouterr().err


def measured(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main(["bench", "memory", *words, "--json"]) == GOOD
    return json.loads(capsys.readouterr().out)


@pytest.mark.model
def test_dialogues_go_through_storage_writer_and_recall(
    file: Path, capsys: pytest.CaptureFixture[str]
):
    told = measured(capsys, str(file))
    assert told["recall"] == {"5": 1.0, "10": 1.0, "25": 1.0, "50": 1.0}
    assert set(told["by_category"]) == {"2", "4"}
    assert told["mrr"] > 0.5
    assert set(told["baselines"]) == {"chroma", "bm25"}
    for baseline in told["baselines"].values():
        assert set(baseline) == {"recall", "by_category", "mrr"}
        assert baseline["recall"]["50"] > 0.5
    assert (told["questions"], told["skipped"], told["turns"]) == (4, 2, 7)
    assert 0 < told["latency_ms"]["p50"] <= told["latency_ms"]["p95"]


@pytest.mark.model
def test_latency_and_throughput_are_measured_at_any_size(capsys: pytest.CaptureFixture[str]):
    told = measured(capsys, "--latency", "--throughput", "--memories", "20")
    assert set(told["latency"]) == {"20"}
    assert 0 < told["latency"]["20"]["p50"] <= told["latency"]["20"]["p95"]
    assert told["throughput"]["episodes"] == 20
    assert told["throughput"]["share"] > 0
