"""What may not be said for sure when nobody saw events, and what is ruled out when a fact does."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.report import Finding, Outcome
from tests import make

PROBE = k.Probe(
    exec=k.ExecAction(command=("true",)),
    period_seconds=5,
    failure_threshold=3,
    initial_delay_seconds=1,
)


def restarted(*, lasted: int, listed: Any = (), started: bool = True, **probes: Any) -> Evidence:
    """A container that ended well after some seconds and runs again."""
    end = make.ended(
        0,
        "Completed",
        started_at=make.ago(seconds=60 + lasted),
        finished_at=make.ago(seconds=60),
    )
    status = k.ContainerStatus(
        name="api",
        state=k.ContainerState(running=k.Running(started_at=make.ago(seconds=58))),
        last_state=k.ContainerState(terminated=end),
        ready=started,
        started=started,
        restart_count=1,
    )
    return make.evidence(make.pod(status, spec=[make.container(**probes)]), listed=listed)


def ruled(evidence: Evidence) -> list[tuple[str, Outcome]]:
    return [(root.code, root.ruling.outcome) for root in diagnose(evidence).root_causes]


ENDS = {
    "a probe may have ended it": (
        restarted(lasted=11, liveness_probe=PROBE),
        [("LivenessKilled", Outcome.SUSPECTED)],
    ),
    "a startup probe may have": (
        restarted(lasted=11, started=False, startup_probe=PROBE),
        [("CompletedExit", Outcome.SUSPECTED)],
    ),
    "no probe is so quick": (
        restarted(lasted=10, liveness_probe=PROBE),
        [("CompletedExit", Outcome.CONFIRMED)],
    ),
    "events were seen and none speaks of a probe": (
        restarted(lasted=11, liveness_probe=PROBE, listed=[k.Event]),
        [("CompletedExit", Outcome.CONFIRMED)],
    ),
    "it has no probe": (restarted(lasted=11), [("CompletedExit", Outcome.CONFIRMED)]),
}


@pytest.mark.parametrize(("evidence", "roots"), ENDS.values(), ids=ENDS.keys())
def test_an_end_with_success_is_judged_by_the_patience_of_the_probes(
    evidence: Evidence, roots: list[tuple[str, Outcome]]
) -> None:
    assert ruled(evidence) == roots


def test_both_are_named_when_a_startup_probe_or_the_program_itself_may_have_ended_it() -> None:
    report = diagnose(restarted(lasted=11, started=False, startup_probe=PROBE))
    found = {f.code: f.ruling.alternatives for f in (*report.root_causes, *report.consequences)}
    assert found["CompletedExit"] == ("StartupFailing",)
    assert found["StartupFailing"] == ("LivenessKilled", "CompletedExit")


def not_ready(**more: Any) -> Evidence:
    status = make.running(ready=False, since=make.ago(seconds=4))
    pod = make.pod(
        status,
        spec=[make.container(readiness_probe=PROBE)],
        meta={"creation_timestamp": make.ago(seconds=6)},
    )
    return make.evidence(pod, **more)


def test_a_young_pod_may_be_failing_when_nobody_saw_events() -> None:
    (root,) = diagnose(not_ready()).root_causes
    assert (root.code, root.ruling.outcome) == ("ReadinessFailing", Outcome.SUSPECTED)
    assert root.ruling.alternatives == ("RolloutInProgress",)


def test_a_young_pod_is_on_its_way_when_its_events_were_seen() -> None:
    assert ruled(not_ready(listed=[k.Event])) == [("RolloutInProgress", Outcome.CONFIRMED)]


def kills(reason: str, *, probe: bool = True) -> tuple[Finding, ...]:
    spec = make.container(liveness_probe=PROBE if probe else None)
    return diagnose(
        make.evidence(make.pod(make.crashing(137, reason=reason), spec=[spec]))
    ).ruled_out


def test_memory_is_ruled_out_when_the_status_gives_a_kill_another_reason() -> None:
    (found,) = kills("Error")
    assert found.code == "OOMKilled"
    assert found.ruling.summary == (
        "exit code 137 was another kill: the status says Error, not OOMKilled"
    )


def test_the_probe_is_ruled_out_when_the_status_says_oom_killed() -> None:
    (found,) = kills("OOMKilled")
    assert found.code == "LivenessKilled"
    assert found.ruling.summary == (
        "exit code 137 (SIGKILL) is no probe's kill: the status says OOMKilled"
    )


def test_nothing_is_ruled_out_when_nothing_is_suspected() -> None:
    assert kills("OOMKilled", probe=False) == ()


def test_both_probes_are_named_when_they_ask_the_same_wrong_port() -> None:
    probe = k.Probe(tcp_socket=k.TCPSocketAction(port=8081))
    spec = make.container(
        readiness_probe=probe, liveness_probe=probe, ports=(k.ContainerPort(container_port=8080),)
    )
    pod = make.pod(make.running(ready=False), spec=[spec])
    refused = "dial tcp 10.0.0.7:8081: connect: connection refused"
    events = [
        make.event(pod, "Unhealthy", f"{kind} probe failed: {refused}", of="api")
        for kind in ("Liveness", "Readiness")
    ]
    (root,) = diagnose(make.evidence(pod, *events)).root_causes
    assert root.code == "ProbePortMismatch"
    assert "liveness probe asks port 8081 and the readiness probe asks" in root.ruling.summary


def test_the_other_probe_is_told_when_the_kubelet_kills_for_one() -> None:
    pod = make.pod(
        make.crashing(137), spec=[make.container(liveness_probe=PROBE, readiness_probe=PROBE)]
    )
    killing = make.event(
        pod, "Killing", "Container api failed liveness probe, will be restarted", of="api"
    )
    unready = make.event(
        pod, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 404", of="api"
    )
    (root,) = diagnose(make.evidence(pod, killing, unready)).root_causes
    assert root.code == "LivenessKilled"
    assert "another probe of it fails too: Readiness probe failed" in root.ruling.summary


def test_a_container_is_known_when_only_the_status_tells_of_it() -> None:
    pod = make.pod(make.waiting())
    bare = make.changed(pod, spec=k.PodSpec())
    assert ruled(make.evidence(bare)) == [("CrashBackOffOnly", Outcome.CONFIRMED)]
