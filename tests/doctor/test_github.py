"""GitHub: nobody, a token, an App; and what each may see."""

from __future__ import annotations

import msgspec
import pytest

from bot.doctor import State, areas, examine
from config.settings import GitHubSettings, Secret, Settings
from simulator.faults import Fault
from simulator.world import World
from tests.ci.test_github_auth import app_state, pem, private_key
from tests.doctor.asking import changed, of, the_only


def with_catalog(world: World, settings: Settings, *repositories: str) -> Settings:
    path = world.directory / "catalog.yaml"
    entries = [{"image": f"docker.io/{name}", "repository": name} for name in repositories]
    path.write_bytes(msgspec.yaml.encode({"images": entries}))
    return changed(settings, catalog=str(path))


async def test_each_permission_of_a_token_is_tried_on_the_catalogs_repository(world: World) -> None:
    world.repository("acme/api", {"README.md": "hello"}).private = True
    token = world.github.token({"contents": "read", "actions": "read"})
    github = GitHubSettings(api_url=world.urls["github"], token=Secret(token))
    settings = with_catalog(world, changed(world.settings(), github=github), "acme/api")
    first, granted, *missing = of(await examine(settings), "github")
    assert first.state is State.OK
    assert granted.says == "acme/api: may read Contents, Actions"
    assert [(check.says, check.breaks) for check in missing] == [
        ("acme/api: Secrets, for which secrets a build lacks", False),
        ("acme/api: Variables, for which variables a build lacks", False),
        ("acme/api: Administration, for whether a runner serves a waiting job", False),
        ("acme/api: Organization self-hosted runners, for the runners of an organisation", False),
    ]
    assert all("Give the bot's token" in check.fix for check in missing)


async def test_repository_of_the_command_line_is_tried_when_the_catalog_names_none(
    world: World,
) -> None:
    world.repository("ada/api", {"README.md": "hello"}).owner_type = "User"
    untried = of(await examine(world.settings()), "github")[1]
    tried = of(await examine(world.settings(), looks=areas(repository="ada/api")), "github")[1]
    assert (untried.state, untried.fix) == (
        State.NOT_SET,
        "python -m bot doctor --repository OWNER/NAME",
    )
    assert tried.says == "ada/api: may read Contents, Actions, Secrets, Variables, Administration"


async def test_what_is_no_repository_is_named(world: World) -> None:
    looks = areas(repository="https://github.com/acme/api")
    check = of(await examine(world.settings(), looks=looks), "github")[1]
    assert check.says == "'https://github.com/acme/api' is not a repository: OWNER/NAME is"


async def test_buttons_will_not_work_when_the_owner_of_the_token_may_not_write(
    world: World,
) -> None:
    world.repository("acme/api", {"README.md": "hello"})
    body = '{"owner": {"type": "User"}, "permissions": {"push": false}}'
    world.github.faults.add(Fault(match="GET /repos/acme/api$", status=200, body=body))
    check = of(await examine(world.settings(), looks=areas(repository="acme/api")), "github")[-1]
    assert check.says == (
        "acme/api: the token's owner may not write to it, which the buttons that re-run and start "
        "workflows need"
    )
    assert not check.breaks


@pytest.mark.parametrize(
    ("scopes", "rest"),
    [
        ("repo, read:org", []),
        (
            "public_repo",
            [
                "scope repo, for private repositories, logs, secrets' names and the buttons that "
                "re-run and start workflows"
            ],
        ),
    ],
)
async def test_scopes_of_a_classic_token_say_what_it_lacks(
    world: World, scopes: str, rest: list[str]
) -> None:
    world.github.faults.add(
        Fault(
            match="GET /user$",
            status=200,
            headers={"x-oauth-scopes": scopes},
            body='{"login": "ada"}',
        )
    )
    first, *others = of(await examine(world.settings()), "github")
    assert first.says == f"token of ada, scopes {scopes}; 5000 of 5000 requests an hour left"
    assert [check.says for check in others] == rest


async def test_repository_that_the_token_does_not_see_is_named(world: World) -> None:
    settings = with_catalog(world, world.settings(), "acme/nowhere")
    check = of(await examine(settings), "github")[1]
    assert check.says == "acme/nowhere: not there, or this token may not see it"
    assert check.breaks


async def test_wrong_token_is_refused_with_what_to_do(world: World) -> None:
    github = GitHubSettings(api_url=world.urls["github"], token=Secret("github_pat_wrong"))
    check = await the_only(changed(world.settings(), github=github), "github")
    assert check.breaks
    assert check.fix == "Replace the GitHub token: it is wrong, expired or revoked."


async def test_public_data_only_is_no_failure_without_a_token(world: World) -> None:
    github = GitHubSettings(api_url=world.urls["github"])
    check = await the_only(changed(world.settings(), github=github), "github")
    assert (check.state, check.breaks) == (State.NOT_SET, False)
    assert "60 of 60 requests an hour left" in check.says


async def test_installations_of_an_app_tell_what_each_lacks(world: World) -> None:
    world.github.install("acme", {"contents": "read", "actions": "write", "secrets": "read"})
    world.github.install("idle").suspended = True
    world.github.app_public_key = app_state().app_public_key
    github = GitHubSettings(
        api_url=world.urls["github"],
        app_id=world.github.app_id,
        app_private_key=Secret(pem(private_key())),
    )
    settings = changed(world.settings(), github=github)
    checks = of(await examine(settings, looks=areas(repository="elsewhere/api")), "github")
    assert checks[0].says == "App whyfailing, 2 installations"
    assert checks[1].says == "acme: installed for all repositories"
    missing = [check.says for check in checks if check.state is State.MISSING]
    assert missing == [
        "acme: Variables, for which variables a build lacks",
        "acme: Environments, for the secrets of environments",
        "acme: Administration, for whether a runner serves a waiting job",
        "acme: Checks, for the annotations of a failed job",
        "acme: Organization self-hosted runners, for the runners of an organisation",
        "elsewhere: not installed there",
    ]
    assert (checks[-2].says, checks[-1].says) == (
        "idle: the installation is suspended",
        "elsewhere: not installed there",
    )
    assert checks[-1].fix.endswith("https://github.com/apps/whyfailing/installations/new")
