"""What the engine child is told and what it answers: one frozen dataclass a JSON line.

Both sides import this module and nothing heavier. Every request carries a `ticket`, and
every answer to it carries the same one. VERSION changes with any change of shape; a client
and a child of different versions part at the hello. Knows no llama.cpp.
"""

from __future__ import annotations

from dataclasses import dataclass

VERSION = 3


@dataclass(frozen=True, slots=True)
class WireMessage:
    """One message of the prompt: `role` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class WireSampler:
    """Sampling settings; neutral values switch a stage off. See `Sampler` in the domain."""

    temperature: float
    top_k: int
    top_p: float
    min_p: float
    typical_p: float
    repeat_penalty: float
    repeat_last_n: int
    frequency_penalty: float
    presence_penalty: float
    dry_multiplier: float
    dry_base: float
    dry_allowed_length: int
    xtc_probability: float
    xtc_threshold: float
    seed: int


@dataclass(frozen=True, slots=True)
class Load:
    """Load a chat model, replacing the one before. Answered by Loading, then Loaded or Failed.

    0 leaves a number to the worker: context tokens (trained length up to 8,192), threads
    (measured), GPU layers (-1: as many as the build offers). `thread_hint` is what an earlier
    measurement of this model found, 0 when there is none.
    """

    ticket: int
    path: str
    context_tokens: int = 0
    threads: int = 0
    gpu_layers: int = -1
    thread_hint: int = 0


@dataclass(frozen=True, slots=True)
class LoadEmbedder:
    """Load the embedding model beside the chat model. Answered by EmbedderLoaded or Failed."""

    ticket: int
    path: str
    threads: int = 0


@dataclass(frozen=True, slots=True)
class Generate:
    """Write a reply. Answered by Delta, then Finished or Failed.

    `reply_prefix` opens the assistant's turn and is not repeated in the deltas. With the text
    of a JSON schema in `json_schema` the reply is JSON that fits it; neither prefix nor stop
    strings go with it. `beside` leaves the cache of the conversation as it is.
    """

    ticket: int
    messages: tuple[WireMessage, ...]
    sampler: WireSampler
    max_tokens: int
    stop: tuple[str, ...] = ()
    reply_prefix: str = ""
    json_schema: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop the generation with that ticket within one slice; unknown tickets are ignored."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Embed:
    """Turn texts into unit vectors. Answered by Embedded or Failed."""

    ticket: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CountTokens:
    """Count each text's tokens, and with `messages` the whole prompt's through the template.

    Answered by Counted or Failed.
    """

    ticket: int
    texts: tuple[str, ...] = ()
    messages: tuple[WireMessage, ...] = ()


@dataclass(frozen=True, slots=True)
class Unload:
    """Free the chat model. Answered by Done."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Ping:
    """Are you there? Answered by Pong at once, also while the model computes."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Shutdown:
    """Leave. Answered by Done."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The hello: sent once, unasked, before anything else."""

    version: int
    process_id: int
    llama_cpp: str
    system_info: str
    gpu_offload: bool


@dataclass(frozen=True, slots=True)
class Loading:
    """How far a load is, 0 to 1."""

    ticket: int
    progress: float


@dataclass(frozen=True, slots=True)
class Loaded:
    """A chat model is ready; `measured` says whether `threads` was found by measuring just now."""

    ticket: int
    path: str
    name: str
    architecture: str
    context_tokens: int
    trained_context_tokens: int
    parameters: int
    file_bytes: int
    threads: int
    template: str
    can_rewind: bool
    gpu_layers: int
    measured: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EmbedderLoaded:
    """The embedding model is ready; `width` is the length of its vectors."""

    ticket: int
    width: int
    context_tokens: int


@dataclass(frozen=True, slots=True)
class Delta:
    """More text of the reply, always whole characters, never part of a stop string."""

    ticket: int
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The reply ended; `reason` is end, stop, length or cancelled. Tokens and seconds."""

    ticket: int
    reason: str
    prompt_read: int
    prompt_reused: int
    generated: int
    read_seconds: float
    generate_seconds: float


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors for Embed: base64 of little-endian float32, `count` rows of `width`."""

    ticket: int
    count: int
    width: int
    data: str


@dataclass(frozen=True, slots=True)
class Counted:
    """Token counts for CountTokens; `prompt` is 0 when no messages were given."""

    ticket: int
    counts: tuple[int, ...]
    prompt: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """A request without a result was carried out."""

    ticket: int


@dataclass(frozen=True, slots=True)
class Pong:
    """The heartbeat.

    `progress` grows with every slice and token computed; `busy` says whether the compute
    thread is on a request, so that a hang can be told from work.
    """

    ticket: int
    busy: bool
    progress: int


@dataclass(frozen=True, slots=True)
class Failed:
    """A request could not be carried out. `code` is stable, `detail` a sentence.

    Codes: model-missing, model-unreadable, model-not-gguf, model-unsupported, out-of-memory,
    no-model, no-embedder, prompt-too-long, bad-request, bad-schema, template, decode, bug.
    """

    ticket: int
    code: str
    detail: str


Request = Load | LoadEmbedder | Generate | Cancel | Embed | CountTokens | Unload | Ping | Shutdown
Answer = (
    Ready
    | Loading
    | Loaded
    | EmbedderLoaded
    | Delta
    | Finished
    | Embedded
    | Counted
    | Done
    | Pong
    | Failed
)
