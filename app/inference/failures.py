"""Turns what the engine child reports, or how it ended, into errors of the app.

The one border where failures of the child become sentences for a person. Knows no process.
"""

from __future__ import annotations

from app.children.failures import (
    ChildCrashed,
    ChildError,
    ChildVersionDiffers,
)
from app.errors import AppError, Bug, EngineError, MachineError, UserError
from app.inference.protocol import Failed

_MODEL_SENTENCES = {
    "model-missing": (
        "The model file {path} is not there. Put it back, or choose another model in the settings."
    ),
    "model-unreadable": (
        "The model file {path} cannot be read: {detail} "
        "Fetch it again, or choose another model in the settings."
    ),
    "model-not-gguf": (
        "{path} is not a model in the GGUF format. "
        "Choose a file whose name ends in .gguf in the settings."
    ),
    "model-unsupported": (
        "This version of Dramatis cannot run {path}: {detail} Choose another model in the settings."
    ),
}


def translate_failed(failed: Failed, path: str = "") -> AppError:
    """Return the error for an answer; `path` is the model file that was asked for."""
    sentence = _MODEL_SENTENCES.get(failed.code)
    detail = end_sentence(failed.detail)
    if sentence is not None:
        return UserError(
            sentence.format(path=path or "that was chosen", detail=detail), code=failed.code
        )
    if failed.code == "out-of-memory":
        what = f"load {path}" if path else "go on"
        message = (
            f"There is not enough memory to {what}. Close other programs, or choose a smaller "
            "model or a shorter context in the settings."
        )
        return MachineError(message, code=failed.code)
    if failed.code == "no-model":
        message = "No model is loaded. Choose one in the settings."
        return EngineError(message, code=failed.code)
    if failed.code == "bad-schema":
        message = f"A reply was asked for in a shape that there is not: {detail}"
        return Bug(message, code=failed.code)
    return EngineError(f"The engine could not do this: {detail}", code=failed.code)


def translate_child_error(error: ChildError) -> EngineError:
    """Return the error for a child that crashed, hung, is absent or is another's."""
    how = error.detail.partition("\n")[0]
    if isinstance(error, ChildCrashed):
        message = (
            f"The engine stopped unexpectedly ({how}). What was written so far is kept; try again."
        )
        return EngineError(message, code="engine-crashed")
    if isinstance(error, ChildVersionDiffers):
        message = (
            f"Parts of Dramatis do not belong together ({how}). "
            "Install it again, so that all of it has one version."
        )
        return EngineError(message, code="engine-version")
    message = f"The engine is not running ({how}). Try again, or load another model."
    return EngineError(message, code="engine-unavailable")


def end_sentence(text: str) -> str:
    """Return the text, stripped, with a full stop at its end."""
    text = text.strip()
    return text if not text or text[-1] in ".!?" else f"{text}."
