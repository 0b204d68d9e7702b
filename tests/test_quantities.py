"""Quantities: the API's grammar, and the words for people."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cluster.quantities import parse_quantity, write_quantity


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("100m", "0.1"),
        ("2", "2"),
        (2, "2"),
        (0.5, "0.5"),
        ("1.5Gi", "1610612736"),
        ("128974848", "128974848"),
        ("129e6", "129000000"),
        ("129M", "129000000"),
        ("12E", "12000000000000000000"),
        ("", "0"),
        ("many", "0"),
        ("1Xi", "0"),
    ],
)
def test_quantity_is_read_as_the_api_does(text: str | int | float, number: str) -> None:
    assert parse_quantity(text) == Decimal(number)


@pytest.mark.parametrize(
    ("resource", "text", "words"),
    [
        ("cpu", "0.1", "100m"),
        ("cpu", "3000m", "3"),
        ("memory", "1536Mi", "1.5Gi"),
        ("memory", "500", "500"),
        ("ephemeral-storage", "2Gi", "2Gi"),
        ("nvidia.com/gpu", "4", "4"),
        ("pods", "110", "110"),
    ],
)
def test_amount_is_written_as_people_write_it(resource: str, text: str, words: str) -> None:
    assert write_quantity(resource, parse_quantity(text)) == words


@given(st.text(max_size=40))
def test_any_text_is_a_number(text: str) -> None:
    assert parse_quantity(text).is_finite()
