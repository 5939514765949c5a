"""The fixed chat templates of the known model families, and how to recognise a family.

A prompt is a list of segments, marks and contents kept apart, so that what people write is
never read as a mark. A GGUF's own template is a program from a stranger; it is run only for
families that are not known here (see `jinja_template`). Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.inference.protocol import WireMessage

SYSTEM, USER, ASSISTANT = "system", "user", "assistant"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a prompt; a special one may hold control tokens. A value."""

    text: str
    is_special: bool


@dataclass(frozen=True, slots=True)
class Family:
    """How one family of models marks its turns. A value.

    `turns` maps a role to what stands before and after its content. A family without a
    system turn gets system text inside the next user turn. `needs_alternation` is for families that
    were never shown two turns of one side in a row.
    """

    name: str
    turns: dict[str, tuple[str, str]]
    opening: str
    beginning: str = ""
    needs_alternation: bool = False
    only_first_system: bool = False

    def render(self, messages: Sequence[WireMessage], reply_prefix: str) -> list[Segment]:
        """Return the prompt, ending in an assistant's turn that `reply_prefix` opens."""
        turns = list(messages)
        if SYSTEM not in self.turns:
            turns = fold_system(turns)
        elif self.only_first_system:
            turns = turns[:1] + fold_system(turns[1:])
        if self.needs_alternation:
            turns = merge_neighbours(turns)
        segments = [Segment(self.beginning, is_special=True)]
        for turn in turns:
            before, after = self.turns[turn.role]
            segments.append(Segment(before, is_special=True))
            segments.append(Segment(turn.content, is_special=False))
            segments.append(Segment(after, is_special=True))
        segments.append(Segment(self.opening, is_special=True))
        segments.append(Segment(reply_prefix, is_special=False))
        return join_segments(segments)


def join_segments(segments: Sequence[Segment]) -> list[Segment]:
    """Drop empty segments and join neighbouring marks, which may merge into one token."""
    joined: list[Segment] = []
    for segment in segments:
        if not segment.text:
            continue
        if joined and segment.is_special and joined[-1].is_special:
            joined[-1] = Segment(joined[-1].text + segment.text, is_special=True)
        else:
            joined.append(segment)
    return joined


def fold_system(messages: Sequence[WireMessage]) -> list[WireMessage]:
    """Move system text to the head of the user turn that follows, or into one of its own."""
    folded: list[WireMessage] = []
    waiting: list[str] = []
    for message in messages:
        if message.role == SYSTEM:
            waiting.append(message.content)
        elif waiting and message.role == USER:
            folded.append(WireMessage(USER, "\n\n".join([*waiting, message.content])))
            waiting = []
        else:
            if waiting:
                folded.append(WireMessage(USER, "\n\n".join(waiting)))
                waiting = []
            folded.append(message)
    if waiting:
        folded.append(WireMessage(USER, "\n\n".join(waiting)))
    return folded


def merge_neighbours(messages: Sequence[WireMessage]) -> list[WireMessage]:
    """Join turns of the same role that follow each other."""
    merged: list[WireMessage] = []
    for message in messages:
        if merged and merged[-1].role == message.role:
            text = f"{merged[-1].content}\n\n{message.content}"
            merged[-1] = WireMessage(message.role, text)
        else:
            merged.append(message)
    return merged


def render_plainly(messages: Sequence[WireMessage], reply_prefix: str) -> list[Segment]:
    """Render for a model without a template: names and colons, nothing special."""
    names = {SYSTEM: "", USER: "User: ", ASSISTANT: "Assistant: "}
    parts = [f"{names[message.role]}{message.content}\n\n" for message in messages]
    prefix = f" {reply_prefix}" if reply_prefix else ""
    return [Segment("".join([*parts, "Assistant:", prefix]), is_special=False)]


def recognise_family(template: str) -> Family | None:
    """Return the family whose marks a GGUF's template text contains, None for a stranger."""
    for required, refused, family in _SIGNS:
        if all(sign in template for sign in required) and not any(
            sign in template for sign in refused
        ):
            thinks = any(sign in template for sign in _THINKING_SIGNS)
            return _CHATML_NO_THINKING if thinks and family is _CHATML else family
    return None


def _same(before: str, after: str, **roles: str) -> dict[str, tuple[str, str]]:
    names = {SYSTEM: SYSTEM, USER: USER, ASSISTANT: ASSISTANT} | roles
    return {role: (before.replace("ROLE", name), after) for role, name in names.items() if name}


