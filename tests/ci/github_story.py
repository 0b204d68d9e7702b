"""The story that the tests of the GitHub client are told against."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.ci.github import GitHub, connect
from config.settings import GitHubSettings, Secret
from simulator.github import (
    Clock,
    GitHubState,
    Job,
    Note,
    Pending,
    Runner,
    SimulatedRepository,
    Step,
    serve,
)

WORKFLOW = ".github/workflows/release.yml"
TEXT = """\
name: release
on:
  push:
    branches: [main]
  workflow_dispatch:
jobs:
  build:
    runs-on: ubuntu-latest
    secrets: inherit
"""
FAILED = Job(
    "build",
    steps=(
        Step("Log in to the registry", seconds=2, log=("Logging in as \x1b[32mrobot\x1b[0m",)),
        Step(
            "Push",
            seconds=3,
            conclusion="failure",
            log=("denied: requested access", "docker login -p ghp_0123456789abcdefABCDEF0123"),
        ),
        Step("Clean up"),
    ),
    notes=(Note("Process completed with exit code 1."),),
)


def story(state: GitHubState, *, private: bool = True) -> SimulatedRepository:
    """A repository whose release of 1.8.2 failed in its push step."""
    repo = state.repository("acme/api", private=private)
    repo.commit("Start", files={"README.md": "hello"})
    commit = repo.commit("Release 1.8.2\n\nskip-checks: false", files={WORKFLOW: TEXT})
    repo.tag("v1.8.2")
    repo.secrets = {"REGISTRY_USER"}
    repo.organization_secrets = {"SHARED"}
    repo.variables = {"REGION": "eu"}
    repo.environment("production", secrets=["DEPLOY_KEY"], variables={"URL": "x"})
    repo.registered = [Runner("big", labels=("self-hosted", "gpu"), status="offline")]
    state.organization_runners["acme"] = [Runner("shared")]
    repo.run(workflow=WORKFLOW, commit=commit, jobs=[FAILED], ago=120)
    repo.run(
        workflow=WORKFLOW,
        commit=commit,
        status="waiting",
        jobs=[Job("deploy")],
        pending=[Pending("production", reviewers=("ada", "acme/platform"), wait_minutes=30)],
        groups=["deploy"],
        ago=30,
    )
    return repo


@asynccontextmanager
async def github(state: GitHubState, *, token: str | None = None) -> AsyncIterator[GitHub]:
    """The client against the simulator; with everything allowed unless a token is given."""
    if token is None:
        token = state.token()
    async with serve(state) as url:
        settings = GitHubSettings(api_url=url, token=Secret(token))
        async with connect(settings, now=state.clock.now) as client:
            yield client


def fast() -> GitHubState:
    """A GitHub whose seconds take a hundredth of ours."""
    return GitHubState(Clock(speed=100.0))
