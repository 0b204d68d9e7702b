"""Start-up and crashes: how a container ended, and what its log, its status and events say."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence
from bot.report import Outcome, Verdict
from tests import make

LIVENESS = k.Probe(http_get=k.HTTPGetAction(port=8080, path="/live"))
RESTARTED = k.ContainerStatus(
    name="api",
    state=k.ContainerState(running=k.Running(started_at=make.ago(seconds=20))),
    last_state=k.ContainerState(terminated=make.ended(137, finished_at=make.ago(seconds=21))),
    ready=True,
    restart_count=3,
)
UNSTARTED = make.pod(
    k.ContainerStatus(
        name="api",
        state=k.ContainerState(running=k.Running(started_at=make.ago(seconds=4))),
        last_state=k.ContainerState(terminated=make.ended(137, finished_at=make.ago(seconds=30))),
        started=False,
        restart_count=3,
    ),
    spec=[make.container(startup_probe=k.Probe(tcp_socket=k.TCPSocketAction(port=9000)))],
)
KILLED = make.pod(RESTARTED, spec=[make.container(liveness_probe=LIVENESS)])
LIMITED = make.pod(
    make.crashing(137, reason="OOMKilled"),
    spec=[make.container(resources=k.Resources(limits={"memory": "128Mi"}))],
)


def crash(code: int = 1, log: str = "", **more: Any) -> Evidence:
    logs = [make.log(log)] if log else []
    return make.evidence(make.pod(make.crashing(code, **more)), logs=logs)


def start_error(words: str) -> Evidence:
    message = (
        "failed to create containerd task: failed to create shim task: OCI runtime create failed:"
        f" runc create failed: unable to start container process: {words}: unknown"
    )
    status = make.waiting(last=make.ended(128, "StartError", message=message), restart_count=2)
    return make.evidence(make.pod(status))


MAPS = (
    "[1]: max virtual memory areas vm.max_map_count [65530] is too low,"
    " increase to at least [262144]"
)

CASES = {
    "memory": (make.evidence(LIMITED), "OOMKilled", "limit of 128Mi"),
    "memory without a limit": (crash(137, reason="OOMKilled"), "OOMKilled", "no limit"),
    "a liveness kill while it runs again": (
        make.evidence(
            KILLED,
            make.event(
                KILLED,
                "Unhealthy",
                "Liveness probe failed: HTTP probe failed with statuscode: 500",
                of="api",
            ),
            make.event(
                KILLED,
                "Killing",
                "Container api failed liveness probe, will be restarted",
                of="api",
            ),
        ),
        "LivenessKilled",
        "GET http :8080/live",
    ),
    "a kill for its startup probe": (
        make.evidence(
            UNSTARTED,
            make.event(
                UNSTARTED,
                "Unhealthy",
                "Startup probe failed: dial tcp 10.0.0.7:9000: connect: connection refused",
                of="api",
            ),
            make.event(
                UNSTARTED,
                "Killing",
                "Container api failed startup probe, will be restarted",
                of="api",
            ),
        ),
        "StartupFailing",
        "TCP :9000",
    ),
    "a plain kill": (crash(137), "AppError", "exit code 137 (SIGKILL)"),
    "a segmentation fault": (crash(139), "Segfault", "exit code 139"),
    "success again and again": (crash(0), "CompletedExit", "exit code 0"),
    "success for want of a variable": (
        crash(0, "Environment variable STAGE is undefined"),
        "MissingEnvVar",
        "STAGE",
    ),
    "an unknown error": (crash(3, "bye"), "AppError", "exit code 3"),
    "an error that the program calls fatal": (
        crash(2, "INFO replaying\nFATAL record 12 has an odd length"),
        "AppError",
        "exit code 2: FATAL record 12 has an odd length",
    ),
    "an error that the program logs last": (
        crash(1, "Starting...\nError: cannot take port 80\nbye"),
        "AppError",
        "exit code 1: Error: cannot take port 80",
    ),
    "a script whose interpreter may be what is missing": (
        crash(1, "exec /srv/run.sh: no such file or directory"),
        "CommandNotFound",
        "/srv/run.sh cannot be started: it does not exist, or the program that its first line names"
        " does not",
    ),
    "a setting of the node's kernel": (
        crash(
            78,
            MAPS,
        ),
        "AppConfigInvalid",
        "vm.max_map_count [65530] is too low",
    ),
    "a command that is not there": (
        start_error('exec: "serv": executable file not found in $PATH'),
        "CommandNotFound",
        "serv",
    ),
    "a script without its bit": (
        start_error('exec: "/run.sh": permission denied'),
        "CommandPermissionDenied",
        "/run.sh",
    ),
    "another architecture": (
        crash(1, "exec /app/server: exec format error"),
        "ExecFormatError",
        "exec format error",
    ),
    "a termination message": (
        make.evidence(
            make.pod(
                make.waiting(
                    last=make.ended(1, message="open /etc/a.yaml: no such file or directory"),
                    restart_count=1,
                )
            )
        ),
        "FileMissing",
        "/etc/a.yaml",
    ),
    "only the back-off": (
        make.evidence(make.pod(make.waiting(message="back-off 5m0s restarting failed container"))),
        "CrashBackOffOnly",
        "not known",
    ),
    "a port that two containers want": (
        make.evidence(
            make.pod(
                make.running(),
                make.crashing(1, "side"),
                spec=[
                    make.container(ports=(k.ContainerPort(container_port=9000),)),
                    make.container("side", command=("serve", "-p", "9000")),
                ],
            ),
            logs=[make.log("bind: Address already in use", name="side")],
        ),
        "PortConflict",
        "port 9000, which container api asks for too",
    ),
    "an init container": (
        make.evidence(
            make.pod(
                make.waiting(reason="PodInitializing"),
                init=[make.container("migrate")],
                init_statuses=[make.crashing(1, "migrate")],
                phase="Pending",
            ),
            logs=[make.log("FATAL: could not parse configuration file: x", name="migrate")],
        ),
        "AppConfigInvalid",
        "init container migrate",
    ),
    "a hook": (
        make.evidence(
            (_hooked := make.pod(make.waiting(reason="PostStartHookError", restart_count=1))),
            make.event(
                _hooked, "FailedPostStartHook", "PostStartHook failed: exit code 1", of="api"
            ),
        ),
        "PostStartHookFailed",
        "postStart",
    ),
}


@pytest.mark.parametrize(("evidence", "code", "words"), CASES.values(), ids=CASES.keys())
def test_the_end_is_explained(evidence: Evidence, code: str, words: str) -> None:
    roots = diagnose(evidence).root_causes
    assert [root.code for root in roots] == [code]
    assert roots[0].ruling.outcome is Outcome.CONFIRMED
    assert words in roots[0].ruling.summary
    assert all(proof.text for proof in roots[0].ruling.proof)


def test_a_restart_of_yesterday_is_no_failure() -> None:
    status = make.changed(
        RESTARTED,
        state=k.ContainerState(running=k.Running(started_at=make.ago(hours=20))),
        last_state=k.ContainerState(terminated=make.ended(1, finished_at=make.ago(hours=20))),
    )
    assert diagnose(make.evidence(make.pod(status))).verdict is Verdict.HEALTHY


def test_errors_in_the_log_of_a_healthy_pod_are_observations() -> None:
    log = make.log("ERROR division by zero in run 7\nrun 8 done", previous=False)
    report = diagnose(make.evidence(make.pod(), logs=[log]))
    assert report.verdict is Verdict.HEALTHY
    assert "division by zero" in report.observations[0].text


def test_what_the_last_rollout_changed_is_a_witness() -> None:
    deployment = k.Deployment(metadata=make.meta("api"), spec=k.WorkloadSpec(replicas=1))
    owner = (k.OwnerReference(kind="Deployment", name="api", controller=True),)
    sets = [
        k.ReplicaSet(
            metadata=make.meta(
                f"api-{number}",
                owner_references=owner,
                annotations={"deployment.kubernetes.io/revision": str(number)},
            ),
            spec=k.WorkloadSpec(
                replicas=1,
                template=k.PodTemplate(spec=k.PodSpec(containers=(make.container(image=image),))),
            ),
        )
        for number, image in ((1, "acme/api:1"), (2, "acme/api:2"))
    ]
    pod = make.pod(
        make.crashing(1),
        meta={
            "owner_references": (
                k.OwnerReference(kind="ReplicaSet", name="api-2", controller=True),
            )
        },
    )
    report = diagnose(make.evidence(pod, deployment, *sets))
    texts = [proof.text for proof in report.root_causes[0].ruling.proof]
    assert any("image of container api changed from acme/api:1 to acme/api:2" in t for t in texts)


def test_a_setting_of_the_kernel_is_mended_on_the_node() -> None:
    pod = make.pod(make.crashing(78))
    (finding,) = diagnose(make.evidence(pod, logs=[make.log(MAPS)])).root_causes
    (solution,) = finding.ruling.solutions
    assert solution.title == "Raise vm.max_map_count to at least 262144 on node node-1"
    assert solution.commands == (
        "kubectl debug node/node-1 -it --image=busybox --profile=sysadmin"
        " -- sysctl -w vm.max_map_count=262144",
    )


def again(since: int, ended: int, lasted: int, restarts: int = 4) -> Evidence:
    """A container that runs again since some seconds; the instance before lasted so long."""
    return make.evidence(
        make.pod(
            k.ContainerStatus(
                name="api",
                state=k.ContainerState(running=k.Running(started_at=make.ago(seconds=since))),
                last_state=k.ContainerState(
                    terminated=make.ended(
                        1,
                        started_at=make.ago(seconds=ended + lasted),
                        finished_at=make.ago(seconds=ended),
                    )
                ),
                ready=True,
                restart_count=restarts,
            )
        )
    )


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        # After a back-off of five minutes it has just begun: nothing is proved by its being ready.
        (again(since=5, ended=305, lasted=3), Verdict.EXPLAINED),
        (again(since=90, ended=390, lasted=3), Verdict.HEALTHY),
        # It always lasted two minutes: a second more than that is no sign.
        (again(since=130, ended=140, lasted=120), Verdict.EXPLAINED),
        (again(since=260, ended=270, lasted=120), Verdict.HEALTHY),
        # Once is no habit.
        (again(since=130, ended=140, lasted=120, restarts=1), Verdict.HEALTHY),
        (again(since=601, ended=650, lasted=3600), Verdict.HEALTHY),
    ],
)
def test_an_end_is_over_when_the_container_has_lasted_longer(
    seen: Evidence, verdict: Verdict
) -> None:
    assert diagnose(seen).verdict is verdict
