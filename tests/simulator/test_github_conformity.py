"""The simulated GitHub answers as GitHub's own OpenAPI description says."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.ci.github import connect
from config.settings import GitHubSettings, Secret
from simulator.github import GitHubState, serve
from simulator.github.table import ROUTES
from tests.ci.github_story import WORKFLOW, fast, story

VENDOR: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "vendor" / "github.json").read_text()
)
OPERATIONS = VENDOR["operations"]
REPO = "/repos/acme/api"


@cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def strict(schema: Any) -> Any:
    """The schema, with fields forbidden that GitHub does not know."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    if isinstance(made.get("properties"), dict) and "additionalProperties" not in made:
        made["additionalProperties"] = False
    return made


# GitHub grants permissions that its description does not list, `actions_variables` among them.
OPEN = {"app-permissions"}
COMPONENTS = {
    name: schema if name in OPEN else strict(schema)
    for name, schema in VENDOR["components"].items()
}


def operation_of(method: str, path: str) -> str:
    """The name under which GitHub describes a request."""
    path = path.partition("?")[0]
    fits = [
        name
        for name in OPERATIONS
        if name.startswith(f"{method} ") and re.fullmatch(_pattern(name.partition(" ")[2]), path)
    ]
    assert fits, f"GitHub describes no {method} {path}"
    return max(fits, key=lambda name: name.count("/") - name.count("{"))


def _pattern(template: str) -> str:
    parts = re.split(r"(\{\w+\})", template)
    deep = {"{path}", "{ref}", "{basehead}"}
    return "".join(
        (".+" if part in deep else "[^/]+") if part.startswith("{") else re.escape(part)
        for part in parts
    )


def validate(operation: str, response: httpx.Response) -> None:
    answers = OPERATIONS[operation]["answers"]
    schema = answers.get(str(response.status_code))
    if str(response.status_code) not in answers and response.status_code >= 300:
        schema = {"$ref": "#/components/basic-error"}
    if schema is None:
        assert response.content == b""
        return
    if response.headers["content-type"].startswith("application/vnd.github.raw"):
        return
    # Refusals carry a `status` that their schemas do not mention.
    exact = response.status_code < 400
    components = COMPONENTS if exact else VENDOR["components"]
    schema = {**(strict(schema) if exact else schema), "components": components}
    jsonschema.validate(response.json(), schema)


