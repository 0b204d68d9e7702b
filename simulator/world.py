"""A small world: a cluster, Docker Hub, GitHub and Slack, each a server on localhost.

What happens in one is felt in the others: a run that pushes puts the image into the registry, and
the node then pulls it.
"""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
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
from simulator.runner_sets import CONTROLLERS, RUNNER_IMAGE
from simulator.serving import serve
from simulator.slack import SlackServer, Workspace, serve_slack
from simulator.slack.server import APP_TOKEN, BOT_TOKEN
from simulator.slack.workspace import Message
from simulator.workloads import Workload, deploy

ALERTS, TALK = "C0ALERTS", "C0DEPLOY"
HUB_USER, HUB_PASSWORD = "acmereader", "not-a-secret-here"
_NO_ACCESS = (
    "pull access denied, repository does not exist or may require authorization: server message: "
    "insufficient_scope: authorization failed"
)
ADA, LIN, GUEST = "U0ADA", "U0LIN", "U0GUEST"


class _Hurried(Clock):
    """The real time, in which only waiting is shorter: all services agree on what time it is."""

    def now(self) -> datetime:
        """The present, aware UTC."""
        return datetime.now(UTC)


class World:
    """Everything that is simulated. `directory` holds the kubeconfig and the bot's database."""

    def __init__(self, directory: Path, *, speed: float) -> None:
        self.directory = directory
        self.speed = speed
        self.cluster = KubernetesState()
        self.hub = RegistryState()
        self.github = GitHubState(_Hurried(speed=speed))
        self.workspace = Workspace(time.time)
        self.slack: SlackServer = SlackServer(self.workspace)
        self.node = Node(self.cluster, self._pull, scale=1 / speed)
        self.urls: dict[str, str] = {}
        self.unlocked: set[str] = set()
        """Private repositories for which the node's pods have a credential."""
        self._people()
        self.hub.add_account(HUB_USER, HUB_PASSWORD, "acme")
        for image in (CONTROLLERS[0], RUNNER_IMAGE):
            self.hub.push(image)

    def _people(self) -> None:
        people = self.workspace
        people.add_user(ADA, "ada", "Ada Lovelace").is_admin = True
        people.add_user(LIN, "lin", "Lin Clark")
        people.add_user(GUEST, "guest", "Grace Guest", guest=True)
        people.add_channel(ALERTS, "alerts", (ADA, LIN, GUEST))
        people.add_channel(TALK, "deploys", (ADA, LIN))

    def _pull(self, reference: str) -> bool | str:
        """Whether the node may pull an image; a text is the runtime's own error."""
        image = parse(reference)
        if image.registry != DOCKER_HUB:
            return True
        repository = self.hub.repositories.get(image.repository)
        if repository is None or (repository.private and image.repository not in self.unlocked):
            return _NO_ACCESS
        return self.hub.has(image)

    def move_away(self) -> None:
        """Let everybody answer as slowly as they do over a real network."""
        self.cluster.faults.latency = 0.05
        self.hub.faults.latency = 0.25
        self.github.faults.latency = 0.3

    # --- what stories are made of -------------------------------------------------------------

    def ago(self, seconds: float) -> datetime:
        """A time that has passed."""
        return self.github.clock.now() - timedelta(seconds=seconds)

    def repository(self, name: str, files: dict[str, str]) -> SimulatedRepository:
        """A repository with these files in its first commit, two days old, and both secrets."""
        repo = self.github.repository(name)
        repo.commit("First version", files=files, at=self.ago(172_800))
        repo.secrets = {"DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN"}
        return repo

    def deploy(self, workload: Workload, *, ago: float = 900.0) -> None:
        """Apply a workload and what belongs to it."""
        deploy(self.cluster, workload, self.ago(ago).strftime("%Y-%m-%dT%H:%M:%SZ"))

    def use_image(self, workload: Workload, image: str) -> None:
        """Let the Deployment use another image, as `kubectl set image` does."""
        found = self.cluster.get("Deployment", workload.namespace, workload.name)
        if found is None:
            raise KeyError(workload.name)
        changed = copy.deepcopy(found)
        changed["spec"]["template"]["spec"]["containers"][0]["image"] = image
        self.cluster.apply(changed)

    def alert(self, workload: Workload) -> Message:
        """Let Alertmanager tell of the workload's pod in the alert channel."""
        namespace, pod = workload.namespace, workload.pod
        title = f"[FIRING:1] {namespace} (KubePodNotReady {pod} critical)"
        return self.slack.people.post_as_app(
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
                        username=HUB_USER,
                        password=Secret(HUB_PASSWORD),
                    ),
                )
            ),
            cluster=ClusterSettings(
                kubeconfig=str(self.directory / "kubeconfig"), name="demo", read_pull_secrets=True
            ),
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
