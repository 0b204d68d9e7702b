from __future__ import annotations

import fnmatch

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ci.expressions import Contexts
from bot.ci.push_patterns import fits, full_name
from bot.ci.pushes import (
    Exactly,
    Match,
    OtherName,
    OtherTag,
    Perhaps,
    Push,
    SecretUse,
    Switch,
    match,
    pushes_of,
    secrets_used,
    wanted_ref,
)
from bot.ci.shell_words import commands
from bot.ci.trigger_answers import TriggerEvent
from bot.ci.trigger_context import contexts_of
from bot.ci.wanted import (
    BranchWanted,
    CommitWanted,
    NothingWanted,
    PullRequestWanted,
    TagWanted,
    Wanted,
)
from bot.ci.workflow_objects import WorkflowFile
from bot.images import ImageRef, parse
from tests.ci.workflows import listening

SHA = "0123456789abcdef0123456789abcdef01234567"


def _workflow(steps: str, *, env: str = "{}", job: str = "") -> WorkflowFile:
    body = "\n".join(f"      {line}" for line in steps.strip().split("\n"))
    jobs = f"env: {env}\njobs:\n  image:\n    runs-on: ubuntu-latest\n{job}    steps:\n{body}\n"
    return listening("  push:", jobs)


def _facts(workflow: WorkflowFile, ref: str = "refs/heads/main") -> Contexts:
    event = TriggerEvent(
        name="push", ref=ref, sha=SHA, repository="Acme/Web", default_branch="main"
    )
    return contexts_of(event, workflow)


def _pushed(workflow: WorkflowFile, ref: str = "refs/heads/main") -> list[tuple[str, ...]]:
    return [(push.name, *push.tags) for push in pushes_of(workflow, _facts(workflow, ref))]


def test_build_push_action_gives_names_tags_and_what_it_depends_on() -> None:
    workflow = _workflow(
        """
- uses: docker/login-action@v3
  with: {registry: quay.io, username: bot, password: "${{ secrets.QUAY_TOKEN }}"}
- name: Push
  if: github.ref == 'refs/heads/main'
  uses: docker/build-push-action@v6
  with:
    push: ${{ vars.SHIP != 'no' }}
    tags: |
      quay.io/acme/web:latest
      quay.io/acme/web:${{ github.sha }}
      ${{ secrets.HUB_USER }}/web:1
"""
    )
    first = Push(
        job="image",
        step=1,
        step_name="Push",
        name="quay.io/acme/web",
        tags=("latest", SHA),
        switch=Switch.UNKNOWN,
        runs=True,
        secrets=("QUAY_TOKEN", "HUB_USER"),
        login_step=0,
    )
    second = msgspec.structs.replace(first, name="*/web", tags=("1",))
    assert pushes_of(workflow, _facts(workflow)) == (first, second)


@pytest.mark.parametrize(
    ("inputs", "switch"),
    [
        ("push: true", Switch.ON),
        ("push: false", Switch.OFF),
        ("load: true", Switch.OFF),
        ("outputs: type=registry", Switch.ON),
        ("outputs: 'type=image,push=true'", Switch.ON),
        ("push: '${{ github.event_name != ''pull_request'' }}'", Switch.ON),
        ("push: '${{ secrets.A != '''' }}'", Switch.UNKNOWN),
    ],
)
def test_the_switch_says_whether_the_step_pushes(inputs: str, switch: Switch) -> None:
    workflow = _workflow(
        f"- uses: docker/build-push-action@v6\n  with:\n    tags: q.io/a/b:1\n    {inputs}"
    )
    assert [push.switch for push in pushes_of(workflow, _facts(workflow))] == [switch]


META = """
- id: meta
  uses: docker/metadata-action@v5
  with:
    images: ghcr.io/${{ github.repository }}
    tags: |
RULES
- uses: docker/build-push-action@v6
  with:
    push: true
    tags: ${{ steps.meta.outputs.tags }}
"""


