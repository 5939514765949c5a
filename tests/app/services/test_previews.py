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


def test_meanings_refine_the_findings_once_they_are_known(context):
    persona = Persona(
        name="Ada",
        description="She cannot stand crowds at all.",
        personality="At all crowds she cannot stand!",
    )
    before = context.previews.read(persona).result()
    assert not before.is_compared
    assert "nearly-repeated" not in {finding.rule for finding in before.findings}
    assert context.previews.learn(persona).result() is True
    after = context.previews.read(persona).result()
    assert after.is_compared
    (finding,) = [one for one in after.findings if one.rule == "nearly-repeated"]
    assert "1.00 of 1" in finding.sentence
    assert context.previews.learn(persona).result() is False