@asynccontextmanager
async def served() -> AsyncIterator[tuple[GitHubState, httpx.AsyncClient]]:
    state = fast()
    state.app_public_key = (
        private_key()
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
    state.install("acme")
    story(state)
    async with serve(state) as url:
        headers = {"Authorization": f"Bearer {state.token()}"}
        async with httpx.AsyncClient(base_url=url, headers=headers) as client:
            yield state, client


def app_headers(state: GitHubState) -> dict[str, str]:
    now = int(state.clock.now().timestamp())
    claims = {"iat": now - 60, "exp": now + 300, "iss": state.app_id}
    return {"Authorization": f"Bearer {jwt.encode(claims, private_key(), algorithm='RS256')}"}


READS = (
    "",
    "/activity?ref=main",
    "/commits/main",
    "/commits/unknown",
    "/compare/{first}...{head}?per_page=1",
    "/compare/nothing...{head}",
    f"/contents/{WORKFLOW}?ref=main",
    "/contents/none.txt?ref=main",
    "/actions/permissions",
    "/actions/workflows",
    "/actions/workflows/release.yml/runs?status=failure",
    "/actions/runs?branch=main&exclude_pull_requests=true",
    "/actions/runs/{failed}",
    "/actions/runs/1",
    "/actions/runs/{failed}/jobs?filter=latest",
    "/actions/runs/{waiting}/jobs",
    "/actions/runs/{waiting}/pending_deployments",
    "/actions/runs/{waiting}/concurrency_groups",
    "/actions/concurrency_groups/deploy?ahead_of_run={waiting}",
    "/actions/concurrency_groups/none",
    "/actions/jobs/{job}/logs",
    "/actions/jobs/1/logs",
    "/check-runs/{job}/annotations",
    "/actions/secrets",
    "/actions/organization-secrets",
    "/actions/variables",
    "/actions/organization-variables",
    "/environments/production",
    "/environments/production/secrets",
    "/environments/production/variables",
    "/environments/none",
    "/actions/runners",
)
ACCOUNTS = (
    "/orgs/acme/actions/runner-groups?visible_to_repository=api",
    "/orgs/acme/actions/runner-groups/1/runners",
    "/search/code?q=inherit+user:acme",
)


def filled(state: GitHubState, template: str) -> str:
    repo = state.repository("acme/api")
    failed, waiting = sorted(repo.runs)[:2]
    head = repo.branches["main"]
    return template.format(
        failed=failed,
        waiting=waiting,
        job=repo.runs[failed].jobs[0].id,
        head=head,
        first=repo.commits[head].parent,
    )


@pytest.mark.parametrize("template", [*(REPO + read for read in READS), *ACCOUNTS])
async def test_an_answer_is_as_described(template: str) -> None:
    async with served() as (state, client):
        path = filled(state, template)
        response = await client.get(path)
        assert response.status_code < 500
        validate(operation_of("GET", path), response)


@pytest.mark.parametrize("template", [*(REPO + read for read in READS), *ACCOUNTS])
async def test_a_refusal_is_as_described(template: str) -> None:
    async with served() as (state, client):
        path = filled(state, template)
        for token in ("", "wrong", state.token({}), state.token({}, repositories=[])):
            request = client.build_request("GET", path)
            del request.headers["Authorization"]
            if token:
                request.headers["Authorization"] = f"Bearer {token}"
            response = await client.send(request)
            assert response.status_code < 500
            validate(operation_of("GET", path), response)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{REPO}/installation", 200),
        ("/orgs/acme/installation", 200),
        ("/users/acme/installation", 200),
        ("/orgs/other/installation", 404),
    ],
)
async def test_an_installation_is_as_described(path: str, status: int) -> None:
    async with served() as (state, client):
        response = await client.get(path, headers=app_headers(state))
        assert response.status_code == status
        validate(operation_of("GET", path), response)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"repositories": ["api"], "permissions": {"actions": "read"}}, 201),
        ({"permissions": {"administration": "write"}}, 422),
        ({"repositories": ["none"]}, 422),
    ],
)
async def test_a_token_is_as_described(body: dict[str, Any], status: int) -> None:
    async with served() as (state, client):
        path = f"/app/installations/{state.installations[0].id}/access_tokens"
        response = await client.post(path, json=body, headers=app_headers(state))
        assert response.status_code == status
        validate(operation_of("POST", path), response)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/actions/runs/{failed}/rerun-failed-jobs", None, 201),
        ("/actions/runs/{waiting}/rerun-failed-jobs", None, 403),
        ("/actions/workflows/release.yml/dispatches", {"ref": "main"}, 204),
        (
            "/actions/workflows/release.yml/dispatches",
            {"ref": "main", "return_run_details": True},
            200,
        ),
        ("/actions/workflows/release.yml/dispatches", {"ref": "none"}, 422),
        ("/actions/workflows/release.yml/dispatches", {"ref": "main", "x": 1}, 422),
        ("/actions/workflows/release.yml/dispatches", {}, 422),
        ("/actions/workflows/none.yml/dispatches", {"ref": "main"}, 404),
    ],
)
async def test_an_action_is_as_described(path: str, body: Any, status: int) -> None:
    async with served() as (state, client):
        path = REPO + filled(state, path)
        response = await client.post(path, json=body)
        assert response.status_code == status, response.text
        validate(operation_of("POST", path), response)


async def test_the_client_asks_only_what_is_described() -> None:
    state = fast()
    story(state)
    async with serve(state) as url:
        settings = GitHubSettings(api_url=url, token=Secret(state.token()))
        async with connect(settings, now=state.clock.now) as client:
            failed, waiting = sorted(state.repository("acme/api").runs)
            await client.repository("acme/api")
            (workflow,) = await client.workflows("acme/api")
            await client.runs("acme/api", workflow.id, head_sha="a", branch="b", status="failure")
            await client.runs("acme/api", 0)
            await client.run("acme/api", failed)
            (job,) = await client.jobs("acme/api", failed)
            await client.job_log("acme/api", job.id)
            await client.annotations("acme/api", job.check_run_id or 0)
            await client.pending_deployments("acme/api", waiting)
            await client.ahead_of("acme/api", waiting)
            await client.secret_names("acme/api", ["production"])
            await client.runners("acme/api")
            await client.search_workflows("acme", "x")
            (push, *_) = await client.pushes("acme/api", "refs/heads/main")
            await client.changed_files("acme/api", push.before, push.after)
            await client.file("acme/api", WORKFLOW, "main")
            await client.rerun_failed_jobs("acme/api", failed)
            await client.dispatch("acme/api", workflow.id, "main")
    for seen in state.seen:
        described = OPERATIONS[operation_of(seen.method, seen.path)]
        asked = set(httpx.URL(seen.path).params)
        assert asked <= set(described["query"]), seen.path
        assert described["apps"], seen.path


def test_every_endpoint_of_the_simulator_is_described() -> None:
    described = {
        (name.partition(" ")[0], re.sub(r"\{\w+\}", "1", name.partition(" ")[2]))
        for name in OPERATIONS
    }
    for route in ROUTES:
        assert any(
            method == route.method and route.path.fullmatch(path) for method, path in described
        ), route.path.pattern