@pytest.mark.parametrize(
    ("rules", "ref", "tags"),
    [
        ([], "refs/heads/fix/login", ("fix-login",)),
        ([], "refs/tags/v1.4.0", ("v1.4.0", "latest")),
        (["type=sha"], "refs/heads/main", ("sha-0123456",)),
        (["type=sha,format=long,prefix="], "refs/heads/main", (SHA,)),
        (
            ["type=semver,pattern={{version}}", "type=semver,pattern={{major}}.{{minor}}"],
            "refs/tags/v1.4.2",
            ("1.4.2", "1.4", "latest"),
        ),
        (["type=semver,pattern={{version}}"], "refs/tags/v2.0.0-rc.1", ("2.0.0-rc.1",)),
        (["type=semver,pattern={{version}}"], "refs/heads/main", ()),
        (["type=edge"], "refs/heads/main", ("edge",)),
        (["type=edge"], "refs/heads/next", ()),
        (["type=raw,value=latest,enable={{is_default_branch}}"], "refs/heads/main", ("latest",)),
        (["type=raw,value=latest,enable={{is_default_branch}}"], "refs/heads/next", ()),
        (["type=ref,event=branch,prefix=dev-"], "refs/heads/main", ("dev-main",)),
        (["type=ref,event=pr"], "refs/pull/7/merge", ("pr-7",)),
        (["type=raw,value={{branch}}-{{sha}}"], "refs/heads/main", ("main-0123456",)),
    ],
)
def test_metadata_action_computes_its_tags(
    rules: list[str], ref: str, tags: tuple[str, ...]
) -> None:
    steps = META.replace("RULES", "\n".join(f"      {rule}" for rule in rules))
    if not rules:
        steps = steps.replace("    tags: |\n", "", 1)
    pushed = _pushed(_workflow(steps), ref)
    assert pushed == ([("ghcr.io/acme/web", *tags)] if tags else [("*",)])


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("docker push q.io/acme/web:1", [("q.io/acme/web", "1")]),
        ("docker push acme/web", [("docker.io/acme/web", "latest")]),
        ("docker push --all-tags q.io/acme/web", [("q.io/acme/web", "*")]),
        ("docker tag web q.io/acme/web", []),
        (
            "docker buildx build --platform linux/arm64 \\\n  -t q.io/a/b:$GITHUB_SHA --push .",
            [("q.io/a/b", SHA)],
        ),
        ("docker build -t q.io/a/b:1 .", []),
        ("docker buildx build -o type=registry,name=q.io/a/b:2 .", [("q.io/a/b", "2")]),
        ("docker buildx imagetools create -t q.io/a/b:3 x y", [("q.io/a/b", "3")]),
        ("TAG=${GITHUB_SHA::7}\ndocker push q.io/a/b:$TAG", [("q.io/a/b", "0123456")]),
        ("TAG=$(git describe)\ndocker push q.io/a/b:v$TAG", [("q.io/a/b", "v*")]),
        ("docker push q.io/${GITHUB_REPOSITORY,,}:1", [("q.io/acme/web", "1")]),
        ("docker push ${REG}/a:1 && echo done", [("ghcr.io/a", "1")]),
        ("docker push q.io/a/b:${GITHUB_REF##*/}", [("q.io/a/b", "main")]),
        ("docker push ${{ secrets.USER }}/b:1", [("*/b", "1")]),
        ("docker push $UNKNOWN/b:1", [("*/b", "1")]),
        ("sudo podman push web q.io/a/b:1", [("q.io/a/b", "1")]),
        ("buildah push localhost/web docker://q.io/a/b:1", [("q.io/a/b", "1")]),
        (
            "skopeo copy --all docker://x.io/a/b:1 docker://q.io/a/b:1",
            [("q.io/a/b", "1")],
        ),
        ("crane copy x.io/a:1 q.io/a:2", [("q.io/a", "2")]),
        ("crane tag q.io/a:2 stable", [("q.io/a", "stable")]),
        ("/kaniko/executor --destination=q.io/a/b:1", [("q.io/a/b", "1")]),
        ("/kaniko/executor --no-push --destination=q.io/a/b:1", []),
        ("ko build --bare -t 1,2 ./cmd", [("ghcr.io/acme/tool", "1", "2")]),
        ("ko build ./cmd", [("ghcr.io/acme/tool/*", "latest")]),
        ("ko build --local ./cmd", []),
        ("pack build q.io/a/b:1 --publish", [("q.io/a/b", "1")]),
        ("./mvnw compile jib:build -Djib.to.image=q.io/a/b:1", [("q.io/a/b", "1")]),
        ("gcloud builds submit --tag gcr.io/p/a:1", [("gcr.io/p/a", "1")]),
        ("az acr build -r acme -t web:1 .", [("acme.azurecr.io/web", "1")]),
        ("make docker-push", [("*", "*")]),
        ("make test", []),
        ("./scripts/publish.sh", [("*", "*")]),
        ("# docker push q.io/a/b", []),
        ("echo 'docker push q.io/a/b'", []),
        ("docker push", []),
        ("docker push 'q.io/a/b", [("q.io/a/b", "latest")]),
    ],
)
def test_commands_are_read(script: str, expected: list[tuple[str, ...]]) -> None:
    body = "\n".join(f"    {line}" for line in script.split("\n"))
    workflow = _workflow(
        f"- run: |\n{body}", env="{REG: ghcr.io, KO_DOCKER_REPO: ghcr.io/acme/tool}"
    )
    assert _pushed(workflow) == expected


