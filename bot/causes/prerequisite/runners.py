"""No runner takes the job: one table over the answers of `bot.runners`."""

from __future__ import annotations

from collections.abc import Iterator

from bot import runners as r
from bot.builds import Build, builds
from bot.builds import runner_rulings as rulings
from bot.cause.tables import Coded, Row, causes_of
from bot.report import Layer, Outcome, Ruling
from bot.view import View

_SEEN = "ImagePullBackOff while the build is `queued` for minutes"
_OUT = "a fitting runner is online and free, or GitHub's own machines serve the job"


def _row(code: str, title: str, confirmed_if: str, by_hand: str) -> Row:
    return Row(
        code=code,
        title=title,
        seen_as=_SEEN,
        confirmed_if=f"the registry lacks the image, its build is queued, and {confirmed_if}",
        ruled_out_if=_OUT,
        by_hand=by_hand,
    )


_ROWS = (
    _row(
        "RunnerNoneOnline",
        "no runner that could build the image is online",
        "no runner is registered, or none of those with the labels is online",
        "gh api repos/OWNER/NAME/actions/runners",
    ),
    _row(
        "RunnerLabelMismatch",
        "no runner has the labels that the build asks for",
        "runners exist and none has every label of runs-on",
        "gh api repos/OWNER/NAME/actions/runners",
    ),
    _row(
        "RunnerScaleSetDown",
        "the runners' controller cannot start a runner for the build",
        "the set with the labels is scaled to 0, or its controller or listener does not run",
        "kubectl get runnerdeployments,autoscalingrunnersets -A",
    ),
    _row(
        "RunnerPodFailing",
        "the pods of the runners that should build the image fail themselves",
        "a pod of the set with the labels has a cause of its own",
        "kubectl get pods -n NAMESPACE -l runner-deployment-name=NAME",
    ),
    _row(
        "RunnerCapacityReached",
        "all runners that could build the image are busy",
        "every fitting runner is busy and the maximum is reached",
        "gh run list --repo OWNER/NAME --status in_progress",
    ),
)


def _rule(view: View) -> Iterator[Coded]:
    for build in builds(view):
        if build.waiting_jobs and not build.running_job:
            yield from _ruled(build)


def _ruled(build: Build) -> Iterator[Coded]:
    service = build.service
    match service:
        case r.NoRunner():
            yield Coded("RunnerNoneOnline", rulings.none_registered(build, service))
        case r.Offline():
            yield Coded("RunnerNoneOnline", rulings.offline(build, service))
        case r.NoMatch():
            yield Coded("RunnerLabelMismatch", rulings.no_match(build, service))
        case r.SetDown():
            yield Coded("RunnerScaleSetDown", rulings.set_down(build, service))
        case r.PodsFailing():
            yield Coded("RunnerPodFailing", rulings.pods_failing(build, service))
        case r.AllBusy():
            yield Coded("RunnerCapacityReached", rulings.all_busy(build, service))
        case r.Idle():
            yield Coded("RunnerNoneOnline", _idle(build, service))
        case r.Scaling() | r.Hosted() | r.CannotTell() | None:
            return


def _idle(build: Build, service: r.Idle) -> Ruling:
    return Ruling(
        outcome=Outcome.RULED_OUT,
        subject=build.subject("Runner", service.names[0]),
        summary=f"{service.names[0]} has the labels, is online and free",
    )


CAUSES = causes_of("runners", Layer.PREREQUISITE, _ROWS, _rule)
