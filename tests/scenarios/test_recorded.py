"""What real clusters wrote, replayed: `make record` makes the recordings anew."""

from __future__ import annotations

import msgspec
import pytest

from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.render import text
from bot.report import Verdict
from tests.cluster.failures import FAILURES, RECORDED, Failure


@pytest.mark.parametrize("failure", FAILURES, ids=str)
def test_cause_is_found_in_a_recording(failure: Failure) -> None:
    evidence = msgspec.json.decode(failure.recording.read_bytes(), type=Evidence)
    report = diagnose(evidence)
    healthy = ["Healthy"] if report.verdict is Verdict.HEALTHY else []
    assert [cause.code for cause in report.root_causes] + healthy == [failure.code]
    shown = " ".join(text.render(report).split())
    assert [words for words in failure.says if words not in shown] == []


def test_every_recording_is_of_a_failure() -> None:
    there = sorted(path.stem for path in RECORDED.glob("*.json"))
    assert there == sorted(failure.name for failure in FAILURES)
