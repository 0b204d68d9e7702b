"""How sure a cause of the build may be: bounded by what the registry and the cluster say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from bot.cause import Cause
from bot.causes import build as build_family
from bot.causes import prerequisite as prerequisite_family
from bot.ci import objects as ci
from bot.cluster import objects as k
from bot.evidence import ClusterFacts, Evidence, Gap, GapReason
from bot.images import parse
from bot.registries.answers import AccessDenied, ImageFound, Witness
from bot.report import Outcome, RerunFailedJobs, Ruling, RunWorkflow
from bot.view import View
from tests.scenarios import seed
from tests.scenarios.cases import CASES, EMPTY_PASSWORD, missing, tag_missing
from tests.scenarios.seed import build, detail, evidence, job, run, steps, with_image

CAUSES: tuple[Cause, ...] = (*build_family.CAUSES, *prerequisite_family.CAUSES)
GAP = Gap(source="github", subject="anything", reason=GapReason.TIMED_OUT)
GREEN = run(id=1, number=3, conclusion="success")
NO_TOKEN = ci.SecretNames(secrets=frozenset({"DOCKERHUB_USERNAME"}), variables=frozenset())


def failed(**changes: Any) -> Evidence:
    return evidence(build(detail(run(), job(), log=EMPTY_PASSWORD), secrets=NO_TOKEN, **changes))


def rulings(case: Evidence) -> dict[str, Ruling]:
    view = View(case)
    return {cause.code: ruling for cause in CAUSES for ruling in cause.check(view)}


def outcomes(case: Evidence) -> dict[str, Outcome]:
    return {code: ruling.outcome for code, ruling in rulings(case).items()}


def test_cause_is_confirmed_when_no_run_has_ever_been_green() -> None:
    assert outcomes(failed()) == {"CISecretMissing": Outcome.CONFIRMED}


def test_cause_is_suspected_when_the_image_may_be_private_and_was_pushed_before() -> None:
    assert outcomes(failed(green=(GREEN,))) == {"CISecretMissing": Outcome.SUSPECTED}


def test_cause_is_suspected_when_nobody_could_see_the_history() -> None:
    assert outcomes(failed(green=GAP)) == {"CISecretMissing": Outcome.SUSPECTED}


@pytest.mark.parametrize("absent", [tag_missing, missing], ids=["tag", "repository"])
def test_cause_is_confirmed_when_the_registry_proves_the_absence(absent: Any) -> None:
    assert outcomes(absent(failed(green=(GREEN,)))) == {"CISecretMissing": Outcome.CONFIRMED}


@pytest.mark.parametrize(
    "answer",
    [
        ImageFound(
            asked_as="anonymous",
            witness=Witness(method="GET", url="https://registry.example/v2/", status=200),
            digest="sha256:" + "0" * 64,
            media_type="application/vnd.oci.image.index.v1+json",
        ),
        AccessDenied(
            asked_as="anonymous",
            witness=Witness(method="GET", url="https://registry.example/v2/", status=403),
            exists_because="another tag answers",
        ),
    ],
    ids=["found", "denied"],
)
def test_no_build_is_blamed_when_the_image_exists(answer: Any) -> None:
    assert outcomes(with_image(failed(), look_up=answer)) == {}


def _with_pull_message(
    base: Evidence, message: str, *, reason: str = "ImagePullBackOff"
) -> Evidence:
    assert isinstance(base.cluster, ClusterFacts)
    objects = []
    for item in base.cluster.objects:
        if isinstance(item, k.Event):
            continue
        if isinstance(item, k.Pod):
            waiting = k.Waiting(reason=reason, message=message) if reason else None
            running = None if reason else k.Running(started_at=seed.NOW)
            state = k.ContainerState(waiting=waiting, running=running)
            statuses = (k.ContainerStatus(name="backend", state=state, ready=not reason),)
            item = msgspec.structs.replace(
                item,
                status=msgspec.structs.replace(item.status, container_statuses=statuses),
            )
        objects.append(item)
    return msgspec.structs.replace(
        base, cluster=msgspec.structs.replace(base.cluster, objects=tuple(objects))
    )


def test_runtime_proves_the_absence_when_the_registry_was_not_asked() -> None:
    base = with_image(failed(green=(GREEN,)), look_up=GAP)
    message = (
        f'Back-off pulling image "{seed.IMAGE}": ErrImagePull: failed to resolve reference'
        f' "docker.io/{seed.IMAGE}": docker.io/{seed.IMAGE}: not found'
    )
    assert outcomes(_with_pull_message(base, message)) == {"CISecretMissing": Outcome.CONFIRMED}


def test_runtime_proves_nothing_when_it_may_be_a_matter_of_rights() -> None:
    base = with_image(failed(green=(GREEN,)), look_up=GAP)
    case = _with_pull_message(base, seed.PULL_ERROR)
    assert outcomes(case) == {"CISecretMissing": Outcome.SUSPECTED}


def test_no_build_is_blamed_when_the_pod_runs_an_image_that_has_left_its_registry() -> None:
    assert outcomes(_with_pull_message(tag_missing(failed()), "", reason="")) == {}


def test_failed_run_is_not_blamed_when_its_push_was_done() -> None:
    pushed = job(steps=(*steps("success", "success", "success", "success"),))
    case = tag_missing(evidence(build(detail(run(), pushed))))
    assert "WorkflowFailed" not in outcomes(case)


def test_secret_is_not_called_undefined_when_its_environment_was_not_seen() -> None:
    text = seed.WORKFLOW.replace(
        "runs-on: arc-runner-set", "runs-on: arc-runner-set\n    environment: production"
    )
    facts = build(detail(run(), job()), workflow=text, secrets=NO_TOKEN)
    assert outcomes(evidence(facts)).get("CISecretMissing") is not Outcome.CONFIRMED


def test_secret_with_an_alternative_is_not_blamed() -> None:
    text = seed.WORKFLOW.replace(
        "${{ secrets.DOCKERHUB_TOKEN }}", "${{ secrets.DOCKERHUB_TOKEN || secrets.OTHER }}"
    )
    facts = build(detail(run(), job()), workflow=text, secrets=NO_TOKEN)
    assert outcomes(evidence(facts)).get("CISecretMissing") is Outcome.RULED_OUT


def test_dependabot_has_its_own_store_when_it_started_the_run() -> None:
    facts = build(detail(run(actor="dependabot[bot]"), job()), secrets=NO_TOKEN)
    ruling = rulings(evidence(facts))["CISecretMissing"]
    assert "is not given to runs that Dependabot starts" in ruling.summary
    assert ruling.solutions[0].commands[0] == (
        "gh secret set DOCKERHUB_TOKEN --app dependabot --repo jacobcoccari/opentranscribe"
    )


def test_run_is_not_offered_again_when_it_is_older_than_github_keeps_it() -> None:
    old = run(created_at=seed.NOW - timedelta(days=31))
    facts = build(detail(old, job(), log=EMPTY_PASSWORD), secrets=NO_TOKEN)
    best = rulings(evidence(facts))["CISecretMissing"].solutions[0]
    assert isinstance(best.action, RunWorkflow)
    assert best.commands[-1] == (
        "gh workflow run backend-build.yml --ref main --repo jacobcoccari/opentranscribe"
    )


def test_button_names_the_attempt_that_was_seen() -> None:
    best = rulings(failed())["CISecretMissing"].solutions[0]
    assert best.action == RerunFailedJobs(
        repository="jacobcoccari/opentranscribe",
        run_id=20988123456,
        attempt=1,
        run_url="https://github.com/jacobcoccari/opentranscribe/actions/runs/20988123456",
        workflow="backend-build.yml",
        image="giacobbbe/opentranscribe-backend:latest",
    )


def test_workflow_is_not_dispatched_when_it_asks_for_an_input() -> None:
    text = seed.WORKFLOW.replace(
        "workflow_dispatch:", "workflow_dispatch:\n    inputs:\n      tag:\n        required: true"
    )
    commit = ci.Commit(sha=seed.SHA, message="x [skip ci]")
    best = rulings(evidence(build(None, workflow=text, commit=commit)))[
        "WorkflowSkippedByMessage"
    ].solutions[0]
    assert best.action is None
    assert best.commands == (
        "git commit --allow-empty -m 'Build the image again'",
        "git push origin main",
    )


def _tagged(tag: str, facts: Any) -> Evidence:
    name = f"giacobbbe/opentranscribe-backend:{tag}"
    base = evidence(facts, cluster=seed.cluster(image=name))
    return tag_missing(with_image(base, image=parse(name), written=name))


OLDER = "0123456789abcdef0123456789abcdef01234567"


def test_run_of_another_commit_is_not_blamed_when_the_tag_belongs_to_one_commit() -> None:
    facts = build(
        detail(run(head_sha=OLDER), job(), log=EMPTY_PASSWORD), secrets=NO_TOKEN, wanted_ref=""
    )
    assert outcomes(_tagged(f"sha-{seed.SHA[:7]}", facts)) == {
        "WorkflowNotTriggered": Outcome.CONFIRMED
    }


def test_run_of_an_older_commit_is_blamed_when_the_tag_moves_with_the_branch() -> None:
    facts = build(detail(run(head_sha=OLDER), job(), log=EMPTY_PASSWORD), secrets=NO_TOKEN)
    assert outcomes(evidence(facts)) == {"CISecretMissing": Outcome.CONFIRMED}


def test_cause_is_suspected_when_nothing_ties_the_tag_to_the_run() -> None:
    facts = build(
        detail(run(), job(), log=EMPTY_PASSWORD), secrets=NO_TOKEN, wanted_ref="", commit=None
    )
    assert outcomes(_tagged("prod", facts)) == {"CISecretMissing": Outcome.SUSPECTED}


def test_missing_git_tag_is_named_when_the_version_was_never_tagged() -> None:
    ruling = rulings(_tagged("2.0.0", build(None, wanted_ref="refs/tags/v2.0.0", commit=None)))[
        "WorkflowNotTriggered"
    ]
    assert ruling.outcome is Outcome.CONFIRMED
    assert ruling.summary == (
        "jacobcoccari/opentranscribe has no tag v2.0.0, so nothing was built for it"
    )
    assert ruling.solutions[0].commands == ("git tag v2.0.0", "git push origin v2.0.0")


FIELDS = (
    "repository", "workflows", "commit", "push", "changed", "runs", "green", "history", "secrets",
    "runners",
)  # fmt: skip


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", CASES)
def test_an_unanswered_question_confirms_nothing_new(name: str, field: str) -> None:
    case = CASES[name]()
    facts = case.images[0].build
    assert facts is not None
    before = {code for code, outcome in outcomes(case).items() if outcome is Outcome.CONFIRMED}
    blind = with_image(case, build=msgspec.structs.replace(facts, **{field: GAP}))
    after = {code for code, outcome in outcomes(blind).items() if outcome is Outcome.CONFIRMED}
    less_precise = {
        "WorkflowQueued", "WorkflowFailed", "WorkflowNotTriggered", "WorkflowPushedOtherTag",
        "CICredentialRejected",
    }  # fmt: skip
    assert after <= before | less_precise


@pytest.mark.parametrize("name", CASES)
def test_every_ruling_that_blames_has_proof_and_one_repair(name: str) -> None:
    for code, ruling in rulings(CASES[name]()).items():
        if ruling.outcome in (Outcome.CONFIRMED, Outcome.SUSPECTED):
            assert ruling.proof, code
            assert ruling.subject.image, code
            assert len([each for each in ruling.solutions if each.recommended]) == 1, code
