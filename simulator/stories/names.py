"""The image exists, under another name or for other eyes."""

from __future__ import annotations

import base64
import json

from simulator.github import Step
from simulator.stories.story import (
    ON_TAG,
    RAN,
    WORKFLOW,
    Story,
    change,
    job,
    log_in,
    pushed,
    source,
    workflow_text,
    workload,
)
from simulator.workloads import Workload
from simulator.world import HUB_PASSWORD, HUB_USER, World

OTHER_TAG = workload("media", "encoder", suffix="f9d2s", tag="v2.4.0")
TYPO = Workload(namespace="edge", name="gateway", image="acme/gateway:1.8.O", suffix="p4t6w")
PRIVATE = Workload(
    namespace="edge",
    name="vault",
    image="acme/vault:3.1.0",
    suffix="d8s3k",
    pull_secrets=("dockerhub",),
)


def _prepare_other_tag(world: World) -> None:
    text = workflow_text(image=OTHER_TAG.image, on=ON_TAG, tags="acme/encoder:2.4.0")
    repo = source(world, OTHER_TAG, text)
    commit = repo.tag("v2.4.0", change(world, repo, "Version 2.4.0"))
    done = Step("Build and push", seconds=30, log=pushed("acme/encoder:2.4.0"))
    jobs = [job(log_in(), done)]
    repo.run(workflow=WORKFLOW, commit=commit, branch="v2.4.0", jobs=jobs, ago=RAN)
    for tag in ("2.2.0", "2.3.0", "2.3.1", "2.4.0"):
        world.hub.push(f"acme/encoder:{tag}")


def _prepare_typo(world: World) -> None:
    for tag in ("1.6.2", "1.7.0", "1.7.1", "1.8.0"):
        world.hub.push(f"acme/gateway:{tag}")
    world.deploy(TYPO)


def _prepare_private(world: World) -> None:
    world.hub.push(PRIVATE.image)
    world.hub.make_private("acme/vault")
    _pull_secret(world, "https://hub.docker.com")
    world.deploy(PRIVATE)


def _pull_secret(world: World, host: str) -> None:
    pair = base64.b64encode(f"{HUB_USER}:{HUB_PASSWORD}".encode()).decode()
    config = json.dumps({"auths": {host: {"auth": pair}}}).encode()
    world.cluster.apply(
        {
            "kind": "Secret",
            "metadata": {"name": "dockerhub", "namespace": PRIVATE.namespace},
            "type": "kubernetes.io/dockerconfigjson",
            "data": {".dockerconfigjson": base64.b64encode(config).decode()},
        }
    )


def _mend_private(world: World) -> None:
    _pull_secret(world, "https://index.docker.io/v1/")
    world.unlocked.add("acme/vault")


STORIES = (
    Story(
        name="other-tag",
        title="Green, but another tag",
        summary="The run pushed 2.4.0, and the Deployment asks for v2.4.0.",
        workload=OTHER_TAG,
        prepare=_prepare_other_tag,
        mend_title="Deploy 2.4.0",
        mend=lambda world: world.use_image(OTHER_TAG, "acme/encoder:2.4.0"),
    ),
    Story(
        name="tag-typo",
        title="The tag has a typing error",
        summary="The Deployment asks for 1.8.O, with the letter O.",
        workload=TYPO,
        prepare=_prepare_typo,
        mend_title="Deploy 1.8.0",
        mend=lambda world: world.use_image(TYPO, "acme/gateway:1.8.0"),
    ),
    Story(
        name="pull-secret",
        title="The pull secret is for another host",
        summary="The image is private, and the pod's secret has no entry that the kubelet uses.",
        workload=PRIVATE,
        prepare=_prepare_private,
        mend_title="Correct the secret's host",
        mend=_mend_private,
    ),
)