def test_environment_outputs_and_matrix_are_followed() -> None:
    workflow = _workflow(
        """
- id: version
  run: echo "tag=v2" >> "$GITHUB_OUTPUT"
- run: echo "SUFFIX=-${{ matrix.os }}" >> $GITHUB_ENV
- uses: docker/build-push-action@v6
  with: {push: true, tags: "${{ env.IMAGE }}:${{ steps.version.outputs.tag }}${{ env.SUFFIX }}"}
""",
        env="{IMAGE: 'q.io/${{ github.repository_owner }}/web'}",
        job="    strategy: {matrix: {os: [alpine, debian], exclude: [{os: debian}], "
        "include: [{os: ubi}]}}\n",
    )
    assert _pushed(workflow) == [("q.io/acme/web", "v2-alpine"), ("q.io/acme/web", "v2-ubi")]


def test_outputs_of_another_job_are_followed() -> None:
    jobs = """jobs:
  version:
    runs-on: x
    outputs: {tag: "${{ steps.v.outputs.tag }}"}
    steps: [{id: v, run: echo "tag=7" >> $GITHUB_OUTPUT}]
  image:
    runs-on: x
    needs: version
    steps: [{run: "docker push q.io/a/b:${{ needs.version.outputs.tag }}"}]
"""
    assert _pushed(listening("  push:", jobs)) == [("q.io/a/b", "7")]


def test_other_actions_are_known() -> None:
    workflow = _workflow(
        """
- uses: redhat-actions/push-to-registry@v2
  with: {registry: q.io/acme, image: web, tags: 1 2}
- uses: docker/bake-action@v6
  with: {push: true, set: "*.tags=q.io/acme/bake:1"}
- uses: docker/bake-action@v6
  with: {push: true}
- uses: macbre/push-to-ghcr@master
  with: {image_name: Acme/Tool}
"""
    )
    assert _pushed(workflow) == [
        ("q.io/acme/web", "1", "2"),
        ("q.io/acme/bake", "1"),
        ("*", "*"),
        ("ghcr.io/acme/tool", "*"),
    ]


@pytest.mark.parametrize(
    ("name", "tags", "image", "expected"),
    [
        ("q.io/a/b", ("1",), "q.io/a/b:1", Exactly()),
        ("q.io/a/b", ("1", "2"), "q.io/a/b:3", OtherTag(("1", "2"))),
        ("q.io/a/b", ("1",), "q.io/a/c:1", OtherName("q.io/a/b")),
        ("q.io/*/b", ("1",), "q.io/a/b:1", Perhaps(("q.io/*/b",))),
        ("q.io/a/b", ("v*", "x*"), "q.io/a/b:v1", Perhaps(("v*",))),
        ("q.io/a/b", ("v*",), "q.io/a/b:1", OtherTag(("v*",))),
        ("docker.io/a/b", ("1",), "a/b:1", Exactly()),
        ("q.io/a/b", ("1",), f"q.io/a/b@sha256:{'0' * 64}", Perhaps(())),
        ("*", ("*",), "q.io/a/b:1", Perhaps(("*", "*"))),
    ],
)
def test_match_says_what_is_certain(
    name: str, tags: tuple[str, ...], image: str, expected: Match
) -> None:
    push = Push(job="j", step=0, step_name="s", name=name, tags=tags, switch=Switch.ON)
    assert match(push, parse(image)) == expected


