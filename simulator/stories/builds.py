"""Runs that failed: by the network, the tests, a password, or the right to push."""

from __future__ import annotations

from simulator.github import Script, SimulatedRepository, Step
from simulator.stories.story import (
    BUILD,
    PUSHED,
    RAN,
    WORKFLOW,
    Story,
    build_and_push,
    change,
    good,
    job,
    log_in,
    no_log_in,
    source,
    workflow_text,
    workload,
)
from simulator.workloads import Workload
from simulator.world import World

_BUILDX = "##[error]buildx failed with: "


def _failed(world: World, of: Workload, *own: Step, text: str = "") -> SimulatedRepository:
    """A repository whose newest run failed; run again it fails in the same way."""
    repo = source(world, of, text)
    commit = change(world, repo, "Show the discount", PUSHED)
    repo.run(workflow=WORKFLOW, commit=commit, jobs=[job(*own)], ago=RAN)
    repo.on_rerun(Script((job(*own),)))
    repo.on_dispatch(Script((job(*own),)))
    return repo


def _repair(world: World, of: Workload) -> None:
    repo = world.github.repositories[f"acme/{of.name}"]
    repo.on_rerun(good(world, of.image))
    repo.on_dispatch(good(world, of.image))


# --- a registry that was away for a moment -------------------------------------------------------

FLAKY = workload("shop", "cart", suffix="k9m2p")
_TIMED_OUT = (
    "failed to do request: Head"
    ' "https://registry-1.docker.io/v2/library/python/manifests/3.12-slim":'
    " net/http: TLS handshake timeout"
)
_UNSOLVED = (
    "ERROR: failed to build: failed to solve: python:3.12-slim: failed to resolve source metadata"
    f" for docker.io/library/python:3.12-slim: {_TIMED_OUT}"
)
_UNREACHABLE = Step(
    "Build and push",
    seconds=9,
    conclusion="failure",
    log=(
        *BUILD,
        "#2 [internal] load metadata for docker.io/library/python:3.12-slim",
        f"#2 ERROR: {_TIMED_OUT}",
        _UNSOLVED,
        _BUILDX + _UNSOLVED,
    ),
)


def _prepare_flaky(world: World) -> None:
    _failed(world, FLAKY, log_in(), _UNREACHABLE)
    _repair(world, FLAKY)


# --- tests that fail -----------------------------------------------------------------------------

TESTS = workload("shop", "checkout", suffix="w4x7t")
_TEST_STEP = Step(
    "Run the tests",
    seconds=6,
    conclusion="failure",
    log=(
        "##[group]Run pytest",
        "pytest",
        "shell: /usr/bin/bash -e {0}",
        "##[endgroup]",
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
    _failed(world, TESTS, log_in(), _TEST_STEP, text=text)


def _fix_tests(world: World) -> None:
    repo = world.github.repositories[f"acme/{TESTS.name}"]
    commit = change(world, repo, "A discount is never negative", 0)
    passed = Step("Run the tests", seconds=6, log=("42 passed in 3.02s",))
    done = job(log_in(), passed, build_and_push(world, TESTS.image))
    repo.start(Script((done,)), workflow=WORKFLOW, commit=commit)


# --- a password that is no longer one ------------------------------------------------------------

REJECTED = workload("shop", "pricing", suffix="n5q8v")
_WRONG = (
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": unauthorized:'
    " incorrect username or password"
)


def _prepare_rejected(world: World) -> None:
    _failed(world, REJECTED, no_log_in(_WRONG))


# --- no right to push ----------------------------------------------------------------------------

DENIED = workload("shop", "payments", suffix="b6c8d")
_REFUSED = (
    "failed to push acme/payments:latest: push access denied, repository does not exist or may"
    " require authorization: server message: insufficient_scope: authorization failed"
)
_DENIED_STEP = Step(
    "Build and push",
    seconds=9,
    conclusion="failure",
    log=(
        *BUILD,
        "#9 pushing layers",
        f"#9 ERROR: {_REFUSED}",
        f"ERROR: failed to build: failed to solve: {_REFUSED}",
        f"{_BUILDX}ERROR: failed to build: failed to solve: {_REFUSED}",
    ),
)


def _prepare_denied(world: World) -> None:
    _failed(world, DENIED, log_in(), _DENIED_STEP)


STORIES = (
    Story(
        name="network-failed",
        title="The build met a network fault",
        summary="Docker Hub did not answer the build for a moment. Running it again is enough.",
        workload=FLAKY,
        prepare=_prepare_flaky,
    ),
    Story(
        name="tests-failed",
        title="The tests failed",
        summary="The run stopped at its tests; running it again would fail again.",
        workload=TESTS,
        prepare=_prepare_tests,
        mend_title="Push a commit that mends the test",
        mend=_fix_tests,
    ),
    Story(
        name="login-refused",
        title="Docker Hub refused the password",
        summary="The secret is there, but its token was revoked.",
        workload=REJECTED,
        prepare=_prepare_rejected,
        mend_title="Put a fresh token into DOCKERHUB_TOKEN",
        mend=lambda world: _repair(world, REJECTED),
    ),
    Story(
        name="push-denied",
        title="The push was denied",
        summary="The build went well, and Docker Hub refused the push.",
        workload=DENIED,
        prepare=_prepare_denied,
        mend_title="Give the account the right to push",
        mend=lambda world: _repair(world, DENIED),
    ),
)
