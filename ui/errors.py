"""What an error's stable code means to a person: a title, and what to do next.

The error's own message names the thing and the remedy; the title says what sort of trouble
it is at a glance. Codes without an entry fall back to their branch of the tree in
`app.errors`. Knows no screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import AppError, Bug, EngineError, MachineError, UserError


@dataclass(frozen=True, slots=True)
class Explanation:
    """An error as a person reads it. A value, any thread. `hint` may be empty."""

    title: str
    message: str
    hint: str = ""

    @property
    def sentence(self) -> str:
        """All of it in a line, for the quiet bar."""
        return f"{self.title}. {self.message}"


_BY_CODE: dict[str, tuple[str, str]] = {
    "model-missing": ("The model file is not there", "Choose another file in the settings."),
    "model-unreadable": ("The model file cannot be read", "Fetch it again, or choose another."),
    "model-not-gguf": ("That file is no model", "Dramatis reads models in the GGUF format."),
    "model-unsupported": ("This model is not supported", "Choose another file in the settings."),
    "out-of-memory": (
        "There is not enough memory",
        "Choose a smaller model, or a smaller context, in the settings.",
    ),
    "no-model": ("No model is loaded", "Choose a model in the settings."),
    "no-embedder": ("Memories cannot be compared", "The conversation goes on without them."),
    "prompt-too-long": (
        "This does not fit into the context",
        "Make the context larger in the settings, or the message shorter.",
    ),
    "template": ("The model's chat template does not work", "Choose another model."),
    "engine-crashed": ("The engine stopped", "What was said is kept. Take the reply again."),
    "engine-timeout": ("The engine does not answer", "It is started again; then try once more."),
    "engine-unavailable": ("The engine is not there", "Close Dramatis and start it again."),
    "folder": ("Dramatis cannot keep its files", ""),
    "settings-write": ("The settings were not saved", ""),
    "database-too-new": ("A newer Dramatis wrote this", "Install the newer version again."),
    "database-in-use": ("Dramatis is open elsewhere", "Close the other one, then try again."),
    "database-corrupt": ("The database is damaged", "Its copies lie in the backups folder."),
    "not-a-database": ("That is no Dramatis database", "Move the file aside, then try again."),
    "database-unreachable": ("The database cannot be opened", ""),
    "persona-broken": ("This character cannot be read", "The others are not touched by it."),
    "disk-full": ("The disk is full", "Free some space, then try again."),
    "disk-error": ("The disk reported an error", "Check the disk, then try again."),
    "read-only": ("The data folder cannot be written to", "Make it writable, then try again."),
    "export-write": ("The transcript was not written", "Choose another place for it."),
    "busy": ("A reply is being written", "Wait for its end, or stop it."),
    "backup": ("No copy could be set aside", "Without one nothing was changed."),
}
_BY_BRANCH: tuple[tuple[type[AppError], str, str], ...] = (
    (UserError, "That did not work", ""),
    (MachineError, "The machine is in the way", ""),
    (EngineError, "The engine stumbled", "It starts again by itself; then try once more."),
    (Bug, "A mistake in Dramatis", "The report can be copied and sent to those who can mend it."),
)


def explain(error: AppError) -> Explanation:
    """Return the words for an error."""
    known = _BY_CODE.get(error.code)
    if known is not None:
        return Explanation(known[0], error.message, known[1])
    for branch, title, hint in _BY_BRANCH:
        if isinstance(error, branch):
            return Explanation(title, error.message, hint)
    return Explanation("Something went wrong", error.message)
