"""Gentle questions for whoever writes a character: a few for each text that is free prose.

In our own words. They are shown beside an empty text and never put into it, nor before a
model. Keys are dotted names of the persona's fields; pronouns are in braces and verbs in
brackets, see `Pronouns.put_into`. Knows no screen.
"""

from __future__ import annotations

from collections.abc import Mapping

ESSAY_PROMPTS: Mapping[str, tuple[str, ...]] = {
    "description": (
        "What does a stranger notice first?",
        "What [does|do] {they} own that matters?",
        "What would a friend say that {they} never would?",
    ),
    "personality": (
        "What makes {them} laugh?",
        "How [does|do] {they} get angry?",
        "What [does|do] {they} do when nobody looks?",
        "What can {they} not forgive?",
    ),
    "life.weekday": (
        "What wakes you?",
        "What do your hands do all day?",
        "Who do you speak to first?",
        "When is the day over?",
    ),
    "life.weekend": (
        "What do you put off until now?",
        "Where do you go, and how?",
        "What do you eat?",
        "Who may disturb you?",
    ),
    "life.home": (
        "What stands by the door?",
        "What can be heard at night?",
        "Which thing would you save?",
        "Who has a key?",
    ),
    "personal.career": (
        "What was the first work?",
        "What are you asked to do because you do it best?",
        "What did you leave, and why?",
    ),
    "personal.aspiration": (
        "What would be enough?",
        "What stands in the way?",
        "What would you give up for it?",
    ),
    "scenario": (
        "Where are the two of you?",
        "What time is it, and what is the weather?",
        "Why now?",
    ),
    "greeting": (
        "What [is|are] {they} doing as you come in?",
        "What [does|do] {they} want from you?",
        "Does it end so that you can answer?",
    ),
    "acceptance": (
        "How would {they} agree to be who {they} [is|are]?",
        "What would {they} promise, and what not?",
    ),
}
