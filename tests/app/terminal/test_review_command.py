"""`personas review`: what could be mended in a character, with reasons, for people and scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.context import AppContext
from app.errors import UserError
from app.terminal.rendering import lines_of
from tests.app.terminal.typed import run


def test_a_sound_character_has_nothing_bad(context: AppContext) -> None:
    findings = run(context, "personas", "review", "Isla MacRae")
    assert "bad" not in [finding["severity"] for finding in findings]


def test_findings_come_gravest_first_with_reasons_and_places(
    context: AppContext, tmp_path: Path
) -> None:
    file = tmp_path / "ada.json"
    timeline = [{"age": 50, "what": "Bought the boat."}]
    persona = {"name": "Ada", "social": {"age": "40"}, "life": {"timeline": timeline}}
    file.write_text(json.dumps(persona), encoding="utf-8")
    row = run(context, "personas", "save", str(file))
    findings = run(context, "personas", "review", row["id"])
    assert findings[0] == {
        "rule": "event-after-age",
        "severity": "bad",
        "sentence": ("“Bought the boat.” happened at the age of 50, but the character is 40."),
        "fields": ["life.timeline.0.age", "social.age"],
        "remedy": "Correct one of the two ages.",
    }
    assert {"warn", "note"} <= {finding["severity"] for finding in findings}
    shown = "\n".join(lines_of(findings))
    assert "happened at the age of 50" in shown


def test_meanings_are_compared_unless_only_the_rules_are_wanted(
    context: AppContext, tmp_path: Path
) -> None:
    file = tmp_path / "ada.json"
    persona = {
        "name": "Ada",
        "description": "She cannot stand crowds at all.",
        "personality": "At all crowds she cannot stand!",
    }
    file.write_text(json.dumps(persona), encoding="utf-8")
    row = run(context, "personas", "save", str(file))

    def rules(*words: str) -> set[str]:
        return {found["rule"] for found in run(context, "personas", "review", row["id"], *words)}

    assert rules() - rules("--rules-only") == {"nearly-repeated"}


def test_nobody_of_that_name_is_told_in_a_sentence(context: AppContext) -> None:
    with pytest.raises(UserError):
        run(context, "personas", "review", "nobody-at-all")
