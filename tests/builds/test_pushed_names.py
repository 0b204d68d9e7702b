"""What builders print when they have pushed, and whether it is the image that is wanted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.builds.pushed_names import is_same, pushed_names

DIGEST = "sha256:" + "ab" * 32
LOGS = {
    "buildkit": (
        f"#21 pushing manifest for ghcr.io/acme/api:1.2@{DIGEST} 0.9s done",
        ("ghcr.io/acme/api:1.2",),
    ),
    "docker": (
        f"The push refers to repository [docker.io/acme/api]\n5f70bf18a086: Pushed\n1.2: digest:"
        f" {DIGEST} size: 1573\nlatest: digest: {DIGEST} size: 1573",
        ("docker.io/acme/api:1.2", "docker.io/acme/api:latest"),
    ),
    "ko": (f"2026/01/14 03:00:00 Published ghcr.io/acme/api:v1@{DIGEST}", ("ghcr.io/acme/api:v1",)),
    "kaniko": (
        f"INFO[0042] Pushed registry.example:5000/acme/api:1@{DIGEST}",
        ("registry.example:5000/acme/api:1",),
    ),
    "jib": (
        "Built and pushed image as ghcr.io/acme/api:2, ghcr.io/acme/api",
        ("ghcr.io/acme/api:2",),
    ),
    "masked": (
        f"#9 pushing manifest for docker.io/***/api:main@{DIGEST} done",
        ("docker.io/***/api:main",),
    ),
    "only layers": ("#18 pushing layers 1.1s done\n5f70bf18a086: Pushed", ()),
    "digest without a push": (f"#5 importing cache manifest 1.2: digest: {DIGEST}", ()),
}


@pytest.mark.parametrize("kind", LOGS)
def test_names_are_read_when_a_push_is_printed(kind: str) -> None:
    log, names = LOGS[kind]
    assert pushed_names(log.splitlines()) == names


@pytest.mark.parametrize(
    ("pushed", "wanted", "same"),
    [
        ("acme/api:1", "docker.io/acme/api:1", True),
        ("api:1", "docker.io/library/api:1", True),
        ("ghcr.io/acme/api:1", "docker.io/acme/api:1", False),
        ("docker.io/***/api:1", "docker.io/acme/api:1", True),
        ("***/api:1", "docker.io/acme/api:1", True),
        ("docker.io/***/api:1", "docker.io/acme/api:2", False),
        ("docker.io/***/api:1", "docker.io/acme/team/api:1", False),
        ("docker.io/acme/api:***", "docker.io/acme/api:1", True),
    ],
)
def test_masked_parts_fit_one_part_of_a_name(pushed: str, wanted: str, same: bool) -> None:
    assert is_same(pushed, wanted) is same


@given(st.text(max_size=400), st.text(max_size=100))
def test_any_text_is_read_without_harm(line: str, wanted: str) -> None:
    for name in pushed_names(line.splitlines()):
        assert is_same(name, wanted) in (True, False)
    assert is_same(line, wanted) in (True, False)
