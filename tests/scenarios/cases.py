"""Why an image does not exist: one case for each branch, each a small change of the seed."""

# ruff: noqa: E501  # a log line is as long as its program writes it

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from bot.ci import objects as ci
from bot.cluster import objects as k
from bot.evidence import Evidence, Gap, GapReason, Listing, RunDetail, Target
from bot.images import parse
from bot.registries.answers import RepositoryAbsent, TagAbsent, TagList, Witness
from tests.scenarios import seed
from tests.scenarios.seed import ago, build, detail, evidence, job, run, steps, with_image

Case = Callable[[], Evidence]
CASES: dict[str, Case] = {}
NO_PERMISSION = Gap(
    source="github",
    subject="secret names of jacobcoccari/opentranscribe",
    reason=GapReason.FORBIDDEN,
    detail="Resource not accessible by integration",
    fix="give the GitHub App the permission Secrets: read",
)
EMPTY_PASSWORD = """\
##[group]Run docker/login-action@v3
with:
  username: giacobbbe
  logout: true
##[endgroup]
##[error]Password required"""


def case(name: str) -> Callable[[Case], Case]:
    """Enter a case under `Code/what_happened`."""

    def enter(make: Case) -> Case:
        CASES[name] = make
        return make

    return enter


def _witness(status: int, code: str) -> Witness:
    url = "https://registry-1.docker.io/v2/giacobbbe/opentranscribe-backend/manifests/latest"
    return Witness(method="GET", url=url, status=status, code=code)


def tag_missing(base: Evidence) -> Evidence:
    """The same case where the registry has the repository and not the tag."""
    tags = TagList(tags=("0.1.0", "0.2.0", "main"), complete=True, witness=_witness(200, ""))
    absent = TagAbsent(asked_as="anonymous", witness=_witness(404, "MANIFEST_UNKNOWN"))
    return with_image(base, look_up=absent, tags=tags)


def missing(base: Evidence) -> Evidence:
    """The same case where the registry says that there is no such repository."""
    absent = RepositoryAbsent(
        asked_as="the bot's credential for docker.io", witness=_witness(404, "NAME_UNKNOWN")
    )
    return with_image(base, look_up=absent)


# --- secrets --------------------------------------------------------------------------------


@case("CISecretMissing/token_not_defined")
def _token_not_defined() -> Evidence:
    names = ci.SecretNames(secrets=frozenset({"DOCKERHUB_USERNAME"}), variables=frozenset())
    return evidence(build(detail(run(), job(), log=EMPTY_PASSWORD), secrets=names))


@case("CISecretMissing/log_says_empty")
def _log_says_empty() -> Evidence:
    facts = build(detail(run(), job(), log=EMPTY_PASSWORD), secrets=NO_PERMISSION)
    return evidence(facts, gaps=(NO_PERMISSION,))


@case("CISecretMissing/defined_since")
def _defined_since() -> Evidence:
    return evidence(build(detail(run(), job(), log=EMPTY_PASSWORD)))


CALLED = """\
on:
  workflow_call:
jobs:
  image:
    runs-on: arc-runner-set
    steps:
      - uses: actions/checkout@v4
      - name: Log in to Docker Hub
        uses: docker/login-action@v3
        with:
          username: ${{ secrets.DOCKERHUB_USERNAME }}
          password: ${{ secrets.DOCKERHUB_TOKEN }}
      - name: Build and push
        uses: docker/build-push-action@v6
        with:
          push: true
          tags: giacobbbe/opentranscribe-backend:latest
"""


@case("CISecretMissing/not_passed_to_a_called_workflow")
def _not_passed() -> Evidence:
    caller = (
        "on:\n  push:\njobs:\n  build:\n    uses: ./.github/workflows/image.yml\n"
        "    secrets:\n      DOCKERHUB_USERNAME: ${{ secrets.DOCKERHUB_USERNAME }}\n"
    )
    failed = detail(run(), job(name="build / image"), log=EMPTY_PASSWORD)
    facts = build(failed, workflow=caller)
    assert isinstance(facts.workflows, tuple)
    called = msgspec.structs.replace(
        facts.workflows[0],
        workflow=ci.Workflow(
            id=78, name="Image", path=".github/workflows/image.yml", state="active"
        ),
        text=CALLED,
    )
    return evidence(msgspec.structs.replace(facts, workflows=(*facts.workflows, called)))


