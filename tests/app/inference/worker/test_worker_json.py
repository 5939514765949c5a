"""Replies that keep to a JSON schema, and what is asked beside the conversation."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.inference import protocol
from app.inference.worker.bindings import Library
from app.inference.worker.candidates import Candidates
from app.inference.worker.context import ChatContext
from app.inference.worker.failure import RequestFailed
from app.inference.worker.grammar import ConstrainedSampler, Grammar
from app.inference.worker.json_grammar import MOST_REPEATS, grammar_from
from app.inference.worker.model import Model
from app.inference.worker.sampler import SamplerChain
from tests.app.inference.worker.conftest import WorkerClient, sampler, system, user

ROLE = system("You are Ada, who keeps a lighthouse.")


def an_object(**properties: object) -> str:
    return json.dumps({"type": "object", "properties": properties})


def text(most: int = 12) -> dict[str, object]:
    return {"type": "string", "maxLength": most}


NOTES = an_object(
    notes={
        "type": "array",
        "maxItems": 2,
        "items": {
            "type": "object",
            "properties": {"line": {"enum": [1, 2]}, "text": text(), "sure": {"type": "boolean"}},
        },
    }
)


def spelled(model: Model, grammar: Grammar, written: str) -> bool:
    """Whether a grammar lets a text through to its end."""
    for token in model.vocabulary.tokenise_text(written):
        if not grammar.allows(token):
            return False
        grammar.accept(token)
    return grammar.is_complete


@pytest.mark.parametrize("temperature", [0.0, 1.5])
def test_a_reply_is_what_the_schema_says(worker: WorkerClient, temperature: float) -> None:
    settings = sampler(temperature=temperature, repeat_penalty=1.1, repeat_last_n=64)
    reply = worker.generate(
        ROLE, user("Who came today?"), json_schema=NOTES, max_tokens=120, sampler=settings
    )
    assert isinstance(reply.finished, protocol.Finished)
    assert reply.finished.reason == "end"
    [notes] = json.loads(reply.text).values()
    for note in notes:
        assert note["line"] in {1, 2}
        assert len(note["text"]) <= 12
        assert note["sure"] in {True, False}


def test_a_reply_that_has_no_room_is_cut(worker: WorkerClient) -> None:
    reply = worker.generate(user("Write."), json_schema=an_object(a=text(900)), max_tokens=4)
    assert isinstance(reply.finished, protocol.Finished)
    assert reply.finished.reason == "length"


@pytest.mark.parametrize(
    "schema",
    [
        "{",
        "[]",
        "5",
        '{"type": "object"}',
        json.dumps(text()),
        an_object(a={"type": "strange"}),
        an_object(a={"type": "string"}),
        an_object(a=text(100_000)),
        an_object(a={"type": "string", "maxLength": 5, "minLength": 9}),
        an_object(a={"type": "string", "maxLength": 5, "pattern": "^a"}),
        an_object(a={"type": "array", "maxItems": 3}),
        an_object(a={"enum": []}),
        an_object(a={"enum": [[1]]}),
        an_object(a={"$ref": "#"}),
        "[" * 20_000,
        f'"{"x" * 70_000}"',
    ],
)
def test_what_is_no_schema_is_refused_and_the_child_lives(
    worker: WorkerClient, schema: str
) -> None:
    failed = worker.ask(worker.request(user("Hello."), json_schema=schema))
    assert isinstance(failed, protocol.Failed)
    assert failed.code == "bad-schema"
    assert worker.process.poll() is None


def test_a_shape_goes_with_neither_prefix_nor_stop_strings(worker: WorkerClient) -> None:
    for extra in ({"reply_prefix": "{"}, {"stop": ("}",)}):
        failed = worker.ask(worker.request(user("Hello."), json_schema=NOTES, **extra))
        assert isinstance(failed, protocol.Failed)
        assert failed.code == "bad-request"


def test_what_is_asked_beside_leaves_the_conversation_in_the_cache(worker: WorkerClient) -> None:
    talk = (ROLE, user("Do you ever get lonely?"))
    before = worker.generate(*talk, max_tokens=6)
    beside = worker.generate(user("Count."), json_schema=NOTES, max_tokens=20, beside=True)
    after = worker.generate(*talk, max_tokens=6)
    assert before.text == after.text
    assert isinstance(beside.finished, protocol.Finished)
    assert beside.finished.prompt_reused == 0
    assert isinstance(after.finished, protocol.Finished)
    assert after.finished.prompt_read == 1


def test_the_next_question_beside_reads_only_what_is_new(worker: WorkerClient) -> None:
    ask = (system("Answer in one word, whatever it is."), user("Sky?"))
    worker.generate(*ask, max_tokens=2, beside=True)
    again = worker.generate(*ask, max_tokens=2, beside=True)
    assert isinstance(again.finished, protocol.Finished)
    assert again.finished.prompt_read == 1


@pytest.fixture
def context(library: Library, model: Model) -> Iterator[ChatContext]:
    made = ChatContext(library, model, 256, threads=1)
    yield made
    made.free()


def test_whoever_goes_on_takes_the_room_of_the_other(context: ChatContext) -> None:
    context.read([5] * 200)
    context.turn_to(beside=True)
    context.read([6] * 50)
    context.turn_to(beside=False)
    assert context.reuse([5] * 201) == 200
    context.turn_to(beside=True)
    context.read([6] * 100)
    assert len(context.tokens) == 100
    context.turn_to(beside=False)
    assert context.reuse([5] * 201) == 0
    context.read([5] * 250)
    with pytest.raises(RequestFailed, match="do not fit"):
        context.read([5] * 7)


def test_turning_away_leaves_nothing_to_sample_from(
    library: Library, model: Model, context: ChatContext
) -> None:
    chain = SamplerChain(library, model.vocabulary, sampler())
    context.read([5])
    context.turn_to(beside=True)
    with pytest.raises(RequestFailed, match="nothing to sample"):
        chain.sample(context)
    chain.free()


def test_a_token_that_does_not_fit_is_never_taken(library: Library, model: Model) -> None:
    grammar = Grammar(library, model.vocabulary, NOTES)
    [brace] = model.vocabulary.tokenise_text("{")
    [word] = model.vocabulary.tokenise_text("Hello")
    with pytest.raises(RequestFailed, match="does not fit"):
        grammar.accept(word)
    grammar.accept(brace)
    assert not grammar.is_complete
    grammar.free()
    grammar.free()


def test_a_token_that_fits_is_taken_as_it_was_picked(
    library: Library, model: Model, context: ChatContext
) -> None:
    said = '{"a":"Paris is the capital of France, and Rome is the capital of'
    grammar = Grammar(library, model.vocabulary, an_object(a=text(200)))
    picky = ConstrainedSampler(
        library, model.vocabulary, SamplerChain(library, model.vocabulary, sampler()), grammar
    )
    picky.remember([])
    tokens = model.vocabulary.tokenise_text(said)
    for token in tokens:
        grammar.accept(token)
    context.read(tokens)
    assert b"Italy" in model.vocabulary.piece(picky.sample(context))
    assert picky.refusals == 0
    assert not picky.is_over
    picky.free()


def test_a_choice_of_nothing_is_refused(library: Library) -> None:
    with pytest.raises(RequestFailed):
        Candidates(library, [], [])
    with pytest.raises(RequestFailed):
        Candidates(library, [1, 2], [0.0])
    with pytest.raises(RequestFailed, match="chose nothing"):
        assert Candidates(library, [1, 2], [0.0, 1.0]).selected


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "line": st.sampled_from([1, 2]),
                "text": st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12),
                "sure": st.booleans(),
            }
        ),
        max_size=4,
    )
)
def test_what_fits_the_schema_and_only_that_gets_through(
    library: Library, model: Model, notes: list[dict[str, object]]
) -> None:
    notes = [{name: note[name] for name in ("line", "text", "sure")} for note in notes]
    written = json.dumps({"notes": notes}, ensure_ascii=False, separators=(",", ":"))
    pieces = map(model.vocabulary.piece, model.vocabulary.tokenise_text(written))
    assume(b"".join(pieces).decode("utf-8", "replace") == written)  # some it has no tokens for
    grammar = Grammar(library, model.vocabulary, NOTES)
    assert spelled(model, grammar, written) == (len(notes) <= 2)
    grammar.free()


def test_names_and_choices_are_spelled_out(library: Library, model: Model) -> None:
    odd = 'say "so"\\ \n é'
    grammar = Grammar(library, model.vocabulary, an_object(**{odd: {"enum": [odd, None, 12]}}))
    assert spelled(
        model,
        grammar,
        json.dumps({odd: odd}, ensure_ascii=False, separators=(",", ":")),
    )
    grammar.free()


def test_bounds_are_kept_also_at_their_ends(library: Library, model: Model) -> None:
    few = {"type": "array", "minItems": 2, "maxItems": 3, "items": {"enum": [1]}}
    schema = an_object(few=few, one=few | {"minItems": 0, "maxItems": 1})
    for written, fits in (
        ('{"few":[1],"one":[]}', False),
        ('{"few":[1,1],"one":[]}', True),
        ('{"few":[1,1,1],"one":[1]}', True),
        ('{"few":[1,1,1,1],"one":[]}', False),
        ('{"few":[1,1],"one":[1,1]}', False),
    ):
        grammar = Grammar(library, model.vocabulary, schema)
        assert spelled(model, grammar, written) is fits, written
        grammar.free()
    none = an_object(none=few | {"minItems": 0, "maxItems": 0}, long=text(MOST_REPEATS))
    grammar = Grammar(library, model.vocabulary, none)
    assert spelled(model, grammar, '{"none":[],"long":"x"}')
    grammar.free()
    assert grammar_from(none).startswith("root ::= ")
