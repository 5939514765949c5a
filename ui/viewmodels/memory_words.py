"""What is said of a memory on a screen: its note, who vouches for it, why it was recalled.

Words only, in one place, for the memory room and for the panel beside a reply. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.memory import About, Memory, MemoryKind, NoteKind, Provenance, Recalled, Signal

DOT = "\u00a0\u00b7 "
_NOTED_BY_NAME = {NoteKind.PROMISE: "promise", NoteKind.PLAN: "plan"}
_SIGNAL_WORDS = {
    "meaning": "meaning",
    "words": "the same words",
    "sitting": "the same evening",
    "answer": "answers such a question",
    "speaker": "who said it",
    "asking": "asks itself",
    "time": "speaks of a time",
    "date": "the day asked about",
    "recency": "still near",
    "importance": "importance",
}
_LEAST_SHARE = 0.05
_KEPT_OUT = "Kept out of recall: "
ABOUT_WORDS = {
    About.USER: "About {user}",
    About.RELATIONSHIP: "Between the two",
    About.OTHERS: "About others",
    About.CHARACTER: "About {character}",
}


def kind_of(memory: Memory) -> str:
    """Return what sort of memory it is, in a word or two."""
    match memory.kind:
        case MemoryKind.EPISODE:
            return "episode"
        case MemoryKind.REFLECTION:
            count = len(memory.evidence)
            return f"reflection on {count}" if count else "reflection"
        case MemoryKind.NOTE:
            return _NOTED_BY_NAME.get(memory.note_kind or NoteKind.FACT, "")


def note_of(memory: Memory) -> str:
    """Return the quiet note at a row's end: "pinned", "importance 6", and how often it is used."""
    kind = kind_of(memory)
    parts = ["pinned"] if memory.is_pinned else []
    if memory.quarantine:
        parts.append("set aside")
    if kind:
        parts.append(kind)
    if not parts:
        parts.append(f"importance {memory.importance:.0f}")
    if memory.uses:
        parts.append(f"\u00d7{memory.uses}")
    return DOT.join(parts)


def spoken_note(memory: Memory) -> str:
    """Return the same for a screen reader."""
    parts = [note_of(memory).partition(f"{DOT}\u00d7")[0].replace(DOT, ", ")]
    if memory.uses:
        parts.append("used once" if memory.uses == 1 else f"used {memory.uses} times")
    return ", ".join(parts)


def say_trust(memory: Memory, character: str) -> str:
    """Return who vouches for a memory."""
    match memory.provenance:
        case Provenance.USER:
            return "you said it yourself"
        case Provenance.CHARACTER:
            return f"{character} said it"
        case Provenance.IMPORT:
            return "from an imported text; nobody here said it"
        case Provenance.CARD:
            return "from an imported card; nobody here said it"
        case Provenance.MODEL:
            return "concluded by the model, not said"


def why_aside(memory: Memory) -> str:
    """Return why a memory is kept out of recall, "" for one that is not."""
    why = memory.quarantine.removeprefix(_KEPT_OUT)
    return f"{why[:1].upper()}{why[1:]}"


def where_from(memory: Memory) -> str:
    """Return where a memory that was set aside came from."""
    match memory.provenance:
        case Provenance.IMPORT:
            return "from an imported text"
        case Provenance.CARD:
            return "from an imported card"
        case Provenance.MODEL:
            return "written by the model"
        case Provenance.CHARACTER | Provenance.USER:
            return "from the conversation"


def say_signals(signals: tuple[Signal, ...]) -> list[str]:
    """Return what counted for a memory, the weightiest first, each with its score."""
    counted = sorted(signals, key=lambda one: -one.weight)
    return [
        f"{_SIGNAL_WORDS.get(one.name, one.name)} {_number(one)}"
        for one in counted
        if one.weight >= _LEAST_SHARE
    ]


def say_place(recalled: Recalled, among: Sequence[Recalled]) -> str:
    """Return where in the prompt a memory stood, "" where there was no other."""
    # The prompt tells them oldest first.
    read = sorted((one for one in among if one.injected), key=lambda one: one.memory.happened_at)
    if len(read) < 2 or not recalled.injected:
        return ""
    place = next(n for n, one in enumerate(read, 1) if one is recalled)
    return f"memory {place} of {len(read)}"


def say_time(moment: datetime) -> str:
    """Return the time of day, in local time."""
    local = moment.astimezone()
    return f"{local.hour}:{local.minute:02}"


def capital(words: str) -> str:
    """Return words with a capital at their beginning."""
    return f"{words[:1].upper()}{words[1:]}"


def shorten(text: str, most: int) -> str:
    """Return the words that fit into so many characters."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return f"{line[:most].rsplit(' ', 1)[0].rstrip(' .,;:')}\u2026"


def _number(signal: Signal) -> str:
    """Return what was measured: shares as .71, importance as it is."""
    if signal.name == "importance":
        return f"{signal.value:.0f}"
    if abs(signal.value) >= 1:
        return f"{signal.value:.1f}"
    return f"{signal.value:.2f}".replace("0.", ".", 1)