# --- runners --------------------------------------------------------------------------------


def waiting(**changes: Any) -> RunDetail:
    """A run whose job has waited 44 minutes for a runner."""
    queued = job(
        status="queued", conclusion=None, runner_name="", steps=(), started_at=None,
        completed_at=None, **changes,
    )  # fmt: skip
    return detail(run(status="queued", conclusion=None), queued)


def runner_deployment(ready: int, replicas: int = 1) -> k.RunnerDeployment:
    """The RunnerDeployment that serves `arc-runner-set`."""
    spec = k.RunnerTemplateSpec(repository=seed.REPOSITORY, labels=("arc-runner-set",))
    return k.RunnerDeployment(
        metadata=k.Metadata(name="arc-runner-set", namespace="actions-runner-system"),
        spec=k.RunnerDeploymentSpec(replicas=replicas, template=k.RunnerTemplate(spec=spec)),
        status=k.RunnerDeploymentStatus(replicas=replicas, ready_replicas=ready),
    )


def _runner_pod() -> Evidence:
    name, namespace = "arc-runner-set-x7k2p-m4d9q", "actions-runner-system"
    message = (
        'Back-off pulling image "summerwind/actions-runner:v2.329.0-ubuntu-22.04": ErrImagePull: '
        'failed to pull and unpack image "docker.io/summerwind/actions-runner:v2.329.0-ubuntu-22.04"'
        ': failed to resolve reference "docker.io/summerwind/actions-runner:v2.329.0-ubuntu-22.04":'
        " docker.io/summerwind/actions-runner:v2.329.0-ubuntu-22.04: not found"
    )
    image = "summerwind/actions-runner:v2.329.0-ubuntu-22.04"
    state = k.ContainerState(waiting=k.Waiting(reason="ImagePullBackOff", message=message))
    pod = k.Pod(
        metadata=k.Metadata(
            name=name,
            namespace=namespace,
            labels={"runner-deployment-name": "arc-runner-set"},
            creation_timestamp=ago(minutes=50),
        ),
        spec=k.PodSpec(containers=(k.Container(name="runner", image=image),)),
        status=k.PodStatus(
            phase="Pending",
            conditions=(k.Condition(type="Ready", status="False"),),
            container_statuses=(k.ContainerStatus(name="runner", state=state),),
        ),
    )
    absent = TagAbsent(
        asked_as="anonymous",
        witness=Witness(
            method="GET",
            url="https://registry-1.docker.io/v2/summerwind/actions-runner/manifests/v2.329.0-ubuntu-22.04",
            status=404,
            code="MANIFEST_UNKNOWN",
        ),
    )
    from bot.evidence import ClusterFacts, ImageFacts

    return Evidence(
        target=Target("prod", namespace, "Pod", name),
        collected_at=seed.NOW,
        cluster=ClusterFacts(objects=(pod,), listings=frozenset({Listing("Pod", namespace)})),
        images=(ImageFacts(image=parse(image), written=image, look_up=absent),),
    )


@case("RunnerPodFailing/runner_image_missing")
def _runner_pod_failing() -> Evidence:
    cluster = seed.cluster(runner_deployment(ready=0))
    return evidence(build(waiting(), runners=()), cluster=cluster, runner_pods=(_runner_pod(),))


@case("RunnerScaleSetDown/scaled_to_zero")
def _scaled_to_zero() -> Evidence:
    cluster = seed.cluster(runner_deployment(ready=0, replicas=0))
    return evidence(build(waiting(), runners=()), cluster=cluster)


@case("RunnerScaleSetDown/no_listener")
def _no_listener() -> Evidence:
    scale_set = k.AutoscalingRunnerSet(
        metadata=k.Metadata(name="arc-runner-set", namespace="arc-runners"),
        spec=k.AutoscalingRunnerSetSpec(github_config_url=seed.HTML, max_runners=5),
    )
    listed = frozenset({Listing("AutoscalingListener", ""), Listing("AutoscalingRunnerSet", "")})
    cluster = seed.cluster(scale_set, listed=listed)
    return evidence(build(waiting(), runners=()), cluster=cluster)


