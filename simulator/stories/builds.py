"""Runs that failed, run still, or wait: the image is not there because its build is not done."""

from __future__ import annotations

from collections.abc import Callable

from simulator.github import Job, Note, Pending, Script, SimulatedRepository, Step
from simulator.stories.story import (
    Story,
    build_and_push,
    checkout,
    log_in,
    workflow_text,
)
from simulator.workloads import Workload
from simulator.world import World

WORKFLOW = ".github/workflows/image.yml"
_BOTH = {"DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN"}


def _workload(name: str, *, suffix: str) -> Workload:
    return Workload(
        namespace="shop",
        name=name,
        image=f"acme/{name}:latest",
        suffix=suffix,
        annotations={"whyfailing.dev/repository": f"acme/{name}"},
    )


def _repository(world: World, workload: Workload, text: str = "") -> SimulatedRepository:
    repo = world.repository(
        f"acme/{workload.name}",
        {WORKFLOW: text or workflow_text(image=workload.image), "Dockerfile": "FROM scratch\n"},
    )
    repo.secrets = set(_BOTH)
    world.deploy(workload)
    return repo


def _good(world: World, workload: Workload) -> Job:
    return Job("build", steps=(*checkout(), log_in(), build_and_push(world, workload.image)))


def _failed(world: World, workload: Workload, step: Step, *, text: str = "") -> SimulatedRepository:
    repo = _repository(world, workload, text)
    commit = repo.commit("Show the discount", files={"app.py": "discount = 1\n"})
    job = Job(
        "build",
        steps=(*checkout(), log_in(), step),
        notes=(Note("Process completed with exit code 1."),),
    )
    repo.run(workflow=WORKFLOW, commit=commit, jobs=[job], ago=600)
    repo.on_rerun(Script((_good(world, workload),)))
    repo.on_dispatch(Script((_good(world, workload),)))
    return repo


# --- a registry that was away for a moment ------------------------------------------------------

FLAKY = _workload("cart", suffix="k9m2p")
_UNREACHABLE = Step(
    "Build and push",
    seconds=9,
    conclusion="failure",
    log=(
        "#2 [internal] load metadata for docker.io/library/python:3.12-slim",
        "#2 ERROR: failed to do request: Head"
        ' "https://registry-1.docker.io/v2/library/python/manifests/3.12-slim":'
        " net/http: TLS handshake timeout",
        "ERROR: failed to build: failed to solve: python:3.12-slim: failed to resolve source"
        " metadata for docker.io/library/python:3.12-slim: failed to do request: Head"
        ' "https://registry-1.docker.io/v2/library/python/manifests/3.12-slim":'
        " net/http: TLS handshake timeout",
    ),
)


def _prepare_flaky(world: World) -> None:
    _failed(world, FLAKY, _UNREACHABLE)


# --- tests that fail ------------------------------------------------------------------------------

TESTS = _workload("checkout", suffix="w4x7t")
_TEST_STEP = Step(
    "Run the tests",
    seconds=6,
    conclusion="failure",
    log=(
        "tests/test_discount.py::test_discount_is_never_negative FAILED",
        "=========================== short test summary info ===========================",
        "FAILED tests/test_discount.py::test_discount_is_never_negative - assert -1 >= 0",
        "========================= 1 failed, 41 passed in 3.10s =========================",
        "##[error]Process completed with exit code 1.",
    ),
)


def _prepare_tests(world: World) -> None:
    text = workflow_text(image=TESTS.image).replace(
        "      - name: Build and push",
        "      - name: Run the tests\n        run: pytest\n      - name: Build and push",
    )
    repo = _failed(world, TESTS, _TEST_STEP, text=text)
    repo.on_rerun(Script((Job("build", steps=(*checkout(), log_in(), _TEST_STEP)),)))


# --- no right to push -----------------------------------------------------------------------------

DENIED = _workload("payments", suffix="b6c8d")
_DENIED_STEP = Step(
    "Build and push",
    seconds=9,
    conclusion="failure",
    log=(
        "#9 pushing layers",
        "#9 ERROR: failed to push acme/payments:latest: push access denied, repository does not"
        " exist or may require authorization: server message: insufficient_scope: authorization"
        " failed",
        "ERROR: failed to build: failed to solve: failed to push acme/payments:latest: push access"
        " denied, repository does not exist or may require authorization: server message:"
        " insufficient_scope: authorization failed",
    ),
)


def _prepare_denied(world: World) -> None:
    repo = _failed(world, DENIED, _DENIED_STEP)
    repo.on_rerun(Script((Job("build", steps=(*checkout(), log_in(), _DENIED_STEP)),)))


# --- still building -------------------------------------------------------------------------------

RUNNING = _workload("search", suffix="z5v9q")


def _prepare_running(world: World) -> None:
    repo = _repository(world, RUNNING)
    for number in range(4):
        old = repo.commit(f"Change {number}", files={"app.py": f"version = {number}\n"})
        steps = (*checkout(), log_in(), Step("Build and push", seconds=40 + 5 * number))
        repo.run(workflow=WORKFLOW, commit=old, jobs=[Job("build", steps=steps)], ago=9000 - number)
    commit = repo.commit("Search by name", files={"app.py": "search = 1\n"})
    slow = build_and_push(world, RUNNING.image, seconds=45)
    repo.start(
        Script((Job("build", steps=(*checkout(), log_in(), slow)),)),
        workflow=WORKFLOW,
        commit=commit,
    )


# --- waiting for a person -------------------------------------------------------------------------

APPROVAL = _workload("billing", suffix="h2j4f")


def _prepare_approval(world: World) -> None:
    text = workflow_text(image=APPROVAL.image, job="    environment: production\n")
    repo = _repository(world, APPROVAL, text)
    repo.environment("production")
    commit = repo.commit("Bill in euros", files={"app.py": "euro = 1\n"})
    repo.run(
        workflow=WORKFLOW,
        commit=commit,
        status="waiting",
        jobs=[Job("build")],
        pending=[Pending("production", reviewers=("lin",))],
        ago=1500,
    )


def _story(
    name: str, title: str, summary: str, workload: Workload, prepare: Callable[[World], None]
) -> Story:
    return Story(name=name, title=title, summary=summary, workload=workload, prepare=prepare)


STORIES = (
    _story(
        "network-failed",
        "The build met a network fault",
        "The run failed, because Docker Hub did not answer it. Recovers by button.",
        FLAKY,
        _prepare_flaky,
    ),
    _story(
        "tests-failed",
        "The tests failed",
        "The run stopped at its tests; running it again would fail again.",
        TESTS,
        _prepare_tests,
    ),
    _story(
        "push-denied",
        "The push was denied",
        "The build went well, and Docker Hub refused the push.",
        DENIED,
        _prepare_denied,
    ),
    _story(
        "running",
        "The build is still running",
        "The image is on its way: the report says when, and the message follows it.",
        RUNNING,
        _prepare_running,
    ),
    _story(
        "approval",
        "The build waits for an approval",
        "An environment's protection rule holds the run.",
        APPROVAL,
        _prepare_approval,
    ),
)
