"""No hostile file, and none that the caps let through, costs more than 200 MB or a second."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.personas.cards.hostile_files import FILES

ROOT = Path(__file__).resolve().parents[3]
MOST_MEGABYTES = 200
MOST_YARDSTICKS = 12
"""A second where the caps were chosen; in units of work, because machines differ."""
REFUSED = {
    "PNG with a compressed chunk that swells",
    "zip of 10,000 entries",
    "zip of as many entries as are let through",
    "JSON 200 deep",
    "JSON 5,000,000 deep",
    "JSON of 5,000,000 lists",
    "YAML that contains itself",
    "YAML that laughs a billion times",
    "64 MB of nothing",
}


@pytest.fixture(scope="module")
def costs() -> dict[str, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.personas.cards.read_under_watch"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["file"]: row for row in rows}


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_read_or_refused_in_a_sentence_at_little_cost(
    costs: dict[str, dict[str, Any]], name: str
) -> None:
    cost = costs[name]
    assert cost["outcome"] == ("refused" if name in REFUSED else "read")
    assert cost["has_said"]
    assert cost["megabytes"] < MOST_MEGABYTES, cost
    assert cost["yardsticks"] < MOST_YARDSTICKS, cost
    assert cost["has_portrait"] or not name.startswith("largest")
