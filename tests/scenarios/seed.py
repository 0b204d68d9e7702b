"""The case that the program was born from, as evidence; every scenario changes a part of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from bot.ci import objects as ci
from bot.cluster import objects as k
from bot.evidence import (
    BuildFacts,
    ClusterFacts,
    Evidence,
    FoundBy,
    ImageFacts,
    Listing,
    RunDetail,
    SourceLink,
    Target,
    WorkflowSource,
)
from bot.images import parse
from bot.registries.answers import MissingOrPrivate, Witness

NOW = datetime(2026, 1, 14, 3, 12, tzinfo=UTC)
NAMESPACE = "opentranscribe"
POD = "opentranscribe-backend-8678f97998-6dsr2"
IMAGE = "giacobbbe/opentranscribe-backend:latest"
REPOSITORY = "jacobcoccari/opentranscribe"
HTML = f"https://github.com/{REPOSITORY}"
SHA = "5bfcaa2d1b8f0a7c9e4d3b2a1908f7e6d5c4b3a2"
PATH = ".github/workflows/backend-build.yml"
LABELS = {"app": "opentranscribe-backend", "pod-template-hash": "8678f97998"}
WORKFLOW = """\
name: Build backend
on:
  push:
    branches: [main]
    paths: ['backend/**']
  workflow_dispatch:
jobs:
  build:
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
          context: ./backend
          push: true
          tags: ${{ secrets.DOCKERHUB_USERNAME }}/opentranscribe-backend:latest
"""
PULL_ERROR = (
    f'Failed to pull image "{IMAGE}": failed to pull and unpack image "docker.io/{IMAGE}": failed'
    f' to resolve reference "docker.io/{IMAGE}": pull access denied, repository does not exist or'
    " may require authorization: server message: insufficient_scope: authorization failed"
)


def ago(**duration: float) -> datetime:
    """A time before the evidence."""
    return NOW - timedelta(**duration)


def meta(name: str, **changes: Any) -> k.Metadata:
    """Metadata in the namespace of the case."""
    values: dict[str, Any] = {"namespace": NAMESPACE, "uid": f"uid-{name}"}
    return k.Metadata(name=name, **(values | changes))


def _owner(kind: str, name: str) -> tuple[k.OwnerReference, ...]:
    return (k.OwnerReference(kind=kind, name=name, uid=f"uid-{name}", controller=True),)


def cluster(
    *more: k.KubeObject, listed: frozenset[Listing] = frozenset(), image: str = IMAGE
) -> ClusterFacts:
    """Deployment, ReplicaSet, pod, Service, Ingress, and the pod's events."""
    selector = k.LabelSelector(match_labels={"app": "opentranscribe-backend"})
    spec = k.WorkloadSpec(replicas=1, selector=selector)
    waiting = k.Waiting(reason="ImagePullBackOff", message=f'Back-off pulling image "{image}"')
    pod = k.Pod(
        metadata=meta(
            POD,
            labels=LABELS,
            owner_references=_owner("ReplicaSet", "opentranscribe-backend-8678f97998"),
            creation_timestamp=ago(minutes=41),
        ),
        spec=k.PodSpec(
            containers=(
                k.Container(
                    name="backend", image=image, ports=(k.ContainerPort(container_port=8000),)
                ),
            ),
            node_name="node-a",
        ),
        status=k.PodStatus(
            phase="Pending",
            conditions=(k.Condition(type="Ready", status="False", reason="ContainersNotReady"),),
            container_statuses=(
                k.ContainerStatus(name="backend", state=k.ContainerState(waiting=waiting)),
            ),
        ),
    )
    about = k.ObjectReference(
        kind="Pod",
        name=POD,
        namespace=NAMESPACE,
        uid=f"uid-{POD}",
        field_path="spec.containers{backend}",
    )
    events = [
        k.Event(
            metadata=meta(f"{POD}.{number}"),
            involved_object=about,
            reason=reason,
            type="Warning",
            message=message,
            count=count,
            last_timestamp=ago(minutes=minutes),
        )
        for number, (reason, message, count, minutes) in enumerate(
            (
                ("Failed", PULL_ERROR.replace(IMAGE, image), 12, 4),
                ("BackOff", f'Back-off pulling image "{image}"', 170, 1),
            )
        )
    ]
    backend = k.IngressBackend(service=k.IngressService(name="opentranscribe-backend"))
    objects: tuple[k.KubeObject, ...] = (
        k.Deployment(metadata=meta("opentranscribe-backend"), spec=spec),
        k.ReplicaSet(
            metadata=meta(
                "opentranscribe-backend-8678f97998",
                owner_references=_owner("Deployment", "opentranscribe-backend"),
            ),
            spec=spec,
        ),
        pod,
        k.Service(
            metadata=meta("opentranscribe-backend"),
            spec=k.ServiceSpec(
                selector={"app": "opentranscribe-backend"}, ports=(k.ServicePort(port=8000),)
            ),
        ),
        k.Endpoints(metadata=meta("opentranscribe-backend")),
        k.Ingress(
            metadata=meta("opentranscribe"),
            spec=k.IngressSpec(
                rules=(
                    k.IngressRule(
                        host="transcribe.example",
                        http=k.IngressHTTP(paths=(k.IngressPath(backend=backend, path="/api"),)),
                    ),
                )
            ),
        ),
        *events,
        *more,
    )
    mine = {Listing(kind, NAMESPACE) for kind in ("Pod", "Event", "Service", "Ingress")}
    return ClusterFacts(objects=objects, listings=frozenset(mine) | listed)


def run(**changes: Any) -> ci.Run:
    """The run of the pushed commit."""
    values: dict[str, Any] = {
        "id": 20988123456,
        "workflow_id": 77,
        "number": 12,
        "attempt": 1,
        "event": "push",
        "status": "completed",
        "conclusion": "failure",
        "head_sha": SHA,
        "head_branch": "main",
        "html_url": f"{HTML}/actions/runs/20988123456",
        "path": PATH,
        "actor": "jacobcoccari",
        "created_at": ago(minutes=44),
        "started_at": ago(minutes=43),
        "updated_at": ago(minutes=43),
    }
    return ci.Run(**(values | changes))


def steps(*conclusions: str | None, done: int = 4) -> tuple[ci.Step, ...]:
    """Set up job, checkout, login, push: with these conclusions."""
    names = ("Set up job", "Run actions/checkout@v4", "Log in to Docker Hub", "Build and push")
    return tuple(
        ci.Step(
            number=number,
            name=name,
            status="completed" if conclusion else "queued",
            conclusion=conclusion,
        )
        for number, (name, conclusion) in enumerate(zip(names, conclusions, strict=True), 1)
    )


def job(**changes: Any) -> ci.Job:
    """The one job of the run, failed at its login."""
    values: dict[str, Any] = {
        "id": 60312345678,
        "name": "build",
        "status": "completed",
        "conclusion": "failure",
        "labels": ("arc-runner-set",),
        "runner_name": "arc-runner-set-x7k2p-m4d9q",
        "steps": steps("success", "success", "failure", "skipped"),
        "created_at": ago(minutes=44),
        "started_at": ago(minutes=43, seconds=30),
        "completed_at": ago(minutes=43),
        "html_url": f"{HTML}/actions/runs/20988123456/job/60312345678",
    }
    return ci.Job(**(values | changes))


def detail(the_run: ci.Run, *jobs: ci.Job, log: str = "", **changes: Any) -> RunDetail:
    """A run with its jobs and the log of the first."""
    logs = (ci.JobLog(job_id=jobs[0].id, lines=tuple(log.splitlines())),) if log else ()
    return RunDetail(run=the_run, jobs=jobs, logs=logs, **changes)


def build(the_detail: RunDetail | None, *, workflow: str = WORKFLOW, **changes: Any) -> BuildFacts:
    """The chain behind the image."""
    values: dict[str, Any] = {
        "link": SourceLink(
            repository=REPOSITORY, found_by=FoundBy.CATALOG, workflow="backend-build.yml"
        ),
        "repository": ci.Repository(
            full_name=REPOSITORY, html_url=HTML, default_branch="main", actions_enabled=True
        ),
        "workflows": (
            WorkflowSource(
                workflow=ci.Workflow(
                    id=77,
                    name="Build backend",
                    path=PATH,
                    state="active",
                    html_url=f"{HTML}/actions/workflows/backend-build.yml",
                ),
                text=workflow,
                ref=SHA,
            ),
        ),
        "commit": ci.Commit(sha=SHA, message="Add diarisation", html_url=f"{HTML}/commit/{SHA}"),
        "wanted_ref": "refs/heads/main",
        "push": ci.Push(
            ref="refs/heads/main",
            before="0" * 40,
            after=SHA,
            actor="jacobcoccari",
            pushed_at=ago(minutes=45),
        ),
        "changed": ci.ChangedFiles(paths=("backend/app/main.py",)),
        "runs": (the_detail.run,) if the_detail else (),
        "detail": the_detail,
        "green": (),
        "secrets": ci.SecretNames(
            secrets=frozenset({"DOCKERHUB_USERNAME", "DOCKERHUB_TOKEN"}), variables=frozenset()
        ),
    }
    return BuildFacts(**(values | changes))


def evidence(facts: BuildFacts | None, **changes: Any) -> Evidence:
    """The whole case."""
    image = parse(IMAGE)
    witness = Witness(
        method="GET",
        url=f"https://hub.docker.com/v2/repositories/{image.repository}/",
        status=404,
        message="object not found",
    )
    values: dict[str, Any] = {
        "target": Target("prod", NAMESPACE, "Pod", POD),
        "collected_at": NOW,
        "cluster": cluster(),
        "images": (
            ImageFacts(
                image=image,
                written=IMAGE,
                look_up=MissingOrPrivate(asked_as="anonymous", witness=witness),
                source=facts.link if facts else None,
                build=facts,
            ),
        ),
        "took_ms": 1840,
    }
    return Evidence(**(values | changes))


def with_image(base: Evidence, **changes: Any) -> Evidence:
    """The same evidence with another answer about the image."""
    image = msgspec.structs.replace(base.images[0], **changes)
    return msgspec.structs.replace(base, images=(image,))