def _runner(name: str, *labels: str, status: str = "online", busy: bool = False) -> ci.Runner:
    return ci.Runner(
        name=name, status=status, busy=busy, labels=("self-hosted", "Linux", "X64", *labels)
    )


@case("RunnerLabelMismatch/slip_of_the_pen")
def _label_mismatch() -> Evidence:
    runners = (_runner("builder-1", "arc-runners-set"), _runner("gpu-1", "gpu"))
    return evidence(build(waiting(), runners=runners))


@case("RunnerNoneOnline/offline")
def _offline() -> Evidence:
    runners = (_runner("builder-1", "arc-runner-set", status="offline"),)
    return evidence(build(waiting(), runners=runners))


@case("RunnerNoneOnline/none_registered")
def _none_registered() -> Evidence:
    listed = frozenset({Listing("AutoscalingRunnerSet", ""), Listing("RunnerDeployment", "")})
    cluster = seed.cluster(listed=listed)
    return evidence(build(waiting(), runners=()), cluster=cluster)


@case("RunnerCapacityReached/both_busy")
def _busy() -> Evidence:
    runners = tuple(_runner(f"builder-{n}", "arc-runner-set", busy=True) for n in (1, 2))
    return evidence(build(waiting(), runners=runners))


@case("WorkflowQueued/runners_not_seen")
def _runners_not_seen() -> Evidence:
    gap = Gap(
        source="github",
        subject="runners of jacobcoccari/opentranscribe",
        reason=GapReason.FORBIDDEN,
        detail="Resource not accessible by integration",
        fix="give the GitHub App the permission Administration: read",
    )
    return evidence(build(waiting(), runners=gap), gaps=(gap,))


# --- the run under way ----------------------------------------------------------------------


def _past(number: int, minutes: float) -> RunDetail:
    start = ago(days=number)
    done = steps("success", "success", "success", "success")
    from datetime import timedelta

    end = start + timedelta(minutes=minutes)
    timed = tuple(
        msgspec.structs.replace(step, started_at=start, completed_at=end) for step in done
    )
    old = job(
        id=1000 + number, conclusion="success", steps=timed, created_at=start, started_at=start,
        completed_at=end,
    )  # fmt: skip
    return detail(
        run(
            id=9000 + number, number=12 - number, conclusion="success", created_at=start,
            started_at=start, updated_at=end,
        ),
        old,
    )  # fmt: skip


@case("WorkflowRunning/with_history")
def _running() -> Evidence:
    going = steps("success", "success", "success", None)
    going = (*going[:3], msgspec.structs.replace(going[3], status="in_progress"))
    at_work = job(
        status="in_progress", conclusion=None, steps=going, completed_at=None,
        created_at=ago(minutes=5), started_at=ago(minutes=4, seconds=30),
    )  # fmt: skip
    now = run(
        status="in_progress", conclusion=None, created_at=ago(minutes=5),
        started_at=ago(minutes=5),
    )  # fmt: skip
    history = tuple(_past(number, 6 + number / 2) for number in range(1, 6))
    return tag_missing(
        evidence(
            build(detail(now, at_work), history=history, green=tuple(each.run for each in history))
        )
    )


@case("WorkflowQueued/behind_another_run")
def _behind() -> Evidence:
    held = run(status="pending", conclusion=None, created_at=ago(minutes=9))
    ahead = ci.ConcurrencyMember(
        group="deploy-main",
        run_id=20988120000,
        run_name="run #11 of backend-build.yml",
        html_url=f"{seed.HTML}/actions/runs/20988120000",
        status="in_progress",
    )
    return evidence(build(RunDetail(run=held, jobs=(), ahead=(ahead,))))


@case("WorkflowAwaitingApproval/environment")
def _approval() -> Evidence:
    held = run(status="waiting", conclusion=None, created_at=ago(minutes=40))
    pending = ci.PendingDeployment(
        environment="production",
        html_url=f"{seed.HTML}/deployments",
        reviewers=("alice", "team platform"),
        waiting_since=ago(minutes=40),
    )
    return evidence(build(RunDetail(run=held, jobs=(), pending=(pending,))))


