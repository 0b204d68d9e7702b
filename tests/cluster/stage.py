"""A Deployment of the real cluster whose image only a workflow of the simulated GitHub can push.

What the workflow pushes lands in the registry of the cluster, and the kubelet pulls it from there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import yaml

from bot.app import build
from bot.messages import Pace
from config.settings import AccessSettings, ClusterSettings, FollowUpSettings, Settings
from simulator.github import Script, SimulatedRepository, Step
from simulator.slack.lint import elements_of
from simulator.slack.workspace import Message
from simulator.stories.story import job, log_in, pushed
from simulator.world import ADA, ALERTS, World, open_world
from tests.cluster.images import push
from tests.cluster.real import RealCluster, program, registries, registry_address

SPEED = 20.0
"""How many times faster the simulated builds go; the cluster keeps its own pace."""
FILE = ".github/workflows/image.yml"
SECRET = "REGISTRY_TOKEN"
RUNNER = "ubuntu-latest"
_ON = "  push:\n    branches: [main]\n  workflow_dispatch:\n"
_WORKFLOW = """\
name: Build image
on:
{on}jobs:
  build:
    runs-on: {runs_on}
    steps:
      - uses: actions/checkout@v4
      - name: Log in to Docker Hub
        uses: docker/login-action@v3
        with:
          registry: registry.example.com
          username: builder
          password: ${{{{ secrets.REGISTRY_TOKEN }}}}
      - name: Build and push
        uses: docker/build-push-action@v6
        with:
          push: true
          tags: {image}
"""


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One Deployment that fails. Its image has a name of its own: the registry forgets nothing."""

    cluster: RealCluster
    namespace: str
    folder: Path
    kubeconfig: Path
    """What the bot has of the cluster."""
    number: int = msgspec.field(default_factory=time.time_ns)

    @property
    def repository(self) -> str:
        """Where the image comes from."""
        return f"shop/{self.namespace}"

    @property
    def image(self) -> str:
        """As the Deployment writes it."""
        return f"registry.example.com/shop/{self.namespace}-{self.number}:latest"

    def workflow(self, *, on: str = _ON, runs_on: str = RUNNER) -> str:
        """The workflow that logs in, builds and pushes."""
        return _WORKFLOW.format(on=on, runs_on=runs_on, image=self.image)

    def source(self, world: World, workflow: str) -> SimulatedRepository:
        """The repository at GitHub, with this workflow and the secret that it needs."""
        repo = world.repository(self.repository, {"README.md": "# Transcribe\n"})
        repo.secrets = {SECRET}
        files = {FILE: workflow, "Dockerfile": "FROM scratch\n"}
        repo.commit("Add the backend", files=files, at=world.ago(1200))
        return repo

    def build_step(self, *, seconds: float = 5) -> Step:
        """A step that really pushes."""

        def effect() -> None:
            name = self.image.partition("/")[2]
            push(registry_address(), name, content=program())

        return Step("Build and push", seconds=seconds, log=pushed(self.image), effect=effect)

    def good(self, *, seconds: float = 5) -> Script:
        """A run that goes well."""
        return Script((job(log_in(), self.build_step(seconds=seconds)),))

    def settings(self, world: World) -> Settings:
        """The bot's settings."""
        return msgspec.structs.replace(
            world.settings(),
            cluster=ClusterSettings(kubeconfig=str(self.kubeconfig), name="real"),
            registries=registries(),
            access=AccessSettings(users=(ADA,)),
            followup=FollowUpSettings(poll_seconds=0.5, ready_seconds=1.0, timeout_seconds=300.0),
        )

    def environment(self, world: World) -> dict[str, str]:
        """The same settings, as a process of its own reads them."""
        settings = self.settings(world)
        known = [
            {"host": each.host, "endpoint": each.endpoint, "allow_private": True}
            for each in settings.registries.configured
        ]
        config = self.folder / "config.yaml"
        config.write_text(yaml.safe_dump({"registries": {"configured": known}}))
        return {
            "WHYFAILING_CONFIG": str(config),
            "SLACK_BOT_TOKEN": settings.slack.bot_token.reveal(),
            "SLACK_APP_TOKEN": settings.slack.app_token.reveal(),
            "SLACK_API_URL": settings.slack.api_url,
            "GITHUB_API_URL": settings.github.api_url,
            "GITHUB_TOKEN": settings.github.token.reveal(),
            "KUBECONFIG": str(self.kubeconfig),
            "WHYFAILING_CLUSTER": "real",
            "WHYFAILING_ALLOWED_USERS": ADA,
            "WHYFAILING_POLL_SECONDS": "0.5",
            "WHYFAILING_READY_SECONDS": "1",
            "DATABASE_URL": f"sqlite+aiosqlite:///{self.folder / 'bot.db'}",
        }

    def deployment(self) -> list[dict[str, Any]]:
        """The manifests."""
        labels = {"app": "transcribe"}
        container = {"name": "backend", "image": self.image}
        meta = {
            "name": "transcribe",
            "namespace": self.namespace,
            "annotations": {
                "whyfailing.dev/repository": self.repository,
                "whyfailing.dev/workflow": FILE,
            },
        }
        template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
        return [
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}},
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": meta,
                "spec": {"selector": {"matchLabels": labels}, "template": template},
            },
        ]

    async def failing_pod(self, reasons: tuple[str, ...]) -> str:
        """The name of the pod, once it waits for one of these reasons."""
        for _ in range(300):
            for pod in self.cluster.raw(f"/api/v1/namespaces/{self.namespace}/pods")["items"]:
                for status in pod["status"].get("containerStatuses", []):
                    if status["state"].get("waiting", {}).get("reason") in reasons:
                        return str(pod["metadata"]["name"])
            await asyncio.sleep(0.2)
        raise TimeoutError

    def is_ready(self, pod: str) -> bool:
        """Whether the cluster itself says that the pod is Ready."""
        found = self.cluster.raw(f"/api/v1/namespaces/{self.namespace}/pods/{pod}")
        conditions = found["status"]["conditions"]
        return {"Ready": "True"}.items() <= {c["type"]: c["status"] for c in conditions}.items()


