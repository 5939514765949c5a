from __future__ import annotations

from app.inference.scripted import ScriptedEngine
from personas.persona import Persona


def test_a_draft_is_read_without_a_model(make_context):
    context = make_context(engine=ScriptedEngine(is_loaded=False))
    persona = Persona(name="Ada", tagline="counts the stairs")
    preview = context.previews.read(persona).result()
    assert [section.name for section in preview.sections] == ["identity"]
    assert preview.reckoned == (8,)
    assert preview.context_tokens is None
    assert "Ada" in preview.sections[0].text
    assert preview.findings
    assert context.previews.count(["one two"]).result() is None


def test_a_loaded_model_counts_for_itself(context):
    model = context.models.load().result()
    persona = Persona(name="Ada")
    assert context.previews.read(persona).result().context_tokens == model.context_tokens
    assert context.previews.count(["one two", ""]).result() == (2, 0)
