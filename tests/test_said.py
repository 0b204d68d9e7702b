"""What the cluster says of a target: whom a text is about when it does not say so itself."""

from bot.diagnose import diagnose
from tests import make

NOT_FOUND = (
    'failed to pull and unpack image "docker.io/acme/api:1": failed to resolve reference'
    ' "docker.io/acme/api:1": docker.io/acme/api:1: not found'
)


def test_short_pull_event_belongs_to_the_container_that_waits_for_its_image() -> None:
    pod = make.pod(
        make.waiting(reason="ErrImagePull", message=NOT_FOUND),
        spec=(make.container(image="acme/api:1"),),
    )
    events = [make.event(pod, "Failed", text) for text in ("Error: ErrImagePull", NOT_FOUND)]
    report = diagnose(make.evidence(pod, *events))
    assert [root.code for root in report.root_causes] == ["ImageMissing"]


def test_short_pull_event_is_left_to_the_pod_when_two_containers_wait_for_images() -> None:
    pod = make.pod(
        make.waiting("api", reason="ErrImagePull", message=NOT_FOUND),
        make.waiting("log", reason="ErrImagePull", message=NOT_FOUND.replace("api", "log")),
        spec=(
            make.container("api", image="acme/api:1"),
            make.container("log", image="acme/log:1"),
        ),
    )
    report = diagnose(make.evidence(pod, make.event(pod, "Failed", "Error: ErrImagePull")))
    codes = [root.code for root in report.root_causes]
    assert codes.count("ImageMissing") == 2
