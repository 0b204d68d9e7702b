"""A small world: a cluster, Docker Hub, GitHub and Slack, each a server on localhost.

What happens in one is felt in the others: a run that pushes puts the image into the registry, and
the node then pulls it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import msgspec

from bot.images import DOCKER_HUB, parse
from config.settings import (
    AccessSettings,
    ClusterSettings,
    FollowUpSettings,
    GitHubSettings,
    RegistriesSettings,
    RegistrySettings,
    Secret,
    Settings,
    SlackSettings,
)
from simulator import github, kubernetes
from simulator.github import Clock, GitHubState, SimulatedRepository
from simulator.kubernetes import KubernetesState, Node, write_kubeconfig
from simulator.kubernetes.state import TOKEN
from simulator.registry import RegistryState, docker_hub
from simulator.serving import serve
from simulator.slack import SlackServer, Workspace, serve_slack
from simulator.slack.server import APP_TOKEN, BOT_TOKEN
from simulator.workloads import Workload, deploy

ALERTS, TALK = "C0ALERTS", "C0DEPLOY"
ADA, LIN, GUEST = "U0ADA", "U0LIN", "U0GUEST"


class World:
    """Everything that is simulated. `directory` holds the kubeconfig and the bot's database."""

    def __init__(self, directory: Path, *, speed: float) -> None:
        self.directory = directory
        self.speed = speed
        self.cluster = KubernetesState()
        self.hub = RegistryState()
        self.github = GitHubState(Clock(speed=speed))
        self.workspace = Workspace(time.time)
        self.slack: SlackServer = SlackServer(self.workspace)
        self.node = Node(self.cluster, self._pull, scale=1 / speed)
        self.urls: dict[str, str] = {}
        self.denied: dict[str, str] = {}
        """What the runtime says of images that exist and may not be pulled."""
        self._people()

    def _people(self) -> None:
        people = self.workspace
        people.add_user(ADA, "ada", "Ada Lovelace")
        people.add_user(LIN, "lin", "Lin Clark")
        people.add_user(GUEST, "guest", "Grace Guest", guest=True)
        people.add_channel(ALERTS, "alerts", (ADA, LIN, GUEST))
        people.add_channel(TALK, "deploys", (ADA, LIN))

    def _pull(self, reference: str) -> bool | str:
        image = parse(reference)
        return self.denied.get(image.name) or (image.registry == DOCKER_HUB and self.hub.has(image))

    def move_away(self) -> None:
        """Let everybody answer as slowly as they do over a real network."""
        self.cluster.faults.latency = 0.05
        self.hub.faults.latency = 0.25
        self.github.faults.latency = 0.3

    # --- what stories are made of -------------------------------------------------------------

    def repository(self, name: str, files: dict[str, str]) -> SimulatedRepository:
        """A repository with these files in its first commit."""
        repo = self.github.repository(name)
        repo.commit("First version", files=files)
        return repo

    def deploy(self, workload: Workload) -> None:
        """Apply a workload and what belongs to it."""
        deploy(self.cluster, workload)

    def alert(self, workload: Workload) -> None:
        """Let Alertmanager tell of the workload's pod in the alert channel."""
        namespace, pod = workload.namespace, workload.pod
        title = f"[FIRING:1] {namespace} (KubePodNotReady {pod} critical)"
        self.slack.people.post_as_app(
            ALERTS,
            username="Alertmanager",
            attachments=[
                {
                    "color": "a30200",
                    "fallback": title,
                    "title": title,
                    "title_link": "http://alertmanager.example.com/#/alerts",
                    "text": f"Pod {namespace}/{pod} has been in a non-ready state for longer than"
                    " 15 minutes.",
                }
            ],
        )

    # --- what the bot is told -----------------------------------------------------------------

    def settings(self, **followup: float) -> Settings:
        """The bot's settings: the same that an operator would write, with addresses of here."""
        return Settings(
            slack=SlackSettings(
                bot_token=Secret(BOT_TOKEN),
                app_token=Secret(APP_TOKEN),
                api_url=self.slack.api_url,
            ),
            github=GitHubSettings(api_url=self.urls["github"], token=Secret(self.github.token())),
            registries=RegistriesSettings(
                configured=(
                    RegistrySettings(
                        host=DOCKER_HUB,
                        endpoint=self.urls["hub"],
                        hub_api=self.urls["hub"],
                        allow_private=True,
                    ),
                )
            ),
            cluster=ClusterSettings(kubeconfig=str(self.directory / "kubeconfig"), name="demo"),
            access=AccessSettings(users=(ADA,)),
            followup=msgspec.convert(followup, FollowUpSettings),
            database_url=f"sqlite+aiosqlite:///{self.directory / 'whyfailing.db'}",
        )


@asynccontextmanager
async def open_world(
    directory: Path, *, speed: float = 1.0, slack_port: int = 0
) -> AsyncIterator[World]:
    """Start every server; `speed` is how many times faster builds and back-offs go."""
    world = World(directory, speed=speed)
    async with AsyncExitStack() as stack:
        cluster = await stack.enter_async_context(serve(kubernetes.kubernetes(world.cluster)))
        write_kubeconfig(directory / "kubeconfig", cluster, TOKEN, context="demo")
        world.urls = {
            "cluster": cluster,
            "hub": await stack.enter_async_context(serve(docker_hub(world.hub))),
            "github": await stack.enter_async_context(github.serve(world.github)),
        }
        world.slack = await stack.enter_async_context(serve_slack(world.workspace, slack_port))
        node = asyncio.create_task(world.node.run())
        try:
            yield world
        finally:
            node.cancel()
            with suppress(asyncio.CancelledError):
                await node
