"""What the last rollout changed where the failing pods come from, and the way back."""

from __future__ import annotations

from collections.abc import Iterator

from bot import words
from bot.facts.changes import Rollout, rollouts
from bot.report import Observation, Proof, Solution
from bot.view import View

_MOST = 6


def what_changed(view: View) -> tuple[Observation, ...]:
    """One observation for each Deployment that was rolled out lately, or has not replaced all."""
    return tuple(_told(view, rollout) for rollout in rollouts(view))


def _told(view: View, rollout: Rollout) -> Observation:
    since = f", {words.ago(rollout.at, view.now)} ago" if rollout.at else ""
    still = "; pods of the revision before are still ready" * rollout.worked_before
    told = words.listed(map(str, rollout.changes), _MOST)
    text = f"Deployment {rollout.deployment}{since}: {told}{still}"
    name = f"deployment/{rollout.deployment}"
    history = words.shell("kubectl", "rollout", "history", name, "-n", rollout.namespace)
    return Observation(words.sentence(text), (Proof(text, command=history),))


def roll_back(view: View) -> Iterator[Solution]:
    """Back to the revision before, where its pods still work."""
    for rollout in rollouts(view):
        if rollout.worked_before and rollout.revision_before:
            name = f"deployment/{rollout.deployment}"
            undo = ("kubectl", "rollout", "undo", name, "-n", rollout.namespace)
            yield Solution(
                title=f"Roll {rollout.deployment} back to revision {rollout.revision_before}",
                why="Its pods are still ready; roll forward again when the change is mended.",
                commands=(words.shell(*undo, f"--to-revision={rollout.revision_before}"),),
            )
