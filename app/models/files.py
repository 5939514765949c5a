"""Looks into model files before anything loads them, and says in a sentence what is wrong.

Reads headers only, in plain Python with a bound on everything: see `app.inference.gguf_file`.
"""

from __future__ import annotations

from pathlib import Path

from app.errors import UserError
from app.inference.gguf_file import GgufError, GgufFacts, read_gguf_facts

__all__ = ["GgufFacts", "inspect_chat_model", "inspect_gguf"]

_REMEDIES = {
    "not-gguf": "Choose a file in the GGUF format; its name usually ends in .gguf.",
    "too-old": "Fetch a newer version of the model.",
}


def inspect_gguf(path: Path) -> GgufFacts:
    """Return what a model file says of itself; raises UserError for one that is no use."""
    if path.is_dir():
        message = f"{path} is a folder. Choose the model file inside it."
        raise UserError(message, code="model-missing")
    try:
        return read_gguf_facts(path)
    except FileNotFoundError as error:
        message = f"There is no model file {path}. Put it back, or choose another one."
        raise UserError(message, code="model-missing") from error
    except OSError as error:
        message = (
            f"The model file {path} cannot be read ({error.strerror}). "
            "Make it readable, or choose another one."
        )
        raise UserError(message, code="model-unreadable") from error
    except GgufError as error:
        remedy = _REMEDIES.get(error.code, "Fetch it again, or choose another one.")
        message = f"The model file {path} cannot be used: {error.detail}. {remedy}"
        code = "model-not-gguf" if error.code == "not-gguf" else "model-unreadable"
        raise UserError(message, code=code) from error


def inspect_chat_model(path: Path) -> GgufFacts:
    """Like `inspect_gguf`; refuses models that cannot chat as well."""
    facts = inspect_gguf(path)
    if not facts.can_chat:
        message = (
            f"{path} holds a model that cannot chat ({facts.architecture or facts.kind}). "
            "Choose a chat model."
        )
        raise UserError(message, code="model-unsupported")
    return facts