# --- the run that ended ---------------------------------------------------------------------


@case("WorkflowCancelled/replaced")
def _cancelled() -> Evidence:
    ended = run(conclusion="cancelled")
    newer = run(id=20988999999, number=13, conclusion="failure")
    facts = build(RunDetail(run=ended, jobs=()), runs=(newer, ended))
    return missing(evidence(facts))


@case("WorkflowTimedOut/hung_push")
def _timed_out() -> Evidence:
    hung = job(
        conclusion="timed_out",
        steps=steps("success", "success", "success", "cancelled"),
        started_at=ago(minutes=44),
        completed_at=ago(minutes=14),
    )
    return missing(evidence(build(detail(run(conclusion="timed_out"), hung))))


@case("WorkflowStartupFailure/action_not_allowed")
def _startup_failure() -> Evidence:
    note = ci.Annotation(
        level="failure",
        message="The action docker/login-action@v3 is not allowed in jacobcoccari/opentranscribe"
        " because all actions must be pinned to a full-length commit SHA.",
    )
    ended = run(conclusion="startup_failure")
    return missing(evidence(build(RunDetail(run=ended, jobs=(), annotations=(note,)))))


# --- no run ---------------------------------------------------------------------------------


@case("WorkflowFiltered/paths")
def _filtered() -> Evidence:
    return evidence(build(None, changed=ci.ChangedFiles(paths=("frontend/index.html",))))


@case("WorkflowEventNotListed/tag_push")
def _event_not_listed() -> Evidence:
    text = seed.WORKFLOW.replace(
        "push:\n    branches: [main]\n    paths: ['backend/**']", "release:\n    types: [published]"
    )
    return evidence(build(None, workflow=text))


@case("WorkflowSkippedByMessage/skip_ci")
def _skipped() -> Evidence:
    commit = ci.Commit(
        sha=seed.SHA, message="Bump prompt [skip ci]", html_url=f"{seed.HTML}/commit/{seed.SHA}"
    )
    return evidence(build(None, commit=commit))


@case("WorkflowTokenPush/release_bot")
def _token_push() -> Evidence:
    push = ci.Push(
        ref="refs/heads/main",
        before="0" * 40,
        after=seed.SHA,
        actor="github-actions[bot]",
        pushed_at=ago(minutes=45),
    )
    return evidence(build(None, push=push))


@case("WorkflowDisabled/inactivity")
def _disabled() -> Evidence:
    facts = build(None)
    assert isinstance(facts.workflows, tuple)
    source = facts.workflows[0]
    off = msgspec.structs.replace(source.workflow, state="disabled_inactivity")
    return evidence(
        msgspec.structs.replace(facts, workflows=(msgspec.structs.replace(source, workflow=off),))
    )


@case("ActionsDisabled/switched_off")
def _actions_off() -> Evidence:
    facts = build(None)
    assert isinstance(facts.repository, ci.Repository)
    off = msgspec.structs.replace(facts.repository, actions_enabled=False)
    return evidence(msgspec.structs.replace(facts, repository=off))


@case("WorkflowFileMissing/nothing_pushes")
def _nothing_pushes() -> Evidence:
    text = (
        "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n"
    )
    return missing(evidence(build(None, workflow=text)))


@case("WorkflowNotTriggered/no_reason_found")
def _not_triggered() -> Evidence:
    return evidence(build(None))


# --- green ----------------------------------------------------------------------------------


def _green(log: str, *, workflow: str = seed.WORKFLOW, event: str = "push") -> Evidence:
    done = job(conclusion="success", steps=steps("success", "success", "success", "success"))
    facts = build(detail(run(conclusion="success", event=event), done, log=log), workflow=workflow)
    return tag_missing(evidence(facts))


@case("WorkflowPushedOtherTag/log_names_it")
def _other_tag() -> Evidence:
    digest = "sha256:" + "4f" * 32
    text = seed.WORKFLOW.replace("opentranscribe-backend:latest", "opentranscribe-backend:main")
    return _green(
        f"#21 pushing manifest for docker.io/***/opentranscribe-backend:main@{digest} 1.2s done",
        workflow=text,
    )


