"""The case the program was born from, with a real node, scheduler and registry.

GitHub and Slack are the simulated ones; the run that they play pushes to the registry of the
cluster, and the kubelet then pulls it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.app import build
from bot.messages import Pace
from config.settings import AccessSettings, ClusterSettings, FollowUpSettings
from simulator.github import Runner, Script, Step
from simulator.slack.lint import elements_of
from simulator.stories.story import RAN, job, log_in, no_log_in, pushed
from simulator.world import ADA, ALERTS, World, open_world
from tests.cluster.images import push
from tests.cluster.real import RealCluster, program, registries, registry_address

pytestmark = pytest.mark.cluster
NAMESPACE = "seed"
REPOSITORY = "shop/transcribe"
IMAGE = "registry.example.com/shop/transcribe"
FILE = ".github/workflows/image.yml"
SECRET = "REGISTRY_TOKEN"
RUNNERS = "arc-runner-set"
WORKFLOW = f"""\
name: Build image
on:
  push:
    branches: [main]
  workflow_dispatch:
jobs:
  build:
    runs-on: {RUNNERS}
    steps:
      - uses: actions/checkout@v4
      - name: Log in to Docker Hub
        uses: docker/login-action@v3
        with:
          registry: registry.example.com
          username: builder
          password: ${{{{ secrets.{SECRET} }}}}
      - name: Build and push
        uses: docker/build-push-action@v6
        with:
          push: true
          tags: {IMAGE}:TAG
"""


async def test_pod_runs_after_the_rerun_that_the_message_offers(
    tmp_path: Path, cluster: RealCluster, bot_kubeconfig: Path
) -> None:
    if not cluster.ours:
        pytest.skip("this pushes to the registry that belongs to our own cluster")
    tag = f"t{time.time_ns()}"  # the registry forgets nothing
    manifests = _manifests(f"{IMAGE}:{tag}")
    cluster.delete(manifests, wait=True)
    cluster.apply(manifests)
    try:
        pod = await _failing_pod(cluster)
        async with _bot(tmp_path, bot_kubeconfig) as world:
            _prepare(world, tag)
            await world.slack.people.command(ADA, ALERTS, f"/whyfailing {pod} -n {NAMESPACE}")
            await _until(lambda: "fails because" in _texts(world), 60)
            [message] = world.workspace.by_bot(ALERTS)
            said = str(message.blocks) + message.text
            assert f"Secret {SECRET} is not defined" in said
            for link in (f"{IMAGE}:{tag}", FILE, "run #1"):
                assert link in said
            world.github.repositories[REPOSITORY].secrets.add(SECRET)
            ids = [element["action_id"] for element in elements_of(message.blocks)]
            [rerun] = [each for each in ids if ".rerun_failed_jobs." in each]
            await world.slack.people.press(ADA, message, rerun)
            await _until(lambda: message.text.startswith("Recovered"), 240)
            assert [m.ts for m in world.workspace.by_bot(ALERTS)] == [message.ts]
            assert f"{pod} is Running and Ready" in str(message.blocks)
    finally:
        cluster.delete(manifests, wait=False)


@asynccontextmanager
async def _bot(folder: Path, kubeconfig: Path) -> AsyncIterator[World]:
    async with open_world(folder, speed=20.0) as world:
        settings = msgspec.structs.replace(
            world.settings(),
            cluster=ClusterSettings(kubeconfig=str(kubeconfig), name="real"),
            registries=registries(),
            access=AccessSettings(users=(ADA,)),
            followup=FollowUpSettings(poll_seconds=0.5, ready_seconds=1.0, timeout_seconds=300.0),
        )
        async with build(settings, pace=Pace(between=0.0, per_minute=10_000)) as bot:
            running = asyncio.create_task(bot.run())
            await _until(world.slack.sockets.connected.is_set, 30)
            try:
                yield world
            finally:
                bot.stop()
                await running


def _prepare(world: World, tag: str) -> None:
    repo = world.repository(REPOSITORY, {"README.md": "# Transcribe\n"})
    repo.secrets = set()
    files = {FILE: WORKFLOW.replace("TAG", tag), "Dockerfile": "FROM scratch\n"}
    commit = repo.commit("Add the backend", files=files, at=world.ago(1200))
    repo.registered = [Runner(f"{RUNNERS}-abcde", labels=("self-hosted", RUNNERS))]
    repo.run(workflow=FILE, commit=commit, jobs=[job(no_log_in("Password required"))], ago=RAN)

    def effect() -> None:
        push(registry_address(), f"shop/transcribe:{tag}", content=program())

    build_step = Step("Build and push", seconds=5, log=pushed(f"{IMAGE}:{tag}"), effect=effect)
    repo.on_rerun(lambda _run: Script((job(log_in(), build_step),)))


def _manifests(image: str) -> list[dict[str, Any]]:
    labels = {"app": "transcribe"}
    space = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": "transcribe",
            "namespace": NAMESPACE,
            "annotations": {
                "whyfailing.dev/repository": REPOSITORY,
                "whyfailing.dev/workflow": FILE,
            },
        },
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "backend", "image": image}]},
            },
        },
    }
    return [space, deployment]


async def _failing_pod(cluster: RealCluster) -> str:
    """The name of the pod, once its image could not be pulled."""
    for _ in range(300):
        for pod in cluster.raw(f"/api/v1/namespaces/{NAMESPACE}/pods")["items"]:
            for status in pod["status"].get("containerStatuses", []):
                if status["state"].get("waiting", {}).get("reason") == "ImagePullBackOff":
                    return str(pod["metadata"]["name"])
        await asyncio.sleep(0.2)
    raise TimeoutError


def _texts(world: World) -> str:
    return " ".join(message.text for message in world.workspace.by_bot(ALERTS))


async def _until(happened: Callable[[], Any], seconds: float) -> None:
    for _ in range(int(seconds * 20)):
        if happened():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError
