from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from app.settings import Settings
from personas.persona import Persona
from ui.viewmodels.form_fields import (
    Bounds,
    FieldDescription,
    FieldKind,
    FieldPath,
    describe_fields,
    put_at,
    value_at,
    words_for,
)


def by_name(model: type[BaseModel]) -> dict[str, FieldDescription]:
    return {field.name: field for field in describe_fields(model)}


def test_every_kind_of_persona_field_is_recognised():
    top = by_name(Persona)
    life = {field.name: field for field in top["life"].fields}
    traits = next(field for field in top["personal"].fields if field.name == "traits")
    people = {field.name: field for field in life["relationships"].fields}
    assert top["name"].kind == FieldKind.LINE
    assert top["name"].most == 200
    assert top["kind"].kind == FieldKind.CHOICE
    assert [choice.title for choice in top["kind"].choices] == [
        "Demographic",
        "Character",
        "Individual",
    ]
    assert top["alternate_greetings"].kind == FieldKind.PASSAGES
    assert life["weekday"].kind == FieldKind.PROSE
    assert life["loves"].kind == FieldKind.LINES
    assert life["loves"].most == 5
    assert life["relationships"].kind == FieldKind.REPEATED
    assert people["affection"].kind == FieldKind.NUMBER
    assert people["affection"].bounds == Bounds(-10, 10)
    assert people["affection"].is_optional
    assert {field.kind for field in traits.fields} == {FieldKind.SCORE}
    assert traits.fields[0].bounds == Bounds(1, 7)


def test_settings_have_bounds_titles_and_no_hidden_field():
    groups = by_name(Settings)
    assert "greeted" not in groups
    sampling = {field.name: field for field in groups["sampling"].fields}
    assert sampling["top_p"].bounds == Bounds(0.0, 1.0, exclusive_least=True)
    assert sampling["top_k"].kind == FieldKind.NUMBER
    model = {field.name: field for field in groups["model"].fields}
    assert model["path"].kind == FieldKind.FILE
    assert "gguf" in model["path"].file_filter
    for group in groups.values():
        for field in group.fields:
            assert field.title
            assert field.description


def test_a_field_without_a_title_is_called_by_its_name():
    class Odd(BaseModel):
        two_words: str = ""
        below: int = Field(default=0, lt=3)

    odd = by_name(Odd)
    assert odd["two_words"].title == "Two words"
    assert odd["below"].bounds.greatest == 3
    assert words_for("half_open") == "Half open"


def test_a_persona_draft_and_the_descriptions_agree():
    draft = Persona(name="Ada").model_dump(mode="json")
    for field in describe_fields(Persona):
        assert field.name in draft


leaves = st.one_of(st.text(), st.integers(), st.none())
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.dictionaries(st.text(max_size=4), inner, min_size=1, max_size=3),
    ),
    max_leaves=12,
)


def paths_in(tree: Any, so_far: FieldPath = ()) -> list[FieldPath]:
    steps: list[tuple[str | int, Any]] = []
    if isinstance(tree, dict):
        steps = list(tree.items())
    elif isinstance(tree, list):
        steps = list(enumerate(tree))
    found = [so_far]
    for step, inner in steps:
        found.extend(paths_in(inner, (*so_far, step)))
    return found


@given(tree=trees, value=leaves, data=st.data())
def test_what_is_put_is_found_and_nothing_else_changes(tree: Any, value: Any, data):
    path = data.draw(st.sampled_from(paths_in(tree)))
    changed = put_at(tree, path, value)
    assert value_at(changed, path) == value
    for other in paths_in(tree):
        is_related = other[: len(path)] == path or path[: len(other)] == other
        if not is_related:
            assert value_at(changed, other) == value_at(tree, other)


def test_a_list_that_is_too_short_holds_nothing():
    assert value_at({"people": []}, ("people", 3)) is None