@case("WorkflowPushedOtherTag/other_registry")
def _other_registry() -> Evidence:
    text = seed.WORKFLOW.replace(
        "${{ secrets.DOCKERHUB_USERNAME }}/opentranscribe-backend:latest",
        "ghcr.io/jacobcoccari/opentranscribe-backend:latest",
    )
    return _green("", workflow=text)


@case("WorkflowPushSkipped/push_is_false")
def _push_skipped() -> Evidence:
    text = seed.WORKFLOW.replace(
        "push: true", "push: ${{ github.event_name != 'workflow_dispatch' }}"
    )
    return _green("", workflow=text, event="workflow_dispatch")


# --- failed, by its log ---------------------------------------------------------------------

LOGIN, PUSH = ("success", "success", "failure", "skipped"), ("success",) * 3 + ("failure",)
LOGS: dict[str, tuple[tuple[str, ...], str]] = {
    "CICredentialRejected/wrong_password": (
        LOGIN,
        "Logging into docker.io...\n##[error]Error response from daemon: Get"
        ' "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password',
    ),
    "BuildPushDenied/no_push_right": (
        PUSH,
        "#18 pushing layers 1.1s done\n#18 ERROR: failed to push giacobbbe/opentranscribe-backend:"
        "latest: push access denied, repository does not exist or may require authorization: server"
        " message: insufficient_scope: authorization failed\n##[error]buildx failed with: ERROR:"
        " failed to build: failed to solve: failed to push giacobbbe/opentranscribe-backend:latest:"
        " push access denied, repository does not exist or may require authorization: server"
        " message: insufficient_scope: authorization failed",
    ),
    "BuildDockerfileFailed/pip": (
        PUSH,
        "#12 [4/6] RUN pip install -r requirements.txt\n#12 8.913 ERROR: No matching distribution"
        ' found for torch==9.9.9\n#12 ERROR: process "/bin/sh -c pip install -r requirements.txt"'
        " did not complete successfully: exit code: 1\n##[error]buildx failed with: ERROR: failed"
        ' to build: failed to solve: process "/bin/sh -c pip install -r requirements.txt" did not'
        " complete successfully: exit code: 1",
    ),
    "BuildDiskFull/layers": (
        PUSH,
        "#14 ERROR: failed to copy files: copy file range failed: no space left on device\n"
        "##[error]buildx failed with: ERROR: failed to build: failed to solve: failed to copy"
        " files: copy file range failed: no space left on device",
    ),
    "BuildRateLimited/base_image": (
        PUSH,
        "#3 ERROR: failed to copy: httpReadSeeker: failed open: unexpected status from GET request"
        " to https://registry-1.docker.io/v2/library/python/manifests/3.12: 429 Too Many Requests"
        "\n##[error]toomanyrequests: You have reached your unauthenticated pull rate limit."
        " https://www.docker.com/increase-rate-limit",
    ),
    "RunnerToolMissing/no_docker": (
        LOGIN,
        "##[error]Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker"
        " daemon running?",
    ),
    "RunnerLost/lost_communication": (
        PUSH,
        "##[error]The self-hosted runner: arc-runner-set-x7k2p-m4d9q lost communication with the"
        " server. Verify the machine is running and has a healthy network connection.",
    ),
    "BuildTestsFailed/pytest": (
        PUSH,
        "=================== short test summary info ====================\nFAILED tests/test_api.py::"
        "test_upload - assert 500 == 201\n=========== 1 failed, 212 passed in 41.20s ===========\n"
        "##[error]Process completed with exit code 1.",
    ),
    "BuildOutOfMemory/node_heap": (
        PUSH,
        "#15 61.2 FATAL ERROR: Ineffective mark-compacts near heap limit Allocation failed -"
        " JavaScript heap out of memory\n##[error]buildx failed with: ERROR: failed to build: failed"
        ' to solve: process "/bin/sh -c npm run build" did not complete successfully: exit code:'
        " 134",
    ),
    "BuildNetworkFailed/lookup": (
        PUSH,
        "##[error]buildx failed with: ERROR: failed to build: failed to solve: python:3.12: failed"
        " to resolve source metadata for docker.io/library/python:3.12: failed to do request: Head"
        ' "https://registry-1.docker.io/v2/library/python/manifests/3.12": dial tcp: lookup'
        " registry-1.docker.io on 10.96.0.10:53: server misbehaving",
    ),
    "BuildReferenceInvalid/empty_owner": (
        PUSH,
        "##[error]buildx failed with: ERROR: failed to build: invalid tag"
        ' "/opentranscribe-backend:latest": invalid reference format',
    ),
    "CIPermissionMissing/packages": (
        PUSH,
        "#19 ERROR: failed to push ghcr.io/jacobcoccari/opentranscribe-backend:latest: denied:"
        " installation not allowed to Create organization package",
    ),
    "CITrustRejected/role": (
        LOGIN,
        "Assuming role with OIDC\n##[error]Could not assume role with OIDC: Not authorized to perform"
        " sts:AssumeRoleWithWebIdentity",
    ),
    "BuildLoginFailed/no_tty": (
        LOGIN,
        "##[error]Error: Cannot perform an interactive login from a non TTY device",
    ),
    "WorkflowFailed/nothing_precise": (
        PUSH,
        "##[error]Process completed with exit code 1.",
    ),
}


ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/opentranscribe-backend:1.4.0"


