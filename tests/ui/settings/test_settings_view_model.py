from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.generation import ModelDescription
from app.errors import MachineError, UserError
from app.events import EngineStateChanged
from app.inference.scripted import ScriptedEngine
from app.settings import ColourScheme, Settings, SettingsFile
from ui.bridge import EventBridge
from ui.viewmodels.settings_view_model import SettingsViewModel


@pytest.fixture
def settings(context, bridge) -> SettingsViewModel:
    return SettingsViewModel(context.settings, context.models, bridge)


def test_a_value_that_holds_is_in_force_at_once_and_kept(settings, paths, qtbot):
    with qtbot.waitSignal(settings.settings_changed) as changed:
        settings.set_value(("writing", "user_name"), "Daniel")
    assert changed.args[0].writing.user_name == "Daniel"
    assert settings.current.writing.user_name == "Daniel"
    assert SettingsFile(paths.settings).read().writing.user_name == "Daniel"


def test_a_value_that_does_not_hold_is_named_and_changes_nothing(settings, qtbot):
    with qtbot.waitSignal(settings.problems_changed):
        settings.set_value(("writing", "user_name"), "")
    assert settings.problems == {("writing", "user_name"): "This cannot be empty."}
    assert settings.current.writing.user_name == "You"
    assert settings.draft["writing"]["user_name"] == ""
    with qtbot.waitSignal(settings.problems_changed):
        settings.set_value(("writing", "user_name"), "D")
    assert settings.problems == {}
    assert settings.current.writing.user_name == "D"


def test_text_grows_and_shrinks_within_bounds(settings):
    for _ in range(40):
        settings.change_font_size(1)
    assert settings.current.appearance.font_size == 28
    for _ in range(40):
        settings.change_font_size(-1)
    assert settings.current.appearance.font_size == 10
    settings.change_font_size(0)
    assert settings.current.appearance.font_size == Settings().appearance.font_size


def test_a_colour_scheme_is_chosen(settings):
    settings.set_colour_scheme(ColourScheme.DARK)
    assert settings.current.appearance.colour_scheme is ColourScheme.DARK


def test_after_the_greeting_the_name_is_known_and_no_form_takes_it_back(settings, qtbot):
    settings.finish_greeting("  Daniel ")
    assert settings.current.greeted
    assert settings.current.writing.user_name == "Daniel"
    settings.set_value(("sampling", "temperature"), 0.5)
    assert settings.current.greeted
    qtbot.waitUntil(lambda: settings.draft["writing"]["user_name"] == "Daniel")


def test_a_nameless_person_stays_you(settings):
    settings.finish_greeting("")
    assert settings.current.writing.user_name == "You"


def test_settings_that_cannot_be_written_hold_and_say_so(settings, paths, qtbot):
    paths.settings.unlink(missing_ok=True)
    paths.settings.mkdir()
    with qtbot.waitSignal(settings.failed) as failed:
        settings.change_font_size(2)
    assert isinstance(failed.args[0], MachineError)
    assert settings.current.appearance.font_size == 16


def test_the_model_is_loaded_again_only_when_its_settings_changed(settings, context, qtbot):
    with qtbot.assertNotEmitted(settings.model_status_changed, wait=50):
        settings.load_model()
    settings.set_value(("model", "context_tokens"), 2048)
    seen = []
    settings.model_status_changed.connect(seen.append)
    settings.load_model()
    assert seen[0].is_loading
    qtbot.waitUntil(lambda: not settings.model_status.is_loading)
    assert context.models.description is not None


def test_a_model_that_cannot_be_used_says_why(make_context, qtbot, qapp):
    error = UserError("The model file /x.gguf is not there. Choose another.", code="model-missing")
    context = make_context(engine=ScriptedEngine(is_loaded=False, load_error=error))
    bridge = EventBridge(context.hub)
    settings = SettingsViewModel(context.settings, context.models, bridge)
    assert settings.model_status.text == "No model is loaded."
    settings.load_model_again(Path("/x.gguf"))
    qtbot.waitUntil(lambda: settings.model_status.is_problem)
    assert settings.model_status.text == error.message
    bridge.close()


def test_the_engines_state_is_told_in_words(settings, context, qtbot):
    context.hub.publish(EngineStateChanged("loading", 0.5))
    qtbot.waitUntil(lambda: settings.model_status.progress == 0.5)
    assert settings.model_status.is_loading
    context.hub.publish(EngineStateChanged("restarting"))
    qtbot.waitUntil(lambda: settings.model_status.text == "Restarting the model …")
    context.hub.publish(EngineStateChanged("failed", detail="It fell over."))
    qtbot.waitUntil(lambda: settings.model_status.text == "It fell over.")
    large = ModelDescription(
        "/m", "Qwen3 4B", "qwen3", 8192, 32768, 4_020_000_000, 2_500_000_000, 2, "chatml"
    )
    context.hub.publish(EngineStateChanged("ready", 1.0, large))
    qtbot.waitUntil(lambda: settings.model_status.text.startswith("Qwen3 4B: 4.0 thousand million"))
    context.hub.publish(EngineStateChanged("off"))
    qtbot.waitUntil(lambda: settings.model_status.text == "No model is loaded.")


def test_a_context_too_small_is_explained_beside_its_field(settings):
    settings.set_value(("model", "context_tokens"), 300)
    [sentence] = settings.problems.values()
    assert sentence == "A context is at least 512 tokens; 0 takes what the model was trained for."
    assert settings.current.model.context_tokens == 0
