"""Images: what the text says, what the registry says, and what the pull secrets say."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from bot.cluster import objects as k
from bot.diagnose import diagnose
from bot.evidence import Evidence, Gap, GapReason, ImageFacts
from bot.images import parse
from bot.registries import answers as a
from bot.report import Finding, Outcome, Report
from tests import make

IMAGE = "ghcr.io/acme/api:1.4.0"
WITNESS = a.Witness(
    method="GET",
    url="https://ghcr.io/v2/acme/api/manifests/1.4.0",
    status=404,
    code="MANIFEST_UNKNOWN",
)
ASKED: dict[str, Any] = {"asked_as": "anonymous", "witness": WITNESS}
BY_BOT: dict[str, Any] = {"asked_as": "the bot's credential for ghcr.io", "witness": WITNESS}
FOUND: dict[str, Any] = {
    "digest": "sha256:" + "a" * 64,
    "media_type": "application/vnd.oci.image.index.v1+json",
}
NOT_FOUND = f'failed to resolve reference "{IMAGE}": {IMAGE}: not found'
DENIED = f'failed to resolve reference "{IMAGE}": unexpected status: 403 Forbidden'
BACK_OFF = f'Back-off pulling image "{IMAGE}"'
NODE = k.Node(
    metadata=k.Metadata(name="node-1"),
    status=k.NodeStatus(node_info=k.NodeInfo(operating_system="linux", architecture="arm64")),
)


def evidence(
    message: str,
    answer: a.ImageLookUp | Gap | None = None,
    *others: k.KubeObject,
    image: str = IMAGE,
    tags: tuple[str, ...] = (),
    secrets: tuple[str, ...] = (),
) -> Evidence:
    pod = make.pod(
        make.waiting(reason="ImagePullBackOff", message=message),
        spec=(make.container(image=image),),
        phase="Pending",
        podspec={"image_pull_secrets": tuple(k.LocalReference(name=name) for name in secrets)},
    )
    found = make.evidence(pod, NODE, *others, listed=[k.Secret, k.Node])
    if answer is None:
        return found
    listed = a.TagList(tags=tags, complete=True, witness=WITNESS) if tags else None
    facts = ImageFacts(image=parse(image), written=image, look_up=answer, tags=listed)
    return msgspec.structs.replace(found, images=(facts,))


def root(report: Report) -> Finding:
    """The only root cause among image causes."""
    causes = [each for each in report.root_causes if each.code.startswith("Image")]
    assert len(causes) == 1, [each.code for each in report.root_causes]
    return causes[0]


@pytest.mark.parametrize(
    ("message", "answer", "code", "outcome", "alternatives"),
    [
        pytest.param(
            NOT_FOUND,
            a.RepositoryAbsent(**BY_BOT),
            "ImageRepositoryMissing",
            Outcome.CONFIRMED,
            (),
            id="the registry has no such repository",
        ),
        pytest.param(
            NOT_FOUND,
            a.TagAbsent(**ASKED),
            "ImageTagMissing",
            Outcome.CONFIRMED,
            (),
            id="the registry has no such tag",
        ),
        pytest.param(
            BACK_OFF,
            a.TagAbsent(**ASKED),
            "ImageTagMissing",
            Outcome.CONFIRMED,
            (),
            id="the kubelet has forgotten why, the registry knows",
        ),
        pytest.param(
            BACK_OFF, None, "ImageBackOffOnly", Outcome.CONFIRMED, (), id="nobody knows why"
        ),
        pytest.param(
            DENIED,
            Gap(source="registry", subject=IMAGE, reason=GapReason.UNREACHABLE),
            "ImageMissingOrPrivate",
            Outcome.SUSPECTED,
            ("ImageAccessDenied",),
            id="the registry could not be asked",
        ),
        pytest.param(
            DENIED,
            a.ImageFound(**BY_BOT, **FOUND),
            "ImageAccessDenied",
            Outcome.CONFIRMED,
            (),
            id="the bot may read it, the pod may not",
        ),
        pytest.param(
            NOT_FOUND,
            a.ImageFound(**ASKED, **FOUND),
            "ImageMissing",
            Outcome.SUSPECTED,
            ("ImageTagMissing", "ImageRepositoryMissing"),
            id="the registry has it now",
        ),
        pytest.param(
            DENIED,
            a.CredentialRejected(**BY_BOT),
            "ImageMissingOrPrivate",
            Outcome.SUSPECTED,
            ("ImageAccessDenied",),
            id="the bot's own credential is bad",
        ),
        pytest.param(
            BACK_OFF,
            a.RateLimited(**ASKED),
            "ImageBackOffOnly",
            Outcome.SUSPECTED,
            ("ImageRateLimited",),
            id="the bot is limited, of the node nothing is known",
        ),
        pytest.param(
            NOT_FOUND,
            a.PolicyRejected(**ASKED),
            "ImagePolicyRejected",
            Outcome.CONFIRMED,
            (),
            id="a policy of the registry",
        ),
    ],
)
def test_registry_decides_when_the_text_leaves_it_open(
    message: str,
    answer: a.ImageLookUp | Gap | None,
    code: str,
    outcome: Outcome,
    alternatives: tuple[str, ...],
) -> None:
    found = root(diagnose(evidence(message, answer)))
    assert (found.code, found.ruling.outcome) == (code, outcome)
    assert found.ruling.alternatives == alternatives


def test_text_stands_when_the_registry_was_asked_about_something_else() -> None:
    message = 'dial tcp: lookup ghcr.io on 10.0.0.2:53: no such host, pulling image "x"'
    report = diagnose(evidence(message, a.ImageFound(**ASKED, **FOUND)))
    assert [each.code for each in report.root_causes] == ["RegistryDNSFailure"]


def test_nearest_tag_is_offered_when_the_tag_is_missing() -> None:
    report = diagnose(evidence(NOT_FOUND, a.TagAbsent(**ASKED), tags=("v1.4.0", "1.3.9")))
    found = root(report)
    assert found.ruling.summary.startswith(
        "ghcr.io/acme/api has no tag 1.4.0; near it: v1.4.0, 1.3.9"
    )
    assert found.ruling.solutions[0].title == "Use tag v1.4.0"


def test_platform_is_blamed_when_the_index_lacks_the_node_s() -> None:
    answer = a.ImageFound(**ASKED, **FOUND, platforms=(a.Platform("linux", "amd64"),))
    found = root(diagnose(evidence(BACK_OFF, answer)))
    assert found.code == "ImagePlatformMismatch"
    assert "linux/amd64" in found.ruling.summary


def test_platform_is_not_blamed_when_the_index_has_it() -> None:
    answer = a.ImageFound(**ASKED, **FOUND, platforms=(a.Platform("linux", "arm64", "v8"),))
    assert root(diagnose(evidence(BACK_OFF, answer))).code == "ImageBackOffOnly"


def secret(*registries: str, kind: str = "kubernetes.io/dockerconfigjson") -> k.Secret:
    return k.Secret(metadata=make.meta("pull"), type=kind, registries=registries)


@pytest.mark.parametrize(
    ("others", "code", "outcome"),
    [
        pytest.param((), "ImagePullSecretMissing", Outcome.CONFIRMED, id="no such secret"),
        pytest.param(
            (secret("quay.io"),),
            "ImagePullSecretMismatch",
            Outcome.CONFIRMED,
            id="a secret for another registry",
        ),
        pytest.param(
            (secret("ghcr.io", kind="Opaque"),),
            "ImagePullSecretMismatch",
            Outcome.CONFIRMED,
            id="a secret of another type",
        ),
        pytest.param(
            (secret("ghcr.io"),), "ImageAccessDenied", Outcome.CONFIRMED, id="a secret that fits"
        ),
    ],
)
def test_pull_secret_is_blamed_when_it_does_not_cover_the_image(
    others: tuple[k.KubeObject, ...], code: str, outcome: Outcome
) -> None:
    answer = a.AccessDenied(**BY_BOT, exists_because="another tag can be read")
    found = root(diagnose(evidence(DENIED, answer, *others, secrets=("pull",))))
    assert (found.code, found.ruling.outcome) == (code, outcome)


def test_missing_pull_secret_is_a_suspicion_when_the_image_may_not_exist() -> None:
    answer = Gap(source="registry", subject=IMAGE, reason=GapReason.TIMED_OUT)
    found = root(diagnose(evidence(DENIED, answer, secrets=("pull",))))
    assert (found.code, found.ruling.outcome, found.ruling.alternatives) == (
        "ImagePullSecretMissing",
        Outcome.SUSPECTED,
        ("ImageMissingOrPrivate",),
    )


def test_nothing_is_said_when_the_image_was_pulled_in_the_end() -> None:
    pod = make.pod(make.running())
    event = make.event(pod, "Failed", f'Failed to pull image "{IMAGE}": {NOT_FOUND}', of="api")
    assert diagnose(make.evidence(pod, event)).root_causes == ()


def test_what_a_definite_answer_excludes_is_ruled_out() -> None:
    report = diagnose(evidence(NOT_FOUND, a.TagAbsent(**ASKED)))
    ruled_out = {each.code: each.ruling.summary for each in report.ruled_out}
    assert ruled_out["ImageRepositoryMissing"] == "the repository is readable"
    assert ruled_out["ImageAccessDenied"] == "the repository is readable"


def test_limits_are_told_when_the_registry_gave_them() -> None:
    message = "toomanyrequests: You have reached your unauthenticated pull rate limit."
    answer = a.RateLimited(**ASKED, limit=100, remaining=0, window_seconds=21_600)
    found = root(diagnose(evidence(message, answer)))
    assert found.code == "ImageRateLimited"
    assert found.ruling.summary.endswith(
        "the pull was counted as anonymous; the bot's own limit there is 100 pulls in 6 h, 0 left"
    )
