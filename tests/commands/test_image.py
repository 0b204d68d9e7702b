"""`python -m bot image`: what a registry says, who asked, and what is near."""

import asyncio
import json
from pathlib import Path

import pytest
import yaml

from simulator.registry import RegistryState, docker_hub
from simulator.serving import serve
from tests.commands.conftest import Ran, Run


class Hub:
    """A simulated Docker Hub in a loop of its own, for a command that brings its own loop."""

    def __init__(self, state: RegistryState, config: Path) -> None:
        self.state = state
        self.config = config

    def ask(self, run: Run, *arguments: str) -> Ran:
        return asyncio.run(self._ask(run, arguments))

    async def _ask(self, run: Run, arguments: tuple[str, ...]) -> Ran:
        async with serve(docker_hub(self.state)) as url:
            entry = {"host": "docker.io", "endpoint": url, "hub_api": url, "allow_private": True}
            self.config.write_text(yaml.safe_dump({"registries": {"configured": [entry]}}))
            return await asyncio.to_thread(run, *arguments)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Hub:
    config = tmp_path / "whyfailing.yaml"
    monkeypatch.setenv("WHYFAILING_CONFIG", str(config))
    return Hub(RegistryState(), config)


def test_platforms_and_digest_are_printed_when_the_image_is_there(hub: Hub, run: Run) -> None:
    digest = hub.state.push("acme/api:1.4.2", platforms=("linux/amd64", "linux/arm64"))
    ran = hub.ask(run, "image", "acme/api:1.4.2")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "acme/api:1.4.2: it is there and can be pulled"
    assert digest in ran.out
    assert "linux/amd64, linux/arm64" in ran.out
    assert "asked as   anonymous, from this machine (not from a node)" in ran.out


def test_nearest_tags_are_printed_when_the_tag_is_absent(hub: Hub, run: Run) -> None:
    hub.state.push("acme/api:1.4.2")
    ran = hub.ask(run, "image", "acme/api:v1.4.2")
    assert ran.code == 1
    assert "the repository is there, this tag or digest is not" in ran.out
    assert "near it    1.4.2" in ran.out


def test_both_are_left_open_when_the_hub_does_not_say_which(hub: Hub, run: Run) -> None:
    ran = hub.ask(run, "image", "acme/nothing:1", "-o", "json")
    answer = json.loads(ran.out)
    assert ran.code == 1
    assert answer["look_up"]["type"] == "MissingOrPrivate"


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("Acme/Api:1", "must be lower case"),
        ("https://acme/api", "is no image reference"),
        ("acme/api:", "is no image reference"),
        ("", "the image reference is empty"),
    ],
)
def test_reference_is_refused_when_it_is_none(run: Run, reference: str, sentence: str) -> None:
    ran = run("image", reference)
    assert ran.code == 64
    assert sentence in ran.err


def test_address_of_a_private_network_is_refused_with_what_to_configure(run: Run) -> None:
    ran = run("image", "127.0.0.1:5000/acme/api:1")
    assert ran.code == 69
    assert "add the registry 127.0.0.1:5000 to the settings, with allow_private" in ran.err


@pytest.mark.parametrize("name", ["a/b/c", "/", "shop/", "shop/reg cred"])
def test_pull_secret_that_is_no_name_is_a_usage_error(run: Run, name: str) -> None:
    ran = run("image", "acme/api:1", "--pull-secret", name)
    assert (ran.code, ran.out) == (64, "")
    assert ran.err == (
        f"{name!r} is no pull secret: name it NAMESPACE/NAME, for example shop/regcred.\n"
    )
