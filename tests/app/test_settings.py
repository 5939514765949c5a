"""Settings: defaults, bounds, and a file that survives whatever was done to it."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from app.errors import MachineError
from app.settings import Appearance, ColourScheme, Settings, SettingsFile, Writing

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["font_size", "colour_scheme", "path", "top_k", "temperature", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "settings.json")


def changed() -> Settings:
    return Settings(
        appearance=Appearance(colour_scheme=ColourScheme.DARK, font_size=18),
        writing=Writing(user_name="Zoë «the 2nd»"),
        greeted=True,
    )


def test_without_a_file_the_defaults_serve(file: SettingsFile, tmp_path: Path):
    assert file.read() == Settings()
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_is_read(file: SettingsFile, tmp_path: Path):
    file.write(Settings())
    file.write(changed())
    assert file.read() == changed()
    assert [one.name for one in tmp_path.iterdir()] == ["settings.json"]


def test_the_folder_is_made_when_it_is_needed(tmp_path: Path):
    file = SettingsFile(tmp_path / "a" / "b" / "settings.json")
    file.write(changed())
    assert file.read() == changed()


def test_a_byte_order_mark_does_no_harm(file: SettingsFile, tmp_path: Path):
    text = json.dumps({"appearance": {"font_size": 20}})
    (tmp_path / "settings.json").write_text(text, encoding="utf-8-sig")
    assert file.read().appearance.font_size == 20


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"font_size = 12", b"[" * 200_000, b'{"a": "\xc3"}']
)
def test_a_file_that_is_no_json_is_kept_beside_and_defaults_serve(
    file: SettingsFile, tmp_path: Path, content: bytes
):
    (tmp_path / "settings.json").write_bytes(content)
    assert file.read() == Settings()
    assert [one.name for one in tmp_path.iterdir()] == ["settings.broken"]
    assert (tmp_path / "settings.broken").read_bytes() == content
    file.write(changed())
    assert file.read() == changed()


def test_a_broken_file_that_cannot_be_moved_is_no_end(file: SettingsFile, tmp_path: Path, caplog):
    (tmp_path / "settings.json").write_text("{")
    (tmp_path / "settings.broken").mkdir()
    assert file.read() == Settings()
    assert "could not be moved aside" in caplog.text


def test_only_what_does_not_hold_falls_back(file: SettingsFile, tmp_path: Path):
    raw = {
        "appearance": {"font_size": 900, "colour_scheme": "dark", "wallpaper": "sea"},
        "writing": "nonsense",
        "sampling": {"temperature": 1.5, "top_k": 0, "top_p": float("nan")},
        "unknown": {"x": 1},
        "greeted": True,
    }
    (tmp_path / "settings.json").write_text(json.dumps(raw))
    read = file.read()
    assert read.appearance == Appearance(colour_scheme=ColourScheme.DARK)
    assert read.writing == Writing()
    assert (read.sampling.temperature, read.sampling.top_k, read.sampling.top_p) == (1.5, 60, 0.95)
    assert read.greeted


@settings(deadline=None)
@given(
    JSON
    | st.dictionaries(
        st.sampled_from(["appearance", "model", "sampling", "greeted", "writing", "other"]), JSON
    )
)
@example({"sampling": {"temperature": {"temperature": 1}}, "appearance": []})
def test_any_json_gives_settings_that_hold(raw: object):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "settings.json"
        path.write_text(json.dumps(raw))
        read = SettingsFile(path).read()
        assert Settings.model_validate(read.model_dump()) == read
        SettingsFile(path).write(read)
        assert SettingsFile(path).read() == read


def test_a_place_that_cannot_be_written_is_named_and_leaves_nothing_behind(tmp_path: Path):
    (tmp_path / "config").write_text("a file")
    path = tmp_path / "config" / "settings.json"
    with pytest.raises(MachineError) as caught:
        SettingsFile(path).write(changed())
    assert caught.value.code == "settings-write"
    assert str(path) in caught.value.message
    assert caught.value.message.endswith(".")


def test_a_write_that_fails_half_way_keeps_the_old_file(
    file: SettingsFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file.write(changed())

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MachineError, match="No space left on device"):
        file.write(Settings())
    assert file.read() == changed()
    assert [one.name for one in tmp_path.iterdir()] == ["settings.json"]


def test_every_setting_that_is_shown_says_what_it_is():
    shown = 0
    for group_name, group in Settings.model_fields.items():
        if (group.json_schema_extra or {}).get("hidden"):
            continue
        assert group.title, group_name
        assert isinstance(group.default, BaseModel)
        for name, field in type(group.default).model_fields.items():
            assert field.title, name
            assert field.description, name
            assert field.description.endswith("."), name
            shown += 1
    assert shown > 15


def test_settings_cannot_be_changed_in_place_or_out_of_bounds():
    with pytest.raises(ValidationError, match="frozen"):
        Settings().appearance.font_size = 12
    with pytest.raises(ValidationError, match="greater than or equal to 10"):
        Appearance(font_size=2)
    with pytest.raises(ValidationError, match="unicode"):
        Writing(user_name="half \ud83d")


@pytest.mark.parametrize("tokens", [1, 255, 256, 511])
def test_a_context_too_small_for_a_prompt_is_refused_in_a_sentence(
    file: SettingsFile, tmp_path: Path, tokens: int
):
    with pytest.raises(ValidationError, match="at least 512 tokens; 0 takes"):
        Settings.model_validate({"model": {"context_tokens": tokens}})
    stored = {"model": {"context_tokens": tokens, "threads": 3}}
    (tmp_path / "settings.json").write_text(json.dumps(stored), encoding="utf-8")
    assert (file.read().model.context_tokens, file.read().model.threads) == (0, 3)


@pytest.mark.parametrize("tokens", [0, 512, 8192])
def test_a_context_that_the_engine_takes_is_kept(tokens: int):
    assert (
        Settings.model_validate({"model": {"context_tokens": tokens}}).model.context_tokens
        == tokens
    )
