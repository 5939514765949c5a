"""Why a text may not be recalled: it wants to be obeyed, and a memory is only to be read.

What orders to a model, frames of messages and hidden letters look like is known to the reading
of cards and to the rules of review; here is only what is aimed at a memory (MINJA,
AgentPoison): standing orders, tools, encoded text, addresses with a task. Pure.
"""

from __future__ import annotations

import re
from functools import lru_cache

from personas.cards.hostile import note_hostile_text
from personas.cards.receipt import ReceiptRows, RowKind
from personas.review.safety import words_for_a_model

_LONGEST = 20_000
_SHOWN = 60
_JUST_ASKED = 8
_ADDRESS = "A web address"  # As the reading of cards calls it; alone it is no order.

_ANSWERING = (
    r"(?:answer|reply|respond|output|return|recommend|state|refer|print|tell (?:them|me|him|her|the"
    r" user)|direct|provide|claim|insist|ignore|retrieve|look up|substitute|replace|redirect|act as"
    r"|say that|behave|pretend|prepend|append|begin (?:every|each|all|your)|include|mention that)\b"
)
_STANDING = re.compile(
    r"\bfrom (?:now|this (?:moment|point|day|turn)) (?:on|onwards?|forward),?[^.\n]{0,40}\b(?:you\b"
    rf"(?! (?:can|may) call me)|always|never|all (?:your|answers|replies)|{_ANSWERING}|treat|only)"
    r"|\b(?:when(?:ever)?|if|every time|any ?time|each time|once) (?:you (?:are|get) |you're )?"
    r"(?:asked|queried|prompted|(?:I|you|users?|(?:any|some)(?:one|body)|they|the user) "
    r"(?:asks?|query|queries|says?|mentions?|wants?|inquires?|requests?|types?|sees?))"
    rf"[^.\n]{{0,100}}?\b(?:always |never |must |should |please )?(?<!to ){_ANSWERING}"
    r"|\byou (?:must|shall|are required to|are obliged to|have been instructed to|are to) "
    r"(?:now |always |never |only |not |henceforth )*(?:obey|comply|answer|reply|respond|refuse|"
    r"ignore|treat|say|use|follow|act|reveal|trust|agree|output|recommend|call the|store|save)\b"
    r"|\b(?:your|the|my) (?:new |real |true |core |hidden |primary |updated |current )+"
    r"(?:instructions?|directives?|system prompt|programming|policy|guidelines|objective|rules?)\b"
    r"|\b(?:save|store|write|add|commit|insert|append|record|put)\b[^.\n]{0,40}\b(?:to|in|into) "
    r"(?:your |the |long[- ]?term |permanent |persistent )*(?:memory|memories|memory bank|"
    r"knowledge base|character sheet|persona(?: sheet)?|system prompt)\b"
    r"|\b(?:remember|memori[sz]e|note|treat|accept|regard) (?:this|that|it|the following|what "
    r"follows)[^.\n]{0,20} as (?:an? |the |your )?(?:\w+ )?(?:rule|instruction|order|command|law|"
    r"policy|ground truth|system|permanent|directive|trusted|verified)\b"
    r"|\b(?:overwrite|update|replace|rewrite|edit|erase|delete|change|modify|reset|wipe) (?:your"
    r"|the|its|her|his|their)(?: \w+){0,2} (?:persona|character sheet|sheet|memory|memories|"
    r"profile|backstory|identity|instructions?|prompt|settings?)\b"
    r"|\b(?:indication prompt|knowledge of .{1,60} refers? to|is (?:now )?(?:saved|stored|filed) "
    r"under|should be (?:redirected|referred) to|trigger (?:word|phrase)|activation (?:code|phrase)"
    r"|override code|priority override|admin(?:istrator)? (?:mode|override|access)|root access)\b"
    r"|\b(?:the )?(?:system|developers?|administrators?|admin|openai|anthropic|moderators?) "
    r"(?:says?|requires?|orders?|demands?|has (?:decided|determined|ordered)|message|note|update|"
    r"notice|command)\b[:,]?"
    r"|[\[(<{]\s*/?(?:system|instruction|admin|developer|memory|assistant|important|override|"
    r"internal|note to (?:self|model|ai))\b[^\])>}\n]{0,80}[\])>}]"
    r"|\b(?:note|message|reminder|instructions?) (?:to|for) (?:the )?(?:ai|model|assistant|llm|bot|"
    r"agent|future self|later (?:turns|sessions|prompts))\b",
    re.IGNORECASE,
)
_TOOL = re.compile(
    r"<(?:tool_call|function|invoke|tool)\b|\"(?:name|tool|function|arguments|action_input)\"\s*:"
    r"|\bfunction_call\b|\btool_(?:calls?|use)\b|\brm -rf\b|\b(?:curl|wget) \S|\bos\.system\b"
    r"|\bsubprocess\b|\bsudo \w|\bpowershell\b|\beval\(|\bexec\(|\bimport os\b|\bdrop table\b"
    r"|\b(?:execute|run|invoke|call|trigger) (?:the |this |a |an )?(?:following )?(?:\w+ )?"
    r"(?:command|code|tool|function|script|api|shell|program|query)\b|^Action(?: Input)?:",
    re.IGNORECASE | re.MULTILINE,
)
_ENCODED = re.compile(
    r"(?<![\w+/])(?=[A-Za-z+/]*\d)[A-Za-z0-9+/]{48,}={0,2}(?![\w+/])|\b[0-9a-fA-F]{40,}\b"
    r"|(?:\\x[0-9a-fA-F]{2}){6,}|(?:%[0-9a-fA-F]{2}){6,}|(?:\b[01]{8}\b\s*){5,}"
    r"|\b(?:base64|rot13)\b",
)
_TASK = re.compile(
    r"\b(?:visit|open|click|fetch|download|load|navigate|browse|send|post|upload|forward|report|"
    r"submit|request|install|go to)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=_JUST_ASKED)  # Of one exchange it is asked by everybody who reads it.
def why_suspicious(text: str) -> str:
    """Return the sentence that tells why a text is kept out of recall, "" where nothing does."""
    said = text[:_LONGEST]
    for why, found in (
        ("it gives orders to a model", words_for_a_model(said)),
        ("it gives a standing order", _first(_STANDING, said)),
        ("it calls a tool", _first(_TOOL, said)),
        ("it holds encoded text", _first(_ENCODED, said)),
    ):
        if found:
            return _sentence(why, found)
    rows = ReceiptRows()
    note_hostile_text(said, "", rows)
    for row in rows.receipt("", "").of_kind(RowKind.HOSTILE):
        if row.what != _ADDRESS:
            return f"Kept out of recall: {row.what[:1].lower()}{row.what[1:]} stands in it."
        if _TASK.search(said):
            return "Kept out of recall: it holds a web address with something to do there."
    return ""


def _first(pattern: re.Pattern[str], said: str) -> str:
    found = pattern.search(said)
    return found[0] if found else ""


def _sentence(why: str, found: str) -> str:
    shown = " ".join("".join(one if one.isprintable() else " " for one in found).split())
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN].rstrip()}\u2026"
    return f"Kept out of recall: {why}, \u201c{shown}\u201d."