def test_secrets_are_named_with_the_step_that_reads_them() -> None:
    workflow = _workflow(
        """
- name: Login
  uses: docker/login-action@v3
  with: {username: "${{ vars.HUB_USER }}", password: "${{ secrets.hub_token }}"}
- run: echo ${{ secrets.GITHUB_TOKEN }} ${{ secrets['EXTRA'] }}
""",
        job='    env: {KEY: "${{ secrets.KEY }}"}\n',
    )
    assert secrets_used(workflow, workflow.jobs[0]) == (
        SecretUse(name="KEY", kind="secret", step=None, step_name="job image"),
        SecretUse(name="HUB_USER", kind="variable", step=0, step_name="Login"),
        SecretUse(name="HUB_TOKEN", kind="secret", step=0, step_name="Login"),
        SecretUse(
            name="EXTRA",
            kind="secret",
            step=1,
            step_name="echo ${{ secrets.GITHUB_TOKEN }} ${{ secrets['EXTRA'] }}",
        ),
    )


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        (SHA, CommitWanted(SHA)),
        (f"main-{SHA}", CommitWanted(SHA)),
        ("sha-0123456", CommitWanted("0123456")),
        ("a1b2c3d", CommitWanted("a1b2c3d")),
        ("1234567", NothingWanted("1234567")),
        ("1.4.2", TagWanted(("v1.4.2", "1.4.2"))),
        ("v1.4.2-rc.1", TagWanted(("v1.4.2-rc.1", "1.4.2-rc.1"))),
        ("latest", BranchWanted(None)),
        ("main", BranchWanted("main")),
        ("fix-login", BranchWanted("fix/login")),
        ("pr-12", PullRequestWanted(12)),
        ("20270301", NothingWanted("20270301")),
        ("stable-alpine", NothingWanted("stable-alpine")),
    ],
)
def test_a_tag_is_read_by_its_form(tag: str, expected: Wanted) -> None:
    assert wanted_ref(tag, frozenset({"fix/login"})) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("web", "docker.io/library/web"),
        ("acme/web", "docker.io/acme/web"),
        ("index.docker.io/acme/web", "docker.io/acme/web"),
        ("localhost:5000/web", "localhost:5000/web"),
        ("GHCR.io/Acme/Web", "ghcr.io/acme/web"),
        ("*/web", "*/web"),
        ("*", "*"),
    ],
)
def test_a_name_gets_its_registry(name: str, expected: str) -> None:
    assert full_name(name) == expected


@given(st.text(max_size=200))
def test_no_script_raises(script: str) -> None:
    assert all(command for command in commands(script, {}))


@given(st.text(alphabet="ab*", max_size=10), st.text(alphabet="ab", max_size=10))
def test_a_pattern_fits_what_its_stars_can_be(pattern: str, text: str) -> None:
    assert fits(pattern, text) is fnmatch.fnmatchcase(text, pattern)


def test_an_image_reference_without_tag_is_latest() -> None:
    push = Push(job="j", step=0, step_name="s", name="q.io/a/b", tags=("latest",), switch=Switch.ON)
    assert match(push, ImageRef("q.io", "a/b", "latest")) == Exactly()


def test_long_scripts_are_not_read_for_every_combination_of_a_matrix() -> None:
    axis = ", ".join(str(number) for number in range(8))
    script = "docker push q.io/a/b:$(date) " + "`x` $Y " * 60
    steps = "\n".join(f"- run: {script}" for _ in range(300))
    matrix = f"    strategy: {{matrix: {{a: [{axis}], b: [{axis}]}}}}\n"
    assert set(_pushed(_workflow(steps, job=matrix))) == {("q.io/a/b", "*")}