def _pushing_to_ecr(log: str) -> Case:
    def make() -> Evidence:
        text = seed.WORKFLOW.replace(
            "${{ secrets.DOCKERHUB_USERNAME }}/opentranscribe-backend:latest", ECR
        )
        failed = detail(run(), job(steps=steps(*PUSH)), log=log)
        absent = RepositoryAbsent(
            asked_as="the bot's credential for 123456789012.dkr.ecr.eu-west-1.amazonaws.com",
            witness=_witness(404, "NAME_UNKNOWN"),
        )
        base = evidence(build(failed, workflow=text), cluster=seed.cluster(image=ECR))
        return with_image(base, image=parse(ECR), written=ECR, look_up=absent)

    return make


CASES["BuildTargetMissing/ecr"] = _pushing_to_ecr(
    f"#20 ERROR: failed to push {ECR}: name unknown: The repository with name"
    " 'opentranscribe-backend' does not exist in the registry with id '123456789012'"
)
CASES["BuildTagImmutable/ecr"] = _pushing_to_ecr(
    f"#20 ERROR: failed to push {ECR}: tag invalid: The image tag '1.4.0' already exists in the"
    " 'opentranscribe-backend' repository and cannot be overwritten because the tag is immutable."
)


@case("ActionsBillingBlocked/payments")
def _billing() -> Evidence:
    note = ci.Annotation(
        level="failure",
        message="The job was not started because recent account payments have failed or your"
        " spending limit needs to be increased. Please check the 'Billing & plans' section in your"
        " settings",
    )
    never = job(runner_name="", steps=(), labels=("ubuntu-latest",))
    return evidence(build(detail(run(), never, annotations=(note,))))


@case("RunnerScaleSetDown/controller")
def _controller_down() -> Evidence:
    controller = k.Deployment(
        metadata=k.Metadata(
            name="arc-gha-rs-controller",
            namespace="arc-systems",
            labels={"app.kubernetes.io/part-of": "gha-rs-controller"},
        ),
        spec=k.WorkloadSpec(replicas=1),
    )
    scale_set = k.AutoscalingRunnerSet(
        metadata=k.Metadata(name="arc-runner-set", namespace="arc-runners"),
        spec=k.AutoscalingRunnerSetSpec(github_config_url=seed.HTML),
    )
    return evidence(build(waiting(), runners=()), cluster=seed.cluster(scale_set, controller))


@case("WorkflowRunning/first_run")
def _first_run() -> Evidence:
    going = steps("success", "success", None, None)
    at_work = job(status="in_progress", conclusion=None, steps=going, completed_at=None)
    return evidence(build(detail(run(status="in_progress", conclusion=None), at_work)))


def _failed(conclusions: tuple[str, ...], log: str) -> Case:
    return lambda: evidence(build(detail(run(), job(steps=steps(*conclusions)), log=log)))


CASES |= {name: _failed(*parts) for name, parts in LOGS.items()}
