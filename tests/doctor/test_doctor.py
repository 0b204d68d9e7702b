"""What the doctor says of a world that works, and of each part that does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.doctor import Check, State, examine
from bot.doctor.local import look_at_access
from bot.doctor.slack import scopes
from config.settings import (
    AccessSettings,
    ClusterSettings,
    GitHubSettings,
    RegistriesSettings,
    RegistrySettings,
    Secret,
    Settings,
    SlackMode,
)
from handlers import SCOPES
from simulator.faults import Fault
from simulator.kubernetes.state import Rule
from simulator.world import World, open_world
from tests.ci.test_github_auth import app_state, pem, private_key


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as opened:
        yield opened


def changed(settings: Settings, **parts: Any) -> Settings:
    return msgspec.structs.replace(settings, **parts)


def of(checks: tuple[Check, ...], area: str) -> list[Check]:
    return [check for check in checks if check.area == area]


def files_of(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def the_only(settings: Settings, area: str) -> Check:
    (check,) = of(await examine(settings), area)
    return check


async def test_everything_is_ok_when_everything_works(world: World) -> None:
    checks = await examine(world.settings())
    assert [check.breaks for check in checks] == [False] * len(checks)
    assert [check.says for check in of(checks, "cluster")] == [
        "demo: Kubernetes v1.35.4, as system:serviceaccount:default:demo",
        "all 93 permissions to read that reports use",
        "may tell a missing Secret or key from a misspelt one",
        "may retry a pull by deleting the pod",
    ]
    assert [check.says for check in of(checks, "slack")] == [
        "workspace Simulated (T0WHYFAIL), as whyfailing, app A0WHYFAIL",
        f"all {len(SCOPES)} scopes that the bot needs",
        "Socket Mode opens",
    ]
    assert [check.says for check in of(checks, "access")] == [
        "buttons that change something may be pressed by: 1 users"
    ]
    (hub,) = of(checks, "registries")
    assert hub.says == "docker.io: reachable, logged in as acmereader"
    github = of(checks, "github")
    assert github[0].says == "token of ada; 5000 of 5000 requests an hour left"


# --- cluster --------------------------------------------------------------------------------------


async def test_rule_to_add_is_named_when_a_permission_is_missing(world: World) -> None:
    world.cluster.forbidden |= {Rule("list", "leases"), Rule("get", "leases")}
    missing = [c for c in of(await examine(world.settings()), "cluster") if c.breaks]
    assert missing == [
        Check(
            area="cluster",
            state=State.MISSING,
            says="may not get, list leases",
            fix="add to the ClusterRole whyfailing-read: - "
            '{apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["get", "list"]}',
        )
    ]


async def test_optional_role_breaks_only_what_was_switched_on(world: World) -> None:
    world.cluster.forbidden.add(Rule("get", "secrets"))
    on = world.settings()
    off = changed(on, cluster=msgspec.structs.replace(on.cluster, read_pull_secrets=False))
    for settings, breaks in ((on, True), (off, False)):
        (check,) = [c for c in of(await examine(settings), "cluster") if c.state is State.MISSING]
        assert (check.says, check.breaks) == (
            "may not get secrets, which it would need to tell a missing Secret or key from a "
            "misspelt one",
            breaks,
        )


async def test_manifest_is_named_when_nothing_may_be_read(world: World) -> None:
    everything = {
        Rule(verb, resource) for verb in ("get", "list", "watch") for resource in _every_resource()
    }
    world.cluster.forbidden |= everything
    checks = of(await examine(world.settings()), "cluster")
    assert checks[1].says == "nothing that reports need may be read"
    assert checks[1].fix.startswith("kubectl apply -f config/rbac.yaml")


def _every_resource() -> set[str]:
    from bot.cluster.kinds import KINDS

    return {kind.plural for kind in KINDS} | {"pods/log"}


@pytest.mark.parametrize(
    ("prepare", "says"),
    [
        (lambda world: world.cluster.tokens.clear(), "the cluster refused the credential"),
        (
            lambda world: world.cluster.faults.add(Fault(match="selfsubjectaccess", status=403)),
            "the cluster does not say what the bot may do (it answered 403)",
        ),
    ],
    ids=["token refused", "no reviews"],
)
async def test_cluster_that_does_not_tell_is_one_line(
    world: World, prepare: Callable[[World], None], says: str
) -> None:
    prepare(world)
    check = await the_only(world.settings(), "cluster")
    assert (check.state, check.says) == (State.FAILED, says)
    assert check.fix


async def test_absent_kubeconfig_is_named(tmp_path: Path) -> None:
    path = str(tmp_path / "nowhere")
    check = await the_only(Settings(cluster=ClusterSettings(kubeconfig=path)), "cluster")
    assert check.says == f"no cluster is configured: there is no kubeconfig at {path}"


# --- GitHub ---------------------------------------------------------------------------------------


def with_catalog(world: World, settings: Settings, *repositories: str) -> Settings:
    path = world.directory / "catalog.yaml"
    entries = [{"image": f"docker.io/{name}", "repository": name} for name in repositories]
    path.write_bytes(msgspec.yaml.encode({"images": entries}))
    return changed(settings, catalog=str(path))


async def test_each_permission_of_a_token_is_tried_on_the_catalogs_repository(
    world: World,
) -> None:
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
    ]
    assert all("Give the bot's token" in check.fix for check in missing)


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
    checks = of(await examine(changed(world.settings(), github=github)), "github")
    assert checks[0].says == "App whyfailing, 2 installations"
    assert checks[1].says == "acme: installed for all repositories"
    missing = [check.says for check in checks if check.state is State.MISSING]
    assert missing == [
        "acme: Variables, for which variables a build lacks",
        "acme: Environments, for the secrets of environments",
        "acme: Administration, for whether a runner serves a waiting job",
        "acme: Checks, for the annotations of a failed job",
        "acme: Organization self-hosted runners, for the runners of an organisation",
    ]
    assert checks[-1].says == "idle: the installation is suspended"


# --- registries -----------------------------------------------------------------------------------


async def test_refused_credential_of_a_registry_is_named(world: World) -> None:
    before = world.settings()
    (hub,) = before.registries.configured
    wrong = msgspec.structs.replace(hub, password=Secret("wrong"))
    settings = changed(before, registries=RegistriesSettings(configured=(wrong,)))
    check = await the_only(settings, "registries")
    assert check.says == "docker.io: refuses the credential of acmereader"
    assert check.fix.startswith("replace DOCKERHUB_USERNAME and DOCKERHUB_TOKEN")


async def test_pulls_that_are_left_are_told(world: World) -> None:
    world.hub.push("ratelimitpreview/test:latest")
    world.hub.pull_limit = 100
    check = await the_only(world.settings(), "registries")
    assert check.says == "docker.io: reachable, logged in as acmereader, 100 pulls left"


async def test_registry_that_does_not_answer_is_a_failure_only_when_it_is_configured(
    world: World,
) -> None:
    gone = RegistrySettings(
        host="registry.shop.test", endpoint="http://127.0.0.1:9", allow_private=True
    )
    before = world.settings()
    settings = changed(
        before, registries=RegistriesSettings(configured=(*before.registries.configured, gone))
    )
    hub, shop = of(await examine(settings), "registries")
    assert (hub.state, shop.state) == (State.OK, State.FAILED)
    assert shop.breaks
    assert "registry.shop.test" in shop.says


async def test_docker_hub_is_not_asked_when_unknown_registries_may_not_be(world: World) -> None:
    settings = changed(world.settings(), registries=RegistriesSettings(allow_unknown=False))
    assert of(await examine(settings), "registries") == []


# --- Slack, database, access ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "state", "says"),
    [
        ({"bot_token": Secret("xoxb-wrong")}, State.FAILED, "does not take the bot token"),
        ({"bot_token": Secret()}, State.MISSING, "no bot token"),
        ({"app_token": Secret("xapp-wrong")}, State.FAILED, "does not take the app token"),
        ({"app_token": Secret()}, State.MISSING, "no app token"),
        ({"mode": SlackMode.HTTP}, State.MISSING, "no signing secret"),
    ],
)
async def test_token_that_slack_does_not_take_is_named(
    world: World, changes: dict[str, Any], state: State, says: str
) -> None:
    before = world.settings()
    settings = changed(before, slack=msgspec.structs.replace(before.slack, **changes))
    (check,) = [check for check in of(await examine(settings), "slack") if check.breaks]
    assert check.state is state
    assert says in check.says


def test_missing_scope_says_what_it_is_for() -> None:
    granted = ",".join(scope for scope in SCOPES if scope != "users:read")
    checks = scopes({"X-OAuth-Scopes": granted})
    assert [(check.says, check.breaks) for check in checks] == [
        ("scope users:read, to know who pressed a button", True),
        ("scope usergroups:read, to let user groups press buttons", False),
    ]


async def test_command_line_needs_no_slack(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite+aiosqlite:///{tmp_path}/a/b.db")
    check = await the_only(settings, "slack")
    assert (check.state, check.breaks) == (State.NOT_SET, False)


@pytest.mark.parametrize(
    ("url", "state", "says"),
    [
        ("sqlite+aiosqlite:///{folder}/new/bot.db", State.OK, "will be made when the bot starts"),
        ("nonsense", State.FAILED, "its URL is none"),
        ("sqlite+nodriver:///{folder}/x.db", State.FAILED, "nodriver"),
        ("sqlite+aiosqlite:///{folder}/garbage.db", State.FAILED, "file is not a database"),
        ("sqlite+aiosqlite:///{folder}/empty.db", State.OK, "it is migrated when the bot starts"),
    ],
)
async def test_database_is_looked_at_and_not_changed(
    tmp_path: Path, url: str, state: State, says: str
) -> None:
    (tmp_path / "garbage.db").write_bytes(b"no database at all " * 100)
    (tmp_path / "empty.db").touch()
    check = await the_only(Settings(database_url=url.format(folder=tmp_path)), "database")
    assert check.state is state
    assert says in check.says
    assert files_of(tmp_path) == ["empty.db", "garbage.db"]


async def test_empty_access_lists_are_a_warning() -> None:
    (check,) = await look_at_access(Settings(access=AccessSettings()))
    assert (check.state, check.breaks) == (State.NOT_SET, False)
    assert check.says == "nobody may press a button that changes something"


async def test_broken_catalog_is_named(tmp_path: Path) -> None:
    path = tmp_path / "catalog.yaml"
    path.write_text("images: 3")
    check = await the_only(Settings(catalog=str(path)), "catalog")
    assert check.breaks
    assert str(path) in check.says


# --- the frame ------------------------------------------------------------------------------------


async def test_check_that_hangs_or_breaks_is_its_own_line() -> None:
    async def hangs(_: Settings) -> tuple[Check, ...]:
        await asyncio.sleep(60)
        return ()

    async def breaks(_: Settings) -> tuple[Check, ...]:
        raise ZeroDivisionError("oh")

    async def works(_: Settings) -> tuple[Check, ...]:
        return (Check(area="c", state=State.OK, says="fine"),)

    areas = {"a": hangs, "b": breaks, "c": works}
    checks = await examine(Settings(), areas=areas, seconds=0.02)
    assert [(check.area, check.state) for check in checks] == [
        ("a", State.FAILED),
        ("b", State.FAILED),
        ("c", State.OK),
    ]
    assert checks[1].says == "the check itself broke: ZeroDivisionError: oh"
