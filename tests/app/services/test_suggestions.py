"""Help from the model: every part, whatever a model answers, and only as a suggestion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.domain.generation import GenerationRequest
from app.errors import Cancelled, EngineError, UserError
from app.inference.scripted import Reply, ScriptedEngine, ScriptedReply
from app.services.asides import AsideService
from app.services.spare_time import SpareTime
from app.services.suggestions import FILLABLE, Suggestion, SuggestionService, put_together
from app.settings import Settings
from app.tasks import Lane
from personas.persona import Persona
from tests.app.services.test_chat import Gate

WAIT = 20
FINN = Persona.model_validate(
    {
        "name": "Finn Daly",
        "tagline": "ferryman, Cork, 50",
        "life": {"weekday": "I row.", "loves": ["low tide"]},
    }
)
PARAGRAPH = "Marta Lindgren is 43 and lives in Gothenburg. She loves early mornings."

ANSWERS: dict[str, tuple[str, Any]] = {
    "tagline": (" harbour cook, Bergen, 38", "harbour cook, Bergen, 38"),
    "description": (" tall. He limps", "Finn Daly is tall. He limps"),
    "personality": (" slow to anger.", "Finn Daly is slow to anger."),
    "social.residence": (" a boat shed\nin Cork", "a boat shed"),
    "social.education": (' "left school at twelve"', "left school at twelve"),
    "social.occupation": (" Occupation: employed.", "Occupation: employed"),
    "social.job": (" ferryman.", "ferryman"),
    "social.living_style": (" alone, with a dog", "alone, with a dog"),
    "personal.headline_traits": (" **Dry**, exact and loyal", ["dry", "exact", "loyal"]),
    "personal.skills": (" knots\n2. tides\n3. Knots", ["knots", "tides"]),
    "personal.strengths": (" patience; a steady hand", ["patience", "a steady hand"]),
    "personal.flaws": (" - sulks\n2) is late", ["sulks", "is late"]),
    "personal.career": (" at the docks.", "Finn Daly began at the docks."),
    "personal.aspiration": (" a larger boat.", "Finn Daly wants a larger boat."),
    "life.weekday": (" at five and row.", "I wake at five and row."),
    "life.weekend": (" mend nets.\n\nThat is all.", "On my free days I mend nets."),
    "life.loves": (" low tide\n2. tar\n3. rope", ["low tide", "tar", "rope"]),
    "life.hates": (" crowds\n2. wet socks", ["crowds", "wet socks"]),
    "life.goals": (" repaint the hull", ["repaint the hull"]),
    "life.home": (" shed smells of tar.", "The shed smells of tar."),
    "voice.speech_register": (" plain, a little rough", "plain, a little rough"),
    "voice.sentence_length": (" short", "short"),
    "voice.habits": (" hums first", ["hums first"]),
    "voice.catchphrases": (
        ' "Mind the step."\n2. "So it goes."',
        ["Mind the step.", "So it goes."],
    ),
    "voice.never_says": (" sorry", ["sorry"]),
    "scenario": (" dawn at the pier.", "It is dawn at the pier."),
    "greeting": ("Mind the step.", "Mind the step."),
}
OBJECTS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "life.relationships": (
        " Nora (sister): writes too seldom.\n2. Old Tom (rival)",
        [
            {"name": "Nora", "relation": "sister", "note": "writes too seldom."},
            {"name": "Old Tom", "relation": "rival", "note": ""},
        ],
    ),
    "life.timeline": (
        " Cork.\nAge 12: left school\n1990: bought the boat",
        [
            {"when": "", "age": 0, "what": "Born in Cork."},
            {"when": "", "age": 12, "what": "Left school"},
            {"when": "1990", "age": None, "what": "Bought the boat"},
        ],
    ),
    "life.secrets": (" He cannot swim.", [{"what": "He cannot swim.", "known_by": []}]),
    "voice.examples": (
        " Cold today?\nFinn: It is the sea.",
        [
            {
                "lines": [
                    {"speaker": "{{user}}", "text": "Cold today?"},
                    {"speaker": "{{char}}", "text": "It is the sea."},
                ]
            }
        ],
    ),
}

Make = Callable[..., SuggestionService]


@pytest.fixture
def make_service() -> Iterator[Make]:
    asides: list[AsideService] = []
    turn_lane = Lane("turn")

    def make(*replies: Reply, engine: ScriptedEngine | None = None) -> SuggestionService:
        engine = engine or ScriptedEngine(replies)
        service = AsideService(
            engine=engine,
            require_model=lambda: engine.model,
            spare_time=SpareTime(engine),
            aside_lane=Lane("aside"),
            turn_lane=turn_lane,
        )
        asides.append(service)
        return SuggestionService(asides=service, settings=Settings, user_name=lambda: "Daniel")

    yield make
    for service in asides:
        service.close()
    turn_lane.close()


def fill(service: SuggestionService, part: str, persona: Persona = FINN) -> Suggestion:
    return service.fill(persona, tuple(part.split("."))).result(WAIT)


def test_every_part_has_its_answer_here():
    known = {".".join(map(str, path)) for path, _ in FILLABLE}
    assert known == {*ANSWERS, *OBJECTS}
    assert all(title for _, title in FILLABLE)


def test_every_part_can_be_filled(make_service: Make) -> None:
    service = make_service(*(answer for answer, _ in ANSWERS.values()))
    assert {part: fill(service, part).value for part in ANSWERS} == {
        part: value for part, (_, value) in ANSWERS.items()
    }


@pytest.mark.parametrize("part", OBJECTS)
def test_parts_of_parts_can_be_filled(make_service: Make, part: str) -> None:
    answer, expected = OBJECTS[part]
    suggestion = fill(make_service(answer), part)
    for item, wanted in zip(suggestion.value, expected, strict=True):
        assert {key: item[key] for key in wanted} == wanted
    assert "{{" not in suggestion.text


def test_a_suggestion_says_how_it_reads(make_service: Make) -> None:
    service = make_service(*(answer for answer, _ in OBJECTS.values()))
    assert [fill(service, part).text for part in OBJECTS] == [
        "Nora (sister): writes too seldom.\nOld Tom (rival)",
        "aged 0: Born in Cork.\naged 12: Left school\n1990: Bought the boat",
        "He cannot swim.",
        "You: Cold today?\nFinn Daly: It is the sea.",
    ]


def test_the_model_does_not_read_what_it_is_to_write_anew(make_service: Make) -> None:
    engine = ScriptedEngine((" late.",))
    fill(make_service(engine=engine), "life.weekday")
    sheet = engine.requests[0].messages[0].content
    assert "ferryman" in sheet
    assert "I row." not in sheet


def test_a_full_list_is_written_anew(make_service: Make) -> None:
    full = FINN.model_copy(
        update={"life": FINN.life.model_copy(update={"loves": ("a", "b", "c", "d", "e")})}
    )
    assert fill(make_service(" tar\n2. rope"), "life.loves", full).value == ["tar", "rope"]


@pytest.mark.parametrize(
    "garbage",
    ["", " \n\n ", "...", "1.\n2.\n3.", "[insert text here]", "\N{REPLACEMENT CHARACTER}" * 9],
)
@pytest.mark.parametrize("part", ["life.weekday", "life.hates", "social.job", "voice.examples"])
def test_garbage_is_told_in_a_sentence(make_service: Make, part: str, garbage: str) -> None:
    with pytest.raises(UserError, match=r"no usable words for .+; try again or use a larger"):
        fill(make_service(garbage), part)


def test_a_model_is_asked_once_more_and_differently(make_service: Make) -> None:
    engine = ScriptedEngine(("...", " ferryman"))
    assert fill(make_service(engine=engine), "social.job").value == "ferryman"
    assert len({request.sampler.seed for request in engine.requests}) == 2


def test_an_unknown_part_is_refused_with_those_that_are_known(make_service: Make) -> None:
    with pytest.raises(UserError, match=r"life\.shoe.*life\.weekday"):
        fill(make_service("x"), "life.shoe")


def test_an_engine_that_fails_is_told(make_service: Make) -> None:
    with pytest.raises(EngineError):
        fill(make_service(ScriptedReply("one", fails_after=0)), "life.home")


def test_a_part_that_was_stopped_in_mid_sentence_keeps_whole_ones(make_service: Make) -> None:
    gate = Gate()
    engine = ScriptedEngine((" is dry. Nobody comes here",), wait=gate.wait)
    service = make_service(engine=engine)
    suggestion = service.fill(FINN, ("life", "home"))
    for _ in range(4):
        assert gate.reached.acquire(timeout=WAIT)
        gate.pass_pieces(1)
    assert gate.reached.acquire(timeout=WAIT)
    service.stop()
    gate.pass_pieces(10)
    assert suggestion.result(WAIT).value == "The is dry."


def test_acceptances_are_different_and_in_the_first_person(make_service: Make) -> None:
    engine = ScriptedEngine((" row.", " boat is old.", " row.", "...", " fish."))
    found = make_service(engine=engine).acceptances(FINN, 3, seed=4).result(WAIT)
    assert [one.value for one in found] == [
        "I am Finn Daly. I row.",
        "Yes, I am Finn Daly, and my boat is old.",
        "Finn Daly here. I row.",
    ]
    assert {one.path for one in found} == {("acceptance",)}
    assert [request.sampler.seed for request in engine.requests] == [4, 5, 6]
    assert engine.requests[0].messages[-1].section == "role"


def test_an_acceptance_said_twice_is_offered_once(make_service: Make) -> None:
    service = make_service(" row.", " row.", " row.", " row.", " row.", "...")
    assert len(service.acceptances(FINN, 6).result(WAIT)) == 3


def test_acceptances_so_far_are_kept_when_stopped(make_service: Make) -> None:
    engine = ScriptedEngine((" row.",))
    service = make_service(engine=engine)
    heard: list[Suggestion] = []

    def hear(suggestion: Suggestion) -> None:
        heard.append(suggestion)
        service.stop()

    found = service.acceptances(FINN, 3, on_suggestion=hear).result(WAIT)
    assert list(found) == heard
    assert len(found) == 1


def test_no_acceptance_at_all_is_told(make_service: Make) -> None:
    with pytest.raises(UserError, match="no usable words for Acceptance"):
        make_service("...").acceptances(FINN).result(WAIT)


def test_a_paragraph_becomes_a_character(make_service: Make) -> None:
    def answer(request: GenerationRequest) -> str:
        return " early bird\n2. kind" if request.reply_prefix == "1." else " at four."

    service = make_service(answer)
    found = service.from_paragraph(PARAGRAPH).result(WAIT)
    assert found[0].path == ("name",)
    by_path = {one.path: one.value for one in found}
    assert by_path["social", "age"] == "43"
    assert by_path["life", "loves"] == ["early mornings"]
    assert by_path["life", "weekday"] == "I wake at four."
    assert by_path["description",] == PARAGRAPH
    persona = put_together(found)
    assert persona.name == "Marta Lindgren"
    assert persona.life.hates == ("early bird", "kind")


def test_what_rules_found_survives_a_model_without_words(make_service: Make) -> None:
    found = make_service("...").from_paragraph(PARAGRAPH).result(WAIT)
    assert {one.path for one in found} >= {("name",), ("social", "residence"), ("description",)}
    assert ("life", "weekday") not in {one.path for one in found}


def test_a_stop_leaves_what_the_rules_found(make_service: Make) -> None:
    gate = Gate()
    service = make_service(engine=ScriptedEngine((" one two",), wait=gate.wait))
    found = service.from_paragraph(PARAGRAPH)
    assert gate.reached.acquire(timeout=WAIT)
    service.stop()
    gate.pass_pieces(10)
    assert ("name",) in {one.path for one in found.result(WAIT)}


def test_a_name_of_ones_own_outweighs_the_paragraphs(make_service: Make) -> None:
    found = make_service("...").from_paragraph(PARAGRAPH, name="Greta").result(WAIT)
    assert put_together(found).name == "Greta"


def test_an_empty_paragraph_and_a_nameless_one_are_told(make_service: Make) -> None:
    service = make_service("...")
    with pytest.raises(UserError, match="nothing to read"):
        service.from_paragraph(" \n").result(WAIT)
    with pytest.raises(UserError, match="names nobody"):
        put_together(service.from_paragraph("somebody quiet").result(WAIT))


def test_a_waiting_question_that_is_stopped_is_no_error(make_service: Make) -> None:
    gate = Gate()
    service = make_service(engine=ScriptedEngine((" one two",), wait=gate.wait))
    first = service.fill(FINN, ("life", "home"))
    assert gate.reached.acquire(timeout=WAIT)
    second = service.fill(FINN, ("life", "home"))
    service.stop()
    gate.pass_pieces(10)
    for future in (first, second):
        with pytest.raises(Cancelled):
            future.result(WAIT)