_CHATML = Family(
    "chatml", _same("<|im_start|>ROLE\n", "<|im_end|>\n"), opening="<|im_start|>assistant\n"
)
# An empty thought before the reply: a character answers, it does not deliberate aloud.
_CHATML_NO_THINKING = Family(
    "chatml-no-thinking", _CHATML.turns, opening=f"{_CHATML.opening}<think>\n\n</think>\n\n"
)
_THINKING_SIGNS = ("enable_thinking", "<|im_start|>assistant\\n<think>")
_PHI_4 = Family(
    "phi-4",
    _same("<|im_start|>ROLE<|im_sep|>", "<|im_end|>"),
    opening="<|im_start|>assistant<|im_sep|>",
)
_LLAMA_3 = Family(
    "llama-3",
    _same("<|start_header_id|>ROLE<|end_header_id|>\n\n", "<|eot_id|>"),
    opening="<|start_header_id|>assistant<|end_header_id|>\n\n",
    beginning="<|begin_of_text|>",
)
_LLAMA_4 = Family(
    "llama-4",
    _same("<|header_start|>ROLE<|header_end|>\n\n", "<|eot|>"),
    opening="<|header_start|>assistant<|header_end|>\n\n",
    beginning="<|begin_of_text|>",
)
_GEMMA = Family(
    "gemma",
    _same("<start_of_turn>ROLE\n", "<end_of_turn>\n", system="", assistant="model"),
    opening="<start_of_turn>model\n",
    needs_alternation=True,
)
_MISTRAL_V7 = Family(
    "mistral-v7",
    {
        SYSTEM: ("[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]"),
        USER: ("[INST]", "[/INST]"),
        ASSISTANT: ("", "</s>"),
    },
    opening="",
    beginning="<s>",
    needs_alternation=True,
    only_first_system=True,
)
_MISTRAL_TEKKEN = Family(
    "mistral-v3-tekken",
    {USER: ("[INST]", "[/INST]"), ASSISTANT: ("", "</s>")},
    opening="",
    beginning="<s>",
    needs_alternation=True,
)
_MISTRAL = Family(
    "mistral",
    {USER: ("[INST] ", "[/INST]"), ASSISTANT: (" ", "</s>")},
    opening="",
    beginning="<s>",
    needs_alternation=True,
)
_MISTRAL_V1 = Family(
    "mistral-v1",
    {USER: ("[INST] ", " [/INST]"), ASSISTANT: (" ", "</s>")},
    opening="",
    beginning="<s>",
    needs_alternation=True,
)
_LLAMA_2 = Family(
    "llama-2",
    {USER: ("<s>[INST] ", " [/INST]"), ASSISTANT: (" ", " </s>")},
    opening="",
    needs_alternation=True,
)
_PHI_3 = Family("phi-3", _same("<|ROLE|>\n", "<|end|>\n"), opening="<|assistant|>\n")
_ZEPHYR = Family("zephyr", _same("<|ROLE|>\n", "</s>\n"), opening="<|assistant|>\n")
_STABLE_LM = Family("stablelm", _same("<|ROLE|>\n", "<|endoftext|>\n"), opening="<|assistant|>\n")
_COMMAND_R = Family(
    "command-r",
    _same(
        "<|START_OF_TURN_TOKEN|><|ROLE_TOKEN|>",
        "<|END_OF_TURN_TOKEN|>",
        system="SYSTEM",
        user="USER",
        assistant="CHATBOT",
    ),
    opening="<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>",
)
# DeepSeek's marks are written with full-width bars.
_DEEP_USER, _DEEP_ASSISTANT = "<\uff5cUser\uff5c>", "<\uff5cAssistant\uff5c>"
_DEEP_END = "<\uff5cend\u2581of\u2581sentence\uff5c>"
_DEEPSEEK = Family(
    "deepseek-3",
    {SYSTEM: ("", "\n\n"), USER: (_DEEP_USER, ""), ASSISTANT: (_DEEP_ASSISTANT, _DEEP_END)},
    opening=_DEEP_ASSISTANT,
    needs_alternation=True,
    only_first_system=True,
)
_GRANITE = Family(
    "granite",
    _same("<|start_of_role|>ROLE<|end_of_role|>", "<|end_of_text|>\n"),
    opening="<|start_of_role|>assistant<|end_of_role|>",
)

# What a template's text must hold, what it must not, and the family it then belongs to;
# the first that fits counts. SmolVLM borrows ChatML's mark for something else.
_SIGNS: tuple[tuple[tuple[str, ...], tuple[str, ...], Family], ...] = (
    (("<|im_start|>", "<|im_sep|>"), (), _PHI_4),
    (("<|im_start|>",), ("<end_of_utterance>",), _CHATML),
    (("[INST]", "[SYSTEM_PROMPT]"), (), _MISTRAL_V7),
    (("[INST]", "<<SYS>>"), (), _LLAMA_2),
    (("[AVAILABLE_TOOLS]", '"[INST]"'), (" [INST]",), _MISTRAL_TEKKEN),
    (("[INST]", "' [/INST]'"), (), _MISTRAL_V1),
    (("[INST]",), (), _MISTRAL),
    (("<|assistant|>", "<|end|>"), ("<|channel|>",), _PHI_3),
    (("<|user|>", "message['content'] + '<|endoftext|>'"), (), _STABLE_LM),
    (("<|user|>", "message['content'] + eos_token"), (), _ZEPHYR),
    (("<start_of_turn>",), (), _GEMMA),
    (("<|START_OF_TURN_TOKEN|>", "<|USER_TOKEN|>"), (), _COMMAND_R),
    (("<|start_header_id|>", "<|end_header_id|>"), (), _LLAMA_3),
    (("<|header_start|>", "<|header_end|>"), (), _LLAMA_4),
    ((_DEEP_USER, _DEEP_ASSISTANT, _DEEP_END), (), _DEEPSEEK),
    (("<|start_of_role|>", "<|end_of_role|>"), (), _GRANITE),
)