@asynccontextmanager
async def on_stage(stage: Stage, *, backed_off: bool = False) -> AsyncIterator[str]:
    """Bring the failure about; the value is the failing pod.

    The first pull fails within a second, and it is tried again after ten; a pod that the kubelet
    has backed off from waits for longer.
    """
    reasons = ("ImagePullBackOff",) if backed_off else ("ErrImagePull", "ImagePullBackOff")
    stage.cluster.delete(stage.deployment(), wait=True)
    stage.cluster.apply(stage.deployment())
    try:
        yield await stage.failing_pod(reasons)
    finally:
        stage.cluster.delete(stage.deployment(), wait=False)


@asynccontextmanager
async def with_bot(stage: Stage) -> AsyncIterator[World]:
    """The simulated half of the world, with the bot in it."""
    async with open_world(stage.folder, speed=SPEED) as world:
        pace = Pace(between=0.0, per_minute=10_000)
        async with build(stage.settings(world), pace=pace) as bot:
            running = asyncio.create_task(bot.run())
            await until(world.slack.sockets.connected.is_set, 30)
            try:
                yield world
            finally:
                bot.stop()
                await running


async def reported(world: World) -> Message:
    """The bot's one message, once it says why."""
    await until(lambda: [m for m in world.workspace.by_bot() if "fails because" in m.text], 60)
    [message] = world.workspace.by_bot()
    return message


def alert(world: World, stage: Stage, pod: str) -> Message:
    """Alertmanager tells of the pod."""
    title = f"[FIRING:1] {stage.namespace} (KubePodNotReady {pod} critical)"
    text = f"Pod {stage.namespace}/{pod} has been in a non-ready state for longer than 15 minutes."
    attachment = {"color": "a30200", "fallback": title, "title": title, "text": text}
    return world.slack.people.post_as_app(ALERTS, username="Alertmanager", attachments=[attachment])


async def press(world: World, message: Message, kind: str) -> None:
    """Press the one button of this kind."""
    ids = [element["action_id"] for element in elements_of(message.blocks)]
    [found] = [each for each in ids if f".{kind}." in each]
    await world.slack.people.press(ADA, message, found)


async def until(happened: Callable[[], Any], seconds: float) -> None:
    """Wait until it has happened. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 -- neither a cluster nor a message sets our events
            await asyncio.sleep(0.05)
