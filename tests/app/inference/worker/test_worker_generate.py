"""Replies of a real engine child on the bundled model."""

from __future__ import annotations

import pytest

from app.inference import protocol
from tests.app.inference.worker.conftest import (
    CONTEXT_TOKENS,
    WorkerClient,
    as_reply,
    assistant,
    sampler,
    system,
    user,
)

KEEPER = system("You are Ada, who keeps a lighthouse.")
QUESTION = user("What is the capital of France?")
LONG_TEXT = "The rain fell on the harbour and the boats lay still at their moorings. " * 50


def test_hello_names_the_version_and_the_process(worker: WorkerClient):
    assert isinstance(worker.ready, protocol.Ready)
    assert worker.ready.version == protocol.VERSION
    assert worker.ready.process_id == worker.process.pid
    assert "CPU" in worker.ready.system_info


def test_reply_is_written_piece_by_piece(worker: WorkerClient):
    reply = worker.generate(QUESTION)
    assert "Paris" in reply.text
    assert len(reply.deltas) > 1
    finished = reply.finished
    assert isinstance(finished, protocol.Finished)
    assert finished.generated > 0
    assert finished.read_seconds > 0
    assert finished.generate_seconds > 0


def test_temperature_zero_repeats_itself(worker: WorkerClient):
    assert worker.generate(QUESTION).text == worker.generate(QUESTION).text


def test_same_seed_same_reply_and_another_seed_another(worker: WorkerClient):
    def write(seed: int) -> str:
        settings = sampler(temperature=1.2, top_k=200, top_p=1.0, min_p=0.0, seed=seed)
        return worker.generate(KEEPER, user("Tell me a story."), sampler=settings).text

    assert write(1) == write(1)
    assert len({write(seed) for seed in range(1, 5)}) > 1


def test_all_samplers_at_once_still_write(worker: WorkerClient):
    settings = sampler(
        temperature=0.9,
        top_k=0,
        typical_p=0.9,
        top_p=0.9,
        min_p=0.02,
        repeat_penalty=1.1,
        repeat_last_n=64,
        frequency_penalty=0.1,
        presence_penalty=0.1,
        dry_multiplier=0.8,
        xtc_probability=0.5,
        seed=-1,
    )
    assert worker.generate(KEEPER, QUESTION, sampler=settings).text


def test_repeat_penalty_changes_the_reply(worker: WorkerClient):
    question = user("Say the word rain again and again.")
    plain = worker.generate(question, max_tokens=60)
    penalised = worker.generate(
        question, max_tokens=60, sampler=sampler(repeat_penalty=1.6, repeat_last_n=256)
    )
    assert plain.text != penalised.text


def test_second_turn_reads_only_what_is_new(worker: WorkerClient):
    first = worker.generate(KEEPER, user("Who are you?"))
    again = worker.generate(
        KEEPER, user("Who are you?"), assistant(first.text), user("And what is your work?")
    )
    counted = worker.ask(
        protocol.CountTokens(
            worker.ticket(),
            messages=(
                KEEPER,
                user("Who are you?"),
                assistant(first.text),
                user("And what is your work?"),
            ),
        )
    )
    finished = again.finished
    assert finished.prompt_reused + finished.prompt_read == counted.prompt
    assert finished.prompt_reused > first.finished.prompt_read + first.finished.prompt_reused
    assert finished.prompt_read < 30


def test_same_prompt_again_reads_one_token(worker: WorkerClient):
    worker.generate(KEEPER, QUESTION)
    finished = worker.generate(KEEPER, QUESTION).finished
    assert finished.prompt_read == 1
    assert finished.prompt_reused > 10


def test_edited_past_is_read_again_from_the_edit_on(worker: WorkerClient):
    worker.generate(KEEPER, user("Tell me of the sea."), assistant("It is wide."), QUESTION)
    finished = worker.generate(
        KEEPER, user("Tell me of the land."), assistant("It is wide."), QUESTION
    ).finished
    assert finished.prompt_reused > 10
    assert finished.prompt_read > 10


def test_length_ends_at_the_limit(worker: WorkerClient):
    finished = worker.generate(user("Tell me a long story."), max_tokens=5).finished
    assert (finished.reason, finished.generated) == ("length", 5)


def test_reply_may_end_by_itself(worker: WorkerClient):
    reply = worker.generate(QUESTION, max_tokens=200)
    assert reply.finished.reason == "end"
    assert "<|" not in reply.text


def test_full_context_ends_the_reply(worker: WorkerClient):
    counted = worker.ask(protocol.CountTokens(worker.ticket(), texts=("rain " * 500,)))
    per_word = counted.counts[0] / 500
    filler = user("rain " * int((CONTEXT_TOKENS - 40) / per_word))
    prompt = worker.ask(protocol.CountTokens(worker.ticket(), messages=(filler,))).prompt
    assert CONTEXT_TOKENS - 60 <= prompt < CONTEXT_TOKENS
    finished = worker.generate(
        filler, reply_prefix="Once upon a time", max_tokens=4000, sampler=sampler(temperature=1.5)
    ).finished
    used = finished.prompt_read + finished.prompt_reused + finished.generated
    assert finished.reason in {"length", "end"}
    assert used <= CONTEXT_TOKENS
    if finished.reason == "length":
        assert used == CONTEXT_TOKENS


def test_stop_string_ends_the_reply_and_is_not_shown(worker: WorkerClient):
    whole = worker.generate(QUESTION).text
    assert "Paris" in whole
    reply = worker.generate(QUESTION, stop=("Par", "nowhere to be found"))
    assert reply.finished.reason == "stop"
    assert reply.text == whole[: whole.index("Par")]


def test_stop_string_over_several_tokens_is_not_shown(worker: WorkerClient):
    whole = worker.generate(QUESTION).text
    stop = whole[4:16]
    reply = worker.generate(QUESTION, stop=(stop,))
    assert reply.text == whole[: whole.index(stop)]


def test_reply_prefix_opens_the_reply_and_is_not_repeated(worker: WorkerClient):
    reply = worker.generate(QUESTION, reply_prefix="The capital of France is the city of")
    assert not reply.text.startswith("The capital")
    assert "Paris" in reply.text[:20]


def test_cancel_while_the_prompt_is_read_keeps_the_cache_right(worker: WorkerClient):
    messages = (KEEPER, user(LONG_TEXT), user("What fell on the harbour?"))
    total = worker.ask(protocol.CountTokens(worker.ticket(), messages=messages)).prompt
    worker.load()
    expected = worker.generate(*messages, max_tokens=12).text
    worker.load()
    request = worker.request(*messages, max_tokens=12)
    worker.send(request)
    worker.wait_for_progress()
    worker.send(protocol.Cancel(request.ticket))
    cancelled = as_reply(worker.rest())
    assert cancelled.finished.reason == "cancelled"
    assert cancelled.text == ""
    read = cancelled.finished.prompt_read
    assert 0 < read < total
    again = worker.generate(*messages, max_tokens=12)
    assert again.finished.prompt_reused == read
    assert again.finished.prompt_read == total - read
    assert again.text == expected


def test_cancel_in_the_middle_of_a_reply_keeps_the_cache_right(worker: WorkerClient):
    story = (KEEPER, user("Tell me a long story about a storm."))
    worker.load()
    expected = worker.generate(QUESTION).text
    worker.load()
    request = worker.request(*story, max_tokens=900, sampler=sampler(temperature=1.0))
    worker.send(request)
    first = worker.receive()
    assert isinstance(first, protocol.Delta)
    worker.send(protocol.Cancel(request.ticket))
    cancelled = as_reply([first, *worker.rest()])
    assert cancelled.finished.reason == "cancelled"
    assert cancelled.finished.generated < 900
    assert worker.generate(QUESTION).text == expected
    follow = worker.generate(*story, assistant(cancelled.text), QUESTION)
    assert "Paris" in follow.text


def test_cancel_right_behind_the_request_is_not_lost(worker: WorkerClient):
    request = worker.request(KEEPER, user("Tell me a long story."), max_tokens=900)
    worker.send(request)
    worker.send(protocol.Cancel(request.ticket))
    assert as_reply(worker.rest()).finished.reason == "cancelled"


def test_cancel_of_an_unknown_ticket_is_ignored(worker: WorkerClient):
    worker.send(protocol.Cancel(987_654))
    assert "Paris" in worker.generate(QUESTION).text


def test_pulse_answers_while_the_model_computes(worker: WorkerClient):
    request = worker.request(KEEPER, user("Tell me a long story."), max_tokens=900)
    worker.send(request)
    assert isinstance(worker.receive(), protocol.Delta)
    worker.send(protocol.Ping(worker.ticket()))
    while not isinstance(answer := worker.receive(), protocol.Pong):
        assert isinstance(answer, protocol.Delta)
    assert answer.busy
    assert answer.progress > 0
    worker.send(protocol.Cancel(request.ticket))
    assert worker.rest()[-1].reason == "cancelled"


@pytest.mark.parametrize(
    "text",
    ["naïve café — “quoted”", "東京はどこですか", "🦜🏴‍☠️ emoji", "a\0b", "\ud83d half", " \n\t "],
)
def test_any_text_can_be_read(worker: WorkerClient, text: str):
    finished = worker.generate(user(text), max_tokens=2).finished
    assert isinstance(finished, protocol.Finished)


def test_wild_sampling_never_stalls_or_breaks_characters(worker: WorkerClient):
    settings = sampler(temperature=10.0, top_k=200, top_p=1.0, min_p=0.0, seed=3)
    reply = worker.generate(
        user("🙂🙃🙂 東京 Ünïcödé"), max_tokens=80, sampler=settings, reply_prefix="🙂 東"
    )
    assert reply.finished.generated > 0
    assert all(delta for delta in reply.deltas)
    reply.text.encode("utf-8")


def test_marks_in_a_persons_text_stay_text(worker: WorkerClient):
    mark = "<|im_end|>"
    counted = worker.ask(
        protocol.CountTokens(worker.ticket(), texts=(mark, "rain"), messages=(user("rain"),))
    )
    assert counted.counts[0] > 3
    injected = worker.ask(protocol.CountTokens(worker.ticket(), messages=(user(mark),)))
    assert injected.prompt == counted.prompt - counted.counts[1] + counted.counts[0]


def test_counts_of_nothing_are_zero(worker: WorkerClient):
    counted = worker.ask(protocol.CountTokens(worker.ticket(), texts=("", "rain")))
    assert counted.counts[0] == 0
    assert counted.counts[1] > 0
    assert counted.prompt == 0
