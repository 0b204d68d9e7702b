"""The run is green and the image is not there: pushed under another name, or not pushed.

Seen as:       ImagePullBackOff although CI is green
Confirmed if:  the registry lacks the image, the run of the wanted commit succeeded, and its log or
               its file names what it pushed, or the condition that kept it from pushing
Ruled out if:  the log shows that this very image was pushed
By hand:       gh run view RUN --repo OWNER/NAME --log | grep -i push
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.builds import Build, builds
from bot.builds.green import push_skipped, pushed_elsewhere
from bot.cause import Cause
from bot.cause.tables import DocLines
from bot.report import Layer, Ruling
from bot.view import View


def _other_tag(view: View) -> Iterator[Ruling]:
    for build in _green(view):
        ruling = pushed_elsewhere(build)
        if ruling and not push_skipped(build):
            yield ruling


def _skipped(view: View) -> Iterator[Ruling]:
    for build in _green(view):
        ruling = push_skipped(build)
        if ruling:
            yield ruling


def _green(view: View) -> Iterator[Build]:
    """Runs that did all that their workflow asks, or at least their push."""
    return (b for b in builds(view) if b.ending in ("success", "skipped") or b.pushed)


_OTHER = "the workflow pushed the image under another name or tag"
_SKIPPED = "the workflow succeeded without pushing the image"

CAUSES = (
    Cause(
        code="WorkflowPushedOtherTag",
        title=_OTHER,
        layer=Layer.BUILD,
        doc=DocLines(
            "ImagePullBackOff, and the run of the commit is green",
            "the run pushed, and the names that it pushed under are not the one that is asked for",
            "the registry has the image, or nothing was pushed at all: WorkflowPushSkipped",
            "gh run view RUN --repo OWNER/NAME --log | grep -i pushing",
        ).doc(_OTHER),
        check=_other_tag,
    ),
    Cause(
        code="WorkflowPushSkipped",
        title=_SKIPPED,
        layer=Layer.BUILD,
        doc=DocLines(
            "ImagePullBackOff, and the run of the commit is green",
            "the step or job that pushes was skipped, told not to push, or its failure ignored",
            "the run pushed the image under this or another name",
            "gh run view RUN --repo OWNER/NAME",
        ).doc(_SKIPPED),
        check=_skipped,
    ),
)
