"""`personas hear`, `suggest` and `draft`: shown, and kept only where that was asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.context import AppContext
from app.domain.generation import GenerationRequest
from app.errors import UserError
from app.inference.scripted import ScriptedEngine
from app.services.hearing import PROBES
from app.services.suggestions import FILLABLE
from tests.app.terminal import typed
from tests.stage import MakeContext

PARAGRAPH = "Marta Lindgren is 43 and lives in Gothenburg. She loves early mornings."


def answer(request: GenerationRequest) -> str:
    """Answer in the form that was asked for; a character says who the sheet says they are."""
    if request.reply_prefix == "1.":
        return " low tide\n2. tar"
    if request.reply_prefix:
        return " at four and bake."
    return "Retired." if "keeper, retired" in request.messages[0].content else "At work."


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine((answer,))


@pytest.fixture
def context(make_context: MakeContext, engine: ScriptedEngine) -> AppContext:
    return make_context(engine=engine)


@pytest.fixture
def run(context: AppContext) -> Callable[..., Any]:
    return partial(typed.run, context)


@pytest.fixture
def draft_file(run: Callable[..., Any], tmp_path: Path) -> Path:
    """What `personas show --json` printed of Isla, with one line changed."""
    shown = run("personas", "show", "Isla MacRae")
    shown["persona"]["tagline"] = "keeper, retired"
    file = tmp_path / "draft.json"
    file.write_text(json.dumps(shown), encoding="utf-8")
    return file


def test_a_character_answers_the_three_questions(
    run: Callable[..., Any], engine: ScriptedEngine
) -> None:
    heard = run("personas", "hear", "isla macrae", "--seed", "9")
    assert heard == [
        {"probe": probe.key, "question": probe.question, "reply": "At work."} for probe in PROBES
    ]
    assert {request.sampler.seed for request in engine.requests} == {9}


def test_a_draft_is_heard_beside_the_saved_version(
    run: Callable[..., Any], draft_file: Path, engine: ScriptedEngine
) -> None:
    heard = run("personas", "hear", "Isla MacRae", "--draft", str(draft_file))
    assert [(row["reply"], row["draft"]) for row in heard] == [("At work.", "Retired.")] * 3
    # One sheet after the other: each is read only once.
    sheets = [request.messages[0].content for request in engine.requests]
    assert (sheets[0], sheets[3]) == (sheets[2], sheets[5])
    assert sheets[0] != sheets[3]
    assert run("personas", "show", "Isla MacRae")["version"] == 1


def test_a_broken_draft_is_told_before_anything_is_asked(
    run: Callable[..., Any], tmp_path: Path, engine: ScriptedEngine
) -> None:
    file = tmp_path / "broken.json"
    file.write_text('{"name": ""}', encoding="utf-8")
    with pytest.raises(UserError, match=r"broken\.json, at name"):
        run("personas", "hear", "Isla MacRae", "--draft", str(file))
    assert engine.requests == []


def test_the_parts_are_listed_and_one_is_suggested_and_kept_nowhere(
    run: Callable[..., Any],
) -> None:
    listed = run("personas", "suggest", "Isla MacRae")
    assert [row["part"] for row in listed] == [".".join(map(str, path)) for path, _ in FILLABLE]
    before = run("personas", "show", "Isla MacRae")["persona"]
    suggested = run("personas", "suggest", "Isla MacRae", "--part", "life.weekday")
    assert suggested == {
        "part": "life.weekday",
        "title": next(row["title"] for row in listed if row["part"] == "life.weekday"),
        "value": "I wake at four and bake.",
        "text": "I wake at four and bake.",
    }
    assert run("personas", "show", "Isla MacRae")["persona"] == before


def test_a_part_that_nobody_knows_is_told_with_those_that_are(run: Callable[..., Any]) -> None:
    with pytest.raises(UserError, match=r"life\.shoes\. These parts can be: tagline, "):
        run("personas", "suggest", "Isla MacRae", "--part", "life.shoes")


def test_acceptances_are_suggested_in_several_ways(run: Callable[..., Any]) -> None:
    suggested = run("personas", "suggest", "Isla MacRae", "--acceptances")
    assert {row["part"] for row in suggested} == {"acceptance"}
    assert len({row["text"] for row in suggested}) == 3
    assert len(run("personas", "suggest", "Isla MacRae", "--acceptances", "2")) == 2


@pytest.mark.parametrize("source", ["--text", "--file"])
def test_a_paragraph_becomes_a_draft_that_is_only_shown(
    run: Callable[..., Any], tmp_path: Path, source: str
) -> None:
    given = PARAGRAPH
    if source == "--file":
        file = tmp_path / "marta.txt"
        # As an editor on Windows saves it, with a mark in front.
        file.write_text(PARAGRAPH, encoding="utf-8-sig")
        given = str(file)
    drafted = run("personas", "draft", source, given)
    values = {row["part"]: row["value"] for row in drafted["suggestions"]}
    assert drafted["suggestions"][0]["part"] == "name"
    assert values["name"] == "Marta Lindgren"
    assert values["social.residence"] == "Gothenburg"
    assert values["description"] == PARAGRAPH
    assert values["life.weekday"] == "I wake at four and bake."
    assert "kept" not in drafted
    assert len(run("personas", "list")) == 8


def test_a_drafted_character_is_kept_when_asked_for(run: Callable[..., Any]) -> None:
    words = ("--text", PARAGRAPH, "--name", "Greta", "--keep")
    kept = run("personas", "draft", *words)["kept"]
    shown = run("personas", "show", kept["id"])
    assert shown["name"] == "Greta"
    assert shown["persona"]["life"]["hates"] == ["low tide", "tar"]
    assert shown["persona"]["life"]["loves"] == ["early mornings"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff"])
def test_a_paragraph_file_that_is_no_text_is_told(
    run: Callable[..., Any], tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "paragraph.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UserError, match=r"paragraph\.txt cannot be read as text"):
        run("personas", "draft", "--file", str(file))


def test_a_nameless_paragraph_is_not_kept(run: Callable[..., Any]) -> None:
    with pytest.raises(UserError, match="names nobody"):
        run("personas", "draft", "--text", "somebody quiet", "--keep")
    assert len(run("personas", "list")) == 8
