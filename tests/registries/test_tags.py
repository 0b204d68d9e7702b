"""Which tags are near the one that is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.registries.tags import nearest


@pytest.mark.parametrize(
    ("wanted", "tags", "expected"),
    [
        ("1.8.2", ["v1.8.2", "v1.8.1"], ("v1.8.2", "v1.8.1")),
        ("v1.8.2", ["1.8.2"], ("1.8.2",)),
        ("lastest", ["latest", "1.0"], ("latest", "1.0")),
        ("Main", ["main"], ("main",)),
        ("1.8.2", ["1.8.2-alpine", "1.8.2-debian-slim"], ("1.8.2-alpine", "1.8.2-debian-slim")),
        ("1.8.2", ["1.8", "1.8.1", "1.10.0", "1.9.0"], ("1.8", "1.8.1", "1.10.0", "1.9.0")),
        ("1.8.2", ["1.8.1", "1.8.0", "2.0.0", "latest"], ("1.8.1", "2.0.0")),
        ("1.8.2_rc1", ["1.8.2-rc1"], ("1.8.2-rc1",)),
        ("sha-abc1234", ["1.2.3", "1.10.0", "main"], ("1.10.0", "1.2.3")),
        ("1.8.2", ["1.8.2"], ()),
        ("1.8.2", [], ()),
        ("main", ["master-20240101", "mian"], ("mian",)),
    ],
)
def test_tags_are_offered_in_order_when_they_are_near(
    wanted: str, tags: list[str], expected: tuple[str, ...]
) -> None:
    assert nearest(wanted, tags) == expected


@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=20))
def test_at_most_five_others_are_offered_when_tags_are_anything(
    wanted: str, tags: list[str]
) -> None:
    found = nearest(wanted, tags)
    assert len(found) <= 5
    assert wanted not in found
    assert set(found) <= set(tags)
