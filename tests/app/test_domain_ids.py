"""Identifiers."""

from __future__ import annotations

from app.domain.ids import new_id


def test_ids_are_32_hexadecimal_digits_and_do_not_repeat():
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(one) == 32 and set(one) <= set("0123456789abcdef") for one in ids)
