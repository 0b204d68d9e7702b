"""Advice about a runner: one that ARC made for a set, or one that lasts."""

from __future__ import annotations

import pytest

from bot.diagnose import diagnose
from tests.scenarios import seed

FULL = "#14 ERROR: failed to copy files: copy file range failed: no space left on device"


@pytest.mark.parametrize(
    ("runner", "label", "title"),
    [
        ("arc-set-x7k2p-m4d9q", "arc-set", "Give the runners of arc-set more disk"),
        ("arc-set-x7k2p-runner-m4d9q", "arc-set", "Give the runners of arc-set more disk"),
        ("builder-1", "builder", "Free disk space on builder-1"),
        ("arc-set-x7k2p-m4d9q", "self-hosted", "Free disk space on arc-set-x7k2p-m4d9q"),
        ("GitHub Actions 12", "ubuntu-latest", "Free disk space in the job's first step"),
    ],
)
def test_full_disk_is_mended_where_it_lasts(runner: str, label: str, title: str) -> None:
    steps = seed.steps("success", "success", "success", "failure")
    job = seed.job(runner_name=runner, labels=(label,), steps=steps)
    facts = seed.build(seed.detail(seed.run(), job, log=FULL))
    (root,) = diagnose(seed.evidence(facts)).root_causes
    assert root.code == "BuildDiskFull"
    assert root.ruling.solutions[0].title.startswith(title)
