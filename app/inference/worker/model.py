"""A model file in memory: checked before llama.cpp sees it, loaded, described, freed.

Knows nothing of contexts and requests.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import cast

from app.inference.gguf_file import GgufError, GgufFacts, read_gguf_facts
from app.inference.worker.bindings import Library
from app.inference.worker.failure import RequestFailed, fail
from app.inference.worker.vocabulary import Vocabulary

_GGUF_CODES = {"not-gguf": "model-not-gguf", "too-old": "model-unsupported"}
_SPLIT_NAME = re.compile(r"^(.*)-(\d{5})-of-(\d{5})\.gguf$")
# How much the weights were rounded, in the ways that people write it: Q4_K_M, IQ3_XXS, BF16.
_ROUNDING = re.compile(
    r"[-._ ](?:i1-|UD-)?(?:I?Q[1-8](?:_[0-9A-Z]+)*|TQ[12]_0|MXFP4(?:_MOE)?|B?F16|F32|FP16|FP32)$",
    re.IGNORECASE,
)
_LONGEST_NAME = 80
_MEMORY_SIGNS = ("failed to allocate", "unable to allocate", "out of memory", "bad_alloc")
_MAX_GPU_LAYERS = 10_000


def check_model_file(path: Path) -> GgufFacts:
    """Return the file's facts; raises RequestFailed for one that is no use.

    The client names the file and the remedy, so the details only say what is wrong with it.
    """
    if path.is_dir():
        fail("model-unreadable", "it is a folder, not the model file inside it.")
    try:
        facts = read_gguf_facts(path)
        for part in split_parts(path, facts):
            if part != path:
                read_gguf_facts(part)
    except FileNotFoundError as error:
        if str(error.filename) == str(path):
            fail("model-missing", "it is not there.")
        fail("model-unreadable", f"its part {error.filename} is missing.")
    except OSError as error:
        fail("model-unreadable", f"{error.strerror}.")
    except GgufError as error:
        fail(_GGUF_CODES.get(error.code, "model-unreadable"), f"{error.detail}.")
    return facts


def split_parts(path: Path, facts: GgufFacts) -> list[Path]:
    """Return the files of a model that was cut into several, the given one alone otherwise."""
    if facts.split_count <= 1:
        return [path]
    found = _SPLIT_NAME.match(path.name)
    if found is None or int(found[2]) != 1 or int(found[3]) != facts.split_count:
        fail(
            "model-unsupported",
            f"it is one of {facts.split_count} parts and not the first, whose name ends in "
            f"-00001-of-{facts.split_count:05}.gguf.",
        )
    names = (f"{found[1]}-{number:05}-of-{found[3]}.gguf" for number in range(1, int(found[3]) + 1))
    return [path.with_name(name) for name in names]


def readable_name(facts: GgufFacts) -> str:
    """Return what to call a model before people, in one short line.

    Not `general.name`, which often is a note of whoever trained it.
    """
    found = _SPLIT_NAME.match(facts.path.name)
    stem = _ROUNDING.sub("", found[1] if found else facts.path.stem)
    inside = " ".join(f"{facts.basename} {facts.size_label}".split())
    # The file's name has the spelling that people know, where it says the same.
    says_the_same = all(_letters(word) in _letters(stem) for word in inside.split())
    name = inside if facts.basename and facts.size_label and not says_the_same else stem
    return name[:_LONGEST_NAME]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


class Model:
    """A loaded model. Owned by a chat or an embedder; compute thread."""

    def __init__(
        self,
        library: Library,
        path: Path,
        *,
        gpu_layers: int,
        on_progress: Callable[[float], None] | None = None,
    ) -> None:
        """Check and load the file; raises RequestFailed."""
        self.facts = check_model_file(path)
        self._calls = library.calls
        self.gpu_layers = 0
        self.handle = 0
        wanted = _MAX_GPU_LAYERS if gpu_layers < 0 else min(gpu_layers, _MAX_GPU_LAYERS)
        if not library.has_gpu:
            wanted = 0
        try:
            self._load(library, path, wanted, on_progress)
        except RequestFailed:
            if wanted == 0:
                raise
            # A GPU that is too small or in a bad mood: slow is better than nothing.
            self._load(library, path, 0, on_progress)
        self.vocabulary = Vocabulary(library, self.handle)

    @property
    def trained_context_tokens(self) -> int:
        return cast("int", self._calls.llama_model_n_ctx_train(self.handle))

    @property
    def parameters(self) -> int:
        return cast("int", self._calls.llama_model_n_params(self.handle))

    @property
    def file_bytes(self) -> int:
        parts = split_parts(self.facts.path, self.facts)
        return sum(part.stat().st_size for part in parts)

    @property
    def width(self) -> int:
        """The length of a vector that the model gives out."""
        return cast("int", self._calls.llama_model_n_embd_out(self.handle))

    @property
    def can_rewind(self) -> bool:
        """Whether the cache can step back; recurrent models only know the whole way."""
        is_recurrent = self._calls.llama_model_is_recurrent(self.handle)
        return not (is_recurrent or self._calls.llama_model_is_hybrid(self.handle))

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of this model, in sentences."""
        notes: list[str] = []
        if not self.can_rewind:
            notes.append("Editing or regenerating makes this model read everything again.")
        if cast("int", self._calls.llama_model_n_swa(self.handle)) > 0:
            notes.append("This model looks back through a window; it needs more memory here.")
        if not self.facts.chat_template:
            notes.append("The file brings no chat template; names and colons take its place.")
        return tuple(notes)

    def require_chat(self) -> None:
        """Raise RequestFailed for a model that cannot continue a text."""
        calls, handle = self._calls, self.handle
        is_chat = (
            self.facts.can_chat
            and calls.llama_model_has_decoder(handle)
            and not calls.llama_model_has_encoder(handle)
            and not calls.llama_model_is_diffusion(handle)
        )
        if not is_chat or self.vocabulary.size < 1:
            fail(
                "model-unsupported",
                f"it holds a model that cannot chat ({self.facts.architecture}).",
            )

    def free(self) -> None:
        """Give the memory back; idempotent."""
        if self.handle:
            self._calls.llama_model_free(self.handle)
            self.handle = 0

    def _load(
        self,
        library: Library,
        path: Path,
        gpu_layers: int,
        on_progress: Callable[[float], None] | None,
    ) -> None:
        parameters = self._calls.llama_model_default_params()
        parameters.n_gpu_layers = gpu_layers
        parameters.use_extra_bufts = library.can_repack

        def report(fraction: float, _user_data: object) -> bool:
            if on_progress is not None:
                on_progress(fraction)
            return True

        # Named, so that it lives until the call returns.
        callback = self._calls.llama_progress_callback(report)
        parameters.progress_callback = callback
        library.take_errors()
        handle = self._calls.llama_model_load_from_file(
            str(path).encode("utf-8", "surrogateescape"), parameters
        )
        if not handle:
            _fail_to_load(library.take_errors())
        self.handle = cast("int", handle)
        layers = cast("int", self._calls.llama_model_n_layer(self.handle)) + 1
        self.gpu_layers = min(gpu_layers, layers)


def _fail_to_load(errors: str) -> None:
    if any(sign in errors.lower() for sign in _MEMORY_SIGNS):
        fail(
            "out-of-memory",
            "There is not enough memory for the model; close other programs or choose a smaller "
            "one.",
        )
    says = f"llama.cpp says: {errors or 'nothing'}."
    if "unknown model architecture" in errors or "unknown pre-tokenizer" in errors:
        fail("model-unsupported", f"it is of a kind that is not known here. {says}")
    fail("model-unreadable", f"it cannot be loaded. {says}")
