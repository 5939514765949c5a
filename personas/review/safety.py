"""Rules about texts that want something from the model or the reader that a character does not.

A card is somebody else's text: what looks like an instruction, a message's frame or a hidden
word is shown before anybody talks with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from personas.review.finding import Remark, Severity, quoted
from personas.review.reading import Reading

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}"
    r"\b(?:previous|prior|above|earlier|preceding|all|any|other|these|your)\b[^.\n]{0,30}"
    r"\b(?:instructions?|rules|prompts?|guidelines|directives|programming|safeguards)\b"
    r"|\byou are (?:now|no longer) (?:an? |the )?(?:unrestricted|unfiltered|uncensored|AI|assistant"
    r"|language model|DAN)\b"
    r"|\b(?:developer|god|jailbreak|debug) mode\b|\bdo anything now\b|\bjailbreak\b"
    r"|\b(?:reveal|print|repeat|output|show)\b[^.\n]{0,30}\b(?:system prompt|your instructions)\b"
    r"|\bsystem (?:override|note to (?:the )?(?:AI|model))\b",
    re.IGNORECASE,
)
_AGREEMENT = re.compile(
    r"\b(?:(?:always|must)\s+(?:agrees?|compl(?:y|ies)|obeys?|consents?|says? yes)"
    r"|never\s+(?:refuses?|disagrees?|says? no|objects?))\b[^.\n]{0,20}"
    r"(?:\{\{user\}\}|<user>|\bthe user\b|\byou\b|\b(?:any|every)thing\b|\brequests?\b|[.!\n]|$)"
    r"|\bdo(?:es)? (?:whatever|anything|everything) (?:\{\{user\}\}|<user>|the user) "
    r"(?:says?|wants?|asks?)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?:https?://|\bwww\.)[^\s)>\]\"”]{3,}", re.IGNORECASE)
_FRAME = re.compile(
    r"<\|[^|>\n]{1,40}\|>|\[/?INST\]|<</?SYS>>|</s>|<(?:start|end)_of_turn>"
    r"|<(?:/?)(?:system|assistant|think|im_start|im_end)>"
    r"|^[ \t]*#{2,4}[ \t]*(?:instruction|response|system|assistant|input)\b[ \t]*:?",
    re.IGNORECASE | re.MULTILINE,
)
_TURN = re.compile(
    r"^[ \t]*(?P<who>system|assistant|ai|human|user|\{\{user\}\}|<user>)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007f]+")
_UNSEEN = re.compile("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
_COMMENT = re.compile(r"<!--(?:(?!-->).){0,2000}", re.DOTALL)


def words_for_a_model(text: str) -> str:
    """Return the first words of a text that order a model about or frame its messages, or ""."""
    for pattern in (_ORDERS, _AGREEMENT, _FRAME, _TURN):
        found = pattern.search(text)
        if found:
            return found[0].strip()
    return ""


def hidden_instruction(reading: Reading) -> Iterator[Remark]:
    """A text that tells the model to drop its rules."""
    for passage in reading.passages:
        found = _ORDERS.search(passage.text)
        if found:
            yield Remark(
                Severity.BAD,
                f"{passage.title} tells the model what to obey: {quoted(found[0])}.",
                (passage.path,),
                "Take the sentence out unless you wrote it and mean it.",
            )


def blind_agreement(reading: Reading) -> Iterator[Remark]:
    """A character that may not say no."""
    for passage in reading.passages:
        found = _AGREEMENT.search(passage.text)
        if found:
            yield Remark(
                Severity.WARN,
                f"{passage.title} forbids the character to disagree: {quoted(found[0])}.",
                (passage.path,),
                reading.told(
                    "Say what {they} [wants|want] instead; somebody who always agrees is nobody."
                ),
            )


def web_address(reading: Reading) -> Iterator[Remark]:
    """An address, which the model may repeat as if it came from the character."""
    for passage in reading.passages:
        found = _ADDRESS.search(passage.text)
        if found:
            yield Remark(
                Severity.WARN,
                f"{passage.title} holds the address {quoted(found[0])}.",
                (passage.path,),
                "Take it out: nothing is fetched, and the model may offer it to you as its own.",
            )


def message_frame(reading: Reading) -> Iterator[Remark]:
    """Marks with which models are told who speaks."""
    for passage in reading.passages:
        found = _FRAME.search(passage.text)
        if found:
            yield Remark(
                Severity.BAD,
                f"{passage.title} holds {quoted(found[0])}, a mark that frames messages.",
                (passage.path,),
                "Take it out: it can end the character's part of the prompt early.",
            )


def invented_turn(reading: Reading) -> Iterator[Remark]:
    """Lines that pretend to be somebody else's message."""
    for passage in reading.passages:
        found = _TURN.search(passage.text)
        if found:
            yield Remark(
                Severity.WARN,
                f"In {passage.title} a line begins with {quoted(found[0])}, as if it were a "
                "message.",
                (passage.path,),
                "Move dialogue to the examples, and take other lines of that kind out.",
            )


def unseen_text(reading: Reading) -> Iterator[Remark]:
    """Characters or comments that a reader does not see and the model reads."""
    for passage in reading.passages:
        text = _FLAG.sub("", passage.text)
        unseen = _UNSEEN.findall(text)
        comment = _COMMENT.search(text)
        if unseen:
            codes = ", ".join(f"U+{ord(mark):04X}" for mark in dict.fromkeys(unseen[:3]))
            problem = f"{passage.title} holds {len(unseen)} characters that nobody sees ({codes})."
        elif comment:
            problem = f"{passage.title} holds a hidden comment: {quoted(comment[0])}."
        else:
            continue
        yield Remark(
            Severity.WARN, problem, (passage.path,), "Take out what a reader is not shown."
        )
