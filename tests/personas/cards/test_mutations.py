"""Valid cards with faults: read or refused in a sentence, and what is read can be written."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personas.cards import CardError, CardFormat, ImportedCard, read_card, write_card
from tests.personas.cards.mutation import faulty_card


def outcome(data: bytes) -> ImportedCard | CardError:
    try:
        return read_card(data, file_name="faulty.card")
    except CardError as error:
        return error


def check(data: bytes) -> None:
    """A card with a receipt, or a refusal that names the file, the fault and a remedy."""
    found = outcome(data)
    if isinstance(found, CardError):
        assert str(found).startswith("faulty.card")
        assert found.problem.endswith((".", "?"))
        assert found.remedy.endswith(".")
    else:
        assert found.persona is not None or found.lorebooks
        assert found.receipt.rows


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_a_card_with_faults_is_read_or_refused_in_a_sentence(seed):
    check(faulty_card(seed))


@pytest.mark.parametrize("form", CardFormat)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_what_is_read_of_it_can_be_written_and_read_again(form, seed):
    found = outcome(faulty_card(seed))
    persona = None if isinstance(found, CardError) else found.persona
    if persona is not None:
        again = read_card(write_card(persona, None, form), file_name="a").persona
        assert again is not None
        assert (again.name, again.greeting) == (persona.name, persona.greeting)


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    check(data)
