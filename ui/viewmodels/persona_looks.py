"""How a persona's fields are set in the editor: what is wide, what is a row, what asks back.

Dotted names of fields to looks; everything else follows from a field's kind. Knows no
widget.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from personas.essay_prompts import ESSAY_PROMPTS
from personas.identity import SocialIdentity
from ui.viewmodels.form_fields import Column, FieldLook

_LINE = FieldLook(wraps=True)
_ESSAY = FieldLook(is_wide=True, least_lines=4)
_PASSAGE = FieldLook(is_wide=True, least_lines=3)
_LIST = FieldLook(is_wide=True, least_lines=2)
_SHORT = FieldLook(shares_row=True)
_FEELINGS = ("familiarity", "affection", "their_familiarity", "their_affection")

_SHAPES: Mapping[str, FieldLook] = {
    "nickname": _LINE,
    "tagline": _LINE,
    **{f"social.{name}": _LINE for name in SocialIdentity.model_fields},
    "tags": FieldLook(is_chips=True, adding="Add a tag"),
    "description": _ESSAY,
    "personality": _ESSAY,
    "instructions.system_prompt": replace(
        _PASSAGE,
        note=(
            "Left empty, the model gets our rules of play: stay in the role, leave the other "
            "person's words to them. What stands here is sent instead of them; write "
            "{{original}} where ours are to be said as well."
        ),
    ),
    "instructions.post_history": replace(
        _PASSAGE,
        note=(
            "Said after the conversation so far, before each new message, so it weighs most: "
            "a sentence or two. We say nothing there ourselves, so {{original}} stands for "
            "nothing here."
        ),
    ),
    "personal.career": _PASSAGE,
    "personal.aspiration": _PASSAGE,
    "life.weekday": _ESSAY,
    "life.weekend": _ESSAY,
    "life.loves": _LIST,
    "life.hates": _LIST,
    "life.home": _ESSAY,
    "life.relationships": FieldLook(
        is_wide=True, adding="Add a person", summary=("name", "relation")
    ),
    "life.relationships.name": _SHORT,
    "life.relationships.relation": replace(_LINE, shares_row=True),
    **{f"life.relationships.{name}": _SHORT for name in _FEELINGS},
    "life.relationships.note": FieldLook(is_wide=True, least_lines=2),
    "life.relationships.changes": FieldLook(
        is_wide=True, adding="Add a change", summary=("when", "what")
    ),
    "life.relationships.changes.when": _SHORT,
    "life.relationships.changes.age": _SHORT,
    "life.relationships.changes.what": replace(_LINE, shares_row=True, is_wide=True),
    **{f"life.relationships.changes.{name}": _SHORT for name in _FEELINGS},
    "life.timeline": FieldLook(
        is_wide=True,
        adding="Add an event",
        columns=(Column("age", 7), Column("when", 12), Column("what")),
        sort_by="age",
    ),
    "life.goals": _LIST,
    "life.secrets": FieldLook(
        is_wide=True, adding="Add a secret", columns=(Column("what"), Column("known_by", 19))
    ),
    "life.secrets.known_by": FieldLook(is_chips=True, adding="Who knows"),
    "voice.speech_register": _LINE,
    "voice.sentence_length": _LINE,
    "voice.habits": _LIST,
    "voice.catchphrases": _LIST,
    "voice.never_says": _LIST,
    "voice.examples": FieldLook(is_wide=True, adding="Add an exchange", thing="Exchange"),
    "voice.examples.lines": FieldLook(
        is_wide=True,
        has_title=False,
        adding="Add a line",
        columns=(Column("speaker", 11), Column("text")),
        turns=("{{user}}", "{{char}}"),
    ),
    "voice.examples.lines.text": FieldLook(least_lines=1),
    "scenario": _ESSAY,
    "greeting": _ESSAY,
    "alternate_greetings": FieldLook(is_wide=True, adding="Add a greeting"),
    "acceptance": _ESSAY,
}

PERSONA_LOOKS: Mapping[str, FieldLook] = {
    **_SHAPES,
    **{
        name: replace(_SHAPES[name], prompts=questions) for name, questions in ESSAY_PROMPTS.items()
    },
}
