"""Everything that decides one reply, as one value that can be shown, saved and replayed.

Knows no model file and no prompt component; the engine behind the port renders it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.lore import FiredLore
from app.domain.memory import Recalled


class Role(StrEnum):
    """A chat template's roles."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class PromptMessage:
    """One message as the model will read it; `section` says which component wrote it."""

    role: Role
    content: str
    section: str


@dataclass(frozen=True, slots=True)
class PromptSection:
    """What one part of the prompt costs, for the inspector. `tokens` without template marks."""

    name: str
    tokens: int
    text: str


@dataclass(frozen=True, slots=True)
class Sampler:
    """Sampling settings, in the order of the chain; a neutral value switches a stage off.

    Order: penalties, DRY, top-k (1 to 200), typical, top-p, min-p, XTC, temperature, dist.
    Temperature 0 takes the likeliest token.
    """

    temperature: float = 0.8
    top_k: int = 60
    top_p: float = 0.95
    min_p: float = 0.05
    typical_p: float = 1.0
    repeat_penalty: float = 1.08
    repeat_last_n: int = 256
    frequency_penalty: float = 0.0
    presence_penalty: float = 0.0
    dry_multiplier: float = 0.0
    dry_base: float = 1.75
    dry_allowed_length: int = 2
    xtc_probability: float = 0.0
    xtc_threshold: float = 0.1
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """Everything that decides a reply. Any thread.

    `reply_prefix` is text that the reply begins with (continue, or a name as prefill);
    it is part of the prompt and not repeated in the deltas. `max_tokens` bounds the reply.
    `json_schema` is the text of a JSON schema of an object, which the reply then is; it goes
    with neither stop strings nor a prefix. What is asked `beside` the conversation leaves what
    the engine has read of it, as far as there is room.
    """

    messages: tuple[PromptMessage, ...]
    sampler: Sampler
    max_tokens: int
    stop: tuple[str, ...] = ()
    reply_prefix: str = ""
    sections: tuple[PromptSection, ...] = ()
    recalled: tuple[Recalled, ...] = ()
    context_tokens: int = 0
    fired_lore: tuple[FiredLore, ...] = ()
    json_schema: str = ""
    beside: bool = False


class FinishReason(StrEnum):
    """Why a reply ended."""

    END = "end"
    STOP = "stop"
    LENGTH = "length"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Usage:
    """What a reply cost. Tokens, and seconds for the two times."""

    prompt_read: int = 0
    prompt_reused: int = 0
    generated: int = 0
    read_seconds: float = 0.0
    generate_seconds: float = 0.0

    @property
    def tokens_per_second(self) -> float:
        """Generated tokens per second, 0 when nothing was generated."""
        return self.generated / self.generate_seconds if self.generate_seconds > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Finished:
    """How a generation ended and what it cost."""

    reason: FinishReason
    usage: Usage


@dataclass(frozen=True, slots=True)
class ModelDescription:
    """What is known of a loaded chat model."""

    path: str
    name: str
    architecture: str
    context_tokens: int
    trained_context_tokens: int
    parameters: int
    file_bytes: int
    threads: int
    template: str
    can_rewind: bool = True
    gpu_layers: int = 0
    notes: tuple[str, ...] = field(default=())
