"""The case the program was born from, with a real node, scheduler and registry.

GitHub and Slack are the simulated ones; the run that they play pushes to the registry of the
cluster, and the kubelet then pulls it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from simulator.github import Job, Runner, Script
from simulator.slack.workspace import Message
from simulator.stories.story import job, log_in, no_log_in
from simulator.world import ADA, ALERTS, World, open_world
from tests.cluster import stage as s
from tests.cluster.real import HERE, ROOT, RealCluster, manifests_of

pytestmark = pytest.mark.cluster
WRONG = (
    'Error response from daemon: Get "https://registry.example.com/v2/": unauthorized:'
    " incorrect username or password"
)
RUNNER_PODS = "/api/v1/namespaces/actions-runner-system/pods"


@pytest.fixture
def stage(
    request: pytest.FixtureRequest, tmp_path: Path, cluster: RealCluster, bot_kubeconfig: Path
) -> s.Stage:
    if not cluster.ours:
        pytest.skip("this pushes to the registry that belongs to our own cluster")
    return s.Stage(
        cluster=cluster, namespace=request.param, folder=tmp_path, kubeconfig=bot_kubeconfig
    )


def staged(namespace: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("stage", [namespace], indirect=True)


def failed_run(world: World, stage: s.Stage, error: str) -> None:
    """A run that could not log in; a run again goes well."""
    repo = stage.source(world, stage.workflow())
    repo.run(workflow=s.FILE, jobs=[job(no_log_in(error))], ago=1080)
    repo.on_rerun(lambda _: stage.good())


def assert_recovered(world: World, stage: s.Stage, message: Message, pod: str) -> None:
    """Everything is told in the one message, and is so."""
    assert [m.ts for m in world.workspace.by_bot()] == [message.ts]
    assert f"{pod} is Running and Ready" in str(message.blocks)
    assert stage.is_ready(pod)


@staged("seed-secret")
async def test_pod_runs_after_the_rerun_that_the_alert_s_answer_offers(stage: s.Stage) -> None:
    async with s.on_stage(stage, backed_off=True) as pod, s.with_bot(stage) as world:
        failed_run(world, stage, "Password required")
        repo = world.github.repositories[stage.repository]
        repo.secrets = set()
        alert = s.alert(world, stage, pod)
        message = await s.reported(world)
        assert message.thread_ts == alert.ts
        said = str(message.blocks) + message.text
        for link in (f"Secret {s.SECRET} is not defined", stage.image, s.FILE, "run #1"):
            assert link in said
        repo.secrets = {s.SECRET}
        await s.press(world, message, "rerun_failed_jobs")
        await s.until(lambda: message.text.startswith("Recovered"), 240)
        assert_recovered(world, stage, message, pod)


@staged("seed-login")
async def test_pod_runs_after_the_rerun_when_the_login_was_refused(stage: s.Stage) -> None:
    async with s.on_stage(stage) as pod, s.with_bot(stage) as world:
        failed_run(world, stage, WRONG)
        await world.slack.people.command(ADA, ALERTS, f"/whyfailing {pod} -n {stage.namespace}")
        message = await s.reported(world)
        assert "incorrect username or password" in str(message.blocks)
        await s.press(world, message, "rerun_failed_jobs")
        await s.until(lambda: message.text.startswith("Recovered"), 240)
        assert_recovered(world, stage, message, pod)


@staged("seed-filter")
async def test_pod_runs_after_the_workflow_was_run_that_a_filter_kept_back(stage: s.Stage) -> None:
    on = "  push:\n    branches: [main]\n    paths: ['src/**']\n  workflow_dispatch:\n"
    async with s.on_stage(stage) as pod, s.with_bot(stage) as world:
        repo = stage.source(world, stage.workflow(on=on))
        repo.on_dispatch(stage.good())
        await world.slack.people.command(ADA, ALERTS, f"/whyfailing {pod} -n {stage.namespace}")
        message = await s.reported(world)
        assert "does not pass the filter paths: [src/**]" in str(message.blocks)
        await s.press(world, message, "run_workflow")
        await s.until(lambda: message.text.startswith("Recovered"), 240)
        assert_recovered(world, stage, message, pod)


# --- a runner whose pod no node takes -------------------------------------------------------------


@pytest.fixture
def stuck_runner(cluster: RealCluster) -> Iterator[None]:
    """The controller's objects, and the runner's pod as the controller makes it."""
    everything = manifests_of(HERE / "runners.yaml", "")
    definitions = [each for each in everything if each["kind"] == "CustomResourceDefinition"]
    others = [each for each in everything if each not in definitions]
    spaces = [each for each in others if each["kind"] == "Namespace"]
    cluster.delete([*spaces, *definitions], wait=True)  # with them goes what they hold
    cluster.apply(definitions)
    names = [f"crd/{each['metadata']['name']}" for each in definitions]
    cluster.kubectl("wait", "--for=condition=Established", "--timeout=60s", *names)
    cluster.apply(others)
    runners = "/apis/actions.summerwind.dev/v1alpha1/namespaces/actions-runner-system/runners"
    cluster.apply([runner_pod(cluster.raw(f"{runners}/builders-abcde")["metadata"]["uid"])])
    yield
    cluster.kubectl("label", "node", "--all", "pool-")
    cluster.delete([*spaces, *definitions], wait=False)


def runner_pod(uid: str) -> dict[str, Any]:
    owner = {
        "apiVersion": "actions.summerwind.dev/v1alpha1", "kind": "Runner",
        "name": "builders-abcde", "uid": uid, "controller": True,
    }  # fmt: skip
    meta = {
        "name": "builders-abcde", "namespace": "actions-runner-system",
        "labels": {"runner-deployment-name": "builders"}, "ownerReferences": [owner],
    }  # fmt: skip
    container = {"name": "runner", "image": "registry.example.com/workload:1"}
    spec = {"nodeSelector": {"pool": "builders"}, "containers": [container]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}


def runner_is_ready(cluster: RealCluster) -> bool:
    status = cluster.raw(f"{RUNNER_PODS}/builders-abcde")["status"]
    return any(c["type"] == "Ready" and c["status"] == "True" for c in status["conditions"])


@staged("seed-runner")
async def test_message_turns_green_when_the_node_takes_the_runner_that_the_run_waits_for(
    stage: s.Stage, stuck_runner: None
) -> None:
    async with s.on_stage(stage) as pod, s.with_bot(stage) as world:
        repo = stage.source(world, stage.workflow(runs_on="builders"))
        steps = (log_in(), stage.build_step())
        waiting = Job("build", steps=steps, labels=("builders",), runner="", self_hosted=True)
        repo.start(Script((waiting,)), workflow=s.FILE, ago=1080)
        await world.slack.people.command(ADA, ALERTS, f"/whyfailing {pod} -n {stage.namespace}")
        message = await s.reported(world)
        said = str(message.blocks) + message.text
        for words in ("builders-abcde", "pool=builders"):
            assert words in said
        stage.cluster.kubectl("label", "node", "--all", "pool=builders")
        await s.until(lambda: runner_is_ready(stage.cluster), 60)
        repo.registered = [Runner("builders-abcde", labels=("self-hosted", "builders"))]
        await s.until(lambda: message.text.startswith("Recovered"), 240)
        assert_recovered(world, stage, message, pod)


# --- a bot that is killed ------------------------------------------------------------------------


@asynccontextmanager
async def process(stage: s.Stage, world: World) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot as a process of its own, connected to Slack."""
    world.slack.sockets.connected.clear()
    log = (stage.folder / "bot.log").open("ab")
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=ROOT, stdout=log, stderr=log,
        env={"PATH": os.environ["PATH"], **stage.environment(world)},
    )  # fmt: skip
    try:
        await s.until(world.slack.sockets.connected.is_set, 60)
        yield bot
    finally:
        if bot.returncode is None:
            bot.send_signal(signal.SIGKILL)
        await bot.wait()
        log.close()


@staged("seed-killed")
async def test_message_is_followed_to_its_end_when_the_bot_was_killed_in_between(
    stage: s.Stage,
) -> None:
    async with s.on_stage(stage) as pod, open_world(stage.folder, speed=s.SPEED) as world:
        repo = stage.source(world, stage.workflow())
        repo.run(workflow=s.FILE, jobs=[job(no_log_in(WRONG))], ago=1080)
        repo.on_rerun(lambda _: stage.good(seconds=200))  # ten seconds here
        async with process(stage, world):
            s.alert(world, stage, pod)
            message = await s.reported(world)
            await s.press(world, message, "rerun_failed_jobs")
            await s.until(lambda: "attempt 2" in str(message.blocks), 60)
        assert not message.text.startswith("Recovered")
        async with process(stage, world):
            await s.until(lambda: message.text.startswith("Recovered"), 240)
        assert_recovered(world, stage, message, pod)
        [run] = repo.runs.values()
        assert run.attempt == 2
