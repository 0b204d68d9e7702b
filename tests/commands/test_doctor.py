"""`python -m bot doctor`: what it prints and how it ends."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from bot.doctor import Check, State
from bot.render.doctor import render
from simulator.world import HUB_PASSWORD, HUB_USER, World, open_world
from tests.commands.conftest import Ran, Run

Change = Callable[[World], None]


def test_lines_are_aligned_and_each_fix_is_below_its_check() -> None:
    checks = (
        Check(area="github", state=State.OK, says="token of ada", fix="never shown"),
        Check(area="access", state=State.NOT_SET, says="nobody", fix="set it", needed=False),
        Check(area="cluster", state=State.MISSING, says="may not list pods", fix="add a rule"),
    )
    assert render(checks).splitlines() == [
        "ok       github   token of ada",
        "not set  access   nobody",
        "                  → set it",
        "missing  cluster  may not list pods",
        "                  → add a rule",
        "",
        "1 of 3 checks keep what is configured, or needed, from working.",
    ]


def test_last_line_counts_what_failed_although_nobody_configured_it() -> None:
    check = Check(area="registries", state=State.FAILED, says="gone", needed=False)
    assert render((check,)).splitlines()[-1] == (
        "What is configured works. 1 of 1 checks failed, of what nobody configured."
    )


@pytest.mark.parametrize("name", ["acme", "acme/api/x", "https://github.com/acme/api", "../x"])
def test_repository_is_refused_when_it_is_none(run: Run, name: str) -> None:
    ran = run("doctor", "--repository", name)
    assert (ran.code, ran.out) == (64, "")
    assert ran.err == f"{name!r} is no repository: name it OWNER/NAME, for example acme/api.\n"


def test_every_mistake_of_the_settings_is_a_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "settings.yaml"
    config.write_text("slakc: {}\nlog_level: LOUD\n")
    monkeypatch.setenv("WHYFAILING_CONFIG", str(config))
    ran = run("doctor", "-o", "json")
    answer = json.loads(ran.out)
    assert ran.code == 1
    assert answer["works"] is False
    assert [check["says"] for check in answer["checks"]] == [
        "slakc: there is no such setting",
        "LOG_LEVEL: 'LOUD' is none of DEBUG, INFO, WARNING, ERROR",
    ]


async def in_world(folder: Path, run: Run, prepare: Change, *arguments: str) -> Ran:
    """Run the command, which brings a loop of its own, beside a simulated world."""
    async with open_world(folder) as world:
        prepare(world)
        (folder / "settings.yaml").write_text(yaml.safe_dump(written(world)))
        return await asyncio.to_thread(run, "doctor", *arguments)


def written(world: World) -> dict[str, object]:
    """The world's settings as an operator would write them."""
    settings = world.settings()
    hub = {
        "host": "docker.io",
        "endpoint": world.urls["hub"],
        "allow_private": True,
        "username": HUB_USER,
        "password": HUB_PASSWORD,
    }
    return {
        "slack": {
            "bot_token": settings.slack.bot_token.reveal(),
            "app_token": settings.slack.app_token.reveal(),
            "api_url": settings.slack.api_url,
        },
        "github": {"api_url": world.urls["github"], "token": settings.github.token.reveal()},
        "registries": {"configured": [hub]},
        "cluster": {"kubeconfig": settings.cluster.kubeconfig},
        "database_url": settings.database_url,
    }


@pytest.fixture
def folder(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WHYFAILING_CONFIG", str(tmp_path / "settings.yaml"))
    return tmp_path


def test_exit_code_is_0_when_everything_that_is_configured_works(folder: Path, run: Run) -> None:
    ran = asyncio.run(in_world(folder, run, lambda _: None))
    assert (ran.code, ran.err) == (0, "")
    first, *_, last = ran.out.splitlines()
    assert first.startswith("ok       settings    whyfailing ")
    assert last == "What is configured works."
    assert "ok       cluster     demo: Kubernetes v1.35.4" in ran.out
    assert "not set  access      nobody may press a button that changes something" in ran.out


def test_exit_code_is_1_when_something_that_is_configured_does_not_work(
    folder: Path, run: Run
) -> None:
    def forget_us(world: World) -> None:
        world.cluster.tokens.clear()

    ran = asyncio.run(in_world(folder, run, forget_us, "-o", "json"))
    answer = json.loads(ran.out)
    assert (ran.code, answer["works"]) == (1, False)
    assert [check for check in answer["checks"] if check["area"] == "cluster"] == [
        {
            "area": "cluster",
            "state": "failed",
            "says": "the cluster refused the credential",
            "fix": "log in to the cluster again; a token expires",
            "needed": True,
        }
    ]


def test_context_that_the_kubeconfig_lacks_is_named(folder: Path, run: Run) -> None:
    ran = asyncio.run(in_world(folder, run, lambda _: None, "--context", "nowhere"))
    assert ran.code == 1
    assert "failed   cluster     no cluster is configured: " in ran.out
    assert "→ set KUBECONFIG, or name a context that the kubeconfig has" in ran.out
